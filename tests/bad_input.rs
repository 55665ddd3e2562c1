//! Input that is bad, through the binary: it is named, the exit code is right, and everything else is scanned all the same.
//! `tests/bad_files.rs` has the same at the source's own door.

use crate::binary::{Ran, run, run_with_input, scan, stanch, token, tree, unprivileged};
use std::ffi::{CString, OsStr};
use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

fn make_fifo(path: &Path) {
    let name = CString::new(path.as_os_str().as_bytes()).expect("no zero byte");
    // SAFETY: `name` is a string that ends in a zero byte and outlives the call.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
}

/// Does something over and over until it gives something. Nothing here depends on how long that takes.
fn until<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    loop {
        match attempt() {
            Some(result) => return result,
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// The other end of a FIFO that somebody reads.
fn writer_of(path: &Path) -> Option<fs::File> {
    OpenOptions::new().write(true).custom_flags(libc::O_NONBLOCK).open(path).ok()
}

/// Problems of a JSON report as `what: kind`.
fn problems(ran: &Ran) -> Vec<String> {
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let report = ran.json();
    let all = report["problems"].as_array().expect("an array");
    all.iter().map(|one| format!("{}: {}", text(&one["what"]), text(&one["kind"]))).collect()
}

#[test]
fn what_may_not_be_read_is_named_and_the_rest_is_scanned() {
    let dir = tree(&[("open", &token(1)), ("closed", &token(2)), ("sub/a", &token(3))]);
    for name in ["closed", "sub"] {
        fs::set_permissions(dir.path().join(name), Permissions::from_mode(0o000)).expect("permissions");
    }
    let ran = run(unprivileged(&mut stanch(dir.path(), ["scan"])));
    ran.exits(1).says(&[
        "open\n",
        "Not read:\n  closed: Permission denied (os error 13): run as a user who may read it",
        "  sub: Permission denied",
        "1 secret in 1 place: 1 file",
        "INCOMPLETE: 2 things could not be read",
    ]);
    for named in ["closed", "sub", "sub/a"] {
        let ran = run(unprivileged(&mut stanch(dir.path(), ["scan", "-f", "json", named]))).exits(3);
        assert_eq!(problems(&ran), [format!("{named}: unreadable")]);
    }
    fs::set_permissions(dir.path().join("sub"), Permissions::from_mode(0o755)).expect("permissions");
}

#[test]
fn links_are_left_out_and_named_or_followed_and_checked() {
    let dir = tree(&[("file", "text"), ("sub/a", &token(1))]);
    for (target, link) in [("sub/a", "good"), ("nowhere", "broken"), ("loop", "loop"), ("..", "sub/up")] {
        symlink(target, dir.path().join(link)).expect("links");
    }
    let left_out = "left out: 4 symbolic links not followed (broken, good, loop, …)";
    scan(dir.path(), &[]).exits(1).says(&["1 secret in 1 place: 2 files", left_out]);
    let ran = scan(dir.path(), &["--follow", "-f", "json"]).exits(1);
    assert_eq!(problems(&ran), ["broken: broken-link", "loop: broken-link", "sub/up: broken-link"]);
    assert_eq!(ran.json()["summary"]["occurrences"], 2);
    // What was named was asked for.
    for link in ["broken", "loop"] {
        let ran = scan(dir.path(), &[link, "-f", "json"]).exits(3);
        assert_eq!(problems(&ran), [format!("{link}: broken-link")]);
    }
    scan(dir.path(), &["good"]).exits(1);
}

#[test]
fn special_files_are_left_out_and_named() {
    let dir = tree(&[("file", "text")]);
    make_fifo(&dir.path().join("fifo"));
    let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).expect("a socket");
    scan(dir.path(), &[]).exits(0).says(&["left out: 2 special files (fifo, socket)"]);
    let ran = scan(dir.path(), &["socket", "/dev/zero", "-f", "json"]).exits(3);
    assert_eq!(problems(&ran), ["/dev/zero: unreadable", "socket: unreadable"]);
    assert!(ran.out.contains("pipe what they give into `stanch scan -`"));
}

#[test]
fn a_fifo_that_is_named_is_read_to_its_end() {
    let dir = tree(&[]);
    let fifo = dir.path().join("fifo");
    make_fifo(&fifo);
    let child = stanch(dir.path(), ["scan", "fifo"]).stdout(Stdio::piped()).spawn().expect("the binary starts");
    let mut writer = until(|| writer_of(&fifo));
    for part in [token(1).as_str(), "\n", token(2).as_str()] {
        writer.write_all(part.as_bytes()).expect("writes");
        std::thread::sleep(Duration::from_millis(60));
    }
    drop(writer);
    let output = child.wait_with_output().expect("it ends");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.code() == Some(1) && out.contains("2 secrets in 2 places: 1 file, 81 B read"), "{out}");
}

