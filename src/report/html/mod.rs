//! A self-contained HTML page that can be filtered, sorted and grouped, on a wide screen or a narrow one, in a light mode or a dark one.
//!
//! Its content is untrusted: everything is escaped, and the page's policy forbids the browser to load or run anything except its own style
//! and script, which are identified by their digests (<https://www.w3.org/TR/CSP3/>, read 2026-11-24).

use super::Options;
use super::calendar::moment;
use super::escape::markup;
use super::path::host_name;
use super::phrase::{counted, found, incomplete, read, shown, told};
use crate::model::Outcome;
use crate::model::{Finding, Occurrence};
use std::io::{self, Write};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("filter.js");
/// SHA-256 of the style and of the script, in base 64; a test keeps them true.
const STYLE_DIGEST: &str = "Vh6LfDLxk38pMZycQ6BAVL/5Bg8o+kfgZ+SSAXkpNmQ=";
const SCRIPT_DIGEST: &str = "IeNbEnB0itgYHJEqS4JYxjHOGF7rGm1Jad+0D54W8Zw=";

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    head(outcome, options, out)?;
    problems(outcome, out)?;
    if !outcome.findings.is_empty() {
        writeln!(
            out,
            "<form hidden><input type=search name=words placeholder=\"Filter by any words\" aria-label=Filter>"
        )?;
        for severity in ["critical", "high", "medium", "low"] {
            write!(out, "<label class={severity}><input type=checkbox name=severity value={severity} checked> ")?;
            writeln!(out, "{severity}</label>")?;
        }
        choice(
            "sort",
            "Sort",
            &[("", "as found"), ("severity", "severity"), ("rule", "rule"), ("file", "place")],
            out,
        )?;
        let groups = [
            ("", "nothing"),
            ("severity", "severity"),
            ("rule", "rule"),
            ("repository", "repository"),
            ("file", "file"),
        ];
        choice("group", "Group by", &groups, out)?;
        writeln!(out, "<span id=shown class=dim role=status></span></form>")?;
        writeln!(
            out,
            "<table id=findings><thead><tr><th scope=col>Severity<th scope=col>What<th scope=col>Secret<th scope=col>Where</thead><tbody>"
        )?;
        for finding in &outcome.findings {
            row(finding, options, out)?;
        }
        writeln!(out, "</tbody></table>\n<script>{SCRIPT}</script>")?;
    }
    writeln!(out, "</body></html>")
}

/// A choice of the form, with what each value means.
fn choice(name: &str, label: &str, values: &[(&str, &str)], out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<label>{label} <select name={name}>")?;
    for (value, text) in values {
        write!(out, "<option value=\"{value}\">{text}</option>")?;
    }
    writeln!(out, "</select></label>")
}

fn head(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<!doctype html>\n<html lang=en><head><meta charset=utf-8>")?;
    writeln!(
        out,
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; \
         script-src 'sha256-{SCRIPT_DIGEST}'; base-uri 'none'; form-action 'none'\">"
    )?;
    writeln!(out, "<meta name=viewport content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>stanch: {}</title>\n<style>{STYLE}</style></head><body>", found(outcome))?;
    writeln!(out, "<h1>stanch: {}</h1>", found(outcome))?;
    let (version, time) = (env!("CARGO_PKG_VERSION"), moment(options.finished).replace('T', " "));
    writeln!(out, "<p class=dim>{}, {time} UTC, stanch {version}</p>", read(outcome))
}

fn problems(outcome: &Outcome, out: &mut dyn Write) -> io::Result<()> {
    let Some(text) = incomplete(outcome) else { return Ok(()) };
    writeln!(out, "<p class=bad>{text}</p>\n<details><summary>Not read</summary><ul>")?;
    for problem in &outcome.problems {
        writeln!(out, "<li><code>{}</code>: {}", markup(&problem.what), markup(&problem.detail))?;
    }
    writeln!(out, "</ul></details>")
}

fn row(finding: &Finding, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let (severity, rule) = (finding.severity, markup(finding.rule.as_str()).to_string());
    let first = finding.occurrences.first();
    let file = first.map(|one| markup(&host_name(&one.origin, options)).to_string()).unwrap_or_default();
    let repository = first.and_then(|one| one.origin.repository()).map(|path| path.to_string_lossy().into_owned());
    let repository = markup(repository.as_deref().unwrap_or("files")).to_string();
    write!(
        out,
        "<tr data-severity={severity} data-rule=\"{rule}\" data-file=\"{file}\" data-repository=\"{repository}\">\
         <td class={severity}>{severity}<td>{}<br><code class=dim>{rule}</code>",
        markup(&finding.name)
    )?;
    if let Some(rotate) = finding.rotate.as_deref() {
        let rotate = markup(rotate);
        // Only a web address becomes a link: a user's rule may name anything.
        if finding.rotate.as_deref().is_some_and(|address| address.starts_with("https://")) {
            write!(out, "<br><a href=\"{rotate}\" rel=\"noreferrer noopener\">Rotate it</a>")?;
        } else {
            write!(out, "<br>Rotate it at {rotate}")?;
        }
    }
    write!(out, "<td><code>{}</code><br><span class=dim>", markup(&shown(finding, options)))?;
    write!(out, "confidence {}<br><code>{}</code></span><td class=where>", finding.confidence, finding.fingerprint)?;
    for history in told(finding) {
        write!(out, "<div class=dim>{}</div>", markup(&history))?;
    }
    let (first, rest) = finding.occurrences.split_at(finding.occurrences.len().min(1));
    for occurrence in first {
        place(occurrence, options, out)?;
    }
    if !rest.is_empty() {
        write!(out, "<details><summary>and {}</summary><ul>", counted(rest.len(), "more place"))?;
        for occurrence in rest {
            write!(out, "<li>")?;
            place(occurrence, options, out)?;
        }
        write!(out, "</ul></details>")?;
    }
    writeln!(out)
}

fn place(occurrence: &Occurrence, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let start = occurrence.location.start;
    let name = host_name(&occurrence.origin, options);
    write!(out, "<code>{}:{}:{}</code>", markup(&name), start.line, start.column)?;
    match occurrence.origin.commit() {
        Some(commit) => write!(out, " <span class=dim>in {commit:.12}</span>"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};

    /// Base 64 (RFC 4648) of a SHA-256.
    fn digest(text: &str) -> String {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let digest = Sha256::digest(text.as_bytes());
        let mut out = String::new();
        for chunk in digest.chunks(3) {
            let bits = chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
            for at in 0..4 {
                let sign = if at <= chunk.len() { ALPHABET[(bits >> (18 - 6 * at) & 63) as usize] } else { b'=' };
                out.push(char::from(sign));
            }
        }
        out
    }

    #[test]
    fn the_page_allows_its_own_style_and_script() {
        assert_eq!(STYLE_DIGEST, digest(STYLE));
        assert_eq!(SCRIPT_DIGEST, digest(SCRIPT));
    }
}
