//! Matches values near a provider's name.
//!
//! Hundreds of providers have tokens without a prefix, such as 32 hexadecimal digits. They are recognised by a name before them:
//! `ACME_API_KEY=…`, `"acme": {"token": "…"}`, `new Acme("…")`. Many of these names are words (`line`, `box`, `front`), and many such
//! values are hashes. The name must therefore be a separate part of an identifier, the text between name and value must be short and lead
//! to a value, and it must mention a secret and no hash.

use crate::rules::run::{BEFORE_RUN, INSIDE, in_token};
use std::ops::Range;

/// Most bytes between the name and the body.
const GAP: usize = 64;
/// Longer names, bytes, do not fit before a value: see [`BEFORE_RUN`].
const LONGEST_NAME: usize = BEFORE_RUN - GAP;
/// Most words between the name and the body.
const WORDS: usize = 8;
/// What a secret is called; compared without case.
const SECRETS: [&str; 19] = [
    "key", "token", "secret", "auth", "pass", "pwd", "cred", "api", "access", "bearer", "sign", "client", "private",
    "webhook", "login", "license", "licence", "pat", "jwt",
];
/// What else has the shape of a token; compared without case, as whole parts of names.
const OTHERS: [&str; 26] = [
    "h1",
    "sha",
    "sha1",
    "sha256",
    "sha512",
    "hash",
    "md5",
    "commit",
    "rev",
    "revision",
    "digest",
    "checksum",
    "integrity",
    "etag",
    "uuid",
    "guid",
    "version",
    "ref",
    "blob",
    "tree",
    "build",
    "file",
    "image",
    "url",
    "uri",
    "path",
];
/// What may follow a name without anything between: `acmekey`, `acmetoken`.
const SUFFIXES: [&str; 14] =
    ["key", "token", "secret", "api", "auth", "pass", "pwd", "access", "client", "app", "user", "prod", "test", "id"];

/// What stands right before a value: the end of what it is assigned by.
const BEFORE: [bool; 256] = {
    let mut before = [false; 256];
    let bytes = b"\"'` \t=:>(,";
    let mut at = 0;
    while at < bytes.len() {
        before[bytes[at] as usize] = true;
        at += 1;
    }
    before
};

/// Whether a value may begin here.
pub(super) fn may_begin(text: &[u8], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| BEFORE[usize::from(text[before])])
}

/// [`in_token`] of every byte: it is asked some dozen times at every run.
const TOKEN: [bool; 256] = {
    let mut token = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        token[byte] = in_token(byte as u8);
        byte += 1;
    }
    token
};

/// Whether [`value_start`] may find one, from the byte before the run alone: without a branch, for it is asked of every run.
pub(super) fn may_be_value(text: &[u8], run: usize) -> bool {
    run > 0 && (BEFORE[usize::from(text[run - 1])] | TOKEN[usize::from(text[run - 1])])
}

/// Where the value begins that a run stands in: at the run, or, for base64, some way before it. `None` when none begins there.
pub(super) fn value_start(text: &[u8], run: usize) -> Option<usize> {
    if may_begin(text, run) {
        return Some(run);
    }
    let inside = text[..run].iter().rev().take(INSIDE).take_while(|byte| TOKEN[usize::from(**byte)]).count();
    // An operator is a token's byte too: `name=value`.
    let start = match text[run - inside..run].iter().position(|byte| *byte == b'=') {
        Some(operator) => run - inside + operator + 1,
        None => run - inside,
    };
    (start < run && inside < INSIDE && text[start].is_ascii_alphanumeric() && may_begin(text, start)).then_some(start)
}

/// Before this place no name begins that a value at `start` could belong to: every one would be dismissed by [`belongs`], for there is a
/// line between them, or the last word before the value says that it is something else.
pub(super) fn earliest(text: &[u8], start: usize) -> usize {
    let near = start.saturating_sub(GAP + LONGEST_NAME);
    let line = memchr::memrchr_iter(b'\n', &text[near..start]).nth(1).map_or(near, |end| near + end + 1);
    let Some(last) = text[line..start].iter().rposition(u8::is_ascii_alphanumeric) else { return line };
    let last = line + last;
    let begin = (line + 1..=last).rev().find(|at| !is_one_part(&text[at - 1], &text[*at])).unwrap_or(line);
    let part = &text[begin..=last];
    // Cut off by `line` it may be the end of another word.
    let is_other = begin > line && OTHERS.iter().any(|other| part.eq_ignore_ascii_case(other.as_bytes()));
    if is_other { line.max(begin.saturating_sub(LONGEST_NAME)) } else { line }
}

