//! The baseline: only what is new fails.

use crate::project::{PASSWORD, Project, TOKEN, password, token};

fn project() -> Project {
    let project = Project::new();
    project.write("a", format!("token = \"{}\"\n", token(1)));
    project.write("b", format!("password = \"{}\"\n", password(1)));
    project
}

/// The lines of a baseline that name secrets.
fn entries(text: &str) -> Vec<&str> {
    text.lines().filter(|line| line.len() > 32 && line.as_bytes()[..32].iter().all(u8::is_ascii_hexdigit)).collect()
}

#[test]
fn only_what_it_does_not_know_fails() {
    let project = project();
    let ran = project.run(&["baseline", "create"]);
    assert_eq!(ran.out, ".stanch-baseline: 2 secrets, 1 of them guessable and kept by a slow digest\n", "{ran:?}");
    let report = project.scan(&[]);
    assert_eq!((report.1, report.found().len(), report.notes().len()), (0, 0, 0), "{report:?}");
    assert_eq!(report.suppressed(), [format!("a:1 {TOKEN} baseline"), format!("b:1 {PASSWORD} baseline")]);
    // Places do not matter, secrets do.
    project.write("sub/c", format!("\n\npassword = \"{}\" # {}\n", password(1), password(2)));
    assert_eq!(project.scan(&[]).found(), Vec::<String>::new());
    project.write("b", format!("password = \"{}\"\n", password(3)));
    let report = project.scan(&[]);
    assert_eq!((report.1, report.found()), (1, vec![format!("b:1 {PASSWORD}")]));
    assert_eq!(project.scan(&["--no-baseline"]).found().len(), 3);
    let explained = project.run(&["explain", "a:1"]).out;
    assert!(explained.contains("suppressed, known to the baseline .stanch-baseline"), "{explained}");
    // Its own lines are nobody's secrets.
    assert_eq!(project.scan(&[".stanch-baseline", "--confidence", "low", "--no-baseline"]).1, 0);
}

#[test]
fn what_is_gone_is_offered_and_taken_off() {
    let project = project();
    assert_eq!(project.run(&["baseline", "create"]).code, 0);
    let before = project.read(".stanch-baseline");
    project.write("b", format!("password = \"{}\"\n", password(3)));
    let report = project.scan(&[]);
    let note = ".stanch-baseline: 1 of its 2 secrets are gone: `stanch baseline update` takes them off";
    assert_eq!(report.notes(), [note]);
    // A part of the tree cannot say so, nor can less than it was made from.
    assert_eq!(project.scan(&["a"]).notes().len() + project.scan(&["--confidence", "high"]).notes().len(), 0);
    let shown = project.run(&["baseline", "show"]).out;
    assert!(shown.contains("github            a:1\n") && shown.contains("generic           gone\n"), "{shown}");
    let ran = project.run(&["baseline", "update"]);
    assert!(
        ran.out.starts_with(".stanch-baseline: 1 gone and taken off, 0 added, 1 secret now\n1 secret found that"),
        "{ran:?}"
    );
    let after = project.read(".stanch-baseline");
    assert_eq!((entries(&before).len(), entries(&after).len()), (2, 1));
    // NestedConfigs from that line nothing has changed: no date, no count, no order.
    assert_eq!(before.lines().filter(|line| !after.lines().any(|other| other == *line)).count(), 1);
    assert_eq!(project.scan(&[]).1, 1);
    let ran = project.run(&["baseline", "update", "--add"]);
    assert!(ran.out.contains("0 gone and taken off, 1 added, 2 secrets now"), "{ran:?}");
    assert_eq!(project.scan(&[]).1, 0);
    // The salt stays: the same secret gets the same line again.
    project.write("b", format!("password = \"{}\"\n", password(1)));
    assert_eq!(project.run(&["baseline", "update", "--add"]).code, 0);
    assert_eq!(project.read(".stanch-baseline"), before);
}

