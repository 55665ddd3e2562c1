//! What a path says of a secret without a format.

use crate::binary::{run, stanch, token, tree};
use crate::git_support::Repo;

/// A line that is reported in any other file.
const LINE: &str = "\"db_password\": \"tr0ub4dor&3x\",\n"; // stanch:allow

fn reported(paths: &[&str], args: &[&str]) -> Vec<String> {
    let text = format!("{{\n{LINE}}}\n");
    let files: Vec<(&str, &str)> = paths.iter().map(|path| (*path, text.as_str())).collect();
    let dir = tree(&files);
    let report = run(stanch(dir.path(), ["scan", "-f", "json"]).args(args)).json();
    let places = report["findings"].as_array().into_iter().flatten().flat_map(|finding| {
        assert_eq!(
            finding["confidence"],
            if args.is_empty() { "medium" } else { finding["confidence"].as_str().expect("text") }
        );
        finding["occurrences"].as_array().into_iter().flatten()
    });
    places.filter_map(|place| place["path"].as_str().map(str::to_owned)).collect()
}

const PATHS: [&str; 5] = [
    "app/config.json",
    "app/node_modules/x/config.json",
    "app/package-lock.json",
    "app/locales/de.json",
    "tests/fixtures/a.json",
];

#[test]
fn translations_lock_files_and_packages_are_doubted() {
    assert_eq!(reported(&PATHS, &[]), ["app/config.json", "tests/fixtures/a.json"]);
    let mut all = PATHS.map(str::to_owned).to_vec();
    all.sort();
    assert_eq!(reported(&PATHS, &["--confidence", "low"]), all);
}

#[test]
fn a_format_is_not_doubted() {
    let secret = token(1);
    let dir = tree(&[("locales/de.json", &format!("{{\"a\": \"{secret}\"}}"))]);
    run(&mut stanch(dir.path(), ["scan"])).exits(1);
}

#[test]
fn a_history_goes_by_the_same() {
    let repo = Repo::init(&[]);
    repo.write("locales/de.json", LINE);
    repo.commit("one");
    let scan = |args: &[&str]| run(stanch(&repo.path, ["git", "-f", "json"]).args(args)).json();
    let report = scan(&[]);
    assert_eq!((&report["findings"], &report["summary"]["below_confidence"]), (&serde_json::json!([]), &1.into()));
    assert_eq!(scan(&["--confidence", "low"])["findings"][0]["confidence"], "low");
    repo.write("config.json", LINE);
    repo.commit("two");
    let report = scan(&[]);
    assert_eq!(report["findings"][0]["confidence"], "medium");
}
