//! Floor 1: what a secret's own bytes prove, offline.
//!
//! Many tokens carry a checksum or have a structure that does not arise by chance. A token with a correct checksum is real wherever it
//! stands; one with a wrong checksum is usually an example in documentation. Other tokens state their owner or their expiry. A rule names
//! one of these checks ([`ProofKind`]), and the engine runs it on every match of the rule.
//!
//! A check is a pure function of the match and of the surrounding bytes that the rule may read: it uses no clock, no path and no network,
//! so it keeps the locality of the match. It accepts any bytes and never panics. [`sample`] is its counterpart: it generates secrets that
//! pass, for the examples of the rules. `docs/proofs.md` names the sources.

mod armor;
mod aws;
mod azure;
mod bech32;
mod checksum;
mod der;
mod discord;
mod encoding;
mod gitlab;
mod google;
mod identity;
mod json;
mod jwt;
mod macaroon;
mod nkey;
mod openssh;
mod pair;
mod pem;
mod pgp;
mod public;
mod public_key;
mod putty;
pub mod sample;
mod totp;

use crate::model::{Fact, FactValue, Proof, ProofKind};
pub use identity::fingerprint;
pub use public::is_public_key;
use std::ops::Range;

/// Names of proofs in reports.
const CHECKSUM: &str = "checksum";
const STRUCTURE: &str = "structure";
/// Reason for rejecting a match.
const WRONG_CHECKSUM: &str = "checksum does not match";

/// Conclusion of a check.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// The match is a secret; no further filter is needed.
    Proved,
    /// The match is not a secret; the text is the reason.
    Refuted(&'static str),
    /// The check cannot decide.
    #[default]
    Unknown,
}

/// Result of a check.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The conclusion.
    pub verdict: Verdict,
    /// Proof and facts about the secret.
    pub proof: Proof,
}

/// A secret with its surroundings.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    text: &'a [u8],
    secret: Range<usize>,
}

impl<'a> Subject<'a> {
    /// The secret at range `secret` of `text`. Checks may read only the bytes in `window`; parts of the secret outside of the window are
    /// readable too.
    ///
    ///
    /// # Panics
    /// When a range is not within the text.
    #[must_use]
    pub fn new(text: &'a [u8], window: &Range<usize>, secret: &Range<usize>) -> Subject<'a> {
        let start = window.start.min(secret.start);
        let end = window.end.max(secret.end);
        Subject { text: &text[start..end], secret: secret.start - start..secret.end - start }
    }

    /// A secret without surroundings.
    #[must_use]
    pub fn alone(secret: &'a [u8]) -> Subject<'a> {
        Subject { text: secret, secret: 0..secret.len() }
    }

    fn secret(&self) -> &'a [u8] {
        &self.text[self.secret.clone()]
    }

    fn before(&self) -> &'a [u8] {
        &self.text[..self.secret.start]
    }

    fn after(&self) -> &'a [u8] {
        &self.text[self.secret.end..]
    }
}

/// Runs a check. An encrypted private key is never proved: without its passphrase it grants no access.
#[must_use]
pub fn check(kind: ProofKind, subject: &Subject<'_>) -> Outcome {
    let outcome = run(kind, subject);
    if locks(kind) && outcome.is_locked() { Outcome { verdict: Verdict::Unknown, ..outcome } } else { outcome }
}

/// The token that begins with `keyword` at the beginning of `text`, when its checksum proves where it ends: a letter may follow, as in bytecode and in
/// minified text. Only for kinds whose tokens all have one length.
#[must_use]
pub fn proved_head(kind: ProofKind, text: &[u8], keyword: &[u8]) -> Option<usize> {
    let length = match kind {
        ProofKind::Crc32Base62 if keyword.ends_with(b"_") => keyword.len() + 36,
        ProofKind::GrafanaServiceAccountToken | ProofKind::ZuploKey => 46,
        _ => return None,
    };
    let token = text.get(..length)?;
    let is_token = token.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    (is_token && run(kind, &Subject::alone(token)).verdict == Verdict::Proved).then_some(length)
}

/// Whether a secret is a private key that is encrypted with a passphrase.
#[must_use]
pub fn is_locked(kind: ProofKind, secret: &[u8]) -> bool {
    locks(kind) && run(kind, &Subject::alone(secret)).is_locked()
}

/// Whether secrets of this kind can be encrypted with a passphrase and say so.
fn locks(kind: ProofKind) -> bool {
    matches!(kind, ProofKind::Pem | ProofKind::PemBase64 | ProofKind::PgpKeyBlock)
}

