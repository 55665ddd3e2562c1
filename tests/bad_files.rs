//! Files that cannot be read, that are none, and that change while they are read.

use crate::visit::{Seen, tree, visit};
use stanch::model::{Outer, ProblemKind, SkipKind};
use stanch::sources::{Event, FileOptions, Files, Source};
use std::ffi::CString;
use std::fs::{self, Permissions};
use std::io;
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::Path;
use std::sync::Mutex;

fn following() -> FileOptions {
    FileOptions { follow: true, ..FileOptions::default() }
}

fn make_fifo(path: &Path) {
    let name = CString::new(path.as_os_str().as_bytes()).expect("no zero byte");
    // SAFETY: `name` is a string that ends in a zero byte and outlives the call.
    assert_eq!(unsafe { libc::mkfifo(name.as_ptr(), 0o600) }, 0, "{}", io::Error::last_os_error());
}

/// Does it as somebody who may not read everything; root may, whatever a file's mode says.
#[cfg(target_os = "linux")]
fn unprivileged<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    const NOBODY: libc::uid_t = 65534;
    let as_nobody = || {
        // SAFETY: takes a number, and does nothing for anybody but root. On Linux it is a property of this thread and of those that
        // it starts, and this one ends with the work.
        unsafe { libc::setfsuid(NOBODY) };
        work()
    };
    std::thread::scope(|threads| threads.spawn(as_nobody).join().expect("no panic"))
}

#[test]
#[cfg(target_os = "linux")]
fn an_unreadable_file_and_an_unreadable_directory_are_problems() {
    let dir = tree(&["open", "closed", "sub/a"]);
    for name in ["closed", "sub"] {
        fs::set_permissions(dir.path().join(name), Permissions::from_mode(0o000)).expect("permissions");
    }
    for paths in [&["."][..], &["open", "closed", "sub"]] {
        let seen = unprivileged(|| visit(dir.path(), paths, FileOptions::default()));
        assert_eq!(seen.paths(), ["open"]);
        assert_eq!(seen.failed(ProblemKind::Unreadable), ["closed", "sub"]);
        assert!(seen.problems.iter().all(|problem| problem.detail.contains("Permission denied")));
    }
    // Whether it exists cannot be told, so it is not refused as a slip.
    let seen = unprivileged(|| visit(dir.path(), &["sub/a"], FileOptions::default()));
    assert_eq!(seen.failed(ProblemKind::Unreadable), ["sub/a"]);
    // Or else the directory could not be removed.
    fs::set_permissions(dir.path().join("sub"), Permissions::from_mode(0o755)).expect("permissions");
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_that_opens_and_cannot_be_read_passes_on_the_error() {
    let seen = visit(Path::new("/proc/self"), &["mem"], FileOptions::default());
    assert!(seen.blobs[0].1.is_err(), "{seen:?}");
}

#[test]
fn links_are_named_and_not_followed() {
    let dir = tree(&["file", "sub/a"]);
    for (target, link) in [("file", "to-file"), ("sub", "to-sub"), ("nowhere", "broken"), ("..", "sub/up")] {
        symlink(target, dir.path().join(link)).expect("links");
    }
    let seen = visit(dir.path(), &["."], FileOptions::default());
    assert_eq!(seen.paths(), ["file", "sub/a"]);
    assert_eq!(seen.skipped(SkipKind::SymbolicLink), ["broken", "sub/up", "to-file", "to-sub"]);
    assert!(seen.problems.is_empty());
    // One that is named is followed.
    let seen = visit(dir.path(), &["to-file", "to-sub"], FileOptions::default());
    assert_eq!(seen.paths(), ["to-file", "to-sub/a"]);
    assert_eq!(seen.skipped(SkipKind::SymbolicLink), ["to-sub/up"]);
}

#[test]
fn a_link_that_is_followed_nowhere_or_in_a_circle_is_a_problem() {
    let dir = tree(&["file", "sub/a", "elsewhere/b"]);
    for (target, link) in [
        ("../elsewhere", "sub/there"),
        ("nowhere", "broken"),
        ("file/x", "wrong"),
        ("..", "sub/up"),
        ("circle", "circle"),
    ] {
        symlink(target, dir.path().join(link)).expect("links");
    }
    let seen = visit(dir.path(), &["."], following());
    assert_eq!(seen.paths(), ["elsewhere/b", "file", "sub/a", "sub/there/b"]);
    assert_eq!(seen.failed(ProblemKind::BrokenLink), ["broken", "circle", "sub/up", "wrong"]);
    assert_eq!(seen.problems.len(), 4);
    assert!(seen.skips.is_empty());
    let seen = visit(dir.path(), &["broken"], FileOptions::default());
    assert_eq!(seen.failed(ProblemKind::BrokenLink), ["broken"]);
}

#[test]
fn special_files_are_never_opened() {
    let dir = tree(&["file"]);
    make_fifo(&dir.path().join("fifo"));
    let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).expect("a socket");
    symlink("fifo", dir.path().join("link")).expect("links");
    symlink("/dev/zero", dir.path().join("zero")).expect("links");
    // Opening the FIFO would wait for ever: nobody writes to it.
    let seen = visit(dir.path(), &["."], FileOptions::default());
    assert_eq!(seen.paths(), ["file"]);
    assert_eq!(seen.skipped(SkipKind::SpecialFile), ["fifo", "socket"]);
    let seen = visit(dir.path(), &["."], following());
    assert_eq!(seen.paths(), ["file"]);
    assert_eq!(seen.skipped(SkipKind::SpecialFile), ["fifo", "link", "socket", "zero"]);
}

