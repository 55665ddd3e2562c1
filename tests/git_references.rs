//! References are what git takes them for: their names are bytes, a symbolic one is followed wherever it leads in the repository, and what
//! cannot be read is named.

use crate::git_support::planted::token;
use crate::git_support::report::scan;
use crate::git_support::tables::{Record, convert, table};
use crate::git_support::{Repo, isolated};
use std::fs;

/// A repository with a commit that no reference leads to, which holds this token.
fn repo_with_dropped(n: u64) -> (Repo, String) {
    let repo = Repo::init(&[]);
    repo.write("clean", "nothing");
    repo.commit("base");
    repo.git(&["checkout", "-qb", "side"]);
    repo.write("file", token(n));
    let dropped = repo.commit("side");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["branch", "-qD", "side"]);
    (repo, dropped)
}

#[test]
fn a_symbolic_reference_may_lead_beside_refs() {
    for (to, content) in
        [("ORIG_HEAD", "{}\n"), ("FETCH_HEAD", "{}\t\tbranch 'x' of y\n"), ("odd/name", "{}"), ("lower", "{}\n")]
    {
        let (repo, dropped) = repo_with_dropped(1);
        repo.write(&format!(".git/{to}"), content.replace("{}", &dropped));
        fs::write(repo.path.join(".git/refs/heads/alias"), format!("ref: {to}\n")).expect("write");
        assert!(repo.git(&["rev-list", "--all"]).contains(&dropped), "git follows {to}");
        let report = scan(&repo.path, &[]);
        assert_eq!((report.secrets(), report.problems()), (vec![token(1).as_str()], vec![]), "{to}");
        assert_eq!(report.of(&token(1))["history"]["refs"], serde_json::json!(["refs/heads/alias"]), "{to}");
    }
}

#[test]
fn a_symbolic_reference_does_not_lead_out_of_the_repository() {
    let (repo, dropped) = repo_with_dropped(1);
    fs::write(repo.path.join("outside"), &dropped).expect("write");
    for to in ["../outside", "refs/../../outside", "/etc/hostname"] {
        fs::write(repo.path.join(".git/refs/heads/alias"), format!("ref: {to}\n")).expect("write");
        let report = scan(&repo.path, &[]);
        assert_eq!((report.secrets(), report.problems()), (vec![], vec![]), "{to}");
    }
    fs::write(repo.path.join(".git/refs/heads/alias"), "ref: refs/heads/other\n").expect("write");
    fs::write(repo.path.join(".git/refs/heads/other"), "ref: refs/heads/alias\n").expect("write");
    assert_eq!(scan(&repo.path, &[]).kinds(), ["corrupt", "corrupt"], "in circles");
}

/// Two names that are the same once bytes that are not UTF-8 are replaced.
#[cfg(target_os = "linux")]
#[test]
fn names_are_bytes() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    for packed in [false, true] {
        let repo = Repo::init(&[]);
        repo.write("clean", "nothing");
        let base = repo.commit("base");
        for (n, byte) in [(1, 0xe4_u8), (2, 0xf6)] {
            repo.git(&["checkout", "-q", "--detach", &base]);
            repo.write("file", token(n));
            let commit = repo.commit("side");
            let name = [b"refs/heads/caf".as_slice(), &[byte]].concat();
            let made = isolated("git")
                .arg("update-ref")
                .arg(OsStr::from_bytes(&name))
                .arg(commit)
                .current_dir(&repo.path)
                .status();
            assert!(made.expect("git runs").success());
        }
        repo.git(&["checkout", "-q", "main"]);
        if packed {
            repo.git(&["pack-refs", "--all"]);
        }
        let report = scan(&repo.path, &[]);
        let mut expected = [token(1), token(2)];
        expected.sort();
        assert_eq!((report.secrets(), report.problems()), (expected.iter().map(String::as_str).collect(), vec![]));
    }
}

