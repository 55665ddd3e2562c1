//! Floor 1: what bytes mean, before they are searched.

mod text;

pub use text::{Encoding, Utf16Reader};
