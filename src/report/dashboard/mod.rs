//! The ledger's dashboard: one HTML page that needs no server and makes no request, in the look of a scan's page.
//!
//! The page holds its data as JSON and shows a hundred secrets at a time, so thousands cost no more than a few. Its content is untrusted: the script
//! only sets texts, and the page's policy lets the browser load and run nothing but its own style and script, by their digests
//! (<https://www.w3.org/TR/CSP3/>, read 2026-11-24).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};

const LOOK: &str = include_str!("../html/style.css");
const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("dashboard.js");

/// Writes the page. `data` is what `stanch ledger list --json` writes, with `made` (a moment), the counts of sightings, and `overdue` and `journal`
/// of each secret; it must hold no value of a secret.
///
/// # Errors
/// Fails when the output does.
pub fn write_dashboard(data: &Value, out: &mut dyn Write) -> io::Result<()> {
    // `<` never stands in the data, so no text of it ends the element.
    let data = data.to_string().replace('<', "\\u003c");
    let (look, style, script) = (digest(LOOK), digest(STYLE), digest(SCRIPT));
    writeln!(out, "<!doctype html>\n<html lang=en><head><meta charset=utf-8>")?;
    writeln!(
        out,
        "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'sha256-{look}' 'sha256-{style}'; \
         script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'\">"
    )?;
    writeln!(out, "<meta name=viewport content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>stanch: ledger</title>\n<style>{LOOK}</style>\n<style>{STYLE}</style></head><body>")?;
    writeln!(out, "{}", include_str!("body.html").trim_end())?;
    writeln!(out, "<script type=application/json id=data>{data}</script>")?;
    writeln!(out, "<script>{SCRIPT}</script>\n</body></html>")
}

fn digest(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}
