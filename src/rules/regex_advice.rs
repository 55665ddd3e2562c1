//! Suggests replacements for regex syntax of PCRE, Python or Java that is not supported.
//!
//! The engine runs in linear time on every input, which excludes look-around and back-references. For each of them the message names the
//! nearest supported form. The build script also includes this file, so it imports nothing of this crate.

/// Advice for a pattern that does not parse. `error` is the message of the parser.
#[must_use]
pub fn explain(pattern: &str, error: &str) -> String {
    if let Some(advice) = advice(pattern) {
        return advice;
    }
    // The parser's message is a drawing of several lines; only the last one is kept.
    let said = error.lines().last().unwrap_or(error).trim_start_matches("error: ");
    format!("not a regex: {said}")
}

/// Advice for an unsupported construct; `None` if there is none.
fn advice(pattern: &str) -> Option<String> {
    let bytes = pattern.as_bytes();
    let mut at = 0;
    let mut in_class = false;
    while at < bytes.len() {
        let rest = &pattern[at..];
        match bytes[at] {
            b'\\' => {
                match bytes.get(at + 1) {
                    Some(b'1'..=b'9' | b'k' | b'g') if !in_class => {
                        return Some(
                            "back-references are not supported: write the alternatives out, such as \
                             `(?:\"[^\"]{1,64}\"|'[^']{1,64}')` for a text in quotes of one kind"
                                .to_owned(),
                        );
                    }
                    Some(b'Z') if !in_class => return Some("`\\Z` is not supported: write `\\z`".to_owned()),
                    Some(b'h') => return Some("`\\h` is not supported: write `[ \\t]`".to_owned()),
                    Some(b'R') if !in_class => return Some("`\\R` is not supported: write `\\r?\\n`".to_owned()),
                    Some(b'K') if !in_class => {
                        return Some(
                            "`\\K` is not supported: put the secret into the group `(?P<secret>…)`".to_owned(),
                        );
                    }
                    Some(b'G') if !in_class => return Some("`\\G` is not supported: leave it out".to_owned()),
                    _ => {}
                }
                at += 1;
            }
            b'[' if !in_class => in_class = true,
            b']' if in_class => in_class = false,
            b'(' if !in_class => {
                if let Some(said) = group(pattern, at, rest) {
                    return Some(said);
                }
            }
            _ => {}
        }
        at += pattern[at..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

/// Advice for an unsupported group.
fn group(pattern: &str, at: usize, rest: &str) -> Option<String> {
    let inner = |skip: usize| {
        let end = close(rest).unwrap_or(rest.len());
        (rest[skip.min(end)..end].to_owned(), rest.get(end + 1..).unwrap_or_default().to_owned())
    };
    let before = &pattern[..at];
    if rest.starts_with("(?<=") {
        let (look, after) = inner(4);
        return Some(format!(
            "look-behind is not supported: match what comes before and put the secret into a group: `{before}{look}(?P<secret>{after})`"
        ));
    }
    if rest.starts_with("(?=") {
        let (look, after) = inner(3);
        return Some(if after.is_empty() && !before.is_empty() {
            format!(
                "look-ahead is not supported: match what follows and put the secret into a group: `(?P<secret>{before}){look}`"
            )
        } else {
            "look-ahead is not supported: say with the repetitions and classes what the text is, and let `entropy` ask for the mixture of \
             characters"
                .to_owned()
        });
    }
    if rest.starts_with("(?!") || rest.starts_with("(?<!") {
        let (_, after) = inner(3);
        return Some(if after.is_empty() || before.is_empty() {
            "negative look-around is not supported: for a boundary write `\\b`, or a class such as `(?:^|[^0-9A-Za-z])` beside a group \
             `(?P<secret>…)`"
                .to_owned()
        } else {
            "negative look-around is not supported: leave it out, and allow what it kept away with an [[allow]] with `patterns` for this rule"
                .to_owned()
        });
    }
    if rest.starts_with("(?>") {
        let (body, after) = inner(3);
        return Some(format!(
            "atomic groups are not supported, and not needed, because this engine never goes back: write `{before}(?:{body}){after}`"
        ));
    }
    if rest.starts_with("(?P=") {
        return advice("\\1");
    }
    if rest.starts_with("(?R)") || rest.starts_with("(?&") || rest.starts_with("(?(") || rest.starts_with("(?|") {
        return Some("recursion and conditions are not supported: write the alternatives out with `|`".to_owned());
    }
    if rest.starts_with("(?#") {
        return Some("comments in groups are not supported: write `(?x)` and `# …` at line ends".to_owned());
    }
    None
}

/// Offset where the group at the beginning of a text is closed.
fn close(text: &str) -> Option<usize> {
    let (mut depth, mut in_class, mut is_escape) = (0, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escape => {
                is_escape = false;
                continue;
            }
            b'\\' => is_escape = true,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'(' if !in_class => depth += 1,
            b')' if !in_class => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::window::parse;

    #[test]
    fn the_nearest_supported_form_is_named() {
        for (pattern, part) in [
            (r"(?<=key=)[0-9a-f]{32}", "`key=(?P<secret>[0-9a-f]{32})`"),
            (r"[0-9a-f]{32}(?=;)", "`(?P<secret>[0-9a-f]{32});`"),
            (r"(?=.*[0-9])[a-z0-9]{20}", "entropy"),
            (r"(?<![a-z])AKIA", r"`\b`"),
            (r"abc(?!def)[a-z]{20}", "[[allow]]"),
            (r"(?>abc)d", "`(?:abc)d`"),
            (r#"(["'])[a-z]{8}\1"#, "alternatives"),
            (r"abc\Z", r"`\z`"),
            (r"(?P<q>a)(?P=q)", "back-references"),
            (r"ab[", "not a regex"),
        ] {
            let error = parse(pattern).expect_err(pattern);
            assert!(error.contains(part), "{pattern}: {error}");
        }
    }

    #[test]
    fn what_is_supported_is_let_be() {
        for pattern in [r"a\++b", r"[(?=]+", r"(?i:a)(?P<secret>b)(?<name>c)", r"\\1", "é+"] {
            assert!(parse(pattern).is_ok(), "{pattern}");
        }
    }
}
