//! What a repository does not hold, or what of it cannot be read, is counted and named, and is never a clean answer.

use crate::git_support::planted::token;
use crate::git_support::report::{Report, scan};
use crate::git_support::{Repo, busy_repo, tamper};
use std::path::Path;

/// Exit code 3 that `--allow-incomplete` turns into 0; with a finding it is 1 all the same.
#[track_caller]
fn assert_incomplete(path: &Path, args: &[&str]) -> Report {
    let report = scan(path, args);
    assert_eq!((report.code, &report.json["summary"]["complete"]), (3, &false.into()), "{}", report.errors);
    assert!(!report.problems().is_empty());
    assert_eq!(scan(path, &[args, &["--allow-incomplete"]].concat()).code, 0);
    report
}

fn clone(repo: &Repo, args: &[&str]) -> Repo {
    let url = format!("file://{}", repo.path.display());
    let mut all = vec!["-c", "protocol.file.allow=always", "clone", "-q"];
    all.extend(args);
    all.extend([url.as_str(), "../clone"]);
    repo.git(&all);
    Repo::at(repo.dir.path().join("clone"))
}

#[test]
fn a_shallow_clone() {
    let repo = Repo::init(&[]);
    for n in 0..5 {
        repo.write("file", format!("{n}"));
        repo.commit(&format!("number {n}"));
    }
    let shallow = clone(&repo, &["--depth=2"]);
    let end = shallow.git(&["rev-list", "--max-parents=0", "HEAD"]);
    let report = assert_incomplete(&shallow.path, &[]);
    let problems = report.problems();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].0.contains("1 commit") && problems[0].0.contains(&end[..12]), "{problems:?}");
    assert!(problems[0].2.contains("git fetch --unshallow"));
    // What came after the boundary is all there.
    scan(&shallow.path, &["--range", "HEAD~1..HEAD"]).assert_clean();
    scan(&shallow.path, &["--max-depth", "1"]).assert_clean();
    assert_incomplete(&shallow.path, &["--max-depth", "2"]);
    shallow.write("file", token(1));
    shallow.commit("secret");
    assert_eq!(scan(&shallow.path, &[]).code, 1, "findings come before gaps");
    scan(&shallow.path, &["--range", "HEAD~9..HEAD"]).assert_refused("this is a shallow clone");
}

#[test]
fn a_partial_clone() {
    let repo = Repo::init(&[]);
    repo.write("small", "1");
    repo.write("large", "x".repeat(5000));
    repo.commit("first");
    repo.write("large", "y".repeat(5000));
    repo.commit("second");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let partial = clone(&repo, &["--bare", "--filter=blob:limit=1k"]);
    let report = assert_incomplete(&partial.path, &[]);
    let blobs = [repo.git(&["rev-parse", "HEAD:large"]), repo.git(&["rev-parse", "HEAD~1:large"])];
    assert_eq!(report.problems().len(), 2);
    for (what, kind, detail) in report.problems() {
        assert!(blobs.iter().any(|blob| what.contains(blob)) && kind == "elsewhere", "{what}");
        assert!(detail.contains("a partial clone") && detail.contains("--filter"), "{detail}");
    }
    let treeless = Repo::at(repo.dir.path().join("treeless"));
    repo.git(&["clone", "-q", "--bare", "--filter=tree:0", &format!("file://{}", repo.path.display()), "../treeless"]);
    assert_eq!(assert_incomplete(&treeless.path, &[]).problems().len(), 2, "two trees");
}

#[test]
fn large_files_kept_elsewhere() {
    let repo = Repo::init(&[]);
    let pointer = |n: u32| format!("version https://git-lfs.github.com/spec/v1\noid sha256:{n:064x}\nsize 12345\n");
    repo.write("art/logo.png", pointer(1));
    let first = repo.commit("first");
    repo.write("art/logo.png", pointer(2));
    repo.write("prose.md", format!("a pointer looks so:\n\n{}", pointer(3)));
    repo.commit("second");
    let report = assert_incomplete(&repo.path, &[]);
    let problems = report.problems();
    assert_eq!(problems.len(), 2);
    assert!(problems.iter().all(|(what, _, detail)| what.contains("art/logo.png") && detail.contains("Git LFS")));
    assert!(problems.iter().any(|(what, _, _)| what.contains(&first[..12])));
    assert_eq!(assert_incomplete(&repo.path, &["--since", "HEAD~1"]).problems().len(), 1);
    // What no reference leads to is no gap, unless it was asked for.
    repo.git(&["checkout", "-q", "--orphan", "other"]);
    repo.git(&["rm", "-rqf", "."]);
    repo.commit("third");
    repo.git(&["branch", "-D", "main"]);
    scan(&repo.path, &[]).assert_clean();
    assert_eq!(assert_incomplete(&repo.path, &["--unreachable"]).problems().len(), 2);
}

