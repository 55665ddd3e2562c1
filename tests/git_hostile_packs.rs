//! Packs and indexes made byte by byte by somebody who means ill: every contradiction is named, the rest is read, and memory stays bounded.

use crate::git_support::pack::{BLOB, OFS_DELTA, Op, PackWriter, deflate, delta, distance_bytes, hex, name};
use crate::git_support::planted::token;
use crate::git_support::report::Report;
use crate::git_support::{Random, Repo, isolated};
use serde_json::Value;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;

/// More address space than this, bytes, the process does not get: a process that asks for more is ended.
const ADDRESS_SPACE: u64 = 3 << 30;

/// A scan that may not take more memory than that.
fn scan_bounded(path: &Path, args: &[&str]) -> Report {
    let mut command = isolated(env!("CARGO_BIN_EXE_stanch"));
    command.arg("git").arg(path).args(args).args(["-f", "json", "--show-secrets"]).current_dir("/");
    let limit = libc::rlimit { rlim_cur: ADDRESS_SPACE, rlim_max: ADDRESS_SPACE };
    // SAFETY: setrlimit may be called between fork and exec, and the structure outlives the call.
    unsafe {
        command.pre_exec(move || match libc::setrlimit(libc::RLIMIT_AS, &raw const limit) {
            0 => Ok(()),
            _ => Err(std::io::Error::last_os_error()),
        });
    }
    let out = command.output().expect("stanch runs");
    let errors = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!errors.contains("panicked"), "{errors}");
    let code = out.status.code().unwrap_or_else(|| panic!("ended by {:?}: {errors}", out.status));
    Report { code, json: serde_json::from_slice(&out.stdout).unwrap_or(Value::Null), errors }
}

/// A bare repository, and a pack in the making that holds a blob with token 1.
fn start(random: &mut Random) -> (Repo, PackWriter, [u8; 20], u64) {
    let repo = Repo::init(&["--bare"]);
    let mut pack = PackWriter::new();
    let own = name(random);
    let at = pack.whole(BLOB, own, format!("good {}\n", token(1)).as_bytes());
    (repo, pack, own, at)
}

/// The sound blob was found, what is unsound was named, nothing else was found.
#[track_caller]
fn assert_named(repo: &Repo, kinds: &[&str]) -> Report {
    let report = scan_bounded(&repo.path, &["--unreachable"]);
    assert_eq!((report.code, report.secrets()), (1, vec![token(1).as_str()]), "{}", report.errors);
    let found = report.kinds();
    assert!(!found.is_empty(), "nothing is named");
    assert!(found.iter().all(|kind| kinds.contains(kind)), "{:?}", report.problems());
    report
}

#[test]
fn deltas_in_a_ring() {
    let mut random = Random::new(1);
    let (repo, mut pack, ..) = start(&mut random);
    let ring: Vec<[u8; 20]> = (0..5).map(|_| name(&mut random)).collect();
    let change = delta(10, 10, &[Op::Copy(0, 10)]);
    for (i, own) in ring.iter().enumerate() {
        pack.ref_delta(*own, ring[(i + 1) % ring.len()], &change);
    }
    let selfish = name(&mut random);
    pack.ref_delta(selfish, selfish, &change);
    pack.ref_delta(name(&mut random), ring[2], &change);
    pack.write(&repo.path.join("objects"), "1");
    assert_eq!(assert_named(&repo, &["corrupt"]).problems().len(), 7);
}

/// A ring that leads through two packs, and through a delta that is only there.
#[test]
fn deltas_in_a_ring_of_packs() {
    let mut random = Random::new(2);
    let (repo, mut one, ..) = start(&mut random);
    let mut two = PackWriter::new();
    let (a, b, c) = (name(&mut random), name(&mut random), name(&mut random));
    let change = delta(10, 10, &[Op::Copy(0, 10)]);
    one.ref_delta(a, b, &change);
    two.ref_delta(b, c, &change);
    two.ref_delta(c, a, &change);
    one.write(&repo.path.join("objects"), "1");
    two.write(&repo.path.join("objects"), "2");
    assert_named(&repo, &["corrupt", "elsewhere"]);
}

