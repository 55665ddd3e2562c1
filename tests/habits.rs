//! What people type because every tool has it, and what sweeps over many repositories say.

use crate::binary::{run, run_with_input, scan, stanch, token, tree};
use crate::git_support::Repo;
use std::fs;
use std::path::Path;

fn line(seed: u64) -> String {
    format!("token = \"{}\"\n", token(seed))
}

#[test]
fn short_names_of_formats_and_colours() {
    let dir = tree(&[("a.py", &line(1))]);
    let json = scan(dir.path(), &["a.py", "--json"]).exits(1);
    assert_eq!(json.out, scan(dir.path(), &["a.py", "--format", "json"]).out);
    let ran = scan(dir.path(), &["a.py", "--no-color"]).exits(1);
    assert!(!ran.out.contains('\u{1b}'));
    assert!(scan(dir.path(), &["a.py", "--color", "always"]).out.contains('\u{1b}'));
    scan(dir.path(), &["a.py", "--json", "--format", "csv"]).exits(2);
}

#[test]
fn a_place_a_line_as_compilers_write_it() {
    let dir = tree(&[("src/a b.py", &format!("\n{}{}", line(1), line(2)))]);
    let ran = scan(dir.path(), &["src", "--format", "lines"]).exits(1);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 2, "{ran:#?}");
    assert!(
        lines[0].starts_with("src/a b.py:2:10: critical: GitHub personal access token (classic) ghp_******** (github-")
    );
    assert!(lines[1].starts_with("src/a b.py:3:10: "));
    assert!(scan(dir.path(), &["src", "--exclude", "*.py", "--format", "lines"]).exits(0).out.is_empty());
}

#[test]
fn standard_input_under_a_files_name() {
    let dir = tree(&[("stanch.toml", "[[allow]]\npaths = [\"docs/\"]\nreason = \"examples\"\n")]);
    let with = |args: &[&str]| run_with_input(stanch(dir.path(), ["scan"]).args(args), line(1).as_bytes());
    for args in [&["--stdin-name", "src/a.py"][..], &["-", "--stdin-name", "src/a.py"]] {
        let ran = with(&[args, &["--format", "lines"]].concat()).exits(1);
        assert!(ran.out.starts_with("src/a.py:1:10: "), "{ran:#?}");
    }
    with(&["--stdin-name", "docs/a.py"]).exits(0).says(&["1 allowed"]);
}

#[test]
fn flags_by_environment() {
    let dir = tree(&[("a.py", &line(1)), ("other.toml", "exclude = [\"*.py\"]\n")]);
    let with = |variables: &[(&str, &str)], args: &[&str]| {
        run(stanch(dir.path(), ["scan", "a.py"]).args(args).envs(variables.iter().copied()))
    };
    with(&[("STANCH_EXIT_CODE", "7")], &[]).exits(7);
    with(&[("STANCH_EXIT_CODE", "7")], &["--exit-code", "8"]).exits(8);
    let ran = with(&[("STANCH_FORMAT", "json")], &[]).exits(1);
    assert_eq!(ran.json()["summary"]["secrets"], 1);
    assert!(with(&[("STANCH_FORMAT", "json")], &["--format", "lines"]).out.starts_with("a.py:1:"));
    with(&[("STANCH_CONFIG", "other.toml")], &[]).exits(0);
    with(&[("STANCH_CONFIG", "other.toml")], &["--no-config"]).exits(1);
    with(&[("STANCH_COLOR", "always")], &[]).says(&["\u{1b}["]);
    // An empty one is none; a wrong one is named before anything is read.
    with(&[("STANCH_CONFIDENCE", "")], &[]).exits(1);
    for (name, value) in [("STANCH_CONFIDENCE", "lots"), ("STANCH_FORMAT", "xls"), ("STANCH_THREADS", "-1")] {
        with(&[(name, value)], &[]).exits(2).complains(&[name, value]);
    }
}

#[test]
fn one_wrong_path_does_not_end_a_sweep() {
    let dir = tree(&[("a/x.py", &line(1)), ("b/y.py", "nothing\n")]);
    let ran = scan(dir.path(), &["a", "no-such", "b"]).exits(1);
    assert!(ran.out.contains("a/x.py") && ran.out.contains("no-such: no such file or directory"), "{ran:#?}");
    assert!(ran.out.contains("INCOMPLETE"));
    scan(dir.path(), &["b", "no-such"]).exits(3).says(&["no-such: no such file or directory"]);
    for alone in [&["no-such"][..], &["no-such", "nor-this"]] {
        scan(dir.path(), alone).exits(2).complains(&["no-such: no such file or directory"]);
    }
}

