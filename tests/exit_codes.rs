//! The exit codes of a scan are a promise to scripts.

use crate::binary::{run, run_with_input, scan, stanch, token, tree};

#[test]
fn clean_is_0_and_says_what_was_read() {
    let dir = tree(&[("a", "nothing here\n"), ("b/c", "")]);
    let ran = scan(dir.path(), &[]).exits(0).says(&["no secrets found: 2 files, 13 B read in "]);
    assert_eq!((ran.out.lines().count(), ran.err.as_str()), (1, ""));
}

#[test]
fn findings_are_1_or_what_the_user_says() {
    let dir = tree(&[("a", &token(1))]);
    scan(dir.path(), &[]).exits(1).says(&["1 secret in 1 place"]);
    scan(dir.path(), &["--exit-code", "42"]).exits(42).says(&["1 secret in 1 place"]);
    scan(dir.path(), &["--exit-code=0"]).exits(0).says(&["1 secret in 1 place"]);
    for taken in ["2", "3", "130"] {
        scan(dir.path(), &["--exit-code", taken]).exits(2).complains(&["--exit-code", "choose another"]);
    }
}

#[test]
fn a_scan_that_is_not_complete_is_3_unless_there_are_findings() {
    let large = "x".repeat(2000);
    let dir = tree(&[("large", &large)]);
    let limited = ["--max-file-size", "1k"];
    scan(dir.path(), &limited).exits(3).says(&[
        "no secrets found in what was read: 0 files",
        "Not read:\n  large: 2000 bytes, and --max-file-size is 1024",
        "INCOMPLETE: 1 thing could not be read",
    ]);
    scan(dir.path(), &["--max-file-size=1k", "--allow-incomplete"]).exits(0).says(&["INCOMPLETE"]);
    std::fs::write(dir.path().join("small"), token(1)).expect("writes");
    scan(dir.path(), &limited).exits(1).says(&["1 secret in 1 place", "INCOMPLETE"]);
    scan(dir.path(), &["--max-file-size=1k", "--allow-incomplete"]).exits(1);
    // Whoever lets findings pass has not said that a gap may pass.
    scan(dir.path(), &["--max-file-size=1k", "--exit-code=0"]).exits(3);
    scan(dir.path(), &["--max-file-size=1k", "--exit-code=0", "--allow-incomplete"]).exits(0);
}

#[test]
fn what_is_wrong_with_the_command_line_is_2_and_nothing_is_scanned() {
    let dir = tree(&[("a", &token(1))]);
    let refused = |args: &[&str]| {
        let ran = scan(dir.path(), args).exits(2);
        assert!(ran.out.is_empty(), "{ran:#?}");
        ran.err
    };
    assert!(refused(&["missing"]).contains("missing: no such file or directory"));
    assert!(refused(&["missing", "also/missing"]).contains("missing"));
    assert!(refused(&["--exclude", "[abc"]).contains("--exclude [abc: "));
    assert!(refused(&["--confidence", "sure"]).contains("[possible values: high, medium, low]"));
    assert!(refused(&["--format", "xml"]).contains("'xml' for '--format <FORMAT>'"));
    assert!(refused(&["--colour"]).contains("unexpected argument '--colour'"));
    for (size, why) in [
        ("ten", "with k, M, G or T behind it"),
        ("10x", "with k, M, G or T behind it"),
        ("10ibb", "with k, M, G or T behind it"),
        ("1.5G", "with k, M, G or T behind it"),
        ("99999999999999999999", "more than any file has"),
        ("18446744073709551615k", "more than any file has"),
        ("", "with k, M, G or T behind it"),
    ] {
        let said = refused(&[&format!("--max-file-size={size}")]);
        assert!(said.contains(why), "{size}: {said}");
    }
    for threads in ["0", "-1", "many", "100000"] {
        assert!(refused(&[&format!("--threads={threads}")]).contains("--threads"));
    }
}

#[test]
fn sizes_have_units() {
    let dir = tree(&[("a", &"x".repeat(1025))]);
    for (size, code) in [("1024", 3), ("1k", 3), ("1KiB", 3), ("1025", 0), ("2K", 0), ("1M", 0), ("1gb", 0), ("1T", 0)]
    {
        scan(dir.path(), &["--max-file-size", size]).exits(code);
    }
}

#[test]
fn a_command_without_anything_shows_help_and_is_2() {
    let dir = tree(&[]);
    let ran = run(&mut stanch(dir.path(), [""; 0])).exits(2);
    assert!(ran.err.contains("Usage: stanch <COMMAND>"), "{ran:#?}");
    let ran = run(&mut stanch(dir.path(), ["scam"])).exits(2);
    assert!(ran.err.contains("'scan'"), "{ran:#?}");
    run(&mut stanch(dir.path(), ["--version"])).exits(0).says(&[concat!("stanch ", env!("CARGO_PKG_VERSION"))]);
}

#[test]
fn standard_input_is_scanned_beside_paths() {
    let dir = tree(&[("a", &token(1))]);
    let ran = run_with_input(&mut stanch(dir.path(), ["scan", "-"]), token(2).as_bytes()).exits(1);
    let ran = ran.says(&["<stdin>\n", "1 secret in 1 place: 1 file, 40 B read"]);
    assert!(!ran.out.contains("a\n  "), "{ran:#?}");
    run_with_input(&mut stanch(dir.path(), ["scan", "a", "-", "-"]), token(2).as_bytes())
        .exits(1)
        .says(&["2 secrets in 2 places: 2 files, 80 B read"]);
    run(&mut stanch(dir.path(), ["scan", "-"])).exits(0).says(&["no secrets found: 1 file, 0 B read"]);
}
