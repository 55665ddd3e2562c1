//! What is found by its place: a value at a position, or a file that holds secrets and is not read.

use crate::model::{
    Confidence, Detection, Fact, FactValue, Fingerprint, LineColumn, Location, Occurrence, Origin, Proof, RuleId,
    Secret, Severity, Span,
};
use crate::proof;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

/// The family of values by position: that of values by name, so that one password is one finding wherever it stands.
const FAMILY: &str = "generic";

/// A detection without a rule's match.
#[derive(Debug)]
pub(super) struct Positional {
    pub(super) detection: Detection,
    /// Whether a file was found and no value.
    pub(super) is_presence: bool,
}

impl Positional {
    /// A value in a text.
    pub(super) fn value(
        origin: &Origin,
        text: &[u8],
        span: Range<usize>,
        store: &str,
        name: &str,
        severity: Severity,
    ) -> Positional {
        let secret = &text[span.clone()];
        let bytes = Span::new(span.start as u64, span.end as u64);
        let location = Location::plain(bytes, at(text, span.start), at(text, span.end));
        let fingerprint = proof::fingerprint(FAMILY, secret);
        Positional {
            detection: detection(origin, secret, location, fingerprint, (store, name, severity)),
            is_presence: false,
        }
    }

    /// A file. Its path identifies it, because its value is not read.
    pub(super) fn presence(
        origin: &Origin,
        store: &str,
        name: &str,
        severity: Severity,
        is_closed: Option<bool>,
    ) -> Positional {
        let start = LineColumn { line: 1, column: 1 };
        let location = Location::plain(Span::new(0, 0), start, start);
        let path = origin.path().map(|path| path.as_os_str().as_encoded_bytes()).unwrap_or_default();
        let fingerprint = Fingerprint::new(store, path);
        let mut detection = detection(origin, b"", location, fingerprint, (store, name, severity));
        if let Some(is_closed) = is_closed {
            detection.proof.facts.push(Fact { name: "encrypted", value: FactValue::Is(is_closed) });
        }
        Positional { detection, is_presence: true }
    }
}

fn detection(
    origin: &Origin,
    secret: &[u8],
    location: Location,
    fingerprint: Fingerprint,
    (store, name, severity): (&str, &str, Severity),
) -> Detection {
    let slug: String =
        store.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    Detection {
        rule: RuleId(Cow::Owned(format!("place-{}", slug.trim_matches('-')))),
        family: Cow::Borrowed(FAMILY),
        name: Cow::Owned(name.to_owned()),
        severity,
        confidence: Confidence::High,
        rotate: None,
        references: Cow::Borrowed(&[]),
        secret: Secret::new(secret),
        fingerprint,
        proof: Proof::default(),
        occurrence: Occurrence { origin: Arc::new(origin.clone()), location, matched: None, exposure: None },
    }
}

/// Line and column of an offset.
fn at(text: &[u8], offset: usize) -> LineColumn {
    let before = &text[..offset];
    let begin = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    let line = memchr::memchr_iter(b'\n', before).count() as u64 + 1;
    LineColumn { line, column: String::from_utf8_lossy(&before[begin..]).chars().count() as u64 + 1 }
}
