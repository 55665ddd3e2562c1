//! Seeds of one-time passwords: base 32 of at least ten bytes.

use super::Outcome;
use super::encoding::base32;
use crate::model::FactValue;

/// RFC 4226 requires at least 128 bits and recommends 160 (<https://www.rfc-editor.org/rfc/rfc4226#section-4>); many services use 80.
pub(super) fn check(secret: &[u8]) -> Outcome {
    const MIN_SEED_BYTES: usize = 10;
    let plain: Vec<u8> =
        secret.iter().filter(|byte| !matches!(byte, b'=' | b' ' | b'-')).map(u8::to_ascii_uppercase).collect();
    match base32(&plain) {
        Some(bytes) if bytes.len() >= MIN_SEED_BYTES => {
            Outcome::unknown().with("bits", Some(FactValue::Number(bytes.len() as u64 * 8)))
        }
        Some(_) => Outcome::refuted("too short for a seed"),
        None => Outcome::refuted("not base 32"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Verdict;

    #[test]
    fn seeds_are_base_32() {
        assert_eq!(check(b"ABCD EFGH IJKL MNOP").proof.facts[0].value, FactValue::Number(80));
        assert_eq!(check(b"abcdefghijklmnop").verdict, Verdict::Unknown);
        assert!(matches!(check(b"ABCDEFGH").verdict, Verdict::Refuted(_)));
        assert!(matches!(check(b"ABCDEFGHIJKLMNO1").verdict, Verdict::Refuted(_)));
    }
}
