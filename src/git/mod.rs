//! Reads a git repository's object store, references and history shape, straight from its files.
//!
//! Nothing here knows what a secret is, and nothing here obeys the repository: no command, hook, filter or `include` it
//! names is ever run or followed, so it makes no difference who owns it. Everything that comes from the repository
//! is treated as hostile input: lengths are checked before memory is reserved, offsets before they are followed.
//!
//! * [`repo`] finds the directories, [`refs`] the starting points, [`config`] the few settings that change how to read.
//! * [`revision`] finds the commit that somebody means.
//! * [`store`] is all objects of a repository under one numbering, from packs ([`pack`]) and loose files (`loose`).
//! * [`lookup`] finds a few of very many, without opening everything.
//! * [`walk`] visits every object of a kind in the order that costs least.
//! * [`changes`] says what a commit brings, [`ahead`] which commits one side has and another lacks.
//! * [`index`] is what the next commit will hold, and what git knew of the work tree.
//! * [`graph`] relates blobs to the commits, paths and references that hold them.
//!
//! What could not be read is never dropped in silence: it is a [`Gap`](gap::Gap).

pub mod ahead;
pub mod changes;
pub mod commit;
pub mod config;
pub mod environment;
pub mod gap;
pub mod graph;
pub mod hash;
pub mod index;
pub mod lfs;
pub mod lookup;
pub mod oid;
mod open_options;
pub mod pack;
pub mod path;
pub mod ref_file;
pub mod refs;
pub mod reftable;
pub mod repo;
pub mod revision;
pub mod store;
pub mod tree;
pub mod walk;

mod alternates;
mod exactly;
mod head;
mod lane;
mod loose;
mod read;
