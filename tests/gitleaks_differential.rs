//! What is found under a `.gitleaks.toml` is what its regexes, allowlists and stop-words mean: the program against a naive reading, over
//! configurations and trees that are made up.

use crate::binary::{run, stanch, tree};
use crate::gitleaks_naive::{Naive, Place};
use stanch::rules::example::Random;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

const REGEXES: [(&str, usize); 9] = [
    (r"tok_[a-z0-9]{6,}", 0),
    (r"(?i)key\s*[:=]\s*['\x22]?([a-z0-9]{4,20})['\x22]?", 1),
    (r"(user|pass)=(\w*);", 2),
    (r"\bid-[0-9]+\b", 0),
    (r"begin[\s\S]*?end", 0),
    (r"x=(a+)?(b+)?", 2),
    (r"[A-Z]{3}\d{3}(?:-[A-Z]{2}){0,3}", 0),
    (r"(?m)^secret .*$", 0),
    (r"\n\n?key", 0),
];
const PATHS: [&str; 5] = [r"\.py$", r"^src/", r"(^|/)vendor/", r"a\.txt", r"conf"];
const WORDS: [&str; 8] = ["tok", "KEY", "user", "id-", "begin", "abc", "secret", "nowhere"];
const FILES: [&str; 6] = ["src/a.py", "src/vendor/b.py", "vendor/a.txt", "conf/c.yml", "d", "src/x/e.txt"];

fn pick<'t>(random: &mut Random, all: &[&'t str]) -> &'t str {
    all[random.below(all.len())]
}

/// Some of these, as a list of TOML.
fn some(random: &mut Random, all: &[&str]) -> String {
    let count = 1 + random.below(2);
    let all: Vec<String> = (0..count).map(|_| format!("'''{}'''", pick(random, all))).collect();
    format!("[{}]", all.join(", "))
}

fn chance(random: &mut Random, of: usize) -> bool {
    random.below(of) == 0
}

fn allowlist(random: &mut Random, header: &str, rules: usize, out: &mut String) {
    writeln!(out, "[[{header}]]").expect("writes");
    if chance(random, 2) {
        writeln!(out, "condition = \"{}\"", pick(random, &["AND", "OR"])).expect("writes");
    }
    let kind = random.below(4);
    if kind == 0 || chance(random, 4) {
        writeln!(out, "paths = {}", some(random, &PATHS)).expect("writes");
    }
    if kind == 1 || chance(random, 4) {
        let regexes = [r"^tok_a", "abc", r"\d{3}", "#", "key", "b$"];
        writeln!(out, "regexes = {}", some(random, &regexes)).expect("writes");
        if chance(random, 2) {
            writeln!(out, "regexTarget = \"{}\"", pick(random, &["match", "line", "secret"])).expect("writes");
        }
    }
    if kind == 2 || chance(random, 4) {
        writeln!(out, "stopwords = {}", some(random, &["ABC", "12", "pass", "xyz", "aa"])).expect("writes");
    }
    if kind == 3 {
        writeln!(out, "commits = [\"{}\"]", "ab".repeat(20)).expect("writes");
    }
    if header == "allowlists" && chance(random, 3) {
        writeln!(out, "targetRules = [\"rule-{}\"]", random.below(rules)).expect("writes");
    }
}

