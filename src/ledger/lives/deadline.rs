//! Until when something has to be done about a secret, and what is overdue.

use super::error::LivesError;
use super::lookup::{Filter, Life};
use super::state::State;
use super::store::Lives;
use crate::model::{Day, Severity};
use rusqlite::params;
use std::collections::BTreeMap;

const DAY: i64 = 86_400;

/// The deadlines of a severity, in days; none where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deadline {
    /// From the first sight until it must be revoked, accepted or called false.
    pub max_age: Option<i64>,
    /// From the decision to rotate until it must be revoked.
    pub max_time_to_revoke: Option<i64>,
}

/// A secret about which something should have been done.
#[derive(Clone, Debug)]
pub struct Overdue {
    /// The secret.
    pub life: Life,
    /// What should have been done, and since when it is late.
    pub why: String,
}

impl Lives {
    /// The deadlines by severity.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn deadlines(&self) -> Result<BTreeMap<Severity, Deadline>, LivesError> {
        let mut statement = self.connection.prepare("SELECT severity, max_age, max_time_to_revoke FROM deadlines")?;
        let rows = statement.query_map([], |row| {
            let severity: String = row.get(0)?;
            Ok((severity.parse().ok(), Deadline { max_age: row.get(1)?, max_time_to_revoke: row.get(2)? }))
        })?;
        let all: Vec<(Option<Severity>, Deadline)> = rows.collect::<Result<_, _>>()?;
        Ok(all.into_iter().filter_map(|(severity, deadline)| Some((severity?, deadline))).collect())
    }

    /// Sets the deadlines of a severity.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn set_deadline(
        &mut self,
        severity: Severity,
        deadline: Deadline,
        (who, at): (&str, i64),
    ) -> Result<(), LivesError> {
        self.change(who, at, |connection, _, journal| {
            connection.execute(
                "UPDATE deadlines SET max_age = ?, max_time_to_revoke = ? WHERE severity = ?",
                params![deadline.max_age, deadline.max_time_to_revoke, severity.as_str()],
            )?;
            let days = |days: Option<i64>| days.map_or_else(|| "none".to_owned(), |days| format!("{days} days"));
            let Deadline { max_age, max_time_to_revoke } = deadline;
            let detail = format!("{severity}: age {}, time to revoke {}", days(max_age), days(max_time_to_revoke));
            journal.add("deadline", "", &detail)
        })
    }

    /// What is overdue at a moment, the severest first.
    ///
    /// # Errors
    /// Fails when the database does.
    pub fn overdue(&self, now: i64) -> Result<Vec<Overdue>, LivesError> {
        let deadlines = self.deadlines()?;
        let mut all = Vec::new();
        for life in self.list(&Filter::default())? {
            let deadline = deadlines.get(&life.severity).copied().unwrap_or_default();
            if let Some(why) = late(&life, deadline, now) {
                all.push(Overdue { life, why });
            }
        }
        Ok(all)
    }
}

/// Why a secret is overdue, if it is.
fn late(life: &Life, deadline: Deadline, now: i64) -> Option<String> {
    let past = |since: i64, days: Option<i64>| {
        let end = since + days? * DAY;
        (now > end).then(|| (now - end) / DAY)
    };
    let days = |count: i64| if count == 1 { "1 day".to_owned() } else { format!("{count} days") };
    match life.state {
        State::Accepted => {
            let last = life.expires?;
            (last.begin() + DAY <= now).then(|| format!("its acceptance ended on {last}"))
        }
        State::New | State::Triaged | State::Rotating => {
            let slow = past(life.state_since, deadline.max_time_to_revoke).filter(|_| life.state == State::Rotating);
            if let Some(count) = slow {
                return Some(format!(
                    "it has been rotating since {}, {} too long",
                    Day::of(life.state_since),
                    days(count)
                ));
            }
            // A secret that came back is as old as its return.
            let since = if life.reopened > 0 { life.state_since } else { life.first_seen };
            past(since, deadline.max_age).map(|count| {
                format!("it is {}, and open since {}, {} too long", life.state, Day::of(since), days(count))
            })
        }
        _ => None,
    }
}
