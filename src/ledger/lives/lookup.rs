//! Questions to the ledger.

use super::error::LivesError;
use super::state::State;
use super::store::Lives;
use crate::model::{Day, Fingerprint, Severity};
use rusqlite::{Row, params};
use std::cmp::Reverse;

/// So many characters of a digest name a secret for people.
const SHORT: usize = 12;
/// Fewer name nothing.
const LEAST: usize = 6;
const COLUMNS: &str = "id, digest, fingerprint, rule, family, name, severity, masked, state, state_since, first_seen, last_seen, \
                       first_commit, revoked_at, reopened, owner, reason, expires, rotate";

/// A secret, as the ledger knows it. Moments are seconds since 1970.
#[derive(Clone, Debug)]
pub struct Life {
    row: i64,
    /// What it is called in this ledger: the first twelve digits of its digest.
    pub id: String,
    /// Its keyed digest.
    pub digest: String,
    /// Its fingerprint, if it cannot be guessed.
    pub fingerprint: Option<String>,
    /// The rule that found it.
    pub rule: String,
    /// The rule's family (its provider).
    pub family: String,
    /// What it is.
    pub name: String,
    /// Its severity, raised when it was reopened.
    pub severity: Severity,
    /// Its value, masked.
    pub masked: String,
    /// Its state.
    pub state: State,
    /// Since when.
    pub state_since: i64,
    /// When it was first seen.
    pub first_seen: i64,
    /// When it was last seen.
    pub last_seen: i64,
    /// When the oldest commit that brought it was made.
    pub first_commit: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
    /// How often it was settled and came back.
    pub reopened: i64,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why it is in its state.
    pub reason: Option<String>,
    /// The last day of an acceptance.
    pub expires: Option<Day>,
    /// Where it can be replaced.
    pub rotate: Option<String>,
}

impl Life {
    /// For how long it could be used by whoever found it, in seconds: from its first commit or sight until it was revoked, or until now.
    #[must_use]
    pub fn exposure(&self, now: i64) -> i64 {
        let begin = self.first_commit.map_or(self.first_seen, |commit| commit.min(self.first_seen));
        (self.revoked_at.unwrap_or(now) - begin).max(0)
    }
}

/// A place of a secret.
#[derive(Clone, Debug)]
pub struct Place {
    /// What it lies in: `repository:…`, `image:…`, `host`, `files`.
    pub surface: String,
    /// The name of that.
    pub surface_name: String,
    /// The place within, with its commit.
    pub place: String,
    /// The line, from 1.
    pub line: i64,
    /// The environment that was said when it was recorded; empty for none.
    pub environment: String,
    /// When it was first seen there, seconds since 1970.
    pub first_seen: i64,
    /// When a complete scan no longer saw it there.
    pub gone_at: Option<i64>,
}

/// Which secrets are asked for; all by default.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// In one of these states; any when empty.
    pub states: Vec<State>,
    /// Of at least this severity.
    pub severity: Option<Severity>,
    /// Of this owner.
    pub owner: Option<String>,
}

impl Lives {
    /// Secrets, the severest first, then the oldest.
    ///
    /// # Errors
    /// Fails when the database does, or holds what this program does not write.
    pub fn list(&self, filter: &Filter) -> Result<Vec<Life>, LivesError> {
        let mut statement =
            self.connection.prepare(&format!("SELECT {COLUMNS} FROM secrets ORDER BY first_seen, id"))?;
        let mut rows = statement.query([])?;
        let mut all = Vec::new();
        while let Some(row) = rows.next()? {
            let life = life(row)?;
            let is_asked = (filter.states.is_empty() || filter.states.contains(&life.state))
                && filter.severity.is_none_or(|least| life.severity >= least)
                && filter.owner.as_ref().is_none_or(|owner| life.owner.as_ref() == Some(owner));
            if is_asked {
                all.push(life);
            }
        }
        all.sort_by_key(|life| Reverse(life.severity));
        Ok(all)
    }

    /// The secret that an id of this ledger, a fingerprint, or the beginning of one names.
    ///
    /// # Errors
    /// Fails when there is none, or more than one.
    pub fn one(&self, name: &str) -> Result<Life, LivesError> {
        let refused = |why: String| Err(LivesError::Refused(why));
        let is_name = name.len() >= LEAST && name.len() <= 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_name {
            return refused(format!("`{name}` is no id and no fingerprint: at least {LEAST} hexadecimal digits"));
        }
        let name = name.to_ascii_lowercase();
        // The fingerprint of a guessable secret is not stored, but its digest can be computed.
        let whole = (name.len() == 32).then(|| fingerprint(&name)).flatten().map(|one| self.key.digest(one));
        let mut statement = self.connection.prepare(&format!(
            "SELECT {COLUMNS} FROM secrets WHERE digest >= ?1 AND digest < ?2 OR fingerprint >= ?1 AND fingerprint < ?2 OR digest = ?3 LIMIT 3"
        ))?;
        let mut rows = statement.query(params![name, format!("{name}g"), whole])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(life(row)?);
        }
        match found.len() {
            1 => Ok(found.remove(0)),
            0 => refused(format!("no secret of the ledger is called {name}; `stanch ledger list` shows them")),
            _ => refused(format!("several secrets are called {name}: write more of its digits")),
        }
    }

    /// Where a secret was seen.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn places(&self, life: &Life) -> Result<Vec<Place>, LivesError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT surface, surface_name, place, line, environment, first_seen, gone_at FROM occurrences WHERE secret = ?
             ORDER BY surface, place, environment",
        )?;
        let rows = statement.query_map([life.row], |row| {
            Ok(Place {
                surface: row.get(0)?,
                surface_name: row.get(1)?,
                place: row.get(2)?,
                line: row.get(3)?,
                environment: row.get(4)?,
                first_seen: row.get(5)?,
                gone_at: row.get(6)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many scans were recorded, how many of them complete, and when the last one was.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn sightings(&self) -> Result<(i64, i64, Option<i64>), LivesError> {
        let query = "SELECT COUNT(*), COALESCE(SUM(complete), 0), MAX(seen_at) FROM sightings";
        Ok(self.connection.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?)
    }
}

fn fingerprint(hex: &str) -> Option<Fingerprint> {
    let mut bytes = [0; 16];
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(Fingerprint::from(bytes))
}

fn life(row: &Row<'_>) -> Result<Life, LivesError> {
    let digest: String = row.get(1)?;
    let (severity, state, expires): (String, String, Option<String>) = (row.get(6)?, row.get(8)?, row.get(17)?);
    let odd = || {
        LivesError::Refused(
            "the ledger holds what no version of stanch writes; `stanch ledger verify` says more".to_owned(),
        )
    };
    Ok(Life {
        row: row.get(0)?,
        id: digest.get(..SHORT).ok_or_else(odd)?.to_owned(),
        digest,
        fingerprint: row.get(2)?,
        rule: row.get(3)?,
        family: row.get(4)?,
        name: row.get(5)?,
        severity: severity.parse().map_err(|_| odd())?,
        masked: row.get(7)?,
        state: State::parse(&state).ok_or_else(odd)?,
        state_since: row.get(9)?,
        first_seen: row.get(10)?,
        last_seen: row.get(11)?,
        first_commit: row.get(12)?,
        revoked_at: row.get(13)?,
        reopened: row.get(14)?,
        owner: row.get(15)?,
        reason: row.get(16)?,
        expires: expires.map(|day| day.parse()).transpose().map_err(|_| odd())?,
        rotate: row.get(18)?,
    })
}
