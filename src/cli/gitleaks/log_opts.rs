//! `--log-opts`: options of `git log`, of which those count that choose commits.

use crate::pipeline::Selection;

/// The commits that are meant, and what was passed over. What is not understood never makes a scan look at less.
pub(super) fn selection(text: &str) -> (Selection, Vec<String>) {
    let mut selection = Selection::default();
    let mut ignored = Vec::new();
    let (mut one, mut names, mut without): (bool, Vec<String>, Vec<String>) = (false, Vec::new(), Vec::new());
    let mut is_not = false;
    let mut words = split(text).into_iter();
    while let Some(word) = words.next() {
        if word == "--" {
            selection.paths = words.collect();
            break;
        }
        let mut value = |name: &str| {
            let rest = word.strip_prefix(name)?;
            rest.strip_prefix('=')
                .map(str::to_owned)
                .or_else(|| rest.is_empty().then(|| words.next().unwrap_or_default()))
        };
        let since = value("--since").or_else(|| value("--after")).or_else(|| value("--since-as-filter"));
        if let Some(since) = since {
            selection.since = Some(since);
        } else if let Some(until) = value("--until").or_else(|| value("--before")) {
            selection.until = Some(until);
        } else if let Some(most) = count(&word).or_else(|| value("-n")).or_else(|| value("--max-count")) {
            match most.as_str() {
                "1" => one = true,
                _ => ignored.push(format!("-{most}")),
            }
        } else if word.contains("..") && !word.starts_with('-') {
            selection.range = Some(word);
        } else if is_everything(&word) {
            // All references are looked at as it is.
        } else if word == "--not" {
            is_not = !is_not;
        } else if let Some(name) = word.strip_prefix('^').filter(|name| !name.is_empty()) {
            if is_not { names.push(name.to_owned()) } else { without.push(name.to_owned()) }
        } else if word.starts_with('-') {
            ignored.push(word);
        } else if is_not {
            without.push(word);
        } else {
            names.push(word);
        }
    }
    match (names.as_slice(), without.as_slice()) {
        _ if selection.range.is_some() => {
            ignored.append(&mut names);
            ignored.extend(without.iter().map(|name| format!("^{name}")));
        }
        (_, []) if one && names.len() < 2 => {
            let name = names.first().map_or("HEAD", String::as_str);
            selection.range = Some(format!("{name}^..{name}"));
        }
        ([name], [old]) => selection.range = Some(format!("{old}..{name}")),
        ([], [old]) => selection.range = Some(format!("{old}..HEAD")),
        ([name], []) if name == "HEAD" => ignored.append(&mut names),
        (_, []) => selection.branches = names,
        _ => {
            ignored.append(&mut names);
            ignored.extend(without.iter().map(|name| format!("^{name}")));
        }
    }
    (selection, ignored)
}

/// The number of `-5` or `-n5`.
fn count(word: &str) -> Option<String> {
    let digits = word.strip_prefix("-n").or_else(|| word.strip_prefix('-'))?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.to_owned())
}

/// Whether an option asks for no more than what is looked at anyway.
fn is_everything(word: &str) -> bool {
    let name = word.split('=').next().unwrap_or_default();
    matches!(
        word,
        "-p" | "-u" | "-U0" | "-m" | "-c" | "--cc" | "--all" | "--full-history" | "--patch" | "--reflog" | "--stdin"
    ) || matches!(name, "--branches" | "--tags" | "--remotes" | "--glob" | "--diff-filter" | "--unified")
        && (name == word || matches!(name, "--diff-filter" | "--unified"))
}

/// The words of a command line as a shell splits it: what stands in quotes is one word, a backslash takes the next character as it is
/// (git's `split_cmdline`, `alias.c` of git 2.47, read 2026-12-01). A quote that is not closed goes to the end.
fn split(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let (mut word, mut quote): (Option<String>, Option<char>) = (None, None);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match quote {
            Some(open) if c == open => quote = None,
            None if matches!(c, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ if c == '\\' && quote != Some('\'') => word.get_or_insert_default().extend(chars.next()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[cfg(test)]
mod tests {
    use super::{selection, split};

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
        assert_eq!(of("--since='2 weeks ago' -- src"), told("", "", "2 weeks ago", ""));
        assert_eq!(of("--since \"2 weeks ago\" --remotes"), told("", "", "2 weeks ago", ""));
        assert_eq!(of("main ^old"), told("old..main", "", "", ""));
        assert_eq!(of("dev --not main"), told("main..dev", "", "", ""));
        assert_eq!(of("main dev"), told("", "main dev", "", ""));
        assert_eq!(of("-5"), told("", "", "", "-5"));
        assert_eq!(selection("--until=yesterday -- 'my dir' b").0.paths, ["my dir", "b"]);
        assert_eq!(of("--no-merges --first-parent"), told("", "", "", "--no-merges --first-parent"));
    }

    #[test]
    fn words_are_split_as_a_shell_does() {
        assert_eq!(split("a 'b c'd  \"e \\\" f\" g\\ h ''"), ["a", "b cd", "e \" f", "g h", ""]);
        assert_eq!(split("  "), [""; 0]);
        assert_eq!(split("--x='open end"), ["--x=open end"]);
    }
}
