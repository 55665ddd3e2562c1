//! In gitleaks' place: what scripts and builds that relied on gitleaks must find as it was.

use crate::binary::{Ran, run, stanch, token, tree};
use std::path::Path;

fn gitleaks(dir: &Path, args: &[&str]) -> Ran {
    run(stanch(dir, ["gitleaks"]).args(args).env("STANCH_CACHE_DIR", ""))
}

const RULES: &str = "[[rules]]\nid = \"acme-token\"\nregex = '''acme-[a-z0-9]{12}'''\nkeywords = [\"acme-\"]\n\n[[rules]]\nid = \"generic-api-key\"\nregex = '''key = \"([^\"]{8,})\"'''\nkeywords = [\"key\"]\n";

#[test]
fn a_generic_rule_yields_where_another_holds_the_secret() {
    let text = "key = \"acme-0123456789ab\"\nkey = \"something-else\"\n";
    let dir = tree(&[(".gitleaks.toml", RULES), ("a.txt", text)]);
    let ran = gitleaks(dir.path(), &["dir", ".", "-f", "json", "-r", "-"]).exits(1);
    let rules: Vec<String> =
        ran.json().as_array().expect("a list").iter().map(|one| one["RuleID"].to_string()).collect();
    assert_eq!(rules, ["\"acme-token\"", "\"generic-api-key\""], "{ran:#?}");
    assert_eq!(ran.json()[1]["StartLine"], 2);
    // An ignored specific finding leaves nothing behind that would turn a build red.
    let dir = tree(&[(".gitleaks.toml", RULES), ("a.txt", &text[..26]), (".gitleaksignore", "a.txt:acme-token:1\n")]);
    gitleaks(dir.path(), &["dir", "."]).exits(0);
    // One that an allowlist exempts holds nothing, as in gitleaks.
    let allowed = format!("{RULES}\n[[allowlists]]\ntargetRules = [\"acme-token\"]\nregexes = ['''acme''']\n");
    let dir = tree(&[(".gitleaks.toml", &allowed), ("a.txt", &text[..26])]);
    gitleaks(dir.path(), &["dir", "."]).exits(1);
    // Our rules hold secrets, too.
    let config =
        format!("[extend]\nuseDefault = true\n{}", &RULES[RULES.find("[[rules]]\nid = \"generic").expect("a rule")..]);
    let dir = tree(&[("b.toml", &config), ("a.txt", &format!("key = \"{}\"\n", token(1)))]);
    let ran = gitleaks(dir.path(), &["dir", "a.txt", "-c", "b.toml", "-f", "json", "-r", "-"]).exits(1);
    let rules: Vec<String> =
        ran.json().as_array().expect("a list").iter().map(|one| one["RuleID"].to_string()).collect();
    assert_eq!(rules, ["\"github-personal-access-token\""], "{ran:#?}");
}

#[test]
fn only_its_own_comments_count() {
    for (comment, code) in [("gitleaks:allow", 0), ("stanch:allow", 0), ("ggignore", 1), ("trufflehog:ignore", 1)] {
        let dir = tree(&[("a.txt", &format!("key = \"{}\" # {comment}\n", token(2)))]);
        gitleaks(dir.path(), &["dir", "."]).exits(code);
        // Elsewhere all of them do.
        run(&mut stanch(dir.path(), ["scan", "."])).exits(0);
    }
}

#[test]
fn what_is_found_by_its_path_stands_on_line_0() {
    let config = "[[rules]]\nid = \"key-file\"\ndescription = \"a key\"\npath = '''\\.pfx$'''\n";
    let dir = tree(&[(".gitleaks.toml", config), ("a.pfx", "x\n")]);
    let ran = gitleaks(dir.path(), &["dir", ".", "-f", "json", "-r", "-"]).exits(1);
    let one = &ran.json()[0];
    assert_eq!((one["StartLine"].as_u64(), one["EndLine"].as_u64()), (Some(0), Some(0)), "{ran:#?}");
    assert_eq!(one["Fingerprint"], "a.pfx:key-file:0");
    let dir = tree(&[(".gitleaks.toml", config), ("a.pfx", "x\n"), (".gitleaksignore", "a.pfx:key-file:0\n")]);
    gitleaks(dir.path(), &["dir", "."]).exits(0);
}

#[test]
fn versions_and_rules_are_told_as_scripts_read_them() {
    let dir = tree(&[(".gitleaks.toml", RULES), ("a.txt", "nothing\n")]);
    for args in [&["version"][..], &["--version"]] {
        gitleaks(dir.path(), args).exits(0).says(&["8.30.0"]);
    }
    let ran = gitleaks(dir.path(), &["dir", ".", "-f", "sarif", "-r", "-"]).exits(0);
    let rules = ran.json()["runs"][0]["tool"]["driver"]["rules"].clone();
    let ids: Vec<&str> = rules.as_array().expect("a list").iter().filter_map(|rule| rule["id"].as_str()).collect();
    assert_eq!(ids, ["acme-token", "generic-api-key"]);
}
