//! Which files a scan reads, and what it leaves out.

use crate::visit::{tree, visit};
use stanch::model::{ProblemKind, SkipKind};
use stanch::sources::{Event, FileOptions, Files, Source, SourceError};
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

fn excluding(globs: &[&str]) -> FileOptions {
    FileOptions { exclude: globs.iter().map(|glob| (*glob).to_owned()).collect(), ..FileOptions::default() }
}

#[test]
fn hidden_and_ignored_files_are_read() {
    let dir = tree(&[".env", ".hidden/key", "ignored", "a/b/c"]);
    fs::write(dir.path().join(".gitignore"), "ignored\n").expect("writes");
    fs::write(dir.path().join(".ignore"), "a\n").expect("writes");
    let seen = visit(dir.path(), &["."], FileOptions::default());
    assert_eq!(seen.paths(), [".env", ".gitignore", ".hidden/key", ".ignore", "a/b/c", "ignored"]);
    assert!(seen.is_all());
    assert!(seen.blobs.iter().all(|(path, read)| path.ends_with("ignore") || read.as_ref().ok() == Some(path)));
}

#[test]
fn ignore_files_count_when_asked_for_in_a_repository_or_not() {
    let dir = tree(&["kept", "ignored", "sub/ignored", "sub/dropped", "sub/kept", ".env"]);
    fs::write(dir.path().join(".gitignore"), "ignored\n{malformed\n").expect("writes");
    fs::write(dir.path().join("sub/.ignore"), "dropped\n").expect("writes");
    let options = FileOptions { gitignore: true, ..FileOptions::default() };
    let read = [".env", ".gitignore", "kept", "sub/.ignore", "sub/kept"];
    let seen = visit(dir.path(), &["."], options.clone());
    assert_eq!(seen.paths(), read);
    assert!(seen.is_all());
    // A directory's ignore files count for a walk that begins below it. A file that is named is read whatever they say.
    let seen = visit(dir.path(), &["sub", "ignored"], options);
    assert_eq!(seen.paths(), ["ignored", "sub/.ignore", "sub/kept"]);
    assert!(seen.is_all(), "{seen:?}");
}

#[test]
fn object_stores_are_named_and_what_lies_beside_them_is_read() {
    let git = |at: &str| {
        ["HEAD", "config", "objects/ab/cd", "refs/heads/main", "logs/HEAD"].map(|file| format!("{at}/{file}"))
    };
    let mut files = vec![];
    files.extend(git(".git"));
    files.extend(git(".git/modules/sub"));
    files.extend(git("bare.git"));
    files.extend(
        [".git/lfs/objects/x", ".hg/store/x", ".hg/hgrc", ".svn/pristine/x", ".svn/entries"].map(str::to_owned),
    );
    files.extend([".jj/repo/store/x", "_darcs/patches/x", "_darcs/prefs/repos", "CVS/Root"].map(str::to_owned));
    // The same names where there is no repository.
    files.extend(["src/objects/x", "lfs/x", "store/x", "patches/x"].map(str::to_owned));
    let dir = tree(&files.iter().map(String::as_str).collect::<Vec<_>>());
    let seen = visit(dir.path(), &["."], FileOptions::default());
    let stores = [
        ".git/lfs",
        ".git/modules/sub/objects",
        ".git/objects",
        ".hg/store",
        ".jj/repo/store",
        ".svn/pristine",
        "_darcs/patches",
        "bare.git/objects",
    ];
    assert_eq!(seen.skipped(SkipKind::ObjectStore), stores);
    let is_stored = |file: &&String| stores.iter().any(|store| file.starts_with(&format!("{store}/")));
    let mut rest: Vec<&str> = files.iter().filter(|file| !is_stored(file)).map(String::as_str).collect();
    rest.sort_unstable();
    assert_eq!(seen.paths(), rest);
    assert!(rest.contains(&".git/config") && rest.contains(&".git/modules/sub/config"));

    // A store that was asked for is not silently left out: nothing would be scanned then, and the answer would be clean.
    let seen = visit(dir.path(), &[".git/objects"], FileOptions::default());
    assert_eq!(seen.failed(ProblemKind::Unreadable), [".git/objects"]);
}