fn run(kind: ProofKind, subject: &Subject<'_>) -> Outcome {
    let secret = subject.secret();
    match kind {
        ProofKind::AtlassianDataCenterToken => pair::numbered(secret),
        ProofKind::AwsKeyId => aws::key_id(secret),
        ProofKind::AzureSas => azure::shared_access_signature(subject),
        ProofKind::Base64Credentials => pair::credentials(secret),
        ProofKind::Base64Json => json::in_base64(secret),
        ProofKind::Base64Uuid => pair::uuid(secret),
        ProofKind::Bech32 => bech32::check(secret),
        ProofKind::Crc32Base62 => checksum::crc32_base62(secret),
        ProofKind::Crc32Hex => checksum::crc32_hex(secret),
        ProofKind::Der => pem::der_in_base64(secret),
        ProofKind::DiscordBotToken => discord::bot_token(secret),
        ProofKind::FlyMacaroon => macaroon::fly(secret),
        ProofKind::GitlabRoutableToken => gitlab::routable_token(subject),
        ProofKind::GoogleServiceAccount => google::service_account(subject),
        ProofKind::GrafanaServiceAccountToken => checksum::grafana(secret),
        ProofKind::Jwt => jwt::check(secret),
        ProofKind::JwtBase64 => jwt::in_base64(secret),
        ProofKind::NatsNkey => nkey::check(secret),
        ProofKind::Pem => pem::check(secret),
        ProofKind::PemBase64 => pem::in_base64(secret),
        ProofKind::PgpKeyBlock => pgp::check(secret),
        ProofKind::PuttyKey => putty::check(subject),
        ProofKind::PypiMacaroon => macaroon::pypi(secret),
        ProofKind::TotpSeed => totp::check(secret),
        ProofKind::ZuploKey => checksum::zuplo(secret),
    }
}

impl Outcome {
    fn proved(by: &'static str) -> Outcome {
        Outcome { verdict: Verdict::Proved, proof: Proof { by: Some(by), facts: Vec::new() } }
    }

    fn refuted(why: &'static str) -> Outcome {
        Outcome { verdict: Verdict::Refuted(why), proof: Proof::default() }
    }

    fn unknown() -> Outcome {
        Outcome::default()
    }

    fn is_locked(&self) -> bool {
        self.proof.facts.iter().any(|fact| fact.name == "encrypted" && fact.value == FactValue::Is(true))
    }

    /// The outcome of a checksum comparison.
    fn of_checksum(is_right: bool) -> Outcome {
        if is_right { Outcome::proved(CHECKSUM) } else { Outcome::refuted(WRONG_CHECKSUM) }
    }

    /// Adds a fact unless one of that name exists; `None` adds nothing.
    fn with(mut self, name: &'static str, value: Option<FactValue>) -> Outcome {
        if self.proof.facts.iter().all(|fact| fact.name != name) {
            self.proof.facts.extend(value.map(|value| Fact { name, value }));
        }
        self
    }

    fn with_facts(self, facts: Vec<Fact>) -> Outcome {
        facts.into_iter().fold(self, |outcome, fact| outcome.with(fact.name, Some(fact.value)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_bytes_make_a_check_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0..25_usize) {
            let _ = check(ProofKind::ALL[at].0, &Subject::alone(&bytes));
        }

        /// Texts with the prefix of their kind reach deeper into the parsers.
        #[test]
        fn nor_do_damaged_secrets(
            at in 0..25_usize, seed in any::<u64>(), place in any::<prop::sample::Index>(), byte in any::<u8>(), cut in 0..40_usize,
        ) {
            let kind = ProofKind::ALL[at].0;
            let mut secret = sample::of(kind, seed);
            if !secret.is_empty() {
                let place = place.index(secret.len());
                secret[place] = byte;
                secret.truncate(secret.len().saturating_sub(cut % 2 * cut));
            }
            let _ = check(kind, &Subject::alone(&secret));
        }
    }

    #[test]
    fn what_a_passphrase_guards_is_not_proved() {
        let sample = |label: &str| {
            let key = match label {
                "PRIVATE KEY" => sample::of(ProofKind::Pem, 1),
                _ => {
                    let body = der::pkcs8_encrypted(&[1; 8], &[2; 16], &[3; 160]);
                    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----", encoding::to_base64(&body))
                        .into_bytes()
                }
            };
            (check(ProofKind::Pem, &Subject::alone(&key)).verdict, is_locked(ProofKind::Pem, &key))
        };
        assert_eq!(sample("PRIVATE KEY"), (Verdict::Proved, false));
        assert_eq!(sample("ENCRYPTED PRIVATE KEY"), (Verdict::Unknown, true));
    }

    #[test]
    fn every_sample_passes_its_check() {
        // A sample of a JSON web token needs a draft whose pattern fixes where its parts begin; `stanch rules test` covers those.
        for (kind, name) in ProofKind::ALL.into_iter().filter(|(kind, _)| *kind != ProofKind::Jwt) {
            for seed in 0..50 {
                let secret = sample::of(kind, seed);
                // A Google Cloud key is recognised by its surroundings.
                let before = br#"{"type": "service_account", "private_key": ""#;
                let text = [before, secret.as_slice()].concat();
                let subject = Subject::new(&text, &(0..text.len()), &(before.len()..text.len()));
                let outcome = check(kind, &subject);
                assert!(!matches!(outcome.verdict, Verdict::Refuted(_)), "{name}: {outcome:?}");
            }
        }
    }
}
