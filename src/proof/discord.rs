//! Bot tokens of Discord: the bot's id in base64, a timestamp, and a MAC.

use super::encoding::base64;
use super::{Outcome, STRUCTURE};
use crate::model::FactValue;

/// Checks that the first part is the bot's id: decimal digits in base64 (<https://discord.com/developers/docs/reference#authentication>).
pub(super) fn bot_token(secret: &[u8]) -> Outcome {
    let number =
        secret.split(|byte| *byte == b'.').next().and_then(base64).and_then(|bytes| String::from_utf8(bytes).ok());
    match number.filter(|text| (15..=21).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())) {
        Some(number) => Outcome::proved(STRUCTURE).with("bot_id", FactValue::text(&number)),
        None => Outcome::refuted("its first part is not a number in base64"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Verdict;
    use crate::proof::encoding::to_base64url;

    #[test]
    fn the_first_part_is_a_number() {
        let token = |first: &str| format!("{first}.abcdef.{}", "x".repeat(27));
        let outcome = bot_token(token(&to_base64url(b"123456789012345678")).as_bytes());
        assert_eq!(outcome.verdict, Verdict::Proved);
        assert_eq!(outcome.proof.facts[0].value, FactValue::Text("123456789012345678".to_owned()));
        assert!(matches!(bot_token(token("MTAbcdefghijklmnopqrstuv").as_bytes()).verdict, Verdict::Refuted(_)));
    }
}
