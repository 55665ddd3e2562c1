//! What happens at a host of repositories, and which commits the templates for CI look at: each template's real script, with the variables
//! that the host sets. Nobody is blamed for what others brought, and nothing new passes.

use crate::ci_support::{Event, Host, Kind, NONE};
use crate::git_support::Repo;
use crate::stanch_support::token;
use std::fs;

/// A repository on a server, with an old secret on its main branch; works as somebody's clone, too.
struct World {
    remote: Repo,
    /// The commit with the old secret, and the one behind it.
    old: String,
    main: String,
}

impl World {
    fn new() -> World {
        let remote = Repo::init(&[]);
        // As hosts have it: what is not reachable any more can still be fetched by its name.
        remote.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        let mut world = World { remote, old: String::new(), main: String::new() };
        world.old = world.add("old.py", 1);
        world.main = world.plain("plain");
        world
    }

    /// A commit with a secret.
    fn add(&self, name: &str, seed: u64) -> String {
        self.remote.write(name, format!("token = \"{}\"\n", token(seed)));
        self.remote.commit(name)
    }

    /// A commit without one.
    fn plain(&self, name: &str) -> String {
        self.remote.write(name, "nothing\n");
        self.remote.commit(name)
    }

    fn branch(&self, name: &str) {
        self.remote.git(&["checkout", "-q", "-b", name]);
    }

    fn go(&self, name: &str) {
        self.remote.git(&["checkout", "-q", name]);
    }

    /// The host's own merge of two commits, under a reference.
    fn merge(&self, target: &str, source: &str, reference: &str) -> String {
        self.remote.git(&["checkout", "-q", "--detach", target]);
        self.remote.git(&["merge", "-q", "--no-ff", "-m", "merged", source]);
        let merged = self.remote.git(&["rev-parse", "HEAD"]);
        self.remote.git(&["update-ref", reference, &merged]);
        self.go("main");
        merged
    }

    fn push(&self, branch: &str, before: &str, head: &str) -> Event {
        Event { branch: branch.into(), before: before.into(), head: head.into(), ..Event::default() }
    }

    fn request(&self, base: &str, head: &str) -> Event {
        Event {
            kind: Kind::Request,
            head: head.into(),
            source: head.into(),
            target: self.remote.git(&["rev-parse", "main"]),
            base: base.into(),
            ..Event::default()
        }
    }
}

/// What must come of it: the exit code, and the names of the files that are accused.
type Expected = (i32, &'static [&'static str]);

const CLEAN: Expected = (0, &[]);
const NEW: Expected = (1, &["new.py"]);
const ALL: Expected = (1, &["old.py"]);

