//! Takes a report into the ledger.

use super::error::LivesError;
use super::journal::Journal;
use super::key::Key;
use super::report::{Occurrence, Report, Reported};
use super::seal::{Fixed, Sum};
use super::state::State;
use super::store::Lives;
use crate::model::{Secret, Severity};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

/// What a report brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The same report was recorded before; nothing was changed.
    pub is_known: bool,
    /// Secrets that were not in the ledger.
    pub new: usize,
    /// Secrets that were.
    pub seen: usize,
    /// Secrets that were settled and are not: purged ones that are somewhere, dead ones that live.
    pub reopened: usize,
    /// Secrets that a check proved dead.
    pub proved_dead: usize,
    /// Places that a complete scan of the same surface no longer saw.
    pub gone: usize,
}

/// A row that is there.
struct Known {
    id: i64,
    state: State,
    severity: String,
    first_commit: Option<i64>,
}

/// What is the same for all findings of a report.
struct Visit<'a> {
    connection: &'a Connection,
    key: &'a Key,
    report: &'a Report,
    at: i64,
    sighting: i64,
    environment: &'a str,
    sum: Sum,
    next_id: i64,
    surfaces: BTreeSet<String>,
    told: Recorded,
}

impl Lives {
    /// Records a report: a sighting of every secret in it. The same report changes nothing.
    ///
    /// # Errors
    /// Fails when the database does; then nothing is recorded.
    pub fn record(
        &mut self,
        report: &Report,
        (who, at): (&str, i64),
        environment: Option<&str>,
    ) -> Result<Recorded, LivesError> {
        self.change(who, at, |connection, key, journal| {
            let known = connection
                .query_row("SELECT id FROM sightings WHERE report = ?", [&report.digest], |row| row.get::<_, i64>(0))
                .optional()?;
            if known.is_some() {
                return Ok(Recorded { is_known: true, ..Recorded::default() });
            }
            let number = |table: &str| -> Result<i64, LivesError> {
                Ok(connection.query_row(&format!("SELECT COALESCE(MAX(id), 0) FROM {table}"), [], |row| row.get(0))?)
            };
            let sighting = number("sightings")? + 1;
            let occurrences: usize = report.findings.iter().map(|one| one.occurrences.len()).sum();
            connection.execute(
                "INSERT INTO sightings (id, report, seen_at, complete, secrets, occurrences, files, bytes, problems, tool, environment)
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                params![
                    sighting,
                    report.digest,
                    at,
                    i64::from(report.complete),
                    report.findings.len() as i64,
                    occurrences as i64,
                    report.files,
                    report.bytes,
                    report.problems,
                    report.tool,
                    environment
                ],
            )?;
            let surfaces = report.repositories.values().map(|identity| format!("repository:{identity}")).collect();
            let mut visit = Visit {
                connection,
                key,
                report,
                at,
                sighting,
                environment: environment.unwrap_or_default(),
                sum: Sum::stored(connection)?,
                next_id: number("secrets")? + 1,
                surfaces,
                told: Recorded::default(),
            };
            for finding in &report.findings {
                visit.finding(finding, journal)?;
            }
            if report.complete {
                visit.gone()?;
            }
            visit.sum.store(connection)?;
            let told = visit.told;
            let coverage = if report.complete { "complete" } else { "incomplete" };
            journal.add(
                "recorded",
                "",
                &format!(
                    "report {:.12}, {coverage}: {} new, {} seen again, {} reopened, {} places gone",
                    report.digest, told.new, told.seen, told.reopened, told.gone
                ),
            )?;
            Ok(told)
        })
    }
}

