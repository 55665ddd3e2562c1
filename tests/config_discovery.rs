//! Which configuration holds where.

use crate::project::{PASSWORD, Project, TOKEN, password, token};

/// A token and a password in each of these files.
fn project(files: &[&str]) -> Project {
    let project = Project::new();
    for (number, file) in (1..).zip(files) {
        project.write(file, format!("token = \"{}\"\npassword = \"{}\"\n", token(number), password(number)));
    }
    project
}

fn both(file: &str) -> Vec<String> {
    vec![format!("{file}:1 {TOKEN}"), format!("{file}:2 {PASSWORD}")]
}

#[test]
fn files_above_the_target_count_up_to_the_root_of_the_repository() {
    let project = project(&["a/b/x", "x"]);
    project.write("stanch.toml", "disable = [\"generic-*\"]\n");
    assert_eq!(project.scan(&["a/b"]).found(), [format!("a/b/x:1 {TOKEN}")]);
    // A root of its own, in which the file above is a stranger's.
    std::fs::create_dir(project.path("a/.git")).expect("mkdir");
    assert_eq!(project.scan(&["a/b"]).found(), both("a/b/x"));
}

#[test]
fn a_nested_file_refines_its_sub_tree_whole() {
    let project = project(&["x", "a/x", "a/deep/x", "b/x"]);
    project.write("a/stanch.toml", "disable = [\"generic-*\"]\nexclude = [\"/gone\"]\n");
    project.write("a/deep/stanch.toml", "[rules.generic-password]\nenabled = true\n");
    project.write("a/gone", format!("token = \"{}\"", token(9)));
    let report = project.scan(&[]);
    let expected: Vec<String> = [both("a/deep/x"), vec![format!("a/x:1 {TOKEN}")], both("b/x"), both("x")].concat();
    assert_eq!(report.found(), expected);
    let skipped: Vec<_> = report.list("skipped").iter().filter(|skip| skip["why"] == "excluded").collect();
    assert_eq!(skipped.len(), 1);
    // However the scan begins, a file is judged alike, and read once.
    for targets in [&[".", "a/deep"][..], &["a/deep", "."], &["a", "."], &[".", "a/deep/x", "b"]] {
        let again = project.scan(targets);
        assert_eq!(again.found(), expected, "{targets:?}");
        assert_eq!(again.0["summary"]["files"], report.0["summary"]["files"], "{targets:?}");
    }
    assert_eq!(project.scan(&["a/deep/x"]).found(), both("a/deep/x"));
}

#[test]
fn a_rule_of_ones_own_looks_at_its_sub_tree_only() {
    let project = Project::new();
    let text = "key = acme_q7w2k9z4m1x8v3b6n5t0\n"; // stanch:allow
    project.write("a/x", text);
    project.write("b/x", text);
    let rule = "[[rule]]\nid = \"acme-key\"\nname = \"Acme key\"\npattern = '''\\b(?P<secret>acme_[a-z0-9]{20})\\b'''\nkeywords = [\"acme_\"]\n";
    project.write("a/stanch.toml", rule);
    assert_eq!(project.scan(&["--confidence", "high"]).found(), ["a/x:1 acme-key"]);
    project.write("stanch.toml", "rule_files = [\"rules/acme.toml\"]\n");
    project.write("a/stanch.toml", "disable = [\"acme-*\"]\n");
    let file = format!(
        "provider = \"Acme\"\n[[rules]]\nreferences = [\"https://example.org\"]\nexamples = [\"{{secret}}\"]\n{}",
        &rule["[[rule]]\n".len()..]
    );
    project.write("rules/acme.toml", file);
    assert_eq!(project.scan(&["--confidence", "high"]).found(), ["b/x:1 acme-key"]);
}

