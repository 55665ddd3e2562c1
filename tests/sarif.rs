//! SARIF: valid by the standard's schema, and what code hosts ask for beyond it.

use crate::binary::{Ran, run, scan, stanch, token, token_of, tree};
use serde_json::Value;
use std::collections::HashSet;
use std::fs;

/// Asserts that a report is valid and one that hosts take, and gives its run.
fn checked(ran: &Ran) -> Value {
    let run = valid(ran);
    hosts_take_it(&run);
    run
}

/// Asserts that a report is valid by the standard's schema, and gives its run.
fn valid(ran: &Ran) -> Value {
    let schema: Value = serde_json::from_str(include_str!("data/sarif-schema-2.1.0.json")).expect("the schema is JSON");
    let schema = jsonschema::draft7::new(&schema).expect("the schema is one");
    let report = ran.json();
    let faults: Vec<String> =
        schema.iter_errors(&report).map(|fault| format!("{}: {fault}", fault.instance_path)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    report["runs"][0].clone()
}

/// What GitHub refuses a report for, or shows wrongly
/// (<https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning>, read
/// 2026-11-23).
fn hosts_take_it(run: &Value) {
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let ids: HashSet<&str> = rules.iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert_eq!(ids.len(), rules.len(), "every rule has an id of its own");
    for rule in rules {
        assert!(rule["shortDescription"]["text"].as_str().is_some_and(|text| !text.is_empty()), "{rule}");
        assert!(rule["help"]["markdown"].is_string() && rule["help"]["text"].is_string(), "{rule}");
        let severity: f64 =
            rule["properties"]["security-severity"].as_str().and_then(|text| text.parse().ok()).expect("a number");
        assert!((0.1..=10.0).contains(&severity));
        assert!(
            ["very-high", "high", "medium", "low"].contains(&rule["properties"]["precision"].as_str().expect("a word"))
        );
        assert!(rule["properties"]["tags"].as_array().is_some_and(|tags| tags.len() <= 10));
    }
    let results = run["results"].as_array().expect("results");
    assert!(results.len() <= 25_000);
    let mut identities = HashSet::new();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("a small one");
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
        assert!(!uri.starts_with('/') && !uri.contains(':') && !uri.contains('\\') && !uri.contains(' '), "{uri}");
        let number = |key: &str| place["region"][key].as_u64().unwrap_or_else(|| panic!("{key} of {result}"));
        let (start, end) = ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
        assert!(start.0 >= 1 && start.1 >= 1 && end.1 >= 1 && start < end, "{result}");
        let identity = result["partialFingerprints"]["primaryLocationLineHash"].as_str().expect("a text").to_owned();
        assert!(identities.insert(identity), "two results are one to the host: {result}");
    }
    assert!(run.get("automationDetails").is_none(), "the host sets the category");
}

#[test]
fn a_report_without_findings_is_valid() {
    let dir = tree(&[("a", "text")]);
    let run = checked(&scan(dir.path(), &["-f", "sarif"]).exits(0));
    assert_eq!(
        (run["results"].as_array().map(Vec::len), &run["invocations"][0]["executionSuccessful"]),
        (Some(0), &true.into())
    );
}

#[test]
fn a_report_with_findings_of_many_rules_is_valid() {
    let key = token_of("private-key-pem", 1);
    let twice = format!("{}\n{0}\n{0}", token(1));
    let files = [
        ("a b#c.env", format!("GITHUB_TOKEN={}\n\u{e9}\u{1F511} = {}", token(1), token(2))),
        ("sub/key.pem", key),
        ("sub/dir/twice", twice),
        ("p%41th/\u{e4}", format!("password = \"{}\"", token_of("generic-password", 5))),
    ];
    let dir = tree(&files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let run = checked(&scan(dir.path(), &["-f", "sarif", "--confidence", "low"]).exits(1));
    let places: Vec<(&str, &str, u64)> = run["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|result| {
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
            (result["ruleId"].as_str().expect("an id"), uri, place["region"]["startColumn"].as_u64().expect("a column"))
        })
        .collect();
    let pat = "github-personal-access-token";
    for place in [
        (pat, "a%20b%23c.env", 14),
        // Columns count characters, not bytes or UTF-16 units, and the report says so.
        (pat, "a%20b%23c.env", 6),
        (pat, "sub/dir/twice", 1),
        ("private-key-pem", "sub/key.pem", 1),
        ("generic-password", "p%2541th/%C3%A4", 13),
    ] {
        assert!(places.contains(&place), "{place:?} in {places:?}");
    }
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(places.iter().filter(|(_, uri, _)| *uri == "sub/dir/twice").count(), 3);
    // The worst come first: hosts keep only the first ones.
    let levels: Vec<&str> =
        run["results"].as_array().expect("results").iter().filter_map(|one| one["level"].as_str()).collect();
    assert!(
        levels.is_sorted_by_key(|level| ["error", "warning", "note"].iter().position(|one| one == level)),
        "{levels:?}"
    );
}

