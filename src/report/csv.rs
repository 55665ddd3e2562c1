//! CSV (RFC 4180) for spreadsheets and scripts: a row for each location of a secret, and for each problem.
//!
//! Fields that could be formulas get a leading `'`, so that a file name cannot run code in a spreadsheet
//! (<https://owasp.org/www-community/attacks/CSV_Injection>, read 2026-11-24).

use super::Options;
use super::calendar::moment;
use super::escape::Escaped;
use super::path::host_name;
use super::phrase::shown;
use crate::model::CommitInfo;
use crate::model::Outcome;
use std::fmt::{self, Display, Formatter};
use std::io::{self, Write};

const COLUMNS: &str = "type,severity,confidence,rule,family,name,secret,path,start_line,start_column,end_line,end_column,\
commit,fingerprint,rotate,introduced_commit,introduced_by,introduced_at,removed_commit,at_head,repository\r\n";

pub(super) fn write(outcome: &Outcome, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(COLUMNS.as_bytes())?;
    for finding in &outcome.findings {
        let fingerprint = finding.fingerprint.to_string();
        let shown = shown(finding, options);
        let commit = |commit: Option<&CommitInfo>| commit.map_or_else(String::new, |commit| commit.id.to_string());
        for occurrence in &finding.occurrences {
            let history = finding.history_of(&occurrence.origin);
            let introduced = history.and_then(|history| history.introduced.as_ref());
            let removed = history.and_then(|history| history.removed.as_ref());
            let introduced_at = introduced.map_or_else(String::new, |commit| format!("{}Z", moment(commit.time)));
            let repository = occurrence.origin.repository().map(|path| path.to_string_lossy()).unwrap_or_default();
            let location = occurrence.location;
            write!(
                out,
                "finding,{},{},{},{},{},{},{},{},{},{},{},",
                finding.severity,
                finding.confidence,
                Field(finding.rule.as_str()),
                Field(&finding.family),
                Field(&finding.name),
                Field(&shown),
                Field(&host_name(&occurrence.origin, options)),
                location.start.line,
                location.start.column,
                location.end.line,
                location.end.column,
            )?;
            write!(
                out,
                "{},{fingerprint},{},{},{},{introduced_at},{},{},{}\r\n",
                occurrence.origin.commit().unwrap_or_default(),
                Field(finding.rotate.as_deref().unwrap_or_default()),
                commit(introduced),
                Field(introduced.map_or("", |commit| &commit.author)),
                commit(removed),
                history.map_or("", |history| if history.at_head { "yes" } else { "no" }),
                Field(&repository),
            )?;
        }
    }
    for problem in &outcome.problems {
        let (what, detail) = (Field(&problem.what), Field(&problem.detail));
        write!(out, "problem,,,{},,{detail},,{what},,,,,,,,,,,,,\r\n", problem.kind.as_str())?;
    }
    Ok(())
}

/// A field: on one line, quoted where it must be, and never a formula.
pub(super) struct Field<'t>(pub(super) &'t str);

impl Display for Field<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        // The wide forms are the same to a spreadsheet in some languages.
        let is_formula = self.0.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']);
        let is_quoted = self.0.contains(['"', ',', '\'', ';', ' ']);
        let edge = if is_quoted { "\"" } else { "" };
        let guard = if is_formula { "'" } else { "" };
        write!(f, "{edge}{guard}{}{edge}", Escaped::new(self.0, |c| (c == '"').then_some("\"\"")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_and_never_formulas() {
        assert_eq!(Field("src/a.rs").to_string(), "src/a.rs");
        assert_eq!(Field("a,b \"c\"").to_string(), "\"a,b \"\"c\"\"\"");
        assert_eq!(Field("=cmd|'/c calc'!A1").to_string(), "\"'=cmd|'/c calc'!A1\"");
        assert_eq!(Field("a\r\n=b").to_string(), "a\\r\\n=b");
        for start in ["=", "+", "-", "@", "＝"] {
            assert!(Field(&format!("{start}1")).to_string().starts_with('\''), "{start}");
        }
        assert_eq!(Field("\t=1").to_string(), "'\\t=1");
    }
}
