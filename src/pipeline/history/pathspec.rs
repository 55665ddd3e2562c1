//! Paths as `git log -- PATH…` takes them: of a selection of commits those places count that one of them names.

/// Whether a path, with `/`, is named by these: by none of them everything is.
///
/// A name stands for a file or for all below a folder; `*`, `?` match everything, `/` too; `:!`, `:^` and `:(exclude)` take back, `:/` and
/// `:(top)` begin at the top, as everything does here (<https://git-scm.com/docs/gitglossary#Documentation/gitglossary.txt-pathspec>, read
/// 2026-12-01).
pub(super) fn names(specs: &[String], path: &str) -> bool {
    let (mut is_any, mut is_named, mut has_positive) = (false, false, false);
    for spec in specs {
        let (is_excluded, pattern) = pattern(spec);
        let is_match = pattern.is_empty() || matches(pattern, path);
        if is_excluded {
            is_any |= is_match;
        } else {
            has_positive = true;
            is_named |= is_match;
        }
    }
    (is_named || !has_positive) && !is_any
}

/// Whether a path specification takes back, and what it names.
fn pattern(spec: &str) -> (bool, &str) {
    let (is_excluded, rest) = match spec.strip_prefix(':') {
        None => (false, spec),
        Some(rest) => match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
            Some((words, rest)) => (words.split(',').any(|word| word == "exclude"), rest),
            None => (rest.starts_with(['!', '^']), rest.trim_start_matches(['!', '^', '/'])),
        },
    };
    let rest = rest.trim_start_matches("./").trim_end_matches('/');
    (is_excluded, if rest == "." { "" } else { rest })
}

fn matches(pattern: &str, path: &str) -> bool {
    let is_below = path.strip_prefix(pattern).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    is_below || pattern.contains(['*', '?']) && is_glob_match(pattern.as_bytes(), path.as_bytes())
}

/// Where `*` stands for anything, the last one is tried further and further on: no way is followed twice.
fn is_glob_match(pattern: &[u8], path: &[u8]) -> bool {
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < path.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == path[from] => (at, from) = (at + 1, from + 1),
            // What matches a folder names all below it.
            None if path[from] == b'/' => return true,
            _ => match star {
                Some((before, tried)) => {
                    star = Some((before, tried + 1));
                    (at, from) = (before + 1, tried + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn paths_are_named_as_git_names_them() {
        let named =
            |specs: &[&str], path: &str| names(&specs.iter().map(|spec| (*spec).to_owned()).collect::<Vec<_>>(), path);
        for (specs, path, expected) in [
            (&[][..], "a", true),
            (&["src"], "src/a/b", true),
            (&["src/"], "src/a", true),
            (&["src"], "srcs/a", false),
            (&["*.py"], "a/b/c.py", true),
            (&["src/*.py"], "src/a/c.py", true),
            (&["src/*.py"], "lib/src/c.py", false),
            (&["*.d"], "conf.d/a", true),
            (&[":!src"], "src/a", false),
            (&[":!src"], "lib/a", true),
            (&["src", ":(exclude)src/gen"], "src/gen/a", false),
            (&["./src", "lib"], "lib/a", true),
            (&["."], "x", true),
            (&["a?c"], "abc", true),
        ] {
            assert_eq!(named(specs, path), expected, "{specs:?} {path}");
        }
    }
}
