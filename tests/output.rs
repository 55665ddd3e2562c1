//! Where a report goes, and what happens when it cannot.

use crate::binary::{run, scan, stanch, token, tree};
use std::fs::{self, File};
use std::io::Write;
use std::process::Stdio;

const FORMATS: [&str; 4] = ["human", "json", "jsonl", "sarif"];

#[test]
fn a_report_replaces_its_file_as_a_whole() {
    let dir = tree(&[("a", &token(1)), ("out/report", "old")]);
    let report = dir.path().join("out/report");
    for format in FORMATS {
        let ran = scan(dir.path(), &["a", "-f", format, "-o", "out/report"]).exits(1);
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
        assert!(fs::read_to_string(&report).expect("a report").contains("ghp_********"));
        let names: Vec<_> =
            fs::read_dir(dir.path().join("out")).expect("lists").map(|entry| entry.expect("one").file_name()).collect();
        assert_eq!(names, ["report"], "nothing else is left");
    }
    scan(dir.path(), &["a", "-o", "new", "--color=auto"]).exits(1);
    assert!(!fs::read_to_string(dir.path().join("new")).expect("a report").contains('\u{1b}'));
    scan(dir.path(), &["a", "-o", "-"]).exits(1).says(&["1 secret in 1 place"]);
    assert!(!dir.path().join("-").exists());
}

#[test]
fn the_file_of_a_report_is_not_scanned_as_a_part_of_the_tree() {
    let dir = tree(&[("a", "text")]);
    scan(dir.path(), &["-f", "json", "-o", "report"]).exits(0);
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(dir.path().join("report")).expect("a report")).expect("JSON");
    assert_eq!(report["summary"]["files"], 1);
}

#[test]
fn a_file_that_cannot_be_written_is_refused_before_the_scan() {
    let dir = tree(&[("a", &token(1)), ("folder/b", "")]);
    for (output, why) in [
        ("folder", "it is a directory; name a file"),
        ("missing/report", "its directory does not exist; make it first"),
        ("a/report", "Not a directory"),
        ("/", "it is a directory"),
        ("..", "it is a directory"),
    ] {
        scan(dir.path(), &["-o", output]).exits(2).complains(&[&format!("cannot write to {output}: "), why]);
    }
    // Before the scan: a path that is not there is never looked at.
    #[cfg(target_os = "linux")]
    scan(dir.path(), &["/dev/zero", "-o", "/proc/report"]).exits(2);
}

#[test]
#[cfg(target_os = "linux")]
fn a_directory_that_may_not_be_written_to_is_refused_before_the_scan() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tree(&[("a", &token(1)), ("closed/report", "old")]);
    // A file that may be written is written in place; this one may not.
    fs::set_permissions(dir.path().join("closed/report"), PermissionsExt::from_mode(0o444)).expect("permissions");
    fs::set_permissions(dir.path().join("closed"), PermissionsExt::from_mode(0o555)).expect("permissions");
    let ran = run(crate::binary::unprivileged(&mut stanch(dir.path(), ["scan", "-o", "closed/report"])));
    ran.exits(2).complains(&["closed/report"]);
    assert_eq!(fs::read_to_string(dir.path().join("closed/report")).expect("still there"), "old");
    fs::set_permissions(dir.path().join("closed"), PermissionsExt::from_mode(0o755)).expect("permissions");
}

