//! Tokens that are base64 of two parts separated by a colon.

use super::encoding::base64;
use super::{Outcome, STRUCTURE};

/// Checks `user:password` in base64, as HTTP Basic authentication uses it (RFC 7617).
pub(super) fn credentials(secret: &[u8]) -> Outcome {
    const NONE: &str = "not user:password in base64";
    let decoded = base64(secret).and_then(|bytes| String::from_utf8(bytes).ok());
    let Some((user, password)) = decoded.as_deref().and_then(|text| text.split_once(':')) else {
        return Outcome::refuted(NONE);
    };
    if [user, password].iter().any(|part| part.chars().any(char::is_control)) {
        return Outcome::refuted(NONE);
    }
    if password.is_empty() && user.len() < 8 {
        return Outcome::refuted("user without a password");
    }
    let lower = [user, password].map(str::to_ascii_lowercase);
    let [user, password] = lower.each_ref().map(String::as_str);
    if is_placeholder(user, password) {
        return Outcome::refuted("placeholder: user and password of an example");
    }
    Outcome::unknown()
}

/// Whether the pair is a placeholder: the examples of RFC 7617 and its predecessors, the words themselves, or an unfilled template.
fn is_placeholder(user: &str, password: &str) -> bool {
    let words = ["user", "username", "login", "name", "userid", "your-username", "your_username", "email"];
    let passwords =
        ["password", "pass", "passwd", "pwd", "secret", "your-password", "your_password", "token", "api_token"];
    let is_open =
        |part: &str| part.contains("${") || part.contains("{{") || part.starts_with('<') || part.starts_with('$');
    (user == "aladdin" && matches!(password, "open sesame" | "opensesame"))
        || (words.contains(&user) && passwords.contains(&password))
        || is_open(password)
}

/// Checks `<number>:<20 random bytes>` in base64: tokens of Jira, Confluence and Bitbucket Data Center. A prefix such as `BBDC-` may
/// precede it.
pub(super) fn numbered(secret: &[u8]) -> Outcome {
    let body =
        secret.iter().position(|byte| *byte == b'-').filter(|at| *at == 4).map_or(secret, |at| &secret[at + 1..]);
    let Some(bytes) = base64(body) else { return Outcome::unknown() };
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if (8..=16).contains(&digits) && bytes.get(digits) == Some(&b':') {
        Outcome::proved(STRUCTURE)
    } else {
        Outcome::refuted("does not begin with a number in base64")
    }
}

/// Checks a UUID in base64, or a text, a colon and a UUID.
pub(super) fn uuid(secret: &[u8]) -> Outcome {
    let is_uuid = |bytes: &[u8]| {
        let (head, uuid) = bytes.split_at(bytes.len() - 36);
        let is_hex = uuid.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
        is_hex && (head.is_empty() || head.ends_with(b":"))
    };
    match base64(secret) {
        Some(bytes) if bytes.len() >= 36 && is_uuid(&bytes) => Outcome::proved(STRUCTURE),
        _ => Outcome::refuted("not a UUID in base64"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Verdict;
    use crate::proof::encoding::{to_base64, to_padded_base64};

    fn of(text: &str) -> Verdict {
        credentials(to_padded_base64(text.as_bytes()).as_bytes()).verdict
    }

    #[test]
    fn credentials_are_readable_and_have_two_parts() {
        assert_eq!(of("shop:hunter2"), Verdict::Unknown);
        assert_eq!(of(":a-token-alone"), Verdict::Unknown);
        assert_eq!(of("a-token-as-the-user:"), Verdict::Unknown);
        assert_eq!(of("grüße:straße"), Verdict::Unknown);
        for none in ["no colon", "bell\u{7}:x", "shop:"] {
            assert!(matches!(of(none), Verdict::Refuted(_)), "{none}");
        }
        assert!(matches!(credentials(b"explanation").verdict, Verdict::Refuted(_)));
        assert!(matches!(credentials(b"abcde").verdict, Verdict::Refuted(_)));
    }

    #[test]
    fn examples_of_standards_are_known() {
        for example in ["Aladdin:open sesame", "username:password", "User:Pass", "shop:${PASSWORD}", "shop:<password>"]
        {
            assert!(matches!(of(example), Verdict::Refuted(_)), "{example}");
        }
    }

    #[test]
    fn numbers_and_uuids() {
        let token = to_base64(b"123456789012:abcdefghijklmnopqrst");
        assert_eq!(numbered(token.as_bytes()).verdict, Verdict::Proved);
        assert_eq!(numbered(format!("BBDC-{token}").as_bytes()).verdict, Verdict::Proved);
        assert!(matches!(
            numbered(to_base64(b"123456-no-number-here-abcdefghijk").as_bytes()).verdict,
            Verdict::Refuted(_)
        ));
        let id = format!("{0}{0}-{0}-{0}-{0}-{0}{0}{0}", "0a1b");
        assert_eq!(uuid(to_base64(id.as_bytes()).as_bytes()).verdict, Verdict::Proved);
        assert_eq!(uuid(to_base64(format!("shop:{id}").as_bytes()).as_bytes()).verdict, Verdict::Proved);
        assert!(matches!(uuid(to_base64(&[b'a'; 36]).as_bytes()).verdict, Verdict::Refuted(_)));
        assert!(matches!(uuid(b"abcd").verdict, Verdict::Refuted(_)));
    }
}
