//! Arbitrary bytes as an index, alone and together with the index that it shares: no panic, and no more memory than they justify.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stanch::git::changes;
use stanch::git::index::Index;
use stanch::git::lookup::Lookup;
use stanch::git::store::Limits;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let width = if first & 1 == 0 { 20 } else { 32 };
    let (one, other) = bytes.split_at(bytes.len() * usize::from(first >> 1) / 128);
    let (Ok(index), shared) = (Index::parse(one, width), Index::parse(other, width)) else { return };
    for (at, entry) in index.entries().enumerate() {
        let _ = (entry.kind(), entry.stage(), entry.is_announced(), entry.is_skipped(), entry.stat(), entry.oid());
        assert!(index.shared().is_some() || index.find(entry.path).contains(&at));
    }
    let changes = changes::of_index(&mut Lookup::new(&[], width, Limits::default()), &index, &[]);
    assert!(changes.files.len() <= 2 * index.len());
    if let Ok(merged) = shared.and_then(|shared| index.merged(shared)) {
        assert!((1..merged.len()).all(|at| merged.path(at - 1) <= merged.path(at)));
    }
});
