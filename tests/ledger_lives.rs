//! `stanch ledger`: what is recorded is kept, decisions are checked, nothing is lost by several writers or a killed one, and tampering is seen.

use crate::binary::{Ran, run, stanch, token};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

fn ledger(dir: &Path, args: &[&str]) -> Ran {
    run(stanch(dir, ["ledger", "--ledger", "l.db", "--as", "ann@example.org"]).args(args))
}

/// A report with secrets of these numbers, each in one place of a repository.
fn report(numbers: std::ops::Range<u32>, complete: bool) -> Value {
    let finding = |number: u32| {
        json!({
            "fingerprint": format!("{:032x}", u128::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835) | 1 << 127),
            "rule": "generic-password", "family": "Generic", "name": "Password", "severity": "high", "confidence": "medium",
            "secret": "********", "guessable": number.is_multiple_of(2), "rotate": null, "references": [],
            "occurrences": [{
                "source": "git", "repository": "shop", "path": format!("src/{number}.py"), "commit": "c".repeat(40),
                "start": {"line": 1, "column": 1, "byte": 0}, "end": {"line": 1, "column": 9, "byte": 8},
            }],
            "history": {"introduced": {"commit": "c".repeat(40), "author": "Bob <bob@example.org>", "time": 1_700_000_000}},
        })
    };
    let findings: Vec<Value> = numbers.map(finding).collect();
    json!({
        "schema": 1, "tool": {"name": "stanch", "version": "0.1.0"},
        "summary": {"complete": complete, "secrets": findings.len(), "occurrences": findings.len(), "files": 3, "bytes": 9, "problems": 0},
        "repositories": [{"name": "shop", "root_commit": "a".repeat(40)}],
        "findings": findings, "suppressed": [], "notes": [], "problems": [], "skipped": [],
    })
}

fn write(dir: &Path, name: &str, report: &Value) {
    fs::write(dir.join(name), report.to_string()).expect("a file");
}

