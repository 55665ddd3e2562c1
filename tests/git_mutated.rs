//! What git writes, changed at random: no panic, and what is understood is the same however it is read.
//!
//! What `fuzzed` tries with every parser, here with more care for those of repositories. Each part takes a second; for longer:
//! `STANCH_FUZZ_SECONDS=150 cargo test --release --test main -- git_mutated --nocapture`.

#![allow(clippy::print_stdout, reason = "a long run says how much it tried")]

use crate::git_support::pack::{BLOB, Op as Part, PackWriter, delta, hex};
use crate::git_support::tables::{Record, table};
use crate::git_support::{Random, Repo, busy_repo, walk_all};
use stanch::git::changes;
use stanch::git::commit::{Commit, message, said, tag_target};
use stanch::git::index::Index;
use stanch::git::lfs;
use stanch::git::lookup::Lookup;
use stanch::git::oid::Oid;
use stanch::git::pack::delta::{Delta, Op, make};
use stanch::git::pack::entry::{LONGEST_HEADER, parse};
use stanch::git::pack::index::PackIndex;
use stanch::git::reftable::Table;
use stanch::git::store::{Limits, Store};
use stanch::git::tree::entries;
use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Numbers at which things go wrong.
const ODD: [u32; 10] = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe, 0xffff_ffff];

/// Calls `once` with changed seeds until the time is up. A long run begins somewhere else each time, and says where.
fn for_a_while(what: &str, seeds: &[Vec<u8>], mut once: impl FnMut(&mut Random, &[u8])) {
    let seconds: Option<u64> = std::env::var("STANCH_FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs();
    let mut number = if seconds.is_some() { now << 32 } else { 0 };
    let begin = Instant::now();
    let mut count = 0_u64;
    while begin.elapsed() < Duration::from_secs(seconds.unwrap_or(1)) {
        let mut random = Random::new(number);
        let changed = change(&mut random, seeds);
        if seconds.is_some() {
            // Of a panic this tells with what it can be had again.
            fs::write(std::env::temp_dir().join(format!("stanch-mutated-{what}")), &changed).expect("write");
        }
        once(&mut random, &changed);
        (number, count) = (number + 1, count + 1);
    }
    println!("{what}: {count} inputs");
}

/// One of the seeds, changed in a few places.
pub(crate) fn change(random: &mut Random, seeds: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(4) {
        let at = random.below(bytes.len() + 1);
        let len = random.below(9).min(bytes.len() - at);
        match random.below(8) {
            0 | 1 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            2 if at < bytes.len() => bytes[at] = random.next() as u8,
            3 => drop(bytes.drain(at..at + len)),
            4 => drop(bytes.splice(at..at, random_bytes(random))),
            5 => {
                let number = ODD[random.below(ODD.len())].to_be_bytes();
                let number = &number[4 - len.min(4)..];
                drop(bytes.splice(at..(at + number.len()).min(bytes.len()), number.iter().copied()));
            }
            6 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let until = (from + random.below(200)).min(other.len());
                bytes.splice(at..at + len, other[from..until].iter().copied());
            }
            7 if random.below(4) == 0 => bytes.truncate(at),
            _ => {}
        }
    }
    bytes
}

fn random_bytes(random: &mut Random) -> Vec<u8> {
    let len = random.below(12);
    random.bytes(len)
}

/// A repository with deltas, packed, and its pack and index.
fn packed() -> (Repo, Vec<u8>, Vec<u8>) {
    let repo = busy_repo(&[], 20);
    repo.git(&["repack", "-adfq"]);
    let pack = repo.packs().remove(0);
    let (bytes, index) = (fs::read(&pack).expect("read"), fs::read(pack.with_extension("idx")).expect("read"));
    (repo, bytes, index)
}

#[test]
fn headers_and_deltas() {
    let base: Vec<u8> = (0..300_u32).map(|n| (n * 7) as u8).collect();
    let ops = [Part::Copy(0, 100), Part::Insert(b"new and different".to_vec()), Part::Copy(90, 200)];
    let whole = delta(300, 317, &ops);
    let seeds = vec![
        whole,
        delta(300, 10, &[Part::Copy(5, 10)]),
        vec![0xb5, 0x0a, 0x78],
        vec![0xe5, 0x81, 0x02],
        [0x7f; 40].into(),
    ];
    for_a_while("delta", &seeds, |_, bytes| {
        for width in [20, 32] {
            if let Ok(entry) = parse(bytes, width) {
                assert!(entry.header <= bytes.len() && entry.header <= LONGEST_HEADER);
            }
        }
        let Ok(delta) = Delta::parse(bytes) else { return };
        let mut naive = Vec::new();
        let mut is_sound = delta.base_size == base.len() as u64;
        for op in delta.ops() {
            match op {
                Ok(Op::Insert(new)) => naive.extend_from_slice(new),
                Ok(Op::Copy { from, len }) => match base.get(from as usize..).and_then(|tail| tail.get(..len as usize))
                {
                    Some(copied) => naive.extend_from_slice(copied),
                    None => is_sound = false,
                },
                Err(_) => is_sound = false,
            }
        }
        is_sound &= naive.len() as u64 == delta.size;
        match make(bytes, &base, 1 << 24) {
            Ok((made, copied)) => {
                assert!(is_sound && made == naive);
                for part in copied {
                    let (from, to, len) = (part.from as usize, part.to as usize, part.len as usize);
                    assert_eq!(base[from..from + len], made[to..to + len]);
                }
            }
            Err(_) => assert!(!is_sound),
        }
    });
}