#[test]
fn a_fifo_that_is_named_is_read_and_a_device_is_refused() {
    let dir = tree(&["file"]);
    let fifo = dir.path().join("fifo");
    make_fifo(&fifo);
    let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("socket")).expect("a socket");
    let seen = std::thread::scope(|threads| {
        let writer = threads.spawn(|| {
            // A command that is slow to begin. Who does not wait for it reads nothing.
            std::thread::sleep(std::time::Duration::from_millis(30));
            fs::write(&fifo, "through the pipe").expect("writes");
        });
        let seen = visit(dir.path(), &[".", "fifo"], FileOptions::default());
        // If nobody waited for the writer, it must not wait for a reader in turn.
        let _reader = fs::OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open(&fifo).expect("opens");
        writer.join().expect("no panic");
        seen
    });
    assert_eq!(seen.paths(), ["fifo", "file"]);
    assert_eq!(seen.blobs[0].1.as_deref().ok(), Some("through the pipe"));
    // It was asked for, so that leaving it out silently would make the answer a lie.
    let seen = visit(dir.path(), &["socket", "/dev/zero"], FileOptions::default());
    assert_eq!(seen.failed(ProblemKind::Unreadable), ["/dev/zero", "socket"]);
    assert!(seen.blobs.is_empty() && seen.skips.is_empty());
}

#[test]
#[cfg(target_os = "linux")]
fn sizes_are_not_believed() {
    let seen = visit(Path::new("/proc/self"), &["status", "net/dev"], FileOptions::default());
    assert!(seen.is_all() && seen.blobs.iter().all(|(_, read)| read.as_ref().is_ok_and(|text| text.len() > 100)));
    let seen = visit(Path::new("/proc/sys/kernel/random"), &["."], FileOptions::default());
    assert!(seen.paths().contains(&"uuid"), "{seen:?}");
    // Says 4096 bytes, and has a few.
    let seen = visit(Path::new("/sys/kernel"), &["uevent_seqnum"], FileOptions::default());
    assert!(seen.blobs[0].1.as_ref().is_ok_and(|text| (1..100).contains(&text.len())), "{seen:?}");
}

/// Visits a directory with one thread, and does `work` with the first file when its first byte has been read.
fn visit_changing(dir: &Path, work: impl Fn(&Path) + Sync) -> Seen {
    let options = FileOptions { threads: Some(1), ..FileOptions::default() };
    let seen = Mutex::new(Seen::default());
    let visited = Files::new(vec![dir.to_owned()], options).expect("exists").visit(&|event| {
        let mut seen = seen.lock().expect("no panic");
        match event {
            Event::Blob(blob) => {
                let mut first = [0];
                let begun = blob.bytes.read(&mut first).expect("reads");
                if seen.blobs.is_empty() {
                    work(blob.origin.path().expect("a file"));
                }
                let mut text = String::from_utf8_lossy(&first[..begun]).into_owned();
                let read = blob.bytes.read_to_string(&mut text).map(|_| text);
                seen.blobs.push((blob.origin.display().into_owned(), read));
            }
            Event::Problem(problem) => seen.problems.push(problem),
            Event::Skip(skip) => seen.skips.push((skip.what, skip.kind)),
        }
        ControlFlow::Continue(())
    });
    visited.expect("begins");
    seen.into_inner().expect("no panic")
}

