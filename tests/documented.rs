//! Every command of `--help`, of the README and of docs/ is run in a repository that holds what they name: none is a wrong command line, and
//! what it writes has the form that it asks for.

use crate::attest_support::write_keys;
use crate::binary::{run as run_binary, stanch as binary, tree};
use crate::git_support::{Repo, isolated};
use crate::stanch_support::{run, token};
use std::fs;
use std::path::Path;

/// A command, and where it stands.
struct Documented {
    place: String,
    command: String,
}

fn documents() -> Vec<(String, String)> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let docs = fs::read_dir(top.join("docs")).expect("lists").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = docs.filter(|path| path.extension().is_some_and(|end| end == "md")).collect();
    files.push(top.join("README.md"));
    files.sort();
    // What it holds is what `--help` says.
    files.retain(|path| !path.ends_with("cli.md"));
    let name = |path: &Path| path.strip_prefix(top).expect("below").display().to_string();
    files.iter().map(|path| (name(path), fs::read_to_string(path).expect("reads"))).collect()
}

/// Commands in blocks, whole lines of them.
fn in_blocks() -> Vec<Documented> {
    let mut all = Vec::new();
    for (name, text) in documents() {
        let mut is_block = false;
        for (number, line) in (1..).zip(text.lines()) {
            is_block ^= line.trim_start().starts_with("```");
            let line = line.strip_prefix("    ").filter(|_| !is_block).or(is_block.then_some(line)).unwrap_or_default();
            let command = line.trim().trim_start_matches("$ ");
            let is_ours =
                command.starts_with("stanch ") || (command.contains(" | stanch ") && !command.starts_with('|'));
            if is_ours && !command.starts_with("stanch: ") {
                let command = command.split("  #").next().unwrap_or_default().trim().to_owned();
                all.push(Documented { place: format!("{name}:{number}"), command });
            }
        }
    }
    all
}

