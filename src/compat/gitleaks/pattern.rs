//! Translates a regex of Go's `regexp` (RE2 syntax) to Rust's `regex`.
//!
//! Both match leftmost-first over UTF-8 in linear time, but their syntax differs, so the pattern is parsed here and rewritten. In Go `\d`,
//! `\s`, `\w` and `\b` are ASCII while `.`, classes and `(?i)` are Unicode; `\<` is a `<`; `{` can be literal; a class has no set operators
//! (<https://pkg.go.dev/regexp/syntax>, read 2026-11-24).

use super::class;
use crate::rules::advice;
use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_syntax::ParserBuilder;
use std::sync::OnceLock;

/// Cache of one pattern's lazy automaton in one thread, in bytes.
const CACHE: usize = 1 << 20;

/// A valid pattern, compiled on first use.
#[derive(Debug)]
pub struct Pattern {
    /// The pattern as written in the file.
    pub source: String,
    /// Its line, from 1.
    pub line: usize,
    translated: String,
    /// Number of groups, without the whole match.
    pub groups: usize,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// Parses a pattern.
    ///
    /// # Errors
    /// Fails when the pattern is invalid, and suggests the nearest valid form.
    pub fn new(source: &str, line: usize) -> Result<Pattern, String> {
        let in_these_words = |said: String| {
            let said =
                said.replace("(?P<secret>", "(").replace("an [[allow]] with `patterns`", "an allowlist with `regexes`");
            said.replace("a group `(…)`", "the first group").replace("the group `(…)`", "the first group")
        };
        let translated = translate(source).map_err(|error| in_these_words(advice(source, &error)))?;
        let parsed = ParserBuilder::new().utf8(false).nest_limit(1000).build().parse(&translated);
        let parsed = parsed.map_err(|error| in_these_words(advice(source, &error.to_string())))?;
        let groups = parsed.properties().explicit_captures_len();
        Ok(Pattern { source: source.to_owned(), line, translated, groups, compiled: OnceLock::new() })
    }

    /// The compiled regex.
    ///
    /// # Panics
    /// Never: a pattern that parses also compiles, because only the size of the file limits its size.
    pub fn regex(&self) -> &Regex {
        #[expect(clippy::expect_used, reason = "it was parsed when it was read, and has no bound on its size")]
        self.compiled.get_or_init(|| {
            Regex::builder()
                .syntax(syntax::Config::new().utf8(false).nest_limit(1000))
                .configure(Regex::config().utf8_empty(false).hybrid_cache_capacity(CACHE).nfa_size_limit(None))
                .build(&self.translated)
                .expect("the pattern was parsed when it was read")
        })
    }

    /// Whether it matches anywhere in the text.
    #[must_use]
    pub fn is_match(&self, text: &[u8]) -> bool {
        self.regex().is_match(text)
    }
}

/// Rewrites the pattern in Rust's syntax.
fn translate(source: &str) -> Result<String, String> {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len() + 16);
    let mut at = 0;
    while at < chars.len() {
        match chars[at] {
            '\\' => at = escape(&chars, at, &mut out)?,
            '[' => at = class::translate(&chars, at, &mut out)?,
            '(' if chars.get(at + 1) == Some(&'?') => at = group(&chars, at, &mut out)?,
            '{' => match repetition(&chars[at..]) {
                Some(length) => {
                    out.extend(&chars[at..at + length]);
                    at += length;
                }
                None => {
                    out.push_str("\\{");
                    at += 1;
                }
            },
            '}' => {
                out.push_str("\\}");
                at += 1;
            }
            c => {
                out.push(c);
                at += 1;
            }
        }
    }
    Ok(out)
}

/// Length of the counted repetition that begins here; `None` for `{`, `{,3}` and `{a`, which are literal.
fn repetition(chars: &[char]) -> Option<usize> {
    let end = chars.iter().position(|c| *c == '}')?;
    let inside: String = chars[1..end].iter().collect();
    let is_number = |text: &str| !text.is_empty() && text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let counts = match inside.split_once(',') {
        None => is_number(&inside),
        Some((least, most)) => is_number(least) && (most.is_empty() || is_number(most)),
    };
    counts.then_some(end + 1)
}

/// Translates a group with a name or flags that Go supports.
fn group(chars: &[char], at: usize, out: &mut String) -> Result<usize, String> {
    let rest: String = chars[at..].iter().take(64).collect();
    let name = rest.strip_prefix("(?P<").or_else(|| rest.strip_prefix("(?<"));
    if name.is_some_and(|name| !name.starts_with(['=', '!'])) {
        let end = rest.find('>').ok_or("a group's name has no end")?;
        out.push_str(&rest[..=end]);
        return Ok(at + rest[..=end].chars().count());
    }
    let flags: String = rest[2..].chars().take_while(|c| matches!(c, 'i' | 'm' | 's' | 'U' | '-')).collect();
    match rest[2 + flags.len()..].chars().next() {
        Some(end @ (':' | ')')) if end == ':' || !flags.is_empty() => {
            out.push_str("(?");
            out.push_str(&flags);
            out.push(end);
            Ok(at + 3 + flags.len())
        }
        _ => Err("this kind of group does not exist in Go".to_owned()),
    }
}

