//! Steps of CI. A workflow is text that people wrote: the lines of a step are replaced, everything else stays.

use super::mentions::Mentions;
use super::setup::is_action;
use super::{Failure, InstallOrigin, Writer, unreadable};
use crate::policy_file::{self, NamedBy};

/// Our steps. The installation refuses to run when it does not know from where.
const STEPS: &str = "\
- name: Install stanch
  env:
    STANCH_REPOSITORY: \"\"
    STANCH_COMMIT: \"\"
  run: cargo install --locked --quiet --git \"${STANCH_REPOSITORY:?set it to the address of stanch}\" --rev \"${STANCH_COMMIT:?set it to a commit}\" stanch
- name: Scan for secrets
  run: stanch git . --ci --report github=-
";

/// Replaces the steps of a GitHub workflow that run another scanner's action.
pub(super) fn workflow(file: &str, from: Option<&InstallOrigin>, writer: &mut Writer<'_>) -> Result<(), Failure> {
    let path = writer.top().join(file);
    let text = policy_file::lines(&path, NamedBy::Repository).map_err(|error| unreadable(&path, &error))?;
    let (new, count) = replaced(&text, from);
    if count > 0 {
        let did = format!(
            "put {count} step{} of stanch in the place of another scanner's in",
            if count == 1 { "" } else { "s" }
        );
        writer.replace(file, &new, &did)?;
        if from.is_none() {
            writer.next(&InstallOrigin::missing(file));
        }
        if !text.contains("fetch-depth: 0") {
            writer.next(&format!("{file}: let `actions/checkout` fetch all commits (`fetch-depth: 0`), or only the last one is there to be scanned"));
        }
    }
    Ok(())
}

/// Names calls of other scanners, which people replace by hand.
pub(super) fn by_hand(file: &str, mentions: &Mentions, writer: &mut Writer<'_>) {
    let hook = [".git/hooks/", ".githooks/", ".husky/"].iter().find_map(|folder| file.strip_prefix(folder));
    for (number, program) in &mentions.calls {
        let write = match (*program, hook) {
            (_, Some(hook)) => {
                format!("`stanch hook run {hook} \"$@\"` for `{program}`, or let `stanch hook install {hook}` do it")
            }
            ("gitleaks", None) => "`stanch gitleaks` for `gitleaks`, or `stanch git`".to_owned(),
            (other, None) => format!("`stanch git` or `stanch scan` for `{other}`"),
        };
        writer.next(&format!("{file}:{number}: write {write}"));
    }
    for (number, flag, why) in &mentions.lost {
        writer.note(&format!("not taken over: {file}:{number} (before): `{flag}`: {why}"));
    }
}

/// The text with our steps in the place of theirs, and how many those were.
fn replaced(text: &str, from: Option<&InstallOrigin>) -> (String, usize) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (mut out, mut count, mut at) = (String::with_capacity(text.len()), 0, 0);
    while at < lines.len() {
        let indent = lines[at].len() - lines[at].trim_start_matches(' ').len();
        let is_item = lines[at].trim_start().starts_with("- ");
        let within = |line: &&&str| line.trim().is_empty() || line.len() - line.trim_start_matches(' ').len() > indent;
        let end = at + 1 + lines[at + 1..].iter().take_while(within).count();
        // An item of a list that holds others is no step.
        let is_step = is_item
            && !lines[at + 1..end]
                .iter()
                .any(|line| line.trim_start().starts_with("- uses") || line.trim_start().starts_with("- name"));
        if is_step && lines[at..end].iter().any(|line| is_action(line)) {
            let ends_empty = lines[at..end].iter().rev().take_while(|line| line.trim().is_empty()).count();
            let pad = " ".repeat(indent);
            for line in InstallOrigin::fill(from, STEPS).lines() {
                out.push_str(&format!("{pad}{line}\n"));
            }
            out.extend(lines[end - ends_empty..end].iter().copied());
            count += 1;
            at = end;
        } else {
            out.push_str(lines[at]);
            at += 1;
        }
    }
    (out, count)
}

#[cfg(test)]
mod tests {
    use super::{InstallOrigin, replaced};

    #[test]
    fn a_step_is_replaced_and_nothing_else() {
        let text = "jobs:\n  scan:\n    steps:\n      - uses: actions/checkout@v4\n      - name: Leaks\n        uses: gitleaks/gitleaks-action@v2\n        env:\n          A: b\n\n      - run: make\n";
        let (new, count) = replaced(text, None);
        assert_eq!(count, 1);
        assert!(
            new.starts_with(
                "jobs:\n  scan:\n    steps:\n      - uses: actions/checkout@v4\n      - name: Install stanch\n        env:\n"
            ),
            "{new}"
        );
        assert!(new.ends_with("        run: stanch git . --ci --report github=-\n\n      - run: make\n"), "{new}");
        assert_eq!(replaced("steps:\n- run: gitleaks-ish\n", None).1, 0);
        let origin = InstallOrigin::parse("git+https://example.org/a/b@v1.0.0").ok();
        let (new, _) = replaced(text, origin.as_ref());
        assert!(new.contains("STANCH_REPOSITORY: \"https://example.org/a/b\"\n"), "{new}");
    }
}
