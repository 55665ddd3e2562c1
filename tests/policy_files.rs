//! Files that configure may come with a hostile repository: what they may be, how large, and where their links lead.

use crate::binary::{Ran, run, stanch, token, tree};
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A repository without history, in which `f` holds a secret.
fn repository() -> TempDir {
    tree(&[("r/.git/HEAD", "ref: refs/heads/main\n"), ("r/f", &token(1)), ("outside", "hunter-two and more\n")])
}

fn fifo(path: &Path) {
    let name = std::ffi::CString::new(path.as_os_str().as_bytes()).expect("no zero byte");
    // SAFETY: `name` ends in a zero byte and outlives the call.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0);
}

/// Runs a scan of the repository, which must not wait for anything.
fn scan(dir: &TempDir, args: &[&str]) -> Ran {
    let begin = Instant::now();
    let ran = run(stanch(&dir.path().join("r"), ["scan", "."]).args(args));
    assert!(begin.elapsed() < Duration::from_secs(20), "it waited: {ran:#?}");
    ran
}

const POLICY: [&str; 4] = ["stanch.toml", ".stanchignore", ".stanch-baseline", ".gitleaksignore"];

#[test]
fn what_is_no_regular_file_is_refused_and_named() {
    for name in POLICY {
        let dir = repository();
        let path = dir.path().join("r").join(name);
        fifo(&path);
        scan(&dir, &[]).exits(2).complains(&[name, "no regular file"]);
        fs::remove_file(&path).expect("removes");
        symlink("/dev/zero", &path).expect("links");
        scan(&dir, &[]).exits(2).complains(&[name]);
        fs::remove_file(&path).expect("removes");
        symlink("nothing", &path).expect("links");
        scan(&dir, &[]).exits(2).complains(&[name, "leads nowhere"]);
        fs::remove_file(&path).expect("removes");
        File::create(&path).and_then(|file| file.set_len(80 << 20)).expect("a sparse file");
        scan(&dir, &[]).exits(2).complains(&[name, "bytes"]);
        // A folder of that name configures nothing.
        fs::remove_file(&path).expect("removes");
        fs::create_dir(&path).expect("mkdir");
        scan(&dir, &[]).exits(1);
    }
}

#[test]
fn what_a_configuration_names_is_held_to_the_same() {
    for target in ["/dev/zero", "pipe", "out"] {
        for key in ["rule_files = [@]", "baseline = @", "extends = [@]", "gitleaks = @"] {
            let dir = repository();
            fifo(&dir.path().join("r/pipe"));
            symlink("../outside", dir.path().join("r/out")).expect("links");
            fs::write(dir.path().join("r/stanch.toml"), key.replace('@', &format!("\"{target}\""))).expect("writes");
            let ran = scan(&dir, &[]).exits(2);
            assert!(ran.err.contains(target) && !ran.err.contains("hunter"), "{key} {target}: {ran:#?}");
        }
        for flag in ["--config", "--rules", "--baseline"] {
            let dir = repository();
            fifo(&dir.path().join("r/pipe"));
            if target != "out" {
                scan(&dir, &[flag, target]).exits(2).complains(&["no regular file"]);
            }
        }
    }
}

#[test]
fn a_link_out_of_the_repository_is_not_followed_and_one_inside_is() {
    for name in POLICY {
        let dir = repository();
        let path = dir.path().join("r").join(name);
        symlink("../outside", &path).expect("links");
        let ran = scan(&dir, &[]).exits(2).complains(&[name, "out of the repository"]);
        assert!(!ran.err.contains("hunter"), "{ran:#?}");
    }
    let dir = repository();
    fs::write(dir.path().join("r/inside"), "# nothing yet\n").expect("writes");
    symlink("inside", dir.path().join("r/.stanchignore")).expect("links");
    scan(&dir, &[]).exits(1);
}

#[test]
fn nothing_is_written_through_a_link_that_leads_out_or_nowhere() {
    for (link, command) in [
        (".stanch-baseline", &["baseline", "create", "--force"][..]),
        (".stanch-baseline", &["baseline", "create", "--force", "--no-config"]),
        ("stanch.toml", &["init", "--ci", "none"]),
        ("x.json", &["scan", "f", "-f", "json", "-o", "x.json"]),
    ] {
        for target in ["../new", "../outside"] {
            let dir = repository();
            symlink(target, dir.path().join("r").join(link)).expect("links");
            let ran = run(&mut stanch(&dir.path().join("r"), command));
            assert!(!dir.path().join("new").exists(), "{command:?}: {ran:#?}");
            assert_eq!(fs::read_to_string(dir.path().join("outside")).expect("reads"), "hunter-two and more\n");
        }
    }
}

#[test]
fn an_ignore_file_of_version_control_is_read_only_if_it_is_a_file() {
    let dir = repository();
    let inside = dir.path().join("r");
    fs::create_dir(inside.join("sub")).expect("mkdir");
    fs::write(inside.join("sub/g"), token(2)).expect("writes");
    fs::write(inside.join("list"), "g\n").expect("writes");
    for name in [".gitignore", ".ignore"] {
        let path = inside.join("sub").join(name);
        fifo(&path);
        scan(&dir, &["--gitignore"]).exits(1).says(&["2 secrets"]);
        fs::remove_file(&path).expect("removes");
        for target in ["/dev/zero", "../list"] {
            symlink(target, &path).expect("links");
            scan(&dir, &["--gitignore"]).exits(1).says(&["2 secrets"]);
            fs::remove_file(&path).expect("removes");
        }
        fs::write(&path, "g\n").expect("writes");
        scan(&dir, &["--gitignore"]).exits(1).says(&["1 secret "]);
        fs::remove_file(&path).expect("removes");
    }
}

#[test]
fn a_report_with_secrets_is_for_its_owner_and_other_modes_stay() {
    use std::os::unix::fs::PermissionsExt;
    let dir = repository();
    let mode = |name: &str| fs::metadata(dir.path().join("r").join(name)).expect("a file").permissions().mode() & 0o777;
    scan(&dir, &["-o", "new.json", "--show-secrets"]).exits(1);
    assert_eq!(mode("new.json"), 0o600);
    fs::write(dir.path().join("r/old.json"), "old").expect("writes");
    fs::set_permissions(dir.path().join("r/old.json"), fs::Permissions::from_mode(0o640)).expect("permissions");
    scan(&dir, &["-o", "old.json"]).exits(1);
    assert_eq!(mode("old.json"), 0o640);
    scan(&dir, &["-o", "old.json", "--show-secrets"]).exits(1);
    assert_eq!(mode("old.json"), 0o600);
}
