//! What the judge looks at: some hundred numbers about a name, its value and what stands around them.
//!
//! Everything is local: the line as far as [`REACH`] goes. Nothing is a path, and nothing is learned from which letters a value has: the
//! labelled data has random letters where people had typed words, so only the shape of a value counts, its words and its randomness.

use super::shape::{Pairs, class, contains, covered, shannon, steps, word_likeness};
use super::split::{Index, Words, for_each_word};
use super::words::{CONTEXT_GROUPS, LOOKUPS, NAME_GROUPS, PASSWORD_WORDS, STAND_INS, WRAPPERS};
use crate::engine::assignment::{Assignment, Operator};
use std::sync::LazyLock;

/// How far before the name and behind the value the judge looks, in bytes.
pub const REACH: usize = 128;

/// Numbers about a candidate; [`names`] says what each is.
pub type Features = Vec<f32>;

/// The words of names and of surroundings.
static NAMES: LazyLock<Index> = LazyLock::new(|| Index::of(&NAME_GROUPS));
static SURROUNDINGS: LazyLock<Index> = LazyLock::new(|| Index::of(&CONTEXT_GROUPS));

/// Collects numbers, with their names when those are wanted.
struct Out<'n> {
    values: Features,
    names: Option<&'n mut Vec<String>>,
}

impl Out<'_> {
    fn put(&mut self, name: &str, value: f32) {
        self.values.push(value);
        if let Some(names) = &mut self.names {
            names.push(name.to_owned());
        }
    }

    /// The same group, of the very last word before the name.
    fn just(&mut self, name: &str, value: bool) {
        self.values.push(f32::from(u8::from(value)));
        if let Some(names) = &mut self.names {
            names.push(format!("just {name}"));
        }
    }

    fn is(&mut self, name: &str, value: bool) {
        self.put(name, f32::from(u8::from(value)));
    }
}

/// The features of an assignment.
#[must_use]
pub fn of(text: &[u8], found: &Assignment) -> Features {
    let mut out = Out { values: Vec::with_capacity(160), names: None };
    all(text, found, &mut out);
    out.values
}

/// What each feature is called, in their order.
#[must_use]
pub fn names() -> Vec<String> {
    let text = b"a_b = \"c\"";
    let mut names = Vec::new();
    if let Some(found) = Assignment::parse(text, 0..3) {
        all(text, &found, &mut Out { values: Vec::new(), names: Some(&mut names) });
    }
    names
}

fn all(text: &[u8], found: &Assignment, out: &mut Out<'_>) {
    let words = Words::of(&text[found.name.clone()]);
    name(text, found, &words, out);
    value(&text[found.value.clone()], &words, out);
    syntax(text, found, out);
    around(text, found, out);
}

fn name(text: &[u8], found: &Assignment, words: &Words, out: &mut Out<'_>) {
    let name = &text[found.name.clone()];
    let last = words.last_but(0).unwrap_or_default();
    let bits = |word: &[u8]| {
        let bare = word.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
        NAMES.get(&word[..bare]).map_or(0, |(groups, _)| groups)
    };
    let (all, of_last) = (words.iter().fold(0, |all, word| all | bits(word)), bits(last));
    for (number, group) in NAME_GROUPS.iter().enumerate() {
        out.put(group.name, ((all >> number & 1) + (of_last >> number & 1)) as f32);
    }
    let lower: Vec<u8> = name.to_ascii_lowercase();
    let holds = |word: &str| contains(&lower, word.as_bytes());
    out.is("name: holds pass", holds("pass") || holds("pwd"));
    out.is("name: holds token", holds("token"));
    out.is("name: holds secret", holds("secret"));
    out.is("name: holds key", holds("key"));
    out.put("name: words", words.len() as f32);
    out.put("name: length", name.len() as f32);
    out.is("name: capitals", name.iter().any(u8::is_ascii_uppercase) && !name.iter().any(u8::is_ascii_lowercase));
    out.is("name: begins with a capital", name.first().is_some_and(u8::is_ascii_uppercase));
    out.is("name: dotted", name.contains(&b'.'));
    out.is("name: dashed", name.contains(&b'-'));
    out.is("name: underscored", name.contains(&b'_'));
    out.is("name: variable", name.first() == Some(&b'$'));
    out.is("name: option", name.first() == Some(&b'-'));
    // What the keyword is the last word of: `password_file` is a file, `file_password` a password.
    let weight = |word: &[u8]| {
        contains(word, b"pass")
            || contains(word, b"pwd")
            || contains(word, b"secret")
            || contains(word, b"token")
            || contains(word, b"key")
    };
    let after = words.iter().rev().take_while(|word| !weight(word)).count();
    out.put("name: words behind the keyword", after as f32);
}

