//! References in reftables. No git that this must build with writes them, so they are written here byte by byte, after
//! <https://git-scm.com/docs/reftable>.

mod git_support;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use git_support::planted::token;
use git_support::report::scan;
use git_support::{Random, Repo, oid};
use stanch::git::reftable::{Table, Tables, Value};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

enum Record<'r> {
    Deleted,
    Direct(&'r str),
    /// A tag, and what it stands for.
    Peeled(&'r str, &'r str),
    Symbolic(&'r str),
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    let mut bytes = vec![(value & 0x7f) as u8];
    value >>= 7;
    while value > 0 {
        value -= 1;
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.extend(bytes.iter().rev());
}

/// A block's content: records whose keys share beginnings, and where each third one begins.
fn block(records: &[(Vec<u8>, u8, Vec<u8>)], kind: u8, before: usize) -> Vec<u8> {
    let mut out = vec![kind, 0, 0, 0];
    let (mut last, mut restarts) = (Vec::new(), Vec::new());
    for (n, (key, kind, value)) in records.iter().enumerate() {
        let restart = n % 3 == 0;
        let shared = last.iter().zip(key).take_while(|(a, b)| a == b).count();
        let prefix = if restart { 0 } else { shared };
        if restart {
            restarts.push((before + out.len()) as u32);
        }
        varint(&mut out, prefix as u64);
        varint(&mut out, ((key.len() - prefix) as u64) << 3 | u64::from(*kind));
        out.extend(&key[prefix..]);
        out.extend(value);
        last = key.clone();
    }
    restarts.iter().for_each(|at| out.extend(&at.to_be_bytes()[1..]));
    out.extend((restarts.len() as u16).to_be_bytes());
    let len = (before + out.len()) as u32;
    out[1..4].copy_from_slice(&len.to_be_bytes()[1..]);
    out
}

fn raw(hex: &str) -> Vec<u8> {
    oid(hex).as_bytes().to_vec()
}

/// A table with these references, so many in a block, and these stashes.
fn table(refs: &[(&str, Record<'_>)], in_block: usize, stashes: &[&str], aligned: bool) -> Vec<u8> {
    let block_size = if aligned { 512 } else { 0u32 };
    let mut out = b"REFT\x01".to_vec();
    out.extend(&block_size.to_be_bytes()[1..]);
    out.extend(1u64.to_be_bytes());
    out.extend(9u64.to_be_bytes());
    let header = out.clone();
    let mut sorted: Vec<&(&str, Record<'_>)> = refs.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    for part in sorted.chunks(in_block) {
        let records: Vec<(Vec<u8>, u8, Vec<u8>)> = part
            .iter()
            .map(|(name, record)| {
                let mut value = Vec::new();
                varint(&mut value, 200);
                let kind = match record {
                    Record::Deleted => 0,
                    Record::Direct(target) => {
                        value.extend(raw(target));
                        1
                    }
                    Record::Peeled(tag, target) => {
                        value.extend([raw(tag), raw(target)].concat());
                        2
                    }
                    Record::Symbolic(target) => {
                        varint(&mut value, target.len() as u64);
                        value.extend(target.as_bytes());
                        3
                    }
                };
                (name.as_bytes().to_vec(), kind, value)
            })
            .collect();
        let before = if out.len() == header.len() { header.len() } else { 0 };
        if aligned && before == 0 {
            out.resize(out.len().div_ceil(512) * 512, 0);
        }
        out.extend(block(&records, b'r', before));
    }
    let mut log_at = 0;
    if !stashes.is_empty() {
        log_at = if out.len() == header.len() { 0 } else { out.len() };
        let before = if log_at == 0 { header.len() } else { 0 };
        // The newest first.
        let records: Vec<(Vec<u8>, u8, Vec<u8>)> = stashes
            .iter()
            .enumerate()
            .rev()
            .map(|(n, stash)| {
                let mut value = [vec![0; 20], raw(stash)].concat();
                for text in ["Ada Author", "ada@example.org"] {
                    varint(&mut value, text.len() as u64);
                    value.extend(text.as_bytes());
                }
                varint(&mut value, 1_600_000_000);
                value.extend([0, 60]);
                varint(&mut value, 4);
                value.extend(b"WIP\n");
                let key = [b"refs/stash\0".as_slice(), &(u64::MAX - n as u64).to_be_bytes()].concat();
                (key, 1, value)
            })
            .collect();
        let block = block(&records, b'g', before);
        out.extend(&block[..4]);
        let mut encoder = ZlibEncoder::new(out, Compression::default());
        encoder.write_all(&block[4..]).expect("memory");
        out = encoder.finish().expect("memory");
    }
    out.extend(&header);
    for position in [0u64, 0, 0, log_at as u64, 0] {
        out.extend(position.to_be_bytes());
    }
    out.extend([0; 4]);
    out
}

/// Makes a repository keep its references in these tables.
fn convert(repo: &Repo, tables: &[Vec<u8>]) {
    let git = repo.path.join(".git");
    let folder = git.join("reftable");
    fs::create_dir_all(&folder).expect("mkdir");
    let mut list = String::new();
    for (n, table) in tables.iter().enumerate() {
        let name = format!("0x{n:012x}-0x{n:012x}-abcdef.ref");
        fs::write(folder.join(&name), table).expect("write");
        list += &format!("{name}\n");
    }
    fs::write(folder.join("tables.list"), list).expect("write");
    let _ = fs::remove_dir_all(git.join("refs"));
    let _ = fs::remove_dir_all(git.join("logs"));
    let _ = fs::remove_file(git.join("packed-refs"));
    fs::create_dir(git.join("refs")).expect("mkdir");
    fs::write(git.join("refs/heads"), "this repository uses the reftable format\n").expect("write");
    fs::write(git.join("HEAD"), "ref: refs/heads/.invalid\n").expect("write");
    fs::write(git.join("config"), "[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = reftable\n")
        .expect("write");
}

#[test]
fn a_repository_with_reftables() {
    let repo = Repo::init(&[]);
    let mut commits = Vec::new();
    for n in 0..6 {
        repo.write("file", token(n));
        commits.push(repo.commit(&format!("number {n}")));
        repo.git(&["checkout", "-q", "--orphan", &format!("orphan{n}")]);
    }
    repo.git(&["tag", "-a", "-m", &token(10), "v1", &commits[1]]);
    let tag = repo.git(&["rev-parse", "v1"]);
    let c: Vec<&str> = commits.iter().map(String::as_str).collect();
    let old = [
        ("HEAD", Record::Symbolic("refs/heads/other")),
        ("refs/heads/main", Record::Direct(c[5])),
        ("refs/heads/gone", Record::Direct(c[4])),
        ("refs/heads/other", Record::Direct(c[2])),
        ("refs/tags/v1", Record::Peeled(&tag, c[1])),
    ];
    let new = [
        ("HEAD", Record::Symbolic("refs/heads/main")),
        ("refs/heads/main", Record::Direct(c[0])),
        ("refs/heads/gone", Record::Deleted),
        ("refs/stash", Record::Direct(c[3])),
    ];
    for (in_block, aligned) in [(100, false), (100, true), (2, false), (2, true)] {
        convert(&repo, &[table(&old, in_block, &[], aligned), table(&new, in_block, &[c[2], c[3]], aligned)]);
        let report = scan(&repo.path, &[]);
        let mut expected: Vec<String> = [0, 1, 2, 3, 10].into_iter().map(token).collect();
        expected.sort();
        assert_eq!((report.secrets(), report.problems()), (expected.iter().map(String::as_str).collect(), vec![]));
        let refs = |n: u64| report.of(&token(n))["history"]["refs"].clone();
        assert_eq!(refs(0), serde_json::json!(["HEAD", "refs/heads/main"]));
        assert_eq!(refs(10), serde_json::json!(["refs/tags/v1"]));
        assert_eq!(refs(2), serde_json::json!(["refs/heads/other", "refs/stash@{1}"]));
        assert_eq!(scan(&repo.path, &["--branch", "main"]).secrets(), [token(0)]);
    }
    // Logs without references are the first block.
    convert(&repo, &[table(&old, 9, &[], false), table(&[], 9, &[c[3], c[0]], false)]);
    let report = scan(&repo.path, &["--branch", "stash@{1}"]);
    assert_eq!(report.secrets(), [token(3)], "{}", report.errors);
}

/// What cannot be read is named, and everything that is stored counts.
#[test]
fn broken_tables() {
    let repo = Repo::init(&[]);
    repo.write("file", token(1));
    let first = repo.commit("first");
    let sound = table(
        &[("HEAD", Record::Symbolic("refs/heads/main")), ("refs/heads/main", Record::Direct(&first))],
        9,
        &[],
        true,
    );
    convert(&repo, std::slice::from_ref(&sound));
    assert_eq!(scan(&repo.path, &[]).problems(), []);
    let file = fs::read_dir(repo.path.join(".git/reftable")).expect("list").flatten().map(|entry| entry.path());
    let file = file.into_iter().find(|path| path.extension().is_some_and(|e| e == "ref")).expect("a table");
    for bytes in
        [vec![], sound[..30].to_vec(), sound[..sound.len() - 1].to_vec(), [b"REFX".as_slice(), &sound[4..]].concat()]
    {
        fs::write(&file, bytes).expect("write");
        let report = scan(&repo.path, &[]);
        assert_eq!((report.code, report.secrets(), report.kinds()), (1, vec![token(1).as_str()], vec!["corrupt"]));
    }
    fs::remove_file(&file).expect("remove");
    assert_eq!(scan(&repo.path, &[]).kinds(), ["corrupt"]);
    fs::write(repo.path.join(".git/reftable/tables.list"), "../../../elsewhere\n").expect("write");
    assert_eq!(scan(&repo.path, &[]).kinds(), ["corrupt"]);
}

/// Any byte changed, any length cut: an error or another answer, and never a panic.
#[test]
fn tables_with_any_byte_changed() {
    let first = "11".repeat(20);
    let names: Vec<String> = (0..40).map(|n| format!("refs/heads/branch-{n:03}")).collect();
    let refs: Vec<(&str, Record<'_>)> = names.iter().map(|name| (name.as_str(), Record::Direct(&first))).collect();
    let sound = table(&refs, 7, &[&first, &first], true);
    let apply = |bytes: &[u8]| {
        let (mut refs, mut stashes) = (BTreeMap::new(), BTreeMap::new());
        let read = Table::parse(bytes, 20).and_then(|table| table.apply(&mut refs, &mut stashes));
        read.map(|()| (refs.len(), stashes.len()))
    };
    assert_eq!(apply(&sound).ok(), Some((40, 2)));
    let mut random = Random::new(5);
    for at in 0..sound.len() {
        let mut bytes = sound.clone();
        bytes[at] = random.next() as u8;
        let _ = apply(&bytes);
        let _ = apply(&sound[..at]);
    }
}

#[test]
fn a_newer_table_overrides() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let (one, two) = ("11".repeat(20), "22".repeat(20));
    let write = |name: &str, table: Vec<u8>| fs::write(dir.path().join(name), table).expect("write");
    write("a.ref", table(&[("refs/x", Record::Direct(&one)), ("refs/y", Record::Direct(&one))], 9, &[], false));
    write("b.ref", table(&[("refs/x", Record::Direct(&two)), ("refs/y", Record::Deleted)], 9, &[], false));
    write("tables.list", b"a.ref\nb.ref\n".to_vec());
    let read = |path: &Path| Tables::read(path, 20).expect("tables").refs;
    assert_eq!(read(dir.path()), BTreeMap::from([("refs/x".to_owned(), Value::Direct(oid(&two)))]));
}
