//! Which commits count: ranges, days, branches, depths, and every way to name a commit that is understood.

use crate::git_support::Repo;
use crate::git_support::planted::token;
use crate::git_support::report::{scan, scan_in};

/// Five commits on `main` and two on `side`, which begins at the second; each brings a token of its own: commit `n` brings `token(n)`, with
/// 11 and 12 on `side`. The fourth merges `side` as it then was.
fn history() -> (Repo, Vec<String>) {
    let repo = Repo::init(&[]);
    let mut commits = Vec::new();
    let bring = |n: u64| {
        repo.write(&format!("file{n}"), token(n));
        repo.commit(&format!("number {n}"))
    };
    commits.extend([bring(1), bring(2)]);
    repo.git(&["tag", "-a", "-m", "a tag", "v1"]);
    repo.git(&["checkout", "-qb", "side"]);
    commits.push(bring(11));
    repo.git(&["checkout", "-q", "main"]);
    commits.push(bring(3));
    repo.git(&["merge", "-q", "--no-commit", "side"]);
    commits.push(bring(4));
    commits.push(bring(5));
    repo.git(&["checkout", "-q", "side"]);
    commits.push(bring(12));
    repo.git(&["checkout", "-q", "main"]);
    (repo, commits)
}

#[track_caller]
fn found(repo: &Repo, args: &[&str]) -> Vec<u64> {
    let report = scan(&repo.path, args);
    assert!(matches!(report.code, 0 | 1), "{args:?}: {}", report.errors);
    let secrets = report.secrets();
    (1..20).filter(|n| secrets.contains(&token(*n).as_str())).collect()
}

#[test]
fn ranges() {
    let (repo, commits) = history();
    assert_eq!(found(&repo, &[]), [1, 2, 3, 4, 5, 11, 12]);
    assert_eq!(found(&repo, &["--range", "v1..main"]), [3, 4, 5, 11]);
    assert_eq!(found(&repo, &["--range", "main~2..main"]), [4, 5, 11]);
    assert_eq!(found(&repo, &["--range", "side.."]), [3, 4, 5]);
    assert_eq!(found(&repo, &["--range", "..side"]), [12]);
    assert_eq!(found(&repo, &["--range", "main...side"]), [3, 4, 5, 12]);
    assert_eq!(found(&repo, &["--range", "main..main"]), [0; 0]);
    assert_eq!(found(&repo, &["--range", &format!("{}..{}", commits[0], &commits[1][..8])]), [2]);
    for range in ["main", "..", "...", "a..b..c", "main....side", ""] {
        scan(&repo.path, &["--range", range]).assert_refused("a range is A..B");
    }
    scan(&repo.path, &["--range", "main..nowhere"]).assert_refused("`nowhere` is no branch, tag or commit");
}

/// A range is of commits, whether a reference leads to them or not.
#[test]
fn ranges_of_what_no_reference_leads_to() {
    let (repo, _) = history();
    repo.write("file6", token(6));
    let dropped = repo.commit("number 6");
    repo.git(&["reset", "-q", "--hard", "HEAD^"]);
    assert_eq!(found(&repo, &["--range", &format!("HEAD..{dropped}")]), [6]);
    assert_eq!(found(&repo, &["--range", &format!("{dropped}..side")]), [12]);
    assert_eq!(found(&repo, &["--since", &dropped]), [12]);
    assert_eq!(found(&repo, &["--range", "HEAD..HEAD@{1}"]), [6]);
}

#[test]
fn since_a_revision_or_a_day() {
    let (repo, commits) = history();
    assert_eq!(found(&repo, &["--since", "v1"]), [3, 4, 5, 11, 12]);
    assert_eq!(found(&repo, &["--since", &commits[4]]), [5, 12]);
    assert_eq!(found(&repo, &["--since", "2000-01-01"]), [1, 2, 3, 4, 5, 11, 12]);
    assert_eq!(found(&repo, &["--since", "2100-01-01"]), [0; 0]);
    let time: i64 = repo.git(&["log", "-1", "--format=%ct", &commits[5]]).parse().expect("a number");
    let moment = |time: i64| repo.git(&["log", "-1", "--format=%cI", &format!("--since={time}"), &commits[5]]);
    assert_eq!(found(&repo, &["--since", &moment(time - 1)]), [5, 12]);
    assert_eq!(found(&repo, &["--since", "2 weeks ago"]).len(), found(&repo, &["--since", "14 days ago"]).len());
    for odd in ["2024-13-01", ""] {
        scan(&repo.path, &["--since", odd]).assert_refused(&format!("`{odd}`"));
    }
}

