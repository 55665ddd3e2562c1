//! The prefilter finds what a plain search finds, with every sieve that this machine has.

use proptest::prelude::*;
use stanch::engine::prefilter::{Hit, Literal, Prefilter, runs};
use stanch::rules::run::RUN;
use std::ops::Range;

fn naive(literals: &[Literal<'_>], text: &[u8], range: &Range<usize>) -> Vec<Hit> {
    let mut hits = Vec::new();
    for (keyword, literal) in (0..).zip(literals) {
        for start in range.start..range.end.min(text.len()) {
            let Some(found) = text.get(start..start + literal.bytes.len()) else { break };
            if found == literal.bytes || literal.ignore_case && found.eq_ignore_ascii_case(literal.bytes) {
                hits.push(Hit { start, keyword });
            }
        }
    }
    hits.sort();
    hits
}

fn assert_agree(literals: &[Literal<'_>], text: &[u8], range: Range<usize>) {
    let expected = naive(literals, text, &range);
    let prefilter = Prefilter::new(literals);
    for sieve in Prefilter::sieves() {
        let mut hits = Vec::new();
        prefilter.scan_with(sieve, text, range.clone(), |hit| hits.push(hit));
        hits.sort();
        assert_eq!(hits, expected, "{} on {:?} in {range:?}", sieve.name(), String::from_utf8_lossy(text));
    }
    let mut hits = Vec::new();
    prefilter.scan(text, range, |hit| hits.push(hit));
    hits.sort();
    assert_eq!(hits, expected);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Few letters, so that hits, near hits and overlaps are frequent; lengths around the width of a vector.
    #[test]
    fn every_sieve_finds_what_a_plain_search_finds(
        words in prop::collection::vec(("[ab_]{3,7}", any::<bool>()), 1..20),
        text in "[abAB_\\x00\u{e9}]{0,300}",
        cut in (0_usize..300, 0_usize..300),
    ) {
        let literals: Vec<Literal<'_>> =
            words.iter().map(|(word, ignore_case)| Literal { bytes: word.as_bytes(), ignore_case: *ignore_case }).collect();
        let text = text.as_bytes();
        let start = cut.0.min(text.len());
        assert_agree(&literals, text, start..(start + cut.1));
        assert_agree(&literals, text, 0..text.len());
    }

    #[test]
    fn arbitrary_bytes_with_planted_words(
        mut text in prop::collection::vec(any::<u8>(), 0..600),
        places in prop::collection::vec(0_usize..600, 0..12),
    ) {
        let words: &[&[u8]] = &[b"pass", b"ssword", b"ghx_", b"tok", b"-----begin", b"xyz-\xff\xfe"];
        let literals: Vec<Literal<'_>> = words.iter().map(|bytes| Literal { bytes, ignore_case: bytes[0] != b'g' }).collect();
        for (place, word) in places.iter().zip(words.iter().cycle()) {
            let place = *place.min(&text.len());
            text.splice(place..place, word.iter().map(|byte| if place % 2 == 0 { byte.to_ascii_uppercase() } else { *byte }));
        }
        assert_agree(&literals, &text, 0..text.len());
    }
}

#[test]
fn a_literal_at_the_very_end_and_longer_than_the_text() {
    let literals = [Literal { bytes: b"abc", ignore_case: false }, Literal { bytes: b"abcdefghij", ignore_case: true }];
    for length in 0..200 {
        let mut text = vec![b'.'; length];
        text.extend_from_slice(b"ABCDEFGHIJ.abc");
        assert_agree(&literals, &text, 0..text.len());
    }
    assert_agree(&literals, b"ab", 0..2);
    assert_agree(&[], b"abc", 0..3);
}

fn naive_runs(text: &[u8], range: Range<usize>) -> Vec<(usize, bool)> {
    let in_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    range
        .filter(|at| *at < text.len())
        .filter(|at| *at == 0 || !in_word(&text[at - 1]))
        .filter(|at| text[*at..].iter().take_while(|byte| in_word(byte) || **byte == b'-').count() >= RUN)
        .map(|at| {
            let run = text[at..].iter().take_while(|byte| in_word(byte) || **byte == b'-').take(32);
            (at, run.copied().any(|byte| byte.is_ascii_digit()))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn runs_are_what_a_plain_search_finds(
        pieces in prop::collection::vec(("[a-zA-Z_-]{0,25}[0-9]{0,2}[a-z]{0,20}", "[ .=/\\x00\u{e9}]{0,2}"), 0..12),
        cut in (0_usize..200, 0_usize..300),
    ) {
        let text: String = pieces.into_iter().map(|(run, gap)| run + &gap).collect();
        let text = text.as_bytes();
        for range in [0..text.len(), cut.0..cut.0 + cut.1] {
            let expected = naive_runs(text, range.clone());
            for sieve in Prefilter::sieves() {
                let mut found = Vec::new();
                runs(sieve, text, range.clone(), |_, _| true, |at, digit| found.push((at, digit)));
                prop_assert_eq!(&found, &expected, "{}", sieve.name());
            }
        }
    }
}
