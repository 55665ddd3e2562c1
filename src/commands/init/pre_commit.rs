//! Adds a hook to the configuration of the pre-commit framework without touching what is there.
//!
//! The file is text with comments that people wrote: it is not parsed and written anew, but lines are put in behind the last entry of its
//! list `repos`. Where that list is not in the form that everybody uses, nothing is changed.

use super::origin::InstallOrigin;

/// What becomes of a configuration.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::commands) enum Edit {
    /// The hook is in it already.
    Present,
    /// It is in a form that is not understood well enough to change it.
    Unclear,
    /// The new text.
    New(String),
}

/// The entry, for a list whose items are indented so. Without an origin nothing says how it could be installed.
pub(in crate::commands) fn entry(indent: &str, from: Option<&InstallOrigin>) -> String {
    let mut lines = vec![
        "- repo: local".to_owned(),
        "  hooks:".to_owned(),
        "    - id: stanch".to_owned(),
        "      name: stanch".to_owned(),
        "      description: Stops a commit or a push that would bring a secret.".to_owned(),
        "      entry: stanch hook run pre-commit".to_owned(),
    ];
    if let Some(from) = from {
        lines.push("      # Everybody needs stanch on the PATH. With these two lines in place of the next, pre-commit builds it by itself:".to_owned());
        lines.push("      # language: python".to_owned());
        lines.push(format!("      # additional_dependencies: [\"{}\"]", from.requirement()));
    } else {
        lines.push("      # Everybody needs stanch on the PATH.".to_owned());
    }
    lines.extend(
        [
            "      language: system",
            "      # The names tell `pre-commit run --all-files` and `--files` from a commit; one process reads all of them.",
            "      require_serial: true",
            "      always_run: true",
            "      stages: [pre-commit, pre-merge-commit, pre-push, manual]",
        ]
        .map(str::to_owned),
    );
    lines.iter().map(|line| format!("{indent}{line}\n")).collect()
}

/// Adds the hook.
pub(in crate::commands) fn edit(text: &str, from: Option<&InstallOrigin>) -> Edit {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_hook = |line: &&str| {
        let line = line.trim().trim_start_matches('-').trim_start();
        line.starts_with("id:") && line.contains("stanch")
    };
    if lines.iter().any(is_hook) {
        return Edit::Present;
    }
    let Some(at) = lines.iter().position(|line| key(line) == Some("repos")) else { return Edit::Unclear };
    let value = uncommented(lines[at].trim_start_matches("repos:"));
    if !matches!(value, "" | "[]") {
        return Edit::Unclear;
    }
    let block = &lines[at + 1..];
    let end = block.iter().position(|line| ends_list(line)).unwrap_or(block.len());
    let block = &block[..end];
    let Some(indent) = indentation(block) else { return Edit::Unclear };
    if value == "[]" && block.iter().any(|line| !is_empty(line)) {
        return Edit::Unclear;
    }
    // Comments and empty lines behind the last item may belong to what follows.
    let length = block.iter().rposition(|line| !is_empty(line)).map_or(0, |last| last + 1);
    let line_end = if lines[at].ends_with("\r\n") { "\r\n" } else { "\n" };
    let mut out = String::with_capacity(text.len() + 1024);
    for (number, line) in lines.iter().enumerate().take(at + 1 + length) {
        // A list that is no longer empty.
        out.push_str(&if number == at { line.replacen("[]", "", 1) } else { (*line).to_owned() });
    }
    if !out.ends_with('\n') {
        out.push_str(line_end);
    }
    out.push_str(&entry(&indent, from).replace('\n', line_end));
    out.extend(lines[at + 1 + length..].iter().copied());
    Edit::New(out)
}

/// A repository that was taken out of a configuration.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::commands) struct Removed {
    /// Its address.
    pub(in crate::commands) repository: String,
    /// Its lines, with their numbers.
    pub(in crate::commands) lines: Vec<(usize, String)>,
}

/// The configuration without the repositories of which a line says so, and those.
pub(in crate::commands) fn without(text: &str, is_theirs: &dyn Fn(&str) -> bool) -> (String, Vec<Removed>) {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (mut out, mut removed, mut at) = (String::with_capacity(text.len()), Vec::new(), 0);
    let list = lines.iter().position(|line| key(line) == Some("repos"));
    let end = list.map_or(0, |list| list + 1 + lines[list + 1..].iter().take_while(|line| !ends_list(line)).count());
    let indent_of = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let items =
        list.and_then(|list| lines[list + 1..end].iter().find(|line| !is_empty(line))).map(|line| indent_of(line));
    while at < lines.len() {
        let is_item = list.is_some_and(|list| list < at && at < end)
            && Some(indent_of(lines[at])) == items
            && lines[at].trim_start().starts_with('-');
        let within = |line: &&&str| !is_empty(line) && Some(indent_of(line)) > items;
        let length = 1 + lines[at + 1..].iter().take_while(within).count();
        let item = &lines[at..at + length];
        match item.iter().find(|line| is_theirs(line)).filter(|_| is_item) {
            Some(line) => {
                let numbered = item.iter().zip(at + 1..).map(|(line, number)| (number, line.trim().to_owned()));
                removed.push(Removed { repository: value(line), lines: numbered.collect() });
                at += length;
            }
            None => {
                out.push_str(lines[at]);
                at += 1;
            }
        }
    }
    // A list that is empty now must say so.
    let is_bare = out.lines().position(|line| key(line) == Some("repos")).is_some_and(|list| {
        !out.lines().skip(list + 1).take_while(|line| !ends_list(line)).any(|line| !is_empty(line))
    });
    if is_bare && !removed.is_empty() { (out.replacen("repos:", "repos: []", 1), removed) } else { (out, removed) }
}

