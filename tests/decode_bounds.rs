//! However often a text says that something is encoded, each byte of it is decoded a few times at most, and none less than once.

use crate::binary::{scan, token, tree};
use memchr::memmem::find_iter;
use stanch::content::decode::{self, Decoder};

/// All encoded spans at the anchors that `literal` gives.
fn spans(decoder: Decoder, text: &str, literal: &str) -> Vec<(usize, usize)> {
    let anchors = find_iter(text.as_bytes(), literal.as_bytes());
    let found = anchors.flat_map(|anchor| decode::at(decoder, text.as_bytes(), anchor).encoded);
    found.map(|one| (one.span.start, one.span.end)).collect()
}

/// How many bytes spans have together.
fn total(spans: &[(usize, usize)]) -> usize {
    spans.iter().map(|(start, end)| end - start).sum()
}

#[test]
fn parts_of_a_mail_are_decoded_once() {
    let header = "Content-Transfer-Encoding: quoted-printable\n";
    let body = "=3D=22word=\n".repeat(20);
    for (text, share) in [
        (format!("{header}\n{body}").repeat(100), 1),
        // Many headers before one body; headers in the body of one that has no own.
        (format!("{}\n{body}", header.repeat(50)).repeat(20), 1),
        (format!("{header}\n{}{body}\n", header.repeat(300)).repeat(20), 2),
    ] {
        let spans = spans(Decoder::QuotedPrintable, &text, "quoted-printable");
        assert!(total(&spans) <= share * text.len(), "{} bytes of {}", total(&spans), text.len());
        let body = text.rfind("=3D=22word").expect("a body");
        assert!(spans.iter().any(|(start, end)| (start..end).contains(&&body)));
    }
}

/// To say the name of the encoding in a body, before an empty line or without one, hides nothing.
#[test]
fn a_mail_about_mails_is_read_to_its_end() {
    let token = token(9);
    let escaped = token.replace('_', "=5F");
    let mail = "Content-Transfer-Encoding: quoted-printable\n\n";
    for between in
        ["it says quoted-printable\n", "it says quoted-printable\n\n", "Quoted-Printable\n\nquoted-printable\n"]
    {
        let dir = tree(&[("a.eml", &format!("{mail}{between}token =3D {escaped}\n"))]);
        let report = scan(dir.path(), &["a.eml", "-q", "-f", "json", "--show-secrets"]).exits(1).json();
        assert_eq!(report["findings"][0]["secret"], token, "{between:?}");
    }
}

#[test]
fn values_of_kubernetes_secrets_are_decoded_once_or_twice() {
    let (key, value) = ("data:\n  a: bmFtZSBhbmQgd29yZA==\n", "bmFtZSBhbmQgd29yZA==");
    let inner = format!("{{\"kind\":\"Secret\",\"data\":{{\"a\":\"{value}\"}},\"x\":");
    for (text, literal, each) in [
        (format!("kind: Secret\n{key}").repeat(200), "kind: Secret", 2),
        (format!("{}{key}", "kind: Secret\n".repeat(100)).repeat(20), "kind: Secret", 2),
        (format!("{{{}", format!("\"kind\":\"Secret\",\"data\":{{\"a\":\"{value}\"}},").repeat(200)), "\"kind\"", 2),
        (inner.repeat(200), "\"kind\"", 33),
        (
            format!("{{\"kind\":\"Secret\",{}", format!("\"data\":{{\"a\":\"{value}\",\"b\":").repeat(200)),
            "\"kind\"",
            2,
        ),
    ] {
        let spans = spans(Decoder::KubernetesSecret, &text, literal);
        let values: Vec<usize> = find_iter(text.as_bytes(), value.as_bytes()).collect();
        assert!(spans.len() <= each * values.len(), "{} for {} values: {}", spans.len(), values.len(), &text[..60]);
        let is_read = |at: &usize| spans.iter().any(|(start, end)| start <= at && at < end);
        assert!(values.iter().all(is_read), "{}", &text[..60]);
    }
}
