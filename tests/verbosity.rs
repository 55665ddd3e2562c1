//! `--quiet` says findings and what was not read, and nothing else; `--verbose` says more, and never in a report.

use crate::binary::{scan, stanch, token, tree};
use std::fs;

#[test]
fn quiet_leaves_findings_and_errors() {
    let dir = tree(&[("a", &token(1)), ("clean/b", "nothing"), ("clean/c.lock", ""), ("large/d", "too long")]);
    let clean = scan(dir.path(), &["clean", "-q", "--exclude", "*.lock"]).exits(0);
    assert_eq!((clean.out.as_str(), clean.err.as_str()), ("", ""));
    let found = scan(dir.path(), &["a", "-q"]).exits(1);
    let lines: Vec<&str> = found.out.lines().collect();
    assert!(lines[0] == "a" && lines[1].contains("GitHub personal access token"), "{found:#?}");
    assert!(!found.out.contains("secret in") && !found.out.contains("rejected"), "{found:#?}");
    let gap = scan(dir.path(), &["large", "-q", "--max-file-size", "2"]).exits(3);
    assert!(!gap.out.contains("no secrets found"), "{gap:#?}");
    gap.says(&["Not read:", "large/d: 8 bytes", "INCOMPLETE: 1 thing could not be read"]);
    scan(dir.path(), &["nowhere", "-q"]).exits(2).complains(&["nowhere"]);
    // What is a note to people is silent too, and a report for programs is what it was.
    fs::write(dir.path().join("clean/stanch.toml"), "disable = [\"no-such-rule\"]\n").expect("writes");
    assert!(scan(dir.path(), &["clean"]).exits(0).out.contains("note: "));
    assert_eq!(scan(dir.path(), &["clean", "-q"]).exits(0).out, "");
    let notes = scan(dir.path(), &["clean", "-q", "-f", "json"]).exits(0).json();
    assert!(notes["summary"]["complete"] == true);
    // What was asked for is said.
    fs::write(dir.path().join("clean/b"), format!("t = {} # stanch:allow\n", token(2))).expect("writes");
    scan(dir.path(), &["clean", "-q", "--explain"]).exits(0).says(&["Suppressed:", "stanch:allow"]);
}

#[test]
fn verbose_names_what_was_left_out_and_which_files_hold() {
    let lines = format!("one = {}\npassword = \"changeme\"\napi_key = \"<your key here>\"\n", token(1));
    let files = [
        ("stanch.toml", "exclude = [\"*.lock\"]\n"),
        (".stanchignore", "stanch-ignore 1\n"),
        ("sub/stanch.toml", "severity = \"low\"\n"),
        ("a", lines.as_str()),
        ("many/1.lock", ""),
        ("many/2.lock", ""),
        ("many/3.lock", ""),
        ("many/4.lock", ""),
    ];
    let dir = tree(&files);
    let args = ["--color", "never"];
    let plain = scan(dir.path(), &args).exits(1);
    assert_eq!(plain.err, "");
    let ran = scan(dir.path(), &[&args[..], &["-v"]].concat()).exits(1);
    for part in [
        "stanch: configuration stanch.toml\n",
        "stanch: configuration sub/stanch.toml\n",
        "stanch: ignore file .stanchignore, entries: 0\n",
        "stanch: left out, excluded: 4\nstanch:   many/1.lock\n",
        "stanch:   many/4.lock\n",
        "stanch: matches rejected: ",
    ] {
        assert!(ran.err.contains(part), "{part}: {ran:#?}");
    }
    assert!(!ran.err.contains(&token(1)) && !ran.err.contains("changeme"), "{ran:#?}");
    // The counts are those of the summary.
    let counts = ran.err.lines().skip_while(|line| !line.contains("matches rejected")).skip(1);
    let counts = counts.take_while(|line| line.starts_with("stanch:    "));
    let sum: u64 = counts.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok()).sum();
    assert!(sum > 0 && ran.out.contains(&format!("{sum} matches rejected")), "{ran:#?}");
    // A report for programs stays what it is.
    let json = scan(dir.path(), &["-f", "json", "--verbose"]).exits(1);
    assert!(json.json()["findings"].is_array() && json.err.contains("stanch: configuration"));
    let none = scan(dir.path(), &["-v", "--no-config", "--no-ignores", "sub"]).exits(0);
    assert!(none.err.contains("no configuration, ignore file or baseline holds"), "{none:#?}");
    scan(dir.path(), &["-v", "-q"]).exits(2);
}

#[test]
fn git_has_both() {
    let dir = tree(&[]);
    let git = |args: &[&str]| {
        let done = std::process::Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
            .args(args)
            .current_dir(dir.path())
            .status();
        assert!(done.is_ok_and(|status| status.success()));
    };
    git(&["init", "-q"]);
    fs::write(dir.path().join("a"), "nothing\n").expect("writes");
    git(&["add", "a"]);
    git(&["commit", "-q", "-m", "one"]);
    let quiet = crate::binary::run(&mut stanch(dir.path(), ["git", "-q"])).exits(0);
    assert_eq!((quiet.out.as_str(), quiet.err.as_str()), ("", ""));
    let verbose = crate::binary::run(&mut stanch(dir.path(), ["git", "-v"])).exits(0);
    assert!(verbose.err.contains("baseline holds") && verbose.out.contains("no secrets found"), "{verbose:#?}");
}
