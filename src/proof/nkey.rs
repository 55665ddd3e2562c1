//! Seeds of NATS: base 32 of the key type, 32 random bytes, and a CRC-16 (`strkey.go` of <https://github.com/nats-io/nkeys>, read
//! 2026-11-24).

use super::encoding::base32;
use super::{CHECKSUM, Outcome, WRONG_CHECKSUM};
use crate::model::FactValue;

/// Length of a decoded seed, in bytes.
const LENGTH: usize = 36;

pub(super) fn check(secret: &[u8]) -> Outcome {
    let Some(bytes) = base32(secret).filter(|bytes| bytes.len() == LENGTH) else {
        return Outcome::refuted("not a seed in base 32");
    };
    if bytes[LENGTH - 2..] != crc16(&bytes[..LENGTH - 2]).to_le_bytes() {
        return Outcome::refuted(WRONG_CHECKSUM);
    }
    let of = match secret[1] {
        b'A' => "account",
        b'C' => "cluster",
        b'N' => "server",
        b'O' => "operator",
        b'U' => "user",
        b'X' => "curve",
        _ => return Outcome::proved(CHECKSUM),
    };
    Outcome::proved(CHECKSUM).with("seed_of", FactValue::text(of))
}

/// CRC-16/XMODEM: polynomial 0x1021, initial value 0.
pub(super) fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ u16::from(*byte) << 8, |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ProofKind;
    use crate::proof::{Verdict, sample};

    #[test]
    fn the_checksum_is_that_of_xmodem() {
        assert_eq!(crc16(b"123456789"), 0x31C3);
    }

    #[test]
    fn one_changed_character_refutes() {
        let mut seed = sample::of(ProofKind::NatsNkey, 1);
        assert_eq!(check(&seed).verdict, Verdict::Proved);
        seed[20] = if seed[20] == b'A' { b'B' } else { b'A' };
        assert_eq!(check(&seed).verdict, Verdict::Refuted(WRONG_CHECKSUM));
        assert_eq!(check(&seed[..40]).verdict, Verdict::Refuted("not a seed in base 32"));
    }
}
