//! Literals that are evidence of encoded text: they are looked for with the rules' keywords, in the same pass.

use super::literal::Literal;
use super::words::{DECODERS, Kind, Use};

/// `%XX`.
pub const PERCENT: u32 = DECODERS;
/// Escapes behind a backslash.
pub const ESCAPES: u32 = DECODERS + 1;
/// Character references.
pub const ENTITIES: u32 = DECODERS + 2;
/// The header of quoted-printable text.
pub const QUOTED_PRINTABLE: u32 = DECODERS + 3;
/// gzip in base64.
pub const GZIP: u32 = DECODERS + 4;
/// A Kubernetes Secret.
pub const KUBERNETES_SECRET: u32 = DECODERS + 5;

/// The letters `etonsarik`, each escaped in every way. They are so frequent that a text of which all is escaped has some of them, and nothing
/// demands that a letter is escaped, so that texts with escapes for good reasons have few of them.
#[rustfmt::skip]
const LETTERS: [(u32, &[&str]); 3] = [
    (PERCENT, &["%65%", "%74%", "%6f%", "%6e%", "%73%", "%61%", "%72%", "%69%", "%6b%"]),
    (ESCAPES, &[
        "\\u0065", "\\u0074", "\\u006f", "\\u006e", "\\u0073", "\\u0061", "\\u0072", "\\u0069", "\\u006b",
        "\\x65", "\\x74", "\\x6f", "\\x6e", "\\x73", "\\x61", "\\x72", "\\x69", "\\x6b",
        "\\145", "\\164", "\\157", "\\156", "\\163", "\\141", "\\162", "\\151", "\\153",
    ]),
    (ENTITIES, &[
        "&#101;", "&#116;", "&#111;", "&#110;", "&#115;", "&#97;", "&#114;", "&#105;", "&#107;",
        "&#x65;", "&#x74;", "&#x6f;", "&#x6e;", "&#x73;", "&#x61;", "&#x72;", "&#x69;", "&#x6b;",
    ]),
];

/// Other evidence, and whether its case is ignored.
const OTHERS: [(u32, &str, bool); 7] = [
    // A quote in a string of JSON in a string of JSON.
    (ESCAPES, "\\\\\\\"", false),
    (QUOTED_PRINTABLE, "quoted-printable", true),
    (GZIP, "H4sI", false),
    (KUBERNETES_SECRET, "kind: Secret", false),
    (KUBERNETES_SECRET, "kind: \"Secret\"", false),
    (KUBERNETES_SECRET, "\"kind\": \"Secret\"", false),
    (KUBERNETES_SECRET, "\"kind\":\"Secret\"", false),
];

/// All of them, as keywords of rules with the decoders' numbers.
pub(super) fn uses<'a>() -> impl Iterator<Item = Use<'a>> {
    let letters =
        LETTERS.iter().flat_map(|(decoder, literals)| literals.iter().map(|literal| (*decoder, *literal, true)));
    letters.chain(OTHERS).map(|(rule, literal, ignore_case)| Use {
        kind: Kind::Pattern { by_run: false },
        literal: Literal { bytes: literal.as_bytes(), ignore_case },
        rule,
        before: 0,
        after: 0,
    })
}
