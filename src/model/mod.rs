//! Floor 0: the nouns of the field as plain data. No I/O, no clock, no policy.

mod blob;
mod day;
mod finding;
mod fingerprint;
mod history;
mod level;
mod location;
mod moment;
mod origin;
mod outcome;
mod problem;
mod proof;
mod proof_kind;
mod rule_id;
mod secret;
mod sink;
mod span;
mod suppression;

pub use blob::{Blob, Whole};
pub use day::{BadDay, Day};
pub use finding::{Detection, Finding, Matched, Occurrence};
pub use fingerprint::Fingerprint;
pub use history::{CommitInfo, SecretHistory};
pub use level::{Confidence, Severity, UnknownLevel};
pub use location::{LineColumn, Location};
pub use moment::Moment;
pub use origin::{Origin, Outer, Step};
pub use outcome::{Outcome, ScannedRepository, Stats};
pub use problem::{Problem, ProblemKind, Skip, SkipKind};
pub use proof::{Fact, FactValue, Proof};
pub use proof_kind::ProofKind;
pub use rule_id::RuleId;
pub use secret::Secret;
pub use sink::{RejectedMatch, Sink};
pub use span::Span;
pub use suppression::{Cause, Suppressed, Suppression};