#[test]
fn files_extend_each_other_and_the_nearer_wins() {
    let project = project(&["x", "skip/x"]);
    project.write("shared/base.toml", "confidence = \"high\"\nexclude = [\"skip/\"]\nextends = [\"more.toml\"]\n");
    project.write("shared/more.toml", "severity = \"critical\"\n");
    project.write("stanch.toml", "extends = [\"shared/base.toml\"]\n");
    // The patterns of an extended file belong to whoever extends it.
    assert_eq!(project.scan(&[]).found(), [format!("x:1 {TOKEN}")]);
    project.write("stanch.toml", "extends = [\"shared/base.toml\"]\nconfidence = \"medium\"\nseverity = \"low\"\n");
    assert_eq!(project.scan(&[]).found(), both("x"));
    let flags = ["--confidence", "high", "--severity", "high"];
    assert_eq!(project.scan(&flags).found(), [format!("x:1 {TOKEN}")]);

    project.write("shared/more.toml", "extends = [\"base.toml\"]\n");
    let ran = project.run(&["scan"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("shared/more.toml:1: extends `base.toml`: the files extend each other in a circle"),
        "{ran:?}"
    );
    project.write("stanch.toml", "\nextends = [\"nowhere.toml\"]\n");
    let ran = project.run(&["scan"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("stanch.toml:2: extends `nowhere.toml`"), "{ran:?}");
}

#[test]
fn one_configuration_or_none_can_be_asked_for() {
    let project = project(&["x", "a/x"]);
    project.write("stanch.toml", "disable = [\"*\"]\n[rules.generic-password]\nenabled = true\n");
    project.write("a/stanch.toml", "confidence = \"high\"\n");
    project.write("other/mine.toml", "exclude = [\"/a\"]\ndisable = [\"generic-*\"]\n");
    assert_eq!(project.scan(&[]).found(), [format!("x:2 {PASSWORD}")]);
    assert_eq!(project.scan(&["--no-config"]).found(), [both("a/x"), both("x")].concat());
    assert_eq!(project.scan(&["--config", "other/mine.toml"]).found(), [format!("x:1 {TOKEN}")]);
    let ran = project.run(&["scan", "--config", "none.toml"]);
    assert_eq!((ran.code, ran.err.contains("none.toml: --config")), (2, true), "{ran:?}");
    assert_eq!(project.run(&["scan", "--config", "other/mine.toml", "--no-config"]).code, 2);
}

#[test]
fn what_is_read_can_be_configured() {
    let project = project(&["x", "ignored/x", "a/x"]);
    project.write(".gitignore", "ignored\n");
    project.write("stanch.toml", "gitignore = true\nexclude = [\"a/\", \"nothing-*\"]\n");
    let report = project.scan(&[]);
    assert_eq!(report.found(), both("x"));
    assert_eq!(report.notes(), ["stanch.toml:2: `nothing-*` in `exclude` matches nothing"]);
    let report = project.scan(&["--no-gitignore"]);
    assert_eq!(report.found(), [both("ignored/x"), both("x")].concat());
    // What is named is left out too: hooks name every file that changed, and an exclusion holds for the target.
    assert_eq!(project.scan(&["a/x", "x"]).found(), both("x"));
    assert!(project.scan(&["a"]).found().is_empty());
    project.write("stanch.toml", "max_file_size = \"1k\"\n[report]\nallow_incomplete = true\n");
    project.write("large", " ".repeat(2000));
    let ran = project.run(&["scan", "large"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("large: 2000 bytes, and --max-file-size is 1024"), "{ran:?}");
}

#[test]
fn reports_have_defaults() {
    let project = project(&["x"]);
    project.write("stanch.toml", "[report]\nformat = \"jsonl\"\nexit_code = 7\n");
    let ran = project.run(&["scan"]);
    assert_eq!(ran.code, 7);
    assert!(ran.out.starts_with("{\"type\":\"finding\""), "{ran:?}");
    let ran = project.run(&["scan", "--format", "human", "--exit-code", "9"]);
    assert_eq!((ran.code, ran.out.contains("2 secrets in 2 places")), (9, true), "{ran:?}");
}

#[test]
fn every_value_says_where_it_comes_from() {
    let project = project(&["a/x"]);
    project.write("stanch.toml", "confidence = \"low\"\nexclude = [\n  \"v/\",\n]\n[rules.jwt-token]\nentropy = 3\n");
    project.write(
        "a/stanch.toml",
        "\nseverity = \"high\"\n[[allow]]\nwords = [\"x\"]\nreason = \"why not\"\n[report]\nformat = \"json\"\n",
    );
    let ran = project.run(&["config", "show", "a/x", "--no-inline"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let origin = |key: &str| {
        let line = ran.out.lines().find(|line| line.starts_with(key)).unwrap_or_else(|| panic!("{key}: {ran:?}"));
        line.rsplit_once("# ").expect("an origin").1.to_owned()
    };
    assert_eq!(origin("confidence = \"low\""), "stanch.toml:1");
    assert_eq!(origin("severity = \"high\""), "a/stanch.toml:2");
    assert_eq!(origin("gitignore = false"), "built-in");
    assert_eq!(origin("inline = false"), "flag");
    assert_eq!(origin("exclude[] = \"v/\""), "stanch.toml:3");
    assert_eq!(origin("rules.jwt-token.entropy = 3"), "stanch.toml:6");
    assert_eq!(origin("allow[].reason = \"why not\""), "a/stanch.toml:3");
    assert_eq!(origin("report.format = \"json\""), "a/stanch.toml:7");
    let ran = project.run(&["config", "show", "nowhere"]);
    assert_eq!((ran.code, ran.err.contains("nowhere: no such file")), (2, true), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn a_file_of_another_user_above_the_target_is_named_and_not_followed() {
    use std::os::unix::fs::chown;
    let project = Project::new();
    project.write("../outside/stanch.toml", "disable = [\"github-*\", \"generic-*\"]\n");
    project.write("../outside/in/x", format!("token = \"{}\"\n", token(1)));
    let found = || {
        let ran = project.run_in("../outside", &["scan", "in", "--format", "json"]);
        (ran.code, ran.out.contains("stanch.toml: not followed: "))
    };
    assert_eq!(found(), (0, false), "one's own is followed");
    // Only root can give files away.
    if chown(project.path("../outside/stanch.toml"), Some(12_345), None).is_ok() {
        assert_eq!(found(), (1, true));
        std::fs::create_dir(project.path("../outside/.git")).expect("mkdir");
        assert_eq!(found(), (0, false), "a repository is one whole");
    }
}
