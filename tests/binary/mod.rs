//! Runs the binary as a user does, in an environment that holds nothing of this machine.

use stanch::engine::selftest::secret;
use stanch::rules::RuleSet;
use stanch::rules::example::Random;
use std::ffi::OsStr;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Ran {
    /// `None` when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Asserts the exit code, and shows everything when it is another one.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Ran {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// Asserts that standard output holds all of these texts.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Ran {
        for text in texts {
            assert!(self.out.contains(text), "no `{text}` in {self:#?}");
        }
        self
    }

    /// Asserts that standard error is one message that holds all of these texts, and that nothing else was written.
    #[track_caller]
    pub(crate) fn complains(self, texts: &[&str]) -> Ran {
        assert!(self.out.is_empty() && self.err.starts_with("stanch: error: "), "{self:#?}");
        assert_eq!(self.err.lines().count(), 1, "{self:#?}");
        for text in texts {
            assert!(self.err.contains(text), "no `{text}` in {self:#?}");
        }
        self
    }

    /// Standard output as one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in {self:#?}"))
    }
}

/// The binary in a directory, without standard input and with an environment of its own.
pub(crate) fn stanch<S: AsRef<OsStr>>(dir: &Path, args: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stanch"));
    command.args(args).current_dir(dir).stdin(Stdio::null()).env_clear();
    // No home: what its owner configured would count.
    command.env("HOME", dir.join("no-home")).env("PATH", "/usr/bin:/bin");
    command
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Ran {
    let output = command.output().expect("the binary starts");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// `stanch scan ARGS` in a directory.
pub(crate) fn scan(dir: &Path, args: &[&str]) -> Ran {
    run(stanch(dir, ["scan"]).args(args))
}

/// Runs a command with this standard input.
pub(crate) fn run_with_input(command: &mut Command, input: &[u8]) -> Ran {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_owned();
    // It may end before it has read everything.
    let writer = std::thread::spawn(move || _ = stdin.write_all(&input));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("no panic");
    let text = |bytes| String::from_utf8(bytes).expect("output is UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A directory with these files.
pub(crate) fn tree(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, text) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    dir
}

/// A secret of this built-in rule that nobody has, the same in every run.
pub(crate) fn token_of(rule: &str, seed: u64) -> String {
    let rules = RuleSet::builtin();
    let rule = rules.get(rule).unwrap_or_else(|| panic!("there is a rule {rule}"));
    String::from_utf8(secret(rule, &mut Random::new(seed)).expect("a built-in rule")).expect("ASCII")
}

/// A GitHub token that nobody has.
pub(crate) fn token(seed: u64) -> String {
    token_of("github-personal-access-token", seed)
}

/// Makes root one who may not read, list or write what a file's mode forbids: it loses the two capabilities by which it may.
#[cfg(target_os = "linux")]
pub(crate) fn unprivileged(command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt;
    const CAP_DAC_OVERRIDE: libc::c_ulong = 1;
    const CAP_DAC_READ_SEARCH: libc::c_ulong = 2;
    let drop_capabilities = || {
        for capability in [CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH] {
            // SAFETY: takes two numbers. It fails for anybody but root, who has no such capability to lose.
            unsafe { libc::prctl(libc::PR_CAPBSET_DROP, capability) };
        }
        Ok(())
    };
    // SAFETY: the closure only makes system calls, which may be done between fork and exec.
    unsafe { command.pre_exec(drop_capabilities) }
}
