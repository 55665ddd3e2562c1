//! Looking up single objects gives what `git cat-file` and the store's own reader give, however they are stored.

use crate::git_support::{Random, Repo, busy_repo, grow, oid, tamper};
use stanch::git::gap::{Fault, GapKind};
use stanch::git::lookup::{Content, Lookup};
use stanch::git::oid::Kind;
use stanch::git::store::{Limits, Store};
use std::io::Read;

/// Reads every object both ways, in an order that has nothing to do with how they are stored.
fn assert_same(repo: &Repo, width: usize) {
    let objects = [repo.objects()];
    let store = Store::open(&objects, width, Limits::default());
    let mut reader = store.reader();
    let mut lookup = Lookup::new(&objects, width, Limits::default());
    for (name, (kind, bytes)) in repo.cat_all() {
        let oid = oid(&name);
        let (read_kind, read) = reader.read(store.find(&oid).expect("stored")).expect("readable");
        assert_eq!((read_kind, read), (kind, bytes.as_slice()), "{name}");
        let found = lookup.read(&oid).expect("readable").expect("found");
        assert_eq!((found.kind, &*found), (kind, bytes.as_slice()), "{name}");
        assert!(lookup.contains(&oid));
    }
    assert!(lookup.read(&oid(&"a7".repeat(width))).expect("readable").is_none());
    assert_eq!(lookup.take_gaps(), []);
}

#[test]
fn loose_objects_and_long_chains() {
    let repo = busy_repo(&[], 30);
    assert_same(&repo, 20);
    repo.git(&["repack", "-adfq", "--depth=250", "--window=250"]);
    grow(&repo, 5, 8);
    assert_same(&repo, 20);
}

#[test]
fn several_packs_and_both_versions_of_their_index() {
    let repo = busy_repo(&[], 10);
    for seed in 8..12 {
        repo.git(&["-c", "pack.indexVersion=1", "repack", "-dq"]);
        grow(&repo, 4, seed);
        repo.git(&["repack", "-dq"]);
        grow(&repo, 4, seed + 100);
    }
    assert!(repo.packs().len() > 6);
    assert_same(&repo, 20);
    repo.git(&["multi-pack-index", "write"]);
    assert_same(&repo, 20);
}

#[test]
fn names_of_32_bytes() {
    let repo = busy_repo(&["--object-format=sha256"], 15);
    repo.git(&["repack", "-adfq", "--depth=50"]);
    grow(&repo, 2, 8);
    assert_same(&repo, 32);
}

#[test]
fn deltas_that_name_their_base() {
    let repo = busy_repo(&[], 20);
    repo.git(&["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq", "--depth=50"]);
    assert_same(&repo, 20);
}

#[test]
fn large_blobs_are_read_in_order() {
    let repo = Repo::init(&[]);
    let bytes = Random::new(4).bytes(3 << 20);
    repo.write("large", &bytes);
    repo.commit("large");
    let name = oid(&repo.git(&["rev-parse", "HEAD:large"]));
    for packed in [false, true] {
        if packed {
            repo.git(&["repack", "-adq"]);
        }
        let limits = Limits { stream: 1 << 20, ..Limits::default() };
        let mut lookup = Lookup::new(&[repo.objects()], 20, limits);
        let Ok(Some(Content::Stream { kind: Kind::Blob, size, bytes: mut stream })) = lookup.open(&name) else {
            panic!("not streamed")
        };
        let mut read = Vec::new();
        stream.read_to_end(&mut read).expect("whole");
        assert_eq!((size, read == bytes), (3 << 20, true));
        drop(stream);
        assert_eq!(lookup.read(&name).expect("readable").expect("found").len(), 3 << 20);
        let mut small = Lookup::new(&[repo.objects()], 20, Limits { whole: 1 << 20, ..limits });
        assert!(matches!(small.read(&name), Err(Fault::TooLarge { .. })));
    }
}

#[test]
fn packs_that_come_and_go_while_objects_are_looked_up() {
    let repo = busy_repo(&[], 10);
    repo.git(&["repack", "-adq"]);
    let mut lookup = Lookup::new(&[repo.objects()], 20, Limits::default());
    let first = oid(&repo.git(&["rev-parse", "HEAD"]));
    assert!(lookup.contains(&first));
    grow(&repo, 5, 9);
    repo.git(&["repack", "-adq"]);
    for (name, (_, bytes)) in repo.cat_all() {
        assert_eq!(&*lookup.read(&oid(&name)).expect("readable").expect("found"), bytes.as_slice());
    }
    assert_eq!(lookup.take_gaps(), []);
}

#[test]
fn what_is_damaged_is_named() {
    let repo = busy_repo(&[], 10);
    repo.git(&["repack", "-adq"]);
    let head = oid(&repo.git(&["rev-parse", "HEAD"]));
    let pack = repo.packs().remove(0);
    let whole = std::fs::read(&pack).expect("read");
    let index = std::fs::read(pack.with_extension("idx")).expect("read");
    let look = |repo: &Repo| {
        let mut lookup = Lookup::new(&[repo.objects()], 20, Limits::default());
        let read = lookup.read(&head).map(|found| found.is_some());
        (read, lookup.take_gaps())
    };
    tamper(&pack, |bytes| bytes.iter_mut().skip(12).for_each(|byte| *byte ^= 0x55));
    assert!(look(&repo).0.is_err());
    tamper(&pack, |bytes| bytes.truncate(20));
    assert!(look(&repo).0.is_err());
    tamper(&pack, |bytes| *bytes = whole);
    assert!(matches!(look(&repo), (Ok(true), gaps) if gaps.is_empty()));
    for change in [
        |bytes: &mut Vec<u8>| bytes.truncate(700),
        |bytes: &mut Vec<u8>| bytes[8] = 0xff,
        |bytes: &mut Vec<u8>| bytes[7] = 3,
        |bytes: &mut Vec<u8>| bytes.clear(),
    ] {
        tamper(&pack.with_extension("idx"), |bytes| {
            bytes.clone_from(&index);
            change(bytes);
        });
        let (read, gaps) = look(&repo);
        assert!(matches!(read, Ok(false)), "{read:?}");
        assert_eq!(gaps.iter().map(|gap| gap.kind).collect::<Vec<_>>(), [GapKind::Corrupt]);
    }
}

#[test]
fn offsets_and_bases_that_lead_nowhere_are_faults() {
    let repo = busy_repo(&[], 20);
    repo.git(&["repack", "-adfq", "--depth=50"]);
    let names: Vec<String> = repo.cat_all().into_keys().collect();
    let index = repo.packs().remove(0).with_extension("idx");
    let mut random = Random::new(2);
    for _ in 0..30 {
        // Somewhere in the table of offsets, and everywhere in the pack.
        let whole = std::fs::read(&index).expect("read");
        tamper(&index, |bytes| {
            let offsets = 8 + 1024 + names.len() * 24;
            let at = offsets + random.below(names.len() * 4);
            bytes[at] ^= 1 << random.below(8);
        });
        let mut lookup = Lookup::new(&[repo.objects()], 20, Limits::default());
        for name in &names {
            let _ = lookup.read(&oid(name));
        }
        tamper(&index, |bytes| *bytes = whole);
    }
}
