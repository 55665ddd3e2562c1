//! Makes repositories with the real `git` and reads them back with it, for comparison.

pub(crate) mod odd;
mod odd_layouts;
pub(crate) mod pack;
pub(crate) mod planted;
pub(crate) mod report;
pub(crate) mod tables;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use stanch::git::gap::Gap;
use stanch::git::oid::{Kind, Oid};
use stanch::git::store::{Limits, Store};
use stanch::git::walk::{Made, Object, Visit, walk};

/// A repository in a temporary directory.
pub(crate) struct Repo {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) path: PathBuf,
    clock: std::cell::Cell<u64>,
}

impl Repo {
    /// `git init` with these extra arguments.
    pub(crate) fn init(args: &[&str]) -> Repo {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("repo");
        let repo = Repo { dir, path, clock: std::cell::Cell::new(0) };
        std::fs::create_dir(&repo.path).expect("mkdir");
        let mut all = vec!["init", "-q", "-b", "main"];
        all.extend(args);
        repo.git(&all);
        repo
    }

    /// Wraps an existing repository below a temporary directory.
    pub(crate) fn at(path: PathBuf) -> Repo {
        let dir = tempfile::tempdir().expect("a temporary directory");
        Repo { dir, path, clock: std::cell::Cell::new(0) }
    }

    /// Runs git; fails the test when git fails. Returns what it printed, without the last line break.
    pub(crate) fn git(&self, args: &[&str]) -> String {
        self.git_with(args, b"")
    }

    pub(crate) fn git_with(&self, args: &[&str], input: &[u8]) -> String {
        let out = self.git_raw(args, input);
        String::from_utf8_lossy(&out).trim_end_matches('\n').to_owned()
    }

    pub(crate) fn git_raw(&self, args: &[&str], input: &[u8]) -> Vec<u8> {
        self.clock.set(self.clock.get() + 1);
        let date = format!("{} +0000", 1_600_000_000 + self.clock.get() * 60);
        let mut child = isolated("git")
            .args(args)
            .current_dir(&self.path)
            .env("GIT_AUTHOR_DATE", &date)
            .env("GIT_COMMITTER_DATE", &date)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("git runs");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_vec();
        let writer = std::thread::spawn(move || stdin.write_all(&input));
        let out = child.wait_with_output().expect("git ends");
        let _ = writer.join();
        assert!(out.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&out.stderr));
        out.stdout
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path.join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("mkdir");
        std::fs::write(path, content).expect("write");
    }

    /// Commits everything in the work tree and returns the commit's name.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The object directory of a repository with a work tree.
    pub(crate) fn objects(&self) -> PathBuf {
        self.path.join(self.git(&["rev-parse", "--git-path", "objects"]))
    }

    /// All packs' paths.
    pub(crate) fn packs(&self) -> Vec<PathBuf> {
        let mut packs: Vec<_> = std::fs::read_dir(self.objects().join("pack"))
            .map(|files| files.flatten().map(|file| file.path()).collect())
            .unwrap_or_default();
        packs.retain(|path: &PathBuf| path.extension().is_some_and(|e| e == "pack"));
        packs.sort();
        packs
    }

    /// Every object by name, as `git cat-file` says.
    pub(crate) fn cat_all(&self) -> Contents {
        let out = self.git_raw(&["cat-file", "--batch", "--batch-all-objects", "--unordered"], b"");
        let mut rest = out.as_slice();
        let mut all = Contents::new();
        while !rest.is_empty() {
            let line_end = rest.iter().position(|byte| *byte == b'\n').expect("a header line");
            let header = std::str::from_utf8(&rest[..line_end]).expect("ASCII").to_owned();
            let words: Vec<&str> = header.split(' ').collect();
            let size: usize = words[2].parse().expect("a size");
            let body = &rest[line_end + 1..];
            let kind = Kind::from_name(words[1].as_bytes()).expect("a kind");
            all.insert(words[0].to_owned(), (kind, body[..size].to_vec()));
            rest = &body[size + 1..];
        }
        all
    }
}

/// Objects by hexadecimal name.
pub(crate) type Contents = BTreeMap<String, (Kind, Vec<u8>)>;

/// A command that sees no configuration of whoever runs the tests.
pub(crate) fn isolated(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_AUTHOR_NAME", "Ada Author")
        .env("GIT_AUTHOR_EMAIL", "ada@example.org")
        .env("GIT_COMMITTER_NAME", "Carl Committer")
        .env("GIT_COMMITTER_EMAIL", "carl@example.org")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("LC_ALL", "C");
    command
}

/// What a walk found.
#[derive(Default)]
pub(crate) struct Walked {
    pub(crate) objects: Contents,
    pub(crate) gaps: Vec<Gap>,
    /// Visits, repeated ones included.
    pub(crate) visits: usize,
    /// Objects that were visited as a version of another one.
    pub(crate) versions: usize,
    /// Objects that were streamed.
    pub(crate) streamed: usize,
    /// Bytes that a visitor had to look at.
    pub(crate) fresh: usize,
}

