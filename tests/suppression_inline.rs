//! Comments beside a secret.

use crate::project::{PASSWORD, Project, TOKEN, password, token};
use stanch::policy::Comment;

/// Every comment that is understood, as it is written.
fn comments() -> impl Iterator<Item = (&'static str, bool)> {
    Comment::ALL.iter().map(|comment| (comment.marker, comment.is_for_next))
}

#[test]
fn those_of_every_tool_allow_what_stands_on_their_line_and_nothing_else() {
    // "Inline" in the list of what other tools understand.
    let known = [
        "gitleaks:allow",
        "betterleaks:allow",
        "trufflehog:ignore",
        "kingfisher:ignore",
        "ggignore",
        "pragma: allowlist secret",
        "pragma: whitelist secret",
        "pragma: allowlist nextline secret",
        "secretlint-disable-line",
        "secretlint-disable-next-line",
    ];
    assert!(known.iter().all(|marker| comments().any(|(ours, _)| ours == *marker)));
    let project = Project::new();
    let mut text = String::new();
    let mut expected = Vec::new();
    for (number, (marker, is_for_next)) in (1..).zip(comments()) {
        if is_for_next {
            text.push_str(&format!("// {marker}\ntoken = \"{}\"\n", token(number)));
        } else {
            text.push_str(&format!("# above\ntoken = \"{}\"  # {marker}\n", token(number)));
        }
        text.push_str(&format!("password = \"{}\"\n", password(number)));
        expected.push(format!("x:{} {PASSWORD}", number * 3));
    }
    project.write("x", &text);
    expected.sort();
    let report = project.scan(&[]);
    assert_eq!(report.found(), expected);
    assert!(report.list("suppressed").iter().all(|one| one["by"]["cause"] == "inline"));
    assert_eq!(report.list("suppressed").len(), comments().count());
    assert_eq!(report.0["summary"]["suppressed"]["inline"], comments().count());
    let everything = project.scan(&["--no-inline"]);
    assert_eq!((everything.found().len(), everything.list("suppressed").len()), (2 * comments().count(), 0));
    project.write("stanch.toml", "inline = false\n");
    assert_eq!(project.scan(&[]).found().len(), 2 * comments().count());
}

#[test]
fn ours_can_be_for_one_rule_and_every_bypass_is_counted() {
    let project = Project::new();
    let (token, password) = (token(1), password(1));
    let line = |comment: &str| format!("password = \"{password}\"; token = \"{token}\" # stanch:allow {comment}\n");
    let other = stanch::rules::RuleSet::builtin().rules()[0].id.to_string();
    let lines = [PASSWORD, "generic", TOKEN, "github-*", &other, "", "fixture"];
    project.write("x", lines.map(line).concat());
    let report = project.scan(&[]);
    let expected = [
        format!("x:1 {TOKEN}"),
        format!("x:2 {TOKEN}"),
        format!("x:3 {PASSWORD}"),
        format!("x:4 {PASSWORD}"),
        format!("x:5 {PASSWORD}"),
        format!("x:5 {TOKEN}"),
    ];
    assert_eq!(report.found(), expected);
    let human = project.run(&["scan"]).out;
    assert!(human.contains("2 findings suppressed: 2 inline (`--explain` lists them)\n"), "{human}");
    let human = project.run(&["scan", "--explain"]).out;
    assert!(human.contains("      allowed by the comment `stanch:allow`\n"), "{human}");
    assert!(!human.contains(&token) && !human.contains(&password), "masked");
    let explained = project.run(&["explain", "x:1"]).out;
    assert!(
        explained.contains(&format!("{PASSWORD}: suppressed, allowed by the comment `stanch:allow`")),
        "{explained}"
    );
    assert!(explained.contains(&format!("{TOKEN}: reported")), "{explained}");
}

#[test]
fn a_comment_far_away_on_a_long_line_is_none() {
    let project = Project::new();
    let line = |blanks: usize| format!("token = \"{}\"{}# gitleaks:allow\n", token(1), " ".repeat(blanks));
    project.write("x", [line(900), line(1100)].concat());
    assert_eq!(project.scan(&[]).found(), [format!("x:2 {TOKEN}")]);
}

#[test]
fn standard_input_and_utf_16_too() {
    let project = Project::new();
    let text = format!("token = \"{}\" # ggignore\n", token(1));
    let mut bytes = vec![0xFF, 0xFE];
    bytes.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    project.write("x", bytes);
    assert_eq!(project.scan(&["x"]).suppressed(), [format!("x:1 {TOKEN} inline")]);
    let mut command = assert_cmd::Command::cargo_bin("stanch").expect("built");
    command.args(["scan", "-"]).current_dir(project.path("")).write_stdin(text).assert().code(0);
}

#[test]
fn in_a_history_the_versions_that_brought_the_secret_count() {
    let project = Project::new();
    let line = |number: u64, comment: &str| format!("token = \"{}\"{comment}\n", token(number));
    project.write("a", line(1, "  # gitleaks:allow"));
    project.write("b", line(2, "  # gitleaks:allow"));
    project.write("c", line(2, ""));
    project.commit("one");
    project.write("a", line(1, ""));
    project.commit("two");
    let report = project.json(&["git"]);
    // An exception holds for the places that it is made for: `c` is still one, and so is `a` since the comment is gone.
    assert_eq!(report.found(), [format!("a:1 {TOKEN}"), format!("c:1 {TOKEN}")]);
    assert_eq!(report.suppressed(), [format!("a:1 {TOKEN} inline"), format!("b:1 {TOKEN} inline")]);
    assert_eq!(project.json(&["git", "--no-inline"]).found().len(), 3);
    assert_eq!(project.scan(&[]).found(), [format!("a:1 {TOKEN}"), format!("c:1 {TOKEN}")]);
}

#[test]
fn in_a_history_the_configuration_of_the_work_tree_counts() {
    let project = Project::new();
    for file in ["a/x", "b/x", "vendor/x", "c/x"] {
        let number = u64::from(file.as_bytes()[0]);
        project.write(file, format!("token = \"{}\"\npassword = \"{}\"\n", token(number), password(number)));
    }
    project.write("stanch.toml", "exclude = [\"vendor/\"]\n[[allow]]\npaths = [\"c/\"]\nrules = [\"generic-*\"]\n");
    project.write("b/stanch.toml", "disable = [\"generic-*\"]\n");
    project.commit("one");
    let report = project.json(&["git"]);
    let found =
        [format!("a/x:1 {TOKEN}"), format!("a/x:2 {PASSWORD}"), format!("b/x:1 {TOKEN}"), format!("c/x:1 {TOKEN}")];
    assert_eq!(report.found(), found);
    let suppressed = [
        format!("b/x:2 {PASSWORD} configured"),
        format!("c/x:2 {PASSWORD} allowed"),
        format!("vendor/x:1 {TOKEN} excluded"),
        format!("vendor/x:2 {PASSWORD} excluded"),
    ];
    assert_eq!(report.suppressed(), suppressed);
    let by: Vec<_> =
        report.list("suppressed").iter().map(|one| one["by"]["place"].as_str().expect("a place")).collect();
    assert!(
        by.contains(&"b/stanch.toml:1") && by.contains(&"stanch.toml:1") && by.contains(&"stanch.toml:2"),
        "{by:?}"
    );
}
