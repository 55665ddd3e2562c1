//! Odd repositories, written object by object: names, modes, references and layouts that git allows and hardly anybody makes.

use super::{Random, isolated};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha1::{Digest, Sha1};
use sha2::Sha256;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A repository in the making.
pub(crate) struct Odd {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) path: PathBuf,
    pub(super) random: Random,
    /// Whether objects have names of SHA-256.
    pub(crate) is_long: bool,
    /// Where new objects go.
    pub(super) objects: PathBuf,
    pub(super) blobs: Vec<String>,
    pub(super) trees: Vec<String>,
    pub(super) commits: Vec<String>,
    pub(super) tags: Vec<String>,
    /// Whether there are references that git does not count among all, and we do: of other work trees, older stashes, names that it refuses.
    pub(crate) may_see_more: bool,
    /// What was made that git and libgit2 take for different things, for messages.
    pub(crate) oddities: Vec<String>,
}

impl Odd {
    /// A repository that depends on the seed alone.
    pub(crate) fn new(seed: u64) -> Odd {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("repo");
        let git = path.join(".git");
        for folder in ["objects/info", "objects/pack", "refs/heads", "refs/tags"] {
            fs::create_dir_all(git.join(folder)).expect("mkdir");
        }
        let mut random = Random::new(seed);
        let is_long = random.below(5) == 0;
        let (version, extension) = if is_long { (1, "[extensions]\n\tobjectFormat = sha256\n") } else { (0, "") };
        let config = format!("[core]\n\trepositoryformatversion = {version}\n\tbare = false\n{extension}");
        fs::write(git.join("config"), config).expect("write");
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n").expect("write");
        let (blobs, trees, commits, tags, oddities) = (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (objects, may_see_more) = (git.join("objects"), false);
        let mut odd = Odd { dir, path, random, is_long, objects, blobs, trees, commits, tags, may_see_more, oddities };
        odd.fill();
        odd
    }

    pub(crate) fn git_dir(&self) -> PathBuf {
        self.path.join(".git")
    }

    fn fill(&mut self) {
        if self.random.below(6) == 0 {
            self.borrow();
        }
        for _ in 0..2 + self.random.below(5) {
            let content = format!("mark {}\n", self.random.next() % 50);
            let blob = self.object("blob", content.as_bytes());
            self.blobs.push(blob);
        }
        for _ in 0..2 + self.random.below(5) {
            self.tree();
        }
        for _ in 0..1 + self.random.below(6) {
            self.commit();
        }
        for _ in 0..self.random.below(3) {
            self.tag();
        }
        self.references();
        self.more_references();
        self.layout();
        match self.random.below(12) {
            0 => self.replace(),
            1 => self.graft(),
            2 => self.lose_an_object(),
            3 => self.break_a_reference(),
            4 => self.shallow(),
            _ => {}
        }
    }

    /// Runs git, which may find the repository too odd to do that.
    pub(super) fn run(&self, args: &[&str]) {
        let _ = isolated("git").args(args).current_dir(&self.path).output().expect("git runs");
    }

    pub(super) fn pick(&mut self, from: fn(&Odd) -> &Vec<String>) -> Option<String> {
        let count = from(self).len();
        if count == 0 {
            return None;
        }
        let at = self.random.below(count);
        from(self).get(at).cloned()
    }

    fn object(&mut self, kind: &str, content: &[u8]) -> String {
        let bytes = [format!("{kind} {}\0", content.len()).as_bytes(), content].concat();
        let digest = if self.is_long { Sha256::digest(&bytes).to_vec() } else { Sha1::digest(&bytes).to_vec() };
        let name: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let file = self.objects.join(&name[..2]).join(&name[2..]);
        fs::create_dir_all(file.parent().expect("a folder")).expect("mkdir");
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&bytes).expect("memory");
        fs::write(file, encoder.finish().expect("memory")).expect("write");
        name
    }

    /// A name in a tree: mostly plain, sometimes in Latin-1, with blanks, quotes, line breaks, or one that git warns of.
    fn name(&mut self) -> Vec<u8> {
        let plain = format!("{}{}", ["a", "b", "file", "z"][self.random.below(4)], self.random.below(5));
        let odd: [&[u8]; 8] =
            [b"caf\xe9", b"caf\xe8", b" blank ", b"new\nline", b"quo\"te", b"back\\slash", b".gitmodules", b"-dash"];
        match self.random.below(5) {
            0 => odd[self.random.below(odd.len())].to_vec(),
            _ => plain.into_bytes(),
        }
    }

