//! A repository made by somebody who means ill: nothing of it is executed, nothing outside of it is read, and it cannot fill the memory.

use crate::git_support::planted::token;
use crate::git_support::report::{Report, scan};
use crate::git_support::{Random, Repo, isolated};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A scan that ends by itself, whatever is waited for.
fn scan_soon(path: &Path, args: &[&str]) -> (i32, String) {
    let mut command = isolated(env!("CARGO_BIN_EXE_stanch"));
    command.arg("git").arg(path).args(args).current_dir("/");
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("stanch runs");
    let begin = Instant::now();
    while child.try_wait().expect("a child").is_none() {
        if begin.elapsed() > Duration::from_secs(60) {
            child.kill().expect("a child");
            panic!("it hangs");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let out = child.wait_with_output().expect("output");
    let said = [out.stdout, out.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (out.status.code().expect("no signal"), said)
}

fn assert_found(report: &Report, secrets: &[u64]) {
    let mut expected: Vec<String> = secrets.iter().map(|n| token(*n)).collect();
    expected.sort();
    assert_eq!(report.secrets(), expected, "{}", report.errors);
}

/// A repository outside, whose secret is token 9.
fn victim(folder: &Path) -> Repo {
    let victim = Repo::init(&[]);
    victim.write("file", token(9));
    victim.commit("first");
    let target = folder.join("far/away/victim");
    fs::create_dir_all(target.parent().expect("a parent")).expect("mkdir");
    victim.git(&["clone", "-q", ".", target.to_str().expect("UTF-8")]);
    Repo::at(target)
}

#[test]
fn nothing_is_executed() {
    let repo = Repo::init(&[]);
    repo.write("file", token(1));
    repo.write(
        ".gitattributes",
        "* filter=evil diff=evil merge=evil text eol=crlf\n*.txt working-tree-encoding=UTF-16\n",
    );
    repo.commit("first");
    let canary = repo.dir.path().join("canary");
    let script = repo.dir.path().join("evil.sh");
    fs::write(&script, format!("#!/bin/sh\ntouch {}\n", canary.display())).expect("write");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("chmod");
    let evil = script.display();
    let mut config = fs::read_to_string(repo.path.join(".git/config")).expect("read");
    for key in
        ["fsmonitor", "sshCommand", "hooksPath", "editor", "pager", "askPass", "gitProxy", "alternateRefsCommand"]
    {
        config += &format!("[core]\n\t{key} = {evil}\n");
    }
    config += &format!("[filter \"evil\"]\n\tclean = {evil}\n\tsmudge = {evil}\n\tprocess = {evil}\n\trequired\n");
    config += &format!("[diff \"evil\"]\n\ttextconv = {evil}\n\tcommand = {evil}\n[diff]\n\texternal = {evil}\n");
    config +=
        &format!("[merge \"evil\"]\n\tdriver = {evil}\n[credential]\n\thelper = !{evil}\n[gpg]\n\tprogram = {evil}\n");
    config +=
        &format!("[include]\n\tpath = {evil}\n[uploadpack]\n\tpackObjectsHook = {evil}\n[pager]\n\tlog = {evil}\n");
    config += "[core]\n\tworktree = /\n\tbare = maybe\n";
    fs::write(repo.path.join(".git/config"), config).expect("write");
    for hook in ["pre-commit", "post-checkout", "fsmonitor-watchman", "post-index-change", "reference-transaction"] {
        let path = repo.path.join(".git/hooks").join(hook);
        fs::create_dir_all(path.parent().expect("a parent")).expect("mkdir");
        fs::copy(&script, path).expect("copy");
    }
    let report = scan(&repo.path, &[]);
    assert_found(&report, &[1]);
    assert!(!canary.exists(), "something was run");
    // The canary does sing.
    assert!(Command::new(&script).status().expect("it runs").success() && canary.exists());
}

#[test]
fn alternates_that_point_outside() {
    let elsewhere = tempfile::tempdir().expect("a temporary directory");
    let victim = victim(elsewhere.path());
    let objects = victim.path.join(".git/objects");
    let id = victim.git(&["rev-parse", "HEAD"]);
    let up = "../".repeat(20);
    for line in
        [objects.display().to_string(), format!("{up}{}", objects.display()), format!("./{up}.{}", objects.display())]
    {
        let repo = Repo::init(&[]);
        repo.write("file", token(1));
        repo.commit("first");
        fs::create_dir_all(repo.path.join(".git/objects/info")).expect("mkdir");
        fs::write(repo.path.join(".git/objects/info/alternates"), format!("{line}\n")).expect("write");
        fs::write(repo.path.join(".git/refs/heads/stolen"), format!("{id}\n")).expect("write");
        let report = scan(&repo.path, &["--unreachable"]);
        assert_found(&report, &[1]);
        assert_eq!(report.kinds(), ["elsewhere", "elsewhere"], "the alternate, and the reference");
        // Through another one that is near.
        let near = repo.dir.path().join("near");
        fs::create_dir_all(near.join("info")).expect("mkdir");
        fs::write(near.join("info/alternates"), format!("{line}\n")).expect("write");
        fs::write(repo.path.join(".git/objects/info/alternates"), "../../../near\n").expect("write");
        assert_found(&scan(&repo.path, &["--unreachable"]), &[1]);
    }
}

#[test]
fn alternates_in_circles_and_by_the_thousand() {
    let repo = Repo::init(&[]);
    repo.write("file", token(1));
    repo.commit("first");
    let info = repo.path.join(".git/objects/info");
    fs::create_dir_all(&info).expect("mkdir");
    fs::write(info.join("alternates"), ".\n../objects\n").expect("write");
    let report = scan(&repo.path, &[]);
    assert_found(&report, &[1]);
    assert_eq!(report.problems(), []);
    let lines: String = (0..50_000).map(|n| format!("../../../{n}\n")).collect();
    fs::write(info.join("alternates"), lines).expect("write");
    let report = scan(&repo.path, &[]);
    assert_found(&report, &[1]);
    assert!((1..1000).contains(&report.problems().len()));
}

/// Nobody's file is read because the repository has a link to it, and above all it is not quoted in a message.
#[test]
fn links_out_of_the_repository() {
    let elsewhere = tempfile::tempdir().expect("a temporary directory");
    let victim = victim(elsewhere.path());
    let their = |name: &str| victim.path.join(".git").join(name);
    let private = elsewhere.path().join("private");
    fs::write(&private, "confidential-words and more\nsecond-confidential-line\n").expect("write");
    fs::create_dir_all(their("info")).expect("mkdir");
    fs::write(their("info/alternates"), "/confidential/of/others\n").expect("write");
    let stolen = victim.git(&["rev-parse", "HEAD"]);
    let folders = [
        "objects",
        "objects/pack",
        "objects/ab",
        "objects/info",
        "refs",
        "refs/heads",
        "logs",
        "worktrees",
        "reftable",
    ];
    let files = [
        "config",
        "HEAD",
        "packed-refs",
        "shallow",
        "commondir",
        "objects/info/alternates",
        "refs/heads/evil",
        "logs/refs/stash",
        "objects/ab/cdefabcdefabcdefabcdefabcdefabcdefabcd",
        "ORIG_HEAD",
    ];
    for name in folders.iter().chain(&files) {
        let repo = Repo::init(&[]);
        repo.write("file", token(1));
        repo.commit("first");
        repo.git(&["repack", "-adq"]);
        let target =
            if folders.contains(name) { their(name.split('/').next().expect("a name")) } else { private.clone() };
        let target = match *name {
            "objects/pack" => their("objects/pack"),
            "objects/info" => their("info"),
            _ => target,
        };
        let link = repo.path.join(".git").join(name);
        fs::create_dir_all(link.parent().expect("a parent")).expect("mkdir");
        let _ = fs::remove_dir_all(&link);
        let _ = fs::remove_file(&link);
        symlink(&target, &link).expect("a link");
        for args in [&[][..], &["--unreachable"], &["--since", "ORIG_HEAD"], &["--since", &stolen]] {
            let (code, said) = scan_soon(&repo.path, &[args, &["-f", "json", "--show-secrets"]].concat());
            assert!(!said.contains("confidential"), "{name}: {said}");
            assert!(!said.contains(&token(9)), "{name} {args:?}: {said}");
            assert!((0..=3).contains(&code));
        }
    }
    // The repository itself is somewhere else, not even beside this folder.
    let around = tempfile::tempdir().expect("a temporary directory");
    let folder = around.path().join("folder");
    fs::create_dir(&folder).expect("mkdir");
    for (content, link) in [(format!("gitdir: {}\n", their("").display()), false), (String::new(), true)] {
        let dot_git = folder.join(".git");
        let _ = fs::remove_file(&dot_git);
        if link {
            symlink(their(""), &dot_git).expect("a link");
        } else {
            fs::write(&dot_git, content).expect("write");
        }
        scan(&folder, &[]).assert_refused("outside");
    }
    fs::remove_file(folder.join(".git")).expect("remove");
    symlink(&private, folder.join(".git")).expect("a link");
    let report = scan(&folder, &[]);
    report.assert_refused("not a git repository");
    assert!(!report.errors.contains("confidential"));
}

/// A pipe that nobody writes to is not waited for, wherever it stands.
#[test]
fn pipes() {
    let repo = Repo::init(&[]);
    repo.write("file", token(1));
    repo.commit("first");
    repo.git(&["repack", "-adq"]);
    repo.write("file", token(2));
    repo.commit("second");
    let pack = repo.packs().remove(0);
    let pack = pack.strip_prefix(repo.path.join(".git")).expect("inside").to_str().expect("UTF-8").to_owned();
    let blob = repo.git(&["rev-parse", "HEAD:file"]);
    let loose = format!("objects/{}/{}", &blob[..2], &blob[2..]);
    let names = [
        "config",
        "HEAD",
        "packed-refs",
        "shallow",
        "refs/heads/main",
        "refs/heads/new",
        "logs/refs/stash",
        "commondir",
        "objects/info/alternates",
        &pack,
        &pack.replace(".pack", ".idx"),
        &loose,
        "objects/pack",
        "objects/ab",
        "FETCH_HEAD",
    ];
    for name in names {
        let copy = repo.dir.path().join("copy");
        let _ = fs::remove_dir_all(&copy);
        assert!(Command::new("cp").arg("-r").arg(&repo.path).arg(&copy).status().expect("cp").success());
        let path = copy.join(".git").join(name);
        let _ = fs::remove_dir_all(&path);
        let _ = fs::remove_file(&path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("mkdir");
        assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
        for args in [&[][..], &["--unreachable"], &["--since", "FETCH_HEAD"]] {
            let (code, said) = scan_soon(&copy, args);
            assert!((1..=3).contains(&code), "{name} {args:?}: {code} {said}");
        }
    }
}

/// Names that would lead out of a work tree, drive a terminal, or be taken for something else are shown, and nothing else.
#[test]
fn names_that_do_harm() {
    let repo = Repo::init(&[]);
    let blob = repo.git_with(&["hash-object", "-w", "--stdin"], token(1).as_bytes());
    let raw: Vec<u8> = (0..20).map(|i| u8::from_str_radix(&blob[2 * i..2 * i + 2], 16).expect("hex")).collect();
    let names: [&[u8]; 8] =
        [b"..", b".", b"../../../../../etc/passwd", b".git", b"", b"\x1b[2J\x1b]0;owned\x07", b"a\nb\r", b"\xff\xfe"];
    let mut tree = Vec::new();
    for name in names {
        tree.extend([b"100644 ", name, b"\0", &raw].concat());
    }
    let tree = repo.git_with(&["hash-object", "-t", "tree", "-w", "--stdin", "--literally"], &tree);
    let commit = format!("tree {tree}\nauthor \x1b[31mA\x1b]0;x\x07 <a> 1 +0000\ncommitter A <a> 1 +0000\n\n\x1b[2J\n");
    let id = repo.git_with(&["hash-object", "-t", "commit", "-w", "--stdin", "--literally"], commit.as_bytes());
    repo.git(&["update-ref", "refs/heads/main", &id]);
    let report = scan(&repo.path, &[]);
    assert_eq!((report.findings().len(), report.places(&token(1)).len()), (1, 8));
    let (_, said) = scan_soon(&repo.path, &[]);
    assert!(!said.contains('\x1b') && !said.contains('\x07') && !said.contains('\r'), "{said:?}");
    for format in ["json", "jsonl", "sarif"] {
        let (code, _) = scan_soon(&repo.path, &["-f", format]);
        assert_eq!(code, 1);
    }
}

/// Settings that a hostile repository could use to be taken for another kind.
#[test]
fn settings_without_sense() {
    let repo = Repo::init(&[]);
    repo.write("file", token(1));
    repo.commit("first");
    let mut random = Random::new(8);
    for text in [
        "[".to_owned(),
        "[core".to_owned(),
        "[a \"b]\n= = =\n\\".to_owned(),
        "\u{0}\u{1}[core]\n".to_owned(),
        "[core]\nx = \"unended\n".repeat(1000),
        String::from_utf8_lossy(&random.bytes(5000)).into_owned(),
    ] {
        fs::write(repo.path.join(".git/config"), &text).expect("write");
        assert_found(&scan(&repo.path, &[]), &[1]);
    }
    fs::write(repo.path.join(".git/config"), "[extensions]\nobjectFormat = md5\n").expect("write");
    scan(&repo.path, &[]).assert_refused("unknown object format");
}
