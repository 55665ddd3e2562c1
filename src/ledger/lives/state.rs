//! The states of a secret's life, and which may follow which.

use std::fmt;

/// Where a secret is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Seen, and nothing decided.
    New,
    /// Somebody has looked at it and takes it for real.
    Triaged,
    /// Its replacement is under way.
    Rotating,
    /// Its issuer was told to refuse it.
    Revoked,
    /// It was proved to be refused.
    Dead,
    /// It was taken out of everything that held it.
    Purged,
    /// It may stay until a day, for a reason, and somebody answers for it.
    Accepted,
    /// It is no secret.
    FalsePositive,
}

impl State {
    /// All of them, in the order of a life.
    pub const ALL: [State; 8] = [
        State::New,
        State::Triaged,
        State::Rotating,
        State::Revoked,
        State::Dead,
        State::Purged,
        State::Accepted,
        State::FalsePositive,
    ];

    /// The word in the ledger, in commands and in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::New => "new",
            State::Triaged => "triaged",
            State::Rotating => "rotating",
            State::Revoked => "revoked",
            State::Dead => "dead",
            State::Purged => "purged",
            State::Accepted => "accepted",
            State::FalsePositive => "false-positive",
        }
    }

    /// The state of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether nothing more has to be done about it, as long as it is not seen again.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, State::Revoked | State::Dead | State::Purged | State::Accepted | State::FalsePositive)
    }

    /// The states that a person may set next. What was settled goes back to `triaged` when it turns out not to be.
    #[must_use]
    pub fn next(self) -> &'static [State] {
        match self {
            State::New => &[State::Triaged, State::Rotating, State::Revoked, State::Accepted, State::FalsePositive],
            State::Triaged => &[State::Rotating, State::Revoked, State::Accepted, State::FalsePositive],
            State::Rotating => &[State::Revoked, State::Triaged],
            State::Revoked => &[State::Dead, State::Triaged],
            State::Dead => &[State::Purged, State::Triaged],
            State::Purged | State::Accepted | State::FalsePositive => &[State::Triaged],
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::State;

    #[test]
    fn every_state_can_be_left_and_only_a_dead_secret_is_purged() {
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
            assert!(!state.next().is_empty() && !state.next().contains(&state));
            assert_eq!(state.next().contains(&State::Purged), state == State::Dead);
            assert_eq!(state.next().contains(&State::Dead), state == State::Revoked);
        }
    }
}
