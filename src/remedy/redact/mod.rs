//! Replaces secrets in a stream, for logs and for files.
//!
//! The engine's scan reads the input through a reader that keeps a copy; what the scan has decided is written with the secrets replaced.
//! So the answers are those of a scan, and they do not depend on how the input is cut. While the input pauses, complete lines are decided
//! by what is there.

mod filter;
mod held;
mod json_line;
mod label;
mod spans;
mod values;

pub use filter::{Options, RedactError, Redacted, redact};
pub use label::Style;
pub use values::{Known, ShortValue};
