//! The scan in the delta domain finds what a scan of every object by itself finds, at the same places, whatever the deltas look like.

use crate::git_support::pack::{BLOB, Op, PackWriter, delta, hex, name};
use crate::git_support::planted::{private_key, snippet, snippet_of};
use crate::git_support::{Contents, Random, Repo};
use stanch::engine::{Engine, Scratch, Verdict, scan};
use stanch::git::commit::said;
use stanch::git::oid::Kind;
use stanch::model::{Confidence, Fingerprint};
use stanch::pipeline::{HistoryScan, Progress};
use stanch::rules::RuleSet;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::{Arc, LazyLock};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(RuleSet::builtin()));

type Sightings = BTreeSet<(String, Fingerprint, u64)>;

/// The naive twin: every object whole, by itself, from scratch.
fn naive(contents: &Contents) -> Sightings {
    let mut found = Sightings::new();
    for (name, (kind, bytes)) in contents {
        let mut text = match kind {
            Kind::Blob => bytes.as_slice(),
            Kind::Commit | Kind::Tag => said(bytes),
            Kind::Tree => continue,
        };
        let read = scan(&ENGINE, &mut text, 1 << 20, &mut Scratch::default(), |seen| {
            if seen.found.verdict == Verdict::Kept && seen.found.confidence >= Confidence::Low {
                let fingerprint = stanch::proof::fingerprint(&ENGINE.rule(seen.found).family, seen.secret);
                found.insert((name.clone(), fingerprint, seen.location.view.start));
            }
            ControlFlow::Continue(())
        });
        assert!(read.is_ok());
    }
    found
}

fn by_delta(path: &Path) -> Sightings {
    let scan = HistoryScan::new(&ENGINE, Confidence::Low, Arc::new(Progress::default()));
    scan.sightings(path).expect("a repository").into_iter().collect()
}

#[track_caller]
fn assert_same(path: &Path, contents: &Contents, what: &str) -> usize {
    let (expected, got) = (naive(contents), by_delta(path));
    let missed: Vec<_> = expected.difference(&got).collect();
    let invented: Vec<_> = got.difference(&expected).collect();
    assert!(missed.is_empty() && invented.is_empty(), "{what}: missed {missed:?}, invented {invented:?}");
    expected.len()
}

/// A text of ordinary lines with secrets, some of them private keys.
fn text(random: &mut Random, lines: usize) -> Vec<u8> {
    let mut text = Vec::new();
    for _ in 0..lines {
        match random.below(20) {
            0 | 1 => text.extend(snippet(random)),
            2 => text.extend(snippet_of("generic-password", random)),
            3 if random.below(4) == 0 => text.extend(private_key(random.next()).into_bytes()),
            5 if random.below(4) == 0 => {
                let encoded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, snippet(random));
                text.extend(format!("blob: {encoded}\n").into_bytes());
            }
            6 if random.below(8) == 0 => {
                let encoded: String = snippet(random).iter().map(|byte| format!("%{byte:02X}")).collect();
                text.extend(format!("q={encoded}\n").into_bytes());
            }
            4 if random.below(8) == 0 => text.extend([0, 1, 2, 0]),
            _ => text.extend(random.line().into_bytes()),
        }
    }
    text
}

/// Another version of a text, and how it is made of the old one: kept, dropped, repeated and new parts in any order, cut anywhere.
fn edited(random: &mut Random, old: &[u8]) -> (Vec<u8>, Vec<Op>) {
    let mut ops = Vec::new();
    let mut at = 0;
    while at < old.len() {
        // Mostly long stretches; sometimes many short ones side by side, which are no change at all.
        let len = match random.below(6) {
            0 => 1 + random.below(8),
            1 => 1 + random.below(60),
            _ => 1 + random.below(3000),
        };
        let len = len.min(old.len() - at);
        ops.push(Op::Copy(at, len));
        at += len;
        match random.below(12) {
            0 => ops.push(Op::Insert(text(random, 1))),
            1 => ops.push(Op::Insert(vec![b"x\n\0\"= "[random.below(6)]])),
            2 => at = (at + random.below(200)).min(old.len()),
            3 => {
                let from = random.below(old.len());
                ops.push(Op::Copy(from, (1 + random.below(400)).min(old.len() - from)));
            }
            // The same bytes again, but as new ones.
            4 => {
                let len = random.below(300).min(old.len() - at);
                if len > 0 {
                    ops.push(Op::Insert(old[at..at + len].to_vec()));
                    at += len;
                }
            }
            _ => {}
        }
    }
    let mut new = Vec::new();
    for op in &ops {
        match op {
            Op::Copy(from, len) => new.extend_from_slice(&old[*from..from + len]),
            Op::Insert(bytes) => new.extend_from_slice(bytes),
        }
    }
    (new, ops)
}

