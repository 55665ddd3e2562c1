//! The same scan gives the same bytes, whatever the number of threads.

use crate::binary::{run, stanch, token};
use stanch::engine::selftest::secret;
use stanch::rules::RuleSet;
use stanch::rules::example::{Random, fill};
use std::fs;
use std::os::unix::fs::symlink;

/// A tree with secrets of many rules, several in a file and some in many files; links and files that cannot be read among them.
fn large_tree() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    let mut random = Random::new(11);
    let rules = RuleSet::builtin();
    let mut texts: Vec<Vec<u8>> = vec![Vec::new(); 120];
    // Every third one is enough: it is their compilation that takes time.
    for rule in rules.rules().iter().step_by(3) {
        for example in rule.examples.iter() {
            let secret = secret(rule, &mut random).expect("a built-in rule");
            let text = fill(example, &secret, &mut random).expect("a built-in example");
            for _ in 0..=random.below(2) {
                let at = random.below(texts.len());
                texts[at].extend_from_slice(&text);
                texts[at].push(b'\n');
            }
        }
    }
    for (at, text) in texts.iter().enumerate() {
        let folder = dir.path().join(format!("{}/{}", at % 7, at % 3));
        fs::create_dir_all(&folder).expect("makes");
        fs::write(folder.join(format!("{at}.txt")), text).expect("writes");
        if at % 10 == 0 {
            symlink("nowhere", folder.join(format!("link-{at}"))).expect("links");
            fs::write(folder.join(format!("shared-{at}")), format!("token: {}", token(1))).expect("writes");
            fs::write(folder.join(format!("large-{at}")), "x".repeat(1 << 17)).expect("writes");
        }
    }
    dir
}

#[test]
fn output_does_not_depend_on_threads() {
    let dir = large_tree();
    for (format, follow, counts) in [
        ("json", "--follow", &["1", "2", "8"][..]),
        ("json", "-q", &["1", "8"]),
        ("jsonl", "-q", &["1", "8"]),
        ("sarif", "-q", &["1", "2"]),
        ("human", "-q", &["1", "8"]),
    ] {
        let report = |threads: &str| {
            let args = ["scan", "--max-file-size=100k", "--confidence=low", "-f", format, "-j", threads, follow];
            let ran = run(&mut stanch(dir.path(), args)).exits(1);
            if format != "human" {
                return ran.out;
            }
            ran.out.lines().filter(|line| !line.contains(" read in ")).collect::<Vec<_>>().join("\n")
        };
        let reports: Vec<String> = counts.iter().map(|threads| report(threads)).collect();
        assert!(reports[0].len() > 30_000, "there is something to be the same");
        assert!(reports.iter().all(|one| *one == reports[0]), "{format} with {counts:?} threads differs");
    }
}