#[test]
fn what_was_not_read_is_said_and_the_run_is_no_success() {
    let dir = tree(&[("a", "too long")]);
    let run = checked(&scan(dir.path(), &["-f", "sarif", "--max-file-size", "2"]).exits(3));
    let said = &run["invocations"][0];
    assert_eq!(said["executionSuccessful"], false);
    assert!(
        said["toolExecutionNotifications"][0]["message"]["text"]
            .as_str()
            .is_some_and(|text| text.contains("a: 8 bytes"))
    );
}

#[test]
fn identities_survive_moved_lines() {
    let dir = tree(&[("a", &format!("one = {0}\ntwo = {0}\n", token(1)))]);
    let identities = |ran: &Ran| -> Vec<Value> {
        let results = checked(ran)["results"].as_array().expect("results").clone();
        results.into_iter().map(|mut result| result["partialFingerprints"].take()).collect()
    };
    let before = identities(&scan(dir.path(), &["-f", "sarif"]));
    fs::write(dir.path().join("a"), format!("\n\n  three = {0}; four =\n{0}", token(1))).expect("writes");
    assert_eq!(before, identities(&scan(dir.path(), &["-f", "sarif"])));
    assert_eq!(before.len(), 2);
}

#[test]
fn a_report_is_cut_where_hosts_refuse_it_and_says_so() {
    let lines: Vec<String> = (0..25_010).map(|_| token(1)).collect();
    let dir = tree(&[("a", &lines.join("\n")), ("b", &token(2))]);
    let run = scan(dir.path(), &["-f", "sarif"]).exits(1).json()["runs"][0].clone();
    hosts_take_it(&run);
    assert_eq!(run["results"].as_array().map(Vec::len), Some(25_000));
    let notes = run["invocations"][0]["toolExecutionNotifications"].as_array().expect("notes").clone();
    assert!(
        notes.iter().any(|note| note["message"]["text"].as_str().is_some_and(|text| text.starts_with("11 "))),
        "{notes:?}"
    );
}

#[test]
fn what_is_suppressed_stands_in_it_when_it_is_asked_for() {
    let lines = format!("a = {0} # stanch:allow rotated\nb = {0}\nc = {1}\n", token(1), token(2));
    let allow = "[[allow]]\npaths = ['old']\nreason = 'of the time before'\n";
    let dir = tree(&[("a", lines.as_str()), ("old", &token(3)), ("stanch.toml", allow)]);
    let without = checked(&scan(dir.path(), &["-f", "sarif"]).exits(1));
    let results = |run: &Value| run["results"].as_array().expect("results").clone();
    assert_eq!(results(&without).len(), 2);
    assert!(results(&without).iter().all(|result| result.get("suppressions").is_none()));
    let with = results(&checked(&scan(dir.path(), &["-f", "sarif", "--explain"]).exits(1)));
    // What is open stands first and is what it is without: the same results, with the same identities.
    assert_eq!(with[..2], results(&without)[..]);
    let suppressed: Vec<(&str, &Value)> = with[2..]
        .iter()
        .map(|result| {
            let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
            (uri.as_str().expect("a URI"), &result["suppressions"][0])
        })
        .collect();
    assert_eq!(suppressed.len(), 2);
    for (uri, suppression) in suppressed {
        let (kind, part) = if uri == "a" { ("inSource", "stanch:allow") } else { ("external", "of the time before") };
        assert_eq!((&suppression["kind"], &suppression["status"]), (&kind.into(), &"accepted".into()));
        assert!(suppression["justification"].as_str().is_some_and(|why| why.contains(part)), "{suppression}");
    }
    assert!(!scan(dir.path(), &["-f", "sarif", "--explain"]).out.contains(&token(3)));
}