/// Chains of versions whose deltas are cut at random, at and within secrets too.
#[test]
fn deltas_cut_anywhere() {
    let mut total = 0;
    for seed in 0..40 {
        let mut random = Random::new(seed);
        let repo = Repo::init(&["--bare"]);
        let mut pack = PackWriter::new();
        let mut contents = Contents::new();
        let mut versions: Vec<(Vec<u8>, u64, [u8; 20])> = Vec::new();
        for n in 0..25 {
            let own = name(&mut random);
            let content = if n % 12 == 0 {
                let mut content = text(&mut random, 60);
                if random.below(3) == 0 {
                    content.splice(0..0, *b"\xEF\xBB\xBF");
                }
                let offset = pack.whole(BLOB, own, &content);
                versions.push((content.clone(), offset, own));
                content
            } else {
                let (base, at, base_name) = versions[versions.len() - 1 - random.below(versions.len().min(4))].clone();
                let (content, ops) = edited(&mut random, &base);
                let delta = delta(base.len() as u64, content.len() as u64, &ops);
                let offset = match random.below(2) {
                    0 => pack.offset_delta(own, at, &delta),
                    _ => pack.ref_delta(own, base_name, &delta),
                };
                versions.push((content.clone(), offset, own));
                content
            };
            contents.insert(hex(&own), (Kind::Blob, content));
        }
        pack.write(&repo.path.join("objects"), "1");
        total += assert_same(&repo.path, &contents, &format!("seed {seed}"));
    }
    assert!(total > 5000, "only {total} sightings");
}

/// Re-encodes a text now and then, as editors on Windows do.
fn encoded(random: &mut Random, text: &[u8]) -> Vec<u8> {
    let units: Vec<u16> = String::from_utf8_lossy(text).encode_utf16().collect();
    match random.below(8) {
        0 => [vec![0xFF, 0xFE], units.iter().flat_map(|unit| unit.to_le_bytes()).collect()].concat(),
        1 => units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
        2 => [b"\xEF\xBB\xBF", text].concat(),
        _ => text.to_vec(),
    }
}

/// A random history with secrets in files, messages and tags: branches, merges with content of their own, octopuses, reverts, renames, binary
/// files, several encodings.
fn random_repo(seed: u64, commits: usize) -> Repo {
    let repo = Repo::init(&[]);
    let mut random = Random::new(seed);
    let mut versions: Vec<Vec<(String, Vec<u8>)>> = Vec::new();
    let mut script: Vec<u8> = Vec::new();
    for n in 0..commits {
        let count = [1, 1, 1, 1, 2, 2, 3][random.below(7)];
        let mut parents: Vec<usize> = (0..count).map(|_| n.saturating_sub(1 + random.below(4))).collect();
        parents.sort_unstable();
        parents.dedup();
        parents.retain(|parent| *parent < n);
        let mut files = parents.first().map(|parent| versions[*parent].clone()).unwrap_or_default();
        for parent in parents.iter().skip(1) {
            for (path, content) in &versions[*parent] {
                if files.iter().all(|(known, _)| known != path) {
                    files.push((path.clone(), content.clone()));
                }
            }
        }
        for _ in 0..=random.below(3) {
            let path = format!("dir{}/file{}", random.below(3), random.below(6));
            match random.below(10) {
                0 => files.retain(|(known, _)| *known != path),
                1 if n > 0 => files = versions[random.below(n)].clone(),
                2 if !files.is_empty() => {
                    let moved = random.below(files.len());
                    files.retain(|(known, _)| *known != path);
                    if let Some(file) = files.get_mut(moved) {
                        file.0 = path;
                    }
                }
                _ => {
                    let old = files.iter().find(|(known, _)| *known == path).map(|(_, content)| content.clone());
                    let new = match old {
                        Some(old) if !old.is_empty() => edited(&mut random, &old).0,
                        _ => text(&mut random, 30),
                    };
                    let new = encoded(&mut random, &new[..new.len().min(200_000)]);
                    files.retain(|(known, _)| *known != path);
                    files.push((path, new));
                }
            }
        }
        let message = if random.below(5) == 0 { snippet(&mut random) } else { random.line().into_bytes() };
        let branch = format!("refs/heads/b{}", random.below(4));
        let mut header = format!("reset {branch}\n\ncommit {branch}\nmark :{}\n", n + 1);
        let _ = write!(header, "committer C <c@example.org> {} +0000\ndata {}\n", 1_600_000_000 + n, message.len());
        script.extend(header.into_bytes());
        script.extend(&message);
        script.push(b'\n');
        for (i, parent) in parents.iter().enumerate() {
            script.extend(format!("{} :{}\n", if i == 0 { "from" } else { "merge" }, parent + 1).into_bytes());
        }
        script.extend(b"deleteall\n");
        for (path, content) in &files {
            script.extend(format!("M 100644 inline {path}\ndata {}\n", content.len()).into_bytes());
            script.extend(content);
            script.push(b'\n');
        }
        versions.push(files);
    }
    repo.git_with(&["fast-import", "--quiet", "--force"], &script);
    let tip = repo.git(&["for-each-ref", "--count=1", "--format=%(refname)"]);
    let message = String::from_utf8_lossy(&snippet(&mut random)).into_owned();
    repo.git(&["tag", "-a", "--cleanup=verbatim", "-m", &message, "v1", &tip]);
    repo
}

