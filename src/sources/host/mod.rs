//! A host as a source: the places of its file systems where secrets lie, and its processes.
//!
//! Reading changes nothing: files and directories are opened relative to each other, through no link, without new access times, locks or
//! writes, and nothing is asked of other programs. What vanishes meanwhile is normal; what may not be read is counted and named.

mod access;
mod accounts;
mod arguments;
mod deleted;
mod dir;
mod event;
mod exposure;
mod file_systems;
mod identity;
mod key;
mod machine;
mod nice;
mod pattern;
mod places;
mod positions;
mod processes;
mod shares;
mod walk;

pub use event::{HostEvent, Text};
pub use file_systems::FileSystems;
pub use key::KeyState;
pub use machine::{Host, HostOptions};
pub use nice::be_nice;
#[doc(hidden)]
pub use pattern::glob;
pub use places::{Finder, Place, Places};
pub use positions::Values;
