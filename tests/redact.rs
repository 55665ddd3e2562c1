//! `stanch redact`: the secrets of a stream are replaced, whatever way the stream is cut, and nothing else is touched.

use crate::binary::{run, run_with_input, stanch, token_of as secret, tree};
use crate::stanch_support::token;
use proptest::prelude::*;
use stanch::engine::{Engine, Scratch, Verdict, scan};
use stanch::model::Confidence;
use stanch::remedy::redact::{Known, Options, Redacted, Style, redact};
use stanch::rules::RuleSet;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::ops::ControlFlow;
use std::sync::LazyLock;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(RuleSet::builtin()));

/// A reader of parts, which pauses after each if it is told to.
struct Parts<'a> {
    parts: Vec<&'a [u8]>,
    pauses: bool,
    is_pause: bool,
}

impl Read for Parts<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if std::mem::take(&mut self.is_pause) {
            return Err(ErrorKind::Interrupted.into());
        }
        let Some(first) = self.parts.first_mut() else { return Ok(0) };
        let count = buffer.len().min(first.len());
        buffer[..count].copy_from_slice(&first[..count]);
        *first = &first[count..];
        if first.is_empty() {
            self.parts.remove(0);
            self.is_pause = self.pauses;
        }
        Ok(count)
    }
}

/// The text cut at some places.
fn cut(text: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
    let mut places: Vec<usize> = cuts.iter().map(|at| at % (text.len() + 1)).collect();
    places.extend([0, text.len()]);
    places.sort_unstable();
    places.windows(2).filter(|two| two[0] < two[1]).map(|two| text[two[0]..two[1]].to_vec()).collect()
}

fn redacted(text: &[u8], cuts: &[usize], pauses: bool, known: &Known, options: Options) -> (Vec<u8>, Redacted) {
    let parts = cut(text, cuts);
    let mut input = Parts { parts: parts.iter().map(Vec::as_slice).collect(), pauses, is_pause: false };
    let mut out = Vec::new();
    let redacted = redact(&ENGINE, &mut input, &mut out, known, options).expect("reads and writes");
    (out, redacted)
}

/// A password that a person would type: what a rule for names finds.
fn password(seed: u64) -> String {
    format!("Tr0ub{}k!{}wX{}", seed * 7919 % 997, seed * 104_729 % 9973, seed % 10)
}

/// The naive twin: the whole text is scanned at once, and what is found is replaced from its end on.
fn naive(text: &[u8]) -> Vec<u8> {
    let mut found = Vec::new();
    scan(&ENGINE, &mut { text }, text.len().max(1), &mut Scratch::default(), |one| {
        if one.found.verdict == Verdict::Kept && one.found.confidence >= Confidence::Medium {
            let place = one.location.outer.start as usize..one.location.outer.end as usize;
            found.push((place, stanch::model::Secret::new(one.secret).masked()));
        }
        ControlFlow::Continue(())
    })
    .expect("reads");
    let mut out = Vec::new();
    for (at, byte) in text.iter().enumerate() {
        let covering = |at: usize| found.iter().any(|(place, _)| place.contains(&at));
        if let Some((_, mask)) = found.iter().find(|(place, _)| place.start == at)
            && (at == 0 || !covering(at - 1) || found.iter().any(|(place, _)| place.end == at))
        {
            out.extend_from_slice(mask.as_bytes());
        }
        if !covering(at) {
            out.push(*byte);
        }
    }
    out
}