#[test]
fn bases_where_no_object_begins() {
    let mut random = Random::new(3);
    let (repo, mut pack, ..) = start(&mut random);
    let change = delta(5, 5, &[Op::Copy(0, 5)]);
    for distance in [0, 1, 7, 1 << 20, u64::MAX >> 8] {
        pack.entry(OFS_DELTA, name(&mut random), change.len() as u64, &distance_bytes(distance), &deflate(&change));
    }
    pack.entry(OFS_DELTA, name(&mut random), 1, &[0xff; 30], &[]);
    pack.ref_delta(name(&mut random), name(&mut random), &change);
    pack.write(&repo.path.join("objects"), "1");
    assert_eq!(assert_named(&repo, &["corrupt", "elsewhere"]).problems().len(), 7);
}

/// A chain of thirty thousand deltas is followed without a stack.
#[test]
fn a_chain_without_end() {
    let mut random = Random::new(4);
    let (repo, mut pack, _, mut at) = start(&mut random);
    let size = format!("good {}\n", token(1)).len();
    let change = delta(size as u64, size as u64, &[Op::Copy(0, size)]);
    for _ in 0..30_000 {
        at = pack.offset_delta(name(&mut random), at, &change);
    }
    pack.write(&repo.path.join("objects"), "1");
    let report = scan_bounded(&repo.path, &["--unreachable"]);
    assert_eq!(
        (report.code, report.secrets(), report.problems()),
        (1, vec![token(1).as_str()], vec![]),
        "{}",
        report.errors
    );
    assert_eq!(report.json["summary"]["files"], 30_001);
}

#[test]
fn sizes_that_lie() {
    let mut random = Random::new(5);
    let (repo, mut pack, _, at) = start(&mut random);
    let text = deflate(b"a few bytes");
    for size in [0, 10, 12, 1 << 20, 1 << 30, 1 << 40, u64::MAX >> 4] {
        pack.entry(BLOB, name(&mut random), size, &[], &text);
    }
    let base = format!("good {}\n", token(1)).len() as u64;
    let copy = [Op::Copy(0, 10)];
    for (from, to) in
        [(base + 1, 10), (base, 9), (base, 11), (base, 1 << 28), (base, 1 << 40), (u64::MAX >> 1, 10), (0, 0)]
    {
        pack.offset_delta(name(&mut random), at, &delta(from, to, &copy));
    }
    for ops in [vec![Op::Copy(40, 100)], vec![Op::Copy(1 << 30, 10)], vec![Op::Copy(0, 0xff_ffff)]] {
        pack.offset_delta(name(&mut random), at, &delta(base, 10, &ops));
    }
    for raw in
        [&[][..], &[0x80], &[base as u8, 10, 0], &[base as u8, 10, 0x9f, 1], &[base as u8, 10, 5, b'x'], &[0xff; 12]]
    {
        pack.offset_delta(name(&mut random), at, raw);
    }
    pack.write(&repo.path.join("objects"), "1");
    let report = assert_named(&repo, &["corrupt", "too-large"]);
    assert_eq!(report.problems().len(), 7 + 7 + 3 + 6, "{:?}", report.problems());
}

