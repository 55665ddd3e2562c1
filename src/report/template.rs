//! A user's own format: a Jinja template (<https://docs.rs/minijinja/latest/minijinja/syntax/>, read 2026-11-24) that sees the report's
//! JSON. `docs/reports.md` says what there is.
//!
//! The findings are handed over one by one, so that a report of any length takes no memory. A mistake in a template is found before
//! the scan: it is tried on a finding that is made up.

use super::Options;
use super::csv::Field;
use super::escape::printable;
use super::json::{SCHEMA, TOOL, finding_json, problem, skip, summary};
use crate::model::Outcome;
use crate::model::{
    CommitInfo, Confidence, Finding, Fingerprint, LineColumn, Location, Occurrence, Outer, Problem, ProblemKind,
    RuleId, Secret, SecretHistory, Severity, Skip, SkipKind, Span,
};
use crate::policy_file::{self, NamedBy};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Enumerator, Object, ObjectRepr, Serde, Value};
use minijinja::{AutoEscape, Environment, Error, UndefinedBehavior, context};
use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use thiserror::Error as ThisError;

/// A template that compiles and was tested on a sample finding.
#[derive(Clone)]
pub struct Template {
    name: String,
    source: Arc<str>,
}

/// Reason why a template cannot be used.
#[derive(Debug, ThisError)]
pub enum TemplateError {
    /// Its file cannot be read, or is no UTF-8.
    #[error("cannot read the template {}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's words.
        error: io::Error,
    },
    /// It is malformed, or uses what there is not.
    #[error("the template is at fault: {what}; docs/reports.md says what a template can use")]
    Faulty {
        /// What, and on which line.
        what: String,
    },
}

impl Template {
    /// Reads a template and tries it.
    ///
    /// # Errors
    /// Fails when it cannot be read, is malformed, or uses a field, a filter or a function that there is not.
    pub fn load(path: &Path) -> Result<Template, TemplateError> {
        let unreadable = |error| TemplateError::Unreadable { path: path.to_owned(), error };
        let source = policy_file::document(path, NamedBy::User).map_err(unreadable)?;
        Template::new(&path.to_string_lossy(), &source)
    }

    /// Takes a template's text and tries it. By its name it is known whether it is HTML or XML, in which values are escaped.
    ///
    /// # Errors
    /// Fails when it is malformed, or uses a field, a filter or a function that there is not.
    pub fn new(name: &str, source: &str) -> Result<Template, TemplateError> {
        let template = Template { name: name.to_owned(), source: source.into() };
        template
            .render(&Arc::new(sample()), &Options::default(), &mut io::sink())
            .map_err(|error| TemplateError::Faulty { what: told(&error) })?;
        Ok(template)
    }

    fn render(&self, outcome: &Arc<Outcome>, options: &Options, out: &mut dyn Write) -> Result<(), Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.set_auto_escape_callback(auto_escape);
        // Tags on lines of their own leave no empty lines, and the last line keeps its end: these are texts.
        let mut syntax = SyntaxConfig::builder();
        syntax.keep_trailing_newline(true).trim_blocks(true).lstrip_blocks(true);
        environment.set_syntax(syntax.build()?);
        environment.add_filter("printable", |text: String| printable(&text));
        environment.add_filter("csv", |text: String| Field(&text).to_string());
        let template = environment.template_from_named_str(&self.name, &self.source)?;
        let findings = Findings { outcome: Arc::clone(outcome), options: options.clone() };
        let context = context! {
            schema => SCHEMA,
            tool => Serde(TOOL),
            summary => Serde(summary(outcome)),
            findings => Value::from_object(findings),
            problems => Serde(outcome.problems.iter().map(problem).collect::<Vec<_>>()),
            skipped => Serde(outcome.skips.iter().map(skip).collect::<Vec<_>>()),
        };
        template.render_captured_to(context, out).map(drop)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Template({})", self.name)
    }
}

pub(super) fn write(outcome: &Arc<Outcome>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let template = options.template.as_ref().ok_or_else(|| io::Error::other("there is no template"))?;
    let mut out = Watched { out, failed: None };
    let rendered = template.render(outcome, options, &mut out);
    match (rendered, out.failed) {
        (Ok(()), _) => Ok(()),
        (Err(_), Some(failed)) => Err(failed),
        (Err(error), None) => Err(io::Error::other(told(&error))),
    }
}

/// Keeps the error of a writer, which the template engine would put into words.
struct Watched<'w> {
    out: &'w mut dyn Write,
    failed: Option<io::Error>,
}

impl Write for Watched<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes).map_err(|error| {
            let kind = error.kind();
            if kind != io::ErrorKind::Interrupted {
                self.failed = Some(error);
            }
            kind.into()
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The findings of an outcome, each turned into a value when the template comes to it.
struct Findings {
    outcome: Arc<Outcome>,
    options: Options,
}

impl Object for Findings {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let finding = self.outcome.findings.get(key.as_usize()?)?;
        Some(Value::from(Serde(finding_json(finding, &self.options))))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.outcome.findings.len())
    }
}

impl fmt::Debug for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} findings", self.outcome.findings.len())
    }
}

/// Values are escaped in what a browser reads, and nowhere else.
fn auto_escape(name: &str) -> AutoEscape {
    let name = name.trim_end_matches(".j2").trim_end_matches(".jinja").trim_end_matches(".jinja2");
    match name.rsplit('.').next() {
        Some("html" | "htm" | "xhtml" | "xml" | "svg") => AutoEscape::Html,
        _ => AutoEscape::None,
    }
}

/// An error with all its causes.
fn told(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}

/// An outcome in which everything that a report can have stands once.
fn sample() -> Outcome {
    let origin =
        Outer::Committed { repository: ".".into(), path: "path/to/file".into(), commit: "0".repeat(40).into() };
    let start = LineColumn { line: 1, column: 1 };
    let location = Location::plain(Span::new(0, 6), start, LineColumn { line: 1, column: 7 });
    let commit = CommitInfo { id: "0".repeat(40).into(), author: "somebody".to_owned(), time: 0 };
    let finding = Finding {
        rule: RuleId("rule".into()),
        family: "family".into(),
        name: "name".into(),
        severity: Severity::High,
        confidence: Confidence::High,
        rotate: Some("https://example.org".into()),
        references: vec!["https://example.org".into()].into(),
        secret: Secret::new(b"sample"),
        fingerprint: Fingerprint::new("family", b"sample"),
        proof: crate::model::Proof::default(),
        occurrences: vec![Occurrence { origin: Arc::new(origin.into()), location, matched: None, exposure: None }],
        histories: [(
            PathBuf::from("."),
            SecretHistory {
                introduced: Some(commit.clone()),
                came_before: None,
                introductions: 1,
                removed: Some(commit),
                at_head: false,
                head_paths: vec!["path".into()],
                refs: vec!["refs/heads/main".to_owned()],
                ref_count: 1,
                versions: 1,
            },
        )]
        .into(),
    };
    let problem = Problem { what: "path".to_owned(), kind: ProblemKind::Unreadable, detail: "detail".to_owned() };
    let skip = Skip { what: "path".to_owned(), kind: SkipKind::Excluded };
    Outcome { findings: vec![finding], problems: vec![problem], skips: vec![skip], ..Outcome::default() }
}
