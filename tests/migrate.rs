//! `stanch migrate`: what was let be before is let be afterwards, bound to the secret; what is found is the same.

use crate::binary::{Ran, run, stanch, token, tree};
use sha1::{Digest, Sha1};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const CONFIG: &str = "[[rules]]\nid = \"acme.token\"\nregex = '''acme-[a-z0-9]{8}'''\nkeywords = [\"acme-\"]\n\n[[allowlists]]\npaths = ['''^docs/''']\n";

fn secret(number: u32) -> String {
    format!("acme-{number:08}")
}

fn migrate(dir: &Path, args: &[&str]) -> Ran {
    run(stanch(dir, ["migrate"]).args(args).env("STANCH_CACHE_DIR", ""))
}

/// Rule, path, line and secret of everything that a command finds, by gitleaks' report.
fn found(dir: &Path, args: &[&str]) -> BTreeSet<(String, String, u64, String)> {
    let ran = run(stanch(dir, args).env("STANCH_CACHE_DIR", ""));
    let text = |one: &serde_json::Value, key: &str| one[key].as_str().expect("a text").to_owned();
    let place = |one: &serde_json::Value| {
        (text(one, "RuleID"), text(one, "File"), one["StartLine"].as_u64().expect("a number"), text(one, "Secret"))
    };
    ran.json().as_array().expect("a list").iter().map(place).collect()
}

fn before(dir: &Path) -> BTreeSet<(String, String, u64, String)> {
    found(dir, &["gitleaks", "dir", ".", "-f", "json", "-r", "-", "--redact=0"])
}

fn after(dir: &Path) -> BTreeSet<(String, String, u64, String)> {
    found(dir, &["scan", ".", "-f", "gitleaks-json", "--show-secrets"])
}

#[test]
fn gitleaks_is_taken_over_and_the_findings_stay() {
    for seed in 0..2_u32 {
        let text = |from: u32| (from..from + 4).map(|number| secret(seed * 100 + number) + "\n").collect::<String>();
        let ignore = "# old\na.txt:acme.token:2\nsrc/b.txt:acme.token:1\nsrc/gone.txt:acme.token:7\n";
        let dir = tree(&[
            (".gitleaks.toml", CONFIG),
            (".gitleaksignore", ignore),
            ("a.txt", &text(0)),
            ("src/b.txt", &text(10)),
            ("docs/c.txt", &text(20)),
        ]);
        let old = before(dir.path());
        assert_eq!(old.len(), 6);
        let dry = migrate(dir.path(), &["--dry-run"]).exits(0);
        assert!(dry.out.contains("would write stanch.toml") && dir.path().join(".gitleaksignore").exists(), "{dry:#?}");
        assert!(!dir.path().join("stanch.toml").exists());
        migrate(dir.path(), &[]).exits(0).says(&[
            "wrote stanch.toml",
            "wrote .stanchignore",
            "2 secrets are ignored",
            "not taken over: .gitleaksignore:4: nothing is found at src/gone.txt:7",
            "renamed .gitleaksignore to .gitleaksignore.migrated",
        ]);
        assert_eq!(after(dir.path()), old);
        // Bound to the secret: it may move, and another one on its line counts.
        fs::write(dir.path().join("a.txt"), format!("\n{}\n{}\n", secret(9999), secret(seed * 100 + 1)))
            .expect("writes");
        let now = after(dir.path());
        assert!(
            now.iter().any(|one| one.3 == secret(9999)) && !now.iter().any(|one| one.3 == secret(seed * 100 + 1)),
            "{now:#?}"
        );
        migrate(dir.path(), &[]).exits(0).says(&["kept stanch.toml"]);
    }
}

#[test]
fn a_configuration_that_is_there_is_added_to() {
    let dir = tree(&[
        (".gitleaks.toml", CONFIG),
        ("stanch.toml", "exclude = [\"x/\"]\n\n[report]\ncolor = \"never\"\n"),
        ("a", &secret(1)),
    ]);
    migrate(dir.path(), &[]).exits(0).says(&["added what was taken over to stanch.toml"]);
    let text = fs::read_to_string(dir.path().join("stanch.toml")).expect("reads");
    assert!(
        text.contains("gitleaks = \".gitleaks.toml\"") && text.ends_with("[report]\ncolor = \"never\"\n"),
        "{text}"
    );
    assert_eq!(after(dir.path()).len(), 1);
}

