//! `stanch migrate`, with set-ups as other scanners' own pages write them: nothing is lost silently.

use crate::binary::{Ran, run, stanch, token, tree};
use sha1::{Digest, Sha1};
use std::fs;
use std::path::Path;

fn migrate(dir: &Path, args: &[&str]) -> Ran {
    run(stanch(dir, ["migrate"]).args(args).env("STANCH_CACHE_DIR", ""))
}

fn hash(text: &str) -> String {
    Sha1::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(dir: &Path, name: &str) -> String {
    fs::read_to_string(dir.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[test]
fn the_hook_of_detect_secrets_as_its_readme_writes_it() {
    let known = token(1);
    let baseline = format!(
        "{{\"version\": \"1.5.0\", \"results\": {{\"a.py\": [{{\"type\": \"T\", \"filename\": \"a.py\", \"hashed_secret\": \"{}\", \"line_number\": 1}}]}}}}",
        hash(&known)
    );
    let hooks = "repos:\n-   repo: https://github.com/Yelp/detect-secrets\n    rev: v1.5.0\n    hooks:\n    -   id: detect-secrets\n        args: ['--baseline', 'ci/known-secrets.json']\n        exclude: package.lock.json\n";
    let text = format!("a = \"{known}\"\n");
    let dir = tree(&[("a.py", &text), (".pre-commit-config.yaml", hooks), ("ci/known-secrets.json", &baseline)]);
    let ran = migrate(dir.path(), &[]).exits(0).says(&[
        "put the hook `stanch` in the place of https://github.com/Yelp/detect-secrets",
        "not taken over: .pre-commit-config.yaml:7 (before): `exclude: package.lock.json`",
        "ci/known-secrets.json: 1 of its secrets are found and taken over",
        "wrote .stanch-baseline",
    ]);
    assert!(!ran.out.contains("stanch finds"), "{ran:#?}");
    let hooks = read(dir.path(), ".pre-commit-config.yaml");
    assert!(hooks.contains("stanch hook run pre-commit") && !hooks.contains("detect-secrets"), "{hooks}");
    run(&mut stanch(dir.path(), ["scan", "."])).exits(0);
}

#[test]
fn a_baseline_of_kingfisher_as_its_newer_versions_write_it() {
    let text = format!("a = 1\nb = \"{}\"\nc = \"{}\"\n", token(2), token(3));
    let baseline = "version: 2\nfingerprint_algorithm: kingfisher-v1\nrepositories:\n- id: local:///x\n  findings:\n  - path: src/a.py\n    fingerprint: '6802948694348705465'\n    rule_id: github.1\n    line: 2\n";
    let dir = tree(&[("src/a.py", &text), ("baseline-file.yml", baseline)]);
    let ran = migrate(dir.path(), &[]).exits(0).says(&["baseline-file.yml: 1 of its secrets are found"]);
    // The other one makes it red: it is named, and a way out with it.
    let ran = ran.says(&[
        "stanch finds a secret that the old set-up does not except",
        "src/a.py:3: GitHub personal access token",
        "stanch baseline create",
    ]);
    assert!(!ran.out.contains(&token(3)) && !ran.out.contains("src/a.py:2"), "{ran:#?}");
}

#[test]
fn paths_and_flags_of_trufflehog() {
    let line = |seed| format!("token = \"{}\"\n", token(seed));
    let workflow = "on: push\njobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - uses: trufflesecurity/trufflehog@main\n        with:\n          extra_args: --results=verified,unknown --exclude-paths=ci/exclude.txt\n";
    let dir = tree(&[
        ("vendor/lib/x.py", &line(4)),
        ("src/y.py", &line(5)),
        ("ci/exclude.txt", "^vendor/\n\n.*\\.lock$\n(unclosed\n"),
        (".github/workflows/ci.yml", workflow),
    ]);
    migrate(dir.path(), &[]).exits(0).says(&[
        "ci/exclude.txt: 2 of its paths are taken over",
        "not taken over: ci/exclude.txt:4:",
        "not taken over: .github/workflows/ci.yml:8 (before): `--results=verified,unknown`",
        "put 1 step of stanch in the place of another scanner's",
        "src/y.py:1",
    ]);
    let ran = run(&mut stanch(dir.path(), ["scan", "."])).exits(1);
    assert!(ran.out.contains("src/y.py") && !ran.out.contains("vendor/lib"), "{ran:#?}");
}

#[test]
fn hooks_of_pushes_and_programs_in_containers() {
    let hooks = "repos:\n  - repo: https://github.com/gitguardian/ggshield\n    rev: v1.40.0\n    hooks:\n      - id: ggshield-push\n        language_version: python3\n        stages: [pre-push]\n  - repo: local\n    hooks:\n      - id: leaks\n        entry: gitleaks --verbose protect --staged\n        language: system\n";
    let pipeline = "leaks:\n  image: zricethezav/gitleaks:latest\n  script:\n    - gitleaks -v git\n    - docker run -v \"$PWD:/path\" ghcr.io/gitleaks/gitleaks:v8.24.2 git /path\n";
    let dir = tree(&[
        ("a", "b\n"),
        (".pre-commit-config.yaml", hooks),
        (".gitlab-ci.yml", pipeline),
        (".husky/pre-push", "ggshield secret scan pre-push \"$@\"\n"),
        ("Makefile", "scan:\n\tdocker run --rm trufflesecurity/trufflehog:3 filesystem .\n"),
    ]);
    let ran = migrate(dir.path(), &[]).exits(0).says(&[
        "put the hook `stanch` in the place of https://github.com/gitguardian/ggshield",
        "`pre-commit install --hook-type pre-push` makes git run the hook at pushes",
        "next: .pre-commit-config.yaml:5: write `stanch gitleaks` for `gitleaks`",
        "next: .gitlab-ci.yml:2: write `stanch gitleaks`",
        "next: .gitlab-ci.yml:4: write `stanch gitleaks`",
        "next: .gitlab-ci.yml:5: write `stanch gitleaks`",
        "next: .husky/pre-push:1: write `stanch hook run pre-push",
        "next: Makefile:2: write `stanch git` or `stanch scan` for `trufflehog`",
    ]);
    assert!(!ran.out.contains("nothing to migrate") && !ran.out.contains("stanch finds"), "{ran:#?}");
    let hooks = read(dir.path(), ".pre-commit-config.yaml");
    assert!(hooks.contains("pre-push") && hooks.contains("stanch hook run pre-commit"), "{hooks}");
}