#[test]
fn histories_however_they_are_stored() {
    let mut total = 0;
    for seed in 0..6 {
        let repo = random_repo(seed, 40);
        let contents = repo.cat_all();
        let way: &[&str] = match seed % 3 {
            0 => &["repack", "-adkfq", "--depth=250", "--window=250"],
            1 => &["-c", "repack.useDeltaBaseOffset=false", "repack", "-adkfq", "--depth=50", "--window=100"],
            _ => &["-c", "pack.packSizeLimit=1m", "repack", "-adkfq"],
        };
        total += assert_same(&repo.path, &contents, &format!("as imported, seed {seed}"));
        repo.git(way);
        assert_same(&repo.path, &contents, &format!("{way:?}, seed {seed}"));
        if seed == 0 {
            let pack = std::fs::read(repo.packs().remove(0)).expect("read");
            let loose = Repo::init(&[]);
            loose.git_raw(&["unpack-objects", "-q"], &pack);
            assert_same(&loose.path, &contents, "loose");
        }
    }
    assert!(total > 1000, "only {total} sightings");
}

/// A delta that leaves nothing of a file but its ends, one that repeats a key a thousand times, one that makes a large file out of a small.
#[test]
fn huge_deltas() {
    let mut random = Random::new(77);
    let repo = Repo::init(&["--bare"]);
    let (mut pack, mut contents) = (PackWriter::new(), Contents::new());
    let key = [private_key(1).into_bytes(), text(&mut random, 20)].concat();
    let base = [text(&mut random, 50), key.clone(), random.bytes(300_000), text(&mut random, 50)].concat();
    let names: Vec<[u8; 20]> = (0..4).map(|_| name(&mut random)).collect();
    let at = pack.whole(BLOB, names[0], &base);
    let key_at = base.windows(20).position(|window| window == &key[..20]).expect("it is there");
    let middle = text(&mut random, 3000);
    let plans = [
        vec![Op::Copy(0, 100), Op::Insert(middle), Op::Copy(base.len() - 100, 100)],
        vec![Op::Copy(key_at, key.len()); 1000],
        vec![Op::Copy(0, base.len()); 30],
    ];
    contents.insert(hex(&names[0]), (Kind::Blob, base.clone()));
    for (ops, own) in plans.iter().zip(&names[1..]) {
        let mut content = Vec::new();
        for op in ops {
            match op {
                Op::Copy(from, len) => content.extend_from_slice(&base[*from..from + len]),
                Op::Insert(bytes) => content.extend_from_slice(bytes),
            }
        }
        pack.offset_delta(*own, at, &delta(base.len() as u64, content.len() as u64, ops));
        contents.insert(hex(own), (Kind::Blob, content));
    }
    pack.write(&repo.path.join("objects"), "1");
    assert!(assert_same(&repo.path, &contents, "huge deltas") > 1000);
}

/// The same on a real repository: `STANCH_TEST_REPO=/path/to/repo cargo test --release --test git_differential -- --ignored`.
#[test]
#[ignore = "needs a repository, named by STANCH_TEST_REPO, and minutes"]
fn a_real_repository() {
    let path = std::env::var("STANCH_TEST_REPO").expect("STANCH_TEST_REPO");
    let contents = Repo::at(path.into());
    let total = assert_same(&contents.path, &contents.cat_all(), "a real repository");
    assert!(total > 0, "nothing to compare");
}