/// Translates an escape outside of a class.
fn escape(chars: &[char], at: usize, out: &mut String) -> Result<usize, String> {
    let Some(&c) = chars.get(at + 1) else { return Err("a backslash at the end".to_owned()) };
    match c {
        'A' | 'z' => out.extend(['\\', c]),
        'b' | 'B' => out.push_str(&format!("(?-u:\\{c})")),
        'C' => out.push_str("(?s-u:.)"),
        'Q' => {
            // Everything up to `\E` or the end is literal.
            let rest = &chars[at + 2..];
            let end = rest.windows(2).position(|pair| pair == ['\\', 'E']);
            let quoted: String = rest[..end.unwrap_or(rest.len())].iter().collect();
            out.push_str(&regex_syntax::escape(&quoted));
            return Ok(at + 2 + end.map_or(rest.len(), |end| end + 2));
        }
        'E' => {}
        _ => {
            if let Some(text) = class::named(c) {
                out.push_str(&format!("[{text}]"));
            } else if let Some((text, next)) = class::unicode(chars, at)? {
                out.push_str(&text);
                return Ok(next);
            } else {
                let (value, next) = class::character(chars, at)?;
                out.push_str(&class::written(value));
                return Ok(next);
            }
        }
    }
    Ok(at + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(pattern: &str, text: &'t str) -> Option<&'t str> {
        let pattern = Pattern::new(pattern, 1).unwrap_or_else(|error| panic!("{pattern}: {error}"));
        pattern.regex().find(text).map(|found| &text[found.range()])
    }

    #[test]
    fn means_what_go_means() {
        for (pattern, text, expected) in [
            (r"\w+", "né9_", Some("n")),
            (r"\W+", "aé-b", Some("é-")),
            (r"\d+", "٣4", Some("4")),
            (r"\S+", " \u{a0}x", Some("\u{a0}x")),
            (r"[\w.-]+", "né", Some("n")),
            (r"[\w-.]+", "a-.b", Some("a-.b")),
            (r"[[a]+", "x[a[", Some("[a[")),
            (r"[^[]+", "[ab[", Some("ab")),
            (r"[a&&b]+", "x&&b", Some("&&b")),
            (r"[a~~b-]+", "x~-", Some("~-")),
            (r"[]a]+", "x]a", Some("]a")),
            (r"[^]a]+", "]ax", Some("x")),
            (r"[[:alnum:]_]+", "-a1_", Some("a1_")),
            (r"[[:^alpha:]]+", "ab12", Some("12")),
            (r"\<a\>", "<a>", Some("<a>")),
            (r"\_\-\'\/", "_-'/", Some("_-'/")),
            (r"a{,2}", "aa{,2}", Some("a{,2}")),
            (r"{{x}}", "{{x}}", Some("{{x}}")),
            (r"a{2}", "aaa", Some("aa")),
            (r"\x41\x{42}", "AB", Some("AB")),
            (r"\Qa.b\E+", "a.bb", Some("a.bb")),
            (r"(?i)straSSe", "STRASSE", Some("STRASSE")),
            (r"(?i)É", "é", Some("é")),
            (r"(?U)a+", "aaa", Some("a")),
            (r"(?s).+", "a\nb", Some("a\nb")),
            (r".+", "a\nb", Some("a")),
            (r"(?P<n>a)(?<m>b)", "ab", Some("ab")),
            (r"\pL+", "1éa", Some("éa")),
            (r"[\p{Greek}\d]+", "aπ1", Some("π1")),
            (r"\PL+", "é12", Some("12")),
            (r"\bab\b", "éab", Some("ab")),
            (r"a$", "a\n", None),
        ] {
            assert_eq!(found(pattern, text), expected, "{pattern}");
        }
    }

    #[test]
    fn what_go_does_not_know_is_answered_with_what_it_does() {
        for (pattern, part) in [
            (r"(?=.*[0-9])[a-z]{20}", "entropy"),
            (r"(?<=key=)[0-9a-f]{32}", "`key=([0-9a-f]{32})`"),
            (r"abc(?!def)[a-z]{20}", "allowlist"),
            (r"(a)\1", "back-references"),
            (r"(?x)a b", "does not exist in Go"),
            (r"a\y", "`\\y`"),
            (r"[a", "class"),
            (r"(a", "unclosed"),
        ] {
            let error = Pattern::new(pattern, 1).expect_err(pattern);
            assert!(error.contains(part), "{pattern}: {error}");
        }
    }
}