#[test]
fn indexes_of_packs() {
    let (_, _, index) = packed();
    for_a_while("pack-index", &[index], |_, bytes| {
        let Ok(index) = PackIndex::parse(bytes.to_vec(), 20) else { return };
        for i in 0..index.len() {
            assert_eq!(index.find_raw(index.name(i)), Some(i));
            let _ = index.offset(i);
        }
    });
}

#[test]
fn objects() {
    let repo = busy_repo(&[], 3);
    repo.git(&["tag", "-a", "-m", "a tag", "v2"]);
    let seeds: Vec<Vec<u8>> = repo.cat_all().into_values().map(|(_, bytes)| bytes).filter(|b| b.len() < 1000).collect();
    for_a_while("objects", &seeds, |_, bytes| {
        for width in [20, 32] {
            let read = entries(bytes, width).map_while(Result::ok).map(|entry| entry.len).sum::<usize>();
            assert!(read <= bytes.len());
        }
        if let Some(commit) = Commit::parse(bytes) {
            assert!(bytes.ends_with(commit.message));
        }
        assert!(bytes.ends_with(said(bytes)) && said(bytes).ends_with(message(bytes)));
        let _ = (tag_target(bytes), lfs::is_pointer(bytes));
    });
}

/// A pack with its index, one of them changed: walking and reading say the same of whatever can be read.
#[test]
fn packs_with_their_indexes() {
    let (_repo, pack, index) = packed();
    let mut small = PackWriter::new();
    let mut random = Random::new(1);
    let (one, two) = (crate::git_support::pack::name(&mut random), crate::git_support::pack::name(&mut random));
    let at = small.whole(BLOB, one, b"a blob with words in it");
    small.offset_delta(two, at, &delta(23, 10, &[Part::Copy(0, 10)]));
    assert_ne!(hex(&one), hex(&two));
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir_all(folder.path().join("pack")).expect("mkdir");
    small.write(folder.path(), "s");
    let file = |name: &str| folder.path().join("pack").join(name);
    let (small, small_index) =
        (fs::read(file("pack-s.pack")).expect("read"), fs::read(file("pack-s.idx")).expect("read"));
    fs::remove_file(file("pack-s.pack")).expect("remove");
    fs::remove_file(file("pack-s.idx")).expect("remove");
    let limits = Limits { whole: 1 << 20, stream: 1 << 12, held: 1 << 10, memory: 1 << 20 };
    for_a_while("packs", &[vec![0]], |random, _| {
        let pair = if random.below(4) == 0 { (&pack, &index) } else { (&small, &small_index) };
        let (mut pack, mut index) = (pair.0.clone(), pair.1.clone());
        if random.below(3) > 0 {
            pack = change(random, &[pack]);
        } else {
            index = change(random, &[index]);
        }
        fs::write(file("p.pack"), &pack).expect("write");
        fs::write(file("p.idx"), &index).expect("write");
        let store = Store::open(&[folder.path().to_owned()], 20, limits);
        let walked = walk_all(&store);
        let mut reader = store.reader();
        for (name, (kind, bytes)) in walked.objects.iter().filter(|(_, (_, bytes))| bytes.len() <= 1 << 20) {
            let id = store.find(&Oid::from_hex(name.as_bytes()).expect("a name")).expect("it was walked");
            assert_eq!(reader.read(id).expect("it was walked"), (*kind, bytes.as_slice()));
        }
    });
}

#[test]
fn indexes_of_work_trees() {
    let repo = busy_repo(&[], 2);
    let mut seeds = vec![fs::read(repo.path.join(".git/index")).expect("read")];
    repo.git(&["update-index", "--index-version", "4"]);
    seeds.push(fs::read(repo.path.join(".git/index")).expect("read"));
    for_a_while("index", &seeds, |_, bytes| {
        let Ok(index) = Index::parse(bytes, 20) else { return };
        for (at, entry) in index.entries().enumerate() {
            let _ = (entry.kind(), entry.stage(), entry.is_announced(), entry.is_skipped(), entry.stat(), entry.oid());
            assert!(index.shared().is_some() || index.find(entry.path).contains(&at));
        }
        let changes = changes::of_index(&mut Lookup::new(&[], 20, Limits::default()), &index, &[]);
        assert!(changes.files.len() <= 2 * index.len());
    });
}

#[test]
fn reftables() {
    let id = "0123456789abcdef0123456789abcdef01234567";
    let names: Vec<String> = (0..20).map(|n| format!("refs/heads/branch{n}")).collect();
    let refs: Vec<(&str, Record<'_>)> = names.iter().map(|name| (name.as_str(), Record::Direct(id))).collect();
    let odd = [
        ("HEAD", Record::Symbolic("refs/heads/main")),
        ("refs/a", Record::Deleted),
        ("refs/t", Record::Peeled(id, id)),
    ];
    let seeds = vec![table(&refs, 4, &[id, id], false), table(&refs, 4, &[], true), table(&odd, 9, &[id], false)];
    for_a_while("reftable", &seeds, |_, bytes| {
        let (mut refs, mut stashes) = (BTreeMap::new(), BTreeMap::new());
        if let Ok(table) = Table::parse(bytes, 20) {
            let _ = table.apply(&mut refs, &mut stashes);
            assert!(refs.len() + stashes.len() <= 4 * bytes.len().max(1 << 16));
        }
    });
}