impl Visit<'_> {
    fn finding(&mut self, finding: &Reported, journal: &mut Journal<'_>) -> Result<(), LivesError> {
        let Some(fingerprint) = finding.fingerprint() else { return Ok(()) };
        let digest = self.key.digest(fingerprint);
        let known = self
            .connection
            .prepare_cached("SELECT id, state, severity, first_commit FROM secrets WHERE digest = ?")?
            .query_row([&digest], |row| {
                let state: String = row.get(1)?;
                let state = State::parse(&state).unwrap_or(State::New);
                Ok(Known { id: row.get(0)?, state, severity: row.get(2)?, first_commit: row.get(3)? })
            })
            .optional()?;
        let first_commit = finding.first_commit();
        let severity = finding.severity.parse::<Severity>().map_or("medium", Severity::as_str);
        let id = match known {
            None => {
                let id = self.next_id;
                self.next_id += 1;
                self.told.new += 1;
                let fingerprint = (!finding.guessable).then(|| fingerprint.to_string());
                self.connection
                    .prepare_cached(
                        "INSERT INTO secrets (id, digest, fingerprint, rule, family, name, severity, masked, state, state_since,
                         first_seen, last_seen, first_commit, revoked_at, reopened, owner, reason, expires, rotate)
                         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'new', ?, ?, ?, ?, NULL, 0, ?, NULL, NULL, ?)",
                    )?
                    .execute(params![
                        id,
                        digest,
                        fingerprint,
                        finding.rule,
                        finding.family,
                        finding.name,
                        severity,
                        masked(&finding.secret),
                        self.at,
                        self.at,
                        self.at,
                        first_commit.map(|(time, _)| time),
                        first_commit.map(|(_, author)| author),
                        finding.rotate
                    ])?;
                journal.add("new", &digest, &format!("{} ({severity})", finding.rule))?;
                id
            }
            Some(known) => {
                self.told.seen += 1;
                let earliest = known.first_commit.into_iter().chain(first_commit.map(|(time, _)| time)).min();
                self.connection
                    .prepare_cached("UPDATE secrets SET last_seen = MAX(last_seen, ?), first_seen = MIN(first_seen, ?), first_commit = ? WHERE id = ?")?
                    .execute(params![self.at, self.at, earliest, known.id])?;
                self.again(&known, finding, &digest, journal)?;
                known.id
            }
        };
        for occurrence in &finding.occurrences {
            self.place(id, occurrence)?;
        }
        Ok(())
    }

    /// What it means that a secret is seen which is known.
    fn again(
        &mut self,
        known: &Known,
        finding: &Reported,
        digest: &str,
        journal: &mut Journal<'_>,
    ) -> Result<(), LivesError> {
        let verdict = finding.liveness.as_ref().map(|liveness| liveness.verdict.as_str());
        let evidence = || {
            let evidence = finding.liveness.as_ref().and_then(|liveness| liveness.evidence.as_ref());
            evidence.map_or_else(String::new, |evidence| format!(": {evidence}"))
        };
        let is_alive = verdict == Some("live") && matches!(known.state, State::Revoked | State::Dead | State::Purged);
        if is_alive || known.state == State::Purged {
            let severity = raised(&known.severity);
            self.connection
                .prepare_cached("UPDATE secrets SET state = 'triaged', state_since = ?, severity = ?, reopened = reopened + 1, revoked_at = NULL WHERE id = ?")?
                .execute(params![self.at, severity, known.id])?;
            let why =
                if is_alive { format!("it is live{}", evidence()) } else { "it was purged, and is seen".to_owned() };
            journal.add("reopened", digest, &format!("{} before; {why}; severity {severity}", known.state))?;
            self.told.reopened += 1;
        } else if verdict == Some("dead") && matches!(known.state, State::Rotating | State::Revoked) {
            self.connection
                .prepare_cached("UPDATE secrets SET state = 'dead', state_since = ?, revoked_at = COALESCE(revoked_at, ?) WHERE id = ?")?
                .execute(params![self.at, self.at, known.id])?;
            journal.add("state", digest, &format!("dead: a live check was refused{}", evidence()))?;
            self.told.proved_dead += 1;
        }
        Ok(())
    }

    fn place(&mut self, secret: i64, occurrence: &Occurrence) -> Result<(), LivesError> {
        let (surface, name) = occurrence.surface(&self.report.repositories);
        let (place, line) = (occurrence.place(), occurrence.line());
        let changed = self
            .connection
            .prepare_cached("UPDATE occurrences SET line = ?, last_sighting = ?, gone_at = NULL WHERE secret = ? AND surface = ? AND place = ? AND environment = ?")?
            .execute(params![line, self.sighting, secret, surface, place, self.environment])?;
        if changed == 0 {
            self.connection
                .prepare_cached(
                    "INSERT INTO occurrences (secret, surface, place, environment, surface_name, line, first_seen, last_sighting, gone_at)
                     VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                )?
                .execute(params![secret, surface, place, self.environment, name, line, self.at, self.sighting])?;
            let (surface, place) = (surface.as_str(), place.as_str());
            self.sum
                .add(self.key, &Fixed { secret, surface, place, environment: self.environment, first_seen: self.at });
        }
        self.surfaces.insert(surface);
        Ok(())
    }

    /// Marks what a complete scan of a repository or an image no longer saw. Of files and hosts a report does not say which it read.
    fn gone(&mut self) -> Result<(), LivesError> {
        let whole = |surface: &&String| surface.starts_with("repository:") || surface.starts_with("image:");
        for surface in self.surfaces.iter().filter(whole) {
            self.told.gone += self
                .connection
                .prepare_cached("UPDATE occurrences SET gone_at = ? WHERE surface = ? AND environment = ? AND last_sighting < ? AND gone_at IS NULL")?
                .execute(params![self.at, surface, self.environment, self.sighting])?;
        }
        Ok(())
    }
}

/// The masked form: a report that shows values is not believed to hide them.
fn masked(text: &str) -> String {
    const MASK: &str = "********";
    let is_masked = text.strip_suffix(MASK).is_some_and(|head| head.len() <= 4);
    if is_masked { text.to_owned() } else { Secret::new(text.as_bytes()).masked() }
}

/// The next higher severity.
fn raised(severity: &str) -> &'static str {
    match severity {
        "low" => "medium",
        "medium" => "high",
        _ => "critical",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_a_report_shows_is_masked() {
        let value = format!("{}{}", "abcd", "0123456789".repeat(3));
        assert_eq!(masked(&value), "abcd********");
        assert_eq!(masked("abcd********"), "abcd********");
        assert_eq!(masked("longer than four********"), "long********");
    }
}