#[test]
fn a_file_that_vanishes_after_it_was_listed_is_a_problem() {
    let dir = tree(&[("file", "text")]);
    let fifos = ["1", "2"].map(|name| dir.path().join(name));
    fifos.iter().for_each(|path| make_fifo(path));
    // One thread reads them in one order or the other: between two FIFOs the file has not been opened yet.
    let child = stanch(dir.path(), ["scan", "-j1", "-f", "json", "1", "file", "2"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let (first, writer) =
        until(|| fifos.iter().enumerate().find_map(|(at, path)| writer_of(path).map(|writer| (at, writer))));
    fs::remove_file(dir.path().join("file")).expect("removes");
    drop(writer);
    drop(until(|| writer_of(&fifos[1 - first])));
    let output = child.wait_with_output().expect("it ends");
    let ran =
        Ran { code: output.status.code(), out: String::from_utf8(output.stdout).expect("UTF-8"), err: String::new() };
    let ran = ran.exits(3);
    assert_eq!(problems(&ran), ["file: vanished"]);
}

/// Whether a process has begun to read this file.
fn reads(process: u32, file: &Path) -> bool {
    let opened = fs::read_dir(format!("/proc/{process}/fd")).into_iter().flatten().flatten();
    let of_file = |fd: &PathBuf| fs::read_link(fd).is_ok_and(|target| target == file);
    opened.map(|entry| entry.path()).filter(of_file).any(|fd| {
        let number = fd.file_name().expect("a number").to_owned();
        let info = fs::read_to_string(Path::new("/proc").join(process.to_string()).join("fdinfo").join(number));
        info.is_ok_and(|info| !info.starts_with("pos:\t0\n"))
    })
}

#[test]
fn a_file_that_shrinks_while_it_is_read_is_read_as_far_as_it_goes() {
    let dir = tree(&[("large", "")]);
    let large = dir.path().join("large").canonicalize().expect("exists");
    // So large that nobody reads it to its end meanwhile, and empty on the disk.
    const SIZE: u64 = 1 << 40;
    let file = OpenOptions::new().write(true).open(&large).expect("opens");
    if file.set_len(SIZE).is_err() {
        return; // No file system of ours allows such files.
    }
    let child = stanch(dir.path(), ["scan"]).stdout(Stdio::piped()).spawn().expect("the binary starts");
    until(|| reads(child.id(), &large).then_some(()));
    file.set_len(1).expect("shrinks");
    let output = child.wait_with_output().expect("it ends");
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.code() == Some(0) && out.contains("no secrets found: 1 file"), "{out}");
}

#[test]
fn files_of_the_kernel_are_read_whatever_size_they_say() {
    let dir = tree(&[]);
    let variable = token(1);
    let scan = |path: &str| run(stanch(dir.path(), ["scan", "-f", "json", path]).env("SERVICE_TOKEN", &variable));
    let ran = scan("/proc/self/environ").exits(1);
    assert_eq!(ran.json()["findings"][0]["occurrences"][0]["path"], "/proc/self/environ");
    // Says a page, and has a few bytes.
    let path = "/sys/kernel/uevent_seqnum";
    if Path::new(path).exists() {
        let bytes = scan(path).exits(0).json()["summary"]["bytes"].as_u64();
        assert!(bytes.is_some_and(|bytes| (1..100).contains(&bytes)));
    }
    // Opens, and cannot be read.
    let ran = scan("/proc/self/mem").exits(3);
    assert!(problems(&ran) == ["/proc/self/mem: unreadable"] && ran.out.contains("after 0 bytes"), "{ran:#?}");
    // Would keep a reader waiting for ever.
    if Path::new("/proc/kmsg").exists() {
        let ran = scan("/proc/kmsg");
        assert!(ran.code.is_some_and(|code| code <= 3), "{ran:#?}");
    }
}

#[test]
fn bytes_that_are_no_text_do_no_harm() {
    let dir = tree(&[]);
    let mut bytes: Vec<u8> = (0..=255_u8).cycle().take(5000).collect();
    bytes.extend_from_slice(b"\xFF\xFE\xC3(\n\xE9t\xE9 = ");
    bytes.extend_from_slice(token(1).as_bytes());
    bytes.extend_from_slice(b"\xF0\x9F");
    fs::write(dir.path().join("bytes"), &bytes).expect("writes");
    let ran = scan(dir.path(), &["-f", "json"]).exits(1);
    assert_eq!(ran.json()["findings"][0]["occurrences"][0]["start"]["byte"], 5011);
    scan(dir.path(), &[]).exits(1);
}

#[test]
fn a_line_of_any_length_is_a_line() {
    // A bench has the gigabytes; here it is so long that it does not fit into any buffer.
    const LENGTH: usize = 24 << 20;
    let dir = tree(&[]);
    let line = format!("{}={}", "a".repeat(LENGTH), token(1));
    let ran = run_with_input(&mut stanch(dir.path(), ["scan", "-", "-f", "json"]), line.as_bytes()).exits(1);
    let start = &ran.json()["findings"][0]["occurrences"][0]["start"];
    assert_eq!((&start["line"], &start["column"]), (&1.into(), &(LENGTH + 2).into()));
}

#[test]
fn a_path_that_is_not_utf_8_keeps_its_bytes() {
    let dir = tree(&[]);
    let name = OsStr::from_bytes(b"caf\xE9");
    fs::write(dir.path().join(name), token(1)).expect("writes");
    let ran = scan(dir.path(), &["-f", "json"]).exits(1);
    let place = &ran.json()["findings"][0]["occurrences"][0];
    assert_eq!((&place["path"], &place["path_hex"]), (&"caf\u{FFFD}".into(), &"636166e9".into()));
    scan(dir.path(), &["-f", "sarif"]).exits(1).says(&["\"uri\":\"caf%E9\""]);
    scan(dir.path(), &[]).exits(1).says(&["caf\u{FFFD}\n"]);
    run(stanch(dir.path(), ["scan"]).arg(name)).exits(1);
    let missing = run(stanch(dir.path(), ["scan"]).arg(OsStr::from_bytes(b"t\xE9")));
    missing.exits(2).complains(&["t\u{FFFD}: no such file or directory"]);
}

#[test]
fn a_name_cannot_drive_the_terminal() {
    let dir = tree(&[("a\u{1b}[2J\n\u{202e}b", &token(1))]);
    let ran = scan(dir.path(), &[]).exits(1);
    assert!(!ran.out.contains(['\u{1b}', '\u{202e}']) && ran.out.starts_with("a\\u{1b}[2J\\n"), "{ran:#?}");
    let mut command: Command = stanch(dir.path(), ["scan", "c\u{1b}[2J"]);
    run(&mut command).exits(2).complains(&["c\\u{1b}[2J: no such file"]);
}