/// The value of a line of a mapping, without quotes.
fn value(line: &str) -> String {
    let value = line.split_once(':').map_or("", |(_, value)| uncommented(value));
    value.trim_matches(['"', '\'']).to_owned()
}

/// The key of a line at the top of the document.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.split_once(':')?;
    (!key.starts_with([' ', '\t', '#', '-'])).then_some(key)
}

/// Whether a line begins something else than the list: a key of the document, or another document.
fn ends_list(line: &str) -> bool {
    let is_top = !is_empty(line) && !line.starts_with([' ', '\t', '-']);
    is_top || line.starts_with("---")
}

/// Whether a line says nothing.
fn is_empty(line: &str) -> bool {
    uncommented(line).is_empty()
}

fn uncommented(line: &str) -> &str {
    let text = line.trim();
    if text.starts_with('#') { "" } else { text.split(" #").next().unwrap_or_default().trim() }
}

/// How the items of the list are indented; two spaces if there are none. `None` when it has no items in block style.
fn indentation(block: &[&str]) -> Option<String> {
    let Some(first) = block.iter().find(|line| !is_empty(line)) else { return Some("  ".to_owned()) };
    let indent: String = first.chars().take_while(|c| *c == ' ').collect();
    let is_item = first[indent.len()..].starts_with("- ") || first[indent.len()..].trim() == "-";
    is_item.then_some(indent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str) -> String {
        match edit(text, None) {
            Edit::New(text) => text,
            other => panic!("{other:?}: {text}"),
        }
    }

    #[test]
    fn the_entry_comes_behind_the_last_one() {
        let before = "# ours\nrepos:\n  - repo: https://example.org/a\n    rev: v1\n    hooks:\n      - id: a\n\n# end\nci:\n  x: 1\n";
        let after = added(before);
        assert_eq!(after.replace(&entry("  ", None), ""), before);
        assert!(after.contains("- id: a\n  - repo: local\n"));
        let before = "repos:\n- repo: https://example.org/a # why\n  hooks:\n  - id: a";
        assert!(added(before).starts_with(&format!("{before}\n- repo: local\n  hooks:\n")));
    }

    #[test]
    fn repositories_are_taken_out_whole() {
        let is_theirs = |line: &str| line.contains("/b");
        let text = "repos:\n  - repo: https://x/a\n    hooks:\n      - id: a\n  - repo: https://x/b\n    rev: v1\n    hooks:\n      - id: b\n\n  - repo: https://x/c\n";
        let (out, removed) = without(text, &is_theirs);
        assert_eq!(removed[0].repository, "https://x/b");
        assert_eq!(
            (removed.len(), removed[0].lines.len(), removed[0].lines[1].clone()),
            (1, 4, (6, "rev: v1".to_owned()))
        );
        assert_eq!(out, "repos:\n  - repo: https://x/a\n    hooks:\n      - id: a\n\n  - repo: https://x/c\n");
        assert_eq!(without("repos:\n- repo: https://x/b\n  rev: v1\n", &is_theirs).0, "repos: []\n");
        // As detect-secrets' README writes it; and with the address behind the hooks.
        let text = "repos:\n-   repo: https://x/b\n    rev: v1\n    hooks:\n    -   id: b\n        args: [x]\n-   repo: https://x/a\n";
        assert_eq!(without(text, &is_theirs).0, "repos:\n-   repo: https://x/a\n");
        let text =
            "repos:\n- hooks:\n  - id: b\n  repo: 'https://x/b' # why\n- repo: https://x/a\nci:\n- repo: https://x/b\n";
        let (out, removed) = without(text, &is_theirs);
        assert_eq!(out, "repos:\n- repo: https://x/a\nci:\n- repo: https://x/b\n");
        assert_eq!(removed[0].repository, "https://x/b");
    }

    #[test]
    fn an_empty_list_is_filled() {
        assert_eq!(added("repos: []\n"), format!("repos: \n{}", entry("  ", None)));
        assert_eq!(added("repos:\n"), format!("repos:\n{}", entry("  ", None)));
        assert!(added("fail_fast: true\r\nrepos:\r\n- repo: x\r\n").contains("- repo: local\r\n"));
    }

    #[test]
    fn what_is_there_or_not_understood_stays() {
        assert_eq!(edit("repos:\n- repo: x\n  hooks:\n  - id: stanch\n", None), Edit::Present);
        assert_eq!(edit("repos:\n- repo: x\n  hooks:\n  - name: y\n    id: stanch-system\n", None), Edit::Present);
        for text in ["", "repos: [{repo: x, hooks: []}]\n", "repos: *all\n", "x: 1\n", "repos:\n  {a: b}\n"] {
            assert_eq!(edit(text, None), Edit::Unclear, "{text}");
        }
    }
}