/// The places soon behind a name where a value may begin.
pub(super) fn values(text: &[u8], word: &Range<usize>) -> impl Iterator<Item = usize> {
    let last = if is_part(text, word) { (word.end + GAP).min(text.len().saturating_sub(1)) } else { word.end };
    (word.end + 1..=last).filter(|at| may_begin(text, *at) && text[*at].is_ascii_alphanumeric())
}

/// Whether a short text looks made by a machine: with a digit, or with letters of both cases that are not just a capital at the beginning.
pub(super) fn is_mixed(body: &[u8]) -> bool {
    body.iter().any(u8::is_ascii_digit)
        || (body.iter().any(u8::is_ascii_lowercase) && body.iter().skip(1).any(u8::is_ascii_uppercase))
}

/// Whether the run of token characters at `run` is a value that belongs to the name at `word`, before it.
pub(super) fn belongs(text: &[u8], word: &Range<usize>, run: usize) -> bool {
    if word.end > run || run - word.end > GAP || !is_part(text, word) {
        return false;
    }
    let gap = &text[word.end..run];
    if gap.iter().filter(|byte| **byte == b'\n').count() > 1 || gap.windows(3).any(|three| three == b"://") {
        return false;
    }
    let Some(last) = gap.iter().rposition(|byte| !matches!(byte, b'"' | b'\'' | b'`' | b' ' | b'\t' | b'\\')) else {
        // A flag and its value.
        return !gap.is_empty();
    };
    let leads =
        matches!(gap[last], b'=' | b':' | b'>' | b'(' | b',') || gap[last..].contains(&b' ') || gap[last] == b'\n';
    if !leads {
        return false;
    }
    let says = |part: &[u8]| SECRETS.iter().any(|secret| contains(part, secret));
    let before = &text[part_before(text, word.start)..word.start];
    let words = parts(gap).count();
    let speaks = match memchr::memrchr(b'\n', gap) {
        // On the next line another name stands before the value: it is that one which must speak.
        Some(end) => parts(&gap[end..]).any(says),
        None => parts(before).chain(parts(&text[word.start..run])).any(says),
    };
    // The provider's own name may be such a word: `rev`, `file.io`.
    let is_other = parts(before)
        .chain(parts(gap))
        .any(|part| OTHERS.iter().any(|other| part.eq_ignore_ascii_case(other.as_bytes())));
    // The name alone, with nothing but an operator: `acme = "…"`, `Acme("…")`, `acme.Client("…")`.
    let is_bare = gap.iter().all(|byte| !byte.is_ascii_alphanumeric()) || gap[last] == b'(';
    words <= WORDS && !is_other && (speaks || is_bare)
}

/// Whether the word is a part of an identifier by itself: `acme` in `ACME_KEY`, `myAcmeKey` and `acmetoken`, not in `pacmen`.
fn is_part(text: &[u8], word: &Range<usize>) -> bool {
    let last = text[word.end - 1];
    let ends = match text.get(word.end) {
        Some(after) if after.is_ascii_lowercase() && last.is_ascii_alphabetic() => {
            let rest = &text[word.end..];
            // `ACMEkey` hardly exists, `AcmeKey` does; after a lower-case word only what is known goes on.
            SUFFIXES.iter().any(|suffix| rest.get(..suffix.len()).is_some_and(|head| head == suffix.as_bytes()))
        }
        Some(after) if after.is_ascii_uppercase() && last.is_ascii_uppercase() => {
            let rest = &text[word.end..];
            SUFFIXES
                .iter()
                .any(|suffix| rest.get(..suffix.len()).is_some_and(|head| head.eq_ignore_ascii_case(suffix.as_bytes())))
        }
        _ => true,
    };
    ends && begins_part(text, word.start)
}

/// Whether a part of an identifier begins here: behind what is no letter, and at the capital in `myAcme`.
pub(super) fn begins_part(text: &[u8], at: usize) -> bool {
    match at.checked_sub(1).map(|before| text[before]) {
        Some(before) if before.is_ascii_alphabetic() => {
            (before.is_ascii_lowercase() && text[at].is_ascii_uppercase())
                // The option of a compiler or of Java: `-Dacme`.
                || (at >= 2 && text[at - 2] == b'-')
        }
        _ => true,
    }
}