type Situation = (&'static str, fn(&World) -> Event, Expected);

const SITUATIONS: &[Situation] = &[
    ("the first push of a repository", |w| w.push("main", NONE, &w.main), ALL),
    (
        "a push to the main branch",
        |w| {
            let head = w.add("new.py", 2);
            w.push("main", &w.main, &head)
        },
        NEW,
    ),
    (
        "a clean push to the main branch",
        |w| {
            let head = w.plain("more");
            w.push("main", &w.main, &head)
        },
        CLEAN,
    ),
    (
        "a new branch",
        |w| {
            w.branch("feature");
            let head = w.plain("more");
            w.push("feature", NONE, &head)
        },
        CLEAN,
    ),
    (
        "a new branch with a secret",
        |w| {
            w.branch("feature");
            w.add("new.py", 2);
            let head = w.plain("more");
            w.push("feature", NONE, &head)
        },
        NEW,
    ),
    (
        "a new branch without commits",
        |w| {
            w.branch("feature");
            w.push("feature", NONE, &w.main)
        },
        CLEAN,
    ),
    (
        "a force push that throws away what was there",
        |w| {
            w.branch("feature");
            let before = w.plain("first");
            w.remote.git(&["reset", "-q", "--hard", &w.main]);
            let head = w.add("new.py", 2);
            w.remote.git(&["reflog", "expire", "--expire=now", "--all"]);
            w.remote.git(&["gc", "-q", "--prune=now"]);
            w.push("feature", &before, &head)
        },
        NEW,
    ),
    (
        "a force push onto a newer main branch",
        |w| {
            w.branch("feature");
            let before = w.plain("first");
            w.go("main");
            let theirs = w.add("theirs.py", 3);
            w.go("feature");
            w.remote.git(&["reset", "-q", "--hard", &theirs]);
            let head = w.plain("first");
            w.push("feature", &before, &head)
        },
        CLEAN,
    ),
    (
        "a push that takes the main branch in",
        |w| {
            w.branch("feature");
            let before = w.plain("first");
            w.go("main");
            w.add("theirs.py", 3);
            w.go("feature");
            w.remote.git(&["merge", "-q", "--no-ff", "-m", "take main in", "main"]);
            w.push("feature", &before, &w.remote.git(&["rev-parse", "HEAD"]))
        },
        CLEAN,
    ),
    (
        "a request",
        |w| {
            w.branch("feature");
            let head = w.add("new.py", 2);
            w.request(&w.main, &head)
        },
        NEW,
    ),
    (
        "a clean request, while the target goes on",
        |w| {
            w.branch("feature");
            let head = w.plain("more");
            w.go("main");
            w.add("theirs.py", 3);
            w.request(&w.main, &head)
        },
        CLEAN,
    ),
    (
        "a request with a stale base, which took the target in",
        |w| {
            w.branch("feature");
            w.plain("more");
            w.go("main");
            w.add("theirs.py", 3);
            w.go("feature");
            w.remote.git(&["merge", "-q", "--no-ff", "-m", "take main in", "main"]);
            let head = w.remote.git(&["rev-parse", "HEAD"]);
            w.request(&w.main, &head)
        },
        CLEAN,
    ),
    ("merged results, clean", |w| merged(w, false, Kind::Merged), CLEAN),
    ("merged results", |w| merged(w, true, Kind::Merged), NEW),
    ("a train behind a request with a secret", |w| merged(w, false, Kind::Train), CLEAN),
    ("a train", |w| merged(w, true, Kind::Train), NEW),
    (
        "a request from a fork",
        |w| {
            w.branch("feature");
            let head = w.add("new.py", 2);
            w.go("main");
            w.remote.git(&["update-ref", "refs/pull/1/head", &head]);
            w.remote.git(&["branch", "-q", "-D", "feature"]);
            Event { extra: vec!["+refs/pull/1/head:refs/remotes/pull/1".into()], ..w.request(&w.main, &head) }
        },
        NEW,
    ),
    (
        "a tag",
        |w| {
            w.remote.git(&["tag", "v1.0", &w.main]);
            Event { tag: "v1.0".into(), ..w.push("", NONE, &w.main) }
        },
        CLEAN,
    ),
    (
        "a tag of what no branch has",
        |w| {
            w.remote.git(&["checkout", "-q", "--detach"]);
            let head = w.add("new.py", 2);
            w.remote.git(&["tag", "v1.1", &head]);
            Event { tag: "v1.1".into(), ..w.push("", NONE, &head) }
        },
        NEW,
    ),
    ("a schedule", |w| Event { kind: Kind::Schedule, head: w.main.clone(), ..Event::default() }, ALL),
    (
        "a shallow clone of one commit",
        |w| {
            w.branch("feature");
            w.add("new.py", 2);
            let head = w.plain("more");
            Event { depth: Some(1), ..w.request(&w.main, &head) }
        },
        NEW,
    ),
];

/// A request on top of a target that has gone on; as a train, behind another request with a secret.
fn merged(w: &World, with_secret: bool, kind: Kind) -> Event {
    w.branch("feature");
    let source = if with_secret { w.add("new.py", 2) } else { w.plain("more") };
    w.go("main");
    let mut target = w.add("theirs.py", 3);
    if kind == Kind::Train {
        w.branch("first");
        let first = w.add("first.py", 4);
        w.go("main");
        target = w.merge(&target, &first, "refs/train/1");
    }
    let head = w.merge(&target, &source, "refs/merge/1");
    let extra = vec!["+refs/merge/1:refs/remotes/merge/1".into()];
    Event { kind, head, source, target, base: w.main.clone(), extra, ..Event::default() }
}

/// The files with secrets that a job printed or wrote.
fn accused(text: &str) -> Vec<&'static str> {
    ["old.py", "new.py", "theirs.py", "first.py"].into_iter().filter(|name| text.contains(name)).collect()
}