#[test]
fn globs_leave_out_as_lines_of_gitignore_do() {
    let files =
        ["a.lock", "src/b.lock", "src/c.rs", "vendor/d", "src/vendor/e", "build", "src/build/f", "docs/g/h", "#i#"];
    let dir = tree(&files);
    let check = |globs: &[&str], left_out: &[&str], read: &[&str]| {
        let seen = visit(dir.path(), &["."], excluding(globs));
        assert_eq!(seen.skipped(SkipKind::Excluded), left_out, "{globs:?}");
        assert_eq!(seen.paths(), read, "{globs:?}");
    };
    let all =
        ["#i#", "a.lock", "build", "docs/g/h", "src/b.lock", "src/build/f", "src/c.rs", "src/vendor/e", "vendor/d"];
    check(&[], &[], &all);
    check(&["nothing", ""], &[], &all);
    check(
        &["*.lock", "vendor", "docs", "#*#"],
        &["#i#", "a.lock", "docs", "src/b.lock", "src/vendor", "vendor"],
        &["build", "src/build/f", "src/c.rs"],
    );
    // A slash at the end: directories only. One at the beginning or in the middle: from the root.
    check(
        &["build/", "/vendor", "docs/*", "src/*.rs", "*.lock"],
        &["a.lock", "docs/g", "src/b.lock", "src/build", "src/c.rs", "vendor"],
        &["#i#", "build", "src/vendor/e"],
    );
    // A pattern that names everything names the target, too.
    assert!(visit(dir.path(), &["."], excluding(&["*", "!src", "!c.rs"])).paths().is_empty());

    // Relative to the path that was asked for; one that names this path leaves it out.
    let seen = visit(dir.path(), &["src"], excluding(&["/vendor"]));
    assert_eq!(seen.paths(), ["src/b.lock", "src/build/f", "src/c.rs"]);
    assert!(visit(dir.path(), &["src"], excluding(&["src"])).paths().is_empty());
    // A hook names every file that changed.
    let seen = visit(dir.path(), &["a.lock", "src/vendor/e", "src/c.rs"], excluding(&["*.lock", "vendor"]));
    assert_eq!(seen.paths(), ["src/c.rs"]);
    assert_eq!(seen.skipped(SkipKind::Excluded), ["a.lock", "src/vendor/e"]);
}

#[test]
fn a_malformed_glob_is_refused_and_shown() {
    let dir = tree(&["a"]);
    let error = Files::new(vec![dir.path().to_owned()], excluding(&["*.ok", "[abc"])).expect_err("malformed");
    assert!(matches!(&error, SourceError::BadGlob { glob, .. } if glob == "[abc"), "{error}");
    assert!(error.to_string().contains("[abc"));
}

#[test]
fn a_path_that_does_not_exist_is_refused_before_anything_is_read() {
    let dir = tree(&["a"]);
    for missing in ["b", "a/below-a-file", "b/c", ""] {
        let missing = if missing.is_empty() { PathBuf::new() } else { dir.path().join(missing) };
        let error =
            Files::new(vec![dir.path().join("a"), missing.clone()], FileOptions::default()).expect_err("refused");
        assert!(matches!(&error, SourceError::NotFound { path } if *path == missing.to_string_lossy()), "{error}");
    }
}

#[test]
fn what_is_named_twice_or_lies_below_another_path_is_read_once() {
    let dir = tree(&["a", "sub/b", "sub/deep/c", "other/d"]);
    for paths in [
        &[".", "sub"][..],
        &["sub", "."],
        &[".", "sub/deep", "sub", "sub/deep/c"],
        &[".", "sub/../sub", "sub"],
        &["a", "a", "sub", "other/../other", "sub/deep/c"],
    ] {
        let seen = visit(dir.path(), paths, FileOptions::default());
        let mut places: Vec<PathBuf> =
            seen.paths().iter().map(|path| dir.path().join(path).canonicalize().expect("exists")).collect();
        places.sort();
        let all =
            ["a", "other/d", "sub/b", "sub/deep/c"].map(|file| dir.path().join(file).canonicalize().expect("exists"));
        assert_eq!(places, all, "{paths:?}");
    }
    // An exclusion holds for a path that was asked for, too.
    let seen = visit(dir.path(), &[".", "sub"], excluding(&["sub"]));
    assert_eq!(seen.paths(), ["a", "other/d"]);
}

