//! References in reftables.

use crate::git_support::planted::token;
use crate::git_support::report::scan;
use crate::git_support::tables::{Record, convert, table};
use crate::git_support::{Random, Repo, oid};
use stanch::git::ref_file::Value;
use stanch::git::reftable::{Table, Tables};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

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
    assert_eq!(read(dir.path()), BTreeMap::from([(b"refs/x".to_vec(), Value::Direct(oid(&two)))]));
}
