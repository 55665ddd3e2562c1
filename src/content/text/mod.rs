//! Text encodings: rules see UTF-8.
//!
//! Nearly everything is UTF-8 or something that keeps ASCII as it is, and passes untouched. UTF-16 and UTF-32, which Windows tools write,
//! would hide every secret behind NUL bytes: they are decoded on the way in, in bounded memory. A file may change its encoding: `>>` of
//! PowerShell appends UTF-16 to whatever is there, and other programs append ASCII to UTF-16.
//!
//! [`TextView`] is the only place that decides whether and how bytes are decoded; [`Offsets`] leads from a place in its text back to the
//! bytes that it came from.

mod form;
mod offsets;
mod transcoder;
mod view;

pub use offsets::Offsets;
pub use view::{TextReader, TextView};
