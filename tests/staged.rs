//! `stanch git --staged`: what the next commit brings.

use crate::git_support::{Repo, isolated, tamper};
use crate::stanch_support::{found, named, places, repo_with, run, stanch, token, try_git};
use std::fs;

/// A line with a secret.
fn line(seed: u64) -> String {
    format!("token = \"{}\"\n", token(seed))
}

fn staged(repo: &Repo) -> (i32, Vec<String>) {
    found(repo, "--staged")
}

fn clean() -> (i32, Vec<String>) {
    (0, Vec::new())
}

fn at(places: &[&str]) -> (i32, Vec<String>) {
    (1, places.iter().map(|place| (*place).to_owned()).collect())
}

#[test]
fn the_index_counts_and_not_the_work_tree() {
    let repo = repo_with(&[("a", "a\n"), ("b", "b\n")]);
    repo.write("a", format!("one\n{}", line(1)));
    repo.git(&["add", "a"]);
    repo.write("a", "taken out of the file, not of the index\n");
    repo.write("b", line(2));
    assert_eq!(staged(&repo), at(&["staged a:2"]));
    repo.git(&["add", "a"]);
    assert_eq!(staged(&repo), clean());
}

#[test]
fn reports_name_the_path_from_the_top_and_mask_the_value() {
    let repo = repo_with(&[("dir/a", "a\n")]);
    repo.write("dir/new", line(1));
    repo.git(&["add", "-A"]);
    let ran = run(&repo.path.join("dir"), &["git", "--staged"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.out.contains("dir/new (staged)\n") && !ran.out.contains(&token(1)), "{}", ran.out);
    let ran = run(repo.dir.path(), &["git", "--staged", "repo", "--format", "sarif"]);
    assert!(ran.out.contains("\"uri\":\"dir/new\""), "{}", ran.out);
    let ran = run(repo.dir.path(), &["git", "--staged", "repo"]);
    assert!(ran.out.contains("repo: dir/new (staged)"), "{}", ran.out);
}

#[test]
fn deletions_and_changes_of_mode_bring_nothing() {
    let repo = repo_with(&[("a", &line(1)), ("b", &line(2)), ("c", "c\n")]);
    repo.git(&["rm", "-q", "--cached", "a"]);
    repo.git(&["update-index", "--chmod=+x", "b"]);
    assert_eq!(staged(&repo), clean());
    repo.git(&["rm", "-qrf", "--cached", "."]);
    assert_eq!(staged(&repo), clean());
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let repo = Repo::init(&[]);
    assert_eq!(staged(&repo), clean());
    repo.write("a", line(1));
    repo.write("dir/b", line(2));
    repo.git(&["add", "a", "dir/b"]);
    assert_eq!(staged(&repo), at(&["staged a:1", "staged dir/b:1"]));
}

#[test]
fn what_the_file_had_before_is_no_news() {
    let repo = repo_with(&[("a", &line(1)), ("b", "b\n")]);
    repo.write("a", format!("moved down\n\n{}and on\n", line(1)));
    repo.git(&["add", "a"]);
    assert_eq!(staged(&repo), clean());
    // Another secret in the same place is news, and so is the same one in another file that stays.
    repo.write("a", line(2));
    repo.write("b", line(1));
    repo.git(&["add", "a", "b"]);
    assert_eq!(staged(&repo), at(&["staged a:1", "staged b:1"]));
}

#[test]
fn a_rename_is_no_news_but_a_copy_is() {
    let text: String = (0..40).map(|n| format!("line {n}\n")).collect();
    let repo = repo_with(&[("a", &(text.clone() + &line(1))), ("dir/deep/b", &line(2)), ("c", "c\n")]);
    repo.git(&["mv", "a", "renamed"]);
    repo.git(&["mv", "dir", "elsewhere"]);
    repo.write("renamed", format!("{text}more\n{}", line(1)));
    repo.git(&["add", "-A"]);
    assert_eq!(staged(&repo), clean());
    repo.write("elsewhere/new", line(3));
    repo.git(&["add", "-A"]);
    assert_eq!(staged(&repo), at(&["staged elsewhere/new:1"]));
    repo.commit("renamed");
    fs::copy(repo.path.join("renamed"), repo.path.join("copy")).expect("copy");
    repo.git(&["add", "-A"]);
    assert_eq!(staged(&repo), at(&["staged copy:42"]));
}

#[test]
fn a_conflict_counts_as_both_sides_made_it() {
    let repo = repo_with(&[("a", "base\n")]);
    repo.git(&["checkout", "-qb", "theirs"]);
    repo.write("a", format!("theirs\n{}", line(1)));
    repo.commit("theirs");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a", "ours\n");
    repo.commit("ours");
    assert_eq!(try_git(&repo.path, &["cherry-pick", "theirs"]).code, 1);
    assert!(repo.git(&["ls-files", "--unmerged"]).contains(" 3\ta"));
    assert_eq!(staged(&repo), at(&["staged a:2"]));
}

#[test]
fn a_merge_brings_only_what_no_parent_has() {
    let repo = repo_with(&[("a", "base\n"), ("b", "b\n")]);
    repo.git(&["checkout", "-qb", "theirs"]);
    repo.write("a", format!("theirs\n{}", line(1)));
    repo.write("new", line(2));
    repo.commit("theirs");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("a", "ours\n");
    repo.commit("ours");
    assert_eq!(try_git(&repo.path, &["merge", "theirs"]).code, 1);
    repo.write("a", format!("both\n{}", line(1)));
    repo.git(&["add", "a"]);
    assert_eq!(staged(&repo), clean());
    repo.write("b", line(3));
    repo.git(&["add", "b"]);
    assert_eq!(staged(&repo), at(&["staged b:1"]));
}

#[test]
fn every_form_of_the_index_is_read() {
    for (init, command) in [
        (&[][..], &["update-index", "--index-version", "4"][..]),
        (&[], &["update-index", "--index-version", "3"]),
        (&[], &["update-index", "--split-index"]),
        (&["--object-format=sha256"], &["status"]),
        (&["--object-format=sha256"], &["update-index", "--split-index"]),
    ] {
        let repo = Repo::init(init);
        repo.write("dir/a", "a\n");
        repo.write("dir/b", line(1));
        repo.commit("first");
        repo.git(command);
        repo.write("dir/a", format!("{}{}", line(2), line(3)));
        repo.git(&["add", "-A"]);
        assert_eq!(staged(&repo), at(&["staged dir/a:1", "staged dir/a:2"]), "{command:?}");
    }
}

#[test]
fn a_submodule_is_named_and_stops_nobody() {
    let inner = repo_with(&[("secret", &line(1))]);
    let repo = repo_with(&[("a", "a\n")]);
    let url = inner.path.to_string_lossy().into_owned();
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", &url, "lib"]);
    let ran = run(&repo.path, &["git", "--staged", "--format", "json"]);
    assert_eq!((ran.code, places(&ran)), clean());
    assert_eq!(named(&ran, "skipped"), ["repositories of their own: lib (staged)"]);
    // And it is a repository of its own, whose directory lies in the one around it.
    fs::write(repo.path.join("lib/more"), line(2)).expect("write");
    assert!(
        isolated("git").args(["add", "more"]).current_dir(repo.path.join("lib")).status().is_ok_and(|s| s.success())
    );
    let ran = run(&repo.path, &["git", "--staged", "lib", "--format", "json"]);
    assert_eq!((ran.code, places(&ran)), at(&["staged more:1"]));
}

#[test]
fn what_is_only_announced_is_not_part_of_the_commit() {
    let repo = repo_with(&[("a", "a\n")]);
    repo.write("later", line(1));
    repo.git(&["add", "--intent-to-add", "later"]);
    assert_eq!(staged(&repo), clean());
}

#[cfg(unix)]
#[test]
fn a_link_is_the_path_it_leads_to() {
    let repo = repo_with(&[("a", "a\n")]);
    std::os::unix::fs::symlink(format!("https://user:{}@example.org/", token(1)), repo.path.join("link"))
        .expect("link");
    std::os::unix::fs::symlink("/etc/hostname", repo.path.join("plain")).expect("link");
    repo.git(&["add", "-A"]);
    assert_eq!(staged(&repo), at(&["staged link:1"]));
}

#[test]
fn a_linked_work_tree_has_an_index_of_its_own() {
    let repo = repo_with(&[("a", "a\n")]);
    let other = repo.dir.path().join("other");
    repo.git(&["worktree", "add", "-q", &other.to_string_lossy()]);
    repo.write("a", line(1));
    repo.git(&["add", "a"]);
    let ran = run(&other, &["git", "--staged", "--format", "json"]);
    assert_eq!((ran.code, places(&ran)), clean());
    fs::write(other.join("new"), line(2)).expect("write");
    assert!(isolated("git").args(["add", "new"]).current_dir(&other).status().is_ok_and(|s| s.success()));
    let ran = run(&other, &["git", "--staged", "--format", "json"]);
    assert_eq!((ran.code, places(&ran)), at(&["staged new:1"]));
}

#[test]
fn ends_of_lines_and_encodings_do_not_hide_anything() {
    let repo = repo_with(&[(".gitattributes", "* text=auto\n")]);
    repo.git(&["config", "core.autocrlf", "true"]);
    repo.write("crlf", format!("one\r\n{}\r\n", line(1).trim_end()));
    let utf16: Vec<u8> = format!("one\r\n{}", line(2)).encode_utf16().flat_map(u16::to_le_bytes).collect();
    repo.write("wide", [b"\xFF\xFE".as_slice(), &utf16].concat());
    repo.git(&["add", "-A"]);
    assert_eq!(staged(&repo), at(&["staged crlf:2", "staged wide:2"]));
}

#[test]
fn of_a_pointer_to_a_large_file_the_file_is_read() {
    let repo = repo_with(&[("a", "a\n")]);
    let digest = "0123456789abcdef".repeat(4);
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 60\n");
    repo.write("large", pointer);
    repo.git(&["add", "-A"]);
    let ran = run(&repo.path, &["git", "--staged", "--format", "json"]);
    assert_eq!((ran.code, places(&ran)), (3, Vec::new()));
    assert!(named(&ran, "problems")[0].starts_with("elsewhere: large (staged)"), "{ran:?}");
    repo.write(&format!(".git/lfs/objects/01/23/{digest}"), line(1));
    assert_eq!(staged(&repo), at(&["staged large:1"]));
}

#[test]
fn a_bad_repository_is_named_and_never_clean() {
    let repo = repo_with(&[("a", "a\n"), ("dir/b", "b\n")]);
    repo.write("a", "changed\n");
    repo.git(&["add", "a"]);
    assert_eq!(staged(&repo), clean());
    let index = repo.path.join(".git/index");
    let sound = fs::read(&index).expect("read");
    let broken = |change: &dyn Fn(&mut Vec<u8>)| {
        tamper(&index, |bytes| {
            bytes.clone_from(&sound);
            change(bytes);
        });
        let ran = run(&repo.path, &["git", "--staged"]);
        assert_eq!(ran.code, 3, "{ran:?}");
        assert!(ran.out.contains("the index: ") && ran.out.contains("INCOMPLETE"), "{}", ran.out);
        ran.out
    };
    assert!(broken(&|bytes| bytes.truncate(60)).contains("not as long as its count says"));
    assert!(broken(&|bytes| bytes[0] = b'X').contains("this is no index"));
    assert!(broken(&|bytes| bytes[7] = 9).contains("a version git does not know"));
    assert!(broken(&|bytes| bytes.clear()).contains("cut short"));
    let last = sound.len() - 1;
    assert!(broken(&|bytes| bytes[last] ^= 1).contains("its checksum is wrong"));
    fs::write(&index, &sound).expect("write");

    // The object that is staged is gone.
    let blob = repo.git(&["rev-parse", ":a"]);
    fs::remove_file(repo.path.join(format!(".git/objects/{}/{}", &blob[..2], &blob[2..]))).expect("remove");
    let ran = run(&repo.path, &["git", "--staged"]);
    assert!(ran.code == 3 && ran.out.contains("a (staged)") && ran.out.contains("not stored here"), "{ran:?}");

    let elsewhere = tempfile::tempdir().expect("a directory");
    let ran = run(elsewhere.path(), &["git", "--staged"]);
    assert!(ran.code == 2 && ran.err.contains("not a git repository"), "{ran:?}");
}

#[test]
fn a_shared_index_that_is_gone_is_named() {
    let repo = repo_with(&[("a", "a\n")]);
    repo.git(&["update-index", "--split-index"]);
    for file in fs::read_dir(repo.path.join(".git")).expect("list").flatten() {
        if file.file_name().to_string_lossy().starts_with("sharedindex.") {
            fs::remove_file(file.path()).expect("remove");
        }
    }
    let ran = run(&repo.path, &["git", "--staged"]);
    assert!(ran.code == 3 && ran.out.contains("shared index that it names is not there"), "{ran:?}");
}

#[test]
fn a_bare_repository_has_nothing_staged() {
    let repo = Repo::init(&["--bare"]);
    for (flag, what) in [("--staged", "index"), ("--work-tree", "work tree")] {
        let ran = run(&repo.path, &["git", flag]);
        assert!(ran.code == 2 && ran.err.contains(&format!("a bare repository has no {what}")), "{ran:?}");
    }
}

#[test]
fn flags_that_contradict_each_other_are_refused() {
    let repo = repo_with(&[("a", "a\n")]);
    for other in [&["--work-tree"][..], &["--unreachable"], &["--range", "a..b"], &["--since", "HEAD"]] {
        let args = [&["git", "--staged"], other].concat();
        assert_eq!(run(&repo.path, &args).code, 2, "{other:?}");
    }
}

#[test]
fn the_index_that_git_names_counts_for_the_current_repository_only() {
    let repo = repo_with(&[("a", "a\n")]);
    let other = repo_with(&[("b", "b\n")]);
    repo.write("a", line(1));
    let index = repo.path.join(".git/other-index");
    fs::copy(repo.path.join(".git/index"), &index).expect("copy");
    let add = isolated("git").args(["add", "a"]).env("GIT_INDEX_FILE", &index).current_dir(&repo.path).status();
    assert!(add.is_ok_and(|status| status.success()));
    assert_eq!(staged(&repo), clean());
    let code = |args: &[&str]| {
        stanch(&repo.path, args).env("GIT_INDEX_FILE", &index).output().expect("runs").status.code().expect("a code")
    };
    assert_eq!(code(&["git", "--staged"]), 1);
    assert_eq!(code(&["git", "--staged", &repo.path.to_string_lossy()]), 1);
    assert_eq!(code(&["git", "--staged", &other.path.to_string_lossy()]), 0);
}