/// Lines with and without secrets, and bytes that are no UTF-8.
fn text(seeds: &[(u8, u64)]) -> Vec<u8> {
    let mut out = Vec::new();
    for (kind, seed) in seeds {
        match kind % 8 {
            0 => out.extend(format!("2026-12-01 INFO token = \"{}\" accepted\n", token(*seed)).bytes()),
            1 => out.extend(format!("{{\"user\": \"a\", \"password\": \"{}\"}}\n", password(*seed)).bytes()),
            2 => out.extend(b"GET /index.html 200 \xff\xfe\xe9t\xe9 caf\xe9\r\n"),
            3 => out.extend(secret("private-key-pem", *seed).bytes().chain(*b"\n")),
            4 => out.extend(format!("Authorization: Bearer {}\n", token(*seed)).bytes()),
            5 => out.extend(format!("{}{}", token(*seed), "x".repeat(*seed as usize % 3000)).bytes()),
            6 => out.extend(b"\n\n\t\0\x01\x7f\n"),
            _ => out.extend(format!("line {seed} of a log, which says nothing\n").bytes()),
        }
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_result_does_not_depend_on_how_the_input_is_cut(
        seeds in prop::collection::vec((any::<u8>(), 0_u64..500), 0..40),
        cuts in prop::collection::vec(any::<usize>(), 0..30),
        step in 1_usize..5000,
    ) {
        let text = text(&seeds);
        let options = Options { step, ..Options::default() };
        let (out, count) = redacted(&text, &cuts, false, &Known::default(), options);
        let twin = naive(&text);
        prop_assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(&twin));
        prop_assert_eq!(out, twin);
        prop_assert_eq!(count.late, 0);
    }

    #[test]
    fn values_and_handles_do_not_depend_on_cuts_either(
        seeds in prop::collection::vec((any::<u8>(), 0_u64..9), 0..40),
        cuts in prop::collection::vec(any::<usize>(), 0..30),
        step in 1_usize..5000,
        json_lines in any::<bool>(),
    ) {
        let mut text = text(&seeds);
        text.extend_from_slice(b"aaaaaaa line line and y\nes l%69ne bGluZSB9\n");
        let mut known = Known::default();
        for (name, value) in [("A", "aaaa"), ("B", "line"), ("C", "y\nes"), ("D", "line }")] {
            known.add(name, value.as_bytes()).expect("long enough");
        }
        let options = Options { style: Style::Handles, json_lines, step, ..Options::default() };
        let (out, _) = redacted(&text, &cuts, false, &known, options);
        let (whole, _) = redacted(&text, &[], false, &known, Options { step: 1 << 20, ..options });
        prop_assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(&whole));
        let shown = String::from_utf8_lossy(&whole).into_owned();
        prop_assert!(!shown.contains("line") && shown.contains("stanch:env:C") && shown.contains("stanch:env:D"), "{}", shown);
    }

    #[test]
    fn pauses_between_lines_change_nothing(seeds in prop::collection::vec((any::<u8>(), 0_u64..500), 0..30)) {
        // What stands on one line is the same with a pause behind it; private keys are waited for.
        let lines: Vec<(u8, u64)> = seeds.into_iter().filter(|(kind, _)| ![5, 6].contains(&(kind % 8))).collect();
        let text = text(&lines);
        let ends: Vec<usize> = memchr::memchr_iter(b'\n', &text).map(|at| at + 1).collect();
        let (out, count) = redacted(&text, &ends, true, &Known::default(), Options::default());
        let twin = naive(&text);
        prop_assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(&twin));
        prop_assert_eq!(count.late, 0);
    }
}

#[test]
fn a_secret_that_is_cut_by_a_pause_within_its_line_is_replaced() {
    let text = format!("a\ntoken = \"{}\"\nb\n", token(7));
    for at in 0..text.len() {
        let (out, _) = redacted(text.as_bytes(), &[at], true, &Known::default(), Options::default());
        assert_eq!(String::from_utf8_lossy(&out), format!("a\ntoken = \"{}\"\nb\n", "ghp_********"), "cut at {at}");
    }
}

