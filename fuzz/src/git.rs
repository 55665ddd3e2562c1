//! What a repository holds.

use super::{Target, halves, text};
use stanch::git::changes;
use stanch::git::commit::{Commit, message, said, tag_target};
use stanch::git::config::Config;
use stanch::git::gap::Gap;
use stanch::git::graph::{CommitLinks, History, SecretHolders, Starts, Tags};
use stanch::git::index::Index;
use stanch::git::lfs;
use stanch::git::lookup::Lookup;
use stanch::git::oid::Kind;
use stanch::git::pack::delta::{Delta, Op, make};
use stanch::git::pack::entry::{LONGEST_HEADER, parse};
use stanch::git::pack::index::PackIndex;
use stanch::git::refs::Refs;
use stanch::git::reftable::Table;
use stanch::git::repo::{OpenOptions, Repository};
use stanch::git::revision::Revisions;
use stanch::git::store::{Limits, ObjectId, Store};
use stanch::git::tree::entries;
use stanch::git::walk::{Made, Object, Visit, walk};
use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Mutex;

/// Its targets.
pub const TARGETS: &[Target] = &[
    ("tree_entries", tree_entries),
    ("commit_headers", commit_headers),
    ("pack_entry", pack_entry),
    ("delta", delta),
    ("pack_index", pack_index),
    ("pack", pack),
    ("loose", loose),
    ("git_index", git_index),
    ("reftable", reftable),
    ("packed_refs", packed_refs),
    ("reference", reference),
    ("stash_log", stash_log),
    ("git_config", git_config),
    ("alternates", alternates),
    ("revision", revision),
];

/// The name of the commit in the repositories that are made here.
const NAME: &str = "1111111111111111111111111111111111111111";

/// Few bytes are enough for what is tried here.
const LIMITS: Limits = Limits { whole: 1 << 20, stream: 1 << 16, held: 1 << 10, memory: 1 << 20 };

fn width(first: u8) -> usize {
    if first & 1 == 0 { 20 } else { 32 }
}

fn tree_entries(bytes: &[u8]) {
    for width in [20, 32] {
        let mut at = 0;
        for entry in entries(bytes, width) {
            let Ok(entry) = entry else { break };
            assert_eq!(entry.object.len(), width);
            at += entry.len;
        }
        assert!(at <= bytes.len());
    }
}

fn commit_headers(bytes: &[u8]) {
    if let Some(commit) = Commit::parse(bytes) {
        assert!(bytes.ends_with(commit.message) && commit.author.offset.abs() < 24 * 60 + 60);
    }
    assert!(bytes.ends_with(said(bytes)) && said(bytes).ends_with(message(bytes)));
    let _ = (tag_target(bytes), lfs::is_pointer(bytes), lfs::place(bytes));
}

fn pack_entry(bytes: &[u8]) {
    for width in [20, 32] {
        if let Ok(entry) = parse(bytes, width) {
            assert!(entry.header <= bytes.len() && entry.header <= LONGEST_HEADER);
        }
    }
}

/// The bytes as a base and a delta on it: what is made is what its operations say.
fn delta(bytes: &[u8]) {
    let (base, bytes) = halves(bytes);
    let Ok(delta) = Delta::parse(bytes) else { return };
    let mut naive = Vec::new();
    let mut is_sound = delta.base_size == base.len() as u64;
    for op in delta.ops() {
        match op {
            Ok(Op::Insert(new)) => naive.extend_from_slice(new),
            Ok(Op::Copy { from, len }) => match base.get(from as usize..).and_then(|tail| tail.get(..len as usize)) {
                Some(copied) if naive.len() < 1 << 24 => naive.extend_from_slice(copied),
                _ => is_sound = false,
            },
            Err(_) => is_sound = false,
        }
    }
    is_sound &= naive.len() as u64 == delta.size;
    match make(bytes, base, 1 << 24) {
        Ok((made, copied)) => {
            assert!(is_sound && made == naive);
            let mut at = 0;
            for part in copied {
                let (from, to, len) = (part.from as usize, part.to as usize, part.len as usize);
                assert!(to >= at && len > 0 && base[from..from + len] == made[to..to + len]);
                at = to + len;
            }
        }
        Err(_) => assert!(!is_sound || naive.len() > 1 << 24),
    }
}

fn pack_index(bytes: &[u8]) {
    for width in [20, 32] {
        let Ok(index) = PackIndex::parse(bytes.to_vec(), width) else { continue };
        for i in 0..index.len() {
            assert_eq!(index.find_raw(index.name(i)), Some(i));
            let _ = index.offset(i);
        }
        assert!(index.find_prefix("0").len() + index.find_prefix("f").len() <= index.len() as usize);
    }
}

