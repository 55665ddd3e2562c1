//! Hooks of the pre-commit framework: the entries of other scanners give way to ours, and what stood beside them is named.

use super::setup::{Setup, is_hook};
use super::{Failure, InstallOrigin, Writer, unreadable};
use crate::commands::init::pre_commit::{self, Edit, Removed};
use crate::policy_file::{self, NamedBy};

const FILE: &str = ".pre-commit-config.yaml";

/// Puts our hook in the place of theirs.
pub(super) fn migrate(setup: &Setup, from: Option<&InstallOrigin>, writer: &mut Writer<'_>) -> Result<(), Failure> {
    if !setup.pre_commit {
        return Ok(());
    }
    let path = writer.top().join(FILE);
    let text = policy_file::lines(&path, NamedBy::Repository).map_err(|error| unreadable(&path, &error))?;
    let (without, removed) = pre_commit::without(&text, &is_hook);
    if removed.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = removed.iter().map(|one| one.repository.as_str()).collect();
    let names = names.join(", ");
    match pre_commit::edit(&without, from) {
        Edit::New(new) => {
            writer.replace(FILE, &new, &format!("put the hook `stanch` in the place of {names} in"))?;
        }
        Edit::Present => writer.replace(FILE, &without, &format!("took {names} out of"))?,
        Edit::Unclear => writer
            .note(&format!("kept {FILE}: its list of repos is not in a form that can be changed; take out {names}")),
    }
    removed.iter().for_each(|one| name_the_rest(one, writer));
    Ok(())
}

/// Names what a hook was told and ours is not.
fn name_the_rest(removed: &Removed, writer: &mut Writer<'_>) {
    for (number, line) in &removed.lines {
        let line = line.trim_start_matches('-').trim_start();
        let key = line.split(':').next().unwrap_or_default();
        // A baseline that it names is taken over as one.
        let is_taken = line.contains("--baseline");
        if ["exclude", "files", "types", "types_or", "args", "entry"].contains(&key) && !is_taken {
            let instead = match key {
                "exclude" => "; `exclude` of stanch.toml leaves paths out",
                "args" | "entry" => "; `stanch hook run --help` has our flags, stanch.toml the settings",
                _ => "",
            };
            writer.note(&format!(
                "not taken over: {FILE}:{number} (before): `{line}` of {}{instead}",
                removed.repository
            ));
        }
        let is_push =
            line.contains("pre-push") || line.starts_with("id: ggshield-push") || line.contains("stages: [push");
        if is_push {
            writer.next(&format!(
                "`pre-commit install --hook-type pre-push` makes git run the hook at pushes, as `{}` did (line {number} before)",
                removed.repository
            ));
        }
    }
}
