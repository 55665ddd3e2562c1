//! Decisions about secrets: changes of their states, each checked, dated and attributed.

use super::error::LivesError;
use super::state::State;
use super::store::Lives;
use crate::model::Day;
use rusqlite::params;

/// A decision.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The state that the secrets are in from now on.
    pub state: State,
    /// Why, or what proves it.
    pub reason: Option<String>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// The last day of an acceptance.
    pub expires: Option<Day>,
}

/// A state that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The secret's id in this ledger.
    pub id: String,
    /// The state before.
    pub from: State,
}

impl Lives {
    /// Sets the state of secrets, by their ids or fingerprints: all of them or none.
    ///
    /// # Errors
    /// Fails when one is not there or not the only one, when the state may not follow its own, or when the reason, the owner or the day that the
    /// state needs is missing.
    pub fn decide(
        &mut self,
        names: &[String],
        decision: &Decision,
        (who, at): (&str, i64),
    ) -> Result<Vec<Change>, LivesError> {
        let Decision { state, reason, owner, expires } = decision;
        let lacks = |what: &str| Err(LivesError::Refused(format!("`{state}` needs {what}")));
        match state {
            State::Accepted if reason.is_none() || owner.is_none() || expires.is_none() => {
                return lacks("--reason, --owner and --expires: nothing is accepted for good");
            }
            State::FalsePositive if reason.is_none() => return lacks("--reason"),
            State::Dead | State::Purged if reason.is_none() => {
                return lacks(
                    "--reason, which says what proves it: a refused login, a clean `stanch git` over a new clone",
                );
            }
            _ => {}
        }
        if expires.is_some_and(|day| day.begin() + 86_400 <= at) {
            return Err(LivesError::Refused("--expires is a day in the past".to_owned()));
        }
        let lives = names.iter().map(|name| self.one(name)).collect::<Result<Vec<_>, _>>()?;
        for life in &lives {
            if !life.state.next().contains(state) {
                let next: Vec<&str> = life.state.next().iter().map(|state| state.as_str()).collect();
                return Err(LivesError::Refused(format!(
                    "{} is {}: `{state}` cannot follow, but {}",
                    life.id,
                    life.state,
                    next.join(", ")
                )));
            }
        }
        self.change(who, at, |connection, _, journal| {
            let mut changes = Vec::new();
            for life in lives {
                let day = expires.map(|day| day.to_string());
                let revoked = match state {
                    State::Revoked => Some(at),
                    State::Dead | State::Purged => life.revoked_at,
                    _ => None,
                };
                connection
                    .prepare_cached(
                        "UPDATE secrets SET state = ?, state_since = ?, reason = ?, owner = COALESCE(?, owner), expires = ?, revoked_at = ?
                         WHERE digest = ?",
                    )?
                    .execute(params![state.as_str(), at, reason, owner, day, revoked, life.digest])?;
                let mut detail = format!("{state} ({} before)", life.state);
                for (name, text) in [("reason", reason), ("owner", owner), ("expires", &day)] {
                    if let Some(text) = text {
                        detail.push_str(&format!("; {name}: {text}"));
                    }
                }
                journal.add("state", &life.digest, &detail)?;
                changes.push(Change { id: life.id, from: life.state });
            }
            Ok(changes)
        })
    }

    /// Says who answers for secrets.
    ///
    /// # Errors
    /// Fails when one is not there or not the only one.
    pub fn assign(&mut self, names: &[String], owner: &str, (who, at): (&str, i64)) -> Result<(), LivesError> {
        let lives = names.iter().map(|name| self.one(name)).collect::<Result<Vec<_>, _>>()?;
        self.change(who, at, |connection, _, journal| {
            for life in lives {
                connection.execute("UPDATE secrets SET owner = ? WHERE digest = ?", [owner, &life.digest])?;
                journal.add("owner", &life.digest, owner)?;
            }
            Ok(())
        })
    }
}
