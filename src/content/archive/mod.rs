//! Readers of archives and of compressed streams, one format a file.

pub(super) mod appended;
pub(super) mod ar;
pub(super) mod asar;
mod checked;
pub(super) mod compressed;
pub(super) mod cpio;
mod crc64;
mod lzip;
pub(super) mod rpm;
pub(super) mod seven_zip;
mod seven_zip_header;
pub(super) mod tar;
mod xz;
pub(super) mod zip;
pub(super) mod zip_directory;