fn configuration(random: &mut Random) -> String {
    let mut out = String::from("title = \"made up\"\n");
    let rules = 2 + random.below(6);
    for _ in 0..random.below(3) {
        allowlist(random, "allowlists", rules, &mut out);
    }
    for number in 0..rules {
        writeln!(out, "[[rules]]\nid = \"rule-{number}\"\ndescription = \"what {number} finds\"").expect("writes");
        if chance(random, 8) {
            writeln!(out, "path = '''{}'''", pick(random, &PATHS)).expect("writes");
            continue;
        }
        let (regex, groups) = REGEXES[random.below(REGEXES.len())];
        writeln!(out, "regex = '''{regex}'''").expect("writes");
        if groups > 0 && chance(random, 2) {
            writeln!(out, "secretGroup = {}", random.below(groups + 1)).expect("writes");
        }
        if chance(random, 3) {
            writeln!(out, "entropy = {}", pick(random, &["1", "2.0", "2.58", "3.2"])).expect("writes");
        }
        if chance(random, 2) {
            writeln!(out, "keywords = {}", some(random, &WORDS)).expect("writes");
        }
        if chance(random, 5) {
            writeln!(out, "path = '''{}'''", pick(random, &PATHS)).expect("writes");
        }
        if number > 0 && chance(random, 6) {
            writeln!(out, "skipReport = true").expect("writes");
        }
        if number > 0 && chance(random, 4) {
            let other = (0..number).find(|other| {
                out.contains(&format!("id = \"rule-{other}\"\ndescription = \"what {other} finds\"\nregex"))
            });
            if let Some(other) = other {
                writeln!(out, "[[rules.required]]\nid = \"rule-{other}\"").expect("writes");
                if chance(random, 2) {
                    writeln!(out, "withinLines = {}", random.below(4)).expect("writes");
                }
                if chance(random, 2) {
                    writeln!(out, "withinColumns = {}", random.below(12)).expect("writes");
                }
            }
        }
        for _ in 0..random.below(3) {
            allowlist(random, "rules.allowlists", rules, &mut out);
        }
    }
    out
}

fn text(random: &mut Random) -> String {
    let parts = [
        "tok_abc123 ",
        "tok_aaaaaa",
        "key = 'abcd12'",
        "KEY: zz9zz9zz9",
        "user=bob;",
        "pass=;",
        "pass=abc12;",
        " id-12 ",
        "id-777",
        "begin\n",
        "end",
        "x=aabb",
        "x=bb",
        "ABC123-XY-ZZ",
        "\n",
        "\n",
        "\n\n",
        " # ",
        "secret one",
        "\nsecret abc\n",
        " gitleaks:allow",
        "zzz",
        "key",
    ];
    (0..random.below(40)).map(|_| pick(random, &parts)).collect()
}

/// What the program finds.
fn found(dir: &Path, args: &[&str]) -> BTreeSet<Place> {
    let ran = run(&mut stanch(dir, args));
    assert!(matches!(ran.code, Some(0 | 1)), "{ran:#?}");
    let all = ran.json();
    let place = |one: &serde_json::Value| {
        let text = |key: &str| one[key].as_str().expect("a text").to_owned();
        (text("RuleID"), text("File"), one["StartLine"].as_u64().expect("a number"), text("Secret"))
    };
    all.as_array().expect("a list").iter().map(place).collect()
}

const OLD: [&str; 9] = ["gitleaks", "dir", ".", "-f", "json", "-r", "-", "--redact=0", "-lerror"];
const NEW: [&str; 5] = ["scan", ".", "-f", "gitleaks-json", "--show-secrets"];

#[test]
fn what_is_found_is_what_the_file_means() {
    let (mut total, mut empty) = (0, 0);
    for seed in 0..150 {
        let random = &mut Random::new(seed);
        let config = configuration(random);
        let texts: Vec<String> = FILES.iter().map(|_| text(random)).collect();
        let mut files: Vec<(&str, &str)> = FILES.iter().copied().zip(texts.iter().map(String::as_str)).collect();
        files.push((".gitleaks.toml", &config));
        let dir = tree(&files);
        let naive = Naive::read(&config);
        // The configuration does not find itself.
        let expected: BTreeSet<Place> = files
            .iter()
            .filter(|(path, _)| *path != ".gitleaks.toml")
            .flat_map(|(path, text)| naive.findings(path, text))
            .collect();
        assert_eq!(found(dir.path(), &OLD), expected, "seed {seed}:\n{config}\n{texts:#?}");
        // What was migrated finds the same.
        if seed % 8 == 0 {
            run(&mut stanch(dir.path(), ["migrate"])).exits(0).says(&["wrote stanch.toml"]);
            assert_eq!(found(dir.path(), &NEW), expected, "seed {seed}:\n{config}\n{texts:#?}");
        }
        total += expected.len();
        empty += usize::from(expected.is_empty());
    }
    assert!(total > 1000 && empty < 50, "{total} findings, {empty} configurations without any");
}