/// A kilobyte that doubles with every delta, and megabytes of nothing: what is over the limit is named, before memory is taken for it.
#[test]
fn bombs() {
    let mut random = Random::new(6);
    let (repo, mut pack, ..) = start(&mut random);
    let mut size = 1 << 20;
    let mut at = pack.whole(BLOB, name(&mut random), &vec![b'x'; size]);
    for _ in 0..12 {
        let twice = [Op::Copy(0, size.min(0xff_ffff)), Op::Insert(vec![b'y'])];
        let copies = size.div_ceil(0xff_ffff);
        let ops: Vec<Op> = (0..2 * copies).flat_map(|_| twice.clone()).collect();
        let new = ops.len() / 2 * (size.min(0xff_ffff) + 1);
        at = pack.offset_delta(name(&mut random), at, &delta(size as u64, new as u64, &ops));
        size = new;
    }
    assert!(size > 1 << 31);
    let zeros = deflate(&vec![0; 256 << 20]);
    assert!(zeros.len() < 1 << 20);
    pack.entry(BLOB, name(&mut random), 256 << 20, &[], &zeros);
    // As the base of another one it must be held.
    let base = pack.entry(BLOB, name(&mut random), 256 << 20, &[], &zeros);
    pack.offset_delta(name(&mut random), base, &delta(256 << 20, 10, &[Op::Copy(0, 10)]));
    pack.entry(1, name(&mut random), 256 << 20, &[], &zeros);
    pack.entry(2, name(&mut random), 256 << 20, &[], &zeros);
    pack.write(&repo.path.join("objects"), "1");
    assert_named(&repo, &["too-large", "corrupt"]);
}

/// A secret forty thousand times in a file, and hundreds of versions of that: it is found, and what is not kept of it is named.
#[test]
fn secrets_without_number() {
    let mut random = Random::new(7);
    let (repo, mut pack, ..) = start(&mut random);
    let line = format!("good {}\n", token(1));
    let many = line.repeat(40_000);
    let mut at = pack.whole(BLOB, name(&mut random), many.as_bytes());
    for n in 0..400u32 {
        let ops = [Op::Copy(0, many.len() - 1), Op::Insert(vec![b'a' + (n % 20) as u8])];
        at = pack.offset_delta(name(&mut random), at, &delta(many.len() as u64, many.len() as u64, &ops));
    }
    pack.write(&repo.path.join("objects"), "1");
    let report = assert_named(&repo, &["too-large"]);
    assert!(report.places(&token(1)).len() <= 40_000);
}

fn commit(tree: &str, parents: &[String]) -> Vec<u8> {
    let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
    format!("tree {tree}\n{parents}author A <a> 1 +0000\ncommitter A <a> 1 +0000\n\nhello\n").into_bytes()
}

fn entry(mode: &str, name: &str, object: [u8; 20]) -> Vec<u8> {
    [mode.as_bytes(), b" ", name.as_bytes(), b"\0", &object].concat()
}

/// An index can give any object any name, so objects can seem to hold themselves.
#[test]
fn objects_that_hold_themselves() {
    let mut random = Random::new(8);
    let (repo, mut pack, good, _) = start(&mut random);
    let module = name(&mut random);
    let (root, inner, tag) = (name(&mut random), name(&mut random), name(&mut random));
    let (first, second) = (name(&mut random), name(&mut random));
    pack.whole(
        2,
        root,
        &[entry("40000", "again", root), entry("40000", "inner", inner), entry("100644", "z", good)].concat(),
    );
    pack.whole(
        2,
        inner,
        &[entry("40000", "a", root), entry("40000", "b", inner), entry("160000", "sub", module)].concat(),
    );
    pack.whole(1, first, &commit(&hex(&root), &[hex(&second), hex(&first)]));
    pack.whole(1, second, &commit(&hex(&root), &[hex(&first)]));
    pack.whole(4, tag, format!("object {}\ntype tag\ntag t\n\nmessage\n", hex(&tag)).as_bytes());
    let sound = name(&mut random);
    pack.whole(1, sound, &commit(&hex(&root), &[]));
    pack.write(&repo.path.join("objects"), "1");
    for (reference, id) in [("heads/main", sound), ("heads/ring", first), ("tags/t", tag)] {
        fs::write(repo.path.join("refs").join(reference), hex(&id) + "\n").expect("write");
    }
    let report = scan_bounded(&repo.path, &[]);
    assert_eq!((report.code, report.secrets()), (1, vec![token(1).as_str()]), "{}", report.errors);
    assert_eq!(report.places(&token(1))[0].1, "z");
    assert!(report.kinds().contains(&"corrupt") && report.kinds().contains(&"elsewhere"), "{:?}", report.problems());
    for args in [["--since", "t"], ["--since", "ring~3"], ["--since", "ring~1000000"]] {
        let report = scan_bounded(&repo.path, &args);
        assert!(matches!(report.code, 0..=2), "{args:?}: {}", report.errors);
    }
    assert_eq!(scan_bounded(&repo.path, &["--unreachable"]).code, 1);
}