fn ids(dir: &Path) -> Vec<String> {
    let all = ledger(dir, &["list", "--json"]).exits(0).json();
    all["secrets"]
        .as_array()
        .expect("secrets")
        .iter()
        .map(|one| one["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn a_life_goes_from_a_real_scan_to_its_end_and_comes_back() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    let (value, other) = (token(301), token(302));
    fs::write(dir.join("a.env"), format!("GH_TOKEN={value}\nOTHER_TOKEN={other}\n")).expect("a file");
    run(&mut stanch(dir, ["scan", "--format", "json", "-o", "r.json", "--show-secrets", "a.env"])).exits(1);
    ledger(dir, &["record", "r.json", "--at", "2026-01-01"]).exits(0).says(&["2 secrets new, 0 seen again"]);
    ledger(dir, &["record", "r.json"]).exits(0).says(&["recorded before; nothing was changed"]);
    let report = fs::read_to_string(dir.join("r.json")).expect("the report");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let fingerprint = report["findings"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    // A report that shows values does not bring them into the ledger.
    let everything = [ledger(dir, &["list", "--json"]).out, ledger(dir, &["export", "--format", "csv"]).out].concat();
    let file: Vec<u8> =
        ["l.db", "l.db-wal"].iter().flat_map(|name| fs::read(dir.join(name)).unwrap_or_default()).collect();
    for secret in [&value, &other] {
        assert!(!everything.contains(secret.as_str()));
        assert!(!file.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
    // Each state by its rules.
    let short = &fingerprint[..12];
    ledger(dir, &["set", "dead", short, "--reason", "x"])
        .exits(2)
        .complains(&["is new: `dead` cannot follow, but triaged"]);
    ledger(dir, &["set", "accepted", short, "--reason", "x"]).exits(2).complains(&["--expires"]);
    ledger(dir, &["set", "rotating", short, "--owner", "team", "--at", "2026-01-02"])
        .exits(0)
        .says(&["new -> rotating"]);
    ledger(dir, &["check", "--at", "2026-01-03"]).exits(0).says(&["overdue: 0 of 2 secrets, 2 open"]);
    ledger(dir, &["check", "--at", "2026-01-08"]).exits(1).says(&["rotating since 2026-01-02, 5 days too long"]);
    ledger(dir, &["set", "revoked", &fingerprint, "--at", "2026-01-05"]).exits(0);
    ledger(dir, &["set", "dead", short]).exits(2).complains(&["--reason"]);
    ledger(dir, &["set", "dead", short, "--reason", "refused by the API", "--at", "2026-01-06"]).exits(0);
    ledger(dir, &["set", "purged", short, "--reason", "purge verify was clean", "--at", "2026-01-07"]).exits(0);
    let life = ledger(dir, &["show", short, "--json"]).exits(0).json();
    assert_eq!(
        (&life["state"], &life["owner"], &life["exposed_seconds"]),
        (&json!("purged"), &json!("team"), &json!(4 * 86_400))
    );
    // Seen again, it is open, and severer.
    fs::write(dir.join("b.env"), format!("GH_TOKEN={value}\nOTHER_TOKEN={other}\n")).expect("a file");
    run(&mut stanch(dir, ["scan", "--format", "jsonl", "-o", "r2.jsonl", "b.env"])).exits(1);
    ledger(dir, &["record", "r2.jsonl", "--at", "2026-02-01"])
        .exits(0)
        .says(&["0 secrets new, 2 seen again, 1 reopened"]);
    ledger(dir, &["show", short]).exits(0).says(&[
        "triaged since 2026-02-01",
        "it was purged, and is seen",
        "2 places on 1 surface",
    ]);
    ledger(dir, &["verify"]).exits(0).says(&["whole: "]);
    ledger(dir, &["show", "ffffffffffff"]).exits(2).complains(&["no secret of the ledger is called"]);
}

#[test]
fn a_live_check_moves_states_by_rule() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    let with = |verdict: &str, salt: u32| {
        let mut report = report(7..8, true);
        report["findings"][0]["liveness"] = json!({"verdict": verdict, "evidence": {"status": 401}});
        report["summary"]["files"] = json!(salt);
        report
    };
    write(dir, "r.json", &report(7..8, true));
    ledger(dir, &["record", "r.json"]).exits(0);
    let id = ids(dir).remove(0);
    write(dir, "dead.json", &with("dead", 1));
    ledger(dir, &["record", "dead.json"]).exits(0);
    assert_eq!(ledger(dir, &["show", &id, "--json"]).json()["state"], "new", "nobody has decided anything");
    ledger(dir, &["set", "revoked", &id]).exits(0);
    write(dir, "dead.json", &with("dead", 2));
    ledger(dir, &["record", "dead.json"]).exits(0).says(&["1 proved dead"]);
    write(dir, "live.json", &with("live", 3));
    ledger(dir, &["record", "live.json"]).exits(0).says(&["1 reopened"]);
    let life = ledger(dir, &["show", &id, "--json"]).json();
    assert_eq!((&life["state"], &life["severity"]), (&json!("triaged"), &json!("critical")));
    ledger(dir, &["verify"]).exits(0);
}

#[test]
fn what_a_complete_scan_no_longer_sees_is_gone() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    write(dir, "one.json", &report(0..4, true));
    write(dir, "two.json", &report(0..2, false));
    write(dir, "three.json", &report(0..3, true));
    ledger(dir, &["record", "one.json"]).exits(0);
    let two = ledger(dir, &["record", "two.json"]).exits(0);
    assert!(!two.out.contains("no longer"), "an incomplete scan proves nothing: {two:#?}");
    ledger(dir, &["record", "three.json"]).exits(0).says(&["1 place no longer there"]);
    ledger(dir, &["record", "one.json", "--environment", "production"]).exits(0).says(&["recorded before"]);
    ledger(dir, &["verify"]).exits(0);
}

#[test]
fn what_is_no_report_is_told() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    ledger(dir, &["list"]).exits(2).complains(&["there is no ledger"]);
    for (name, text) in [("a", "no json"), ("b", "{}"), ("c", r#"{"schema": 9, "tool": {}}"#), ("d", "[]"), ("e", "")] {
        fs::write(dir.join(name), text).expect("a file");
        ledger(dir, &["record", name]).exits(2).complains(&[name]);
    }
    let mut bad = report(0..1, true);
    bad["findings"][0]["fingerprint"] = json!("xyz");
    write(dir, "f", &bad);
    ledger(dir, &["record", "f"])
        .exits(2)
        .complains(&["the fingerprint of a finding of rule generic-password is none"]);
    assert!(!dir.join("l.db").exists(), "nothing was made");
}

#[cfg(unix)]
#[test]
fn the_key_is_for_its_owner_and_belongs_to_its_ledger() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    write(dir, "r.json", &report(0..3, true));
    ledger(dir, &["record", "r.json"]).exits(0);
    for name in ["l.db", "l.db.key"] {
        assert_eq!(fs::metadata(dir.join(name)).expect("there").permissions().mode() & 0o777, 0o600, "{name}");
    }
    ledger(dir, &["key", "export", "k"]).exits(0);
    fs::remove_file(dir.join("l.db.key")).expect("gone");
    ledger(dir, &["list"]).exits(2).complains(&["the ledger's key is not there", "key import"]);
    let other = dir.join("other");
    fs::create_dir(&other).expect("a folder");
    write(&other, "r.json", &report(0..3, true));
    ledger(&other, &["record", "r.json"]).exits(0);
    ledger(&other, &["key", "export", "k"]).exits(0);
    ledger(dir, &["key", "import", "other/k"]).exits(2).complains(&["not the key that this ledger was made with"]);
    ledger(dir, &["key", "import", "k"]).exits(0);
    ledger(dir, &["verify"]).exits(0);
    // Another key, other digests.
    assert_ne!(ids(dir), ids(&other));
}

#[test]
fn exports_are_of_the_form_that_trackers_take() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    let mut made = report(0..2, true);
    made["findings"][0]["name"] = json!("=cmd|' /C calc'!A0");
    made["findings"][0]["occurrences"][0]["path"] = json!("a\u{1b}[2Jb");
    write(dir, "r.json", &made);
    ledger(dir, &["record", "r.json"]).exits(0);
    let issues = ledger(dir, &["export", "--format", "github"]).exits(0).out;
    for line in issues.lines() {
        let issue: Value = serde_json::from_str(line).expect("JSON");
        assert!(issue["title"].is_string() && issue["body"].is_string() && issue["labels"].is_array());
    }
    assert_eq!(issues.lines().count(), 2);
    ledger(dir, &["export", "--format", "gitlab"]).exits(0).says(&["\"description\""]);
    let csv = ledger(dir, &["export", "--format", "csv"]).exits(0).out;
    assert!(csv.contains("'=cmd|' /C calc'!A0") && csv.lines().count() == 3, "{csv}");
    ledger(dir, &["export", "--format", "jira"]).exits(0).says(&["Summary,Description,Priority,Labels,Assignee"]);
    let listed = ledger(dir, &["list"]).exits(0);
    let id = listed.out.split_whitespace().next().expect("an id").to_owned();
    assert!(!ledger(dir, &["show", &id]).exits(0).out.contains('\u{1b}'));
}

#[test]
fn several_writers_lose_nothing_and_a_killed_one_leaves_nothing_half_done() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    write(dir, "first.json", &report(0..1, true));
    ledger(dir, &["record", "first.json"]).exits(0);
    for number in 0..12_u32 {
        write(dir, &format!("{number}.json"), &report(1 + 60 * number..61 + 60 * number, false));
    }
    let start = |number: u32| {
        let mut command =
            stanch(dir, ["ledger", "--ledger", "l.db", "--as", "bob", "record", &format!("{number}.json")]);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it runs")
    };
    for pair in 0..6 {
        let mut both = [start(2 * pair), start(2 * pair + 1)];
        std::thread::sleep(Duration::from_millis(7 * u64::from(pair)));
        both[0].kill().expect("killed");
        both.iter_mut().for_each(|one| _ = one.wait().expect("an end"));
        ledger(dir, &["verify"]).exits(0);
    }
    // Whoever was killed before it was done starts again.
    for number in 0..12 {
        ledger(dir, &["record", &format!("{number}.json")]).exits(0);
    }
    assert_eq!(ids(dir).len(), 721);
    ledger(dir, &["verify"]).exits(0);
}

