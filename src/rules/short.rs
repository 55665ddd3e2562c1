//! The short form of a rule: a prefix, an alphabet and a length in place of a regex.
//!
//! Most tokens consist of a fixed prefix and a number of characters of one alphabet. The short form describes such a token in a few lines,
//! and all rules of this form have the same boundaries and entropy bounds.
//!
//! The build script also includes this file, so it imports nothing of this crate.

use serde::Deserialize;

/// `length = 32` or `length = "32-40"`.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum LengthSyntax {
    /// Exactly this many characters.
    Exact(u32),
    /// A range, as text.
    Range(String),
}

/// The meaning of a short form.
#[derive(Debug, Clone, PartialEq)]
pub struct Short {
    /// Regex of the secret alone.
    pub body: String,
    /// Regex of the secret with its boundaries; the group `secret` is the secret.
    pub pattern: String,
    /// Whether the alphabet contains digits.
    pub has_digits: bool,
    /// Lowest entropy, in bits a byte. Nearly all random texts of this alphabet and length exceed it.
    pub entropy: f32,
}

/// Named alphabets: members of a character class.
const ALPHABETS: [(&str, &str); 15] = [
    ("digits", "0-9"),
    ("hex", "0-9a-f"),
    ("hex-upper", "0-9A-F"),
    ("hex-any", "0-9A-Fa-f"),
    ("lower", "a-z"),
    ("upper", "A-Z"),
    ("letters", "A-Za-z"),
    ("lower-alnum", "0-9a-z"),
    ("upper-alnum", "0-9A-Z"),
    ("alnum", "0-9A-Za-z"),
    ("word", "0-9A-Za-z_"),
    ("base32", "2-7A-Z"),
    ("base58", "1-9A-HJ-NP-Za-km-z"),
    ("base64", "0-9A-Za-z+/"),
    ("base64url", "0-9A-Za-z_-"),
];
const UUID: &str = "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}";
/// The entropy bound as a share of the largest possible entropy of a text of this alphabet and length. Random hex of 32 characters has 3.66
/// bits of the 4 possible, and one in a million has less than 2.8.
const SHARE: f32 = 0.7;

/// Cap on the entropy that is assumed for a wide alphabet, in bits a byte: tokens that are described as "letters and digits" often contain
/// only hexadecimal digits.
const UNSURE: f32 = 4.3;

impl Short {
    /// Parses the keys of a short form; `None` when none is present.
    ///
    /// # Errors
    /// Fails when a key is missing or has an invalid value.
    pub fn of(
        alphabet: Option<&str>,
        length: Option<&LengthSyntax>,
        prefix: Option<&str>,
        suffix: Option<&str>,
    ) -> Result<Option<Short>, String> {
        let Some(alphabet) = alphabet else {
            let stray = [("length", length.is_some()), ("prefix", prefix.is_some()), ("suffix", suffix.is_some())];
            return match stray.iter().find(|(_, is_there)| *is_there) {
                Some((key, _)) => Err(format!("`{key}` requires `alphabet`")),
                None => Ok(None),
            };
        };
        let (prefix, suffix) = (escaped(prefix), escaped(suffix));
        if alphabet == "uuid" {
            if length.is_some() {
                return Err("a `uuid` has its own length".to_owned());
            }
            let body = format!("{prefix}{UUID}{suffix}");
            return Ok(Some(Short { pattern: bounded(&body, "-"), body, has_digits: true, entropy: 2.5 }));
        }
        let named = ALPHABETS.iter().find(|(name, _)| *name == alphabet).map(|(_, members)| *members);
        let members = match (named, alphabet.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'))) {
            (Some(members), _) | (None, Some(members)) => members,
            _ => {
                let names = ALPHABETS.map(|(name, _)| name).join(", ");
                return Err(format!(
                    "`alphabet` is `{alphabet}`: it is one of {names}, uuid, or a class such as `[0-9a-f_]`"
                ));
            }
        };
        let (least, most) = range(length.ok_or("`alphabet` needs a `length`")?)?;
        let turns = if least == most { least.to_string() } else { format!("{least},{most}") };
        let (padding, edge) = if alphabet == "base64" { ("={0,2}", "+/=") } else { ("", members) };
        let body = format!("{prefix}[{members}]{{{turns}}}{padding}{suffix}");
        let bytes = size(members)?;
        #[expect(clippy::cast_precision_loss, reason = "both are small")]
        let possible = (bytes as f32).log2().min((least as f32).log2()).min(UNSURE);
        Ok(Some(Short {
            pattern: bounded(&body, edge),
            body,
            has_digits: has_digit(members)?,
            entropy: (possible * SHARE * 10.0).floor() / 10.0,
        }))
    }
}

