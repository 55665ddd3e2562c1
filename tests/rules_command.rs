//! `stanch rules`, and rule files of the user's own.

use crate::binary::{Ran, run, stanch, tree};
use std::path::Path;

fn rules(dir: &Path, args: &[&str]) -> Ran {
    run(stanch(dir, ["rules"]).args(args))
}

/// A sound rule file of the family `acme`.
const SOUND: &str = r#"
provider = "Acme"

[[rules]]
id = "acme-token"
name = "Acme token"
pattern = '''\b(?P<secret>acme_[0-9a-z]{24})\b'''
keywords = ["acme_"]
references = ["https://acme.example/docs"]
examples = ["ACME_TOKEN={secret}"]
"#;

#[test]
fn all_rules_are_listed_for_people_and_for_programs() {
    let dir = tree(&[("acme.toml", SOUND)]);
    let listed = rules(dir.path(), &["list"]).exits(0);
    let ids: Vec<&str> = listed.out.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(ids.len() > 100 && ids.is_sorted() && ids.contains(&"github-personal-access-token"));
    let json = rules(dir.path(), &["list", "--format", "json"]).exits(0).json();
    let all = json.as_array().expect("an array");
    assert!(all.iter().map(|rule| rule["id"].as_str().expect("an id")).eq(ids.iter().copied()));
    for rule in all {
        for key in ["family", "provider", "name", "severity", "confidence"] {
            assert!(rule[key].as_str().is_some_and(|text| !text.is_empty()), "{key} of {rule}");
        }
        assert!(rule["references"][0].is_string() && rule["keywords"][0].is_string(), "{rule}");
    }
    let more = rules(dir.path(), &["list", "-f", "json", "--rules", "acme.toml"]).exits(0).json();
    assert_eq!(more.as_array().map(Vec::len), Some(all.len() + 1));
    let acme = more.as_array().expect("an array").iter().find(|rule| rule["family"] == "acme").expect("it is there");
    assert_eq!((&acme["keywords"][0], &acme["confidence"]), (&"acme_".into(), &"high".into()));
}

#[test]
fn the_list_is_of_what_holds_here() {
    let config = "disable = [\"github-*\"]\n[rules.generic-password]\nseverity = \"low\"\n";
    let own = SOUND.replace("provider = \"Acme\"\n", "").replace("[[rules]]", "[[rule]]\nprovider = \"Acme\"");
    let dir = tree(&[("stanch.toml", &format!("{config}{own}")), ("sub/file", "")]);
    let line = |listed: &str, id: &str| {
        listed.lines().find(|line| line.split_whitespace().next() == Some(id)).map(str::to_owned)
    };
    let pat = "github-personal-access-token";
    let here = rules(dir.path(), &["list"]).exits(0).out;
    assert!(line(&here, "acme-token").is_some() && line(&here, pat).is_none());
    assert!(line(&here, "generic-password").is_some_and(|line| line.contains(" low ")), "{here}");
    // What holds above holds below.
    assert_eq!(rules(&dir.path().join("sub"), &["list", "--config", "../stanch.toml"]).exits(0).out, here);
    let all = rules(dir.path(), &["list", "--all"]).exits(0).out;
    assert!(line(&all, pat).is_some_and(|line| line.ends_with("(off: stanch.toml:1)")), "{:?}", line(&all, pat));
    let json = rules(dir.path(), &["list", "--all", "-f", "json"]).exits(0).json();
    let off = json.as_array().expect("a list").iter().filter(|rule| rule["off"] == "stanch.toml:1").count();
    assert!(off > 1 && off == all.lines().count() - here.lines().count());
    let without = rules(dir.path(), &["list", "--no-config"]).exits(0).out;
    assert!(line(&without, pat).is_some() && line(&without, "acme-token").is_none());
    std::fs::rename(dir.path().join("stanch.toml"), dir.path().join("other.toml")).expect("renames");
    assert_eq!(rules(dir.path(), &["list"]).exits(0).out, without);
    assert_eq!(rules(dir.path(), &["list", "--config", "other.toml"]).exits(0).out, here);
}

#[test]
fn rules_are_checked_and_tested_as_a_set_or_one_by_one() {
    let dir = tree(&[("acme.toml", SOUND), ("twin.toml", &SOUND.replace("acme-", "twin-"))]);
    let both = ["--rules", "acme.toml", "--rules", "twin.toml"];
    rules(dir.path(), &["check", "--rules", "acme.toml"]).exits(0).says(&["rules checked: sound as a set"]);
    rules(dir.path(), &["check", both[0], both[1], both[2], both[3]])
        .exits(1)
        .says(&["acme-token and twin-token match the same: keep one", "1 fault in "]);
    let tested = "1 rule tested: all examples found, no counter-example";
    rules(dir.path(), &["test", "acme-token", "--rules", "acme.toml"]).exits(0).says(&[tested]);
    rules(dir.path(), &["test", "github-personal-access-token"]).exits(0).says(&[tested]);
    rules(dir.path(), &["test", "acme-token"]).exits(2).complains(&["there is no rule `acme-token`"]);
    let silent = SOUND.replace("ACME_TOKEN={secret}", "x{secret}");
    let dir = tree(&[("acme.toml", &silent)]);
    rules(dir.path(), &["test", "acme-token", "--rules", "acme.toml"])
        .exits(1)
        .says(&["acme-token: does not fire on `x{secret}`: it does not match", "1 fault in 1 rule"]);
}

