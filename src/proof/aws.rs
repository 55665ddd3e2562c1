//! Account numbers in AWS access key ids.

use super::Outcome;
use super::encoding::base32;
use crate::model::FactValue;

/// Accounts of canary tokens: their use alerts the person who placed them. Thinkst's canarytokens.org
/// (<https://onappsec.com/tag/canary-token/> and <https://github.com/0xCardinal/covert-canary-detection/blob/main/tokens/aws_keys.md>, both
/// read 2026-11-24).
const CANARIES: [u64; 2] = [595_918_472_158, 992_382_622_183];

/// Decodes the account number of a key id. The sixteen characters after the prefix are ten bytes in base 32; the first bit says that an
/// account number is present, and the next forty bits are the number
/// (<https://medium.com/@TalBeerySec/a-short-note-on-aws-key-id-f88cc4317489> and
/// <https://labs.withsecure.com/publications/a-bitwise-analysis-of-aws-access-key-identifiers.html>, both read 2026-11-24).
pub(super) fn key_id(secret: &[u8]) -> Outcome {
    let Some(account) = account(secret) else { return Outcome::unknown() };
    let text = FactValue::text(&format!("{account:012}"));
    Outcome::unknown()
        .with("account", text)
        .with("canary_token", CANARIES.contains(&account).then_some(FactValue::Is(true)))
}

fn account(id: &[u8]) -> Option<u64> {
    const LARGEST: u64 = 999_999_999_999;
    let bytes = base32(id.get(4..20)?)?;
    let number = bytes[..6].iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let account = (number & 0x7FFF_FFFF_FFFF) >> 7;
    (number >> 47 == 1 && account <= LARGEST).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::encoding::to_base32;

    /// An id of that account.
    fn id(account: u64) -> String {
        let number = 1 << 47 | account << 7;
        let mut bytes = number.to_be_bytes()[2..].to_vec();
        bytes.extend([1, 2, 3, 4]);
        format!("AK{}{}", "IA", to_base32(&bytes))
    }

    #[test]
    fn an_id_says_its_account() {
        for number in [1, 123_456_789_012, 999_999_999_999] {
            assert_eq!(account(id(number).as_bytes()), Some(number));
        }
        let outcome = key_id(id(42).as_bytes());
        assert_eq!(outcome.proof.facts.len(), 1);
        assert_eq!(outcome.proof.facts[0].value, FactValue::Text("000000000042".to_owned()));
    }

    #[test]
    fn an_old_id_says_nothing() {
        let old = format!("AK{}{}", "IA", "IOSFODNNABCDEFGH");
        assert_eq!(account(old.as_bytes()), None);
        assert_eq!(account(id(1_000_000_000_000).as_bytes()), None);
        assert_eq!(account(b"AKIA1"), None);
    }

    #[test]
    fn bait_is_known() {
        let outcome = key_id(id(CANARIES[0]).as_bytes());
        assert!(outcome.proof.facts.iter().any(|fact| fact.name == "canary_token"));
        // Prefix of the key ids that the first source shows.
        assert!(id(CANARIES[0]).contains("YVP4CIPP"));
    }
}