/// The body as the group `secret`, not surrounded by characters of the body or of a word.
fn bounded(body: &str, edge: &str) -> String {
    format!(r"\b(?P<secret>{body})(?:[^0-9A-Za-z_{edge}]|$)")
}

fn escaped(text: Option<&str>) -> String {
    regex_syntax::escape(text.unwrap_or_default())
}

fn range(length: &LengthSyntax) -> Result<(u32, u32), String> {
    let bounds = match length {
        LengthSyntax::Exact(length) => Some((*length, *length)),
        LengthSyntax::Range(text) => {
            text.split_once('-').and_then(|(least, most)| Some((least.trim().parse().ok()?, most.trim().parse().ok()?)))
        }
    };
    bounds
        .filter(|(least, most)| 0 < *least && least <= most)
        .ok_or_else(|| "`length` is a number of characters, or a range as text: \"32-40\"".to_owned())
}

fn members_of(members: &str) -> Result<regex_syntax::hir::ClassBytes, String> {
    match super::window::parse(&format!("[{members}]"))?.into_kind() {
        regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Bytes(class)) => Ok(class),
        _ => Err(format!("`[{members}]` is not a class of several characters")),
    }
}

fn size(members: &str) -> Result<usize, String> {
    Ok(members_of(members)?.iter().map(|range| range.len()).sum())
}

fn has_digit(members: &str) -> Result<bool, String> {
    Ok(members_of(members)?.iter().any(|range| (range.start()..=range.end()).any(|byte| byte.is_ascii_digit())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(alphabet: &str, length: u32, prefix: Option<&str>) -> Result<Option<Short>, String> {
        Short::of(Some(alphabet), Some(&LengthSyntax::Exact(length)), prefix, None)
    }

    #[test]
    fn a_prefix_an_alphabet_and_a_length_are_a_regex() {
        let made = short("hex", 32, Some("ab.")).expect("sound").expect("a short form");
        assert_eq!(made.body, r"ab\.[0-9a-f]{32}");
        assert_eq!(made.pattern, r"\b(?P<secret>ab\.[0-9a-f]{32})(?:[^0-9A-Za-z_0-9a-f]|$)");
        assert!((made.entropy - 2.8).abs() < 0.01, "{}", made.entropy);
    }

    #[test]
    fn ranges_padding_and_classes() {
        let range = LengthSyntax::Range("40-44".to_owned());
        let made = Short::of(Some("base64"), Some(&range), None, Some("x")).expect("sound").expect("a short form");
        assert_eq!(made.body, "[0-9A-Za-z+/]{40,44}={0,2}x");
        assert_eq!(
            short("[0-9a-f_-]", 20, None).expect("sound").expect("one").pattern,
            r"\b(?P<secret>[0-9a-f_-]{20})(?:[^0-9A-Za-z_0-9a-f_-]|$)"
        );
        assert!(!short("lower", 20, None).expect("sound").expect("one").has_digits);
    }

    #[test]
    fn what_means_nothing_is_refused() {
        assert!(short("octal", 3, None).is_err_and(|error| error.contains("lower-alnum")));
        assert!(
            Short::of(None, None, Some("a"), None).is_err_and(|error| error.contains("`prefix` requires `alphabet`"))
        );
        assert!(Short::of(Some("hex"), None, None, None).is_err_and(|error| error.contains("`length`")));
        let backwards = LengthSyntax::Range("9-3".to_owned());
        assert!(Short::of(Some("hex"), Some(&backwards), None, None).is_err());
    }
}
