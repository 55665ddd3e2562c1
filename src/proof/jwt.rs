//! JSON web tokens (RFC 7519).

use super::Outcome;
use super::encoding::base64;
use super::json::{first_object, moment, start, text};
use serde_json::{Map, Value};

/// Checks that header and payload are JSON objects and that the header names an algorithm. The signature can only be verified with the
/// issuer's key, so a token is never proved.
pub(super) fn check(secret: &[u8]) -> Outcome {
    const NONE: &str = "not a JSON web token";
    let token = start(secret).map_or(secret, |at| &secret[at..]);
    let parts: Vec<&[u8]> = token.split(|byte| *byte == b'.').collect();
    let object = |part: &[u8]| whole_object(&base64(part)?);
    let Some(header) = parts.first().and_then(|part| object(part)) else { return Outcome::refuted(NONE) };
    let Some(algorithm) = header.get("alg").and_then(text) else { return Outcome::refuted(NONE) };
    let outcome = Outcome::unknown().with("algorithm", Some(algorithm));
    // A token of five parts is encrypted (RFC 7516), and `zip` marks a compressed payload.
    if parts.len() == 5 || header.contains_key("zip") {
        return outcome;
    }
    let Some(payload) = parts.get(1).and_then(|part| object(part)) else { return Outcome::refuted(NONE) };
    // The example of <https://jwt.io>, which many tutorials repeat.
    if payload.get("sub").is_some_and(|sub| sub == "1234567890")
        && payload.get("name").is_some_and(|name| name == "John Doe")
    {
        return Outcome::refuted("the example of jwt.io");
    }
    outcome
        .with("expires", payload.get("exp").and_then(moment))
        .with("issuer", payload.get("iss").and_then(text))
        .with("role", payload.get("role").and_then(text))
}

/// Checks a token that is base64-encoded as a whole.
pub(super) fn in_base64(secret: &[u8]) -> Outcome {
    match base64(secret) {
        Some(token) => check(token.trim_ascii()),
        None => Outcome::refuted("not a JSON web token in base64"),
    }
}

fn whole_object(bytes: &[u8]) -> Option<Map<String, Value>> {
    first_object(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FactValue, Moment};
    use crate::proof::Verdict;
    use crate::proof::encoding::{to_base64url, to_padded_base64};

    fn token(header: &str, payload: &str) -> String {
        format!("{}.{}.{}", to_base64url(header.as_bytes()), to_base64url(payload.as_bytes()), "x".repeat(43))
    }

    #[test]
    fn a_token_says_its_algorithm_and_when_it_expires() {
        let token = token(r#"{"alg":"HS256"}"#, r#"{"iss":"shop","exp":1614834367,"secret":"x"}"#);
        let outcome = check(token.as_bytes());
        assert_eq!(outcome.verdict, Verdict::Unknown);
        let facts: Vec<(&str, FactValue)> =
            outcome.proof.facts.into_iter().map(|fact| (fact.name, fact.value)).collect();
        let text = |text: &str| FactValue::Text(text.to_owned());
        let expires = FactValue::Moment(Moment::from_seconds(1_614_834_367).expect("a moment"));
        assert_eq!(facts, [("algorithm", text("HS256")), ("expires", expires), ("issuer", text("shop"))]);
        let in_base64 = in_base64(to_padded_base64(token.as_bytes()).as_bytes());
        assert_eq!(in_base64.proof.facts.len(), 3);
        assert_eq!(check(format!("ghs_12_{token}").as_bytes()).proof.facts.len(), 3);
    }

    #[test]
    fn what_is_none_is_refuted() {
        let none = Verdict::Refuted("not a JSON web token");
        assert_eq!(check(token("{\"typ\":\"JWT\"}", "{}").as_bytes()).verdict, none);
        assert_eq!(check(token(r#"{"alg":"HS256"}"#, "{\"a\":").as_bytes()).verdict, none);
        assert_eq!(check(b"eyJabc.eyJabc.abc").verdict, none);
        let example = token(r#"{"alg":"HS256"}"#, r#"{"sub":"1234567890","name":"John Doe","iat":1516239022}"#);
        assert_eq!(check(example.as_bytes()).verdict, Verdict::Refuted("the example of jwt.io"));
    }

    #[test]
    fn an_encrypted_token_has_no_payload_to_read() {
        let header = to_base64url(br#"{"alg":"RSA-OAEP","enc":"A256GCM"}"#);
        assert_eq!(check(format!("{header}.abc.def.ghi.jkl").as_bytes()).verdict, Verdict::Unknown);
    }
}
