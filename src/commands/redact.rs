//! `stanch redact`: replaces secrets in a stream or in files.

use super::{Exit, Failure};
use crate::engine::Engine;
use crate::model::Confidence;
use crate::policy::{PolicyOptions, Scopes};
use crate::remedy::Beside;
use crate::remedy::redact::{Known, Options, RedactError, Redacted, Style, redact as redact_stream};
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// How `stanch redact` works.
#[derive(Clone, Debug)]
pub struct RedactOptions {
    /// Which rules hold. Exceptions do not: what a report may leave out is replaced.
    pub policy: PolicyOptions,
    /// Files to read instead of standard input.
    pub files: Vec<PathBuf>,
    /// Whether the files themselves change.
    pub in_place: bool,
    /// Whether lines of JSON stay JSON.
    pub json_lines: bool,
    /// Whether handles stand in the place of secrets.
    pub handles: bool,
    /// Environment variables whose values are replaced.
    pub variables: Vec<String>,
}

/// What became of the inputs.
struct Run<'r> {
    options: &'r RedactOptions,
    known: Known,
    said: &'r mut dyn Write,
    is_complete: bool,
    has_reader: bool,
}

/// Replaces secrets in `input`, or in the files, and says on `said` what was not done.
///
/// # Errors
/// Fails when a configuration is malformed, a variable is not set or too short, or the output fails.
pub fn redact(
    options: &RedactOptions,
    input: &mut dyn Read,
    out: &mut dyn Write,
    said: &mut dyn Write,
) -> Result<Exit, Failure> {
    let known = known(&options.variables)?;
    let here = [PathBuf::from(".")];
    let scopes = Scopes::new(options.policy.clone(), if options.files.is_empty() { &here } else { &options.files })?;
    let mut run = Run { options, known, said, is_complete: true, has_reader: true };
    if options.files.is_empty() {
        let (engine, confidence) = engine(&scopes, Path::new("."))?;
        run.copy("standard input", &engine, confidence, input, out)?;
    }
    for file in &options.files {
        if !run.has_reader {
            break;
        }
        let (engine, confidence) = engine(&scopes, file)?;
        if options.in_place {
            run.rewrite(file, &engine, confidence);
        } else {
            match File::open(file) {
                Ok(mut bytes) => run.copy(&file.display().to_string(), &engine, confidence, &mut bytes, out)?,
                Err(error) => run.miss(&format!("{}: {error}", file.display())),
            }
        }
    }
    Ok(if run.is_complete { Exit::Clean } else { Exit::Incomplete })
}

/// The values of environment variables.
fn known(variables: &[String]) -> Result<Known, Failure> {
    let mut known = Known::default();
    for name in variables {
        let value = std::env::var_os(name).filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| {
            Failure::Usage(format!(
                "--env {name}: this variable is not set, so its value cannot be replaced; export it"
            ))
        })?;
        known.add(name, value.as_encoded_bytes()).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    Ok(known)
}

fn engine(scopes: &Scopes, target: &Path) -> Result<(Engine, Confidence), Failure> {
    let scope = scopes.of_target(target)?;
    Ok((scope.engine(scope.rule_set()?), scope.confidence().value))
}

impl Run<'_> {
    fn options(&self, confidence: Confidence) -> Options {
        let style = if self.options.handles { Style::Handles } else { Style::Masked };
        Options { style, json_lines: self.options.json_lines, confidence, ..Options::default() }
    }

    /// Says what was not done.
    fn miss(&mut self, what: &str) {
        self.is_complete = false;
        // Errors of standard error are ignored.
        let _ = writeln!(self.said, "stanch: {what}");
    }

    /// Says what of an input that was written is not as it should be.
    fn check(&mut self, name: &str, Redacted { late, container, .. }: Redacted) {
        if late > 0 {
            self.miss(&format!(
                "{name}: {late} secret(s) came in parts, with a pause between them, and the first part was written as it was; \
                 read the whole from a file"
            ));
        }
        if let Some(container) = container {
            self.miss(&format!("{name}: it is {container}; what is inside was not looked at, unpack it first"));
        }
    }

    fn copy(
        &mut self,
        name: &str,
        engine: &Engine,
        confidence: Confidence,
        input: &mut dyn Read,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        match redact_stream(engine, input, out, &self.known, self.options(confidence)) {
            Ok(redacted) => self.check(name, redacted),
            // Nobody reads on, as behind `| head`.
            Err(RedactError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => self.has_reader = false,
            Err(RedactError::Output(error)) => return Err(Failure::of_output(error)),
            Err(error) => self.miss(&format!("{name}: {error}")),
        }
        Ok(())
    }

    /// Changes a file, if something in it is to be replaced.
    fn rewrite(&mut self, path: &Path, engine: &Engine, confidence: Confidence) {
        let name = path.display().to_string();
        let (mut beside, mut old) = match Beside::open(path) {
            Ok(opened) => opened,
            Err(error) => return self.miss(&error.to_string()),
        };
        let mut out = BufWriter::new(beside.writer());
        let result = redact_stream(engine, &mut old, &mut out, &self.known, self.options(confidence));
        drop(out);
        match result {
            Ok(redacted) if redacted.container.is_some() => self.check(&name, redacted),
            Ok(redacted) if redacted.replaced == 0 => {}
            Ok(_) => {
                if let Err(error) = beside.keep() {
                    self.miss(&error.to_string());
                }
            }
            Err(error) => self.miss(&format!("{name}: {error}; it stays as it is")),
        }
    }
}
