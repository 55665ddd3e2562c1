//! The dashboard: the whole ledger on one page.

use super::show::life_json;
use super::{LedgerOptions, failed, written};
use crate::commands::{Exit, Failure};
use crate::ledger::lives::Filter;
use crate::model::Moment;
use crate::report::Destination;
use crate::report::write_dashboard;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// So many places of a secret are on the page; the others are counted.
const MOST_PLACES: usize = 50;

/// Writes the dashboard to a file, whole or not at all, or to the output.
///
/// # Errors
/// Fails when the ledger, the file or the output does.
pub fn ledger_html(ledger: &LedgerOptions, file: Option<&Path>, out: &mut dyn Write) -> Result<Exit, Failure> {
    let data = page_data(ledger)?;
    let Some(path) = file else {
        written(write_dashboard(&data, out))?;
        return Ok(Exit::Clean);
    };
    let failed = |error: std::io::Error| Failure::Usage(format!("{}: {error}", path.display()));
    let destination = Destination::open(path, false).map_err(failed)?;
    destination.write(&Arc::default(), |file| write_dashboard(&data, file)).map_err(failed)?;
    Ok(Exit::Clean)
}

/// What the page shows, masked.
fn page_data(ledger: &LedgerOptions) -> Result<Value, Failure> {
    let (lives, now) = (ledger.open()?, ledger.now());
    let moment = |seconds: i64| Moment::from_seconds(seconds).map(|moment| moment.to_string());
    let mut journal: HashMap<String, Vec<Value>> = HashMap::new();
    for entry in lives.journal(None).map_err(failed)? {
        let shown =
            json!({"at": moment(entry.made_at), "who": entry.who, "action": entry.action, "detail": entry.detail});
        journal.entry(entry.secret).or_default().push(shown);
    }
    let mut overdue: HashMap<String, String> =
        lives.overdue(now).map_err(failed)?.into_iter().map(|late| (late.life.digest, late.why)).collect();
    let mut secrets = Vec::new();
    for life in lives.list(&Filter::default()).map_err(failed)? {
        let mut one = life_json(&lives, &life, now)?;
        if let Some(places) = one["places"].as_array_mut() {
            let count = places.len();
            places.truncate(MOST_PLACES);
            one["places_count"] = count.into();
        }
        one["overdue"] = overdue.remove(&life.digest).into();
        one["journal"] = journal.remove(&life.digest).unwrap_or_default().into();
        secrets.push(one);
    }
    let (scans, complete, last) = lives.sightings().map_err(failed)?;
    Ok(json!({
        "schema": 1, "made": moment(now), "sightings": {"scans": scans, "complete": complete, "last": last.and_then(moment)},
        "secrets": secrets,
    }))
}