/// Commands of the help texts: what stands two blanks behind one says what it is for.
fn in_help() -> Vec<Documented> {
    let dir = tree(&[]);
    let mut todo = vec![Vec::<String>::new()];
    let mut all = Vec::new();
    while let Some(words) = todo.pop() {
        let help = run_binary(binary(dir.path(), &words).arg("--help")).exits(0).out;
        let listed = help.split("\nCommands:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap_or_default();
        let names = listed.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        for name in names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
            todo.push([&words[..], &[name.to_owned()]].concat());
        }
        let examples = help.split("Examples:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap_or_default();
        for line in examples.lines().map(str::trim) {
            // What an example is for may go on on a line of its own.
            if !line.starts_with("stanch ") && !line.contains(" | stanch ") {
                continue;
            }
            let command = line.split("  ").next().unwrap_or_default().to_owned();
            all.push(Documented { place: format!("stanch {} --help", words.join(" ")), command });
        }
    }
    all
}

/// A repository that has what the commands name.
fn prepared() -> Repo {
    let repo = Repo::init(&[]);
    let secret = |seed| format!("{}token = \"{}\"\n", "\n".repeat(11), token(seed));
    for (name, text) in [
        ("src/app.py", secret(1)),
        ("src/main.rs", secret(2)),
        ("config.yml", secret(3)),
        ("deploy/values.yml", "a: 1\n".to_owned()),
        ("a.tmp", "nothing\n".to_owned()),
        ("app.log", secret(4)),
        ("events.jsonl", format!("{{\"token\": \"{}\"}}\n", token(5))),
        (".gitleaks.toml", "[extend]\nuseDefault = true\n".to_owned()),
        (
            "acme.toml",
            "provider = \"Acme\"\n\n[[rules]]\nid = \"acme-token\"\nname = \"Acme token\"\npattern = '\\b(?P<secret>acme_[a-z0-9]{20})\\b'\nkeywords = [\"acme_\"]\nseverity = \"high\"\nconfidence = \"high\"\nreferences = [\"https://example.org/tokens\"]\nexamples = [\"x={secret}\"]\ncounter_examples = [\"acme_{alnum:5}\"]\n"
                .to_owned(),
        ),
    ] {
        repo.write(name, text);
    }
    repo.commit("one");
    for number in 0..3 {
        repo.write("src/more.txt", format!("{number}\n"));
        repo.commit("more");
    }
    repo.git(&["update-ref", "refs/remotes/origin/main", "HEAD~2"]);
    for name in ["a.git", "b.git"] {
        repo.git(&["clone", "-q", "--bare", ".", name]);
    }
    let report = run(&repo.path, &["scan", "src", "--format", "json"]);
    repo.write("old.json", &report.out);
    write_keys(&repo.path, "key", 1);
    write_keys(&repo.path, "vendor", 2);
    repo.write("app.zip", "nothing in it\n");
    repo.write("vendor.tar", "nothing in it\n");
    for (subject, key, name) in
        [("app.zip", "key", "app"), ("git:HEAD", "key", "head"), ("vendor.tar", "vendor", "vendor")]
    {
        let (key, bundle, list) = (format!("{key}.pem"), format!("{name}.json"), format!("{name}.coverage"));
        run(&repo.path, &["attest", "--subject", subject, "--key", &key, "-o", &bundle, "--coverage", &list]);
    }
    let object = repo.git(&["rev-parse", "HEAD"]);
    let proof = run(&repo.path, &["attest", "coverage", "head.coverage", "--prove", object.trim()]);
    repo.write("proof.json", &proof.out);
    repo
}

/// The command with what it leaves to the reader filled in; `None` for what needs more than this machine has.
fn filled(command: &str, fingerprint: &str) -> Option<String> {
    let needs_more =
        ["docker ", "image ", "man -l", "podman ", "--pull", "pre-commit install", "cargo install", "image:"];
    if needs_more.iter().any(|word| command.contains(word)) || command.contains(" host") {
        return None;
    }
    let filled = command.replace(['[', ']'], "").replace("REPO…", ".").replace("3fa41c0e9b7d", fingerprint);
    Some(filled.replace("3fa41c0e", &fingerprint[..8]).replace("/usr/local/share", "out"))
}

#[test]
fn every_command_can_be_typed_as_it_stands() {
    let (mut count, mut wrong) = (0, Vec::new());
    let model = prepared();
    let report = run(&model.path, &["scan", "src/app.py", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&report.out).expect("JSON");
    let fingerprint = report["findings"][0]["fingerprint"].as_str().expect("a fingerprint").to_owned();
    let bin = Path::new(env!("CARGO_BIN_EXE_stanch")).parent().expect("a folder").display().to_string();
    for Documented { place, command } in in_blocks().into_iter().chain(in_help()) {
        let Some(filled) = filled(&command, &fingerprint[..12]) else { continue };
        let dir = tempfile::tempdir().expect("a temporary directory");
        let work = dir.path().join("work");
        let copied = isolated("cp").arg("-a").arg(&model.path).arg(&work).status().expect("cp runs");
        assert!(copied.success());
        for folder in [".local/share/bash-completion/completions", ".config/fish/completions", ".zfunc"] {
            fs::create_dir_all(dir.path().join(folder)).expect("a folder");
        }
        // A baseline is there before it is shown or updated.
        if command.contains("baseline show") || command.contains("baseline update") {
            assert_eq!(run(&work, &["baseline", "create"]).code, 0);
        }
        // A ledger has something in it before it is asked.
        if command.contains("stanch ledger") && !command.contains("ledger record") {
            let state = dir.path().join(".local/state/stanch/ledger.db");
            let state = state.to_str().expect("a path");
            let report = run(&work, &["scan", "src/app.py", "--format", "json", "-o", "recorded.json"]);
            assert_eq!(report.code, 1, "{report:?}");
            assert_eq!(run(&work, &["ledger", "record", "recorded.json", "--ledger", state]).code, 0);
            if command.contains("key import") {
                fs::remove_file(format!("{state}.key")).expect("a key");
            }
        }
        let mut shell = isolated("bash");
        shell.args(["-c", &filled]).current_dir(&work).env("HOME", dir.path());
        // git replaces the file that it writes, even if that is a device.
        shell.env("GIT_CONFIG_GLOBAL", dir.path().join("gitconfig"));
        shell.env("DB_PASSWORD", "correct horse");
        shell.env("PATH", format!("{bin}:{}", std::env::var("PATH").unwrap_or_default()));
        let output = shell.stdin(std::process::Stdio::null()).output().expect("bash runs");
        let code = output.status.code().unwrap_or(-1);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        count += 1;
        if ![0, 1].contains(&code) {
            wrong.push(format!("{place}: {command}: {code}\n{out}{err}"));
        } else if let Err(why) = has_its_form(&filled, &work, &out) {
            wrong.push(format!("{place}: {command}: {why}\n{out}{err}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
    assert!(count > 60, "{count}");
}

/// Whether what a command wrote has the form that it asked for.
fn has_its_form(command: &str, work: &Path, out: &str) -> Result<(), String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let after =
        |flags: &[&str]| words.iter().position(|word| flags.contains(word)).and_then(|at| words.get(at + 1)).copied();
    let is_json =
        |text: &str| serde_json::from_str::<serde_json::Value>(text).map(drop).map_err(|error| error.to_string());
    let check = |format: &str, text: &str| match format {
        "json" | "sarif" | "gitlab" | "gitleaks-json" => is_json(text),
        "junit" if !text.starts_with("<?xml") => Err("no XML".to_owned()),
        "lines"
            if !text.lines().all(|line| line.split(':').nth(1).is_some_and(|number| number.parse::<u64>().is_ok())) =>
        {
            Err("no lines of `path:line:column: …`".to_owned())
        }
        _ => Ok(()),
    };
    let format = after(&["-f", "--format", "--report-format"]).or(command.contains("--json").then_some("json"));
    let to = after(&["-o", "--output", "-r"]).filter(|to| *to != "-").map(|to| to.trim_end_matches(';'));
    if let Some(format) = format {
        let text = match to {
            Some(file) => fs::read_to_string(work.join(file)).map_err(|error| format!("{file}: {error}"))?,
            None => out.to_owned(),
        };
        check(format, &text)?;
    }
    for report in
        words.iter().zip(words.iter().skip(1)).filter(|(flag, _)| **flag == "--report").map(|(_, value)| value)
    {
        let (format, file) = report.split_once('=').ok_or("no FORMAT=FILE")?;
        let text = match file {
            "-" => out.to_owned(),
            file => fs::read_to_string(work.join(file)).map_err(|error| format!("{file}: {error}"))?,
        };
        check(format, &text)?;
    }
    Ok(())
}

#[test]
fn every_command_in_a_sentence_exists() {
    let dir = tree(&[]);
    let mut count = 0;
    for (name, text) in documents() {
        for quoted in text.split('`').skip(1).step_by(2).filter(|quoted| !quoted.contains('\n')) {
            let Some(rest) = quoted.strip_prefix("stanch ") else { continue };
            let words: Vec<&str> = rest.split_whitespace().collect();
            if words.is_empty() {
                continue;
            }
            let is_name =
                |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-');
            let mut command: Vec<&str> = words.iter().take_while(is_name).copied().collect();
            let flags: Vec<&str> = words.iter().filter(|word| word.starts_with("--")).copied().collect();
            // What follows a command may be a path.
            let mut ran = run_binary(binary(dir.path(), &command).arg("--help"));
            while ran.code != Some(0) && command.pop().is_some() {
                ran = run_binary(binary(dir.path(), &command).arg("--help"));
            }
            assert!(!command.is_empty() || flags == ["--version"], "{name}: `{quoted}` is no command");
            for flag in flags {
                let flag = flag.split('=').next().unwrap_or_default();
                assert!(ran.out.contains(flag), "{name}: `{quoted}`: no {flag}");
            }
            count += 1;
        }
    }
    assert!(count > 50, "{count}");
}
