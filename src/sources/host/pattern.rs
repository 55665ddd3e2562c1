//! Globs over paths, advanced name by name with the walk: a directory below which no glob can match is not entered.
//!
//! `*` and `?` match within a name, `**` any number of directories, `{a,b}` is one or the other, and a leading `~` is the home of any
//! account.

use std::collections::HashMap;

/// One part of a glob.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// `**`.
    AnyDirectories,
    /// A name without wildcards.
    Literal(Box<[u8]>),
    /// A name with wildcards.
    Wild(Box<[u8]>),
}

#[derive(Clone, Debug)]
struct Glob {
    /// The index that the caller gave.
    id: u32,
    parts: Box<[Part]>,
}

/// Where a walk stands in a glob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    glob: u32,
    part: u16,
}

/// The positions that are open in one directory.
#[derive(Clone, Debug, Default)]
pub(super) struct Positions(Vec<Position>);

impl Positions {
    /// Whether nothing below can match.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Many globs, matched together.
#[derive(Debug, Default)]
pub(super) struct Globs {
    globs: Vec<Glob>,
    /// Globs that begin at the root.
    absolute: Vec<u32>,
    /// Globs that begin in a home.
    of_homes: Vec<u32>,
    /// Globs of the form `/**/NAME` by that name: they are open everywhere, so they cost one look-up and not one comparison each.
    anywhere: HashMap<Box<[u8]>, Vec<u32>>,
}

impl Globs {
    /// Adds a glob; `id` is what a match says. Fails for one that begins with neither `/` nor `~/`.
    pub(super) fn add(&mut self, id: u32, glob: &str) -> Result<(), String> {
        for glob in braces(glob) {
            let (is_home, rest) = match (glob.strip_prefix("~/"), glob.strip_prefix('/')) {
                (Some(rest), _) => (true, rest),
                (None, Some(rest)) => (false, rest),
                (None, None) => return Err(format!("{glob}: a glob begins with `/` or `~/`")),
            };
            let parts: Box<[Part]> = rest.split('/').map(part).collect();
            if let (false, [Part::AnyDirectories, Part::Literal(name)]) = (is_home, &*parts) {
                self.anywhere.entry(name.clone()).or_default().push(id);
                continue;
            }
            let at = u32::try_from(self.globs.len()).map_err(|_| "too many globs".to_owned())?;
            self.globs.push(Glob { id, parts });
            if is_home { self.of_homes.push(at) } else { self.absolute.push(at) }
        }
        Ok(())
    }

    /// Whether every directory has to be entered.
    pub(super) fn is_everywhere(&self) -> bool {
        !self.anywhere.is_empty()
    }

    /// The positions at the root.
    pub(super) fn at_root(&self) -> Positions {
        self.open(self.absolute.iter())
    }

    /// Adds the globs of homes, for a directory that is one.
    pub(super) fn enter_home(&self, positions: &mut Positions) {
        positions.0.extend(self.open(self.of_homes.iter()).0);
        positions.0.sort_unstable();
        positions.0.dedup();
    }

    fn open<'a>(&self, globs: impl Iterator<Item = &'a u32>) -> Positions {
        let mut positions = Vec::new();
        globs.for_each(|glob| self.reach(Position { glob: *glob, part: 0 }, &mut positions));
        Positions(positions)
    }

    /// Adds a position, and the ones behind it when `**` stands for nothing.
    fn reach(&self, at: Position, positions: &mut Vec<Position>) {
        positions.push(at);
        if matches!(self.globs[at.glob as usize].parts.get(at.part as usize), Some(Part::AnyDirectories)) {
            self.reach(Position { part: at.part + 1, ..at }, positions);
        }
    }

    /// The positions in the directory of this name below.
    pub(super) fn descend(&self, positions: &Positions, name: &[u8]) -> Positions {
        let mut below = Vec::new();
        for at in &positions.0 {
            let parts = &self.globs[at.glob as usize].parts;
            match parts.get(at.part as usize) {
                Some(Part::AnyDirectories) => self.reach(*at, &mut below),
                Some(part) if (at.part as usize) + 1 < parts.len() && fits(part, name) => {
                    self.reach(Position { part: at.part + 1, ..*at }, &mut below);
                }
                _ => {}
            }
        }
        below.sort_unstable();
        below.dedup();
        Positions(below)
    }

