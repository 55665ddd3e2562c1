//! The journal of a ledger: every change, chained to the one before by a keyed digest.
//!
//! Whoever changes, removes or inserts an entry without the key breaks the chain from there on; what was cut off the end is seen because the number of
//! entries and the last link stand in `meta` under the same key. Whoever has the key can forge all of it: it is for those who keep the ledger.

use super::error::LivesError;
use super::key::Key;
use super::state::State;
use rusqlite::{Connection, OptionalExtension, params};

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number, from 1.
    pub seq: i64,
    /// When it was made, seconds since 1970.
    pub made_at: i64,
    /// Who made it.
    pub who: String,
    /// What was done: `new`, `state`, `seen`, `reopened`, `recorded`, `deadline`, `revealed`, `imported`.
    pub action: String,
    /// The secret's digest; empty when it is about none.
    pub secret: String,
    /// The details, for people; the first word of a `state` is the new state.
    pub detail: String,
}

fn link(key: &Key, before: &str, entry: &Entry) -> String {
    let (seq, at) = (entry.seq.to_be_bytes(), entry.made_at.to_be_bytes());
    let texts = [&entry.who, &entry.action, &entry.secret, &entry.detail].map(|text| text.as_bytes());
    key.mac(&[b"journal 1", before.as_bytes(), &seq, &at, texts[0], texts[1], texts[2], texts[3]])
}

/// The seal over the end of the chain.
fn seal(key: &Key, seq: i64, chain: &str) -> String {
    key.mac(&[b"journal end 1", &seq.to_be_bytes(), chain.as_bytes()])
}

/// Writes entries within one transaction.
pub(super) struct Journal<'c> {
    connection: &'c Connection,
    key: &'c Key,
    seq: i64,
    chain: String,
    who: String,
    at: i64,
}

impl<'c> Journal<'c> {
    pub(super) fn open(
        connection: &'c Connection,
        key: &'c Key,
        who: &str,
        at: i64,
    ) -> Result<Journal<'c>, LivesError> {
        let last = connection
            .query_row("SELECT seq, chain FROM journal ORDER BY seq DESC LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let (seq, chain) = last.unwrap_or_default();
        Ok(Journal { connection, key, seq, chain, who: who.to_owned(), at })
    }

    /// Adds an entry.
    pub(super) fn add(&mut self, action: &str, secret: &str, detail: &str) -> Result<(), LivesError> {
        self.seq += 1;
        let (action, secret, detail) = (action.to_owned(), secret.to_owned(), detail.to_owned());
        let entry = Entry { seq: self.seq, made_at: self.at, who: self.who.clone(), action, secret, detail };
        self.chain = link(self.key, &self.chain, &entry);
        self.connection
            .prepare_cached(
                "INSERT INTO journal (seq, made_at, who, action, secret, detail, chain) VALUES (?, ?, ?, ?, ?, ?, ?)",
            )?
            .execute(params![
                entry.seq,
                entry.made_at,
                entry.who,
                entry.action,
                entry.secret,
                entry.detail,
                self.chain
            ])?;
        Ok(())
    }

    /// Seals the end; without it the entries would seem to be cut off.
    pub(super) fn finish(self) -> Result<(), LivesError> {
        let seal = seal(self.key, self.seq, &self.chain);
        self.connection
            .execute("INSERT INTO meta (name, value) VALUES ('journal-seal', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [seal])?;
        Ok(())
    }
}

/// All entries about a secret, or all there are, the oldest first.
pub(super) fn entries(connection: &Connection, secret: Option<&str>) -> Result<Vec<Entry>, LivesError> {
    let row = |row: &rusqlite::Row<'_>| {
        Ok(Entry {
            seq: row.get(0)?,
            made_at: row.get(1)?,
            who: row.get(2)?,
            action: row.get(3)?,
            secret: row.get(4)?,
            detail: row.get(5)?,
        })
    };
    let what = "SELECT seq, made_at, who, action, secret, detail FROM journal";
    Ok(match secret {
        Some(secret) => connection
            .prepare(&format!("{what} WHERE secret = ? ORDER BY seq"))?
            .query_map([secret], row)?
            .collect::<Result<_, _>>()?,
        None => connection.prepare(&format!("{what} ORDER BY seq"))?.query_map([], row)?.collect::<Result<_, _>>()?,
    })
}

/// Checks the chain, its end, and that every secret has the state that the journal says. Returns the number of entries, or what is wrong.
pub(super) fn verify(connection: &Connection, key: &Key) -> Result<Result<i64, String>, LivesError> {
    let mut chain = String::new();
    let mut states: std::collections::HashMap<String, State> = std::collections::HashMap::new();
    let links: Vec<String> = connection
        .prepare("SELECT chain FROM journal ORDER BY seq")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let all = entries(connection, None)?;
    for ((entry, stored), number) in all.iter().zip(&links).zip(1..) {
        chain = link(key, &chain, entry);
        if entry.seq != number || chain != *stored {
            return Ok(Err(format!(
                "entry {} is not the one that was written, or one before it was taken out; what stands from there on proves nothing",
                entry.seq
            )));
        }
        let state = match entry.action.as_str() {
            "new" => Some(State::New),
            "state" => entry.detail.split([' ', ':']).next().and_then(State::parse),
            "reopened" => Some(State::Triaged),
            _ => None,
        };
        if let Some(state) = state {
            states.insert(entry.secret.clone(), state);
        }
    }
    let stored: Option<String> =
        connection.query_row("SELECT value FROM meta WHERE name = 'journal-seal'", [], |row| row.get(0)).optional()?;
    let count = all.len() as i64;
    if count > 0 && stored.as_deref() != Some(seal(key, count, &chain).as_str()) {
        return Ok(Err(format!("its end is not the one that was written: entries behind number {count} were cut off")));
    }
    let mut secrets = connection.prepare("SELECT digest, state FROM secrets ORDER BY id")?;
    let mut rows = secrets.query([])?;
    let mut met = 0;
    while let Some(row) = rows.next()? {
        let (digest, state): (String, String) = (row.get(0)?, row.get(1)?);
        met += 1;
        if states.get(&digest).map(|state| state.as_str()) != Some(state.as_str()) {
            return Ok(Err(format!("secret {:.12} is {state}, which no entry of the journal says", digest)));
        }
    }
    if met != states.len() {
        return Ok(Err(format!("the journal knows {} secrets, and the ledger has {met}", states.len())));
    }
    Ok(Ok(count))
}