/// The places in a range where a part of an identifier begins, with a byte that `starts` allows: each where [`begins_part`] says so. Asked for
/// before every run of token characters, so that each byte is looked up once, and nothing is asked of it twice.
pub(super) fn part_starts(text: &[u8], range: Range<usize>, starts: &[bool; 256]) -> impl Iterator<Item = usize> {
    const LETTER: u8 = 1;
    const SMALL: u8 = 2;
    const CAPITAL: u8 = 4;
    const KINDS: [u8; 256] = {
        let mut kinds = [0; 256];
        let mut letter = 0;
        while letter < 26 {
            kinds[b'a' as usize + letter] = LETTER | SMALL;
            kinds[b'A' as usize + letter] = LETTER | CAPITAL;
            letter += 1;
        }
        kinds
    };
    let before = |back: usize| range.start.checked_sub(back).map_or(0, |at| text[at]);
    let (mut one_before, mut two_before) = (before(1), before(2));
    let from = range.start;
    text[range].iter().enumerate().filter_map(move |(offset, byte)| {
        let (kind, last) = (KINDS[usize::from(*byte)], KINDS[usize::from(one_before)]);
        let goes_on = last & LETTER != 0 && two_before != b'-' && (last & SMALL == 0 || kind & CAPITAL == 0);
        (one_before, two_before) = (*byte, one_before);
        (!goes_on && starts[usize::from(*byte)]).then_some(from + offset)
    })
}

/// Where the identifier begins that goes on at `at`; not far.
fn part_before(text: &[u8], at: usize) -> usize {
    const FAR: usize = 32;
    let name = text[..at]
        .iter()
        .rev()
        .take(FAR)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    at - name.count()
}

/// The words of identifiers: split at whatever is no letter or digit, and where a capital follows a small letter.
fn parts(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.chunk_by(is_one_part).filter(|part| part[0].is_ascii_alphanumeric())
}

/// Whether two bytes, one after the other, are of the same word.
fn is_one_part(a: &u8, b: &u8) -> bool {
    a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() && !(a.is_ascii_lowercase() && b.is_ascii_uppercase())
}

fn contains(part: &[u8], word: &str) -> bool {
    part.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{begins_part, belongs, part_starts};

    fn is(text: &str) -> bool {
        let word = text.to_lowercase().find("acme").expect("the name");
        let run = text.find("0123").expect("the body");
        belongs(text.as_bytes(), &(word..word + 4), run)
    }

    #[test]
    fn parts_begin_where_each_is_asked_for() {
        let text = b"-Dacme myAcme ACMEkey --acme x-a b_C9d.E-fg \xC3\xA4a-Ab";
        let mut starts = [true; 256];
        starts[usize::from(b'x')] = false;
        for from in 0..text.len() {
            for to in from..=text.len() {
                let naive = (from..to).filter(|at| starts[usize::from(text[*at])] && begins_part(text, *at));
                assert!(part_starts(text, from..to, &starts).eq(naive), "{from}..{to}");
            }
        }
    }

    #[test]
    fn names_that_own_a_value() {
        for text in [
            "ACME_API_KEY=0123",
            "acme = '0123'",
            "\"acme\": {\"token\": \"0123\"}",
            "acme:\n  api_key: 0123",
            "new Acme(\"0123\")",
            "acme.Client(\"0123\")",
            "myAcmeToken: 0123",
            "acmekey: 0123",
            "--acme-token 0123",
            "X-Acme-Key: Bearer 0123",
            "<add key=\"acme-api-key\" value=\"0123\"",
            "# Acme\nTOKEN=0123",
            "https://acme.example.org/?key=0123",
        ] {
            assert!(is(text), "{text}");
        }
    }

    #[test]
    fn names_that_do_not() {
        for text in [
            "pacmen_key = 0123",
            "acmer_key = 0123",
            "acme_sha256 = 0123",
            "acme commit 0123",
            "acme\n\nkey = 0123",
            "acme is a company and this is a long sentence with a key 0123",
            "acme_version: 0123",
            "acme and others: 0123",
            "acme/key\nmonday: 0123",
            "acme/client v1.2.2 h1:0123",
        ] {
            assert!(!is(text), "{text}");
        }
    }
}