#[test]
fn rules_of_the_users_own_are_scanned_with() {
    let dir = tree(&[("acme.toml", SOUND), ("a", "see acme_q8w3hk2lz0d9xnv5tb1rjm47 here")]);
    run(&mut stanch(dir.path(), ["scan", "a"])).exits(0);
    let ran = run(&mut stanch(dir.path(), ["scan", "a", "--rules", "acme.toml"])).exits(1);
    ran.says(&["Acme token  acme********  acme-token"]);
    run(&mut stanch(dir.path(), ["explain", "a:1", "--rules", "acme.toml"])).exits(0).says(&["acme-token: reported"]);
    run(&mut stanch(dir.path(), ["explain", "acme-token", "--rules", "acme.toml"])).exits(0).says(&["Acme token"]);
}

#[test]
fn a_malformed_rule_file_is_refused_with_its_line_and_what_to_do() {
    let replaced = |from: &str, to: &str| SOUND.replace(from, to);
    let keyword = "keywords = [\"acme_\"]";
    let too_large = format!(
        "pattern = '''acme_(?:(?:[aceg]{{1,80}}-){{1,80}}{})'''\nmultiline = true",
        "|(?:[aceg]{1,80}.){1,80}".repeat(60)
    );
    let twice = format!("{SOUND}\n{}", replaced("provider = \"Acme\"", ""));
    for (text, line, why) in [
        (replaced("provider = \"Acme\"", "provider = Acme"), 2, "string values must be quoted"),
        (replaced("name = ", "nam = "), 6, "unknown field `nam`"),
        (
            replaced("id = \"acme-token\"", "id = \"other-token\""),
            5,
            "an id begins with its family, a file's stem: `acme-…`",
        ),
        (replaced("id = \"acme-token\"", "id = \"acme-Token\""), 5, "an id is lower-case letters, digits and `-`"),
        (replaced(keyword, ""), 5, "`keywords` is empty"),
        (replaced("[\"acme_\"]", "[\"ac\"]"), 5, "shorter than three bytes; find a rarer literal"),
        (replaced("[\"acme_\"]", "[\"other_\"]"), 5, "keyword"),
        (replaced("{24}", "{24,}"), 5, "no longest match"),
        (replaced("{24}", "{24"), 5, "regex"),
        (
            replaced(keyword, "keywords = [\"acme_\"]\nseverity = \"awful\""),
            5,
            "`awful` is not one of critical, high, medium, low",
        ),
        (replaced("[\"https://acme.example/docs\"]", "[]"), 5, "references"),
        (replaced("pattern = '''\\b(?P<secret>acme_[0-9a-z]{24})\\b'''", &too_large), 5, "too large"),
        (twice.clone(), 16, "the id occurs twice in this file; choose another"),
        (twice.replacen("acme-token", "acme-z", 1), 16, "rules are sorted by id; this one belongs before `acme-z`"),
    ] {
        let dir = tree(&[("acme.toml", &text), ("a", "")]);
        for command in [&["scan", "a"][..], &["rules", "list"], &["rules", "check"], &["explain", "a:1"]] {
            let ran = run(stanch(dir.path(), command).args(["--rules", "acme.toml"])).exits(2);
            let place = format!("stanch: error: acme.toml:{line}: ");
            assert!(ran.out.is_empty() && ran.err.starts_with(&place) && ran.err.contains(why), "{why}: {ran:#?}");
        }
    }
}

#[test]
fn a_rule_file_that_cannot_be_taken_is_refused() {
    let taken = SOUND.replace("acme-token", "github-personal-access-token").replace("Acme", "GitHub");
    let dir = tree(&[("acme.toml", SOUND), ("github.toml", &taken), ("My Rules.toml", SOUND), ("sub/x", "")]);
    std::fs::write(dir.path().join("bytes.toml"), b"provider = \"\xFF\"").expect("writes");
    let refused = |file: &str, why: &[&str]| {
        run(&mut stanch(dir.path(), ["scan", "sub", "--rules", file])).exits(2).complains(why);
    };
    refused(
        "github.toml",
        &["github.toml:5: the id `github-personal-access-token` is taken by another rule; choose a new one"],
    );
    refused("missing.toml", &["cannot read the rule file missing.toml: No such file"]);
    refused("sub", &["cannot read the rule file sub: it is a directory"]);
    refused("bytes.toml", &["cannot read the rule file bytes.toml", "UTF-8"]);
    refused("My Rules.toml", &["My Rules.toml:1: ", "rename it to lower-case letters, digits and `-`"]);
    let twice = ["scan", "sub", "--rules", "acme.toml", "--rules", "acme.toml"];
    run(&mut stanch(dir.path(), twice)).exits(2).complains(&["acme.toml:5: the id `acme-token` is taken"]);
}
