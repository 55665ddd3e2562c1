//! `stanch explain`: why a line was or was not reported.

use crate::binary::{Ran, run, run_with_input, stanch, token, tree};
use stanch::engine::selftest::secret;
use stanch::rules::RuleSet;
use stanch::rules::example::{Random, fill};
use std::fs;
use std::path::Path;

fn explain(dir: &Path, subject: &str) -> Ran {
    run(&mut stanch(dir, ["explain", subject]))
}

/// A password's hash: of low confidence.
fn hash() -> String {
    let made = fill("$apr1${alnum:8}${alnum:22}", b"", &mut Random::new(3)).expect("a template");
    String::from_utf8(made).expect("ASCII")
}

#[test]
fn every_fate_of_a_line_is_told() {
    let lines = [
        format!("token = \"{}\"", token(1)),
        "password = \"changeme\"".to_owned(),
        format!("shop:{}", hash()),
        "key = 1".to_owned(),
        "nothing".to_owned(),
        format!("ghp_short and {}", token(2)),
        "my password is".to_owned(),
    ];
    let dir = tree(&[("a", &lines.join("\n"))]);
    let told = |line: usize| explain(dir.path(), &format!("a:{line}")).exits(0).out;
    let begins = |line: usize, wanted: &str| assert!(told(line).starts_with(wanted), "{}", told(line));
    begins(
        1,
        "generic-secret: rejected: a more specific rule matched the same bytes: github-personal-access-token (column 10)\n\
         github-personal-access-token: proved by its checksum\n\
         github-personal-access-token: reported: GitHub personal access token (classic) ghp_******** (confidence high, severity critical, \
         column 10)\ncandidate: `token` ghp_******** for generic-secret: log-odds +",
    );
    begins(
        2,
        "generic-password: rejected: placeholder: a word that says so (column 13)\n\
         candidate: `password` ******** for generic-password: not classified: placeholder: a word that says so\n",
    );
    begins(
        3,
        "htpasswd-apr1: matched, but shown only with --confidence low: Apache MD5 password hash $apr******** (confidence low, severity \
         medium, column 6)\n",
    );
    assert_eq!(told(5), "no rule's keyword stands on this line: nothing was looked at\n");
    assert!(told(6).contains("github-personal-access-token: reported"), "{}", told(6));
    let nearly = told(7);
    assert!(nearly.starts_with("column 4: the keyword `passw` of ") && nearly.contains("generic-password"), "{nearly}");
}

#[test]
fn a_line_within_a_secret_of_many_lines_is_explained_by_it() {
    let rules = RuleSet::builtin();
    let rule = rules.rules().iter().find(|rule| rule.id == "private-key-pem").expect("a built-in rule");
    let key = secret(rule, &mut Random::new(1)).expect("a key");
    let key = format!("\n{}\n", String::from_utf8(key).expect("ASCII"));
    let dir = tree(&[("key.pem", &key)]);
    for line in 2..=key.trim_end().lines().count() {
        explain(dir.path(), &format!("key.pem:{line}")).exits(0).says(&["private-key-pem: reported: PEM private key"]);
    }
    explain(dir.path(), "key.pem:1").exits(0).says(&["no rule's keyword"]);
}

#[test]
fn the_line_of_a_low_match_is_not_reported_because_another_line_is() {
    let dir = tree(&[("a", &format!("{}\nshop:{}\n", token(1), hash()))]);
    explain(dir.path(), "a:1").exits(0).says(&["reported"]);
    explain(dir.path(), "a:2").exits(0).says(&["htpasswd-apr1: matched, but shown only with --confidence low"]);
}

#[test]
fn places_are_written_in_several_ways() {
    let dir = tree(&[
        ("a:1", &token(1)),
        ("b c", &format!("x\r\ny = {}\r\n", token(2))),
        ("c:7:2", "x"),
        ("sub/d", &token(3)),
    ]);
    explain(dir.path(), "a:1:1").exits(0).says(&["reported"]);
    explain(dir.path(), "a:1:1:1").exits(0).says(&["reported"]);
    explain(dir.path(), "b c:2").exits(0).says(&["reported", "column 5"]);
    // As editors write it; the column does not matter.
    explain(dir.path(), "b c:2:17").exits(0).says(&["reported", "column 5"]);
    explain(dir.path(), "c:7:2:1").exits(0).says(&["no rule's keyword"]);
    explain(dir.path(), "./sub/d:1").exits(0).says(&["reported"]);
    explain(dir.path(), dir.path().join("sub/d:1").to_str().expect("UTF-8")).exits(0).says(&["reported"]);
}

