//! The lives of secrets: one file that remembers every secret that was ever reported, where, in which state it is, and who decided what.
//!
//! A database of SQLite with a schema that PostgreSQL takes too. It holds keyed digests and masked texts, never a value. Every change is made in one
//! transaction that takes the file for itself, so several writers lose nothing and a killed one leaves nothing half done; and it is an entry of a
//! journal whose links are keyed digests ([`Lives::verify`]).

mod change;
mod deadline;
mod error;
mod journal;
mod key;
mod lookup;
mod record;
mod report;
mod seal;
mod state;
mod store;

pub use change::{Change, Decision};
pub use deadline::{Deadline, Overdue};
pub use error::LivesError;
pub use journal::Entry as JournalEntry;
pub use key::{Key, key_file};
pub use lookup::{Filter, Life, Place};
pub use record::Recorded;
pub use report::{Report, ReportError};
pub use state::State;
pub use store::Lives;
