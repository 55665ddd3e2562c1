//! The engine's decisions are local: what it finds does not depend on how its input is cut.

use proptest::prelude::*;
use stanch::engine::selftest::{self, secret};
use stanch::engine::{Engine, Scratch, Surroundings, Verdict, scan};
use stanch::model::{Location, Proof};
use stanch::rules::example::{self, Random, fill};
use stanch::rules::{RuleSet, check};
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::ops::Range;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(RuleSet::builtin()));

type Seen = (u32, Range<usize>, Location, Vec<u8>, Verdict, Surroundings, Proof);

/// A reader that gives at most so many bytes at once.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(buffer.len()).min(self.0.len());
        buffer[..count].copy_from_slice(&self.0[..count]);
        self.0 = &self.0[count..];
        Ok(count)
    }
}

fn seen(text: &[u8], step: usize, drip: usize) -> Vec<Seen> {
    let mut all = Vec::new();
    let read = scan(&ENGINE, &mut Drip(text, drip), step, &mut Scratch::default(), |one| {
        all.push((
            one.found.rule,
            one.found.secret.clone(),
            one.location,
            one.secret.to_vec(),
            one.found.verdict.clone(),
            one.around.clone(),
            one.found.proof.clone(),
        ));
        ControlFlow::Continue(())
    });
    assert_eq!(read.expect("a slice can be read"), text.len() as u64);
    all
}

/// Text with generated examples of many rules in it, among noise and each other, at the mercy of `seed`.
fn text(seed: u64, pieces: usize) -> Vec<u8> {
    let mut random = Random::new(seed);
    let rules = RuleSet::builtin();
    let mut text = Vec::new();
    for _ in 0..pieces {
        let rule = &rules.rules()[random.below(rules.rules().len())];
        let examples = example::of(rule);
        let example = &examples[random.below(examples.len())];
        let secret = secret(rule, &mut random).expect("a built-in rule");
        let mut piece = fill(example, &secret, &mut random).expect("a built-in example");
        match random.below(8) {
            // Encoded, in one of several ways.
            6 => piece = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &piece).into_bytes(),
            7 => {
                let forms: [fn(&u8) -> String; 4] = [
                    |byte| format!("{byte:02x}"),
                    |byte| format!("%{byte:02X}"),
                    |byte| format!("\\u{byte:04x}"),
                    |byte| format!("&#{byte};"),
                ];
                piece = piece.iter().map(forms[random.below(4)]).collect::<String>().into_bytes();
            }
            0 => piece.truncate(random.below(piece.len() + 1)),
            1 => piece.insert(random.below(piece.len()), b'\n'),
            2 => piece.push(0),
            // What is around a secret may reach further than the rules do.
            3 => piece.resize(piece.len() + random.below(3000), b' '),
            _ => {}
        }
        text.extend(piece);
        let noise = [&b"\n"[..], b"", b" ", b"\r\n", b"; password = \"", b"\"", b"token: "];
        text.extend_from_slice(noise[random.below(noise.len())]);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn windowed_is_whole(seed: u64, pieces in 1_usize..60, step in 1_usize..3000, drip in 1_usize..5000) {
        let text = text(seed, pieces);
        let whole = seen(&text, text.len() + 1, text.len() + 1);
        let windowed = seen(&text, step, drip);
        let difference = std::iter::zip(&whole, &windowed).find(|(a, b)| a != b);
        prop_assert!(difference.is_none(), "whole and windowed: {difference:?}");
        prop_assert_eq!(windowed.len(), whole.len());
    }

    #[test]
    fn arbitrary_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..4000), step in 1_usize..500) {
        prop_assert_eq!(seen(&bytes, step, 100), seen(&bytes, 5000, 5000));
    }
}

#[test]
fn the_windows_of_the_property_test_are_not_empty() {
    let found = seen(&text(7, 60), 1 << 20, 1 << 20);
    assert!(found.iter().filter(|one| one.4 == Verdict::Kept).count() > 20);
}

#[test]
fn every_rule_fires_on_its_examples_and_on_no_counter_example() {
    let faults: Vec<String> = ENGINE.rules().iter().flat_map(|rule| selftest::faults(&ENGINE, rule)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_built_in_rules_are_sound_as_a_set() {
    assert_eq!(check::faults(&RuleSet::builtin()), Vec::<String>::new());
}
