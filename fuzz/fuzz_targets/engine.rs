//! Arbitrary bytes through the whole engine: it must not panic, and windowed must equal whole.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::ops::ControlFlow;
use std::sync::LazyLock;
use stanch::engine::{Engine, Scratch, scan};
use stanch::rules::RuleSet;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(RuleSet::builtin()));

fuzz_target!(|bytes: &[u8]| {
    let seen = |step: usize| {
        let mut all = Vec::new();
        let mut input = bytes;
        let read = scan(&ENGINE, &mut input, step, &mut Scratch::default(), |one| {
            all.push((one.found.clone(), one.location));
            ControlFlow::Continue(())
        });
        assert_eq!(read.ok(), Some(bytes.len() as u64));
        all
    };
    let step = 1 + bytes.first().map_or(0, |byte| usize::from(*byte));
    let keys = |all: Vec<(stanch::engine::Match, stanch::model::Location)>| -> Vec<_> {
        all.into_iter().map(|(found, location)| (found.rule, found.secret, found.verdict == stanch::engine::Verdict::Kept, location)).collect()
    };
    assert_eq!(keys(seen(step)), keys(seen(1 << 20)));
});