    fn tree(&mut self) {
        let mut entries: Vec<(Vec<u8>, bool, String, String)> = Vec::new();
        for _ in 0..1 + self.random.below(4) {
            let name = self.name();
            if entries.iter().any(|entry| entry.0 == name) {
                continue;
            }
            let is_folder = !self.trees.is_empty() && self.random.below(3) == 0;
            let modes: &[&str] = if is_folder {
                &["40000", "40000", "40000", "40755", "040000", "47777", "0240000", "0000040000"]
            } else {
                &["100644", "100644", "100755", "120000", "100600", "100664", "0100644", "160000"]
            };
            let mode = modes[self.random.below(modes.len())];
            let target = match (is_folder, mode) {
                (true, _) => self.pick(|odd| &odd.trees),
                (_, "160000") => {
                    Some(format!("{:0width$x}", self.random.next(), width = if self.is_long { 64 } else { 40 }))
                }
                _ => self.pick(|odd| &odd.blobs),
            };
            entries.extend(target.map(|target| (name, is_folder, mode.to_owned(), target)));
        }
        let key = |entry: &(Vec<u8>, bool, String, String)| [&entry.0[..], if entry.1 { b"/" } else { b"" }].concat();
        entries.sort_by_key(key);
        let mut content = Vec::new();
        for (name, _, mode, target) in entries {
            content.extend([mode.as_bytes(), b" ", &name, b"\0", super::oid(&target).as_bytes()].concat());
        }
        let tree = self.object("tree", &content);
        self.trees.push(tree);
    }

    pub(super) fn commit(&mut self) {
        let Some(tree) = self.pick(|odd| &odd.trees) else { return };
        let mut content = format!("tree {tree}\n").into_bytes();
        for _ in 0..self.random.below(4) {
            if let Some(parent) = self.pick(|odd| &odd.commits) {
                content.extend(format!("parent {parent}\n").into_bytes());
            }
        }
        let time = 1_000_000_000 + self.random.below(1_000_000);
        let who: &[u8] = [&b"A <a@example.org>"[..], b"\xc4 <>", b"A B C <a@b> <c@d>"][self.random.below(3)];
        for role in ["author", "committer"] {
            content.extend([role.as_bytes(), b" ", who, format!(" {time} +0100\n").as_bytes()].concat());
        }
        match self.random.below(5) {
            0 => content.extend(b"encoding ISO-8859-1\n"),
            1 => content.extend(b"gpgsig -----BEGIN\n \n more\n -----END\n"),
            _ => {}
        }
        content.extend(format!("\nmessage {}\n", self.random.next() % 1000).into_bytes());
        let commit = self.object("commit", &content);
        self.commits.push(commit);
    }

    fn tag(&mut self) {
        type List = fn(&Odd) -> &Vec<String>;
        let kinds: [(&str, List); 4] = [
            ("commit", |odd| &odd.commits),
            ("tree", |odd| &odd.trees),
            ("blob", |odd| &odd.blobs),
            ("tag", |odd| &odd.tags),
        ];
        let (kind, from) = kinds[self.random.below(4)];
        let Some(target) = self.pick(from) else { return };
        let number = self.random.next() % 1000;
        let content = format!("object {target}\ntype {kind}\ntag t{number}\ntagger T <t@t> 1 +0000\n\nsaid {number}\n");
        let tag = self.object("tag", content.as_bytes());
        self.tags.push(tag);
    }

    /// Something that a reference can name.
    pub(super) fn target(&mut self) -> Option<String> {
        match self.random.below(10) {
            0 => self.pick(|odd| &odd.blobs),
            1 => self.pick(|odd| &odd.trees),
            2 | 3 => self.pick(|odd| &odd.tags),
            _ => self.pick(|odd| &odd.commits),
        }
    }

    pub(super) fn write(&self, name: &[u8], content: &str) {
        let path = self.git_dir().join(stanch::git::path::native(name));
        // A reference and a folder cannot have one name: what was there first stays.
        if path.is_dir() || fs::create_dir_all(path.parent().expect("a folder")).is_err() {
            return;
        }
        let _ = fs::write(path, content);
    }

