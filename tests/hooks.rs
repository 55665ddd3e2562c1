//! Hooks in real repositories: put in place, taken out, and obeyed by git.

use crate::git_support::{Repo, isolated};
use crate::stanch_support::{Ran, repo_with, run, stanch, token, try_git};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

fn line(seed: u64) -> String {
    format!("token = \"{}\"\n", token(seed))
}

/// Writes a hook that may be run.
fn write_hook(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("mkdir");
    fs::write(path, text).expect("write");
    fs::set_permissions(path, Permissions::from_mode(0o755)).expect("chmod");
}

fn install(repo: &Repo, args: &[&str]) -> Ran {
    let ran = run(&repo.path, &[&["hook", "install"], args].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    ran
}

/// Stages everything and tries to commit.
fn commit(repo: &Repo, args: &[&str]) -> Ran {
    repo.git(&["add", "-A"]);
    try_git(&repo.path, &[&["commit", "-q", "-m", "try"], args].concat())
}

fn pre_commit(repo: &Repo) -> PathBuf {
    repo.path.join(".git/hooks/pre-commit")
}

#[test]
fn a_secret_stops_the_commit_and_says_what_to_do() {
    let repo = repo_with(&[("a", "a\n")]);
    assert!(install(&repo, &[]).out.contains("pre-commit: installed at"));
    repo.write("config/prod.env", format!("# production\n{}", line(1)));
    let ran = commit(&repo, &[]);
    assert_eq!(ran.code, 1);
    for said in [
        "this commit is stopped, because it would bring a secret",
        "config/prod.env:2:",
        "GitHub personal access token (classic): ghp_********",
        "why: it matches the rule github-personal-access-token (severity critical, confidence high)",
        "1. Take it out",
        "https://github.com/settings/tokens",
        "2. If it is needed: keep it in a vault",
        "3. If it is no secret: `stanch explain ",
        "and `stanch ignores add ",
        "git commit --no-verify",
    ] {
        assert!(ran.err.contains(said), "{said} is not in {}", ran.err);
    }
    assert!(!ran.err.contains(&token(1)) && !ran.out.contains(&token(1)));
    assert_eq!(repo.git(&["rev-list", "--count", "HEAD"]), "1");
    // What it recommends works.
    assert_eq!(run(&repo.path, &["explain", "config/prod.env:2"]).code, 0);
    assert_eq!(commit(&repo, &["--no-verify"]).code, 0);
    repo.write("config/prod.env", format!("# production\nmore\n{}", line(1)));
    let ran = commit(&repo, &[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "a clean commit hears nothing");
}

#[test]
fn commits_of_some_files_and_of_all_changes_are_checked_as_they_will_be() {
    let repo = repo_with(&[("a", "a\n"), ("b", "b\n")]);
    install(&repo, &["pre-commit"]);
    repo.write("a", line(1));
    repo.write("b", "clean\n");
    assert_eq!(try_git(&repo.path, &["commit", "-qm", "b", "b"]).code, 0);
    assert_eq!(try_git(&repo.path, &["commit", "-qm", "a", "a"]).code, 1);
    assert_eq!(try_git(&repo.path, &["commit", "-qam", "all"]).code, 1);
    repo.write("a", "clean\n");
    assert_eq!(try_git(&repo.path, &["commit", "-qam", "all"]).code, 0);
}

#[test]
fn a_hook_that_was_there_runs_first_and_comes_back() {
    let repo = repo_with(&[("a", "a\n")]);
    let before = "#!/bin/sh\n# of somebody\necho before \"$#\" >>../log\n[ ! -e veto ]";
    write_hook(&pre_commit(&repo), before);
    fs::set_permissions(pre_commit(&repo), Permissions::from_mode(0o751)).expect("chmod");
    assert!(install(&repo, &[]).out.contains("runs first"));
    assert!(install(&repo, &[]).out.contains("installed already"));
    let status = run(&repo.path, &["hook", "status"]).out;
    assert!(
        status.contains("pre-commit   installed; the hook from before runs first\npre-push     not installed"),
        "{status}"
    );

    repo.write("b", "b\n");
    assert_eq!(commit(&repo, &[]).code, 0);
    repo.write("veto", "");
    assert_eq!(commit(&repo, &[]).code, 1, "its objection counts");
    fs::remove_file(repo.path.join("veto")).expect("remove");
    repo.write("b", line(1));
    assert_eq!(commit(&repo, &[]).code, 1, "ours too");
    assert_eq!(fs::read_to_string(repo.dir.path().join("log")).expect("a log"), "before 0\n".repeat(3));

    let ran = run(&repo.path, &["hook", "uninstall"]);
    assert!(ran.code == 0 && ran.out.contains("is back"), "{ran:?}");
    assert_eq!(fs::read_to_string(pre_commit(&repo)).expect("there"), before);
    assert_eq!(fs::metadata(pre_commit(&repo)).expect("there").permissions().mode() & 0o777, 0o751);
    assert!(!repo.path.join(".git/hooks/pre-commit.before-stanch").exists());
    assert_eq!(commit(&repo, &[]).code, 0);
    let ran = run(&repo.path, &["hook", "uninstall", "pre-commit"]);
    assert!(ran.code == 0 && ran.out.contains("none of ours"), "{ran:?}");
}

#[test]
fn a_hook_that_may_not_be_run_and_a_link_are_kept_too() {
    let repo = repo_with(&[("a", "a\n")]);
    fs::write(pre_commit(&repo), "#!/bin/sh\nexit 1\n").expect("write");
    install(&repo, &[]);
    repo.write("b", "b\n");
    assert_eq!(commit(&repo, &[]).code, 0);
    run(&repo.path, &["hook", "uninstall"]);
    assert_eq!(fs::read_to_string(pre_commit(&repo)).expect("there"), "#!/bin/sh\nexit 1\n");
    fs::remove_file(pre_commit(&repo)).expect("remove");

    write_hook(&repo.path.join("tools/check"), "#!/bin/sh\nexit 1\n");
    std::os::unix::fs::symlink("../../tools/check", pre_commit(&repo)).expect("link");
    install(&repo, &[]);
    repo.write("c", "c\n");
    assert_eq!(commit(&repo, &[]).code, 1, "the link's hook runs");
    run(&repo.path, &["hook", "uninstall"]);
    assert_eq!(fs::read_link(pre_commit(&repo)).expect("a link"), Path::new("../../tools/check"));
}

#[test]
fn what_others_put_in_our_place_is_left_alone() {
    let repo = repo_with(&[("a", "a\n")]);
    write_hook(&pre_commit(&repo), "#!/bin/sh\necho one\n");
    install(&repo, &[]);
    write_hook(&pre_commit(&repo), "#!/bin/sh\necho two\n");
    let ran = run(&repo.path, &["hook", "install"]);
    assert!(ran.code == 2 && ran.err.contains("move one of them away"), "{ran:?}");
    let ran = run(&repo.path, &["hook", "uninstall"]);
    assert!(ran.code == 2 && ran.err.contains("was replaced by another file"), "{ran:?}");
    let ran = run(&repo.path, &["hook", "status", "pre-commit"]);
    assert!(ran.code == 1 && ran.out.contains("replaced by a hook of others"), "{ran:?}");
    assert_eq!(fs::read_to_string(pre_commit(&repo)).expect("there"), "#!/bin/sh\necho two\n");
    assert!(repo.path.join(".git/hooks/pre-commit.before-stanch").exists());
}

#[test]
fn without_the_program_nothing_passes() {
    let repo = repo_with(&[("a", "a\n")]);
    install(&repo, &[]);
    let text = fs::read_to_string(pre_commit(&repo)).expect("a hook");
    let program = env!("CARGO_BIN_EXE_stanch");
    assert!(text.contains(program));
    write_hook(&pre_commit(&repo), &text.replace(program, "/nowhere/stanch"));
    repo.write("b", "b\n");
    let ran = commit(&repo, &[]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("the program is not at /nowhere/stanch and not on the PATH, so nothing was checked"),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("or take this hook away: rm '.git/hooks/pre-commit'"), "{}", ran.err);
    assert!(ran.err.contains("git commit --no-verify"), "{}", ran.err);
    // One that ends in a way of its own.
    write_hook(&repo.path.join("broken"), "#!/bin/sh\nexit 101\n");
    write_hook(&pre_commit(&repo), &text.replace(program, &repo.path.join("broken").to_string_lossy()));
    let ran = commit(&repo, &[]);
    assert!(ran.code == 1 && ran.err.contains("ended unexpectedly (exit code 101)"), "{ran:?}");
    // And it is found on the PATH.
    write_hook(&pre_commit(&repo), &text.replace(program, "/nowhere/stanch"));
    let path = format!("{}:{}", Path::new(program).parent().expect("a folder").display(), env!("PATH"));
    let status = isolated("git").args(["commit", "-qm", "b"]).env("PATH", path).current_dir(&repo.path).status();
    assert!(status.is_ok_and(|status| status.success()));
}

#[test]
fn what_cannot_be_read_stops_the_commit() {
    let repo = repo_with(&[("a", "a\n")]);
    install(&repo, &[]);
    repo.write(
        "large",
        format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 9\n", "ab".repeat(32)),
    );
    let ran = commit(&repo, &[]);
    assert!(ran.code == 1 && ran.err.contains("not all that it brings could be read"), "{ran:?}");
    assert!(ran.err.contains("large (staged)") && ran.err.contains("--no-verify"), "{}", ran.err);
    assert_eq!(run(&repo.path, &["hook", "run", "pre-commit"]).code, 3);
    assert_eq!(run(&repo.path, &["hook", "run", "pre-commit", "--allow-incomplete"]).code, 0);
    let ran = run(repo.dir.path(), &["hook", "run", "pre-commit"]);
    assert!(ran.code == 2 && ran.err.contains("nothing was checked, so this commit is stopped"), "{ran:?}");
}

#[test]
fn a_folder_of_hooks_of_the_repository_is_used_and_explained() {
    let repo = repo_with(&[("a", "a\n")]);
    repo.git(&["config", "core.hooksPath", ".githooks"]);
    let ran = install(&repo, &[]);
    assert!(ran.out.contains("because core.hooksPath in .git/config says so"), "{}", ran.out);
    assert!(ran.out.contains("part of the work tree"), "{}", ran.out);
    let hook = repo.path.join(".githooks/pre-commit");
    // It is for others too, whose program is elsewhere.
    assert!(!fs::read_to_string(&hook).expect("a hook").contains(env!("CARGO_BIN_EXE_stanch")));
    assert!(!pre_commit(&repo).exists());
    let sub = repo.path.join("sub");
    fs::create_dir(&sub).expect("mkdir");
    let ran = run(&sub, &["hook", "status", "pre-commit"]);
    assert!(ran.code == 0 && ran.out.contains("pre-commit   installed"), "{ran:?}");

    let husky = repo_with(&[("a", "a\n")]);
    husky.git(&["config", "core.hooksPath", ".husky/_"]);
    let ran = run(&husky.path, &["hook", "install"]);
    assert!(
        ran.code == 2 && ran.err.contains("put the line `stanch hook run pre-commit` into .husky/pre-commit"),
        "{ran:?}"
    );
}

#[test]
fn a_linked_work_tree_and_a_submodule_have_hooks_too() {
    let repo = repo_with(&[("a", "a\n")]);
    let other = repo.dir.path().join("other");
    repo.git(&["worktree", "add", "-q", &other.to_string_lossy()]);
    let ran = run(&other, &["hook", "install"]);
    assert!(ran.code == 0 && pre_commit(&repo).exists(), "{ran:?}");
    fs::write(other.join("new"), line(1)).expect("write");
    assert_eq!(try_git(&other, &["add", "new"]).code, 0);
    assert_eq!(try_git(&other, &["commit", "-qm", "new"]).code, 1);
    repo.write("b", "b\n");
    assert_eq!(commit(&repo, &[]).code, 0);
}

#[test]
fn objects_that_are_borrowed_from_elsewhere_are_read() {
    let source = repo_with(&[("a", &line(1)), ("dir/b", "b\n")]);
    source.git(&["repack", "-adq"]);
    let repo = Repo::init(&[]);
    let objects = source.path.join(".git/objects").to_string_lossy().into_owned();
    fs::write(repo.path.join(".git/objects/info/alternates"), objects + "\n").expect("write");
    repo.git(&["reset", "-q", "--hard", &source.git(&["rev-parse", "HEAD"])]);
    install(&repo, &[]);
    repo.write("a", format!("moved\n{}", line(1)));
    let ran = commit(&repo, &[]);
    assert_eq!(ran.code, 0, "{ran:?}");
    repo.write("dir/b", line(2));
    assert_eq!(commit(&repo, &[]).code, 1);
}

/// A person with a configuration of their own.
struct Person {
    home: tempfile::TempDir,
}

impl Person {
    fn new() -> Person {
        Person { home: tempfile::tempdir().expect("a directory") }
    }

    fn set_up<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        let home = self.home.path();
        command
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("config"))
            .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
    }

    fn stanch(&self, folder: &Path, args: &[&str]) -> Ran {
        self.set_up(&mut stanch(folder, args)).output().expect("runs").into()
    }

    fn git(&self, folder: &Path, args: &[&str]) -> Ran {
        self.set_up(isolated("git").args(args).current_dir(folder)).output().expect("runs").into()
    }
}

