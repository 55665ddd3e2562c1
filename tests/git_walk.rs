//! The walk over a repository's objects sees what `git cat-file --batch-all-objects` sees, however they are stored.

use crate::git_support::{assert_same, busy_repo, grow, open, walk_all};
use stanch::git::store::{Limits, Store};

#[test]
fn loose_objects() {
    let repo = busy_repo(&[], 12);
    let walked = walk_all(&open(&[repo.objects()]));
    assert_same(&walked, &repo.cat_all());
    assert_eq!(walked.versions, 0);
}

#[test]
fn long_chains_in_one_pack() {
    let repo = busy_repo(&[], 60);
    repo.git(&["repack", "-adfq", "--depth=250", "--window=250"]);
    let walked = walk_all(&open(&[repo.objects()]));
    assert_same(&walked, &repo.cat_all());
    assert!(walked.versions > 30, "{} objects came as versions", walked.versions);
    let total: usize = walked.objects.values().map(|(_, bytes)| bytes.len()).sum();
    assert!(walked.fresh * 4 < total, "{} of {total} bytes had to be looked at", walked.fresh);
}

#[test]
fn families_shared_between_threads_are_visited_once() {
    let repo = crate::git_support::Repo::init(&[]);
    let mut random = crate::git_support::Random::new(5);
    let mut lines: Vec<String> = (0..300).map(|_| random.line()).collect();
    let mut script = String::new();
    for _ in 0..600 {
        let at = random.below(lines.len());
        lines[at] = random.line();
        let text = lines.concat();
        script += &format!("blob\ndata {}\n{text}\n", text.len());
    }
    repo.git_with(&["fast-import", "--quiet"], script.as_bytes());
    let names: String = repo.cat_all().keys().map(|name| format!("{name}\n")).collect();
    repo.git_with(
        &["pack-objects", "-q", "--no-reuse-delta", "--depth=40", "--window=100", "../new"],
        names.as_bytes(),
    );
    let folder = repo.dir.path().join("objects/pack");
    std::fs::create_dir_all(&folder).expect("mkdir");
    for file in std::fs::read_dir(repo.dir.path()).expect("list").flatten() {
        let name = file.file_name().to_string_lossy().replace("new-", "pack-");
        if file.path().is_file() {
            std::fs::rename(file.path(), folder.join(name)).expect("move");
        }
    }
    let store = open(&[repo.dir.path().join("objects")]);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().expect("threads");
    for _ in 0..10 {
        let walked = pool.install(|| walk_all(&store));
        assert_same(&walked, &repo.cat_all());
        assert_eq!(walked.visits, walked.objects.len());
    }
}

#[test]
fn deltas_against_names() {
    let repo = busy_repo(&[], 40);
    repo.git(&["-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq"]);
    let walked = walk_all(&open(&[repo.objects()]));
    assert_same(&walked, &repo.cat_all());
    assert!(walked.versions > 20);
}

#[test]
fn index_of_version_one() {
    let repo = busy_repo(&[], 20);
    repo.git(&["-c", "pack.indexVersion=1", "repack", "-adfq"]);
    let walked = walk_all(&open(&[repo.objects()]));
    assert_same(&walked, &repo.cat_all());
}

#[test]
fn index_with_offsets_of_64_bits() {
    let repo = busy_repo(&[], 20);
    repo.git(&["repack", "-adfq"]);
    let pack = repo.packs().remove(0);
    std::fs::remove_file(pack.with_extension("idx")).expect("remove");
    // Every offset over 256 is written as if it did not fit in 31 bits.
    repo.git(&["index-pack", "--index-version=2,0x100", &pack.to_string_lossy()]);
    let walked = walk_all(&open(&[repo.objects()]));
    assert_same(&walked, &repo.cat_all());
}