#[test]
fn branches_and_other_references() {
    let (repo, _) = history();
    assert_eq!(found(&repo, &["--branch", "side"]), [1, 2, 11, 12]);
    assert_eq!(found(&repo, &["--branch", "refs/tags/v1"]), [1, 2]);
    assert_eq!(found(&repo, &["--branch", "v1", "--branch", "side"]), [1, 2, 11, 12]);
    assert_eq!(found(&repo, &["--branch", "HEAD"]), [1, 2, 3, 4, 5, 11]);
    assert_eq!(found(&repo, &["--branch", "side", "--since", "v1"]), [11, 12]);
    // What is said of a secret is still said of the whole repository.
    let report = scan(&repo.path, &["--branch", "side"]);
    let told = &report.of(&token(1))["history"];
    assert_eq!((&told["at_head"], &told["ref_count"]), (&true.into(), &4.into()));
    scan(&repo.path, &["--branch", "sides"]).assert_refused("`sides` is no branch");
    scan(&repo.path, &["--branch", "side", "--unreachable"]).assert_refused("cannot be used with");
}

#[test]
fn a_tag_and_a_branch_of_one_name() {
    let (repo, commits) = history();
    repo.git(&["tag", "side", &commits[0]]);
    assert_eq!(found(&repo, &["--branch", "side"]), [1, 2, 11, 12], "the branch");
    assert_eq!(found(&repo, &["--range", "side..heads/main~3"]), [2], "the tag, as git has it");
}

#[test]
fn depths() {
    let (repo, _) = history();
    assert_eq!(found(&repo, &["--max-depth", "1"]), [2, 5, 12], "the tips of main, side and v1");
    assert_eq!(found(&repo, &["--branch", "main", "--max-depth", "1"]), [5]);
    assert_eq!(found(&repo, &["--branch", "main", "--max-depth", "2"]), [4, 5]);
    assert_eq!(found(&repo, &["--branch", "main", "--max-depth", "3"]), [3, 4, 5, 11]);
    assert_eq!(found(&repo, &["--range", "v1..main", "--max-depth", "2"]), [4, 5]);
    scan(&repo.path, &["--max-depth", "0"]).assert_refused("0 is not in");
}

