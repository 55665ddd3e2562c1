//! Two branches that each removed and added secrets, merged by the real git.

use crate::project::Project;
use stanch::ledger::{Baseline, LedgerKey};
use stanch::model::Fingerprint;
use stanch::rules::example::Random;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// A baseline and what two branches made of it.
struct Case {
    base: Baseline,
    ours: Baseline,
    theirs: Baseline,
}

fn empty() -> Baseline {
    Baseline::new("tree medium low".parse().expect("sound"))
}

fn secret(random: &mut Random) -> (LedgerKey, String) {
    let fingerprint = Fingerprint::new("generic", &random.bits().to_be_bytes());
    (LedgerKey::plain(fingerprint), ["generic", "github", "aws"][random.below(3)].to_owned())
}

/// Of 200 to 2,000 secrets each side removes and adds up to `changes`, at least one of each.
fn case(random: &mut Random, changes: usize) -> Case {
    let mut base = empty();
    base.secrets.extend((0..200 + random.below(1800)).map(|_| secret(random)));
    let side = |random: &mut Random| {
        let mut side = base.clone();
        for _ in 0..=random.below(changes) {
            let gone = *side.secrets.keys().nth(random.below(side.secrets.len())).expect("one");
            side.secrets.remove(&gone);
        }
        side.secrets.extend((0..=random.below(changes)).map(|_| secret(random)));
        side
    };
    let (ours, theirs) = (side(random), side(random));
    Case { base, ours, theirs }
}

/// What a merge must come to: the plain meaning of it, by sets.
fn meant(case: &Case) -> BTreeMap<LedgerKey, String> {
    let mut all = case.base.secrets.clone();
    all.retain(|mark, _| case.ours.secrets.contains_key(mark) && case.theirs.secrets.contains_key(mark));
    for side in [&case.ours, &case.theirs] {
        let new = side.secrets.iter().filter(|(mark, _)| !case.base.secrets.contains_key(mark));
        all.extend(new.map(|(mark, family)| (*mark, family.clone())));
    }
    all
}

/// Makes three commits of each case, all in one go.
fn import(project: &Project, cases: &[Case]) {
    let mut stream = String::new();
    for (number, case) in cases.iter().enumerate() {
        for (name, baseline) in [("base", &case.base), ("ours", &case.ours), ("theirs", &case.theirs)] {
            let text = baseline.to_string();
            let _ = write!(
                stream,
                "commit refs/heads/{number}-{name}\ncommitter A <a@example.org> 1600000000 +0000\ndata 0\n"
            );
            if name != "base" {
                let _ = writeln!(stream, "from refs/heads/{number}-base");
            }
            let _ = writeln!(stream, "M 644 inline .stanch-baseline\ndata {}\n{text}", text.len());
        }
    }
    let mut git = Command::new("git");
    git.args(["fast-import", "--quiet"]).current_dir(project.path("")).stdin(Stdio::piped());
    let mut child = git.spawn().expect("git runs");
    child.stdin.take().expect("a pipe").write_all(stream.as_bytes()).expect("writes");
    assert!(child.wait().expect("ends").success());
}

/// How many of the cases conflict when git merges them without our driver; those that do not must come to what is meant.
fn conflicts(cases: &[Case]) -> usize {
    let project = Project::new();
    import(&project, cases);
    let mut count = 0;
    for (number, case) in cases.iter().enumerate() {
        let sides = [format!("{number}-ours"), format!("{number}-theirs")];
        let mut git = Command::new("git");
        git.args(["merge-tree", "--write-tree", &sides[0], &sides[1]]).current_dir(project.path(""));
        let out = git.output().expect("git runs");
        if out.status.success() {
            let tree = String::from_utf8_lossy(&out.stdout).trim().to_owned();
            let merged = project.git(&["show", &format!("{tree}:.stanch-baseline")]);
            assert_eq!(Baseline::parse("merged", &merged).expect("a baseline").secrets, meant(case));
        } else {
            assert_eq!(out.status.code(), Some(1), "{}", String::from_utf8_lossy(&out.stderr));
            count += 1;
        }
    }
    count
}

#[test]
fn without_the_driver_19_of_20_merges_do_not_conflict() {
    let mut random = Random::new(20_261_124);
    let cases: Vec<Case> = (0..60).flat_map(|_| [8, 32]).map(|changes| case(&mut random, changes)).collect();
    let count = conflicts(&cases);
    assert!(count * 20 <= cases.len(), "{count} of {} conflict", cases.len());
}

