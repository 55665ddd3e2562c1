//! The checksum of xz blocks: CRC-64 of ECMA-182, as `xz` computes it.

/// The polynomial, reflected.
const POLYNOMIAL: u64 = 0xC96C_5795_D787_0F42;
/// Tables for eight bytes at once.
static TABLES: [[u64; 256]; 8] = tables();

const fn tables() -> [[u64; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut byte = 0;
    while byte < 256 {
        let (mut value, mut bit) = (byte as u64, 0);
        while bit < 8 {
            value = if value & 1 == 1 { value >> 1 ^ POLYNOMIAL } else { value >> 1 };
            bit += 1;
        }
        tables[0][byte] = value;
        byte += 1;
    }
    let mut table = 1;
    while table < 8 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = before >> 8 ^ tables[0][(before & 0xFF) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

/// A checksum of bytes that come in pieces.
#[derive(Clone, Debug)]
pub(super) struct Crc64(u64);

impl Default for Crc64 {
    fn default() -> Crc64 {
        Crc64(!0)
    }
}

impl Crc64 {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        let mut value = self.0;
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            let mut eight = [0; 8];
            eight.copy_from_slice(word);
            let mixed = (value ^ u64::from_le_bytes(eight)).to_le_bytes();
            value = 0;
            for (table, byte) in TABLES.iter().rev().zip(mixed) {
                value ^= table[usize::from(byte)];
            }
        }
        for byte in words.remainder() {
            value = value >> 8 ^ TABLES[0][usize::from(value as u8 ^ byte)];
        }
        self.0 = value;
    }

    pub(super) fn finish(self) -> u64 {
        !self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_specification() {
        // The value that its catalogue has for these digits (<https://reveng.sourceforge.io/crc-catalogue/17plus.htm>, CRC-64/XZ).
        let mut whole = Crc64::default();
        whole.update(b"123456789");
        assert_eq!(whole.finish(), 0x995D_C9BB_DF19_39FA);
        let mut pieces = Crc64::default();
        [&b"1"[..], b"2345678", b"9"].iter().for_each(|piece| pieces.update(piece));
        assert_eq!(pieces.finish(), 0x995D_C9BB_DF19_39FA);
    }
}
