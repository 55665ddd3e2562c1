//! gzip inside another encoding: releases of Helm, user data of cloud-init (RFC 1952).

use flate2::read::MultiGzDecoder;
use std::io::Read;

/// So many bytes are unpacked, no more.
pub const MAX_UNPACKED_BYTES: u64 = 1 << 20;

/// Whether bytes begin as gzip does.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1F, 0x8B, 8])
}

/// What is packed; what is damaged or cut off gives what stands before the fault.
pub(super) fn unpack(bytes: &[u8]) -> Vec<u8> {
    let mut unpacked = Vec::new();
    // A fault ends it, like the limit.
    let _ = MultiGzDecoder::new(bytes).take(MAX_UNPACKED_BYTES).read_to_end(&mut unpacked);
    unpacked
}