/// The table of `docs/baseline.md`: `cargo test --test baseline_merge -- --ignored --nocapture`.
#[test]
#[ignore = "takes minutes; makes a table"]
#[expect(clippy::print_stdout, reason = "it is there to be read")]
fn table_of_conflicts() {
    for changes in [4, 8, 16, 32] {
        let mut random = Random::new(changes as u64);
        let cases: Vec<Case> = (0..200).map(|_| case(&mut random, changes)).collect();
        println!("up to {changes} removed and {changes} added on each side: {} of 200 conflict", conflicts(&cases));
    }
}

#[test]
fn with_the_driver_none_does() {
    let project = Project::new();
    let driver = format!("{} baseline merge %O %A %B", assert_cmd::cargo::cargo_bin("stanch").display());
    project.git(&["config", "merge.stanch-baseline.driver", &driver]);
    project.write(".gitattributes", ".stanch-baseline merge=stanch-baseline\n");
    project.commit("attributes");
    let mut random = Random::new(7);
    for number in 0..8 {
        // So many changes that git alone would give up.
        let case = case(&mut random, 150);
        let commit = |branch: &str, baseline: &Baseline| {
            project.git(&["checkout", "-q", "-B", branch]);
            project.write(".stanch-baseline", baseline.to_string());
            project.commit(branch);
        };
        commit("base", &case.base);
        commit("theirs", &case.theirs);
        project.git(&["checkout", "-q", "base"]);
        commit("ours", &case.ours);
        let plain = Command::new("git")
            .args(["-c", "merge.stanch-baseline.driver=false", "merge-tree", "--write-tree", "ours", "theirs"])
            .current_dir(project.path(""))
            .output()
            .expect("git runs");
        assert_eq!(plain.status.code(), Some(1), "case {number} is to be one that conflicts");
        project.git(&["merge", "-q", "--no-edit", "theirs"]);
        let merged = Baseline { secrets: meant(&case), ..empty() };
        assert_eq!(project.read(".stanch-baseline"), merged.to_string());
    }
}

#[test]
fn with_the_driver_two_that_were_made_apart_are_joined() {
    let project = Project::new();
    let password = |number: u64| format!("password = \"{}\"\n", crate::project::password(number));
    let made = |name: &str, numbers: [u64; 2]| {
        project.write("a", numbers.map(password).concat());
        let ran = project.run(&["baseline", "create", "--force", "--baseline", name]);
        assert_eq!(ran.code, 0, "{ran:?}");
    };
    made("ours", [1, 2]);
    made("theirs", [2, 3]);
    project.write("empty", "");
    let ran = project.run(&["baseline", "merge", "empty", "ours", "theirs"]);
    assert_eq!(
        (ran.code, ran.out.starts_with("baseline: 2 added by us, 2 by them, 0 taken off, 4 secrets now")),
        (0, true),
        "{ran:?}"
    );
    // Each side's digests have a salt of their own: both hold.
    project.write("a", [1, 2, 3].map(password).concat());
    assert_eq!(project.scan(&["a", "--baseline", "ours"]).1, 0);
    project.write("a", [1, 4].map(password).concat());
    assert_eq!(project.scan(&["a", "--baseline", "ours"]).found().len(), 1);
}

#[test]
fn what_cannot_be_merged_stays_as_it_is() {
    let project = Project::new();
    let text = empty().to_string();
    project.write("ours", &text);
    project.write("theirs", "<<<<<<< HEAD\n");
    for (theirs, part) in [("theirs", "theirs:1: a merge marker"), ("nowhere", "nowhere: cannot read this baseline")] {
        let ran = project.run(&["baseline", "merge", "nothing", "ours", theirs]);
        assert_eq!((ran.code, ran.err.contains(part)), (2, true), "{ran:?}");
        assert_eq!(project.read("ours"), text);
    }
}

#[test]
fn ignore_files_are_joined_by_gits_own_union() {
    let project = Project::new();
    project.write(".gitattributes", ".stanchignore merge=union\n");
    let line = |digit: char| format!("{}  generic  # {digit}\n", digit.to_string().repeat(32));
    let commit = |branch: &str, digits: &[char]| {
        project.git(&["checkout", "-q", "-B", branch]);
        project.write(".stanchignore", digits.iter().map(|digit| line(*digit)).collect::<String>());
        project.commit(branch);
    };
    commit("base", &['1', '5']);
    commit("theirs", &['1', '3', '5']);
    project.git(&["checkout", "-q", "base"]);
    commit("ours", &['1', '4', '5']);
    project.git(&["merge", "-q", "--no-edit", "theirs"]);
    let merged = project.read(".stanchignore");
    assert!(['1', '3', '4', '5'].iter().all(|digit| merged.contains(&line(*digit))), "{merged}");
    assert_eq!(project.scan(&[]).1, 0);
}
