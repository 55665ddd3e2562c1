//! Arbitrary bytes as a tree, a commit, a tag, a Git LFS pointer: no panic, and nothing is read that is not there.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stanch::git::commit::{Commit, message, said, tag_target};
use stanch::git::lfs;
use stanch::git::tree::entries;

fuzz_target!(|bytes: &[u8]| {
    for width in [20, 32] {
        let mut at = 0;
        for entry in entries(bytes, width) {
            let Ok(entry) = entry else { break };
            assert_eq!(entry.object.len(), width);
            at += entry.len;
        }
        assert!(at <= bytes.len());
    }
    if let Some(commit) = Commit::parse(bytes) {
        assert!(bytes.ends_with(commit.message) && commit.author.offset.abs() < 24 * 60 + 60);
    }
    assert!(bytes.ends_with(said(bytes)) && said(bytes).ends_with(message(bytes)));
    let _ = tag_target(bytes);
    let _ = lfs::is_pointer(bytes);
});
