//! Readers of archives and of compressed streams, one format a file.

pub(super) mod ar;
pub(super) mod asar;
pub(super) mod compressed;
pub(super) mod cpio;
pub(super) mod rpm;
pub(super) mod seven_zip;
pub(super) mod tar;
pub(super) mod zip;
mod zip_directory;