#[test]
fn each_template_looks_at_the_right_commits() {
    let mut wrong = Vec::new();
    for (name, make, (code, files)) in SITUATIONS {
        let world = World::new();
        let event = make(&world);
        for host in Host::ALL {
            let (came, text) = host.run(&world.remote, &event);
            let (mut code, mut files) = (*code, files.to_vec());
            // Bitbucket says neither what was there before a push, nor that a pipeline is a schedule's: on the main branch all counts.
            if host == Host::Bitbucket && event.kind == Kind::Push && event.branch == "main" {
                code = 1;
                files = accused(&text);
                assert!(files.contains(&"old.py"), "{name}: {text}");
            }
            // Nor does it make merges, or trains.
            if host == Host::Bitbucket && matches!(event.kind, Kind::Merged | Kind::Train) {
                continue;
            }
            // Its checkout has all commits; otherwise it refuses.
            if host == Host::GithubWorkflow && event.depth.is_some() {
                assert!(came == 2 && text.contains("fetch-depth: 0"), "{text}");
                continue;
            }
            let said = accused(&text);
            if (came, &said) != (code, &files) {
                wrong.push(format!("{name} at {host:?}: {came} {said:?}, not {code} {files:?}\n{text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n---\n"));
}

#[test]
fn a_deletion_brings_nothing() {
    let world = World::new();
    world.branch("feature");
    let before = world.plain("more");
    let event = Event { kind: Kind::Delete, ..world.push("feature", &before, &world.main) };
    for host in [Host::Github, Host::GithubWorkflow, Host::Gitlab] {
        let (code, text) = host.run(&world.remote, &event);
        assert!(code == 0 && accused(&text).is_empty(), "{host:?}: {code} {text}");
    }
}

#[test]
fn a_shallow_clone_that_cannot_be_deepened_is_named() {
    let world = World::new();
    world.branch("feature");
    world.add("new.py", 2);
    world.plain("more");
    let head = world.plain("most");
    for depth in [1, 2] {
        let event = Event { depth: Some(depth), is_cut_off: true, ..world.request(&world.main, &head) };
        for host in Host::ALL {
            let (code, text) = host.run(&world.remote, &event);
            assert!([2, 3].contains(&code) && text.contains("shallow clone"), "{host:?}: {code} {text}");
        }
    }
}

#[test]
fn a_range_in_a_shallow_clone_says_what_is_missing() {
    let world = World::new();
    for depth in ["--depth=1", "--depth=2"] {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let (url, to) = (format!("file://{}", world.remote.path.display()), dir.path().join("c"));
        world.plain("a");
        world.plain("b");
        world.remote.git(&["clone", "-q", depth, &url, to.to_str().expect("a path")]);
        for args in
            [["--range", &format!("{}..HEAD", world.old)], ["--since", &world.old], ["--range", "no-such..HEAD"]]
        {
            let ran = crate::stanch_support::run(&to, &[&["git"][..], &args[..]].concat());
            assert!(ran.code == 2 && ran.err.contains("shallow clone"), "{args:?}: {ran:?}");
        }
    }
    assert!(fs::exists(&world.remote.path).expect("looks"));
}
