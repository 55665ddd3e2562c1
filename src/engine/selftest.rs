//! Proves that rules fire: runs their generated examples through the whole engine.

use super::found::{Match, Verdict};
use super::matching::{Engine, Scratch};
use super::overlap::resolve;
use crate::proof::sample::complete;
use crate::rules::Rule;
use crate::rules::example::{self, Drawn, Random, draw, fill, seed};

/// A random secret may look like a placeholder, or be poor in entropy, by chance: an example gets so many tries.
const TRIES: u32 = 8;

/// What is wrong with a rule's examples, as sentences; empty when it fires on every example and on no counter-example.
#[must_use]
pub fn faults(engine: &Engine, rule: &Rule) -> Vec<String> {
    let mut faults = Vec::new();
    for example in &example::of(rule) {
        let mut why = None;
        for attempt in 0..TRIES {
            why = fires(engine, rule, example, attempt).err();
            if why.is_none() {
                break;
            }
        }
        if let Some(why) = why {
            faults.push(format!("{}: does not fire on `{example}`: {why}", rule.id));
        }
    }
    for example in rule.counter_examples.iter() {
        for attempt in 0..TRIES {
            match generate(rule, example, attempt) {
                Err(why) => faults.push(format!("{}: {why}", rule.id)),
                Ok((text, _)) if matches(engine, &text).iter().any(|found| is_of(engine, found, rule)) => {
                    faults.push(format!("{}: fires on the counter-example `{example}`", rule.id));
                }
                Ok(_) => continue,
            }
            break;
        }
    }
    faults
}

fn generate(rule: &Rule, template: &str, attempt: u32) -> Result<(Vec<u8>, Vec<u8>), String> {
    let mut random = Random::new(seed(&rule.id, attempt));
    let secret = secret(rule, &mut random)?;
    let text = fill(template, &secret, &mut random)?;
    Ok((text, secret))
}

/// A random secret of a rule that its proof does not refute.
///
/// # Errors
/// Fails when the rule's pattern does not parse.
pub fn secret(rule: &Rule, random: &mut Random) -> Result<Vec<u8>, String> {
    let Drawn { bytes, fixed } = draw(rule, random)?;
    Ok(match rule.proof {
        Some(kind) => complete(kind, &bytes, &fixed, &mut || random.bits()),
        None => bytes,
    })
}

/// # Errors
/// Why it does not.
fn fires(engine: &Engine, rule: &Rule, template: &str, attempt: u32) -> Result<(), String> {
    let (text, secret) = generate(rule, template, attempt)?;
    let found = matches(engine, &text);
    if let Some(one) = found.iter().find(|one| is_of(engine, one, rule)) {
        // The secret of a `names` rule may be the beginning of a longer value in its template.
        let is_it = text[one.secret.clone()].starts_with(&secret);
        return if is_it { Ok(()) } else { Err("it took another part of the text for the secret".to_owned()) };
    }
    if let Some(other) = found.iter().find(|one| one.verdict == Verdict::Kept) {
        return Err(format!("{} claimed it", engine.rule(other).id));
    }
    match found.iter().find(|one| engine.rule(one).id == rule.id).map(|one| &one.verdict) {
        Some(Verdict::Rejected(reason)) => Err(reason.to_string()),
        _ => Err("it does not match".to_owned()),
    }
}

fn is_of(engine: &Engine, found: &Match, rule: &Rule) -> bool {
    found.verdict == Verdict::Kept && engine.rule(found).id == rule.id
}

fn matches(engine: &Engine, text: &[u8]) -> Vec<Match> {
    let mut found = Vec::new();
    engine.matches(text, 0..text.len(), &mut Scratch::default(), &mut found);
    resolve(engine, &mut found);
    found
}
