//! Generates the examples of the rules, so that the repository contains no tokens.
//!
//! The secret of an example is a random text that matches the rule's pattern. The seed is fixed, so it is the same in every run and on
//! every machine.

use super::{Form, Rule, Text, window};
use regex_syntax::hir::{Class, Hir, HirKind};
use std::fmt::Write as _;

/// Pattern of the example secrets of `names` rules, which have no pattern.
const ANY_VALUE: &str = "[a-z]{3}[A-Z]{2}[0-9]{3}[a-zA-Z0-9]{4}[!#%]";

/// A deterministic generator of random numbers (SplitMix64, Steele et al. 2014).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// A generator with the given seed.
    #[must_use]
    pub fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in `0..n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.bits() >> 33).unwrap_or(0) % n.max(1)
    }
}

/// A random text that matches a rule's secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// The text.
    pub bytes: Vec<u8>,
    /// For each byte, whether the pattern fixes it.
    pub fixed: Vec<bool>,
}

impl Drawn {
    fn push(&mut self, bytes: impl IntoIterator<Item = u8>, is_fixed: bool) {
        self.bytes.extend(bytes);
        self.fixed.resize(self.bytes.len(), is_fixed);
    }
}

/// Draws a random secret of a rule.
///
/// # Errors
/// Fails when the rule's pattern does not parse.
pub fn draw(rule: &Rule, random: &mut Random) -> Result<Drawn, String> {
    let hir = window::parse(match &rule.form {
        Form::Pattern { pattern, .. } => pattern,
        Form::Near { body, .. } => body,
        Form::Names { by_run: false } => ANY_VALUE,
        Form::Names { by_run: true } | Form::Whole => ANY_RUN,
    })?;
    let mut out = Drawn::default();
    generate(group(&hir).unwrap_or(&hir), random, &mut out);
    Ok(out)
}

/// Like [`ANY_VALUE`], for rules whose values are found by a run of token characters.
const ANY_RUN: &str = "[a-z]{3}[A-Z]{2}[0-9]{3}[a-zA-Z0-9]{24}";

/// Ways in which a name precedes a value: `{w}` is the name, `{W}` the name in upper case.
const WAYS: [&str; 12] = [
    "{W}_API_KEY={secret}",
    "export {W}_TOKEN=\"{secret}\"",
    "\"{w}_secret\": \"{secret}\",",
    "{w}:\n  api_key: {secret}\n",
    "const {w}Key = '{secret}';",
    "X-{w}-Token: {secret}",
    "https://example.org/?{w}_key={secret}&page=2",
    "tool --{w}-token {secret} --verbose",
    "<add key=\"{w}-api-key\" value=\"{secret}\" />",
    "'{w}_key' => '{secret}',",
    "client = {w}.Client(\"{secret}\")",
    "<{w}ApiKey>{secret}</{w}ApiKey>",
];

/// Templates on which a rule must match: its own, or, for a rule without examples, all ways to write a value of its kind.
#[must_use]
pub fn of(rule: &Rule) -> Vec<Text> {
    if !rule.examples.is_empty() {
        return rule.examples.to_vec();
    }
    let word = rule.keywords.first().map_or("", |keyword| keyword.text.as_ref());
    if !matches!(rule.form, Form::Near { .. }) {
        return vec!["token = \"{secret}\"".into(), "TOKEN={secret}\n".into()];
    }
    let braces = |text: &str| text.replace('{', "{{").replace('}', "}}");
    WAYS.iter()
        .map(|way| way.replace("{w}", &braces(word)).replace("{W}", &braces(&word.to_uppercase())).into())
        .collect()
}

/// Fills a template: `{secret}` with the secret, the placeholders of `docs/rules.md` with random characters.
///
/// # Errors
/// Fails when it has an unknown placeholder.
pub fn fill(template: &str, secret: &[u8], random: &mut Random) -> Result<Vec<u8>, String> {
    const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
    const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const DIGIT: &str = "0123456789";
    let mut out = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("{{").or_else(|| rest.strip_prefix("}}")) {
            out.push(rest.as_bytes()[0]);
            rest = after;
            continue;
        }
        let close = rest
            .find('}')
            .filter(|_| rest.starts_with('{'))
            .ok_or_else(|| format!("`{template}` has a lone brace; write it twice"))?;
        let placeholder = &rest[1..close];
        rest = &rest[close + 1..];
        if placeholder == "secret" {
            out.extend_from_slice(secret);
            continue;
        }
        let unknown = || format!("`{{{placeholder}}}` in `{template}` is not a placeholder");
        let (alphabet, count) = placeholder.split_once(':').ok_or_else(unknown)?;
        let count: usize = count.parse().map_err(|_| unknown())?;
        let letters = match alphabet {
            "alnum" => [LOWER, UPPER, DIGIT].concat(),
            "lower" => LOWER.to_owned(),
            "upper" => UPPER.to_owned(),
            "digit" => DIGIT.to_owned(),
            "hex" => "0123456789abcdef".to_owned(),
            "base64" => [LOWER, UPPER, DIGIT, "+/"].concat(),
            "x" => "x".to_owned(),
            _ => return Err(unknown()),
        };
        out.extend((0..count).map(|_| letters.as_bytes()[random.below(letters.len())]));
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

/// The group `secret`, at any depth.
fn group(hir: &Hir) -> Option<&Hir> {
    match hir.kind() {
        HirKind::Capture(capture) if capture.name.as_deref() == Some("secret") => Some(&capture.sub),
        HirKind::Capture(capture) => group(&capture.sub),
        HirKind::Repetition(repetition) => group(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().find_map(group),
        _ => None,
    }
}

/// Appends a random text that matches the tree. Optional parts occur half of the time; long repetitions stay near their minimum.
fn generate(hir: &Hir, random: &mut Random, out: &mut Drawn) {
    /// Largest number of repetitions beyond the minimum.
    const MORE: u32 = 12;
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => out.push(literal.0.iter().copied(), true),
        HirKind::Class(class) => out.push(member(class, random), false),
        HirKind::Capture(capture) => generate(&capture.sub, random, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| generate(part, random, out)),
        HirKind::Alternation(branches) => generate(&branches[random.below(branches.len())], random, out),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX).min(repetition.min + MORE);
            let count = repetition.min as usize + random.below((most - repetition.min) as usize + 1);
            (0..count).for_each(|_| generate(&repetition.sub, random, out));
        }
    }
}

/// A random member of a class, preferably a character that is typical for tokens.
fn member(class: &Class, random: &mut Random) -> Option<u8> {
    let Class::Bytes(class) = class else { return None };
    let members: Vec<u8> = class.iter().flat_map(|range| range.start()..=range.end()).collect();
    let plain: Vec<u8> = members.iter().copied().filter(u8::is_ascii_alphanumeric).collect();
    let choice = if plain.is_empty() { &members } else { &plain };
    choice.get(random.below(choice.len())).copied()
}

/// A seed from a rule's id and the attempt (FNV-1a).
#[must_use]
pub fn seed(id: &str, attempt: u32) -> u64 {
    let mut text = String::from(id);
    let _ = write!(text, "#{attempt}");
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