/// Every way to name a commit means what it means to git.
#[test]
fn revisions() {
    let (repo, commits) = history();
    repo.git(&["update-ref", "refs/remotes/origin/main", "main~1"]);
    repo.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    repo.git(&["config", "remote.origin.url", "/nowhere"]);
    repo.git(&["config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*"]);
    repo.git(&["config", "branch.main.remote", "origin"]);
    repo.git(&["config", "branch.main.merge", "refs/heads/main"]);
    repo.git(&["symbolic-ref", "refs/heads/alias", "refs/heads/side"]);
    let describe = repo.git(&["describe", "--long", "main"]);
    let short = commits[3][..7].to_owned();
    for packed in [false, true] {
        for name in [
            "main",
            "main~",
            "main~2",
            "main^",
            "main~1^2",
            "main^0",
            "main~1^2~1",
            "main^^^",
            "heads/main",
            "refs/heads/main",
            "@",
            "@~2",
            "HEAD",
            "v1",
            "v1~1",
            "v1^{}",
            "v1^{commit}",
            "v1^{}~1",
            "tags/v1",
            "origin",
            "origin/main",
            "origin~1",
            "@{upstream}",
            "main@{u}",
            "main@{upstream}~1",
            "HEAD@{0}",
            "HEAD@{1}",
            "@{1}",
            "main@{2}",
            "alias",
            "alias~1",
            &describe,
            &short,
            &commits[2],
        ] {
            let listed = repo.git(&["rev-list", name]);
            let expected: Vec<u64> = (1..20)
                .filter(|n| {
                    let grep = format!("--grep=number {n}");
                    !repo.git(&["log", "--format=%H", "--fixed-strings", &grep, "--all"]).is_empty()
                })
                .filter(|n| {
                    let all = repo.git(&["log", "--all", "--format=%H %s"]);
                    let line = all.lines().find(|line| line.ends_with(&format!("number {n}"))).expect("a commit");
                    !listed.lines().any(|commit| line.starts_with(commit))
                })
                .collect();
            assert_eq!(found(&repo, &["--since", name]), expected, "{name}");
        }
        if !packed {
            repo.git(&["pack-refs", "--all"]);
            repo.git(&["repack", "-adq"]);
        }
    }
    for (odd, why) in [
        ("main~100", "does not go back so far"),
        ("main^2", "does not go back so far"),
        ("main@{100}", "does not go back so far"),
        ("main@{yesterday}", "are understood"),
        ("main@{-1}", "are understood"),
        ("main:file1", "are understood"),
        (":/number", "no branch, tag or commit"),
        ("main^{tree}", "are understood"),
        ("main^{/number}", "are understood"),
        ("main~x", "are understood"),
        ("main~1\u{e9}", "are understood"),
        ("\u{e9}~1", "no branch, tag or commit"),
        ("v1^{", "are understood"),
        ("HEAD@{", "are understood"),
        ("ffff", "no branch, tag or commit"),
        ("main~99999999999999999999999", "are understood"),
        ("@{upstream}x", "are understood"),
        ("side@{upstream}", "no branch, tag or commit"),
    ] {
        scan(&repo.path, &["--since", odd]).assert_refused(why);
    }
    let blob = repo.git(&["rev-parse", "main:file1"]);
    scan(&repo.path, &["--since", &blob]).assert_refused("is a blob, not a commit");
}

#[test]
fn names_that_several_commits_begin_with() {
    let repo = Repo::init(&[]);
    let mut script = String::new();
    for n in 0..700 {
        script += &format!("commit refs/heads/main\ncommitter C <c@example.org> {n} +0000\ndata 0\n\n");
    }
    repo.git_with(&["fast-import", "--quiet"], script.as_bytes());
    let mut all: Vec<String> = repo.git(&["rev-list", "main"]).lines().map(|id| id[..4].to_owned()).collect();
    all.sort();
    let twice = all.windows(2).find(|pair| pair[0] == pair[1]).expect("two of 700 begin alike")[0].clone();
    scan(&repo.path, &["--since", &twice]).assert_refused("may be one of several commits");
    scan(&repo.path, &["--since", &twice[..3]]).assert_refused("no branch, tag or commit");
}

/// Nothing is read before the selection is known to mean something; and with several repositories, in none of them.
#[test]
fn a_repository_where_a_selection_does_not_hold_is_named() {
    let (repo, _) = history();
    let other = Repo::init(&[]);
    other.commit("first");
    let paths = [repo.path.to_str().expect("UTF-8"), other.path.to_str().expect("UTF-8")];
    let report = scan_in(repo.dir.path(), &[paths[0], paths[1], "--since", "v1"]);
    assert!(report.json["problems"].to_string().contains("`v1` is no"), "{:#}", report.json);
    scan_in(repo.dir.path(), &[paths[1], "--since", "v1"]).assert_refused("`v1` is no");
    assert_eq!(scan_in(repo.dir.path(), &[paths[0], paths[1], "--since", "HEAD"]).secrets().len(), 1);
}

/// A tag's message counts with the commit that it is on.
#[test]
fn messages_of_tags_in_a_range() {
    let (repo, _) = history();
    repo.git(&["tag", "-a", "-m", &token(15), "v2", "main"]);
    repo.git(&["tag", "-a", "-m", &token(16), "v0", "main~3"]);
    assert_eq!(found(&repo, &["--since", "main~1"]), [5, 12, 15]);
}