#[test]
fn no_value_and_no_fast_digest_of_a_password_is_in_it() {
    let project = project();
    let report = project.scan(&[]);
    assert_eq!(project.run(&["baseline", "create"]).code, 0);
    let text = project.read(".stanch-baseline");
    assert!(!text.contains(&password(1)) && !text.contains(&token(1)));
    assert!(text.contains(&report.fingerprint(TOKEN)));
    assert!(!text.contains(&report.fingerprint(PASSWORD)));
    // Nor does anything fast narrow it down: every other line is the same for all secrets.
    let rest: Vec<&str> =
        text.lines().filter(|line| !matches!(line.len(), 1 | 3) && !entries(&text).contains(line)).collect();
    assert_eq!(rest.len(), 5, "{rest:?}");
    let slow = entries(&text).into_iter().find(|line| line.contains("generic")).expect("the password's");
    let salt = rest.iter().find(|line| line.starts_with("salt ")).expect("a salt");
    assert!(
        salt.ends_with(" argon2id m=19456 t=12 p=1") && slow.ends_with(&format!("argon2id:{}", &salt[5..13])),
        "{slow}"
    );
    // Made anew, it has another salt, and so another digest.
    assert_eq!(project.run(&["baseline", "create", "--force"]).code, 0);
    assert!(!project.read(".stanch-baseline").contains(slow));
}

#[test]
fn where_it_is_can_be_said() {
    let project = project();
    assert_eq!(project.run(&["baseline", "create", "--baseline", "ci/known"]).code, 2, "no such directory");
    std::fs::create_dir(project.path("ci")).expect("mkdir");
    assert_eq!(project.run(&["baseline", "create", "--baseline", "ci/known"]).code, 0);
    assert_eq!(project.scan(&[]).1, 1);
    assert_eq!(project.scan(&["--baseline", "ci/known"]).1, 0);
    project.write("stanch.toml", "baseline = \"ci/known\"\n");
    assert_eq!((project.scan(&[]).1, project.scan(&["a"]).1, project.scan(&["--no-baseline"]).1), (0, 0, 1));
    let ran = project.run(&["scan", "--baseline", "ci/unknown"]);
    assert_eq!((ran.code, ran.err.contains("ci/unknown: cannot read this baseline")), (2, true), "{ran:?}");
    let ran = project.run(&["baseline", "create", "--baseline", "ci/known"]);
    assert_eq!((ran.code, ran.err.contains("ci/known is there already")), (2, true), "{ran:?}");
}

#[test]
fn update_knows_what_a_part_cannot_say() {
    let project = project();
    let ran = project.run(&["baseline", "update"]);
    assert_eq!((ran.code, ran.err.contains("`stanch baseline create` makes one")), (2, true), "{ran:?}");
    assert_eq!(project.run(&["baseline", "create"]).code, 0);
    let before = project.read(".stanch-baseline");
    project.write("sub/x", "");
    let ran = project.run_in("sub", &["baseline", "update"]);
    assert_eq!((ran.code, ran.err.contains("the paths given are only a part")), (2, true), "{ran:?}");
    // A file that cannot be read may still hold what seems to be gone.
    std::fs::remove_file(project.path("a")).expect("removes");
    project.write("stanch.toml", "max_file_size = 200\n");
    let ran = project.run(&["baseline", "update"]);
    assert_eq!((ran.code, ran.out.contains("nothing was taken off")), (3, true), "{ran:?}");
    assert_eq!(project.read(".stanch-baseline"), before);
}

#[test]
fn one_of_the_first_version_holds_and_is_written_anew_by_update() {
    let project = project();
    assert_eq!(project.run(&["baseline", "create"]).code, 0);
    let new = project.read(".stanch-baseline");
    // It had the lines of three digits only.
    let old: String = new.lines().filter(|line| line.len() != 1).map(|line| format!("{line}\n")).collect();
    let old = old.replacen("stanch-baseline 2", "stanch-baseline 1", 1);
    project.write(".stanch-baseline", &old);
    let report = project.scan(&[]);
    assert_eq!((report.1, report.notes().len()), (0, 0), "{report:?}");
    assert_eq!(project.read(".stanch-baseline"), old, "a scan changes nothing");
    let ran = project.run(&["baseline", "update"]);
    assert!(ran.out.contains("written anew in the present form") && ran.out.contains(": 0 gone"), "{ran:?}");
    assert_eq!(project.read(".stanch-baseline"), new);
    assert!(!project.run(&["baseline", "update"]).out.contains("anew"));
    // The merge driver takes either.
    project.write("old", &old);
    project.write("new", &new);
    assert_eq!(project.run(&["baseline", "merge", "old", "old", "new"]).code, 0);
    assert_eq!(project.read("old"), new);
}

