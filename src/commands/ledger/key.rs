//! Takes a ledger's key to the other members of a team.

use super::{LedgerOptions, failed, line, prepare};
use crate::commands::{Exit, Failure};
use crate::ledger::lives::{Key, Lives, key_file};
use std::io::Write;
use std::path::Path;

/// Writes the key to a file for its owner alone.
///
/// # Errors
/// Fails when there is no key, or the file exists or cannot be written.
pub fn ledger_key_export(ledger: &LedgerOptions, to: &Path, out: &mut dyn Write) -> Result<Exit, Failure> {
    let key = Key::open(&key_file(&ledger.file), false).map_err(failed)?;
    key.write(to).map_err(|error| Failure::Usage(format!("{}: {error}", to.display())))?;
    line(
        out,
        &format!("{}: whoever has it can write into this ledger: send it as you would send a password", to.display()),
    )?;
    Ok(Exit::Clean)
}

/// Puts a key beside a ledger that has none, and checks that it is the one that the ledger was made with.
///
/// # Errors
/// Fails when there is a key already, the file holds none, or it is another ledger's.
pub fn ledger_key_import(ledger: &LedgerOptions, from: &Path, out: &mut dyn Write) -> Result<Exit, Failure> {
    let key = Key::open(from, false).map_err(failed)?;
    let place = key_file(&ledger.file);
    prepare(&ledger.file)?;
    key.write(&place).map_err(|error| Failure::Usage(format!("{}: {error}", place.display())))?;
    if ledger.file.exists()
        && let Err(error) = Lives::open(&ledger.file, false)
    {
        let _ = std::fs::remove_file(&place);
        return Err(failed(error));
    }
    line(out, &format!("{}: imported", place.display()))?;
    Ok(Exit::Clean)
}