    /// The lowest id of the globs that match a file of this name in the directory.
    pub(super) fn file(&self, positions: &Positions, name: &[u8]) -> Option<u32> {
        let here = positions.0.iter().filter_map(|at| {
            let Glob { id, parts } = &self.globs[at.glob as usize];
            let is_last = (at.part as usize) + 1 == parts.len();
            let is_match = is_last && parts.last().is_some_and(|part| fits(part, name));
            is_match.then_some(*id)
        });
        let anywhere = self.anywhere.get(name).into_iter().flatten().copied();
        here.chain(anywhere).min()
    }
}

fn part(text: &str) -> Part {
    match text {
        "**" => Part::AnyDirectories,
        wild if wild.contains(['*', '?']) => Part::Wild(wild.as_bytes().into()),
        literal => Part::Literal(literal.as_bytes().into()),
    }
}

fn fits(part: &Part, name: &[u8]) -> bool {
    match part {
        Part::AnyDirectories => true,
        Part::Literal(literal) => **literal == *name,
        Part::Wild(wild) => is_like(wild, name),
    }
}

/// Whether a name matches a pattern of `*` and `?`. Linear in both for one star, quadratic at most.
fn is_like(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(byte) if *byte == b'?' || *byte == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

/// The glob with its `{a,b}` written out, which may stand in each other.
fn braces(glob: &str) -> Vec<String> {
    let Some(open) = glob.find('{') else { return vec![glob.to_owned()] };
    let (mut depth, mut from, mut choices) = (0_usize, open + 1, Vec::new());
    for (at, byte) in glob.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b',' if depth == 1 => {
                choices.push(&glob[from..at]);
                from = at + 1;
            }
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    choices.push(&glob[from..at]);
                    let whole = |choice: &&str| braces(&format!("{}{choice}{}", &glob[..open], &glob[at + 1..]));
                    return choices.iter().flat_map(whole).collect();
                }
            }
            _ => {}
        }
    }
    vec![glob.to_owned()]
}

/// Matches a glob with a path, for the fuzz targets.
#[doc(hidden)]
pub fn glob(glob: &str, path: &[u8]) {
    let mut globs = Globs::default();
    if globs.add(0, glob).is_err() {
        return;
    }
    let mut positions = globs.at_root();
    globs.enter_home(&mut positions);
    for name in path.split(|byte| *byte == b'/') {
        let _ = (globs.file(&positions, name), globs.is_everywhere(), positions.is_empty());
        positions = globs.descend(&positions, name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(globs: &[&str], homes: &[&str], path: &str) -> Option<u32> {
        let mut all = Globs::default();
        globs.iter().zip(0..).for_each(|(glob, id)| all.add(id, glob).expect("a glob"));
        let mut positions = all.at_root();
        let (dirs, name) = path.rsplit_once('/').unwrap_or(("", path));
        let mut here = String::new();
        for dir in dirs.split('/').filter(|dir| !dir.is_empty()) {
            positions = all.descend(&positions, dir.as_bytes());
            here = format!("{here}/{dir}");
            if homes.contains(&here.as_str()) {
                all.enter_home(&mut positions);
            }
        }
        all.file(&positions, name.as_bytes())
    }

    #[test]
    fn globs_follow_the_walk() {
        let globs =
            ["~/.aws/credentials", "/etc/**/*.conf", "/**/.env", "/var/{log,tmp}/*.log", "/srv/**", "/x/{a,{b,c}/d}/e"];
        let homes = ["/home/ann", "/root"];
        for (path, expected) in [
            ("home/ann/.aws/credentials", Some(0)),
            ("root/.aws/credentials", Some(0)),
            ("home/.aws/credentials", None),
            ("etc/a.conf", Some(1)),
            ("etc/b/c/a.conf", Some(1)),
            ("etc/a.config", None),
            (".env", Some(2)),
            ("home/ann/x/.env", Some(2)),
            ("var/log/a.log", Some(3)),
            ("var/tmp/a.log", Some(3)),
            ("var/lib/a.log", None),
            ("srv/a/b", Some(4)),
            ("srv/a", Some(4)),
            ("x/a/e", Some(5)),
            ("x/c/d/e", Some(5)),
            ("x/c/e", None),
        ] {
            assert_eq!(find(&globs, &homes, path), expected, "{path}");
        }
        assert!(Globs::default().add(0, "etc/passwd").is_err());
    }

    #[test]
    fn wildcards_match_within_a_name() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("a*b*c", "aXbYc", true),
            ("a*b*c", "aXbY", false),
            ("id_*", "id_rsa", true),
            ("?.key", "a.key", true),
            ("?.key", ".key", false),
            ("*.env.*", "x.env.local", true),
        ] {
            assert_eq!(is_like(pattern.as_bytes(), name.as_bytes()), expected, "{pattern} {name}");
        }
    }
}
