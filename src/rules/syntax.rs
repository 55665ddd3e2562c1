//! Parses rule files. No other file of `rules` depends on TOML.
//!
//! The build script also includes this file, so that built-in rules are parsed and checked at build time and the program only parses the
//! user's own rule files. It therefore imports only its siblings that the build script includes too.

use super::ProofKind;
use super::languages;
use super::run;
use super::short::{LengthSyntax, Short};
use super::window::{self, Window};
use serde::Deserialize;
use toml::Spanned;

/// Error of a rule file: where, what is wrong, and how to correct it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Name of the file, as given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and how to correct it.
    pub message: String,
}

impl std::fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

impl std::error::Error for SyntaxError {}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSyntax {
    provider: String,
    rotate: Option<String>,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default)]
    structural: bool,
    #[serde(default)]
    rules: Vec<RuleSyntax>,
}

/// The part of a configuration that holds rules. `config` checks the rest.
#[derive(Deserialize)]
struct ConfigurationSyntax {
    #[serde(default)]
    rule: Vec<RuleSyntax>,
}

/// A rule as written; `docs/rules.md` describes the keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleSyntax {
    id: Spanned<String>,
    name: Option<String>,
    pattern: Option<String>,
    #[serde(default)]
    keywords: Vec<String>,
    #[serde(default)]
    ignore_case: bool,
    #[serde(default)]
    near: Vec<String>,
    body: Option<String>,
    alphabet: Option<String>,
    length: Option<LengthSyntax>,
    prefix: Option<String>,
    suffix: Option<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    by_run: bool,
    #[serde(default)]
    encoded: bool,
    #[serde(default)]
    judged: bool,
    judged_as: Option<String>,
    names_of: Option<String>,
    #[serde(default)]
    multiline: bool,
    entropy: Option<f32>,
    proof: Option<String>,
    severity: Option<String>,
    confidence: Option<String>,
    rotate: Option<String>,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default)]
    examples: Vec<String>,
    #[serde(default)]
    counter_examples: Vec<String>,
    /// Only in a configuration; a rule file has it at the top.
    provider: Option<String>,
    /// Only in a configuration; in a rule file it is the file's name.
    family: Option<String>,
}

/// The three forms of rules, before they are compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParsedForm {
    /// `pattern`, and facts about it.
    Pattern(String, PatternFacts),
    /// `near` and `body`, and facts about the body.
    Near(String, BodyFacts),
    /// `names`, and whether the value is found by a run of token characters in it.
    Names(bool),
}

/// Facts about a body that are known before it is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyFacts {
    /// Whether it has a run of token characters, by which it is found.
    pub by_run: bool,
    /// First characters of its matches: see [`run::first_bytes`].
    pub first: u128,
}

/// Facts about a pattern that are known before it is compiled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PatternFacts {
    /// Whether its matches begin with a keyword and a run of token characters.
    pub by_run: bool,
    /// Whether the whole match is the secret.
    pub is_whole: bool,
    /// A byte that occurs in every match.
    pub required: Option<u8>,
}

/// A keyword with its window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedKeyword {
    /// The literal.
    pub text: String,
    /// Whether ASCII case is ignored.
    pub ignore_case: bool,
    /// The bytes around it that can affect a match.
    pub window: Window,
}

/// A parsed rule that is valid by itself.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs, reason = "the fields are those of `Rule`, where they are documented")]
pub struct ParsedRule {
    pub line: usize,
    pub id: String,
    pub family: String,
    pub provider: String,
    pub name: String,
    pub structural: bool,
    pub encoded: bool,
    pub judged: bool,
    pub judged_as: Option<String>,
    pub form: ParsedForm,
    pub keywords: Vec<ParsedKeyword>,
    pub entropy: f32,
    pub proof: Option<ProofKind>,
    pub severity: String,
    pub confidence: String,
    pub rotate: Option<String>,
    pub references: Vec<String>,
    pub examples: Vec<String>,
    pub counter_examples: Vec<String>,
}

/// Parses the rules of a file.
///
/// `file` is its name in messages; the stem of that name is the family.
///
/// # Errors
/// Returns the first fault.
pub fn parse(file: &str, text: &str) -> Result<Vec<ParsedRule>, SyntaxError> {
    let parsed: FileSyntax = toml::from_str(text).map_err(|error| of_toml(file, text, &error))?;
    let family =
        std::path::Path::new(file).file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    if family.is_empty() || !family.bytes().all(is_kebab) {
        let message = "the file's stem is the family of its rules: rename it to lower-case letters, digits and `-`";
        return Err(SyntaxError { file: file.to_owned(), line: 1, message: message.to_owned() });
    }
    if let Some(rule) = parsed.rules.iter().find(|rule| rule.provider.is_some() || rule.family.is_some()) {
        let message = "`provider` stands at the top of a rule file, and the file's name is the family".to_owned();
        return Err(SyntaxError { file: file.to_owned(), line: line(text, rule.id.span().start), message });
    }
    checked(file, text, parsed, Some(family))
}