#[test]
fn tampering_is_seen() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    write(dir, "r.json", &report(0..6, true));
    ledger(dir, &["record", "r.json"]).exits(0);
    let id = ids(dir).remove(0);
    ledger(dir, &["set", "rotating", &id]).exits(0);
    let whole = || rusqlite::Connection::open(dir.join("l.db")).expect("a database");
    whole().execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE").expect("one file");
    let kept = fs::read(dir.join("l.db")).expect("the file");
    for change in [
        "UPDATE secrets SET state = 'dead' WHERE id = 1",
        "UPDATE secrets SET severity = 'low'",
        "UPDATE secrets SET owner = 'x' WHERE id = 2",
        "DELETE FROM occurrences WHERE secret = 3",
        "DELETE FROM occurrences; DELETE FROM secrets",
        "UPDATE occurrences SET place = 'elsewhere' WHERE secret = 1",
        "UPDATE journal SET detail = 'x' WHERE seq = 2",
        "UPDATE journal SET who = 'x' WHERE seq = 3",
        "DELETE FROM journal WHERE seq = 4",
        "DELETE FROM journal WHERE seq > 5",
        "DELETE FROM journal",
        "UPDATE sightings SET complete = 0",
        "UPDATE deadlines SET max_age = 9999",
        "UPDATE meta SET value = 'x' WHERE name = 'table-seal'",
    ] {
        fs::write(dir.join("l.db"), &kept).expect("written");
        whole().execute_batch(change).expect(change);
        let ran = ledger(dir, &["verify"]);
        assert!(matches!(ran.code, Some(1 | 2)), "{change}: {ran:#?}");
        assert_eq!(ledger(dir, &["check"]).code, Some(2), "{change}");
    }
    // Bytes that are damaged anywhere are seen, or are of no meaning: never a panic.
    let mut random = crate::git_support::Random::new(5);
    for _ in 0..120 {
        let mut bytes = kept.clone();
        let at = random.below(bytes.len());
        bytes[at] ^= 1 + random.below(255) as u8;
        fs::write(dir.join("l.db"), &bytes).expect("written");
        let _ = fs::remove_file(dir.join("l.db-wal"));
        let ran = ledger(dir, &["verify"]);
        assert!(matches!(ran.code, Some(0..=2)), "byte {at}: {ran:#?}");
        if ran.code == Some(0) {
            // What is left of deleted rows, and pages that nothing is on.
            let list = |dir: &Path| ledger(dir, &["list", "--json", "--at", "2027-01-01"]).out;
            let listed = list(dir);
            fs::write(dir.join("l.db"), &kept).expect("written");
            assert_eq!(listed, list(dir), "byte {at}");
        }
    }
}

