//! Tokens that contain JSON in base64.

use super::encoding::{base64_head, base64_run};
use super::{Outcome, STRUCTURE};
use crate::model::{Fact, FactValue, Moment};
use serde_json::{Map, Value};

/// Members that state the owner and the expiry of a token, with the names of the facts. All other members may be secret.
const MEMBERS: [(&str, &str); 8] = [
    ("u", "account"),
    ("o", "organization"),
    ("org", "organization"),
    ("region_url", "address"),
    ("url", "address"),
    ("signInAddress", "address"),
    ("iat", "issued"),
    ("exp", "expires"),
];

/// Checks a token whose prefix implies JSON: `sntrys_eyJ…`, `pk.eyJ…`.
pub(super) fn in_base64(secret: &[u8]) -> Outcome {
    let Some(start) = start(secret) else { return Outcome::unknown() };
    let run = &secret[start..start + base64_run(&secret[start..])];
    // Where base64 holds `+` or `/`, an underscore is none of its letters but ends it: the rest of the token is more base64 to the eye.
    let first = run.iter().position(|byte| matches!(byte, b'_' | b'-')).map_or(run, |end| &run[..end]);
    let object = |run: &[u8]| base64_head(run).map(|bytes| first_object(&bytes));
    let read = match object(run) {
        Some(Ok(object)) => Some(Ok(object)),
        other => object(first).filter(Result::is_ok).or(other),
    };
    match read {
        Some(Ok(object)) => Outcome::proved(STRUCTURE).with_facts(facts(&object)),
        Some(Err(true)) => Outcome::unknown(),
        Some(Err(false)) | None => Outcome::refuted("not JSON in base64"),
    }
}

/// Start of the base64 of `{`: at the beginning or after a separator.
pub(super) fn start(secret: &[u8]) -> Option<usize> {
    let is_start = |at: usize| at == 0 || matches!(secret[at - 1], b'.' | b'_' | b'-' | b':');
    (0..secret.len()).find(|at| is_start(*at) && (secret[*at..].starts_with(b"ey") || secret[*at..].starts_with(b"ew")))
}

/// The object at the beginning of a text, ignoring what follows. `Err(true)` means that it is truncated.
pub(super) fn first_object(bytes: &[u8]) -> Result<Map<String, Value>, bool> {
    match serde_json::Deserializer::from_slice(bytes).into_iter::<Value>().next() {
        Some(Ok(Value::Object(object))) => Ok(object),
        Some(Err(error)) => Err(error.is_eof()),
        Some(Ok(_)) | None => Err(false),
    }
}

fn facts(object: &Map<String, Value>) -> Vec<Fact> {
    let mut facts: Vec<Fact> = Vec::new();
    for (member, name) in MEMBERS {
        let Some(value) = object.get(member) else { continue };
        let value = match name {
            "issued" | "expires" => moment(value),
            _ => text(value),
        };
        if facts.iter().all(|fact| fact.name != name) {
            facts.extend(value.map(|value| Fact { name, value }));
        }
    }
    facts
}

/// A string or a number as a text fact.
pub(super) fn text(value: &Value) -> Option<FactValue> {
    match value {
        Value::String(text) => FactValue::text(text),
        Value::Number(number) => FactValue::text(&number.to_string()),
        _ => None,
    }
}

/// A number of seconds or a date string as a moment.
pub(super) fn moment(value: &Value) -> Option<FactValue> {
    let moment = match value {
        Value::Number(number) => {
            #[expect(clippy::cast_possible_truncation, reason = "what does not fit is no moment")]
            let seconds = number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64))?;
            Moment::from_seconds(seconds)
        }
        Value::String(text) => Moment::parse(text),
        _ => None,
    };
    moment.map(FactValue::Moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Verdict;
    use crate::proof::encoding::{to_base64, to_base64url, to_padded_base64};

    #[test]
    fn what_a_prefix_promises_must_be_there() {
        let token = format!("pk.{}.signature", to_base64url(br#"{"u":"shop","a":"secret"}"#));
        let outcome = in_base64(token.as_bytes());
        assert_eq!(outcome.verdict, Verdict::Proved);
        assert_eq!(outcome.proof.facts.len(), 1, "only whose it is is told");
        assert_eq!(in_base64(b"pk.eyJabcdefghijkl.signature").verdict, Verdict::Refuted("not JSON in base64"));
    }

    #[test]
    fn what_follows_the_object_does_not_matter_and_a_cut_one_is_not_judged() {
        let body = to_base64(br#"{"iat":1614834367.5,"url":"https://shop.example","org":"shop"}"#);
        let outcome = in_base64(format!("sntrys_{body}_abcdef").as_bytes());
        assert_eq!(outcome.verdict, Verdict::Proved);
        assert_eq!(outcome.proof.facts.len(), 3);
        assert_eq!(in_base64(&format!("sntrys_{body}").as_bytes()[..40]).verdict, Verdict::Unknown);
    }

    #[test]
    fn no_organization_token_is_refuted() {
        // The secret behind the underscore is standard base64, whose `+` and `/` are no letters of the alphabet that has the underscore.
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        for number in 0..10_000 {
            let head = format!(r#"{{"iat":{}.5,"url":"https://shop{number}.example","org":"shop{}"}}"#, next(), next());
            let secret: Vec<u8> = (0..32).map(|_| next().to_le_bytes()[0]).collect();
            let token = format!("sntrys_{}_{}", to_padded_base64(head.as_bytes()), to_base64(&secret));
            assert_eq!(in_base64(token.as_bytes()).verdict, Verdict::Proved, "{token}");
        }
    }
}