#[test]
fn gitleaks_own_is_valid_and_has_its_fields() {
    let config = "[[rules]]\nid = \"acme\"\ndescription = \"A token\"\nregex = '''k = \"(acme-[0-9]{8})\"'''\ntags = [\"key\"]\n\
                  [[rules]]\nid = \"file\"\npath = '''id_acme$'''\n";
    let text = "k = \"acme-00000001\"\n  k = \"acme-00000002\" k = \"acme-00000002\"\n";
    let dir = tree(&[(".gitleaks.toml", config), ("s a/b#.py", text), ("id_acme", "")]);
    let own = |args: &[&str]| {
        valid(&run(stanch(dir.path(), ["gitleaks", "dir", ".", "-f", "sarif", "-r", "-"]).args(args)).exits(1))
    };
    let report = own(&[]);
    let driver = &report["tool"]["driver"];
    assert_eq!((&driver["name"], driver["semanticVersion"].is_string()), (&"gitleaks".into(), true));
    let rules: Vec<(&str, &str)> = driver["rules"]
        .as_array()
        .expect("rules")
        .iter()
        .map(|rule| {
            (rule["id"].as_str().expect("an id"), rule["shortDescription"]["text"].as_str().expect("a description"))
        })
        .collect();
    assert_eq!(rules[0], ("acme", "A token"));
    assert!(rules.len() == 2 && rules[1].0 == "file" && !rules[1].1.is_empty(), "{rules:?}");
    let results = report["results"].as_array().expect("results");
    assert_eq!(results.len(), 4);
    for result in results {
        let region = &result["locations"][0]["physicalLocation"]["region"];
        let number = |key: &str| region[key].as_u64().unwrap_or_else(|| panic!("{key} of {result}"));
        let (start, end) = ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
        assert!(start.0 >= 1 && start.1 >= 1 && start <= end, "{result}");
        let prints = &result["partialFingerprints"];
        assert!(["commitSha", "email", "author", "date", "commitMessage"].iter().all(|key| prints[*key] == ""));
    }
    let of = |line: u64| {
        let place = |one: &&Value| one["locations"][0]["physicalLocation"]["region"]["startLine"] == line;
        results.iter().filter(|one| one["ruleId"] == "acme").find(place).expect("it is there")
    };
    let place = &of(1)["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "s%20a/b%23.py");
    assert_eq!(of(1)["message"]["text"], "acme has detected secret for file s a/b#.py.");
    assert_eq!(of(1)["properties"]["tags"], serde_json::json!(["key"]));
    assert_eq!((&place["region"]["startColumn"], &place["region"]["endColumn"]), (&1.into(), &20.into()));
    assert_eq!(place["region"]["snippet"]["text"], "REDACTED");
    let shown = own(&["--redact=0"]).to_string();
    assert!(shown.contains("acme-00000002") && !report.to_string().contains("acme-00000002"));
    // For every scan, of what our own rules find too.
    let dir = tree(&[("a", &token(1)), ("large", "too long for this scan")]);
    let ours = valid(&scan(dir.path(), &["-f", "gitleaks-sarif"]).exits(1));
    assert!(ours["results"][0]["message"]["text"].as_str().is_some_and(|text| text.contains("has detected secret")));
    let gap = valid(&scan(dir.path(), &["large", "-f", "gitleaks-sarif", "--max-file-size", "2"]).exits(3));
    assert_eq!(gap["invocations"][0]["executionSuccessful"], false);
    assert!(valid(&scan(dir.path(), &["large", "-f", "gitleaks-sarif"]).exits(0))["results"] == serde_json::json!([]));
}