/// Parses the `[[rule]]`s of a configuration's text.
///
/// They have the syntax of rule files but need neither references nor examples, and may be in any order. The family is `family`, or else
/// the part of the id before the first `-`.
///
/// # Errors
/// Returns the first fault.
pub fn parse_configuration(file: &str, text: &str) -> Result<Vec<ParsedRule>, SyntaxError> {
    let parsed: ConfigurationSyntax = toml::from_str(text).map_err(|error| of_toml(file, text, &error))?;
    checked(file, text, FileSyntax { rules: parsed.rule, ..FileSyntax::default() }, None)
}

fn of_toml(file: &str, text: &str, error: &toml::de::Error) -> SyntaxError {
    let offset = error.span().map_or(0, |span| span.start);
    SyntaxError { file: file.to_owned(), line: line(text, offset), message: error.message().trim().to_owned() }
}

/// Line of a byte offset, from 1.
fn line(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

/// Validates the rules of a file or of a configuration, which has no family of its own.
fn checked(
    file: &str,
    text: &str,
    parsed: FileSyntax,
    of_file: Option<String>,
) -> Result<Vec<ParsedRule>, SyntaxError> {
    let at = |offset: usize, message: String| SyntaxError { file: file.to_owned(), line: line(text, offset), message };
    let mut rules: Vec<ParsedRule> = Vec::with_capacity(parsed.rules.len());
    let (mut counted, mut last_line) = (0, 1);
    for mut rule in parsed.rules {
        let offset = rule.id.span().start;
        // Rules follow one another, so lines are counted from the last rule.
        let line = match text.get(counted..offset) {
            Some(since) => last_line + line(since, since.len()) - 1,
            None => line(text, offset),
        };
        (counted, last_line) = (offset, line);
        let id = rule.id.get_ref().clone();
        let fault = |message: String| at(offset, format!("rule `{id}`: {message}"));
        let own = || rule.family.clone().or_else(|| id.split('-').next().map(str::to_owned)).unwrap_or_default();
        let family = of_file.clone().unwrap_or_else(own);
        let provider = if of_file.is_some() {
            parsed.provider.clone()
        } else {
            rule.provider.clone().unwrap_or_else(|| family.clone())
        };
        if family.is_empty() || !id.strip_prefix(family.as_str()).is_some_and(|rest| rest.starts_with('-')) {
            return Err(fault(format!("an id begins with its family, a file's stem: `{family}-…`")));
        }
        if !id.bytes().all(is_kebab) {
            return Err(fault("an id is lower-case letters, digits and `-`".to_owned()));
        }
        if let Some(last) = rules.last()
            && last.id >= id
            && of_file.is_some()
        {
            return Err(fault(if last.id == id {
                "the id occurs twice in this file; choose another".to_owned()
            } else {
                format!("rules are sorted by id; this one belongs before `{}`", last.id)
            }));
        }
        let severity =
            word(rule.severity.as_deref(), "high", &["critical", "high", "medium", "low"]).map_err(&fault)?;
        let short =
            Short::of(rule.alphabet.as_deref(), rule.length.as_ref(), rule.prefix.as_deref(), rule.suffix.as_deref())
                .map_err(&fault)?;
        let is_pattern = rule.pattern.is_some() || (short.is_some() && rule.near.is_empty());
        let usual = if is_pattern { "high" } else { "medium" };
        let confidence = word(rule.confidence.as_deref(), usual, &["high", "medium", "low"]).map_err(&fault)?;
        let references = if rule.references.is_empty() { &parsed.references } else { &rule.references };
        if references.is_empty() && of_file.is_some() {
            return Err(fault("name at least one document under `references`, here or at the top".to_owned()));
        }
        // Near rules and short forms share all ways to write a value, so generated examples cover them.
        let needs_examples = of_file.is_some() && short.is_none() && rule.near.is_empty();
        if !rule.examples.iter().any(|example| example.contains("{secret}"))
            && (needs_examples || !rule.examples.is_empty())
        {
            return Err(fault("give at least one of `examples` with `{secret}` in it".to_owned()));
        }
        let proof = rule.proof.as_deref().map(proof_kind).transpose().map_err(&fault)?;
        if let Some(kind) = &rule.names_of {
            let words = languages::words(kind)
                .ok_or_else(|| fault(format!("`names_of` is `{kind}`: it is one of password, key")))?;
            rule.names.extend(words.map(str::to_owned));
        }
        let (form, keywords) = form(&rule, short.as_ref()).map_err(&fault)?;
        let name = rule.name.clone().unwrap_or_else(|| usual_name(&provider, &id, &family));
        rules.push(ParsedRule {
            line,
            family,
            provider,
            name,
            structural: parsed.structural,
            encoded: rule.encoded,
            judged: rule.judged || rule.judged_as.is_some() || !rule.names.is_empty(),
            judged_as: rule.judged_as,
            form,
            keywords,
            entropy: rule.entropy.or_else(|| short.as_ref().map(|short| short.entropy)).unwrap_or(0.0),
            proof,
            severity,
            confidence,
            rotate: rule.rotate.or_else(|| parsed.rotate.clone()),
            references: references.clone(),
            examples: rule.examples,
            counter_examples: rule.counter_examples,
            id,
        });
    }
    Ok(rules)
}

fn is_kebab(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}

fn word(given: Option<&str>, usual: &str, choices: &[&str]) -> Result<String, String> {
    let given = given.unwrap_or(usual);
    if choices.contains(&given) {
        Ok(given.to_owned())
    } else {
        Err(format!("`{given}` is not one of {}", choices.join(", ")))
    }
}

fn proof_kind(name: &str) -> Result<ProofKind, String> {
    ProofKind::of(name).ok_or_else(|| {
        let names = ProofKind::ALL.map(|(_, name)| name).join(", ");
        format!("`proof` is `{name}`: it is one of {names}")
    })
}

/// Determines the form of a rule, and its keywords with their windows.
fn form(rule: &RuleSyntax, short: Option<&Short>) -> Result<(ParsedForm, Vec<ParsedKeyword>), String> {
    match (&rule.pattern, &rule.body, short, rule.names.as_slice()) {
        (Some(pattern), None, None, []) => {
            if !rule.near.is_empty() {
                return Err("`near` requires `body` or `alphabet`; a `pattern` has `keywords`".to_owned());
            }
            pattern_form(pattern, &rule.keywords, rule)
        }
        (None, Some(body), None, []) => near_form(body, &rule.near, true),
        (None, None, Some(short), []) if !rule.near.is_empty() => near_form(&short.body, &rule.near, short.has_digits),
        (None, None, Some(short), []) => {
            let keyword = rule.prefix.clone().ok_or("without `near`, a rule needs a `prefix` to be found by")?;
            pattern_form(&short.pattern, &[keyword], rule)
        }
        (None, None, None, names) if !names.is_empty() => {
            check_words("names", names, true)?;
            Ok((ParsedForm::Names(rule.by_run), assigned(names)))
        }
        _ => Err("give exactly one of `pattern` (with `keywords`), `body` (with `near`), `alphabet` (with `near` or `prefix`), \
                  `names`"
            .to_owned()),
    }
}

fn pattern_form(
    pattern: &str,
    keywords: &[String],
    rule: &RuleSyntax,
) -> Result<(ParsedForm, Vec<ParsedKeyword>), String> {
    check_words("keywords", keywords, rule.ignore_case)?;
    let longest = if rule.multiline { window::LONGEST_MULTILINE } else { window::LONGEST_WINDOW };
    let windows = window::of_pattern(pattern, keywords, rule.ignore_case, longest)?;
    let with_windows = std::iter::zip(keywords, windows)
        .map(|(text, window)| ParsedKeyword { text: text.clone(), ignore_case: rule.ignore_case, window })
        .collect();
    let facts = PatternFacts {
        by_run: !rule.ignore_case && !rule.multiline && run::is_run_with_head(pattern, keywords),
        is_whole: window::is_secret_whole(pattern),
        required: window::required_byte(pattern, keywords),
    };
    Ok((ParsedForm::Pattern(pattern.to_owned(), facts), with_windows))
}

/// Runs without a digit are not followed up, so a body without digits is found by its words.
fn near_form(body: &str, near: &[String], has_digits: bool) -> Result<(ParsedForm, Vec<ParsedKeyword>), String> {
    check_words("near", near, true)?;
    window::check_body(body)?;
    let by_run = has_digits && (run::begins_with_run(body)? || run::holds_run(body)?);
    let facts = BodyFacts { by_run, first: run::first_bytes(body)? };
    Ok((ParsedForm::Near(body.to_owned(), facts), assigned(near)))
}

/// The default name: `Acme` and `acme-api-key` give `Acme API key`.
fn usual_name(provider: &str, id: &str, family: &str) -> String {
    let kind = id[family.len()..].split('-').filter(|word| !word.is_empty()).map(|word| match word {
        "api" | "oauth" | "id" | "url" | "jwt" | "sdk" | "smtp" | "ssh" | "pat" | "iam" | "cdn" | "rum" => {
            word.to_uppercase()
        }
        _ => word.to_owned(),
    });
    std::iter::once(provider.to_owned()).chain(kind).collect::<Vec<_>>().join(" ").replace("OAUTH", "OAuth")
}

fn assigned(words: &[String]) -> Vec<ParsedKeyword> {
    let keyword = |text: &String| ParsedKeyword { text: text.clone(), ignore_case: true, window: window::ASSIGNMENT };
    words.iter().map(keyword).collect()
}

fn check_words(key: &str, words: &[String], ignore_case: bool) -> Result<(), String> {
    if words.is_empty() {
        return Err(format!("`{key}` is empty: without a literal to look for first, a rule would run over every byte"));
    }
    for word in words {
        if word.len() < 3 {
            return Err(format!("`{word}` in `{key}` is shorter than three bytes; find a rarer literal"));
        }
        if ignore_case && word.bytes().any(|b| b.is_ascii_uppercase()) {
            return Err(format!("`{word}` in `{key}` is found whatever its case: write it in lower case"));
        }
    }
    Ok(())
}