#[test]
fn submodules() {
    let inner = Repo::init(&[]);
    inner.write("file", token(1));
    inner.commit("first");
    let repo = Repo::init(&[]);
    let url = inner.path.to_str().expect("UTF-8");
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", url, "lib/inner"]);
    repo.commit("first");
    // Checked out, it is read with the rest.
    let report = scan(&repo.path, &[]);
    assert_eq!((report.secrets(), report.problems()), (vec![token(1).as_str()], vec![]));
    assert_eq!(scan(&repo.path.join("lib/inner"), &[]).secrets(), [token(1)]);
    // A selection is of commits of this repository.
    scan(&repo.path, &["--range", "..HEAD~0"]).assert_clean();
    repo.git(&["submodule", "--quiet", "deinit", "-f", "lib/inner"]);
    let report = assert_incomplete(&repo.path, &[]);
    assert_eq!((report.problems().len(), report.problems()[0].0), (1, "lib/inner"));
    assert!(report.problems()[0].2.contains("git submodule update --init"));
    repo.git(&["clone", "-q", "--mirror", ".", "../mirror"]);
    assert_eq!(assert_incomplete(&repo.dir.path().join("mirror"), &[]).kinds(), ["elsewhere"]);
    repo.git(&["rm", "-qf", "lib/inner"]);
    repo.commit("second");
    scan(&repo.path, &[]).assert_clean();
}

