//! Ctrl-C and its kin: what was found so far is reported as incomplete, whatever the scan is waiting for.

use crate::binary::{stanch, token, tree};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// The program, to which signals do what they usually do: whoever started the tests in the background, or by `nohup`, had some ignored, which
/// children inherit and the program honours.
fn heeding<const N: usize>(dir: &Path, args: [&str; N]) -> Command {
    let mut command = stanch(dir, args);
    let restore = || {
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
            // SAFETY: takes two numbers, and may be called between fork and exec.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        Ok(())
    };
    // SAFETY: the closure makes system calls that may be made between fork and exec, and nothing else.
    unsafe { command.pre_exec(restore) };
    command
}

/// Waits for something that happens sooner or later.
fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn send(signal: i32, child: &Child) {
    // SAFETY: takes two numbers; the process is ours and has not been waited for.
    assert_eq!(unsafe { libc::kill(child.id().cast_signed(), signal) }, 0);
}

/// How many bytes wait in a pipe.
fn waiting(pipe: RawFd) -> i32 {
    let mut count = 0;
    // SAFETY: the descriptor is open, and the call writes one number, which outlives it.
    assert_eq!(unsafe { libc::ioctl(pipe, libc::FIONREAD, &raw mut count) }, 0);
    count
}

/// Whether a signal has been sent to a process and not delivered yet.
fn is_pending(child: &Child) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).expect("it has not been waited for");
    status.lines().filter(|line| line.starts_with("ShdPnd:")).any(|line| !line.trim_end().ends_with("0000000000000000"))
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A scan of standard input that has read this and waits for more.
fn reading(dir: &Path, input: &str, args: &[&str]) -> Child {
    let mut command = heeding(dir, ["scan", "-"]);
    let mut child = command
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let stdin = child.stdin.as_mut().expect("it is piped");
    stdin.write_all(input.as_bytes()).expect("writes");
    let pipe = stdin.as_raw_fd();
    until(|| waiting(pipe) == 0);
    child
}

/// Waits for the end without closing the input, which would end the scan by itself.
fn end_of(mut child: Child) -> Output {
    let stdin = child.stdin.take();
    let output = child.wait_with_output().expect("it ends");
    drop(stdin);
    output
}

#[test]
fn a_signal_ends_a_scan_that_waits_for_input_and_reports_what_it_found() {
    let dir = tree(&[]);
    for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGHUP] {
        let child = reading(dir.path(), &format!("one: {}\n", token(1)), &[]);
        send(signal, &child);
        let output = end_of(child);
        let out = text(&output);
        assert_eq!(output.status.code(), Some(130), "{out}");
        assert!(out.contains("1:6  critical  GitHub personal access token"), "{out}");
        assert!(out.contains("1 secret in 1 place") && out.contains("it was interrupted"), "{out}");
        assert!(out.contains("INCOMPLETE") && output.stderr.is_empty(), "{out}");
    }
}

#[test]
fn an_interrupted_report_is_whole_in_every_format_and_in_a_file() {
    let dir = tree(&[]);
    for format in ["json", "jsonl", "sarif"] {
        let child = reading(dir.path(), &token(1), &["-f", format, "-o", "report"]);
        send(libc::SIGINT, &child);
        assert_eq!(end_of(child).status.code(), Some(130));
        let report = fs::read_to_string(dir.path().join("report")).expect("a report");
        let last = if format == "jsonl" { report.lines().last().expect("a line") } else { &report };
        let json: serde_json::Value = serde_json::from_str(last).expect("JSON");
        match format {
            "json" => {
                assert_eq!((&json["summary"]["complete"], &json["summary"]["secrets"]), (&false.into(), &1.into()))
            }
            "jsonl" => assert_eq!((&json["complete"], &json["secrets"]), (&false.into(), &1.into())),
            _ => assert_eq!(json["runs"][0]["invocations"][0]["executionSuccessful"], false),
        }
    }
}