/// Remembers what every object was.
struct Remember(Mutex<Vec<(ObjectId, Vec<u8>)>>);

impl Visit for Remember {
    type State = ();
    type Scratch = ();

    fn scratch(&self) {}

    fn whole(&self, (): &mut (), object: Object, bytes: &[u8]) {
        self.0.lock().expect("no panic").push((object.id, bytes.to_vec()));
    }

    fn version(&self, (): &mut (), object: Object, (): &(), made: Made<'_>) {
        self.0.lock().expect("no panic").push((object.id, made.bytes.to_vec()));
    }

    fn stream(&self, (): &mut (), _: Object, content: &mut dyn Read) -> io::Result<()> {
        io::copy(content, &mut io::sink()).map(drop)
    }

    fn gap(&self, _: Gap) {}
}

/// Walks every object and reads it by itself: both say the same. Then the history is built of what came out.
fn every_object(objects: &Path) {
    let store = Store::open(&[objects.to_owned()], 20, LIMITS);
    let mut reader = store.reader();
    let mut links = Vec::new();
    let mut tags = Tags::default();
    for kind in [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag] {
        let remember = Remember(Mutex::default());
        walk(&store, kind, &remember);
        for (id, bytes) in remember.0.into_inner().expect("no panic") {
            // What is too large for a version can be streamed.
            if let Ok((read_kind, read)) = reader.read(id) {
                assert_eq!((read_kind, read), (kind, bytes.as_slice()));
            }
            match kind {
                Kind::Commit => links.extend(CommitLinks::parse(&store, id, &bytes)),
                Kind::Tag => drop(tags.add(id, &bytes)),
                _ => {}
            }
        }
    }
    let history = History::build(&store, &Refs::default(), &tags, links, &HashSet::new(), Starts::Everything);
    let pairs = (0..store.len().min(100)).filter_map(|at| store.find_prefix(&format!("{at:02x}")).first().copied());
    let _ = history.attribute(&store, &SecretHolders::new(pairs.map(|id| (id, 0)).collect()), None);
}

/// The bytes as the entries of a pack, whose index says that one begins at each of some offsets.
fn pack(bytes: &[u8]) {
    let Some((count, rest)) = bytes.split_first() else { return };
    let count = usize::from(*count % 16);
    let Some((offsets, body)) = rest.split_at_checked(2 * count) else { return };
    let mut places: Vec<([u8; 20], u16)> = Vec::new();
    for (at, two) in offsets.chunks_exact(2).enumerate() {
        let mut name = [0x11; 20];
        name[0] = at as u8 * 16;
        places.push((name, u16::from_be_bytes([two[0], two[1]])));
    }
    with_folder(|folder| {
        let objects = folder.join("objects");
        fs::create_dir_all(objects.join("pack")).expect("a folder");
        let mut pack = b"PACK\0\0\0\x02".to_vec();
        pack.extend((places.len() as u32).to_be_bytes());
        pack.extend(body);
        pack.extend([0; 20]);
        fs::write(objects.join("pack/p.pack"), pack).expect("a file");
        let mut index = b"\xfftOc\0\0\0\x02".to_vec();
        for byte in 0..=255_u8 {
            index.extend((places.iter().filter(|(name, _)| name[0] <= byte).count() as u32).to_be_bytes());
        }
        places.iter().for_each(|(name, _)| index.extend(name));
        places.iter().for_each(|_| index.extend([0; 4]));
        places.iter().for_each(|(_, at)| index.extend((12 + u32::from(*at)).to_be_bytes()));
        index.extend([0; 40]);
        fs::write(objects.join("pack/p.idx"), index).expect("a file");
        every_object(&objects);
    });
}

/// The bytes as a loose object: of what a repository's reader, a lookup and a history see.
fn loose(bytes: &[u8]) {
    with_repository(&[(&format!("objects/{}/{}", &NAME[..2], &NAME[2..]), bytes)], |git, repository| {
        every_object(&git.join("objects"));
        let mut lookup = repository.lookup(LIMITS);
        let oid = stanch::git::oid::Oid::from_hex(NAME.as_bytes()).expect("a name");
        let _ = (lookup.read(&oid), lookup.descend(oid, b"a/b"));
    });
}

