//! A summary for a pull request, in the Markdown of code hosts: a table of the worst secrets, and their places folded away.
//!
//! A comment on GitHub has 65,536 characters at most (its API says `body is too long (maximum is 65536 characters)`; seen in
//! <https://github.com/telia-oss/github-pr-resource/issues/259>, read 2026-11-24); GitLab takes more. What does not fit is counted.

use super::Options;
use super::escape::{Escaped, printable};
use super::order::worst_secrets_first;
use super::path::host_name;
use super::phrase::{counted, found, read, shown, told};
use crate::model::Outcome;
use crate::model::{Finding, Occurrence};
use std::fmt::Write as _;
use std::io::{self, Write};

/// The longest summary, in bytes: never more characters than bytes.
const MAX_REPORT_BYTES: usize = 65_536;
/// What is kept for the lines that say what was dropped.
const RESERVED: usize = 1_000;
/// What the table may take: the rest is for the places.
const LONGEST_TABLE: usize = 30_000;
/// Places of one secret that are listed.
const MOST_PLACES: usize = 20;
/// Problems that are named.
const MOST_NAMED: usize = 20;
/// What naming them may take.
const LONGEST_NAMED: usize = 8_000;
/// The longest name, path or other text from outside, in characters.
const LONGEST_TEXT: usize = 300;

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let findings = worst_secrets_first(outcome);
    let mut text = format!("### stanch: {}\n\n", found(outcome));
    problems(outcome, &mut text);
    let listed = table(&findings, options, &mut text);
    let detailed = details(&findings[..listed], options, &mut text);
    if listed < findings.len() {
        let more = counted(findings.len() - listed, "more secret");
        let _ = writeln!(text, "**{more}** left out: a comment has room for {MAX_REPORT_BYTES} characters.\n");
    }
    if detailed < listed {
        let _ =
            writeln!(text, "The places of {} left out for the same reason.\n", counted(listed - detailed, "secret"));
    }
    if !findings.is_empty() {
        text += "Revoke each and issue a new one; what was committed stays in history.\n\n";
    }
    let _ = writeln!(text, "<sub>{} by stanch {}</sub>", read(outcome), env!("CARGO_PKG_VERSION"));
    debug_assert!(text.len() <= MAX_REPORT_BYTES);
    out.write_all(text.as_bytes())
}

/// What was not read, first: it is what makes the rest unreliable.
fn problems(outcome: &Outcome, text: &mut String) {
    if outcome.problems.is_empty() {
        return;
    }
    let count = counted(outcome.problems.len(), "thing");
    let _ = writeln!(text, "**Incomplete: {count} could not be read. This is no clean answer.**\n");
    let _ = writeln!(text, "<details><summary>Not read</summary>\n");
    let mut named = 0;
    for problem in outcome.problems.iter().take(MOST_NAMED) {
        let item = format!("- {}: {}\n", code(&problem.what), plain(&problem.detail));
        if text.len() + item.len() > LONGEST_NAMED {
            break;
        }
        text.push_str(&item);
        named += 1;
    }
    if outcome.problems.len() > named {
        let _ = writeln!(text, "- and {} more", outcome.problems.len() - named);
    }
    text.push_str("\n</details>\n\n");
}

/// The table; how many of the findings stand in it.
fn table(findings: &[&Finding], options: &Options, text: &mut String) -> usize {
    if findings.is_empty() {
        return 0;
    }
    text.push_str("| severity | what | secret | where | rotate |\n| --- | --- | --- | --- | --- |\n");
    let mut rows = 0;
    for finding in findings {
        let first = finding.occurrences.first().map(|occurrence| place(occurrence, options)).unwrap_or_default();
        let more = match finding.occurrences.len() {
            0 | 1 => String::new(),
            places => format!(" and {} more", places - 1),
        };
        let rotate = finding.rotate.as_deref().map_or_else(String::new, link);
        let secret = code(&shown(finding, options));
        let row =
            format!("| {} | {} | {secret} | {first}{more} | {rotate} |\n", finding.severity, plain(&finding.name));
        if text.len() + row.len() > LONGEST_TABLE {
            break;
        }
        text.push_str(&row);
        rows += 1;
    }
    text.push('\n');
    rows
}

