//! How fast are the sieves of the prefilter, beside the `aho-corasick` crate, on real text?
//!
//! `cargo bench --bench prefilter -- DIR` reads up to 256 MiB of files below DIR into memory and prints, for all built-in
//! keywords, each sieve's speed on one core (median of five), and the number of hits.

#![expect(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints, and ends where it fails")]

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use stanch::engine::prefilter::{Literal, Prefilter};
use stanch::rules::RuleSet;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

const ENOUGH: usize = 256 << 20;
const RUNS: usize = 5;

fn main() {
    let dir = std::env::args().skip(1).find(|arg| !arg.starts_with("--")).unwrap_or_else(|| ".".to_owned());
    let mut texts = Vec::new();
    let mut total = 0;
    for entry in ignore::WalkBuilder::new(dir).standard_filters(false).build().flatten() {
        if total < ENOUGH && entry.file_type().is_some_and(|kind| kind.is_file()) {
            let text = std::fs::read(entry.path()).unwrap_or_default();
            total += text.len();
            texts.push(text);
        }
    }
    let set = RuleSet::builtin();
    let mut literals: Vec<Literal<'_>> = set
        .rules()
        .iter()
        .flat_map(|rule| rule.keywords.iter())
        .map(|keyword| Literal { bytes: keyword.text.as_bytes(), ignore_case: keyword.ignore_case })
        .collect();
    literals.sort();
    literals.dedup();
    println!("{} files, {} MB, {} keywords", texts.len(), total / 1_000_000, literals.len());
    let automaton = AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .ascii_case_insensitive(true)
        .build(literals.iter().map(|literal| literal.bytes))
        .unwrap();
    let print = |name: &str, times: &mut Vec<f64>, hits: u64| {
        times.sort_by(f64::total_cmp);
        println!("{name:14} {:8.2} GB/s {hits:12} hits", total as f64 / times[times.len() / 2] / 1e9);
    };
    let (mut times, mut hits) = (Vec::new(), 0);
    for _ in 0..RUNS {
        let begin = Instant::now();
        hits = texts.iter().map(|text| automaton.find_overlapping_iter(black_box(text)).count() as u64).sum();
        times.push(begin.elapsed().as_secs_f64());
    }
    print("aho-corasick", &mut times, hits);
    let prefilter = Prefilter::new(&literals);
    for sieve in Prefilter::sieves() {
        let (mut times, mut hits) = (Vec::new(), 0);
        for _ in 0..RUNS {
            let begin = Instant::now();
            hits = 0;
            for text in &texts {
                prefilter.scan_with(sieve, black_box(text), 0..text.len(), |_| hits += 1);
            }
            times.push(begin.elapsed().as_secs_f64());
        }
        print(sieve.name(), &mut times, hits);
    }
    let mut by_keyword = BTreeMap::<u32, u64>::new();
    for text in &texts {
        prefilter.scan(text, 0..text.len(), |hit| *by_keyword.entry(hit.keyword).or_default() += 1);
    }
    let mut most: Vec<(u64, u32)> = by_keyword.into_iter().map(|(keyword, count)| (count, keyword)).collect();
    most.sort_unstable_by(|a, b| b.cmp(a));
    for (count, keyword) in most.iter().take(25) {
        println!("{count:10} {}", String::from_utf8_lossy(literals[*keyword as usize].bytes));
    }
}
