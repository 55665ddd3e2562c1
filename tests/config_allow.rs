//! Exceptions by configuration.

use crate::project::{PASSWORD, Project, TOKEN, password, token};

/// A token and two passwords; which of the lines are still reported under this configuration.
fn reported(config: &str) -> Vec<u64> {
    let project = project();
    project.write("stanch.toml", config);
    let report = project.scan(&["src"]);
    let lines = report.found().iter().map(|place| line_of(place)).collect::<Vec<_>>();
    let suppressed: Vec<String> = report.suppressed();
    assert!(suppressed.iter().all(|one| one.ends_with(" allowed")), "{suppressed:?}");
    assert_eq!(lines.len() + suppressed.len(), 3, "{report:?}");
    lines
}

fn line_of(place: &str) -> u64 {
    place.split([':', ' ']).nth(1).and_then(|line| line.parse().ok()).expect("a line")
}

fn project() -> Project {
    let project = Project::new();
    let text =
        format!("token = \"{}\"\nold_password = \"{}\"\nnew_password = \"{}\"\n", token(1), password(1), password(2));
    project.write("src/a.py", text);
    project
}

#[test]
fn by_each_kind_of_criterion() {
    assert_eq!(reported(""), [1, 2, 3]);
    assert_eq!(reported("[[allow]]\npaths = [\"src/*.py\"]\n"), [0_u64; 0]);
    assert_eq!(reported("[[allow]]\npaths = [\"*.rb\", \"/a.py\"]\n"), [1, 2, 3]);
    assert_eq!(reported(&format!("[[allow]]\nvalues = [{:?}]\n", password(2))), [1, 2]);
    assert_eq!(reported(&format!("[[allow]]\nvalues = [{:?}]\n", &password(2)[1..])), [1, 2, 3]);
    assert_eq!(reported("[[allow]]\npatterns = ['^ghp_']\n"), [2, 3]);
    assert_eq!(reported("[[allow]]\nlines = ['^old_', 'never']\n"), [1, 3]);
    assert_eq!(reported("[[allow]]\nwords = [\"GHP\"]\n"), [2, 3]);
    let fingerprint = project().scan(&[]).fingerprint(TOKEN);
    assert_eq!(reported(&format!("[[allow]]\nfingerprints = [\"{}\"]\n", fingerprint.to_uppercase())), [2, 3]);
}

#[test]
fn all_kinds_that_it_names_must_be_met_and_only_for_its_rules() {
    assert_eq!(reported("[[allow]]\nlines = ['_password']\npaths = [\"src/\"]\n"), [1]);
    assert_eq!(reported("[[allow]]\nlines = ['_password']\npaths = [\"test/\"]\n"), [1, 2, 3]);
    assert_eq!(reported("[[allow]]\npaths = [\"src/\"]\nrules = [\"generic-*\"]\n"), [1]);
    assert_eq!(reported(&format!("[[allow]]\npaths = [\"src/\"]\nrules = [\"{TOKEN}\"]\n")), [2, 3]);
    assert_eq!(reported("[[allow]]\nlines = ['^old_']\n[[allow]]\nlines = ['^new_']\n"), [1]);
    assert_eq!(reported("[[allow]]\nlines = ['^old_']\nexpires = 2001-01-01\n"), [1, 2, 3]);
    assert_eq!(reported("[[allow]]\nlines = ['^old_']\nexpires = 9999-01-01\n"), [1, 3]);
}

#[test]
fn who_allowed_it_is_said() {
    let project = project();
    project.write(
        "stanch.toml",
        "\n[[allow]]\nlines = ['^old_']\nreason = \"rotated in May\"\nowner = \"ada\"\nexpires = \"9999-01-01\"\n",
    );
    let report = project.scan(&[]);
    let by = &report.list("suppressed")[0]["by"];
    assert_eq!((&by["cause"], &by["place"]), (&"allowed".into(), &"stanch.toml:2".into()));
    assert_eq!(
        (&by["reason"], &by["owner"], &by["expires"]),
        (&"rotated in May".into(), &"ada".into(), &"9999-01-01".into())
    );
    let said = "allowed by stanch.toml:2, owner ada, until 9999-01-01: rotated in May";
    let human = project.run(&["scan", "--explain"]).out;
    assert!(human.contains(said) && human.contains("1 finding suppressed: 1 allowed\n"), "{human}");
    assert!(!human.contains(&password(1)), "it is masked");
    let explained = project.run(&["explain", "src/a.py:2"]).out;
    assert!(explained.starts_with(&format!("{PASSWORD}: suppressed, {said}")), "{explained}");
}

#[test]
fn rules_can_be_changed() {
    let project = project();
    project.write("stanch.toml", format!("[rules.{PASSWORD}]\nseverity = \"low\"\nconfidence = \"high\"\n"));
    let report = project.scan(&[]);
    let finding = report.list("findings").iter().find(|one| one["rule"] == PASSWORD).expect("a password");
    assert_eq!(
        (&finding["severity"], &finding["confidence"]),
        (&"low".into(), &"medium".into()),
        "the value is judged too"
    );
    project.write("stanch.toml", format!("[rules.{PASSWORD}]\nentropy = 7.5\n"));
    assert_eq!(project.scan(&[]).found().len(), 1);
    project.write("stanch.toml", format!("[rules.{PASSWORD}]\nenabled = false\n"));
    assert_eq!(project.scan(&[]).found().len(), 1);
    // The rule's own table is more exact than a `*`.
    project
        .write("stanch.toml", format!("disable = [\"generic-*\", \"github-*\"]\n[rules.{PASSWORD}]\nenabled = true\n"));
    assert_eq!(project.scan(&[]).found().len(), 2);
}
