//! Floor 1: what bytes mean, before they are searched.

mod archive;
mod budget;
pub mod decode;
mod document;
mod expand;
mod fault;
mod guard;
mod image;
mod input;
mod parts;
mod program;
mod recognise;
mod text;

pub use budget::{Budget, Limits};
pub use expand::expand;
pub use fault::Fault;
pub use guard::is_guarded;
pub use image::{Descriptor, ImageConfig, Listing, TarMembers, is_digest, is_first_schema};
pub use input::Input;
pub use parts::{Steps, Visit};
pub use recognise::{Class, Container, is_program, recognise, recognise_appended};
pub use text::{Offsets, TextReader, TextView};
