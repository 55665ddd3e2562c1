//! A fast hash for the short words of the classifier's lists. The lists are fixed, so an attacker cannot cause collisions.

use std::hash::{BuildHasherDefault, Hasher};

/// For the lists' tables.
pub(super) type Short = BuildHasherDefault<ShortHasher>;

/// Eight bytes at a time.
#[derive(Clone, Copy, Default)]
pub(super) struct ShortHasher(u64);

impl Hasher for ShortHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut eight = [0; 8];
            eight[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(eight));
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn finish(&self) -> u64 {
        // The product's upper bits are the best mixed ones; tables look at the lowest.
        self.0.rotate_left(26)
    }
}
