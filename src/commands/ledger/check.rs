//! Whether everything was done in time, and whether the ledger is the one that was written.

use super::show::short;
use super::{LedgerOptions, counted, failed, line};
use crate::commands::{Exit, Failure};
use crate::ledger::lives::Filter;
use std::io::Write;

/// Lists what is overdue; 1 when something is. A ledger that somebody changed by hand is no answer.
///
/// # Errors
/// Fails when the ledger cannot be trusted, or the output fails.
pub fn ledger_check(ledger: &LedgerOptions, out: &mut dyn Write) -> Result<Exit, Failure> {
    let (lives, now) = (ledger.open()?, ledger.now());
    if let Err(why) = lives.verify().map_err(failed)? {
        return Err(Failure::Usage(format!("{}: {why}", ledger.file.display())));
    }
    let overdue = lives.overdue(now).map_err(failed)?;
    for one in &overdue {
        line(out, &format!("{}\n    {}", short(&one.life, now), one.why))?;
    }
    let all = lives.list(&Filter::default()).map_err(failed)?;
    let open = all.iter().filter(|life| !life.state.is_settled()).count();
    let (scans, complete, _) = lives.sightings().map_err(failed)?;
    let of = format!(
        "{} of {}, {open} open, by {scans} scans of which {complete} were complete",
        overdue.len(),
        counted(all.len(), "secret")
    );
    line(out, &format!("overdue: {of}"))?;
    Ok(if overdue.is_empty() { Exit::Clean } else { Exit::Findings(1) })
}

/// Proves that nothing was changed but by this program with the ledger's key; 1 when something was.
///
/// # Errors
/// Fails when the ledger cannot be read, or the output fails.
pub fn ledger_verify(ledger: &LedgerOptions, out: &mut dyn Write) -> Result<Exit, Failure> {
    match ledger.open()?.verify().map_err(failed)? {
        Ok(count) => {
            let entries = if count == 1 { "entry" } else { "entries" };
            line(out, &format!("whole: {count} {entries} of the journal, and every row as it was written"))?;
            Ok(Exit::Clean)
        }
        Err(why) => {
            line(out, &format!("{}: not whole: {why}", ledger.file.display()))?;
            Ok(Exit::Findings(1))
        }
    }
}
