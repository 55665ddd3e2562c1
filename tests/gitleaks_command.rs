//! `stanch gitleaks` takes gitleaks' place: flags, files, reports and exit codes.

use crate::binary::{Ran, run, run_with_input, stanch, token, tree};
use std::fs;
use std::path::Path;

const CONFIG: &str = r#"
title = "ours"

[[rules]]
id = "acme-token"
description = "A token of Acme"
regex = '''acme_token = "(acme-[a-z0-9]{8})"'''
keywords = ["acme-"]
tags = ["key", "acme"]
"#;

/// A line with a secret of that rule: another one for each number.
fn line(number: u32) -> String {
    format!("acme_token = \"{}\"", secret(number))
}

fn secret(number: u32) -> String {
    format!("acme-{number:08}")
}

fn gitleaks(dir: &Path, args: &[&str]) -> Ran {
    run(stanch(dir, ["gitleaks"]).args(args))
}

#[test]
fn its_json_has_its_fields() {
    let dir = tree(&[(".gitleaks.toml", CONFIG), ("src/a.py", &format!("#\n  {}\n", line(1)))]);
    let ran = gitleaks(dir.path(), &["dir", ".", "-f", "json", "-r", "-", "--redact=0"]).exits(1);
    let all = ran.json();
    let keys: Vec<&str> = all[0].as_object().expect("an object").keys().map(String::as_str).collect();
    let mut expected = vec![
        "RuleID",
        "Description",
        "StartLine",
        "EndLine",
        "StartColumn",
        "EndColumn",
        "Match",
        "Secret",
        "File",
        "SymlinkFile",
        "Commit",
        "Entropy",
        "Author",
        "Email",
        "Date",
        "Message",
        "Tags",
        "Fingerprint",
    ];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!(
        (all[0]["RuleID"].as_str(), all[0]["Description"].as_str()),
        (Some("acme-token"), Some("A token of Acme"))
    );
    assert_eq!(all[0]["Secret"], secret(1).as_str());
    assert_eq!(all[0]["Match"], line(1).as_str());
    assert_eq!((&all[0]["StartLine"], &all[0]["StartColumn"]), (&2.into(), &3.into()));
    assert_eq!((&all[0]["EndLine"], &all[0]["EndColumn"]), (&2.into(), &(2 + line(1).len()).into()));
    assert_eq!((&all[0]["File"], &all[0]["Fingerprint"]), (&"src/a.py".into(), &"src/a.py:acme-token:2".into()));
    assert_eq!(all[0]["Tags"], serde_json::json!(["key", "acme"]));
    // The order of its fields is gitleaks' too.
    assert!(ran.out.starts_with("[\n {\n  \"RuleID\": \"acme-token\",\n  \"Description\""), "{}", ran.out);
    let clean = gitleaks(dir.path(), &["dir", ".gitleaks.toml", "-f", "json", "-r", "-"]).exits(0);
    assert_eq!(clean.out, "[]\n");
}

#[test]
fn secrets_are_masked_unless_asked_for_and_it_is_said() {
    let dir = tree(&[(".gitleaks.toml", CONFIG), ("a", &line(2))]);
    for (format, name) in [("json", "r.json"), ("csv", "r.csv"), ("junit", "r.xml"), ("sarif", "r.sarif")] {
        let ran = gitleaks(dir.path(), &["dir", "-f", format, "-r", name]).exits(1);
        assert!(ran.err.contains("--redact=0"), "{ran:#?}");
        let report = fs::read_to_string(dir.path().join(name)).expect("a report");
        assert!(
            report.contains("acme-token") && !report.contains(&secret(2)) && !ran.out.contains(&secret(2)),
            "{report}"
        );
        gitleaks(dir.path(), &["dir", "--redact", "-r", name]).exits(1);
        let report = fs::read_to_string(dir.path().join(name)).expect("a report");
        assert!(report.contains("acme-token") && !report.contains(&secret(2)), "{report}");
    }
    let shown = gitleaks(dir.path(), &["dir", "-f", "csv", "-r", "-", "--redact=0"]).exits(1);
    assert!(shown.out.starts_with("RuleID,Commit,File,SymlinkFile,Secret,Match,StartLine,"), "{}", shown.out);
    assert!(shown.out.contains(&secret(2)) && !shown.err.contains("--redact=0"), "{shown:#?}");
    let part = gitleaks(dir.path(), &["dir", "-f", "json", "-r", "-", "--redact=60"]).exits(1).json();
    assert_eq!(part[0]["Secret"], "acme-...");
}

