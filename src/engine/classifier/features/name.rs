//! Features of a name.

use super::super::bytes::{Bytes, DASH, DOT, UNDERSCORE};
use super::super::split::{Index, Words, lowered};
use super::super::words::NAME_GROUPS;
use super::Out;
use crate::engine::substring::{Pairs, contains};
use std::sync::LazyLock;

/// The words of names.
static NAMES: LazyLock<Index> = LazyLock::new(|| Index::of(&NAME_GROUPS));

/// The features of a name, which has these words.
pub(super) fn put(name: &[u8], words: &Words, out: &mut impl Out) {
    let bits = |word: &[u8]| {
        let bare = word.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
        NAMES.get(&word[..bare]).map_or(0, |(groups, _)| groups)
    };
    let (all, of_last) = words.iter().map(bits).fold((0, 0), |(all, _), bits| (all | bits, bits));
    for (number, group) in NAME_GROUPS.iter().enumerate() {
        out.count(group.name, (all >> number & 1) + (of_last >> number & 1));
    }
    let lower = lowered(name);
    let seen = Pairs::of(&lower);
    let holds = |word: &str| seen.may_hold(word.as_bytes()) && contains(&lower, word.as_bytes());
    out.is("name: holds pass", holds("pass") || holds("pwd"));
    out.is("name: holds token", holds("token"));
    out.is("name: holds secret", holds("secret"));
    out.is("name: holds key", holds("key"));
    out.count("name: words", words.len());
    out.count("name: length", name.len());
    let bytes = Bytes::of(name);
    out.is("name: capitals", bytes.upper() > 0 && bytes.lower() == 0);
    out.is("name: begins with a capital", name.first().is_some_and(u8::is_ascii_uppercase));
    out.is("name: dotted", bytes.any(DOT));
    out.is("name: dashed", bytes.any(DASH));
    out.is("name: underscored", bytes.any(UNDERSCORE));
    out.is("name: variable", name.first() == Some(&b'$'));
    out.is("name: option", name.first() == Some(&b'-'));
    // The last word decides: `password_file` is a file, `file_password` a password.
    let weight = |word: &[u8]| {
        contains(word, b"pass")
            || contains(word, b"pwd")
            || contains(word, b"secret")
            || contains(word, b"token")
            || contains(word, b"key")
    };
    let after = words.iter().rev().take_while(|word| !weight(word)).count();
    out.count("name: words behind the keyword", after);
}