/// The shape of a value.
#[expect(clippy::too_many_lines, reason = "a list of questions, each a line")]
fn value(value: &[u8], name: &Words, out: &mut Out<'_>) {
    let length = value.len().max(1) as f32;
    let count = |is: fn(&u8) -> bool| value.iter().filter(|byte| is(byte)).count() as f32;
    let (lower, upper, digits) =
        (count(u8::is_ascii_lowercase), count(u8::is_ascii_uppercase), count(u8::is_ascii_digit));
    let symbols = count(u8::is_ascii_punctuation);
    let blanks = count(|byte| byte.is_ascii_whitespace());
    let other = count(|byte| !byte.is_ascii());
    out.put("value: length", length);
    out.put("value: lower", lower / length);
    out.put("value: upper", upper / length);
    out.put("value: digits", digits / length);
    out.put("value: symbols", symbols / length);
    out.put("value: digit count", digits);
    out.put("value: symbol count", symbols);
    out.put("value: blanks", blanks);
    out.put("value: beyond ASCII", other / length);
    let classes = [lower, upper, digits, symbols].iter().filter(|count| **count > 0.0).count();
    out.put("value: classes", classes as f32);
    let entropy = shannon(value);
    out.put("value: entropy", entropy);
    out.put("value: entropy share", entropy / length.log2().max(1.0));
    let changes = value.windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count() as f32;
    out.put("value: changes of class", changes / length);
    let (pairs, pair_count) = word_likeness(value);
    out.put("value: pairs of words", pairs);
    out.put("value: pairs counted", pair_count);
    let words = Words::of(value);
    let letters = words.joined().len().max(1) as f32;
    let known = words.iter().map(covered).sum::<usize>() as f32;
    out.put("value: share of known words", known / letters);
    out.put("value: words", words.len() as f32);
    let longest = words.iter().map(<[u8]>::len).max().unwrap_or(0) as f32;
    out.put("value: longest word", longest);
    let lowered: Vec<u8> = value.to_ascii_lowercase();
    let seen = Pairs::of(&lowered);
    let says = |word: &&str| seen.may_hold(word.as_bytes()) && contains(&lowered, word.as_bytes());
    let typed = PASSWORD_WORDS.iter().filter(|word| word.len() > 2 && says(word)).map(|word| word.len());
    out.put("value: password word", typed.max().unwrap_or(0) as f32 / length);
    out.is("value: stand-in", STAND_INS.iter().any(|word| word.as_bytes() == &lowered[..]));
    let joined = words.joined();
    out.is("value: is its name", joined == name.joined());
    out.is("value: in its name", joined.len() > 2 && contains(name.joined(), joined));
    let shared = words.iter().filter(|word| word.len() > 2 && name.iter().any(|one| one == *word)).count();
    out.put("value: words of its name", shared as f32 / words.len().max(1) as f32);
    let all = |is: fn(&u8) -> bool| value.iter().all(is);
    out.is(
        "value: one identifier",
        all(|b| b.is_ascii_alphanumeric() || *b == b'_') && value.first().is_some_and(|b| !b.is_ascii_digit()),
    );
    out.is("value: all lower", all(u8::is_ascii_lowercase));
    out.is("value: all letters", all(u8::is_ascii_alphabetic));
    out.is("value: all digits", all(u8::is_ascii_digit));
    out.is("value: all capitals", all(|b| b.is_ascii_uppercase() || *b == b'_' || b.is_ascii_digit()) && upper > 0.0);
    out.is(
        "value: a capital, then lower",
        value.first().is_some_and(u8::is_ascii_uppercase) && value[1..].iter().all(u8::is_ascii_lowercase),
    );
    out.is("value: camel", value.windows(2).any(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase()));
    out.is("value: underscores", value.contains(&b'_'));
    out.is("value: dashes", value.contains(&b'-'));
    out.is("value: dots", value.contains(&b'.'));
    out.is("value: slashes", value.contains(&b'/') || value.contains(&b'\\'));
    out.is("value: colons", value.contains(&b':'));
    out.is("value: brackets", value.iter().any(|b| matches!(b, b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>')));
    out.is(
        "value: special",
        value.iter().any(|b| matches!(b, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'&' | b'*' | b'~' | b'?' | b'+')),
    );
    out.is("value: equals sign at the end", value.ends_with(b"="));
    out.is("value: begins with a symbol", value.first().is_some_and(u8::is_ascii_punctuation));
    out.is("value: ends with a symbol", value.last().is_some_and(u8::is_ascii_punctuation));
    out.is("value: begins with a dollar", value.first() == Some(&b'$'));
    out.is("value: begins with a colon", value.first() == Some(&b':'));
    out.is(
        "value: an address",
        contains(value, b"://") || contains(value, b"www.") || value.starts_with(b"/") || value.starts_with(b"./"),
    );
    out.is(
        "value: an e-mail",
        value.contains(&b'@')
            && value
                .iter()
                .rposition(|b| *b == b'.')
                .is_some_and(|dot| value.iter().position(|b| *b == b'@').is_some_and(|at| at < dot && at > 0)),
    );
    out.is("value: hexadecimal", all(u8::is_ascii_hexdigit) && value.len() >= 8 && digits > 0.0);
    out.is("value: of a hash's length", all(u8::is_ascii_hexdigit) && matches!(value.len(), 32 | 40 | 64 | 96 | 128));
    out.is(
        "value: a UUID",
        value.len() == 36
            && value.iter().filter(|b| **b == b'-').count() == 4
            && all(|b| b.is_ascii_hexdigit() || *b == b'-'),
    );
    out.is(
        "value: base64",
        value.len() >= 16
            && all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
            && upper > 0.0
            && lower > 0.0,
    );
    out.is(
        "value: a version",
        digits > 0.0
            && all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'v' | b'^' | b'~' | b'>' | b'<' | b'=' | b' ')),
    );
    out.put("value: longest run of one byte", value.chunk_by(|a, b| a == b).map(<[u8]>::len).max().unwrap_or(0) as f32);
    out.put("value: steps", steps(value));
    out.is("value: escapes", value.contains(&b'\\'));
    out.is(
        "value: format directive",
        contains(value, b"%s")
            || contains(value, b"%d")
            || contains(value, b"%v")
            || contains(value, b"{0}")
            || contains(value, b"{}"),
    );
    out.is(
        "value: says test",
        ["test", "example", "sample", "dummy", "fake", "mock", "demo", "foo", "bar"].iter().any(says),
    );
    out.is(
        "value: says your",
        ["your", "my_", "my-", "insert", "change", "replace", "enter", "todo", "here", "some", "xxx"].iter().any(says),
    );
    out.is(
        "value: says wrong",
        ["wrong", "invalid", "incorrect", "bad", "not", "none", "null", "missing", "unknown", "new", "old"]
            .iter()
            .any(|word| lowered.starts_with(word.as_bytes())),
    );
    out.is("value: says its kind", ["password", "secret", "token", "key", "auth", "credential"].iter().any(says));
}

/// How the assignment is written.
fn syntax(text: &[u8], found: &Assignment, out: &mut Out<'_>) {
    let byte = |at: Option<usize>| at.and_then(|at| text.get(at)).copied().unwrap_or(b'\n');
    for (name, operator) in [
        ("operator: equals", Operator::Equals),
        ("operator: colon", Operator::Colon),
        ("operator: argument", Operator::Argument),
        ("operator: element", Operator::Element),
        ("operator: flag", Operator::Flag),
        ("operator: comparison", Operator::Comparison),
        ("operator: structure", Operator::Structure),
    ] {
        out.is(name, found.operator == operator);
    }
    out.is("quote: none", found.quote.is_none());
    out.is("quote: double", found.quote == Some(b'"'));
    out.is("quote: single", found.quote == Some(b'\''));
    out.is("quote: back", found.quote == Some(b'`'));
    let before = byte(found.name.start.checked_sub(1));
    out.is("before: quote", matches!(before, b'"' | b'\'' | b'`'));
    out.is("before: blank", matches!(before, b' ' | b'\t'));
    out.is("before: line", before == b'\n');
    out.is("before: bracket", matches!(before, b'(' | b'[' | b'{' | b'<' | b','));
    out.is("before: colon", before == b':');
    out.is("before: at", matches!(before, b'@' | b'&' | b'?' | b'%' | b'#' | b'/'));
    let after = byte(Some(found.value.end + usize::from(found.quote.is_some())));
    out.is("after: line", matches!(after, b'\n' | b'\r'));
    out.is("after: comma", after == b',');
    out.is("after: semicolon", after == b';');
    out.is("after: bracket", matches!(after, b')' | b']' | b'}'));
    out.is("after: blank", matches!(after, b' ' | b'\t'));
    out.is("after: element", after == b'<');
    out.is("after: goes on", matches!(after, b'+' | b'.' | b'(' | b'[' | b'?' | b'|' | b'%'));
    let callee = found.callee.as_ref().map(|range| text[range.clone()].to_ascii_lowercase());
    let last = callee.as_deref().map(|callee| {
        let from = callee.iter().rposition(|b| !b.is_ascii_alphanumeric() && *b != b'_').map_or(0, |at| at + 1);
        callee[from..].to_vec()
    });
    let of = |list: &[&str]| last.as_deref().is_some_and(|last| list.iter().any(|word| word.as_bytes() == last));
    out.is("call: any", callee.is_some());
    out.is("call: look-up", of(&LOOKUPS));
    out.is(
        "call: wrapper",
        of(&WRAPPERS) || callee.as_deref().is_some_and(|callee| callee.ends_with(b"byte") || callee.ends_with(b"]")),
    );
    let gap = found.value.start.saturating_sub(found.name.end);
    out.put("gap", gap as f32);
    let between = &text[found.name.end..found.value.start.max(found.name.end)];
    out.is("between: arrow", contains(between, b"=>"));
    out.is("between: walrus", contains(between, b":="));
    out.is("between: spaced", contains(between, b" = ") || contains(between, b" : "));
    out.is("between: tight", gap <= 2);
    out.is("between: line break", between.contains(&b'\n'));
    out.is("between: type", between.iter().filter(|b| b.is_ascii_alphabetic()).count() > 2 && found.callee.is_none());
    out.is("between: escaped", contains(between, b"\\\""));
}

/// What stands on the line, and a little beyond.
fn around(text: &[u8], found: &Assignment, out: &mut Out<'_>) {
    let start = found.name.start.saturating_sub(REACH);
    let end = (found.value.end + REACH).min(text.len());
    let line_start = text[start..found.name.start].iter().rposition(|b| *b == b'\n').map_or(start, |at| start + at + 1);
    let line_end = text[found.value.end..end].iter().position(|b| *b == b'\n').map_or(end, |at| found.value.end + at);
    let head = &text[line_start..found.name.start];
    let tail = &text[found.value.end..line_end];
    let trimmed = head.trim_ascii_start();
    out.is(
        "line: comment",
        [&b"//"[..], b"#", b"*", b"/*", b"--", b";", b"<!--", b"%"].iter().any(|mark| trimmed.starts_with(mark))
            || contains(trimmed, b" // ")
            || contains(trimmed, b" # "),
    );
    out.is("line: begins with the name", trimmed.iter().all(|b| !b.is_ascii_alphanumeric()));
    out.is("line: list item", trimmed.starts_with(b"- "));
    out.put("line: indent", (head.len() - trimmed.len()) as f32);
    out.put("line: head length", trimmed.len() as f32);
    out.put("line: tail length", tail.len() as f32);
    out.is("line: call before", head.contains(&b'('));
    out.is("line: element", contains(head, b"<"));
    out.is("line: shell variable", contains(head, b"$"));
    let prose = trimmed
        .windows(3)
        .filter(|three| three[0].is_ascii_lowercase() && three[1] == b' ' && three[2].is_ascii_lowercase())
        .count();
    out.put("line: prose", prose as f32);
    let tail_prose = tail
        .windows(3)
        .filter(|three| three[0].is_ascii_lowercase() && three[1] == b' ' && three[2].is_ascii_lowercase())
        .count();
    out.put("line: prose behind", tail_prose as f32);
    let mut seen = [0_u64; 8];
    let mut counts = [0_u32; CONTEXT_GROUPS.len()];
    for_each_word(&text[start..found.name.start], |word| note(word, &mut seen, &mut counts));
    for_each_word(&text[found.value.end..end], |word| note(word, &mut seen, &mut counts));
    for (group, count) in CONTEXT_GROUPS.iter().zip(counts) {
        out.put(group.name, count.min(3) as f32);
    }
    let mut last = 0;
    for_each_word(head, |word| last = SURROUNDINGS.get(word).map_or(0, |(groups, _)| groups));
    for (number, group) in CONTEXT_GROUPS.iter().enumerate().take(7).skip(2) {
        out.just(group.name, last >> number & 1 != 0);
    }
}

/// Counts a word for its groups, the first time that it is met.
fn note(word: &[u8], seen: &mut [u64; 8], counts: &mut [u32; CONTEXT_GROUPS.len()]) {
    let Some((groups, number)) = SURROUNDINGS.get(word) else { return };
    let (slot, bit) = (usize::from(number / 64), 1_u64 << (number % 64));
    if seen[slot] & bit == 0 {
        seen[slot] |= bit;
        counts.iter_mut().enumerate().for_each(|(at, count)| *count += groups >> at & 1);
    }
}
