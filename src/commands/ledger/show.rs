//! Lists secrets, and shows a life from its first commit to its end.

use super::{LedgerOptions, counted, day, days, failed, harmless, line, written};
use crate::commands::{Exit, Failure};
use crate::ledger::lives::{Filter, Life, Lives, Place};
use crate::model::Moment;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;

/// So many places of a secret are shown to people.
const MOST_PLACES: usize = 20;

/// What is listed, and how.
#[derive(Clone, Debug)]
pub struct ListOptions {
    /// Which secrets.
    pub filter: Filter,
    /// Only what is overdue.
    pub overdue: bool,
    /// Write JSON.
    pub json: bool,
}

/// Lists secrets.
///
/// # Errors
/// Fails when the ledger or the output does.
pub fn ledger_list(ledger: &LedgerOptions, options: &ListOptions, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (lives, now) = (ledger.open()?, ledger.now());
    let mut all = lives.list(&options.filter).map_err(failed)?;
    if options.overdue {
        let late: BTreeSet<String> =
            lives.overdue(now).map_err(failed)?.into_iter().map(|overdue| overdue.life.digest).collect();
        all.retain(|life| late.contains(&life.digest));
    }
    if options.json {
        let all = all.iter().map(|life| life_json(&lives, life, now)).collect::<Result<Vec<Value>, Failure>>()?;
        serde_json::to_writer_pretty(&mut *out, &json!({"schema": 1, "secrets": all}))
            .map_err(|error| Failure::of_output(error.into()))?;
        line(out, "")?;
        return Ok(Exit::Clean);
    }
    for life in &all {
        line(out, &short(life, now))?;
    }
    line(out, &counted(all.len(), "secret"))?;
    Ok(Exit::Clean)
}

/// A secret on a line.
pub(super) fn short(life: &Life, now: i64) -> String {
    let owner = life.owner.as_ref().map_or_else(String::new, |owner| format!("  {}", harmless(owner)));
    let age = days(now - life.first_seen);
    format!(
        "{}  {:<8}  {:<14}  {age:>9}  {}  {}{owner}",
        life.id,
        life.severity,
        life.state,
        harmless(&life.name),
        harmless(&life.masked)
    )
}

/// A secret with its places, for programs.
pub(super) fn life_json(lives: &Lives, life: &Life, now: i64) -> Result<Value, Failure> {
    let places = lives.places(life).map_err(failed)?;
    let moment = |seconds: i64| Moment::from_seconds(seconds).map(|moment| moment.to_string());
    let place = |one: &Place| {
        json!({
            "surface": one.surface, "name": one.surface_name, "place": one.place, "line": one.line,
            "environment": one.environment, "first_seen": moment(one.first_seen), "gone": one.gone_at.and_then(moment),
        })
    };
    Ok(json!({
        "id": life.id, "digest": life.digest, "fingerprint": life.fingerprint, "rule": life.rule, "family": life.family,
        "name": life.name, "severity": life.severity.as_str(), "secret": life.masked, "state": life.state.as_str(),
        "state_since": moment(life.state_since), "first_seen": moment(life.first_seen), "last_seen": moment(life.last_seen),
        "first_commit": life.first_commit.and_then(moment), "revoked": life.revoked_at.and_then(moment),
        "exposed_seconds": life.exposure(now), "reopened": life.reopened, "owner": life.owner, "reason": life.reason,
        "expires": life.expires.map(|day| day.to_string()), "rotate": life.rotate,
        "places": places.iter().map(place).collect::<Vec<_>>(),
    }))
}

/// Shows a life: what is known, where it was seen, and what was decided when and by whom.
///
/// # Errors
/// Fails when there is no such secret, or the ledger or the output fails.
pub fn ledger_show(ledger: &LedgerOptions, name: &str, json: bool, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (lives, now) = (ledger.open()?, ledger.now());
    let life = lives.one(name).map_err(failed)?;
    let journal = lives.journal(Some(&life.digest)).map_err(failed)?;
    if json {
        let mut value = life_json(&lives, &life, now)?;
        let entry = |one: &crate::ledger::lives::JournalEntry| {
            let at = Moment::from_seconds(one.made_at).map(|moment| moment.to_string());
            json!({"seq": one.seq, "at": at, "who": one.who, "action": one.action, "detail": one.detail})
        };
        value["journal"] = journal.iter().map(entry).collect();
        serde_json::to_writer_pretty(&mut *out, &value).map_err(|error| Failure::of_output(error.into()))?;
        line(out, "")?;
        return Ok(Exit::Clean);
    }
    line(out, &format!("{}  {} {} ({})", life.id, harmless(&life.name), harmless(&life.masked), harmless(&life.rule)))?;
    line(out, &format!("  {}, {} since {}", life.severity, life.state, day(life.state_since)))?;
    if let Some(commit) = life.first_commit {
        line(out, &format!("  first committed {}", day(commit)))?;
    }
    let end = if life.revoked_at.is_some() { "until it was revoked" } else { "so far" };
    let seen = format!("  first seen {}, last seen {}", day(life.first_seen), day(life.last_seen));
    line(out, &format!("{seen}; exposed for {} {end}", days(life.exposure(now))))?;
    for (what, text) in [("owner", &life.owner), ("reason", &life.reason), ("rotate it at", &life.rotate)] {
        if let Some(text) = text {
            line(out, &format!("  {what}: {}", harmless(text)))?;
        }
    }
    if let Some(last) = life.expires {
        line(out, &format!("  until {last}"))?;
    }
    places(&lives, &life, out)?;
    line(out, "journal")?;
    for entry in journal {
        let at = Moment::from_seconds(entry.made_at).map_or_else(String::new, |moment| moment.to_string());
        line(out, &format!("  {at}  {}  {}: {}", harmless(&entry.who), entry.action, harmless(&entry.detail)))?;
    }
    Ok(Exit::Clean)
}

fn places(lives: &Lives, life: &Life, out: &mut dyn Write) -> Result<(), Failure> {
    let places = lives.places(life).map_err(failed)?;
    let names =
        |of: fn(&Place) -> &str| places.iter().map(of).filter(|name| !name.is_empty()).collect::<BTreeSet<&str>>();
    let (surfaces, environments) = (names(|one| &one.surface), names(|one| &one.environment));
    let mut head = format!("{} on {}", counted(places.len(), "place"), counted(surfaces.len(), "surface"));
    if environments.len() > 1 {
        head.push_str(&format!(", in the environments {}", environments.into_iter().collect::<Vec<_>>().join(", ")));
    }
    line(out, &harmless(&head))?;
    for one in places.iter().take(MOST_PLACES) {
        let gone = one.gone_at.map_or_else(String::new, |at| format!("  (gone {})", day(at)));
        let environment = if one.environment.is_empty() { String::new() } else { format!("  [{}]", one.environment) };
        line(out, &harmless(&format!("  {}: {}:{}{environment}{gone}", one.surface_name, one.place, one.line)))?;
    }
    if places.len() > MOST_PLACES {
        written(writeln!(out, "  and {} more (--json lists all)", places.len() - MOST_PLACES))?;
    }
    Ok(())
}