    fn references(&mut self) {
        if let Some(commit) = self.pick(|odd| &odd.commits) {
            self.write(b"refs/heads/main", &format!("{commit}\n"));
        }
        let mut packed: Vec<(Vec<u8>, String)> = Vec::new();
        for _ in 0..self.random.below(6) {
            let Some(target) = self.target() else { continue };
            let folders: [&[u8]; 6] = [
                b"refs/heads/",
                b"refs/tags/",
                b"refs/remotes/o/",
                b"refs/notes/",
                b"refs/odd/deep/er/",
                b"refs/heads/\xe4/",
            ];
            // Only a commit can be a branch.
            let is_commit = self.commits.contains(&target);
            let folder = folders[if is_commit { self.random.below(6) } else { 1 + self.random.below(4) }];
            let names: [&[u8]; 6] = [b"x", b"caf\xe9", b"caf\xe8", b"with-dash", b"d.o.t", "\u{fc}ber".as_bytes()];
            let name = [folder, names[self.random.below(6)]].concat();
            match self.random.below(3) {
                0 => packed.push((name, target)),
                _ => {
                    let end = ["\n", "", " \n", "\n\n"][self.random.below(4)];
                    self.write(&name, &format!("{target}{end}"));
                }
            }
        }
        if !packed.is_empty() {
            packed.sort();
            packed.dedup_by(|one, other| one.0 == other.0);
            let mut text = b"# pack-refs with: peeled sorted \n".to_vec();
            packed.iter().for_each(|(name, target)| text.extend([target.as_bytes(), b" ", name, b"\n"].concat()));
            fs::write(self.git_dir().join("packed-refs"), text).expect("write");
        }
        if let Some(target) = self.pick(|odd| &odd.commits) {
            match self.random.below(8) {
                0 => self.symbolic("ORIG_HEAD", &format!("{target}\n")),
                1 => self.symbolic("FETCH_HEAD", &format!("{target}\tnot-for-merge\tbranch 'x' of y\n")),
                2 => self.symbolic("odd/place", &target),
                3 => self.symbolic("refs/heads/main", ""),
                4 => self.symbolic("refs/heads/nowhere", ""),
                5 => self.work_tree(&target),
                6 => fs::write(self.git_dir().join("HEAD"), format!("{target}\n")).expect("write"),
                _ => {}
            }
        }
    }

    /// A branch that is another name for something.
    fn symbolic(&mut self, to: &str, content: &str) {
        if !content.is_empty() {
            self.write(to.as_bytes(), content);
        }
        self.write(b"refs/heads/alias", &format!("ref: {to}\n"));
    }

    fn work_tree(&mut self, target: &str) {
        let linked = self.dir.path().join("linked");
        fs::create_dir_all(&linked).expect("mkdir");
        self.write(b"worktrees/linked/HEAD", &format!("{target}\n"));
        self.write(b"worktrees/linked/commondir", "../..\n");
        self.write(b"worktrees/linked/gitdir", &format!("{}/.git\n", linked.display()));
        fs::write(linked.join(".git"), format!("gitdir: {}/worktrees/linked\n", self.git_dir().display()))
            .expect("write");
    }

    /// Objects that are made from now on go to a folder beside, of which this one knows.
    fn borrow(&mut self) {
        let beside = self.dir.path().join("beside/objects");
        fs::create_dir_all(beside.join("pack")).expect("mkdir");
        let named = match self.random.below(3) {
            0 => format!("# comment\n{}\n", beside.display()),
            1 => "../../../beside/objects\n".to_owned(),
            _ => format!("{}", beside.display()),
        };
        fs::write(self.git_dir().join("objects/info/alternates"), named).expect("write");
        self.objects = beside;
    }

    fn replace(&mut self) {
        let from: fn(&Odd) -> &Vec<String> = match self.random.below(3) {
            0 => |odd| &odd.commits,
            1 => |odd| &odd.blobs,
            _ => |odd| &odd.trees,
        };
        if let (Some(old), Some(new)) = (self.pick(from), self.pick(from)) {
            self.write(format!("refs/replace/{old}").as_bytes(), &format!("{new}\n"));
        }
    }

    fn graft(&mut self) {
        if let Some(commit) = self.pick(|odd| &odd.commits) {
            let parent = self.pick(|odd| &odd.commits).filter(|_| self.random.below(2) == 0).unwrap_or_default();
            self.write(b"info/grafts", format!("{commit} {parent}").trim_end());
        }
    }

    fn lose_an_object(&mut self) {
        let lost = match self.random.below(3) {
            0 => self.pick(|odd| &odd.blobs),
            1 => self.pick(|odd| &odd.trees),
            _ => self.pick(|odd| &odd.commits),
        };
        if let Some(lost) = lost {
            let _ = fs::remove_file(self.objects.join(&lost[..2]).join(&lost[2..]));
            self.oddities.push(format!("{lost} is lost"));
        }
    }

    fn break_a_reference(&mut self) {
        let content = ["nonsense\n", "", "0000000000000000000000000000000000000000\n"][self.random.below(3)];
        self.write(b"refs/heads/broken", content);
        self.oddities.push(format!("refs/heads/broken is {content:?}"));
    }
}

/// The files below a folder, for messages.
pub(crate) fn listing(dir: &Path) -> String {
    let out = std::process::Command::new("find").arg(dir).arg("-type").arg("f").output().expect("find runs");
    String::from_utf8_lossy(&out.stdout).into_owned()
}