#[test]
fn paths_are_as_given_without_a_leading_dot() {
    let here = |paths: &[&str], globs: &[&str]| {
        let files = Files::new(paths.iter().map(PathBuf::from).collect(), excluding(globs)).expect("exists");
        let seen = std::sync::Mutex::new(Vec::new());
        let visited = files.visit(&|event| {
            let name = match event {
                Event::Blob(blob) => blob.origin.display().into_owned(),
                Event::Skip(skip) => format!("not {}", skip.what),
                Event::Problem(problem) => panic!("{problem}"),
            };
            seen.lock().expect("no panic").push(name);
            ControlFlow::Continue(())
        });
        visited.expect("begins");
        let mut seen = seen.into_inner().expect("no panic");
        seen.sort();
        seen
    };
    // Tests run in the directory of the manifest.
    let seen = here(&["."], &["*", "!/Cargo.toml", "!/src", "!/src/main.rs"]);
    assert!(seen.contains(&"Cargo.toml".to_owned()) && seen.contains(&"src/main.rs".to_owned()), "{seen:?}");
    assert!(seen.contains(&"not LICENSE-MIT".to_owned()), "{seen:?}");
    assert_eq!(here(&["./src/main.rs"], &[]), ["src/main.rs"]);
    assert_eq!(here(&["src/../src/main.rs"], &[]), ["src/../src/main.rs"]);
}

#[test]
fn files_over_the_limit_are_problems() {
    let dir = tree(&["12345", "123456", "sub/1234567"]);
    let options = FileOptions { max_file_size: Some(5), ..FileOptions::default() };
    let seen = visit(dir.path(), &["."], options.clone());
    assert_eq!(seen.paths(), ["12345"]);
    assert_eq!(seen.failed(ProblemKind::TooLarge), ["123456", "sub/1234567"]);
    assert!(seen.problems[1].detail.contains("11 bytes") && seen.problems[1].detail.contains("--allow-incomplete"));
    assert_eq!(visit(dir.path(), &["123456"], options).failed(ProblemKind::TooLarge), ["123456"]);
}

#[test]
fn a_walk_stops_when_it_is_told_to() {
    let names: Vec<String> = (0..500).map(|number| format!("{}/{number}", number % 7)).collect();
    let dir = tree(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for threads in [1, 4] {
        let options = FileOptions { threads: Some(threads), ..FileOptions::default() };
        let files = Files::new(vec![dir.path().to_owned()], options).expect("exists");
        let calls = AtomicUsize::new(0);
        let visited = files.visit(&|_| {
            calls.fetch_add(1, Ordering::SeqCst);
            ControlFlow::Break(())
        });
        visited.expect("begins");
        // Every thread may have been at one file when the first one stopped.
        assert!((1..=threads).contains(&calls.into_inner()));
    }
}

#[test]
fn caches_are_left_out_and_counted_unless_they_are_named_or_asked_for() {
    const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n# made by a test\n";
    let line = format!("token = \"{}\"\n", crate::binary::token(1));
    let dir = crate::binary::tree(&[
        ("target/CACHEDIR.TAG", TAG),
        ("target/debug/a", &line),
        // What begins otherwise is no tag.
        ("other/CACHEDIR.TAG", "a note\n"),
        ("other/b", &line),
        ("short/CACHEDIR.TAG", "Signature: "),
        ("c", "nothing\n"),
    ]);
    let ran = crate::binary::scan(dir.path(), &["."]).exits(1);
    assert!(ran.out.contains("other/b") && !ran.out.contains("target/debug/a"), "{ran:#?}");
    let ran = ran.says(&["left out: 1 cache folders, tagged by CACHEDIR.TAG (target)"]);
    assert!(!ran.out.contains("incomplete"), "{ran:#?}");
    for args in [&[".", "--no-cache-skip"][..], &["target"], &["target/debug"], &[".", "target"]] {
        crate::binary::scan(dir.path(), args).exits(1).says(&["target/debug/a"]);
    }
    #[cfg(unix)]
    {
        fs::create_dir(dir.path().join("fake")).expect("a directory");
        std::os::unix::fs::symlink("../target/CACHEDIR.TAG", dir.path().join("fake/CACHEDIR.TAG")).expect("links");
        fs::write(dir.path().join("fake/d"), &line).expect("writes");
        crate::binary::scan(dir.path(), &["."]).exits(1).says(&["fake/d"]);
    }
}
