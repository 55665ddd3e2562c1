//! A secret never leaves by accident: whatever is run, and whatever goes wrong, no more of it is shown than a public prefix.

use crate::binary::{Ran, run, run_with_input, scan, stanch, token_of, tree};
use stanch::engine::selftest::secret;
use stanch::rules::RuleSet;
use stanch::rules::example::{Random, fill};
use std::collections::HashSet;
use std::fs;

const FORMATS: [&str; 4] = ["human", "json", "jsonl", "sarif"];

/// Secrets whose characters are many enough that five of them do not come together by chance, with a text around each.
const KINDS: [(&str, &str); 12] = [
    ("github-personal-access-token", "GITHUB_TOKEN={}"),
    ("github-fine-grained-personal-access-token", "git clone https://me:{}@github.com/a/b"),
    ("gitlab-personal-access-token", "token: \"{}\""),
    ("slack-bot-token", "slack {}"),
    ("stripe-live-secret-key", "stripe.api_key = '{}'"),
    ("openai-project-key", "OPENAI_API_KEY={}"),
    ("npm-access-token", "//registry.npmjs.org/:_authToken={}"),
    ("sendgrid-api-key", "curl -H 'Authorization: Bearer {}'"),
    ("generic-password", "password = \"{}\""),
    ("generic-password", "postgres://admin:{}@db.shop.io/shop"),
    ("generic-password", "curl -u admin:{} https://shop.io"),
    ("private-key-pem", "{}"),
];

/// The parts of a secret that nobody may show: every five bytes behind what all secrets of its kind have in common.
fn hidden_parts(rule: &str, secret: &str) -> Vec<String> {
    // Two other ones tell what is public, such as a prefix or the lines around a key.
    let others = [token_of(rule, 901), token_of(rule, 902)];
    let common = |a: &[u8], b: &[u8]| std::iter::zip(a, b).take_while(|(a, b)| a == b).count();
    let reversed = |text: &str| text.bytes().rev().collect::<Vec<u8>>();
    let head = others.iter().map(|other| common(secret.as_bytes(), other.as_bytes())).max().unwrap_or(0).max(4);
    let tail = others.iter().map(|other| common(&reversed(secret), &reversed(other))).max().unwrap_or(0);
    let hidden = &secret[head..(secret.len() - tail).max(head)];
    (0..hidden.len().saturating_sub(4))
        .map(|at| hidden[at..at + 5].to_owned())
        .filter(|part| !part.contains('\n'))
        .collect()
}

struct Planted {
    dir: tempfile::TempDir,
    secrets: Vec<String>,
    hidden: HashSet<String>,
}

fn planted() -> Planted {
    let (mut secrets, mut hidden, mut files) = (Vec::new(), HashSet::new(), Vec::new());
    for (at, (rule, text)) in KINDS.iter().enumerate() {
        let secret = token_of(rule, 40 + at as u64);
        hidden.extend(hidden_parts(rule, &secret));
        files.push((format!("{at}"), format!("# {at}\n{}\n", text.replace("{}", &secret))));
        secrets.push(secret);
    }
    assert!(hidden.len() > 300);
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Planted { dir: tree(&files), secrets, hidden }
}

impl Planted {
    #[track_caller]
    fn are_hidden_in(&self, ran: &Ran) {
        for text in [&ran.out, &ran.err] {
            let shown = self.hidden.iter().find(|part| text.contains(part.as_str()));
            assert!(shown.is_none(), "`{shown:?}` of a secret is in:\n{text}");
        }
    }
}

#[test]
fn reports_show_no_secret() {
    let planted = planted();
    for format in FORMATS {
        let ran = scan(planted.dir.path(), &["-f", format, "--confidence", "low", "--color=always"]).exits(1);
        assert!(ran.out.contains("ghp_********"), "{ran:#?}");
        planted.are_hidden_in(&ran);
        let file = tree(&[]);
        let file = file.path().join("report");
        let name = file.to_str().expect("UTF-8");
        scan(planted.dir.path(), &["-f", format, "-o", name, "--confidence", "low"]).exits(1);
        let report = fs::read_to_string(&file).expect("a report");
        planted.are_hidden_in(&Ran { code: None, out: report, err: String::new() });
    }
}

#[test]
fn only_who_asks_sees_them() {
    let planted = planted();
    for format in FORMATS {
        let ran = scan(planted.dir.path(), &["-f", format, "--confidence", "low", "--show-secrets"]).exits(1);
        for secret in planted.secrets.iter().filter(|secret| !secret.contains('\n')) {
            assert!(ran.out.contains(secret.as_str()), "{secret} is not in {format}");
        }
    }
}

#[test]
fn explanations_show_no_secret() {
    let planted = planted();
    for at in 0..KINDS.len() {
        for line in 1..=3 {
            let ran = run(&mut stanch(planted.dir.path(), ["explain", &format!("{at}:{line}")]));
            planted.are_hidden_in(&ran);
        }
    }
}

#[test]
fn errors_show_no_secret() {
    let planted = planted();
    let dir = planted.dir.path();
    // What has a secret in it, and is taken for something else.
    for args in [
        &["scan", "--rules", "0"][..],
        &["scan", "--rules", "8"],
        &["scan", "missing"],
        &["scan", "--max-file-size", "10"],
        &["scan", "-o", "0/report"],
        &["explain", "0:99"],
        &["explain", "0:0"],
        &["rules", "check", "--rules", "4"],
    ] {
        let ran = run(&mut stanch(dir, args));
        assert!(ran.code.is_some_and(|code| code > 1), "{args:?}: {ran:#?}");
        planted.are_hidden_in(&ran);
    }
    let text = fs::read(dir.join("3")).expect("reads");
    planted.are_hidden_in(&run_with_input(&mut stanch(dir, ["scan", "-"]), &text).exits(1));
}

#[test]
fn no_rule_shows_its_secret_in_any_format() {
    let rules = RuleSet::builtin();
    let mut random = Random::new(3);
    let (mut texts, mut secrets) = (Vec::new(), Vec::new());
    for rule in rules.rules() {
        if let Some(example) = rule.examples.iter().find(|example| example.contains("{secret}")) {
            let secret = secret(rule, &mut random).expect("a built-in rule");
            texts.extend(fill(example, &secret, &mut random).expect("a built-in example"));
            texts.push(b'\n');
            // Twelve bytes come together by chance in no report; those in the middle are in no prefix and no frame.
            let middle = secret.len() / 2;
            secrets.extend(secret.get(middle - middle.min(6)..middle + 6).map(|part| (rule.id.clone(), part.to_vec())));
        }
    }
    let dir = tree(&[]);
    fs::write(dir.path().join("all"), &texts).expect("writes");
    for format in FORMATS {
        let ran = scan(dir.path(), &["-f", format, "--confidence", "low"]).exits(1);
        for (rule, part) in &secrets {
            let part = String::from_utf8_lossy(part);
            assert!(!ran.out.contains(part.as_ref()), "{format} shows `{part}` of a secret of {rule}");
        }
    }
}