#[test]
fn encodings_are_read_as_a_scan_reads_them() {
    let dir = tree(&[]);
    let text = format!("\u{20AC}\r\n\u{20AC} token = \"{}\"\r\nmy \u{20AC} password is\r\n", token(1));
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (name, bytes) in [
        ("little", [b"\xFF\xFE".as_slice(), &little].concat()),
        ("big", [b"\xFE\xFF".as_slice(), &big].concat()),
        ("unmarked", little),
        ("utf8", [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat()),
    ] {
        fs::write(dir.path().join(name), bytes).expect("writes");
        explain(dir.path(), &format!("{name}:2"))
            .exits(0)
            .says(&["github-personal-access-token: reported", "column 12"]);
        explain(dir.path(), &format!("{name}:3")).exits(0).says(&["column 6: the keyword `passw` of "]);
        explain(dir.path(), &format!("{name}:4")).exits(2).complains(&["the file has no line 4"]);
    }
}

#[test]
fn what_cannot_be_explained_is_refused_with_what_to_do() {
    let dir = tree(&[("a", "one\ntwo"), ("empty", ""), ("sub/b", "")]);
    for (subject, why) in [
        ("a:0", "a:0: lines count from 1"),
        ("a:3", "a: the file has no line 3"),
        ("a:18446744073709551615", "the file has no line 18446744073709551615"),
        ("empty:1", "empty: the file has no line 1"),
        ("a", "which line? Give it as a:LINE"),
        ("missing:1", "missing: No such file or directory (os error 2); give PATH:LINE"),
        ("sub:1", "sub: it is a directory; name a file in it"),
        ("-:1", "standard input can be read once only: save it to a file"),
        ("no-such-rule-and-no-file", "there is no rule `no-such-rule-and-no-file`"),
        ("a:one", "there is no rule `a:one`"),
        ("", "there is no rule ``"),
    ] {
        explain(dir.path(), subject).exits(2).complains(&[why]);
    }
    #[cfg(unix)]
    explain(dir.path(), "/dev/null:1").exits(2).complains(&["it is no regular file"]);
    let ran = run_with_input(&mut stanch(dir.path(), ["explain", "-:1"]), b"text");
    ran.exits(2).complains(&["standard input"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_may_not_be_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tree(&[("closed", &token(1))]);
    fs::set_permissions(dir.path().join("closed"), PermissionsExt::from_mode(0o000)).expect("permissions");
    let ran = run(crate::binary::unprivileged(&mut stanch(dir.path(), ["explain", "closed:1"])));
    ran.exits(2).complains(&["closed: Permission denied", "run as a user who may read it"]);
}

#[test]
fn a_rule_is_explained_and_a_mistyped_one_is_guessed() {
    let dir = tree(&[("a", "")]);
    let rule = "github-personal-access-token";
    let ran = explain(dir.path(), rule).exits(0);
    let ran = ran.says(&[
        "GitHub personal access token (classic) (github-personal-access-token)\n",
        "  severity    critical\n",
        "  confidence  high\n",
        "  keyword     ghp_ ",
        "  rotate      https://github.com/settings/tokens\n",
        "  reference   https://docs.github.com/",
        "  example     ",
    ]);
    let shown = run(&mut stanch(dir.path(), ["rules", "show", rule])).exits(0);
    assert_eq!(shown.out, ran.out);
    explain(dir.path(), "github-personal-acess-token")
        .exits(2)
        .complains(&["did you mean github-personal-access-token"]);
    explain(dir.path(), "github").exits(2).complains(&["did you mean github-"]);
    explain(dir.path(), "zzz").exits(2).complains(&["`stanch rules list` has them all; a line is given as PATH:LINE"]);
}
