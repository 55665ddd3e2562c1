//! `--log-opts`: options of `git log`, of which those count that choose commits.

use crate::pipeline::Selection;

/// The commits that are meant, and what was passed over. What is not understood never makes a scan look at less.
pub(super) fn selection(text: &str) -> (Selection, Vec<String>) {
    let mut selection = Selection::default();
    let mut ignored = Vec::new();
    let (mut one, mut names): (bool, Vec<String>) = (false, Vec::new());
    let mut words = text.split_whitespace().map(|word| word.trim_matches(['"', '\''])).peekable();
    while let Some(word) = words.next() {
        let mut value = |name: &str| {
            let rest = word.strip_prefix(name)?;
            rest.strip_prefix('=')
                .map(str::to_owned)
                .or_else(|| rest.is_empty().then(|| words.next().unwrap_or_default().to_owned()))
        };
        if let Some(since) = value("--since").or_else(|| value("--after")) {
            selection.since = Some(since);
        } else if word == "-1" || value("-n").or_else(|| value("--max-count")).as_deref() == Some("1") {
            one = true;
        } else if word.contains("..") && !word.starts_with('-') {
            selection.range = Some(word.to_owned());
        } else if matches!(word, "--all" | "-p" | "-U0" | "--full-history" | "--branches" | "--tags") {
            // All references are looked at as it is.
        } else if word.starts_with('-') || word.starts_with('^') {
            ignored.push(word.to_owned());
        } else {
            names.push(word.to_owned());
        }
    }
    match names.as_slice() {
        _ if one && names.len() < 2 && selection.range.is_none() => {
            let name = names.first().map_or("HEAD", String::as_str);
            selection.range = Some(format!("{name}^..{name}"));
        }
        [name] if selection.range.is_none() && name != "HEAD" => selection.branches = names,
        _ => ignored.append(&mut names),
    }
    (selection, ignored)
}

#[cfg(test)]
mod tests {
    use super::selection;

    #[test]
    fn commits_are_chosen_and_the_rest_is_named() {
        let of = |text: &str| {
            let (chosen, ignored) = selection(text);
            (
                chosen.range.unwrap_or_default(),
                chosen.branches.join(" "),
                chosen.since.unwrap_or_default(),
                ignored.join(" "),
            )
        };
        let told = |a: &str, b: &str, c: &str, d: &str| (a.to_owned(), b.to_owned(), c.to_owned(), d.to_owned());
        assert_eq!(of("a1b2..HEAD"), told("a1b2..HEAD", "", "", ""));
        assert_eq!(of("--all -p main..dev"), told("main..dev", "", "", ""));
        assert_eq!(of("--since=2026-01-01 --all"), told("", "", "2026-01-01", ""));
        assert_eq!(of("--since 2026-01-01"), told("", "", "2026-01-01", ""));
        assert_eq!(of("-1"), told("HEAD^..HEAD", "", "", ""));
        assert_eq!(of("-n 1 abc"), told("abc^..abc", "", "", ""));
        assert_eq!(of("main"), told("", "main", "", ""));
        assert_eq!(of("--no-merges --first-parent"), told("", "", "", "--no-merges --first-parent"));
    }
}
