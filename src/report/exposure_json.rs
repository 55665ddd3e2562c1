//! Exposure for programs.

use crate::model::{Exposure, Principal};
use serde::Serialize;

/// Who may read a place.
#[derive(Serialize)]
pub(super) struct ExposureJson<'a> {
    level: &'static str,
    store: &'a str,
    belongs: bool,
    owner: Option<PrincipalJson<'a>>,
    group: Option<PrincipalJson<'a>>,
    mode: Option<String>,
    proper_mode: Option<String>,
    acl: &'a [String],
    readers: &'a [String],
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    encrypted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    container: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
}

#[derive(Serialize)]
struct PrincipalJson<'a> {
    id: u32,
    name: Option<&'a str>,
}

/// The exposure of a place as JSON.
pub(super) fn exposure(exposure: &Exposure) -> ExposureJson<'_> {
    let process = exposure.process.as_ref();
    let octal = |mode: u32| format!("{mode:04o}");
    ExposureJson {
        level: exposure.level.as_str(),
        store: &exposure.store,
        belongs: exposure.belongs,
        owner: exposure.owner.as_ref().map(principal_json),
        group: exposure.group.as_ref().map(principal_json),
        mode: exposure.mode.map(octal),
        proper_mode: exposure.proper_mode.map(octal),
        acl: &exposure.acl,
        readers: &exposure.readers,
        since: exposure.since.map(|since| since.to_string()),
        encrypted: exposure.encrypted,
        program: process.map(|process| &*process.program),
        unit: process.and_then(|process| process.unit.as_deref()),
        container: process.and_then(|process| process.container.as_deref()),
        change: exposure.change,
        first_seen: exposure.first_seen.map(|first| first.to_string()),
    }
}

fn principal_json(one: &Principal) -> PrincipalJson<'_> {
    PrincipalJson { id: one.id, name: one.name.as_deref() }
}