/// Walks all four kinds.
pub(crate) fn walk_all(store: &Store) -> Walked {
    let collect = Collect { store, found: Mutex::new(Walked::default()) };
    for kind in [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag] {
        walk(store, kind, &collect);
    }
    let mut walked = collect.found.into_inner().expect("no panic");
    walked.gaps.extend_from_slice(store.gaps());
    walked
}

/// Opens these object directories with SHA-1 names.
pub(crate) fn open(directories: &[PathBuf]) -> Store {
    Store::open(directories, 20, Limits::default())
}

struct Collect<'s> {
    store: &'s Store,
    found: Mutex<Walked>,
}

impl Collect<'_> {
    fn add(&self, object: Object, bytes: &[u8], change: impl FnOnce(&mut Walked)) {
        assert_eq!(object.size, bytes.len() as u64);
        let oid = self.store.oid(object.id).expect("a name").to_string();
        let mut found = self.found.lock().expect("no panic");
        change(&mut found);
        found.visits += 1;
        if let Some((_, before)) = found.objects.insert(oid, (object.kind, bytes.to_vec())) {
            assert_eq!(before, bytes, "visited twice with different content");
        }
    }
}

impl Visit for Collect<'_> {
    /// The bytes: whoever visits a version must get its true base.
    type State = Vec<u8>;
    type Scratch = ();

    fn scratch(&self) {}

    fn whole(&self, (): &mut (), object: Object, bytes: &[u8]) -> Vec<u8> {
        self.add(object, bytes, |walked| walked.fresh += bytes.len());
        bytes.to_vec()
    }

    fn version(&self, (): &mut (), object: Object, base: &Vec<u8>, made: Made<'_>) -> Vec<u8> {
        assert_eq!(base, made.base);
        let mut fresh = made.bytes.len();
        let mut at = 0;
        for copied in made.copied {
            let (from, to, len) = (copied.from as usize, copied.to as usize, copied.len as usize);
            assert!(to >= at && len > 0, "copies are in order and not empty");
            assert_eq!(made.base[from..from + len], made.bytes[to..to + len]);
            at = to + len;
            fresh -= len;
        }
        self.add(object, made.bytes, |walked| {
            walked.versions += 1;
            walked.fresh += fresh;
        });
        made.bytes.to_vec()
    }

    fn stream(&self, (): &mut (), object: Object, content: &mut dyn Read) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        content.read_to_end(&mut bytes)?;
        self.add(object, &bytes, |walked| walked.streamed += 1);
        Ok(())
    }

    fn gap(&self, gap: Gap) {
        self.found.lock().expect("no panic").gaps.push(gap);
    }
}

/// Random bytes that are the same in every run.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub(crate) fn line(&mut self) -> String {
        format!("line {:08x} {:08x}\n", self.next() as u32, self.next() as u32)
    }

    pub(crate) fn bytes(&mut self, n: usize) -> Vec<u8> {
        (0..n).map(|_| self.next() as u8).collect()
    }
}

/// A repository whose files change many times, so that packing it makes deltas.
pub(crate) fn busy_repo(args: &[&str], commits: usize) -> Repo {
    let repo = Repo::init(args);
    grow(&repo, commits, 7);
    repo
}

/// Adds commits to a repository.
pub(crate) fn grow(repo: &Repo, commits: usize, seed: u64) {
    let mut random = Random::new(seed);
    let mut files: Vec<Vec<String>> = (0..4).map(|_| (0..200).map(|_| random.line()).collect()).collect();
    for n in 0..commits {
        let number = random.below(files.len());
        let file = &mut files[number];
        let at = random.below(file.len());
        match random.below(3) {
            0 => file.insert(at, random.line()),
            1 if file.len() > 50 => drop(file.remove(at)),
            _ => file[at] = random.line(),
        }
        for (i, file) in files.iter().enumerate() {
            repo.write(&format!("dir{}/file{i}.txt", i % 2), file.concat());
        }
        repo.write("image.bin", random.bytes(300));
        repo.commit(&format!("change {n}\n\nbecause {}", random.line()));
    }
    repo.git(&["tag", "-f", "-a", "v1", "-m", "a tag\nwith a message"]);
}

/// An [`Oid`] from text.
pub(crate) fn oid(hex: &str) -> Oid {
    Oid::from_hex(hex.as_bytes()).expect("an object name")
}

/// Compares a walk with what git says, naming the first difference.
pub(crate) fn assert_same(walked: &Walked, expected: &Contents) {
    assert_eq!(walked.gaps, [], "gaps");
    let names = |contents: &Contents| contents.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&walked.objects), names(expected));
    for (name, object) in expected {
        assert_eq!(&walked.objects[name], object, "content of {name}");
    }
}

/// Makes a file writable (git writes packs read-only) and changes its bytes.
pub(crate) fn tamper(path: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).expect("read");
    change(&mut bytes);
    std::fs::remove_file(path).expect("remove");
    std::fs::write(path, bytes).expect("write");
}