#[test]
#[cfg(unix)]
fn permissions_and_links_stay() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let dir = tree(&[("a", &token(1)), ("old", "old"), ("sub/b", "")]);
    fs::set_permissions(dir.path().join("old"), PermissionsExt::from_mode(0o600)).expect("permissions");
    symlink("../old", dir.path().join("sub/link")).expect("links");
    symlink("sub/new", dir.path().join("to-new")).expect("links");
    for link in ["sub/link", "to-new"] {
        scan(dir.path(), &["a", "-o", link]).exits(1);
        assert!(dir.path().join(link).is_symlink());
    }
    let mode = |name: &str| fs::metadata(dir.path().join(name)).expect("exists").mode() & 0o777;
    assert_eq!((mode("old"), mode("sub/new") & 0o600), (0o600, 0o600));
    assert!(fs::read_to_string(dir.path().join("sub/new")).expect("a report").contains("1 secret"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_never_clean() {
    let dir = tree(&[("a", &token(1)), ("b", "text")]);
    for format in FORMATS {
        for (path, code, exit_code) in [("a", 1, "1"), ("a", 9, "9"), ("a", 3, "0"), ("b", 3, "1")] {
            let args = ["scan", path, "-f", format, "--exit-code", exit_code];
            let full = File::options().write(true).open("/dev/full").expect("a device");
            let output =
                stanch(dir.path(), args).stdout(full).stderr(Stdio::piped()).spawn().expect("the binary starts");
            let output = output.wait_with_output().expect("it ends");
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(code), "{said}");
            assert!(
                said.starts_with("stanch: error: cannot write the report to standard output: No space left"),
                "{said}"
            );
            let ran = run(stanch(dir.path(), args).args(["-o", "/dev/full"])).exits(code);
            ran.complains(&["cannot write the report to /dev/full: No space left", "run it again"]);
        }
    }
    let full = File::options().write(true).open("/dev/full").expect("a device");
    let ran = run(&mut stanch(dir.path(), ["explain", "github-personal-access-token"])).exits(0);
    assert!(ran.out.contains("ghp_"));
    let output = stanch(dir.path(), ["rules", "list"]).stdout(full).output().expect("the binary starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        (output.status.code(), said.contains("cannot write to standard output: No space")),
        (Some(3), true),
        "{said}"
    );
}

#[test]
#[cfg(target_os = "linux")]
fn an_old_report_survives_a_disk_that_fills_up() {
    use std::os::unix::process::CommandExt;
    let dir = tree(&[("a", &token(1)), ("report", "old")]);
    let mut command = stanch(dir.path(), ["scan", "a", "-f", "json", "-o", "report"]);
    let limit = || {
        let none = libc::rlimit { rlim_cur: 100, rlim_max: 100 };
        // SAFETY: the structure is whole, and both calls may be made between fork and exec.
        unsafe {
            libc::setrlimit(libc::RLIMIT_FSIZE, &raw const none);
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
        }
        Ok(())
    };
    // SAFETY: the closure makes system calls that may be made between fork and exec.
    unsafe { command.pre_exec(limit) };
    run(&mut command).exits(1).complains(&["cannot write the report to report: File too large", "1"]);
    assert_eq!(fs::read_to_string(dir.path().join("report")).expect("still there"), "old");
    assert_eq!(fs::read_dir(dir.path()).expect("lists").count(), 2, "nothing is left behind");
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    let dir = tree(&[]);
    let tokens: Vec<String> = (0..500).map(token).collect();
    fs::write(dir.path().join("many"), tokens.join("\n")).expect("writes");
    let rules = ["rules", "list"].as_slice();
    let scans = FORMATS.map(|format| vec!["scan", "-f", format]);
    for args in scans.iter().map(Vec::as_slice).chain([rules, &["rules", "list", "-f", "json"], &["explain", "many:3"]])
    {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = stanch(dir.path(), args).stdout(writer).output().expect("the binary starts");
        let said = String::from_utf8_lossy(&output.stderr);
        let code = i32::from(args[0] == "scan");
        assert_eq!((output.status.code(), said.as_ref()), (Some(code), ""), "{args:?}");
    }
}

#[test]
fn colour_is_for_terminals_or_for_who_asks() {
    let dir = tree(&[("a", &token(1))]);
    let is_coloured = |args: &[&str], color: Option<&str>| {
        let mut command = stanch(dir.path(), ["scan"]);
        command.args(args).env("TERM", "xterm-256color");
        color.into_iter().for_each(|value| _ = command.env("NO_COLOR", value));
        run(&mut command).exits(1).out.contains("\u{1b}[")
    };
    assert!(
        !is_coloured(&[], None) && !is_coloured(&["--color=auto"], None) && !is_coloured(&["--color", "never"], None)
    );
    assert!(is_coloured(&["--color=always"], None));
    // Who says it on the command line means it.
    assert!(is_coloured(&["--color=always"], Some("1")));
    assert!(!is_coloured(&["--color=always", "-f", "json"], None));
}

#[test]
fn nothing_but_the_report_is_written_when_nobody_is_at_a_terminal() {
    let dir = tree(&[]);
    // Longer than the progress bar waits.
    let mut child = stanch(dir.path(), ["scan", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    std::thread::sleep(std::time::Duration::from_millis(700));
    child.stdin.take().expect("it is piped").write_all(b"text").expect("writes");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