#[test]
fn a_sweep_over_repositories_names_what_is_none_and_counts_the_rest() {
    let dir = tempfile::tempdir().expect("a directory");
    let repository = |name: &str, text: &str| {
        let path = dir.path().join(name);
        fs::create_dir(&path).expect("a directory");
        let repo = Repo::at(path);
        repo.git(&["init", "-q"]);
        repo.write("a.py", text);
        repo.commit("one");
    };
    repository("one", &format!("{}{}", line(1), line(2)));
    repository("two", &line(3));
    repository("clean", "nothing\n");
    fs::create_dir(dir.path().join("none")).expect("a directory");
    let git = |args: &[&str]| run(stanch(dir.path(), ["git"]).args(args).env("GIT_CEILING_DIRECTORIES", dir.path()));
    let ran = git(&["one", "none", "gone", "two", "clean"]).exits(1);
    for said in [
        "none: not scanned: ",
        "gone: not scanned: ",
        "      2  one\n",
        "      1  two\n",
        "1 of 3 repositories have none",
    ] {
        assert!(ran.out.contains(said), "{said}: {ran:#?}");
    }
    assert!(ran.out.contains("      3  github-personal-access-token\n"), "{ran:#?}");
    git(&["clean", "none"]).exits(3);
    git(&["none"]).exits(2);
    assert!(!git(&["one"]).exits(1).out.contains("Secrets by"));
}

#[test]
fn two_reports_differ_by_their_secrets() {
    let dir = tree(&[("a.py", &format!("{}{}", line(1), line(2)))]);
    let report = |name: &str, format: &str| {
        scan(dir.path(), &[".", "--exclude", "*.json", "--format", format, "-o", name]).exits(1);
    };
    report("old.json", "json");
    // One has gone, one has moved, one is new.
    fs::write(dir.path().join("a.py"), format!("\n\n{}{}", line(1), line(3))).expect("writes");
    report("new.json", "jsonl");
    let diff = |args: &[&str]| run(stanch(dir.path(), ["diff"]).args(args));
    let ran = diff(&["old.json", "new.json"]).exits(1).says(&[
        "new   a.py:4:10: ",
        "gone  a.py:2:10: ",
        "1 new, 1 gone, 1 in both",
    ]);
    for seed in 1..4 {
        assert!(!ran.out.contains(&token(seed)));
    }
    diff(&["old.json", "old.json"]).exits(0).says(&["0 new, 0 gone, 2 in both"]);
    let json = diff(&["old.json", "new.json", "--json"]).exits(1).json();
    let counts = ["new", "gone"].map(|key| json[key].as_array().expect("a list").len());
    assert_eq!((counts, json["kept"].as_u64()), ([1, 1], Some(1)));
    fs::write(dir.path().join("other.json"), "[]").expect("writes");
    diff(&["old.json", "other.json"]).exits(2).complains(&["other.json: no report of stanch"]);
    diff(&["old.json", "gone.json"]).exits(2);
}

#[test]
fn reports_keep_to_their_schema() {
    let dir = tree(&[
        ("a.py", &format!("{}{}# stanch:allow\n", line(1), line(2).trim_end())),
        ("b.json", &format!("{{\"t\": \"{}\"}}\n", token(3))),
        ("target/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55"),
    ]);
    let repo = Repo::at(dir.path().to_owned());
    repo.git(&["init", "-q"]);
    repo.commit("one");
    let schema = run(&mut stanch(dir.path(), ["config", "schema", "--of", "report"])).exits(0).json();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let reports: [&[&str]; 4] =
        [&["scan", ".", "missing"], &["git"], &["git", "--staged"], &["scan", "a.py", "--confidence", "low"]];
    for args in reports {
        let report = run(stanch(dir.path(), args).args(["--format", "json"])).json();
        let faults: Vec<String> =
            validator.iter_errors(&report).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
        assert!(faults.is_empty(), "{args:?}: {faults:#?}");
    }
    // It can fail.
    let mut report = run(&mut stanch(dir.path(), ["scan", "a.py", "--json"])).json();
    report["findings"][0]["severity"] = "dire".into();
    assert!(!validator.is_valid(&report));
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report/report.schema.json").is_file());
}