/// Ten folders that each hold ten folders, thirty deep: more files than anybody can count. And folders thirty thousand deep.
#[test]
fn trees_without_end() {
    let mut random = Random::new(9);
    let (repo, mut pack, good, _) = start(&mut random);
    let mut wide = good;
    for depth in 0..30 {
        let mode = if depth == 0 { "100644" } else { "40000" };
        let own = name(&mut random);
        let content: Vec<u8> = (0..10).flat_map(|n| entry(mode, &format!("n{n}"), wide)).collect();
        pack.whole(2, own, &content);
        wide = own;
    }
    let mut deep = good;
    for depth in 0..30_000 {
        let own = name(&mut random);
        pack.whole(2, own, &entry(if depth == 0 { "100644" } else { "40000" }, "deeper", deep));
        deep = own;
    }
    let roots = [wide, deep].map(|tree| {
        let own = name(&mut random);
        pack.whole(1, own, &commit(&hex(&tree), &[]));
        own
    });
    pack.write(&repo.path.join("objects"), "1");
    fs::write(repo.path.join("refs/heads/main"), hex(&roots[0]) + "\n").expect("write");
    fs::write(repo.path.join("refs/heads/deep"), hex(&roots[1]) + "\n").expect("write");
    for branch in ["main", "deep"] {
        let report = scan_bounded(&repo.path, &["--branch", branch]);
        assert_eq!((report.code, report.secrets()), (1, vec![token(1).as_str()]), "{}", report.errors);
        assert!(report.places(&token(1)).len() <= 16);
    }
}

#[test]
fn trees_and_commits_that_are_none() {
    let mut random = Random::new(10);
    let (repo, mut pack, good, _) = start(&mut random);
    let contents: [&[u8]; 8] = [
        b"",
        b"100644",
        b"100644 name",
        b"100644 name\0short",
        b"\xff\xff\xff",
        b"100644100644100644 x",
        b"\0\0\0\0",
        b"tree 1234\n",
    ];
    let mut list = entry("100644", "z", good);
    for (n, content) in contents.iter().enumerate() {
        for kind in [1, 2, 4] {
            let own = name(&mut random);
            pack.whole(kind, own, content);
            list.extend(entry("40000", &format!("{n}{kind}"), own));
        }
    }
    list.extend(b"100644 cut");
    let (root, top) = (name(&mut random), name(&mut random));
    pack.whole(2, root, &list);
    let parents: Vec<String> = pack.entries.iter().take(20).map(|(name, _)| hex(name)).collect();
    pack.whole(1, top, &commit(&hex(&root), &parents));
    pack.write(&repo.path.join("objects"), "1");
    fs::write(repo.path.join("refs/heads/main"), hex(&top) + "\n").expect("write");
    let report = scan_bounded(&repo.path, &[]);
    assert_eq!((report.code, report.secrets()), (1, vec![token(1).as_str()]), "{}", report.errors);
    assert!(report.kinds().contains(&"corrupt"));
}