#[test]
fn a_signal_ends_a_scan_that_waits_for_the_writer_of_a_fifo() {
    let dir = tree(&[]);
    let made = Command::new("mkfifo").arg(dir.path().join("fifo")).status().expect("mkfifo");
    assert!(made.success());
    let child = heeding(dir.path(), ["scan", "fifo"]).stdout(Stdio::piped()).spawn().expect("the binary starts");
    // Without a reader this would fail. The scan sees a writer, who writes nothing.
    let mut writer = None;
    until(|| {
        let opened = OpenOptions::new().write(true).custom_flags(libc::O_NONBLOCK).open(dir.path().join("fifo"));
        writer = opened.ok();
        writer.is_some()
    });
    send(libc::SIGINT, &child);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    drop(writer);
}

#[test]
fn a_signal_ends_a_scan_in_the_middle_of_a_large_file() {
    let dir = tree(&[("large", "")]);
    let large = OpenOptions::new().write(true).open(dir.path().join("large")).expect("opens");
    if large.set_len(1 << 40).is_err() {
        return; // No file system of ours allows such files.
    }
    let child = heeding(dir.path(), ["scan"]).stdout(Stdio::piped()).spawn().expect("the binary starts");
    // Signals are taken from here on: the file is open.
    until(|| {
        let opened = fs::read_dir(format!("/proc/{}/fd", child.id())).into_iter().flatten().flatten();
        opened.map(|entry| entry.path()).any(|fd| fs::read_link(fd).is_ok_and(|target| target.ends_with("large")))
    });
    send(libc::SIGINT, &child);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    assert!(text(&output).contains("no secrets found in what was read: 0 files"), "{}", text(&output));
}

#[test]
fn a_second_signal_ends_at_once() {
    // A report that nobody reads does not fit into the pipe: the first signal finds the scan over, and cannot end the writing.
    let dir = tree(&[]);
    let tokens: Vec<String> = (0..1000).map(token).collect();
    fs::write(dir.path().join("many"), tokens.join("\n")).expect("writes");
    let mut command = heeding(dir.path(), ["scan", "-f", "json"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
    let pipe = child.stdout.as_ref().expect("it is piped").as_raw_fd();
    until(|| waiting(pipe) > 0);
    send(libc::SIGINT, &child);
    until(|| !is_pending(&child));
    assert!(child.try_wait().expect("asks").is_none(), "it has not written its report");
    // Those that follow right upon the first one count as one with it.
    let mut end = None;
    until(|| {
        send(libc::SIGINT, &child);
        end = child.try_wait().expect("asks");
        end.is_some()
    });
    // A secret was found by then: that decides over the signal.
    assert!(matches!(end.expect("it ended").code(), Some(1 | 130)));
}

#[test]
fn one_signal_that_comes_twice_is_one() {
    // `timeout` and `npm` send it to the process and to its group.
    let dir = tree(&[]);
    let child = reading(dir.path(), &token(1), &[]);
    for _ in 0..2 {
        send(libc::SIGTERM, &child);
        until(|| !is_pending(&child));
    }
    let output = end_of(child);
    assert!(output.status.code() == Some(130) && text(&output).contains("1 secret in 1 place"), "{}", text(&output));
}

#[test]
fn what_nohup_ignores_stays_ignored() {
    let dir = tree(&[]);
    let mut command = stanch(dir.path(), ["scan", "-"]);
    let ignore = || {
        // SAFETY: takes two numbers, and may be called between fork and exec.
        unsafe { libc::signal(libc::SIGHUP, libc::SIG_IGN) };
        Ok(())
    };
    // SAFETY: the closure makes one system call, which may be made between fork and exec.
    unsafe { command.pre_exec(ignore) };
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary starts");
    let stdin = child.stdin.as_mut().expect("it is piped");
    stdin.write_all(b"one\n").expect("writes");
    let pipe = stdin.as_raw_fd();
    until(|| waiting(pipe) == 0);
    send(libc::SIGHUP, &child);
    child.stdin.as_mut().expect("it is piped").write_all(token(1).as_bytes()).expect("it still reads");
    drop(child.stdin.take());
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.code() == Some(1) && !text(&output).contains("INCOMPLETE"), "{}", text(&output));
}
