//! `stanch gitleaks git`: its rules over a history, over what is staged, and over a push, each asked again at the place where a secret stands.

use crate::git_support::{Repo, isolated};
use serde_json::Value;

const CONFIG: &str = r#"
[[rules]]
id = "acme-token"
regex = '''acme-[a-z0-9]{8}'''
keywords = ["acme-"]
[[rules.allowlists]]
condition = "AND"
paths = ['''^tests/''']
regexes = ['''0001$''']

[[rules]]
id = "only-yaml"
regex = '''yaml_[0-9]+'''
path = '''\.ya?ml$'''

[[rules]]
id = "key-file"
path = '''(^|/)id_rsa$'''
"#;

fn token(number: u32) -> String {
    format!("acme-{number:08}")
}

fn run(repo: &Repo, args: &[&str]) -> (i32, Value) {
    let mut command = isolated(env!("CARGO_BIN_EXE_stanch"));
    command.args(["gitleaks"]).args(args).args(["-f", "json", "-r", "-", "--redact=0"]).current_dir(&repo.path);
    let output = command.output().expect("the program runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let report =
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}\n{}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().expect("a code"), report)
}

/// `commit:file:rule:line` of all findings, with short commits.
fn fingerprints(report: &Value) -> Vec<String> {
    let mut all: Vec<String> = report
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["Fingerprint"].as_str().expect("a text").to_owned())
        .collect();
    all.sort();
    all
}

#[test]
fn a_history_shows_what_its_commits_brought() {
    let repo = Repo::init(&[]);
    repo.write(".gitleaks.toml", CONFIG);
    repo.write("a.txt", format!("one\n{}\nyaml_1\n", token(1)));
    repo.write("b.yml", "x: yaml_22\n");
    repo.write("tests/t.txt", format!("{}\n{}\n", token(1), token(2)));
    repo.write("keys/id_rsa", "no key at all\n");
    let first = repo.commit("first");
    repo.write("a.txt", format!("one\ntwo\n{}\n", token(3)));
    let second = repo.commit("second");
    repo.write("a.txt", "one\n");
    repo.commit("third");
    repo.git(&["gc", "-q"]);
    let (code, report) = run(&repo, &["git"]);
    let mut expected = vec![
        format!("{first}:a.txt:acme-token:2"),
        format!("{first}:b.yml:only-yaml:1"),
        format!("{first}:keys/id_rsa:key-file:0"),
        format!("{first}:tests/t.txt:acme-token:2"),
        format!("{second}:a.txt:acme-token:3"),
    ];
    expected.sort();
    assert_eq!((code, fingerprints(&report)), (1, expected.clone()));
    assert!(report.as_array().expect("a list").iter().all(|one| !one["Author"].as_str().expect("a text").is_empty()));
    let mut command = isolated(env!("CARGO_BIN_EXE_stanch"));
    command.args(["gitleaks", "git", "-f", "sarif", "-r", "-"]).current_dir(&repo.path);
    let sarif: Value = serde_json::from_slice(&command.output().expect("runs").stdout).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    let later =
        results.iter().find(|one| one["partialFingerprints"]["commitSha"] == second.as_str()).expect("it is there");
    assert_eq!(later["message"]["text"], format!("acme-token has detected secret for file a.txt at commit {second}."));
    let prints = &later["partialFingerprints"];
    assert!(prints["author"] != "" && prints["date"] != "" && prints["email"] == "" && prints["commitMessage"] == "");
    // Its ignore file names commits, or goes without.
    repo.write(".gitleaksignore", format!("{}\nb.yml:only-yaml:1\n{second}:a.txt:acme-token:2\n", expected[0]));
    let ignored = [expected[0].clone(), format!("{first}:b.yml:only-yaml:1")];
    let left: Vec<String> = expected.iter().filter(|one| !ignored.contains(one)).cloned().collect();
    assert_eq!(fingerprints(&run(&repo, &["git"]).1), left);
    // A range, and nothing in it.
    assert_eq!(
        fingerprints(&run(&repo, &["git", "--log-opts", &format!("{first}..{second}")]).1),
        [format!("{second}:a.txt:acme-token:3")]
    );
    assert_eq!(run(&repo, &["detect", "-s", ".", "--log-opts=-1"]).0, 0);
}

#[test]
fn staged_changes_are_seen_and_what_was_there_is_no_news() {
    let repo = Repo::init(&[]);
    repo.write(".gitleaks.toml", CONFIG);
    repo.write("a.txt", format!("{}\n", token(4)));
    repo.commit("first");
    repo.write("a.txt", format!("new\n{}\n{}\n", token(4), token(5)));
    repo.write("id_rsa", "x\n");
    repo.git(&["add", "-A"]);
    for args in [&["git", "--staged"][..], &["git", "--staged", "--pre-commit"], &["protect", "--staged"]] {
        let (code, report) = run(&repo, args);
        assert_eq!(
            (code, fingerprints(&report)),
            (1, vec!["a.txt:acme-token:3".to_owned(), "id_rsa:key-file:0".to_owned()]),
            "{args:?}"
        );
    }
    repo.commit("second");
    assert_eq!(run(&repo, &["protect", "--staged"]).0, 0);
    repo.write("c.txt", token(6));
    assert_eq!(fingerprints(&run(&repo, &["protect"]).1), ["c.txt:acme-token:1"]);
}