#[test]
fn hashes_of_detect_secrets_become_a_baseline() {
    let hash = |text: &str| Sha1::digest(text).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let entry = |text: &str| {
        format!(
            "{{\"type\": \"T\", \"filename\": \"a.py\", \"hashed_secret\": \"{}\", \"line_number\": 1}}",
            hash(text)
        )
    };
    let (one, two) = (token(1), token(2));
    let baseline =
        format!("{{\"version\": \"1.5.0\", \"results\": {{\"a.py\": [{}, {}]}}}}", entry(&one), entry("gone"));
    let text = format!("a = \"{one}\"\nb = \"{two}\"\n");
    let dir = tree(&[("a.py", &text), (".secrets.baseline", &baseline)]);
    // By itself, as a baseline.
    run(&mut stanch(dir.path(), ["scan", "a.py", "--baseline", ".secrets.baseline"]))
        .exits(1)
        .says(&["1 baseline", "1 secret in 1 place"]);
    migrate(dir.path(), &[])
        .exits(0)
        .says(&[".secrets.baseline: 1 of its secrets are found", "wrote .stanch-baseline"]);
    run(&mut stanch(dir.path(), ["scan", "a.py"])).exits(1).says(&["1 baseline", "1 secret in 1 place"]);
}

#[test]
fn what_ggshield_lets_be_is_let_be() {
    let one = token(3);
    let shield = format!(
        "version: 2\nsecret:\n  ignored_paths:\n    - \"old/\"\n  ignored_matches:\n    - name: x\n      match: {one}\n  ignored_detectors:\n    - Some\n"
    );
    let text = format!("a = \"{one}\"\nb = \"{}\"\n", token(4));
    let dir = tree(&[("a.py", &text), ("old/b.py", &text), (".gitguardian.yaml", &shield)]);
    migrate(dir.path(), &[]).exits(0).says(&[
        "wrote stanch.toml",
        "wrote .stanchignore",
        "no equivalent: .gitguardian.yaml:8: `ignored_detectors`",
    ]);
    let ran = run(&mut stanch(dir.path(), ["scan", "."])).exits(1);
    assert!(ran.out.contains("1 ignored") && !ran.out.contains("old/b.py"), "{ran:#?}");
}

#[test]
fn hooks_and_steps_are_replaced() {
    let hooks = "repos:\n  - repo: https://github.com/psf/black\n    rev: x\n    hooks:\n      - id: black\n  - repo: https://github.com/gitleaks/gitleaks\n    rev: v8.24.2\n    hooks:\n      - id: gitleaks\n";
    let workflow = "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - uses: gitleaks/gitleaks-action@v2\n        env:\n          X: y\n      - run: gitleaks detect -v\n";
    let dir = tree(&[
        (".pre-commit-config.yaml", hooks),
        (".github/workflows/ci.yml", workflow),
        (".gitlab-ci.yml", "a:\n  script:\n    - detect-secrets scan\n"),
        (".kingfisherignore", "x\n"),
    ]);
    let ran = migrate(dir.path(), &[]).exits(0).says(&[
        "put the hook `stanch` in the place of https://github.com/gitleaks/gitleaks in .pre-commit-config.yaml",
        "put 1 step of stanch in the place of another scanner's in .github/workflows/ci.yml",
        "next: .github/workflows/ci.yml:13: write `stanch gitleaks` for `gitleaks`",
        "next: .gitlab-ci.yml:3: write `stanch git` or `stanch scan` for `detect-secrets`",
        "fetch-depth: 0",
        "no equivalent: .kingfisherignore of kingfisher",
    ]);
    let text = fs::read_to_string(dir.path().join(".pre-commit-config.yaml")).expect("reads");
    assert!(
        text.contains("black") && text.contains("stanch hook run pre-commit") && !text.contains("gitleaks"),
        "{text}\n{ran:#?}"
    );
    migrate(tree(&[("a", "b")]).path(), &[]).exits(0).says(&["nothing to migrate"]);
}

#[test]
fn detectors_of_trufflehog_and_places_of_kingfisher_are_taken_over() {
    let config = "detectors:\n  - name: AcmeToken\n    keywords: [acme]\n    regex:\n      token: 'acme-[a-z0-9]{8}'\n    verify:\n      - endpoint: http://localhost/\n";
    let baseline =
        "ExactFindings:\n  matches:\n  - filepath: a.py/\n    fingerprint: '1'\n    linenum: 2\n    lastupdated: x\n";
    let text = format!("{}\nb = \"{}\"\nc = \"{}\"\n", secret(1), token(5), token(6));
    let dir = tree(&[("a.py", &text), (".trufflehog.yml", config), ("kingfisher-baseline.yml", baseline)]);
    migrate(dir.path(), &[]).exits(0).says(&[
        "wrote trufflehog.gitleaks.toml",
        "no equivalent: .trufflehog.yml: detector `AcmeToken`: `verify`",
        "kingfisher-baseline.yml: 1 of its secrets are found",
        "wrote stanch.toml",
    ]);
    let now = found(dir.path(), &["scan", "a.py", "-f", "gitleaks-json", "--show-secrets"]);
    let secrets: Vec<&str> = now.iter().map(|one| one.3.as_str()).collect();
    assert_eq!(secrets, [secret(1).as_str(), token(6).as_str()], "{now:#?}");
}