/// Indexes that point outside, that count wrongly, whose names are not in order. Every single byte of the head is tried.
#[test]
fn indexes_that_lie() {
    let mut random = Random::new(11);
    let (repo, mut pack, ..) = start(&mut random);
    for n in 0..5 {
        pack.whole(BLOB, name(&mut random), format!("text {n}").as_bytes());
    }
    let entries = pack.entries.clone();
    let objects = repo.path.join("objects");
    pack.write(&objects, "1");
    let file = objects.join("pack/pack-1.idx");
    let sound = fs::read(&file).expect("read");
    for offset in [0, 1, 11, 13, 1 << 20, 0x7fff_ffff, 1 << 31, 1 << 40, u64::MAX] {
        let mut entries = entries.clone();
        entries[3].1 = offset;
        fs::write(&file, crate::git_support::pack::index(&entries)).expect("write");
        let report = assert_named(&repo, &["corrupt"]);
        assert!(
            report.problems().iter().any(|(what, _, _)| what.contains(&hex(&entries[3].0))),
            "{:?}",
            report.problems()
        );
    }
    let mut twice = entries.clone();
    twice[2].1 = twice[4].1;
    fs::write(&file, crate::git_support::pack::index(&twice)).expect("write");
    assert_named(&repo, &["corrupt"]);
    let last = sound.len();
    let places: Vec<usize> = (0..16).chain((8..1032).step_by(97)).chain((1028..last).step_by(7)).collect();
    for at in places {
        for value in [0, 0x7f, 0xff] {
            let mut bytes = sound.clone();
            bytes[at] = value;
            fs::write(&file, &bytes).expect("write");
            let report = scan_bounded(&repo.path, &["--unreachable"]);
            assert!(matches!(report.code, 0..=3), "byte {at} as {value}");
            assert!(report.json != Value::Null, "{}", report.errors);
        }
    }
    for length in (0..last).step_by(37) {
        fs::write(&file, &sound[..length]).expect("write");
        assert!(scan_bounded(&repo.path, &["--unreachable"]).kinds().contains(&"corrupt"), "cut to {length} bytes");
    }
}

/// Any byte of a pack changed: never a panic, never too much memory, and the sound part is read.
#[test]
fn packs_with_any_byte_changed() {
    let mut random = Random::new(12);
    let (repo, mut pack, own, at) = start(&mut random);
    let size = format!("good {}\n", token(1)).len();
    for _ in 0..10 {
        pack.offset_delta(name(&mut random), at, &delta(size as u64, size as u64, &[Op::Copy(0, size)]));
        pack.ref_delta(name(&mut random), own, &delta(size as u64, 10, &[Op::Copy(3, 8), Op::Insert(b"xy".to_vec())]));
    }
    pack.write(&repo.path.join("objects"), "1");
    let file = repo.path.join("objects/pack/pack-1.pack");
    let sound = fs::read(&file).expect("read");
    for n in 0..150 {
        let mut bytes = sound.clone();
        let place = random.below(bytes.len());
        bytes[place] = random.next() as u8;
        fs::write(&file, &bytes).expect("write");
        let report = scan_bounded(&repo.path, &["--unreachable"]);
        assert!(report.json != Value::Null && matches!(report.code, 0..=3), "{n}: byte {place}: {}", report.errors);
    }
}

#[test]
fn loose_objects_that_lie() {
    let mut random = Random::new(13);
    let (repo, pack, ..) = start(&mut random);
    pack.write(&repo.path.join("objects"), "1");
    let contents: [&[u8]; 12] = [
        b"",
        b"blob",
        b"blob 5",
        b"blob 5\0",
        b"blob 5\0toolong",
        b"blob 99999999999999999999\0x",
        b"blob 18446744073709551615\0x",
        b"blob -1\0x",
        b"blub 1\0x",
        b"commit 536870912\0x",
        b"blob 1000000000000\0x",
        b"tree 0\0",
    ];
    for content in contents {
        let id = hex(&name(&mut random));
        let folder = repo.path.join("objects").join(&id[..2]);
        fs::create_dir_all(&folder).expect("mkdir");
        fs::write(folder.join(&id[2..]), deflate(content)).expect("write");
    }
    let zeros = deflate(&[b"blob 300000000\0".to_vec(), vec![0; 300_000_000]].concat());
    let id = hex(&name(&mut random));
    fs::create_dir_all(repo.path.join("objects").join(&id[..2])).expect("mkdir");
    fs::write(repo.path.join("objects").join(&id[..2]).join(&id[2..]), zeros).expect("write");
    let report = assert_named(&repo, &["corrupt", "too-large"]);
    assert_eq!(report.problems().len(), 11, "{:?}", report.problems());
}