#[test]
fn a_damaged_block_of_a_reftable_is_named() {
    let repo = Repo::init(&[]);
    repo.write("file", token(1));
    let first = repo.commit("first");
    let names: Vec<String> = (0..20).map(|n| format!("refs/heads/b{n:02}")).collect();
    let mut records: Vec<(&str, Record<'_>)> = vec![("HEAD", Record::Symbolic("refs/heads/b00"))];
    records.extend(names.iter().map(|name| (name.as_str(), Record::Direct(&first))));
    let sound = table(&records, 5, &[], false);
    convert(&repo, std::slice::from_ref(&sound));
    assert_eq!(scan(&repo.path, &[]).problems(), []);
    let blocks: Vec<usize> = (25..sound.len() - 68).filter(|at| sound[*at] == b'r' && sound[at + 1] == 0).collect();
    assert!(blocks.len() > 1, "several blocks");
    let mut damaged = sound.clone();
    damaged[blocks[1]] = b'x';
    convert(&repo, &[damaged]);
    let report = scan(&repo.path, &[]);
    assert_eq!((report.secrets(), report.kinds()), (vec![token(1).as_str()], vec!["corrupt"]), "{}", report.errors);
}

/// A stack of very many tables: all are read.
#[test]
fn more_than_a_thousand_reftables() {
    let (repo, dropped) = repo_with_dropped(1);
    let main = repo.git(&["rev-parse", "HEAD"]);
    let first = table(
        &[("HEAD", Record::Symbolic("refs/heads/main")), ("refs/heads/main", Record::Direct(&main))],
        9,
        &[],
        false,
    );
    let names: Vec<String> = (0..1100).map(|n| format!("refs/heads/b{n:04}")).collect();
    let mut tables = vec![first];
    tables.extend(names.iter().map(|name| table(&[(name, Record::Direct(&main))], 9, &[], false)));
    tables.push(table(&[("refs/heads/last", Record::Direct(&dropped))], 9, &[], false));
    convert(&repo, &tables);
    let report = scan(&repo.path, &[]);
    assert_eq!((report.secrets(), report.problems()), (vec![token(1).as_str()], vec![]));
}

/// What root may read anyway cannot be tried by permissions, so folders stand where files belong.
#[test]
fn what_cannot_be_read_of_work_trees_and_stashes_is_named() {
    let repo = Repo::init(&[]);
    repo.write("file", "one");
    repo.commit("first");
    repo.git(&["worktree", "add", "-q", "--detach", "../linked"]);
    assert_eq!(scan(&repo.path, &[]).problems(), []);
    let head = repo.path.join(".git/worktrees/linked/HEAD");
    let bytes = fs::read(&head).expect("read");
    fs::remove_file(&head).expect("remove");
    assert_eq!(scan(&repo.path, &[]).problems(), [], "left behind by a work tree that is gone");
    fs::create_dir(&head).expect("mkdir");
    assert_eq!(scan(&repo.path, &[]).kinds(), ["corrupt"]);
    fs::remove_dir(&head).expect("remove");
    fs::write(&head, "nonsense").expect("write");
    assert_eq!(scan(&repo.path, &[]).kinds(), ["corrupt"]);
    fs::write(&head, bytes).expect("write");
    fs::create_dir_all(repo.path.join(".git/logs/refs/stash")).expect("mkdir");
    assert_eq!(scan(&repo.path, &[]).kinds(), ["corrupt"]);
    fs::remove_dir(repo.path.join(".git/logs/refs/stash")).expect("remove");
    fs::write(repo.path.join(".git/logs/refs/stash"), "not a line of a log\n").expect("write");
    assert_eq!(scan(&repo.path, &[]).kinds(), ["corrupt"]);
}

#[test]
fn an_index_without_its_pack_is_named() {
    let repo = Repo::init(&[]);
    repo.write("file", token(1));
    repo.commit("first");
    repo.git(&["repack", "-adq"]);
    let pack = repo.packs().remove(0);
    fs::copy(pack.with_extension("idx"), pack.with_file_name("pack-other.idx")).expect("copy");
    let report = scan(&repo.path, &[]);
    assert_eq!((report.secrets(), report.kinds()), (vec![token(1).as_str()], vec!["corrupt"]));
}

/// A folder whose mode git masks.
#[test]
fn folders_with_odd_modes() {
    for mode in ["40755", "0040000", "47777", "0240000"] {
        let repo = Repo::init(&[]);
        let write = |kind: &str, content: &[u8]| {
            repo.git_with(&["hash-object", "-w", "-t", kind, "--literally", "--stdin"], content)
        };
        let raw = |hex: &str| crate::git_support::oid(hex).as_bytes().to_vec();
        let blob = write("blob", token(1).as_bytes());
        let inner = write("tree", &[b"100644 file\0".as_slice(), &raw(&blob)].concat());
        let outer = write("tree", &[format!("{mode} inner\0").as_bytes(), &raw(&inner)].concat());
        let commit = repo.git(&["commit-tree", &outer, "-m", "odd"]);
        repo.git(&["update-ref", "refs/heads/main", &commit]);
        assert_eq!(repo.git(&["ls-tree", "-r", "--name-only", "HEAD"]), "inner/file", "{mode}");
        let report = scan(&repo.path, &[]);
        assert_eq!((report.secrets(), report.problems()), (vec![token(1).as_str()], vec![]), "{mode}");
        assert_eq!(report.of(&token(1))["history"]["head_paths"], serde_json::json!(["inner/file"]), "{mode}");
    }
}

/// More packs than are kept open: the others are opened in turns.
#[test]
fn more_packs_than_are_kept_open() {
    let repo = Repo::init(&[]);
    for n in 0..120 {
        repo.write("file", token(n));
        repo.git(&["add", "file"]);
        repo.git(&["-c", "gc.auto=0", "commit", "-qm", "next"]);
        repo.git(&["repack", "-dq"]);
    }
    assert!(repo.packs().len() >= 120, "{}", repo.packs().len());
    let report = scan(&repo.path, &[]);
    assert_eq!((report.findings().len(), report.problems()), (120, vec![]));
}
