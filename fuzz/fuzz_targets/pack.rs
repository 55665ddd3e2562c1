//! Arbitrary bytes as an entry's header, as a delta on a base, and as a pack's index: no panic, and what is understood holds together.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stanch::git::pack::delta::{Delta, Op, make};
use stanch::git::pack::entry::{LONGEST_HEADER, parse};
use stanch::git::pack::index::PackIndex;

fuzz_target!(|input: (bool, Vec<u8>, Vec<u8>)| {
    let (is_long, base, bytes) = input;
    let width = if is_long { 32 } else { 20 };
    if let Ok(entry) = parse(&bytes, width) {
        assert!(entry.header <= bytes.len() && entry.header <= LONGEST_HEADER);
    }

    if let Ok(delta) = Delta::parse(&bytes) {
        let mut naive = Vec::new();
        let mut is_sound = delta.base_size == base.len() as u64;
        for op in delta.ops() {
            match op {
                Ok(Op::Insert(new)) => naive.extend_from_slice(new),
                Ok(Op::Copy { from, len }) => match base.get(from as usize..).and_then(|tail| tail.get(..len as usize)) {
                    Some(copied) if naive.len() < 1 << 24 => naive.extend_from_slice(copied),
                    _ => is_sound = false,
                },
                Err(_) => is_sound = false,
            }
        }
        is_sound &= naive.len() as u64 == delta.size;
        match make(&bytes, &base, 1 << 24) {
            Ok((made, copied)) => {
                assert!(is_sound && made == naive);
                let mut at = 0;
                for part in copied {
                    let (from, to, len) = (part.from as usize, part.to as usize, part.len as usize);
                    assert!(to >= at && len > 0 && base[from..from + len] == made[to..to + len]);
                    at = to + len;
                }
            }
            Err(_) => assert!(!is_sound || naive.len() > 1 << 24),
        }
    }

    if let Ok(index) = PackIndex::parse(bytes, width) {
        for i in 0..index.len() {
            assert_eq!(index.find_raw(index.name(i)), Some(i));
            let _ = index.offset(i);
        }
        assert!(index.find_prefix("0").len() + index.find_prefix("f").len() <= index.len() as usize);
    }
});