#[test]
fn several_packs_and_loose_objects_with_duplicates() {
    let repo = busy_repo(&[], 20);
    repo.git(&["repack", "-dq"]);
    grow(&repo, 20, 8);
    repo.git(&["repack", "-dq"]);
    // A third pack that repeats everything, and loose objects that are packed too.
    repo.git(&["repack", "-aq"]);
    let pack = std::fs::read(repo.packs().remove(0)).expect("read");
    grow(&repo, 5, 9);
    // Unpacking skips what is stored already, so unpack elsewhere and copy.
    let other = crate::git_support::Repo::init(&[]);
    other.git_raw(&["unpack-objects", "-q"], &pack);
    copy_loose(&other.objects(), &repo.objects());
    assert!(repo.packs().len() >= 3);
    let walked = walk_all(&open(&[repo.objects()]));
    assert_same(&walked, &repo.cat_all());
}

fn copy_loose(from: &std::path::Path, to: &std::path::Path) {
    for folder in std::fs::read_dir(from).expect("list").flatten().filter(|folder| folder.file_name().len() == 2) {
        let target = to.join(folder.file_name());
        std::fs::create_dir_all(&target).expect("mkdir");
        for file in std::fs::read_dir(folder.path()).expect("list").flatten() {
            let _ = std::fs::copy(file.path(), target.join(file.file_name()));
        }
    }
}

#[test]
fn multi_pack_index_changes_nothing() {
    let repo = busy_repo(&[], 10);
    repo.git(&["repack", "-dq"]);
    grow(&repo, 10, 8);
    repo.git(&["repack", "-dq"]);
    repo.git(&["multi-pack-index", "write"]);
    let walked = walk_all(&open(&[repo.objects()]));
    assert_same(&walked, &repo.cat_all());
}

#[test]
fn bare_and_alternate() {
    let repo = busy_repo(&[], 10);
    repo.git(&["gc", "-q"]);
    repo.git(&["clone", "-q", "--bare", "--shared", ".", "../bare"]);
    let bare = crate::git_support::Repo::at(repo.dir.path().join("bare"));
    let walked = walk_all(&open(&[bare.path.join("objects"), repo.objects()]));
    assert_same(&walked, &bare.cat_all());
}

#[test]
fn sha256() {
    let repo = busy_repo(&["--object-format=sha256"], 30);
    let loose = walk_all(&Store::open(&[repo.objects()], 32, Limits::default()));
    assert_same(&loose, &repo.cat_all());
    for offsets in ["true", "false"] {
        repo.git(&["-c", &format!("repack.useDeltaBaseOffset={offsets}"), "repack", "-adfq"]);
        let packed = walk_all(&Store::open(&[repo.objects()], 32, Limits::default()));
        assert_same(&packed, &repo.cat_all());
        assert!(packed.versions > 15);
    }
}

#[test]
fn large_blobs_are_streamed_and_memory_is_let_go() {
    let repo = busy_repo(&[], 40);
    let mut random = crate::git_support::Random::new(3);
    repo.write("big", random.bytes(100_000));
    repo.commit("big");
    repo.git(&["repack", "-dq", "--depth=250", "--window=250"]);
    repo.write("loose", random.bytes(90_000));
    repo.commit("another");
    let limits = Limits { stream: 50_000, held: 1, ..Limits::default() };
    let walked = walk_all(&Store::open(&[repo.objects()], 20, limits));
    assert_same(&walked, &repo.cat_all());
    assert_eq!(walked.streamed, 2);
    assert!(walked.versions > 20);
}

#[test]
fn single_reads_agree_with_the_walk() {
    let repo = busy_repo(&[], 15);
    repo.git(&["repack", "-adfq", "--depth=250"]);
    grow(&repo, 3, 8);
    let store = open(&[repo.objects()]);
    let mut reader = store.reader();
    for (name, (kind, bytes)) in repo.cat_all() {
        let id = store.find(&crate::git_support::oid(&name)).expect("stored");
        assert_eq!(store.kind(id), Some(kind));
        let (read_kind, read) = reader.read(id).expect("readable");
        assert_eq!((read_kind, read), (kind, bytes.as_slice()));
        assert_eq!(store.find_prefix(&name[..39]), [id]);
    }
    let absent = crate::git_support::oid(&"a7".repeat(20));
    assert_eq!(store.find(&absent), None);
}