#[test]
fn utf_16_stays_utf_16() {
    let wide = |text: &str| -> Vec<u8> {
        [vec![0xff, 0xfe], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat()
    };
    let text = wide(&format!("token = \"{}\"\r\nünd so weiter\r\n", token(3)));
    let (out, _) = redacted(&text, &[9, 30], true, &Known::default(), Options::default());
    assert_eq!(out, wide("token = \"ghp_********\"\r\nünd so weiter\r\n"));
}

#[test]
fn the_command_replaces_and_says_zero() {
    let dir = tree(&[]);
    let text = format!("token = \"{0}\"\nagain {0}\npassword = \"{1}\"\n", token(1), password(2));
    let out = run_with_input(&mut stanch(dir.path(), ["redact"]), text.as_bytes()).exits(0).out;
    assert_eq!(out, "token = \"ghp_********\"\nagain ghp_********\npassword = \"********\"\n");
    let out = run_with_input(&mut stanch(dir.path(), ["redact"]), b"nothing\n").exits(0).out;
    assert_eq!(out, "nothing\n");
    let handles = || run_with_input(&mut stanch(dir.path(), ["redact", "--handles"]), text.as_bytes()).exits(0).out;
    let out = handles();
    let handle = out.lines().nth(1).and_then(|line| line.strip_prefix("again ")).expect("a handle").to_owned();
    assert!(handle.starts_with("stanch:github") && out.starts_with(&format!("token = \"{handle}\"")), "{out}");
    assert_eq!(out, handles(), "the same in every run");
}

#[test]
fn a_secret_that_can_be_guessed_has_a_number_and_no_fingerprint() {
    let dir = tree(&[]);
    let of = |password: &str| format!("postgres://app:{password}@db.example.net/x\n");
    let text = [of("hunter2winter"), of("other9summer"), of("hunter2winter")].concat();
    let out = run_with_input(&mut stanch(dir.path(), ["redact", "--handles"]), text.as_bytes()).exits(0).out;
    let numbers: Vec<&str> = out.lines().filter_map(|line| line.split('#').nth(1)?.split('@').next()).collect();
    assert_eq!(numbers, ["1", "2", "1"], "{out}");
}

#[test]
fn values_of_variables_are_replaced_in_all_forms() {
    let dir = tree(&[]);
    let mut command = stanch(dir.path(), ["redact", "--env", "MY_VALUE"]);
    command.env("MY_VALUE", "an ordinary word");
    let text = "so: an ordinary word, YW4gb3JkaW5hcnkgd29yZA==, an%20ordinary%20word\n";
    let out = run_with_input(&mut command, text.as_bytes()).exits(0).out;
    assert_eq!(out, "so: ********, ********==, ********\n");
    run_with_input(&mut stanch(dir.path(), ["redact", "--env", "NOT_SET_HERE"]), b"")
        .exits(2)
        .complains(&["NOT_SET_HERE", "export"]);
    let mut command = stanch(dir.path(), ["redact", "--env", "MY_VALUE"]);
    command.env("MY_VALUE", "abc");
    run_with_input(&mut command, b"").exits(2).complains(&["less than 4 bytes"]);
}

#[test]
fn lines_of_json_stay_json() {
    let dir = tree(&[]);
    let key = secret("private-key-pem", 4).replace('\n', "\\n");
    let text = format!(
        "{{\"password\": \"{}\", \"n\": [1, 2]}}\n{{\"key\": \"{key}\"}}\nno json: {}\n",
        password(5),
        token(4)
    );
    let out = run_with_input(&mut stanch(dir.path(), ["redact", "--json-lines"]), text.as_bytes()).exits(0).out;
    let lines: Vec<&str> = out.lines().collect();
    for line in &lines[..2] {
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    }
    assert!(
        !out.contains("MII") && out.contains("\"n\": [1, 2]}") && out.ends_with("no json: ghp_********\n"),
        "{out}"
    );
}

#[test]
fn a_file_changes_in_place_and_keeps_its_mode() {
    let text = format!("token = \"{}\"\n", token(1));
    let dir = tree(&[("app.log", &text), ("clean.log", "nothing\n")]);
    let path = dir.path().join("app.log");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("sets");
    }
    run(&mut stanch(dir.path(), ["redact", "app.log"])).exits(0).says(&["token = \"ghp_********\"\n"]);
    assert_eq!(fs::read_to_string(&path).expect("reads"), text, "without --in-place it stays");
    run(&mut stanch(dir.path(), ["redact", "--in-place", "app.log", "clean.log"])).exits(0);
    assert_eq!(fs::read_to_string(&path).expect("reads"), "token = \"ghp_********\"\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
    }
    assert_eq!(fs::read_dir(dir.path()).expect("lists").count(), 2, "nothing is left beside it");
}

#[test]
fn what_cannot_be_changed_is_named_and_stays() {
    let gzip = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\0\0\0\0";
    let dir = tree(&[("app.log", "x\n")]);
    fs::write(dir.path().join("old.log.gz"), gzip).expect("writes");
    let args = ["redact", "--in-place", "old.log.gz", "missing.log", "app.log", "."];
    let said = run(&mut stanch(dir.path(), args)).exits(3).err;
    for text in ["old.log.gz: it is gzip", "missing.log: ", "no regular file"] {
        assert!(said.contains(text), "{said}");
    }
    assert_eq!(fs::read(dir.path().join("old.log.gz")).expect("reads"), gzip);
    run(&mut stanch(dir.path(), ["redact", "--in-place"])).exits(2);
}

/// An input without an end ends with its reader.
#[cfg(unix)]
#[test]
fn nobody_reads_on() {
    let dir = tree(&[]);
    let mut shell = std::process::Command::new("bash");
    let line = format!("yes | '{}' redact | head -n 1", env!("CARGO_BIN_EXE_stanch"));
    let output = shell.args(["-c", &line]).current_dir(dir.path()).output().expect("bash runs");
    assert_eq!(output.stdout, b"y\n");
}

/// A line is there while the input is still open: nothing waits for its end.
#[cfg(unix)]
#[test]
fn a_line_comes_out_while_the_input_is_open() {
    use std::io::{BufRead, BufReader, Write};
    use std::process::Stdio;
    let dir = tree(&[]);
    let mut child = stanch(dir.path(), ["redact"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("runs");
    let (mut input, output) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
    let mut lines = BufReader::new(output).lines();
    for seed in 0..5 {
        writeln!(input, "token = \"{}\"", token(seed)).expect("writes");
        assert_eq!(lines.next().expect("a line").expect("reads"), "token = \"ghp_********\"");
    }
    drop(input);
    assert!(child.wait().expect("ends").success());
}
