//! What secrets prove about themselves, from the bytes of a file to the report.

use assert_cmd::Command;
use serde_json::Value;
use stanch::model::ProofKind;
use stanch::proof::sample::complete;
use std::fs;
use std::path::Path;

/// A token of GitHub's form with 36 characters of which the last six are its checksum.
fn github_token() -> String {
    let draft = format!("ghp_{}", "aB3".repeat(12));
    made(ProofKind::Crc32Base62, &draft)
}

fn made(kind: ProofKind, draft: &str) -> String {
    let mut state = 7_u64;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        state
    };
    let secret = complete(kind, draft.as_bytes(), &vec![false; draft.len()], &mut random);
    String::from_utf8(secret).expect("text")
}

/// A JSON web token that expired in September 2001.
fn expired_token() -> String {
    // Base64 of {"alg":"HS256"} and {"iss":"shop","exp":1000000000}.
    let parts = [
        "eyJhbGciOiJIUzI1NiJ9",
        "eyJpc3MiOiJzaG9wIiwiZXhwIjoxMDAwMDAwMDAwfQ",
        "q3Zt8Rk1Lw0XyB5cDfGhJ2nMpQsTvUaE4iO6rKl7WxY",
    ];
    parts.join(".")
}

fn run(dir: &Path, args: &[&str]) -> String {
    let output =
        Command::cargo_bin("stanch").expect("the program").current_dir(dir).args(args).output().expect("it runs");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn json(dir: &Path, args: &[&str]) -> Value {
    serde_json::from_str(&run(dir, args)).expect("JSON")
}

#[test]
fn a_right_checksum_is_said_and_a_wrong_one_rejects() {
    let dir = tempfile::tempdir().expect("a directory");
    let right = github_token();
    fs::write(dir.path().join("right.env"), format!("A={right}\n")).expect("written");
    let last = if right.ends_with('0') { '1' } else { '0' };
    fs::write(dir.path().join("wrong.env"), format!("A={}{last}\n", &right[..right.len() - 1])).expect("written");

    let report = json(dir.path(), &["scan", "--format", "json", "."]);
    let findings = report["findings"].as_array().expect("findings");
    assert_eq!(findings.len(), 1);
    assert_eq!((&findings[0]["proved"], &findings[0]["confidence"]), (&Value::from("checksum"), &Value::from("high")));
    assert_eq!(report["summary"]["rejected"]["checksum does not match"], 1);

    assert!(run(dir.path(), &["scan", "."]).contains("proved by its checksum"));
    assert!(run(dir.path(), &["explain", "wrong.env:1"]).contains("rejected: checksum does not match"));
    assert!(run(dir.path(), &["explain", "right.env:1"]).contains("proved by its checksum"));
    let sarif = json(dir.path(), &["scan", "--format", "sarif", "."]);
    assert_eq!(sarif["runs"][0]["results"][0]["properties"]["proved"], "checksum");
}

#[test]
fn only_people_are_told_what_day_it_is() {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("a.env"), format!("ACCESS_TOKEN={}\n", expired_token())).expect("written");
    let human = run(dir.path(), &["scan", "."]);
    assert!(human.contains("algorithm HS256; expired 2001-09-09; issuer shop"), "{human}");
    let args = ["scan", "--format", "json", "."];
    let report = run(dir.path(), &args);
    assert_eq!(report, run(dir.path(), &args));
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let facts = serde_json::json!({"algorithm": "HS256", "expires": "2001-09-09T01:46:40Z", "issuer": "shop"});
    assert_eq!(report["findings"][0]["facts"], facts);
    assert_eq!(report["findings"][0]["proved"], Value::Null);
}

#[test]
fn a_history_tells_the_same() {
    let repo = crate::git_support::Repo::init(&[]);
    for line in ["one", "two"] {
        let text = format!("{line}\nA={}\nACCESS_TOKEN={}\n", github_token(), expired_token());
        fs::write(repo.path.join("a.env"), text).expect("written");
        repo.git(&["add", "."]);
        repo.git(&["commit", "-qm", line]);
    }
    let tree = json(&repo.path, &["scan", "--format", "json", "a.env"]);
    let history = json(&repo.path, &["git", "--format", "json", "."]);
    let told = |report: &Value| {
        let mut told: Vec<String> = report["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .map(|finding| {
                format!("{} {} {} {}", finding["rule"], finding["confidence"], finding["proved"], finding["facts"])
            })
            .collect();
        told.sort();
        told
    };
    assert_eq!(told(&tree), told(&history));
    assert_eq!(told(&tree).len(), 2);
}

#[test]
fn a_key_file_of_a_service_account_is_one_finding() {
    let dir = tempfile::tempdir().expect("a directory");
    let key = made(ProofKind::GoogleServiceAccount, "");
    let id = "0a1b2c3d4e".repeat(4);
    let file = format!(
        r#"{{
  "type": "service_account",
  "project_id": "shop",
  "private_key_id": "{id}",
  "private_key": "{key}\n",
  "client_email": "shop@shop.iam.gserviceaccount.com",
  "token_uri": "https://oauth2.googleapis.com/token"
}}"#
    );
    fs::write(dir.path().join("key.json"), file).expect("written");
    let report = json(dir.path(), &["scan", "--format", "json", "."]);
    let findings = report["findings"].as_array().expect("findings");
    let key = findings.iter().find(|finding| finding["rule"] == "gcp-service-account-key").expect("the key");
    assert_eq!((&key["facts"]["project"], &key["facts"]["complete"]), (&Value::from("shop"), &Value::from(true)));
    assert_eq!(key["facts"]["key_bits"], 1024);
    assert!(findings.iter().all(|finding| finding["family"] == "gcp"), "{findings:?}");
}

#[test]
fn a_rule_with_an_unknown_proof_is_refused_and_all_are_named() {
    let dir = tempfile::tempdir().expect("a directory");
    let rule = "provider = \"Shop\"\nreferences = [\"https://example.org\"]\n[[rules]]\nid = \"shop-key\"\nprefix = \"shop_\"\n\
                alphabet = \"hex\"\nlength = 32\nproof = \"crc64\"\n";
    fs::write(dir.path().join("shop.toml"), rule).expect("written");
    let mut command = Command::cargo_bin("stanch").expect("the program");
    let output =
        command.current_dir(dir.path()).args(["rules", "check", "--rules", "shop.toml"]).output().expect("it runs");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2));
    assert!(message.contains("`proof` is `crc64`: it is one of atlassian-data-center-token, "), "{message}");
}
