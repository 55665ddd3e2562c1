//! Key files of Google Cloud service accounts.

use super::{Outcome, Subject, Verdict, pem};
use crate::model::FactValue;

/// Members of a key file beside the key itself (<https://cloud.google.com/iam/docs/keys-create-delete#creating>).
const MEMBERS: [&[u8]; 5] = [b"type", b"project_id", b"private_key_id", b"client_email", b"token_uri"];

/// Checks that the key is a private key and that the members of a service account surround it.
pub(super) fn service_account(subject: &Subject<'_>) -> Outcome {
    let key = pem::check(subject.secret());
    if let Verdict::Refuted(_) = key.verdict {
        return key;
    }
    let member = |name: &[u8]| value(subject.before(), name).or_else(|| value(subject.after(), name));
    let email = member(b"client_email");
    let is_one = member(b"type").is_some_and(|kind| kind == b"service_account")
        || email.is_some_and(|email| email.ends_with(b".gserviceaccount.com"));
    if !is_one {
        return Outcome::refuted("not a service account of Google Cloud");
    }
    let is_complete = MEMBERS.iter().all(|name| member(name).is_some());
    let text = |bytes: Option<&[u8]>| FactValue::text(std::str::from_utf8(bytes?).ok()?);
    let outcome = Outcome { verdict: key.verdict, ..Outcome::default() };
    let mut outcome = outcome
        .with("project", text(member(b"project_id")))
        .with("account", text(email))
        .with("key_id", text(member(b"private_key_id")))
        .with("complete", Some(FactValue::Is(is_complete)))
        .with_facts(key.proof.facts);
    outcome.proof.by = key.proof.by;
    outcome
}

/// The string value of a member of a JSON object. The object may stand in a string with its quotes escaped.
fn value<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    memchr::memmem::find_iter(text, name).find_map(|at| {
        let is_quote = |byte: &u8| matches!(byte, b'"' | b'\\');
        if !text[..at].last().is_some_and(is_quote) {
            return None;
        }
        let rest = text[at + name.len()..].trim_ascii_start();
        let rest = &rest[rest.iter().take_while(|byte| is_quote(byte)).count()..];
        let rest = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
        let quotes = rest.iter().take_while(|byte| is_quote(byte)).count();
        let value = &rest[quotes..];
        let end = value.iter().position(is_quote)?;
        (quotes > 0 && end > 0).then_some(&value[..end])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Fact, ProofKind};
    use crate::proof::sample;

    fn told(before: &str, after: &str) -> Outcome {
        let key = sample::of(ProofKind::GoogleServiceAccount, 1);
        let text = [before.as_bytes(), &key, after.as_bytes()].concat();
        let secret = before.len()..before.len() + key.len();
        service_account(&Subject::new(&text, &(0..text.len()), &secret))
    }

    #[test]
    fn a_file_says_whose_it_is_and_whether_it_is_complete() {
        let before = r#"{"type": "service_account", "project_id": "shop", "private_key_id": "01", "private_key": ""#;
        let after =
            r#"\n", "client_email": "shop@shop.iam.gserviceaccount.com", "token_uri": "https://oauth2.example"}"#;
        for escape in ["\"", "\\\""] {
            let outcome = told(&before.replace('"', escape), &after.replace('"', escape));
            assert_eq!(outcome.verdict, Verdict::Proved);
            let fact = |name: &'static str, value| Fact { name, value };
            let text = |text: &str| FactValue::Text(text.to_owned());
            assert_eq!(
                outcome.proof.facts[..4],
                [
                    fact("project", text("shop")),
                    fact("account", text("shop@shop.iam.gserviceaccount.com")),
                    fact("key_id", text("01")),
                    fact("complete", FactValue::Is(true)),
                ]
            );
        }
    }

    #[test]
    fn a_part_of_one_is_incomplete_and_another_key_is_none() {
        let outcome = told(r#"{"private_key": ""#, r#"", "client_email": "a@b.iam.gserviceaccount.com""#);
        assert!(outcome.proof.facts.contains(&Fact { name: "complete", value: FactValue::Is(false) }));
        let other = told(r#"{"private_key": ""#, r#"", "client_email": "shop@example.org"}"#);
        assert_eq!(other.verdict, Verdict::Refuted("not a service account of Google Cloud"));
    }
}