fn git_index(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let width = width(*first);
    let (one, other) = halves(rest);
    for (one, other) in [(one, other), (rest, &[][..])] {
        let (Ok(index), shared) = (Index::parse(one, width), Index::parse(other, width)) else { continue };
        for (at, entry) in index.entries().enumerate() {
            let _ = (entry.kind(), entry.stage(), entry.is_announced(), entry.is_skipped(), entry.stat(), entry.oid());
            assert!(index.shared().is_some() || index.find(entry.path).contains(&at));
        }
        let changes = changes::of_index(&mut Lookup::new(&[], width, LIMITS), &index, &[]);
        assert!(changes.files.len() <= 2 * index.len());
        if let Ok(merged) = shared.and_then(|shared| index.merged(shared)) {
            assert!((1..merged.len()).all(|at| merged.path(at - 1) <= merged.path(at)));
        }
    }
}

fn reftable(bytes: &[u8]) {
    for width in [20, 32] {
        let (mut refs, mut stashes) = (BTreeMap::new(), BTreeMap::new());
        if let Ok(table) = Table::parse(bytes, width) {
            let _ = table.apply(&mut refs, &mut stashes);
            assert!(refs.len() + stashes.len() <= 4 * bytes.len().max(1 << 16));
        }
    }
}

fn packed_refs(bytes: &[u8]) {
    with_repository(&[("packed-refs", bytes)], every_reference);
}

/// The bytes as the file of a reference, and of `HEAD`.
fn reference(bytes: &[u8]) {
    with_repository(&[("refs/heads/main", bytes), ("HEAD", bytes)], every_reference);
}

fn stash_log(bytes: &[u8]) {
    with_repository(&[("logs/refs/stash", bytes), ("refs/stash", NAME.as_bytes())], every_reference);
}

fn every_reference(_: &Path, repository: &Repository) {
    let refs = Refs::read(repository);
    for (at, one) in refs.list.iter().enumerate() {
        assert!(at > 5000 || refs.position(&one.name).is_some());
    }
    let _ = (refs.head(), repository.head(), repository.merge_heads());
}

fn git_config(bytes: &[u8]) {
    let config = Config::parse(&text(bytes));
    let _ = (config.get("extensions", "objectformat"), config.any_true("remote", "promisor"));
    let _ = (config.remote_of("https://example.org/"), config.all("remote", "url").count());
    with_repository(&[("config", bytes)], every_reference);
}

/// The bytes as what other repositories this one borrows from, where a shallow clone ends, and what another tool left there.
fn alternates(bytes: &[u8]) {
    let files = [("objects/info/alternates", bytes), ("shallow", bytes), ("MERGE_HEAD", bytes), ("commondir", bytes)];
    with_repository(&files[..3], |_, repository| drop((repository.shallow(), repository.merge_heads())));
    with_repository(&files, every_reference);
}

/// The bytes as the name of a commit.
fn revision(bytes: &[u8]) {
    let commit = format!("commit 60\0tree {NAME}\nparent {NAME}\n");
    let file = format!("objects/{}/{}", &NAME[..2], &NAME[2..]);
    let files = [(file.as_str(), &stored(commit.as_bytes())[..]), ("refs/heads/main", NAME.as_bytes())];
    with_repository(&files, |_, repository| {
        let (refs, store) = (Refs::read(repository), repository.store(LIMITS));
        let mut revisions = Revisions::new(repository, &refs, &store);
        let text = text(bytes);
        let _ = (revisions.commit(&text), revisions.commit(&format!("main{text}")));
        let _ = (revisions.commit(&format!("main@{{{text}}}")), refs.find(&text), refs.find_branch(&text));
    });
}

/// A zlib stream that holds bytes as they are.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let len = bytes.len() as u16;
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in bytes {
        low = (low + u32::from(*byte)) % 65521;
        high = (high + low) % 65521;
    }
    let sum = (high << 16 | low).to_be_bytes();
    [&[0x78, 1, 1][..], &len.to_le_bytes(), &(!len).to_le_bytes(), bytes, &sum].concat()
}

/// A folder that is gone afterwards.
fn with_folder(with: impl FnOnce(&Path)) {
    let folder = tempfile::tempdir().expect("a folder");
    with(folder.path());
}

/// A repository with these files, if it is one with them.
fn with_repository(files: &[(&str, &[u8])], with: impl FnOnce(&Path, &Repository)) {
    with_folder(|folder| {
        let git = folder.join("a/.git");
        for name in ["objects/info", "refs/heads", "logs/refs", &format!("objects/{}", &NAME[..2])] {
            fs::create_dir_all(git.join(name)).expect("a folder");
        }
        for (name, bytes) in [("HEAD", &b"ref: refs/heads/main\n"[..])].iter().chain(files) {
            fs::write(git.join(name), bytes).expect("a file");
        }
        if let Ok(repository) = Repository::open(&folder.join("a"), OpenOptions::default()) {
            with(&git, &repository);
        }
    });
}