#[test]
fn a_file_that_vanishes_before_it_is_opened_is_a_problem() {
    let dir = tree(&["a", "b", "c"]);
    let seen = visit_changing(dir.path(), |first| {
        for entry in fs::read_dir(dir.path()).expect("lists") {
            let path = entry.expect("an entry").path();
            if path != first {
                fs::remove_file(path).expect("removes");
            }
        }
    });
    assert_eq!(seen.blobs.len(), 1);
    assert_eq!(seen.failed(ProblemKind::Vanished).len(), 2);
    assert_eq!(seen.problems.len(), 2);
}

#[test]
fn a_file_that_shrinks_or_vanishes_while_it_is_read_is_read_as_far_as_it_goes() {
    let dir = tree(&["only"]);
    let shrink =
        |path: &Path| fs::OpenOptions::new().write(true).open(path).expect("opens").set_len(2).expect("shrinks");
    let seen = visit_changing(dir.path(), shrink);
    assert_eq!(seen.blobs[0].1.as_deref().ok(), Some("on"));
    let seen = visit_changing(dir.path(), |path| fs::remove_file(path).expect("removes"));
    assert_eq!(seen.blobs[0].1.as_deref().ok(), Some("on"));
    assert!(seen.problems.is_empty());
}

#[test]
fn a_file_that_becomes_a_fifo_or_a_link_after_it_was_listed_does_no_harm() {
    let dir = tree(&["a", "b", "c"]);
    let outside = tree(&["secret"]);
    let mut turn = Mutex::new([0_u8]);
    let seen = visit_changing(dir.path(), |first| {
        for name in ["a", "b", "c"].map(|name| dir.path().join(name)) {
            if name != first {
                fs::remove_file(&name).expect("removes");
                let mut turn = turn.lock().expect("no panic");
                if turn[0] == 0 {
                    make_fifo(&name)
                } else {
                    symlink(outside.path().join("secret"), &name).expect("links")
                }
                turn[0] += 1;
            }
        }
    });
    assert_eq!(turn.get_mut().expect("no panic"), &[2]);
    let texts: Vec<&str> = seen.blobs.iter().filter_map(|(_, read)| read.as_deref().ok()).collect();
    assert_eq!((texts.len(), texts.iter().filter(|text| text.is_empty()).count()), (2, 1), "{seen:?}");
    assert_eq!(seen.failed(ProblemKind::BrokenLink).len(), 1);
}

#[test]
#[cfg(target_os = "linux")]
fn a_path_that_is_not_utf_8_is_read_and_keeps_its_bytes() {
    let dir = tree(&["file"]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xE9");
    fs::create_dir(dir.path().join(name)).expect("makes");
    fs::write(dir.path().join(name).join(name), "read").expect("writes");
    let paths = Mutex::new(Vec::new());
    let globs = FileOptions { exclude: vec!["fil?".to_owned()], ..FileOptions::default() };
    let visited =
        Files::new(vec![dir.path().join(name), dir.path().to_owned()], globs).expect("exists").visit(&|event| {
            if let Event::Blob(blob) = event
                && let Outer::File(path) = blob.origin.outer
            {
                paths.lock().expect("no panic").push(path);
            }
            ControlFlow::Continue(())
        });
    visited.expect("begins");
    assert_eq!(paths.into_inner().expect("no panic"), [dir.path().join(name).join(name)]);
}

#[test]
fn bytes_are_passed_on_as_they_are() {
    let dir = tree(&[]);
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    fs::write(dir.path().join("all"), &bytes).expect("writes");
    let visited = Files::new(vec![dir.path().to_owned()], FileOptions::default()).expect("exists").visit(&|event| {
        let Event::Blob(blob) = event else { panic!("a blob") };
        let mut read = Vec::new();
        blob.bytes.read_to_end(&mut read).expect("reads");
        assert_eq!(read, bytes);
        ControlFlow::Continue(())
    });
    visited.expect("begins");
}