/// A tree can name a submodule anything; what lies outside of the work tree is not opened.
#[test]
fn submodules_with_odd_names() {
    let victim = Repo::init(&[]);
    victim.write("file", token(1));
    victim.commit("first");
    let repo = Repo::init(&[]);
    std::fs::rename(&victim.path, repo.dir.path().join("victim")).expect("move");
    for name in ["..", ".", "../victim", "/etc", "a/../../victim", ".git"] {
        let tree = [b"160000 ", name.as_bytes(), b"\0", &[7; 20]].concat();
        let tree = repo.git_with(&["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], &tree);
        let commit = repo.git(&["commit-tree", "-m", "odd", &tree]);
        repo.git(&["update-ref", "refs/heads/main", &commit]);
        let report = assert_incomplete(&repo.path, &[]);
        assert_eq!((report.secrets(), report.problems().len()), (vec![], 1), "{name}");
    }
}

#[test]
fn a_missing_and_a_corrupt_object_are_named_and_the_rest_is_read() {
    let repo = Repo::init(&[]);
    for n in 1..5 {
        repo.write(&format!("file{n}"), format!("{n} {}", token(n)));
    }
    repo.commit("first");
    let path = |name: &str| {
        let id = repo.git(&["rev-parse", &format!("HEAD:{name}")]);
        (repo.objects().join(&id[..2]).join(&id[2..]), id)
    };
    let (missing, missing_id) = path("file1");
    std::fs::remove_file(missing).expect("a loose blob");
    let (corrupt, corrupt_id) = path("file2");
    tamper(&corrupt, |bytes| {
        let last = bytes.len() - 3;
        bytes[last] ^= 0xff;
    });
    let (cut, cut_id) = path("file3");
    tamper(&cut, |bytes| bytes.truncate(bytes.len() / 2));
    let report = scan(&repo.path, &[]);
    assert_eq!((report.code, report.secrets()), (1, vec![token(4).as_str()]));
    let problems = report.problems();
    for (id, kind) in [(missing_id, "elsewhere"), (corrupt_id, "corrupt"), (cut_id, "corrupt")] {
        assert!(problems.iter().any(|(what, is, _)| what.contains(&id) && *is == kind), "{id} in {problems:?}");
    }
    assert_eq!(problems.len(), 3);
    assert!(problems.iter().any(|(_, _, detail)| detail.contains("git fsck")));
}

#[test]
fn a_corrupt_entry_of_a_pack() {
    let repo = busy_repo(&[], 30);
    repo.write("file", token(1));
    repo.commit("secret");
    repo.git(&["repack", "-adfq", "--depth=50"]);
    scan(&repo.path, &[]);
    let pack = repo.packs().remove(0);
    // The middle of the pack: some object's compressed data.
    tamper(&pack, |bytes| {
        let middle = bytes.len() / 2;
        bytes[middle..middle + 8].fill(0xA5);
    });
    let report = scan(&repo.path, &[]);
    assert!(report.kinds().contains(&"corrupt"), "{:?}", report.problems());
    assert!(report.problems().iter().any(|(what, _, _)| what.contains("object ") || what.contains("tree ")));
    let listed = repo.git(&["cat-file", "--batch-all-objects", "--batch-check"]).lines().count();
    let read = report.json["summary"]["files"].as_u64().expect("a number");
    assert!(read > 0 && (read as usize) < listed);
}

#[test]
fn packs_that_cannot_be_opened() {
    let repo = Repo::init(&[]);
    repo.write("file", token(1));
    repo.commit("first");
    repo.git(&["repack", "-adq"]);
    let pack = repo.packs().remove(0);
    let (pack_bytes, index_bytes) =
        (std::fs::read(&pack).expect("read"), std::fs::read(pack.with_extension("idx")).expect("read"));
    type Change = fn(&mut Vec<u8>);
    let cut: Change = |bytes| bytes.truncate(bytes.len() / 2);
    let head: Change = |bytes| bytes[..8].fill(b'x');
    let empty: Change = Vec::clear;
    for extension in ["pack", "idx"] {
        for change in [cut, head, empty] {
            let file = pack.with_extension(extension);
            tamper(&file, change);
            let report = scan(&repo.path, &[]);
            assert_eq!(report.code, 3, "{extension}: {}", report.errors);
            assert!(report.kinds().contains(&"corrupt"), "{:?}", report.problems());
            tamper(&pack, |bytes| bytes.clone_from(&pack_bytes));
            tamper(&pack.with_extension("idx"), |bytes| bytes.clone_from(&index_bytes));
            assert_eq!(scan(&repo.path, &[]).secrets(), [token(1)]);
        }
    }
    std::fs::remove_file(pack.with_extension("idx")).expect("remove");
    let report = assert_incomplete(&repo.path, &[]);
    assert!(report.problems().iter().any(|(_, _, detail)| detail.contains("without an index")));
}

#[test]
fn references_that_lead_nowhere_or_cannot_be_read() {
    let repo = Repo::init(&[]);
    repo.write("file", "clean");
    repo.commit("first");
    std::fs::write(repo.path.join(".git/refs/heads/gone"), "a7".repeat(20) + "\n").expect("write");
    std::fs::write(repo.path.join(".git/refs/heads/odd"), "what is this\n").expect("write");
    let report = assert_incomplete(&repo.path, &[]);
    let named: Vec<&str> = report.problems().into_iter().map(|(what, _, _)| what).collect();
    assert_eq!(named, ["refs/heads/gone", "refs/heads/odd"]);
    std::fs::remove_file(repo.path.join(".git/refs/heads/gone")).expect("remove");
    std::fs::remove_file(repo.path.join(".git/refs/heads/odd")).expect("remove");
    std::fs::write(repo.path.join(".git/packed-refs"), "nonsense\n").expect("write");
    assert_eq!(assert_incomplete(&repo.path, &[]).problems()[0].0, "packed-refs");
}

/// References in a format that is not read: everything that is stored counts then, and the gap is named.
#[test]
fn references_in_another_format() {
    let repo = Repo::init(&[]);
    repo.write("file", token(1));
    repo.commit("first");
    std::fs::remove_dir_all(repo.path.join(".git/refs")).expect("remove");
    std::fs::create_dir(repo.path.join(".git/refs")).expect("mkdir");
    std::fs::write(repo.path.join(".git/refs/heads"), "this repository uses another format\n").expect("write");
    std::fs::write(repo.path.join(".git/HEAD"), "ref: refs/heads/.invalid\n").expect("write");
    // One that nobody knows, and one whose tables are not there.
    for (format, kind, what) in [("sqlite", "unsupported", "references as sqlite"), ("reftable", "corrupt", "reftable")]
    {
        let config = format!("[core]\nrepositoryformatversion = 1\n[extensions]\nrefStorage = {format}\n");
        std::fs::write(repo.path.join(".git/config"), config).expect("write");
        let report = scan(&repo.path, &[]);
        assert_eq!((report.code, report.secrets()), (1, vec![token(1).as_str()]));
        let problems = report.problems();
        assert!(problems.iter().any(|found| (found.0, found.1) == (what, kind)), "{problems:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    let repo = Repo::init(&[]);
    repo.write("file", token(1));
    repo.commit("first");
    let set = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("chmod");
    set(repo.dir.path(), 0o755);
    for folder in ["objects", "refs/heads"] {
        let folder = repo.path.join(".git").join(folder);
        set(&folder, 0o700);
        let mut command = crate::git_support::isolated(env!("CARGO_BIN_EXE_stanch"));
        // SAFETY: takes nothing, and always succeeds.
        if unsafe { libc::geteuid() } == 0 {
            command.uid(65534).gid(65534);
        } else {
            set(&folder, 0o000);
        }
        let out = command.arg("git").arg(&repo.path).current_dir("/").output().expect("stanch runs");
        set(&folder, 0o755);
        assert_eq!(out.status.code(), Some(3), "{}", String::from_utf8_lossy(&out.stderr));
        assert!(String::from_utf8_lossy(&out.stdout).contains("Permission denied"));
    }
}
