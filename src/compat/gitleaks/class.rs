//! Classes and escapes of Go's regexes.

/// Members of a Perl class, for use inside brackets. They are ASCII, as in Go.
pub(super) fn named(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "0-9",
        'D' => "^0-9",
        's' => r"\t\n\f\r ",
        'S' => r"^\t\n\f\r ",
        'w' => "0-9A-Za-z_",
        'W' => "^0-9A-Za-z_",
        _ => return None,
    })
}

/// Translates a Unicode property class. Returns its Rust form and its end.
pub(super) fn unicode(chars: &[char], at: usize) -> Result<Option<(String, usize)>, String> {
    let letter = chars[at + 1];
    if !matches!(letter, 'p' | 'P') {
        return Ok(None);
    }
    let mut negated = letter == 'P';
    let (mut name, next) = match chars.get(at + 2) {
        Some('{') => {
            let length = chars[at..].iter().position(|c| *c == '}').ok_or("`\\p{` has no end")?;
            (chars[at + 3..at + length].iter().collect::<String>(), at + length + 1)
        }
        Some(one) => (one.to_string(), at + 3),
        None => return Err("`\\p` names no class".to_owned()),
    };
    if let Some(rest) = name.strip_prefix('^') {
        (negated, name) = (!negated, rest.to_owned());
    }
    Ok(Some((format!("\\{}{{{name}}}", if negated { 'P' } else { 'p' }), next)))
}

/// Parses an escape. Returns the character and the end of the escape.
pub(super) fn character(chars: &[char], at: usize) -> Result<(char, usize), String> {
    let Some(&c) = chars.get(at + 1) else { return Err("a backslash at the end".to_owned()) };
    let simple = match c {
        'a' => '\x07',
        'f' => '\x0C',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\x0B',
        'x' => return hexadecimal(chars, at + 2),
        '0'..='7' => return octal(chars, at + 1),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => c,
        c => return Err(format!("`\\{c}` means nothing in Go; write the character itself")),
    };
    Ok((simple, at + 2))
}

fn hexadecimal(chars: &[char], at: usize) -> Result<(char, usize), String> {
    let (digits, next): (String, usize) = if chars.get(at) == Some(&'{') {
        let length = chars[at..].iter().position(|c| *c == '}').ok_or("`\\x{` has no end")?;
        (chars[at + 1..at + length].iter().collect(), at + length + 1)
    } else {
        (chars[at..].iter().take(2).collect(), at + 2)
    };
    let value = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
    value
        .map(|value| (value, next))
        .ok_or_else(|| "after `\\x` come two hexadecimal digits, or any number in {}".to_owned())
}

/// Parses `\0` or up to three octal digits. A single digit other than zero would be a back-reference.
fn octal(chars: &[char], at: usize) -> Result<(char, usize), String> {
    let digits: String = chars[at..].iter().take(3).take_while(|c| ('0'..='7').contains(*c)).collect();
    if digits.len() == 1 && digits != "0" {
        return Err("a back-reference".to_owned());
    }
    let value = u32::from_str_radix(&digits, 8).ok().and_then(char::from_u32);
    value.map(|value| (value, at + digits.len())).ok_or_else(|| "no character has this number".to_owned())
}

/// Writes a character so that it is literal anywhere in a pattern.
pub(super) fn written(c: char) -> String {
    if c.is_ascii_alphanumeric() { c.to_string() } else { format!("\\x{{{:X}}}", u32::from(c)) }
}

/// Rewrites a class member by member, so that Rust does not parse set operators in it.
pub(super) fn translate(chars: &[char], at: usize, out: &mut String) -> Result<usize, String> {
    let unclosed = || "a class has no `]`".to_owned();
    let mut at = at + 1;
    out.push('[');
    if chars.get(at) == Some(&'^') {
        out.push('^');
        at += 1;
    }
    let first = at;
    loop {
        match chars.get(at).ok_or_else(unclosed)? {
            ']' if at > first => break,
            '[' if chars.get(at + 1) == Some(&':') => {
                if let Some(length) = chars[at..].windows(2).position(|pair| pair == [':', ']']).filter(|n| *n > 1) {
                    out.extend(&chars[at..at + length + 2]);
                    at += length + 2;
                    continue;
                }
            }
            '\\' => {
                let letter = *chars.get(at + 1).ok_or_else(unclosed)?;
                if let Some(members) = named(letter) {
                    out.push_str(&format!("[{members}]"));
                    at += 2;
                    continue;
                }
                if let Some((text, next)) = unicode(chars, at)? {
                    out.push_str(&text);
                    at = next;
                    continue;
                }
            }
            _ => {}
        }
        let (low, next) = member(chars, at)?;
        at = next;
        let is_range = chars.get(at) == Some(&'-') && chars.get(at + 1).is_some_and(|c| *c != ']');
        if !is_range {
            out.push_str(&written(low));
            continue;
        }
        let (high, next) = member(chars, at + 1)?;
        if high < low {
            return Err(format!("the range `{low}-{high}` in a class runs backwards"));
        }
        out.push_str(&format!("{}-{}", written(low), written(high)));
        at = next;
    }
    out.push(']');
    Ok(at + 1)
}

fn member(chars: &[char], at: usize) -> Result<(char, usize), String> {
    match chars.get(at) {
        Some('\\') => character(chars, at),
        Some(c) => Ok((*c, at + 1)),
        None => Err("a class has no `]`".to_owned()),
    }
}
