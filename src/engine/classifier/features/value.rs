//! Features of a value's shape.

use super::super::bytes::{
    BACKSLASH, BASE64, BRACKET, Bytes, COLON, CONSTANT, DASH, DIGIT, DOT, HEX, IDENTIFIER, LETTER, LOWER, SLASH,
    SPECIAL, UNDERSCORE,
};
use super::super::shape::{covered, shannon};
use super::super::split::{ShortText, Words, lowered};
use super::super::words::{PASSWORD_WORDS, STAND_INS};
use super::Out;
use crate::engine::substring::{Pairs, contains};

/// Words in names of tests and in examples.
const TESTS: [&str; 9] = ["test", "example", "sample", "dummy", "fake", "mock", "demo", "foo", "bar"];
/// Words of placeholders.
const YOURS: [&str; 11] = ["your", "my_", "my-", "insert", "change", "replace", "enter", "todo", "here", "some", "xxx"];
/// Beginnings of values that negate or reject.
const WRONG: [&str; 11] =
    ["wrong", "invalid", "incorrect", "bad", "not", "none", "null", "missing", "unknown", "new", "old"];
/// Names of secrets.
const KINDS: [&str; 6] = ["password", "secret", "token", "key", "auth", "credential"];

/// Features of a value that are computed from its bytes.
pub(super) fn put_first(value: &[u8], out: &mut impl Out) {
    let bytes = Bytes::of(value);
    of_bytes(value, &bytes, out);
    of_classes(value, &bytes, out);
    of_form(value, &bytes, out);
}

/// Features of a value that need word lists, for a name with these words.
pub(super) fn put_rest(value: &[u8], name: &Words, out: &mut impl Out) {
    let entropy = shannon(value);
    out.put("value: entropy", entropy);
    out.put("value: entropy share", entropy / (value.len().max(1) as f32).log2().max(1.0));
    let lowered = Lowered::of(value);
    of_words(value, &lowered, name, out);
    out.is("value: says test", lowered.holds_one_of(&TESTS));
    out.is("value: says your", lowered.holds_one_of(&YOURS));
    out.is("value: says wrong", WRONG.iter().any(|word| lowered.text.starts_with(word.as_bytes())));
    out.is("value: says its kind", lowered.holds_one_of(&KINDS));
}

/// A value in lower case, for word searches.
struct Lowered {
    text: ShortText,
    seen: Pairs,
}

impl Lowered {
    fn of(value: &[u8]) -> Lowered {
        let text = lowered(value);
        Lowered { seen: Pairs::of(&text), text }
    }

    fn holds(&self, word: &str) -> bool {
        self.seen.may_hold(word.as_bytes()) && contains(&self.text, word.as_bytes())
    }

    fn holds_one_of(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.holds(word))
    }
}

fn of_bytes(value: &[u8], bytes: &Bytes, out: &mut impl Out) {
    let length = value.len().max(1) as f32;
    let share = |count: u32| count as f32 / length;
    out.put("value: length", length);
    out.put("value: lower", share(bytes.lower()));
    out.put("value: upper", share(bytes.upper()));
    out.put("value: digits", share(bytes.digits()));
    out.put("value: symbols", share(bytes.symbols()));
    out.count("value: digit count", bytes.digits());
    out.count("value: symbol count", bytes.symbols());
    out.count("value: blanks", bytes.blanks());
    out.put("value: beyond ASCII", share(bytes.beyond()));
    let counts = [bytes.lower(), bytes.upper(), bytes.digits(), bytes.symbols()];
    out.count("value: classes", counts.iter().filter(|count| **count > 0).count());
    out.put("value: changes of class", share(bytes.changes));
    let pairs = bytes.pairs as f32;
    out.put("value: pairs of words", if pairs > 0.0 { bytes.likeness / pairs } else { 0.0 });
    out.put("value: pairs counted", pairs);
}

fn of_words(value: &[u8], lowered: &Lowered, name: &Words, out: &mut impl Out) {
    let words = Words::of(value);
    let joined = words.joined();
    let known = words.iter().map(covered).sum::<usize>();
    out.put("value: share of known words", known as f32 / joined.len().max(1) as f32);
    out.count("value: words", words.len());
    out.count("value: longest word", words.iter().map(<[u8]>::len).max().unwrap_or(0));
    let typed = PASSWORD_WORDS.iter().filter(|word| word.len() > 2 && lowered.holds(word)).map(|word| word.len());
    out.put("value: password word", typed.max().unwrap_or(0) as f32 / value.len().max(1) as f32);
    out.is("value: stand-in", STAND_INS.iter().any(|word| word.as_bytes() == &lowered.text[..]));
    out.is("value: is its name", joined == name.joined());
    out.is("value: in its name", joined.len() > 2 && contains(name.joined(), joined));
    let shared = words.iter().filter(|word| word.len() > 2 && name.iter().any(|one| one == *word)).count();
    out.put("value: words of its name", shared as f32 / words.len().max(1) as f32);
}

fn of_classes(value: &[u8], bytes: &Bytes, out: &mut impl Out) {
    let first = value.first().copied().unwrap_or(b' ');
    let last = value.last().copied().unwrap_or(b' ');
    out.is("value: one identifier", bytes.all(IDENTIFIER) && !first.is_ascii_digit());
    out.is("value: all lower", bytes.all(LOWER));
    out.is("value: all letters", bytes.all(LETTER));
    out.is("value: all digits", bytes.all(DIGIT));
    out.is("value: all capitals", bytes.all(CONSTANT) && bytes.upper() > 0);
    out.is("value: a capital, then lower", first.is_ascii_uppercase() && bytes.upper() == 1 && bytes.all(LETTER));
    out.is("value: camel", bytes.camel);
    out.is("value: underscores", bytes.any(UNDERSCORE));
    out.is("value: dashes", bytes.any(DASH));
    out.is("value: dots", bytes.any(DOT));
    out.is("value: slashes", bytes.any(SLASH | BACKSLASH));
    out.is("value: colons", bytes.any(COLON));
    out.is("value: brackets", bytes.any(BRACKET));
    out.is("value: special", bytes.any(SPECIAL));
    out.is("value: equals sign at the end", last == b'=');
    out.is("value: begins with a symbol", first.is_ascii_punctuation());
    out.is("value: ends with a symbol", last.is_ascii_punctuation());
    out.is("value: begins with a dollar", first == b'$');
    out.is("value: begins with a colon", first == b':');
}

fn of_form(value: &[u8], bytes: &Bytes, out: &mut impl Out) {
    let has_digits = bytes.digits() > 0;
    out.is("value: hexadecimal", bytes.all(HEX) && value.len() >= 8 && has_digits);
    out.is("value: of a hash's length", bytes.all(HEX) && matches!(value.len(), 32 | 40 | 64 | 96 | 128));
    let is_uuid = || {
        value.iter().filter(|b| **b == b'-').count() == 4 && value.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-')
    };
    out.is("value: a UUID", value.len() == 36 && is_uuid());
    out.is("value: base64", value.len() >= 16 && bytes.all(BASE64) && bytes.upper() > 0 && bytes.lower() > 0);
    out.count("value: longest run of one byte", bytes.longest_run);
    out.put("value: steps", bytes.steps as f32 / (value.len().max(2) - 1) as f32);
}
