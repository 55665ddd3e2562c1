//! The file: opened, migrated, and changed in transactions that the journal notes.

use super::error::LivesError;
use super::journal::{self, Entry, Journal};
use super::key::{Key, key_file};
use super::seal;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};
use std::path::Path;
use std::time::Duration;

/// Numbered steps of the schema, each applied once and in order.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/0001.sql")];
/// A writer waits so long for the others.
const PATIENCE: Duration = Duration::from_secs(120);

/// An open ledger.
#[derive(Debug)]
pub struct Lives {
    pub(super) connection: Connection,
    pub(super) key: Key,
}

impl Lives {
    /// Opens a ledger. With `may_make`, one that is not there is made, with a key of its own.
    ///
    /// # Errors
    /// Fails when the file is no ledger, is of a later version, or the key is missing or another one's.
    pub fn open(path: &Path, may_make: bool) -> Result<Lives, LivesError> {
        let is_there = path.exists();
        if !is_there && !may_make {
            let name = path.display();
            return Err(LivesError::Refused(format!("{name}: there is no ledger; `stanch ledger record` makes one")));
        }
        let key = Key::open(&key_file(path), !is_there)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if !is_there {
            make_private(path).map_err(|error| LivesError::Refused(format!("{}: {error}", path.display())))?;
        }
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(PATIENCE)?;
        connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;")?;
        let mut lives = Lives { connection, key };
        lives.migrate()?;
        Ok(lives)
    }

    fn migrate(&mut self) -> Result<(), LivesError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version: i64 = transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        let done = usize::try_from(version).unwrap_or(usize::MAX);
        if done > MIGRATIONS.len() {
            return Err(LivesError::Refused(format!(
                "the ledger is of version {version}, and this program knows up to {}: use a newer one",
                MIGRATIONS.len()
            )));
        }
        for step in &MIGRATIONS[done..] {
            transaction.execute_batch(step)?;
        }
        // The mark of a key tells at once that it is another ledger's.
        let mark = self.key.mac(&[b"key mark 1"]);
        if done == 0 {
            transaction.execute("INSERT INTO meta (name, value) VALUES ('key-mark', ?)", [&mark])?;
        }
        if done < MIGRATIONS.len() {
            seal::write(&transaction, &self.key)?;
        }
        transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
        let stored: Option<String> =
            transaction.query_row("SELECT value FROM meta WHERE name = 'key-mark'", [], |row| row.get(0)).optional()?;
        if stored.as_deref() != Some(mark.as_str()) {
            return Err(LivesError::Key("it is not the key that this ledger was made with".to_owned()));
        }
        transaction.commit()?;
        Ok(())
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// Makes changes in one transaction, with the journal that they are noted in.
    pub(super) fn change<T>(
        &mut self,
        who: &str,
        at: i64,
        make: impl FnOnce(&Connection, &Key, &mut Journal<'_>) -> Result<T, LivesError>,
    ) -> Result<T, LivesError> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut journal = Journal::open(&transaction, &self.key, who, at)?;
        let made = make(&transaction, &self.key, &mut journal)?;
        journal.finish()?;
        seal::write(&transaction, &self.key)?;
        transaction.commit()?;
        Ok(made)
    }

    /// Notes something that is about no single state: that secrets were revealed, for example.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn note(&mut self, who: &str, at: i64, action: &str, secret: &str, detail: &str) -> Result<(), LivesError> {
        self.change(who, at, |_, _, journal| journal.add(action, secret, detail))
    }

    /// The journal, of one secret or of all, the oldest entry first.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn journal(&self, secret: Option<&str>) -> Result<Vec<Entry>, LivesError> {
        journal::entries(&self.connection, secret)
    }

    /// Checks that nothing was changed but by this program with this key. The inner error says what is wrong.
    ///
    /// # Errors
    /// Fails when the database cannot be read.
    pub fn verify(&self) -> Result<Result<i64, String>, LivesError> {
        let sound: String = self.connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if sound != "ok" {
            return Ok(Err(format!("the file is damaged: {sound}")));
        }
        if let Err(why) = seal::check(&self.connection, &self.key)? {
            return Ok(Err(why));
        }
        journal::verify(&self.connection, &self.key)
    }
}

/// An empty file for its owner alone, which becomes the database.
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
