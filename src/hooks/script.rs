//! Text of the hooks: POSIX shell only, which git provides even on Windows.

use super::Kind;
use std::path::Path;

/// A hook that runs stanch.
const CHECK: &str = include_str!("check.sh");
/// A global hook that only runs the repository's own.
const PASS_THROUGH: &str = include_str!("pass_through.sh");
/// Start of the second line of each script.
const MARK: &[u8] = b"# stanch hook ";
/// Shell code that finds the repository's own hook, which git ignores when `core.hooksPath` is set.
const OWN: &str = "own=\"$(git rev-parse --git-common-dir)/hooks/${0##*/}\"\nif [ \"$own\" -ef \"$0\" ]; then own=; fi";

/// Name under which an existing hook is kept.
pub(super) fn before_name(kind: Kind) -> String {
    format!("{kind}.before-stanch")
}

/// Whether a script was written by stanch.
pub(super) fn is_ours(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'\n').nth(1).is_some_and(|line| line.starts_with(MARK))
}

/// Whether a script of stanch runs a check.
pub(super) fn is_check(text: &str, kind: Kind) -> bool {
    text.contains(&format!(" hook run {kind} "))
}

/// Text of a repository's hook. It runs `program`, or else `stanch` from the `PATH`.
pub(super) fn local(kind: Kind, program: Option<&Path>) -> String {
    let before = format!("before=\"${{0%/*}}/{}\"", before_name(kind));
    let away = "if [ -e \"$before\" ]; then away=\"mv '$before' '$0'\"; else away=\"rm '$0'\"; fi";
    let written = format!(
        "`stanch hook install {kind}`; `stanch hook uninstall {kind}` takes it out and puts back what was here"
    );
    check(kind, program, &written, &before, away)
}

/// Text of a global hook: the repository's own hook runs first.
pub(super) fn everywhere(kind: Kind, program: Option<&Path>) -> String {
    let away = "away=\"git config --global --unset core.hooksPath\"";
    let written =
        format!("`stanch hook install --global {kind}`; `stanch hook uninstall --global {kind}` takes it out");
    check(kind, program, &written, &format!("{OWN}\nbefore=$own"), away)
}

pub(super) fn pass_through() -> String {
    PASS_THROUGH.replace("@OWN@", OWN)
}

fn check(kind: Kind, program: Option<&Path>, written: &str, before: &str, away: &str) -> String {
    let (subject, skip) = kind.subject();
    // Both hooks read git's standard input. The dot preserves the final line end.
    let (keep, feed) = match kind {
        Kind::PreCommit => ("", ""),
        Kind::PrePush | Kind::PreReceive => ("lines=$(cat; echo .)\nlines=${lines%.}\n", "printf '%s' \"$lines\" | "),
    };
    let program = program.map(|path| path.to_string_lossy());
    let place = program.as_ref().map_or_else(String::new, |path| format!(" at {} and not", unquotable(path)));
    let skip = skip.map_or_else(String::new, |skip| format!(" \"Once, without any check: {skip}\""));
    let parts = [
        ("@KIND@", kind.name()),
        ("@WRITTEN@", written),
        ("@SUBJECT@", subject),
        ("@SKIP@", &skip),
        ("@BEFORE@", before),
        ("@KEEP@", keep),
        ("@FEED@", feed),
        ("@AWAY@", away),
        ("@PLACE@", &place),
        // The path comes last, because it may contain any text.
        ("@PROGRAM@", &quoted(program.as_deref().unwrap_or_default())),
    ];
    parts.iter().fold(CHECK.to_owned(), |text, (name, part)| text.replace(name, part))
}

/// Quotes a word for the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Escapes a text for use between double quotes in a message.
fn unquotable(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '"' | '$' | '`' | '\\' | '@')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_is_known_as_ours_and_has_no_gaps() {
        for kind in Kind::ALL {
            for program in [None, Some(Path::new("/opt/it's here/@KIND@/stanch"))] {
                for text in [local(kind, program), everywhere(kind, program)] {
                    assert!(is_ours(text.as_bytes()) && is_check(&text, kind), "{text}");
                    assert_eq!(
                        text.matches('@').count(),
                        text.matches("$@").count() + text.matches("@KIND@").count() * 2
                    );
                }
            }
        }
        assert!(is_ours(pass_through().as_bytes()));
        assert!(!Kind::ALL.iter().any(|kind| is_check(&pass_through(), *kind)));
        assert!(!is_ours(b"#!/bin/sh\necho # stanch hook \n"));
    }
}
