//! Floor 1: what a secret's own bytes prove about it, without asking anybody.
//!
//! Many tokens carry a checksum, or are a structure that does not come about by chance: a token whose checksum is right is one, whatever
//! stands around it, and one whose checksum is wrong is an example in somebody's documentation. Others say whose they are and when they
//! expire. A rule asks for one of these checks by name ([`ProofKind`]); the engine runs it on every match of that rule.
//!
//! A check is a pure function of a match and of the bytes around it that the rule may see anyway: no clock, no path, no network, so that it is
//! as local as the match. It takes any bytes and never panics. [`sample`] is its counterpart: it makes secrets that pass, for the
//! examples of the rules. `docs/proofs.md` says where the knowledge comes from.

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
pub use public::is_public_key;
use std::ops::Range;

/// What proves it, in reports.
const CHECKSUM: &str = "checksum";
const STRUCTURE: &str = "structure";
/// Why a match is turned down.
const WRONG_CHECKSUM: &str = "checksum does not match";

/// What a check concludes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verdict {
    /// It is one: nothing else needs to be asked.
    Proved,
    /// It is none; the text says why.
    Refuted(&'static str),
    /// It may be one.
    #[default]
    Unknown,
}

/// What a check found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The conclusion.
    pub verdict: Verdict,
    /// What is to be said about the secret.
    pub proof: Proof,
}

/// A secret in its surroundings.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    text: &'a [u8],
    secret: Range<usize>,
}

impl<'a> Subject<'a> {
    /// The secret at `secret` in `text`, of which no more than `window` may be looked at. What of the secret is outside the window counts
    /// as inside.
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

/// Runs a check. A key behind a passphrase is never proved: it may be one, and opens nothing by itself.
#[must_use]
pub fn check(kind: ProofKind, subject: &Subject<'_>) -> Outcome {
    let outcome = run(kind, subject);
    if locks(kind) && outcome.is_locked() { Outcome { verdict: Verdict::Unknown, ..outcome } } else { outcome }
}

/// Whether a secret is a key that only opens with a passphrase.
#[must_use]
pub fn is_locked(kind: ProofKind, secret: &[u8]) -> bool {
    locks(kind) && run(kind, &Subject::alone(secret)).is_locked()
}

/// Whether secrets of a kind may be behind a passphrase, and say so themselves.
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

    /// Whether a checksum is the one that it should be.
    fn of_checksum(is_right: bool) -> Outcome {
        if is_right { Outcome::proved(CHECKSUM) } else { Outcome::refuted(WRONG_CHECKSUM) }
    }

    /// The same with one more fact, unless there is one of that name; `None` adds none.
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

        /// Texts that begin as their kind does get further into the parsers.
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
        // A sample of a JSON web token needs a draft of a pattern that fixes where its parts begin: `stanch rules test` makes those.
        for (kind, name) in ProofKind::ALL.into_iter().filter(|(kind, _)| *kind != ProofKind::Jwt) {
            for seed in 0..50 {
                let secret = sample::of(kind, seed);
                // A key of Google Cloud is one by what stands around it.
                let before = br#"{"type": "service_account", "private_key": ""#;
                let text = [before, secret.as_slice()].concat();
                let subject = Subject::new(&text, &(0..text.len()), &(before.len()..text.len()));
                let outcome = check(kind, &subject);
                assert!(!matches!(outcome.verdict, Verdict::Refuted(_)), "{name}: {outcome:?}");
            }
        }
    }
}