/// Where the secrets stand, folded away; how many of the findings were told.
fn details(findings: &[&Finding], options: &Options, text: &mut String) -> usize {
    if findings.is_empty() {
        return 0;
    }
    text.push_str("<details><summary>Every place</summary>\n\n");
    let mut told_of = 0;
    for finding in findings {
        let mut item = format!(
            "- **{}** ({}, confidence {}), fingerprint `{}`\n",
            plain(&finding.name),
            code(finding.rule.as_str()),
            finding.confidence,
            finding.fingerprint
        );
        for history in told(finding) {
            let _ = writeln!(item, "  - {}", plain(&history));
        }
        for occurrence in finding.occurrences.iter().take(MOST_PLACES) {
            let commit = occurrence.origin.commit().map_or_else(String::new, |commit| format!(" in `{commit:.12}`"));
            let _ = writeln!(item, "  - {}{commit}", place(occurrence, options));
        }
        if finding.occurrences.len() > MOST_PLACES {
            let _ = writeln!(item, "  - and {} more", finding.occurrences.len() - MOST_PLACES);
        }
        if text.len() + item.len() > MAX_REPORT_BYTES - RESERVED {
            break;
        }
        text.push_str(&item);
        told_of += 1;
    }
    text.push_str("\n</details>\n\n");
    told_of
}

fn place(occurrence: &Occurrence, options: &Options) -> String {
    let name = host_name(&occurrence.origin, options);
    code(&format!("{}:{}", shortened(&name), occurrence.location.start.line))
}

fn link(address: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&*+,;=%".contains(c);
    if address.starts_with("https://") && address.chars().all(is_plain) {
        format!("[here]({address})")
    } else {
        plain(address)
    }
}

/// A text in which nothing is markup: what could be is written as a character reference.
fn plain(text: &str) -> String {
    Escaped::new(&shortened(text), |c| ESCAPED.iter().find(|(from, _)| *from == c).map(|(_, to)| *to)).to_string()
}

/// What means something in Markdown, HTML or to a host (which makes links of `@name` and `#1`).
const ESCAPED: [(char, &str); 20] = [
    ('\\', "&#92;"),
    ('`', "&#96;"),
    ('*', "&#42;"),
    ('_', "&#95;"),
    ('{', "&#123;"),
    ('}', "&#125;"),
    ('[', "&#91;"),
    (']', "&#93;"),
    ('<', "&lt;"),
    ('>', "&gt;"),
    ('&', "&amp;"),
    ('|', "&#124;"),
    ('!', "&#33;"),
    ('#', "&#35;"),
    ('~', "&#126;"),
    ('@', "&#64;"),
    ('$', "&#36;"),
    ('^', "&#94;"),
    ('"', "&quot;"),
    (':', "&#58;"),
];

/// A text in code: in backticks where they can hold it, else in an element whose content is escaped.
fn code(text: &str) -> String {
    let text = printable(&shortened(text));
    let is_simple = !text.is_empty() && text.trim() == text && !text.contains(['`', '|', '\\', '<', '>', '&']);
    if is_simple { format!("`{text}`") } else { format!("<code>{}</code>", plain(&text)) }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_TEXT) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_leave_its_cell() {
        assert_eq!(code("src/a_b.rs:1"), "`src/a_b.rs:1`");
        assert_eq!(code("a`|<img src=x>\n@all"), "<code>a&#96;&#124;&lt;img src=x&gt;&#92;n&#64;all</code>");
        assert_eq!(plain("[x](https://x) **b** | c"), "&#91;x&#93;(https&#58;//x) &#42;&#42;b&#42;&#42; &#124; c");
    }
}