#[test]
fn hooks_for_all_repositories_let_each_keep_its_own() {
    let person = Person::new();
    let repo = repo_with(&[("a", "a\n")]);
    for name in ["pre-commit", "commit-msg", "post-commit"] {
        write_hook(&repo.path.join(".git/hooks").join(name), &format!("#!/bin/sh\necho {name} >>../log\n"));
    }
    let ran = person.stanch(&repo.path, &["hook", "install", "--global"]);
    assert!(ran.code == 0 && ran.out.contains("pre-commit: installed for all repositories"), "{ran:?}");
    assert_eq!(person.stanch(&repo.path, &["hook", "install", "--global"]).out, ran.out);

    repo.write("b", line(1));
    assert_eq!(person.git(&repo.path, &["add", "-A"]).code, 0);
    let ran = person.git(&repo.path, &["commit", "-qm", "b"]);
    assert!(ran.code == 1 && ran.err.contains("this commit is stopped"), "{ran:?}");
    repo.write("b", "b\n");
    let ran = person.git(&repo.path, &["commit", "-qam", "b"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let log = fs::read_to_string(repo.dir.path().join("log")).expect("a log");
    assert_eq!(log, "pre-commit\npre-commit\ncommit-msg\npost-commit\n");

    let ran = person.stanch(&repo.path, &["hook", "install"]);
    assert!(ran.code == 0 && ran.out.contains("nothing to do"), "{ran:?}");
    let ran = person.stanch(&repo.path, &["hook", "install", "pre-push"]);
    assert!(ran.code == 2 && ran.err.contains("would never run"), "{ran:?}");
    let ran = person.stanch(&repo.path, &["hook", "status"]);
    assert!(ran.out.contains("pre-commit   installed for all repositories"), "{ran:?}");

    let ran = person.stanch(&repo.path, &["hook", "uninstall", "--global"]);
    assert!(ran.code == 0 && ran.out.contains("not installed"), "{ran:?}");
    assert_eq!(person.git(&repo.path, &["config", "--global", "core.hooksPath"]).code, 1);
    assert!(!person.home.path().join("config/stanch/hooks").exists());
    repo.write("b", line(1));
    assert_eq!(person.git(&repo.path, &["commit", "-qam", "b"]).code, 0);
}

#[test]
fn a_place_for_all_hooks_that_is_taken_is_not_touched() {
    let person = Person::new();
    let repo = repo_with(&[("a", "a\n")]);
    assert_eq!(person.git(&repo.path, &["config", "--global", "core.hooksPath", "/opt/hooks"]).code, 0);
    let ran = person.stanch(&repo.path, &["hook", "install", "--global"]);
    assert!(ran.code == 2 && ran.err.contains("core.hooksPath is already /opt/hooks"), "{ran:?}");
    let ran = person.stanch(&repo.path, &["hook", "install"]);
    assert!(
        ran.code == 2 && ran.err.contains("Put the line `stanch hook run pre-commit` into /opt/hooks/pre-commit"),
        "{ran:?}"
    );
    let ran = person.stanch(&repo.path, &["hook", "uninstall", "--global"]);
    assert_eq!(ran.code, 0);
    assert_eq!(person.git(&repo.path, &["config", "--global", "core.hooksPath"]).out, "/opt/hooks\n");
}

#[test]
fn somewhere_without_a_repository_says_so() {
    let elsewhere = tempfile::tempdir().expect("a directory");
    let ran = run(elsewhere.path(), &["hook", "install"]);
    assert!(ran.code == 2 && ran.err.contains("not a git repository"), "{ran:?}");
    assert_eq!(run(elsewhere.path(), &["hook", "install", "post-commit"]).code, 2);
}

/// git renames a new file onto the old one, even onto a device.
#[test]
fn settings_that_are_no_file_are_not_replaced() {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::FileTypeExt;
    let person = Person::new();
    let repo = repo_with(&[("a", "a\n")]);
    let device = person.home.path().join("null");
    let name = std::ffi::CString::new(device.as_os_str().as_bytes()).expect("no zero byte");
    // Who may not make a device may not replace one either.
    // SAFETY: the name ends in a zero byte and outlives the call.
    let is_made = unsafe { libc::mknod(name.as_ptr(), libc::S_IFCHR | 0o666, libc::makedev(1, 3)) } == 0;
    let device = if is_made { device } else { "/dev/null".into() };
    for verb in ["install", "uninstall"] {
        let mut command = stanch(&repo.path, &["hook", verb, "--global"]);
        let ran: Ran = person.set_up(&mut command).env("GIT_CONFIG_GLOBAL", &device).output().expect("runs").into();
        assert!(ran.code == 2 && ran.err.contains("is no regular file"), "{ran:?}");
    }
    assert!(fs::metadata(&device).expect("is there").file_type().is_char_device());
    assert!(!person.home.path().join("config/stanch").exists(), "something is left behind");
}
