//! Measures the time of a classifier verdict.
//!
//! `cargo bench --bench classifier -- DIR` gathers every assignment below DIR that is put before the classifier, with what stands around it, and
//! prints how long its features and its verdict take (median of seven rounds, one core), and a sum over all of them that tells whether two
//! builds agree. The classifier's tables stay in the caches here, which they do not while a tree is scanned.

#![expect(clippy::print_stdout, reason = "a bench prints")]

use stanch::engine::classifier::{classify, compiled_in, features};
use stanch::engine::{Assignment, Engine, Scratch};
use stanch::model::Confidence;
use stanch::rules::RuleSet;
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 7;

fn main() {
    let dir = std::env::args().skip(1).find(|arg| !arg.starts_with("--")).unwrap_or_else(|| ".".to_owned());
    let engine = Engine::new(RuleSet::builtin());
    let mut asked: Vec<(Vec<u8>, Assignment, String)> = Vec::new();
    let mut scratch = Scratch::default();
    for entry in ignore::WalkBuilder::new(dir).standard_filters(false).build().flatten() {
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            let text = std::fs::read(entry.path()).unwrap_or_default();
            engine.assignments(&text, &mut scratch, |rule, found| {
                if engine.objection(&text, found).is_none() {
                    asked.push(apart(&text, found, &rule.id));
                }
            });
        }
    }
    let calls = asked.len().max(1);
    let mut sum = 0.0_f64;
    let mut levels = [0; 3];
    for (text, found, rule) in &asked {
        let all = compiled_in().features(text, found, rule);
        sum += all.iter().zip(1..).map(|(value, weight)| f64::from(*value) * f64::from(weight)).sum::<f64>();
        levels[match classify(text, found, rule) {
            None => 0,
            Some(Confidence::Low) => 1,
            Some(_) => 2,
        }] += 1;
    }
    let [none, low, medium] = levels;
    println!("{calls} calls: {none} none, {low} low, {medium} medium; sum of features {sum:.3}");
    let time = |name: &str, one: &dyn Fn(&[u8], &Assignment, &str)| {
        let mut times: Vec<f64> = (0..ROUNDS)
            .map(|_| {
                let begin = Instant::now();
                asked.iter().for_each(|(text, found, rule)| one(text, found, rule));
                begin.elapsed().as_secs_f64() / calls as f64 * 1e6
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("{name:24} {:6.2} µs a call", times[ROUNDS / 2]);
    };
    time("features but words", &|text, found, _| drop(black_box(features::of(text, found))));
    time("features", &|text, found, rule| drop(black_box(compiled_in().features(text, found, rule))));
    time("classify", &|text, found, rule| {
        black_box(classify(text, found, rule));
    });
}

/// The assignment with the surrounding text that the classifier reads.
fn apart(text: &[u8], found: &Assignment, rule: &str) -> (Vec<u8>, Assignment, String) {
    let start = found.name.start.min(found.value.start).saturating_sub(features::REACH + 8);
    let end = (found.value.end.max(found.name.end) + features::REACH + 8).min(text.len());
    let moved = |range: &std::ops::Range<usize>| range.start - start..range.end - start;
    let found = Assignment {
        name: moved(&found.name),
        value: moved(&found.value),
        callee: found.callee.as_ref().map(moved),
        ..found.clone()
    };
    (text[start..end].to_vec(), found, rule.to_owned())
}