#[test]
fn the_dashboard_is_one_page_that_asks_nobody_and_takes_no_markup_from_a_report() {
    let dir = tempfile::tempdir().expect("a directory");
    let dir = dir.path();
    let mut hostile = report(0..3, true);
    hostile["findings"][0]["name"] = json!("</script><script>alert(1)</script><!--");
    write(dir, "r.json", &hostile);
    ledger(dir, &["record", "r.json", "--at", "2026-01-01"]).exits(0);
    let one = ids(dir).remove(0);
    ledger(dir, &["set", "rotating", &one, "--owner", "team <x>", "--at", "2026-01-02"]).exits(0);
    ledger(dir, &["html", "-o", "l.html", "--at", "2026-06-01"]).exits(0);
    let page = fs::read_to_string(dir.join("l.html")).expect("the page");
    assert_eq!(page, ledger(dir, &["html", "--at", "2026-06-01"]).exits(0).out);
    // The data and the script are the only scripts, and nothing is loaded.
    assert_eq!(page.matches("<script").count(), 2);
    assert!(!page.contains("alert(1)</script>") && !page.contains("src=") && !page.contains("url("));
    assert!(page.contains("default-src 'none'") && !page.contains("unsafe"));
    let (_, rest) = page.split_once("id=data>").expect("the data");
    let (data, _) = rest.split_once("</script>").expect("its end");
    let data: Value = serde_json::from_str(data).expect("JSON");
    let secrets = data["secrets"].as_array().expect("secrets");
    assert_eq!(secrets.len(), 3);
    let late = secrets.iter().find(|secret| secret["id"] == one.as_str()).expect("the secret");
    assert!(late["overdue"].as_str().expect("why").contains("rotating since 2026-01-02"));
    assert_eq!((&late["owner"], &late["places_count"]), (&json!("team <x>"), &json!(1)));
    assert_eq!(late["journal"].as_array().map(Vec::len), Some(2));
    // A folder is no file to write to.
    ledger(dir, &["html", "-o", "."]).exits(2).complains(&["it is a directory"]);
}
