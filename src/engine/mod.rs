//! Floor 2: decides which bytes are secrets, from the bytes themselves and a bounded reach around them, and from nothing else.
//!
//! `index` lays out the rules' keywords, and `prefilter` finds them; `matching` runs the rules of a keyword in the window around it, with
//! their `regexes`; `encoded` does so in what the prefilter has `evidence` of being encoded; `filter` rejects matches with a reason; `overlap` keeps one match where several share bytes; `stream` does all of this
//! for input of any size. Because every decision is local, the result is the same for a whole input, for windows of it, and for the changed
//! parts of a stored version.

mod assignment;
mod canonical;
pub mod classifier;
mod encoded;
mod evidence;
mod explain;
mod filter;
mod found;
pub mod index;
mod keywords;
mod laid_out;
mod lines;
mod lookahead;
mod matching;
mod overlap;
pub mod prefilter;
mod proximity;
mod regexes;
pub mod selftest;
mod stream;
mod substring;
mod surroundings;
mod verdict_cache;

pub use assignment::{Assignment, Operator};
pub use canonical::Canonical;
pub use found::{Decoded, Match, Reason, Verdict};
pub use keywords::{FarAnchor, Reach};
pub use lines::Lines;
pub use matching::{DECODE_DEPTH, Engine, Scratch};
pub use overlap::{keep_winners, resolve};
pub use stream::{Event, Sighting, StreamError, scan, scan_settling};
pub use surroundings::Surroundings;
pub use verdict_cache::VerdictCache;
