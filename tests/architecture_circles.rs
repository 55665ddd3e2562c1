//! No two files inside a room import each other in a circle.
//!
//! The test reads `use` declarations and paths as text. A name that a `mod.rs` re-exports belongs to the file that defines it. What stands
//! behind `#[cfg(test)]` does not count.

use crate::architecture::{rust_files, source};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A module's path from the crate's root: `["engine", "index", "table"]`.
type Module = Vec<String>;

fn module_of(file: &Path) -> Module {
    let mut parts: Module = file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts.last().is_some_and(|last| last == "mod") {
        parts.pop();
    }
    parts
}

/// The code without comments and without its tests.
fn code_of(text: &str) -> String {
    let end = ["\n#[cfg(test)]", "\n#[cfg(all(test"].iter().filter_map(|mark| text.find(mark)).min();
    let text = &text[..end.unwrap_or(text.len())];
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// Every path of a `use` tree: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(tree: &str, before: &str, out: &mut Vec<String>) {
    let Some(open) = tree.find('{') else {
        let path = format!("{before}{}", tree.split(" as ").next().unwrap_or_default().trim());
        out.push(path.strip_suffix("::self").map_or(path.clone(), str::to_owned));
        return;
    };
    let head = format!("{before}{}", tree[..open].trim());
    let inner = tree[open + 1..tree.rfind('}').unwrap_or(tree.len())].trim();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !inner[start..at].trim().is_empty() {
                    expand(&inner[start..at], &head, out);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
}

/// The paths that a `use` declaration of this code names; those with `pub` are re-exports.
fn uses(code: &str) -> Vec<(bool, String)> {
    let mut all = Vec::new();
    for (at, _) in code.match_indices("use ") {
        let line = code[..at].rfind('\n').map_or(0, |end| end + 1);
        let head = code[line..at].trim();
        if !(head.is_empty() || head.starts_with("pub") && !head.contains(' ')) {
            continue;
        }
        let tree = code[at + 4..].split(';').next().unwrap_or_default().replace('\n', " ");
        let mut paths = Vec::new();
        expand(&tree, "", &mut paths);
        all.extend(paths.into_iter().map(|path| (head.starts_with("pub"), path)));
    }
    all
}

struct House {
    code: BTreeMap<Module, String>,
    /// For each module what its `pub use` hands on: the name, and the path behind it.
    handed_on: BTreeMap<Module, BTreeMap<String, Vec<String>>>,
}

impl House {
    fn read() -> House {
        let src = source("src");
        let mut house = House { code: BTreeMap::new(), handed_on: BTreeMap::new() };
        for path in rust_files(&src) {
            let module = module_of(path.strip_prefix(&src).expect("below src"));
            let code = code_of(&fs::read_to_string(&path).expect("a source file"));
            let names = uses(&code).into_iter().filter(|(is_public, _)| *is_public).filter_map(|(_, path)| {
                let parts: Vec<String> = path.split("::").map(str::to_owned).collect();
                Some((parts.last()?.clone(), parts))
            });
            house.handed_on.insert(module.clone(), names.collect());
            house.code.insert(module, code);
        }
        house
    }

    /// The file that a path leads to, seen from a module.
    fn resolve(&self, from: &Module, path: &[String], depth: usize) -> Option<Module> {
        let (first, mut rest) = path.split_first()?;
        let mut at = match first.as_str() {
            "crate" => Vec::new(),
            "self" => from.clone(),
            "super" => from[..from.len().checked_sub(1)?].to_vec(),
            other => {
                let child: Module = from.iter().cloned().chain([other.to_owned()]).collect();
                if !self.code.contains_key(&child) {
                    return None;
                }
                child
            }
        };
        while let Some((next, after)) = rest.split_first() {
            if next == "super" {
                at.pop()?;
            } else {
                let child: Module = at.iter().cloned().chain([next.clone()]).collect();
                if self.code.contains_key(&child) {
                    at = child;
                } else {
                    let behind = self.handed_on.get(&at).and_then(|names| names.get(next));
                    return match behind {
                        Some(path) if depth > 0 => self.resolve(&at, path, depth - 1).or(Some(at)),
                        _ => Some(at),
                    };
                }
            }
            rest = after;
        }
        Some(at)
    }

    /// Which files each file imports, in its own room.
    fn imports(&self) -> BTreeMap<Module, BTreeSet<Module>> {
        let mut all = BTreeMap::new();
        for (module, code) in &self.code {
            let paths = uses(code).into_iter().filter(|(is_public, _)| !is_public).map(|(_, path)| path);
            let mut imported = BTreeSet::new();
            for path in paths {
                let parts: Vec<String> = path.split("::").map(str::to_owned).collect();
                let found = self.resolve(module, &parts, 4).filter(|found| found != module && !found.is_empty());
                imported.extend(found.filter(|found| found.first() == module.first()));
            }
            all.insert(module.clone(), imported);
        }
        all
    }
}

#[test]
fn no_files_of_a_room_import_each_other_in_a_circle() {
    let imports = House::read().imports();
    let reaches = |from: &Module, to: &Module| {
        let (mut seen, mut todo) = (BTreeSet::new(), vec![from]);
        while let Some(one) = todo.pop() {
            for next in imports.get(one).into_iter().flatten() {
                if next == to {
                    return true;
                }
                if seen.insert(next) {
                    todo.push(next);
                }
            }
        }
        false
    };
    let mut circles = Vec::new();
    for (module, imported) in &imports {
        for other in imported.iter().filter(|other| reaches(other, module)) {
            circles.push(format!("{} imports {}, which leads back", module.join("::"), other.join("::")));
        }
    }
    assert!(circles.is_empty(), "circles inside a room:\n{}", circles.join("\n"));
}

#[test]
fn the_reader_of_imports_understands_trees_and_re_exports() {
    let read = |text: &str| uses(text).into_iter().map(|(_, path)| path).collect::<Vec<_>>();
    assert_eq!(read("use a::{b, c::{d, self}};\n"), ["a::b", "a::c::d", "a::c"]);
    let house = House::read();
    let path: Vec<String> = ["crate", "model", "Origin"].map(str::to_owned).into();
    assert_eq!(
        house.resolve(&vec!["report".to_owned()], &path, 4),
        Some(vec!["model".to_owned(), "origin".to_owned()])
    );
}
