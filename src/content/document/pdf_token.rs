//! The tokens of PDF's syntax: names, numbers, strings, and words.

/// A token. Brackets of lists and dictionaries are words.
#[derive(Debug, PartialEq)]
pub(super) enum Token<'a> {
    /// Without its slash.
    Name(&'a [u8]),
    Number(f64),
    /// With its escapes resolved.
    String(Vec<u8>),
    Word(&'a [u8]),
}

/// The tokens of a text, as far as it can be read.
pub(super) fn tokens(text: &[u8]) -> impl Iterator<Item = Token<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || next(&mut rest))
}

fn next<'a>(rest: &mut &'a [u8]) -> Option<Token<'a>> {
    loop {
        *rest = rest.trim_ascii_start();
        while let [0, others @ ..] = *rest {
            *rest = others;
        }
        match rest.first()? {
            b'%' => {
                let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                *rest = &rest[end..];
            }
            byte if byte.is_ascii_whitespace() => {}
            _ => break,
        }
    }
    let length = match *rest {
        [b'(', ..] => {
            let (string, length) = literal(rest);
            *rest = &rest[length..];
            return Some(Token::String(string));
        }
        [b'<', b'<', ..] | [b'>', b'>', ..] => 2,
        [b'<', inside @ ..] => {
            let end = memchr::memchr(b'>', inside).map_or(inside.len(), |end| end + 1);
            let string = hex(inside);
            *rest = &inside[end..];
            return Some(Token::String(string));
        }
        [b'[' | b']' | b'{' | b'}' | b')' | b'>', ..] => 1,
        [_, others @ ..] => others.iter().take_while(|byte| is_regular(**byte)).count() + 1,
        [] => return None,
    };
    let (word, others) = rest.split_at(length);
    *rest = others;
    if let Some(name) = word.strip_prefix(b"/") {
        return Some(Token::Name(name));
    }
    let number = std::str::from_utf8(word)
        .ok()
        .filter(|word| word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)));
    Some(number.and_then(|number| number.parse().ok()).map_or(Token::Word(word), Token::Number))
}

fn is_regular(byte: u8) -> bool {
    !byte.is_ascii_whitespace()
        && !matches!(byte, 0 | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

/// A string in parentheses, which may stand within it in pairs, and how long it is in the text.
fn literal(text: &[u8]) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let mut depth = 0;
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'(' if depth > 0 => out.push(b'('),
            b')' if depth > 1 => out.push(b')'),
            _ => {}
        }
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            b'\\' => at += escape(&text[at..], &mut out),
            other => out.push(*other),
        }
        if depth == 0 {
            break;
        }
    }
    (out, at)
}

/// What stands behind a backslash; returns how long it is.
fn escape(text: &[u8], out: &mut Vec<u8>) -> usize {
    let Some(byte) = text.first() else { return 0 };
    match byte {
        b'n' => out.push(b'\n'),
        b'r' => out.push(b'\r'),
        b't' => out.push(b'\t'),
        b'b' | b'f' | b'\n' => {}
        b'\r' => return if text.get(1) == Some(&b'\n') { 2 } else { 1 },
        b'0'..=b'7' => {
            let digits = text.iter().take(3).take_while(|digit| (b'0'..=b'7').contains(digit));
            let (value, count) =
                digits.fold((0_u32, 0), |(value, count), digit| (value * 8 + u32::from(digit - b'0'), count + 1));
            out.push(value as u8);
            return count;
        }
        other => out.push(*other),
    }
    1
}

/// The bytes of hexadecimal digits; whatever else stands among them is passed over.
pub(super) fn hex(text: &[u8]) -> Vec<u8> {
    let end = memchr::memchr(b'>', text).unwrap_or(text.len());
    let mut digits: Vec<u8> =
        text[..end].iter().filter_map(|byte| char::from(*byte).to_digit(16)).map(|digit| digit as u8).collect();
    if !digits.len().is_multiple_of(2) {
        digits.push(0);
    }
    digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_has_an_end() {
        let text = b"<< /Name 12 -3.5 (a (b) \\) \\053) <4142> [ ] % comment\n>> word \\ ( open";
        let all: Vec<Token> = tokens(text).collect();
        assert_eq!(all[1], Token::Name(b"Name"));
        assert_eq!(all[4], Token::String(b"a (b) ) +".to_vec()));
        assert_eq!(all[5], Token::String(b"AB".to_vec()));
        assert_eq!(all.last(), Some(&Token::String(b" open".to_vec())));
        for cut in 0..text.len() {
            tokens(&text[..cut]).for_each(drop);
            tokens(&text[cut..]).for_each(drop);
        }
    }
}