#[test]
fn its_junit_has_its_names_and_the_finding_in_it() {
    let dir = tree(&[(".gitleaks.toml", CONFIG), ("s/a.py", &format!("#\n{}\n", line(1)))]);
    let report = gitleaks(dir.path(), &["dir", ".", "-f", "junit", "-r", "-"]).exits(1).out;
    for part in [
        r#"<testsuite failures="1" name="gitleaks" tests="1" "#,
        r#"<testcase classname="A token of Acme" file="s/a.py" name="acme-token has detected a secret in file s/a.py, line 2" "#,
        r#"<failure message="acme-token has detected a secret in file s/a.py, line 2" type="A token of Acme">{"#,
        "&quot;Secret&quot;: &quot;REDACTED&quot;",
        "&quot;Fingerprint&quot;: &quot;s/a.py:acme-token:2&quot;",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    assert!(!report.contains(&secret(1)));
    let shown = gitleaks(dir.path(), &["dir", ".", "-f", "junit", "-r", "-", "--redact=0"]).exits(1).out;
    assert!(shown.contains(&secret(1)));
}

#[test]
fn the_format_is_told_by_the_name() {
    let dir = tree(&[(".gitleaks.toml", CONFIG), ("a", &line(3))]);
    for (name, begin) in
        [("r.csv", "RuleID,"), ("r.xml", "<?xml"), ("r.sarif", "{\"$schema\""), ("r.json", "["), ("r", "[")]
    {
        gitleaks(dir.path(), &["dir", "a", "-r", name, "-c", ".gitleaks.toml"]).exits(1);
        let report = fs::read_to_string(dir.path().join(name)).expect("a report");
        assert!(report.starts_with(begin), "{name}: {report}");
    }
}

#[test]
fn exit_codes_are_its_own() {
    let dir = tree(&[(".gitleaks.toml", CONFIG), ("a", &line(4)), ("clean/b", "nothing\n")]);
    gitleaks(dir.path(), &["dir", "a", "-c", ".gitleaks.toml"]).exits(1);
    gitleaks(dir.path(), &["dir", "a", "-c", ".gitleaks.toml", "--exit-code", "7"]).exits(7);
    gitleaks(dir.path(), &["dir", "a", "-c", ".gitleaks.toml", "--exit-code", "0"]).exits(0);
    gitleaks(dir.path(), &["dir", "clean", "-c", ".gitleaks.toml"]).exits(0);
    gitleaks(dir.path(), &["dir", "--no-such-flag"]).exits(126);
    gitleaks(dir.path(), &["dir", "-c", "missing.toml"]).exits(2);
    gitleaks(dir.path(), &["version"]).exits(0);
}

#[test]
fn a_configuration_is_looked_for_in_its_order() {
    let other = |id: &str| CONFIG.replace("acme-token\"", &format!("{id}\""));
    let dir = tree(&[
        ("t/.gitleaks.toml", &other("found")),
        ("env.toml", &other("env")),
        ("flag.toml", &other("flag")),
        ("t/a", &line(5)),
    ]);
    let rule = |args: &[&str], variables: &[(&str, &str)]| {
        let mut command = stanch(dir.path(), ["gitleaks", "dir", "t", "-f", "json", "-r", "-"]);
        command.args(args).envs(variables.iter().copied());
        run(&mut command).exits(1).json()[0]["RuleID"].as_str().expect("a text").to_owned()
    };
    let text = other("text");
    assert_eq!(rule(&[], &[]), "found");
    assert_eq!(rule(&[], &[("GITLEAKS_CONFIG_TOML", &text)]), "text");
    assert_eq!(rule(&[], &[("GITLEAKS_CONFIG_TOML", &text), ("GITLEAKS_CONFIG", "env.toml")]), "env");
    assert_eq!(rule(&["-c", "flag.toml"], &[("GITLEAKS_CONFIG", "env.toml")]), "flag");
}

#[test]
fn without_a_configuration_ours_stand_in() {
    let dir = tree(&[("a", &format!("t = \"{}\"\n", token(1)))]);
    let ran = gitleaks(dir.path(), &["detect", "--no-git", "-s", ".", "-v"]).exits(1);
    assert!(ran.out.contains("github") && !ran.out.contains(&token(1)), "{ran:#?}");
    let config = "[extend]\nuseDefault = true\ndisabledRules = [\"github-pat\"]\n";
    fs::write(dir.path().join(".gitleaks.toml"), config).expect("writes");
    let ran = gitleaks(dir.path(), &["dir"]).exits(0);
    assert!(ran.out.contains("`github-pat`"), "{ran:#?}");
    fs::write(dir.path().join(".gitleaks.toml"), "[extend]\nuseDefault = true\n[[allowlists]]\npaths = ['''^a$''']\n")
        .expect("writes");
    let ran = gitleaks(dir.path(), &["dir"]).exits(0);
    assert!(ran.out.contains("1 allowed"), "{ran:#?}");
    // Without rules, an allowlist of the older days: ours are looked for.
    fs::write(dir.path().join(".gitleaks.toml"), "[allowlist]\nstopwords = [\"nowhere\"]\n").expect("writes");
    gitleaks(dir.path(), &["dir"]).exits(1).says(&["github", "would look for nothing at all"]);
    let target =
        "[extend]\nuseDefault = true\n[[rules]]\nid = \"github-pat\"\n[rules.allowlist]\npaths = ['''^a$''']\n";
    fs::write(dir.path().join(".gitleaks.toml"), target).expect("writes");
    gitleaks(dir.path(), &["dir"]).exits(0).says(&["1 allowed", "our rules `github-*`"]);
}

#[test]
fn single_rules_and_standard_input() {
    let config = format!("{CONFIG}\n[[rules]]\nid = \"other\"\nregex = '''nothing else'''\n");
    let dir = tree(&[(".gitleaks.toml", &config)]);
    let stdin = |args: &[&str]| {
        let mut command = stanch(dir.path(), ["gitleaks", "stdin", "-f", "json", "-r", "-"]);
        run_with_input(command.args(args), format!("{}\nnothing else\n", line(6)).as_bytes()).exits(1).json()
    };
    assert_eq!(stdin(&["-c", ".gitleaks.toml"]).as_array().map(Vec::len), Some(2));
    let only = stdin(&["-c", ".gitleaks.toml", "--enable-rule", "other"]);
    assert_eq!((only.as_array().map(Vec::len), &only[0]["RuleID"]), (Some(1), &"other".into()));
}

#[test]
fn ignore_files_comments_and_reports_are_honoured() {
    let text = format!("{}\n{} # gitleaks:allow\n{}\n", line(7), line(8), line(9));
    let dir =
        tree(&[(".gitleaks.toml", CONFIG), ("s/a.py", &text), (".gitleaksignore", "# why\ns/a.py:acme-token:1\n")]);
    let found = |args: &[&str]| {
        let all = gitleaks(dir.path(), &[&["dir", ".", "-f", "json", "-r", "-", "--redact=0"], args].concat()).json();
        let secret = |one: &serde_json::Value| one["Secret"].as_str().expect("a text").to_owned();
        all.as_array().expect("a list").iter().map(secret).collect::<Vec<_>>()
    };
    assert_eq!(found(&[]), [secret(9)]);
    assert_eq!(found(&["--ignore-gitleaks-allow"]), [secret(8), secret(9)]);
    // A report of before: the secret is known wherever it stands now.
    fs::remove_file(dir.path().join(".gitleaksignore")).expect("removes");
    gitleaks(dir.path(), &["dir", ".", "-r", "old.json", "--redact=0"]).exits(1);
    fs::write(dir.path().join("s/a.py"), format!("\n\n{}\n{}\n", line(7), line(10))).expect("writes");
    fs::remove_file(dir.path().join("old.json")).err();
    let report = format!(
        "[{{\"RuleID\":\"acme-token\",\"File\":\"s/a.py\",\"StartLine\":1,\"Commit\":\"\",\"Secret\":\"{}\"}}]",
        secret(7)
    );
    fs::write(dir.path().join("old.json"), report).expect("writes");
    assert_eq!(found(&["-b", "old.json"]), [secret(10)]);
    gitleaks(dir.path(), &["dir", "s", "-c", ".gitleaks.toml", "-b", "old.json"]).exits(1).says(&["1 baseline"]);
}

#[test]
fn ours_honours_the_ignore_file_too() {
    let text = format!("a = \"{}\"\nb = \"{}\"\n", token(2), token(3));
    let dir = tree(&[("s/a.py", &text), (".gitleaksignore", "s/a.py:github-pat:1\n")]);
    let ran = run(stanch(dir.path(), ["scan", ".", "--explain"]).args(["--color", "never"])).exits(1);
    assert!(ran.out.contains("1 ignored") && ran.out.contains(".gitleaksignore:1"), "{ran:#?}");
    let none = run(&mut stanch(dir.path(), ["scan", ".", "--no-ignores"])).exits(1);
    assert!(!none.out.contains("ignored"), "{none:#?}");
    fs::write(dir.path().join("stanch.toml"), "gitleaks = \"rules.toml\"\n").expect("writes");
    fs::write(dir.path().join("rules.toml"), CONFIG).expect("writes");
    fs::write(dir.path().join("b"), line(11)).expect("writes");
    run(&mut stanch(dir.path(), ["scan", "."])).exits(1).says(&["acme-token", "1 secret in 1 place"]);
    run(&mut stanch(dir.path(), ["config", "show"])).exits(0).says(&[
        "gitleaks = ",
        "stanch.toml:1",
        ".gitleaksignore: 1 entries",
    ]);
    fs::remove_file(dir.path().join("stanch.toml")).expect("removes");
    fs::rename(dir.path().join("rules.toml"), dir.path().join("my.gitleaks.toml")).expect("renames");
    let asked = ["scan", ".", "--config", "my.gitleaks.toml"];
    run(&mut stanch(dir.path(), asked)).exits(1).says(&["acme-token", "1 secret in 1 place"]);
}

#[test]
fn bad_files_are_named_with_what_was_expected() {
    let bad = [
        ("[[rules]\n", "1: no TOML"),
        ("[[rules]]\nid = \"a\"\nregex = '''(?<=key=)[0-9a-f]{32}'''\n", "3: `regex`: look-behind"),
        (
            "[[rules]]\nid = \"a\"\nregex = '''a'''\n[[rules]]\nid = \"a\"\nregex = '''b'''\n",
            "4: the id `a` stands on line 1",
        ),
        ("[[rules]]\nid = \"a\"\n", "neither `regex` nor `path`"),
        ("[[rules]]\nregex = '''a'''\n", "1: a rule needs an `id`"),
        ("[[rules]]\nid = \"a\"\nregex = '''a'''\nsecretGroup = 2\n", "`secretGroup` is 2"),
        ("[[rules]]\nid = \"a\"\nregex = '''a'''\n[[rules.required]]\nid = \"b\"\n", "4: rule `a` requires `b`"),
        ("[[rules]]\nid = \"a\"\nregex = '''a'''\nkeywords = 3\n", "4: `keywords` is a list of strings"),
        ("[extend]\npath = \"missing.toml\"\n", "2: extend `missing.toml`"),
    ];
    for (config, part) in bad {
        let dir = tree(&[("g.toml", config), ("a", "b")]);
        gitleaks(dir.path(), &["dir", "a", "-c", "g.toml"]).exits(2).complains(&["g.toml", part]);
    }
    let dir = tree(&[("g.toml", CONFIG), ("a", "b"), (".gitleaksignore", "\nversion: 9\n")]);
    gitleaks(dir.path(), &["dir", "a", "-c", "g.toml"])
        .exits(2)
        .complains(&[".gitleaksignore:2:", "commit:file:rule:line"]);
    run(&mut stanch(dir.path(), ["scan", "."])).exits(2).complains(&[".gitleaksignore:2:"]);
    fs::write(dir.path().join(".gitleaksignore"), "docs/*.md\n").expect("writes");
    run(&mut stanch(dir.path(), ["scan", "."])).exits(0).says(&[".gitleaksignore:1:", "this line does nothing"]);
}

#[test]
fn files_extend_each_other() {
    let base = format!(
        "{CONFIG}\n[[rules]]\nid = \"off\"\nregex = '''acme'''\n\n[[allowlists]]\nstopwords = [\"00000012\"]\n"
    );
    let config = "[extend]\npath = \"base.toml\"\ndisabledRules = [\"off\"]\n[[rules]]\nid = \"acme-token\"\ndescription = \"Refined\"\n\
                  [[rules.allowlists]]\nregexes = ['''13$''']\n";
    let text: String = (12..15).map(|number| line(number) + "\n").collect();
    let dir = tree(&[("c/base.toml", &base), ("c/g.toml", config), ("a", &text)]);
    let all =
        gitleaks(dir.path(), &["dir", "a", "-c", "c/g.toml", "-f", "json", "-r", "-", "--redact=0"]).exits(1).json();
    assert_eq!(all.as_array().map(Vec::len), Some(1), "{all:#}");
    assert_eq!((&all[0]["Secret"], &all[0]["Description"]), (&secret(14).into(), &"Refined".into()));
    fs::write(dir.path().join("c/base.toml"), "[extend]\npath = \"g.toml\"\n").expect("writes");
    gitleaks(dir.path(), &["dir", "a", "-c", "c/g.toml"]).exits(2).complains(&["in a circle"]);
}

#[test]
fn flags_without_an_equivalent_are_named() {
    let dir = tree(&[(".gitleaks.toml", CONFIG), ("a", "")]);
    let flags = [
        "--max-decode-depth",
        "5",
        "--max-archive-depth=2",
        "--no-banner",
        "--no-color",
        "--timeout",
        "9",
        "--diagnostics",
        "cpu",
    ];
    let ran = gitleaks(dir.path(), &[&["dir", "a"][..], &flags].concat()).exits(0);
    for flag in ["--max-decode-depth", "--max-archive-depth", "--timeout", "--diagnostics"] {
        assert!(ran.err.contains(flag), "{flag}: {ran:#?}");
    }
    assert!(gitleaks(dir.path(), &[&["dir", "a", "-l", "error"][..], &flags].concat()).exits(0).err.is_empty());
    // Flags may come before the sub-command as well.
    gitleaks(dir.path(), &["-c", ".gitleaks.toml", "--no-banner", "dir", "a"]).exits(0);
    // What is too large is left out, and named.
    fs::write(dir.path().join("large"), vec![b'x'; 2_000_000]).expect("writes");
    gitleaks(dir.path(), &["dir", ".", "--max-target-megabytes", "1"]).exits(0).says(&["excluded"]);
}
