//! The set of rules of a scan.

use super::syntax::{self, BodyFacts, ParsedForm, ParsedRule, PatternFacts, SyntaxError};
use super::{Form, Keyword, Rule, builtin, compile};
use crate::policy_file::{self, NamedBy};
use std::borrow::Cow;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Reason why a set of rules could not be built.
#[derive(Debug, Error)]
pub enum SetError {
    /// A rule file is malformed.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// A rule file cannot be read.
    #[error("cannot read the rule file {}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Error of the system.
        error: std::io::Error,
    },
    /// Two rules share an id.
    #[error("{file}:{line}: the id `{id}` is taken by another rule; choose a new one")]
    Duplicate {
        /// File of the second rule.
        file: String,
        /// Its line, from 1.
        line: usize,
        /// The id.
        id: String,
    },
}

/// A set of rules, sorted by id. Built-in rules are borrowed from the program, so building the set costs nothing.
#[derive(Clone, Debug)]
pub struct RuleSet {
    rules: Cow<'static, [Rule]>,
    /// Index of each rule in the built-in table, when all rules are built in.
    built_in: Option<Vec<u32>>,
}

impl RuleSet {
    /// The built-in rules.
    #[must_use]
    pub fn builtin() -> RuleSet {
        RuleSet { rules: Cow::Borrowed(builtin::RULES), built_in: Some((0..).take(builtin::RULES.len()).collect()) }
    }

    /// Whether the set is exactly the built-in rules.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        matches!(self.rules, Cow::Borrowed(_))
    }

    /// Index of each rule in the built-in table, when all rules are built in. Their forms and keywords are then those of the built-in
    /// rules.
    pub(crate) fn built_in(&self) -> Option<&[u32]> {
        self.built_in.as_deref()
    }

    /// A set of only the given rules.
    #[must_use]
    pub fn of(mut rules: Vec<Rule>) -> RuleSet {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        RuleSet { rules: Cow::Owned(rules), built_in: None }
    }

    /// Adds the rules of a file; `by` is who named it.
    ///
    /// # Errors
    /// Fails when it cannot be read, is malformed, or has an id that is taken.
    pub fn add_file(&mut self, path: &Path, by: NamedBy) -> Result<(), SetError> {
        let unreadable = |error| SetError::Unreadable { path: path.to_owned(), error };
        let text = policy_file::document(path, by).map_err(unreadable)?;
        self.add_text(&path.to_string_lossy(), &text)
    }

    /// Adds the rules of a file's text. `file` is the file's name, for messages and for the family.
    ///
    /// # Errors
    /// Fails when the text is malformed, has an id that exists already, or a pattern that exceeds the size limit.
    pub fn add_text(&mut self, file: &str, text: &str) -> Result<(), SetError> {
        self.add(file, syntax::parse(file, text)?)
    }

    /// Adds the `[[rule]]`s of a configuration's text.
    ///
    /// # Errors
    /// Fails when one is malformed or has an id that exists already.
    pub fn add_configuration(&mut self, file: &str, text: &str) -> Result<(), SetError> {
        self.add(file, syntax::parse_configuration(file, text)?)
    }

    fn add(&mut self, file: &str, mut parsed: Vec<ParsedRule>) -> Result<(), SetError> {
        parsed.sort_by(|a, b| (&a.id, a.line).cmp(&(&b.id, b.line)));
        let twice = parsed.windows(2).find(|pair| pair[0].id == pair[1].id).map(|pair| &pair[1]);
        if let Some(rule) = twice {
            return Err(SetError::Duplicate { file: file.to_owned(), line: rule.line, id: rule.id.clone() });
        }
        if let Some(rule) = parsed.iter().find(|rule| self.get(&rule.id).is_some()) {
            return Err(SetError::Duplicate { file: file.to_owned(), line: rule.line, id: rule.id.clone() });
        }
        for rule in &parsed {
            let (ParsedForm::Pattern(pattern, _) | ParsedForm::Near(pattern, _)) = &rule.form else { continue };
            compile::check(pattern).map_err(|error| SyntaxError {
                file: file.to_owned(),
                line: rule.line,
                message: format!("rule `{}`: {error}", rule.id),
            })?;
        }
        self.built_in = None;
        let rules = self.rules.to_mut();
        rules.extend(parsed.into_iter().map(Rule::from));
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(())
    }

    /// Changes severities and confidences, and removes the rules for which `revise` returns `false`. Ids, forms and keywords are unchanged.
    pub fn revise(&mut self, mut revise: impl FnMut(&mut Rule) -> bool) {
        let (mut at, mut kept) = (0, Vec::new());
        self.rules.to_mut().retain_mut(|rule| {
            let keeps = revise(rule);
            if keeps {
                kept.extend(self.built_in.as_ref().map(|numbers| numbers[at]));
            }
            at += 1;
            keeps
        });
        self.built_in = self.built_in.take().map(|_| kept);
    }

    /// The rules, sorted by id.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule with that id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.binary_search_by(|rule| rule.id.as_ref().cmp(id)).ok().map(|at| &self.rules[at])
    }
}

impl From<ParsedRule> for Rule {
    fn from(parsed: ParsedRule) -> Rule {
        let texts = |all: Vec<String>| all.into_iter().map(Cow::Owned).collect::<Vec<_>>();
        Rule {
            id: parsed.id.into(),
            family: parsed.family.into(),
            provider: parsed.provider.into(),
            name: parsed.name.into(),
            structural: parsed.structural,
            encoded: parsed.encoded,
            judged: parsed.judged,
            judged_as: parsed.judged_as.map(Cow::Owned),
            form: match parsed.form {
                ParsedForm::Pattern(pattern, PatternFacts { by_run, is_whole, required }) => {
                    Form::Pattern { pattern: pattern.into(), by_run, is_whole, required }
                }
                ParsedForm::Near(body, BodyFacts { by_run, first }) => Form::Near { body: body.into(), by_run, first },
                ParsedForm::Names(by_run) => Form::Names { by_run },
            },
            keywords: parsed
                .keywords
                .into_iter()
                .map(|keyword| Keyword {
                    text: keyword.text.into(),
                    ignore_case: keyword.ignore_case,
                    before: keyword.window.before,
                    after: keyword.window.after,
                })
                .collect(),
            entropy: parsed.entropy,
            proof: parsed.proof,
            severity: parsed.severity.parse().unwrap_or(crate::model::Severity::High),
            confidence: parsed.confidence.parse().unwrap_or(crate::model::Confidence::Medium),
            rotate: parsed.rotate.map(Cow::Owned),
            references: texts(parsed.references).into(),
            examples: texts(parsed.examples).into(),
            counter_examples: texts(parsed.counter_examples).into(),
        }
    }
}