#[test]
fn a_baseline_that_is_none_is_refused_with_what_to_do() {
    let project = project();
    assert_eq!(project.run(&["baseline", "create"]).code, 0);
    let text = project.read(".stanch-baseline");
    let marked = text.replacen("\n001\n", "\n<<<<<<< HEAD\n001\n=======\n>>>>>>> theirs\n", 1);
    let number = 1 + marked.lines().position(|line| line == "<<<<<<< HEAD").expect("a marker");
    for (text, part) in [
        (marked.clone(), format!(".stanch-baseline:{number}: a merge marker: this merge was never finished")),
        (text.replacen("stanch-baseline 2", "stanch-baseline 9", 1), "another version of the format".to_owned()),
        ("{\"version\": \"1.5.0\"}\n".to_owned(), "`stanch migrate` turns it into ours".to_owned()),
        (String::new(), "it is empty".to_owned()),
        (text.replacen("covers tree", "covers wood", 1), "`tree` or `history`".to_owned()),
        (text.replacen("m=19456", "m=999999999", 1), "more would stop every scan".to_owned()),
    ] {
        project.write(".stanch-baseline", text);
        let ran = project.run(&["scan"]);
        assert_eq!((ran.code, ran.err.contains(&part)), (2, true), "{part}: {ran:?}");
    }
    // Without the markers, in any order and with doubles it is one again.
    let mended: String =
        marked.lines().filter(|line| !"<=>".contains(&line[..1])).map(|line| format!("{line}\r\n")).collect();
    project.write(".stanch-baseline", mended);
    assert_eq!(project.scan(&[]).1, 0);
}

#[test]
fn histories_have_one_too() {
    let project = Project::new();
    project.write("a", format!("token = \"{}\"\n", token(1)));
    project.commit("one");
    project.write("a", format!("password = \"{}\"\n", password(2)));
    project.commit("two");
    let ran = project.run(&["baseline", "create", "--git"]);
    assert!(ran.out.contains("2 secrets, 1 of them guessable"), "{ran:?}");
    assert_eq!((project.json(&["git"]).1, project.scan(&[]).1), (0, 0));
    // Its past is a part of what it covers: nothing of it is gone.
    assert!(project.run(&["baseline", "update"]).out.contains(": 0 gone"));
    assert_eq!(project.scan(&[]).notes(), Vec::<String>::new());
    project.write("b", format!("token = \"{}\"\n", token(3)));
    project.commit("three");
    assert_eq!(project.json(&["git"]).found(), [format!("b:1 {TOKEN}")]);
}

#[test]
fn a_slow_digest_is_made_once_on_a_machine() {
    let project = project();
    let cache = || {
        std::fs::read_dir(project.path("../cache")).map(|dir| dir.flatten().map(|one| one.path()).collect::<Vec<_>>())
    };
    assert_eq!(project.run(&["baseline", "create"]).code, 0);
    let files = cache().expect("a cache");
    assert_eq!(files.len(), 1);
    let text = std::fs::read_to_string(&files[0]).expect("reads");
    assert_eq!(text.lines().count(), 1);
    // What a cache says is believed: a wrong digest would be one of no entry.
    std::fs::write(
        &files[0],
        text.trim_end().rsplit_once(' ').expect("a pair").0.to_owned() + " " + &"0".repeat(32) + "\n",
    )
    .expect("writes");
    assert_eq!(project.scan(&[]).found(), [format!("b:1 {PASSWORD}")]);
    std::fs::remove_file(&files[0]).expect("removes");
    assert_eq!(project.scan(&[]).1, 0);
}
