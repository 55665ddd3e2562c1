//! Decisions, owners and deadlines.

use super::{LedgerOptions, counted, failed, line};
use crate::commands::{Exit, Failure};
use crate::ledger::lives::{Deadline, Decision, State};
use crate::model::{Day, Severity};
use std::io::Write;

/// A decision about secrets.
#[derive(Clone, Debug)]
pub struct SetOptions {
    /// Their ids or fingerprints.
    pub secrets: Vec<String>,
    /// The state that they are in from now on.
    pub state: State,
    /// Why, or what proves it.
    pub reason: Option<String>,
    /// Who answers for them.
    pub owner: Option<String>,
    /// The last day on which it holds.
    pub expires: Option<String>,
}

/// The deadlines of a severity, in days; `None` leaves one as it is, and 0 takes it away.
#[derive(Clone, Copy, Debug)]
pub struct DeadlineOptions {
    /// The severity.
    pub severity: Severity,
    /// From the first sight until it must be settled.
    pub max_age: Option<i64>,
    /// From the decision to rotate until it must be revoked.
    pub max_time_to_revoke: Option<i64>,
}

/// Sets the state of secrets: of all or of none.
///
/// # Errors
/// Fails when one is not there, or the state may not follow its own.
pub fn ledger_set(ledger: &LedgerOptions, options: &SetOptions, out: &mut dyn Write) -> Result<Exit, Failure> {
    let SetOptions { secrets, state, reason, owner, expires } = options;
    let expires: Option<Day> = expires
        .as_ref()
        .map(|day| day.parse())
        .transpose()
        .map_err(|error: crate::model::BadDay| Failure::Usage(error.to_string()))?;
    let decision = Decision { state: *state, reason: reason.clone(), owner: owner.clone(), expires };
    let (who, at) = ledger.by();
    let changes = ledger.open()?.decide(secrets, &decision, (&who, at)).map_err(failed)?;
    for change in changes {
        line(out, &format!("{}  {} -> {state}", change.id, change.from))?;
    }
    Ok(Exit::Clean)
}

/// Says who answers for secrets.
///
/// # Errors
/// Fails when one is not there.
pub fn ledger_assign(
    ledger: &LedgerOptions,
    owner: &str,
    secrets: &[String],
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let (who, at) = ledger.by();
    ledger.open()?.assign(secrets, owner, (&who, at)).map_err(failed)?;
    line(out, &format!("{} answers for {}", super::harmless(owner), counted(secrets.len(), "secret")))?;
    Ok(Exit::Clean)
}

/// Shows the deadlines.
///
/// # Errors
/// Fails when the ledger or the output does.
pub fn ledger_deadlines(ledger: &LedgerOptions, out: &mut dyn Write) -> Result<Exit, Failure> {
    let days = |days: Option<i64>| days.map_or_else(|| "none".to_owned(), |days| format!("{days} days"));
    for (severity, Deadline { max_age, max_time_to_revoke }) in ledger.open()?.deadlines().map_err(failed)?.iter().rev()
    {
        line(out, &format!("{severity:<8}  age {:<8}  time to revoke {}", days(*max_age), days(*max_time_to_revoke)))?;
    }
    Ok(Exit::Clean)
}

/// Sets the deadlines of a severity, and shows all.
///
/// # Errors
/// Fails when the ledger or the output does.
pub fn ledger_set_deadline(
    ledger: &LedgerOptions,
    options: DeadlineOptions,
    out: &mut dyn Write,
) -> Result<Exit, Failure> {
    let mut lives = ledger.open()?;
    let (who, at) = ledger.by();
    let before = lives.deadlines().map_err(failed)?.get(&options.severity).copied().unwrap_or_default();
    let new = |asked: Option<i64>, before: Option<i64>| match asked {
        None => before,
        Some(0) => None,
        Some(days) => Some(days),
    };
    let deadline = Deadline {
        max_age: new(options.max_age, before.max_age),
        max_time_to_revoke: new(options.max_time_to_revoke, before.max_time_to_revoke),
    };
    lives.set_deadline(options.severity, deadline, (&who, at)).map_err(failed)?;
    drop(lives);
    ledger_deadlines(ledger, out)
}
