//! Texts with secrets in them, generated from the rules: nobody's, and the same in every run.

use super::Random;
use stanch::engine::selftest::secret;
use stanch::rules::example::{self, fill};
use stanch::rules::{Rule, RuleSet};
use std::sync::LazyLock;

static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

/// A line or more with a secret of some rule.
pub(crate) fn snippet(random: &mut Random) -> Vec<u8> {
    let rules = RULES.rules();
    loop {
        let rule = &rules[random.below(rules.len())];
        if let Some(text) = of(rule, random) {
            return text;
        }
    }
}

/// A line or more with a secret of the rule with this id.
pub(crate) fn snippet_of(id: &str, random: &mut Random) -> Vec<u8> {
    let rule = RULES.get(id).expect("a rule of this id");
    of(rule, random).expect("an example")
}

fn of(rule: &Rule, random: &mut Random) -> Option<Vec<u8>> {
    let mut numbers = example::Random::new(random.next());
    let secret = secret(rule, &mut numbers).ok()?;
    let examples = example::of(rule);
    let templates: Vec<&str> = examples.iter().map(AsRef::as_ref).collect();
    let template = templates.get(random.below(templates.len().max(1)))?;
    let mut text = fill(template, &secret, &mut numbers).ok()?;
    text.push(b'\n');
    Some(text)
}

/// A token that the rule for it finds wherever it stands, and no other rule claims.
pub(crate) fn token(seed: u64) -> String {
    let rule = RULES.get("github-personal-access-token").expect("a rule");
    let mut numbers = example::Random::new(seed);
    String::from_utf8(secret(rule, &mut numbers).expect("a pattern")).expect("ASCII")
}

/// A private key in PEM that is damaged: its body begins as a key's does, which is enough for it not to be taken for an example.
pub(crate) fn private_key(seed: u64) -> String {
    let mut random = Random::new(seed);
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut line = || (0..64).map(|_| char::from(letters[random.below(64)])).collect::<String>() + "\n";
    let body: String = (0..12).map(|_| line()).collect();
    let (begin, end) = ("-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----");
    format!("{begin}\nMIIC{}{end}\n", &body[4..])
}
