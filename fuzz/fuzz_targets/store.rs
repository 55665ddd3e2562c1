//! Arbitrary bytes as a pack and its index, opened as a repository's: every object is walked and read by itself, and both say the same.

#![no_main]

use libfuzzer_sys::fuzz_target;
use stanch::git::gap::Gap;
use stanch::git::graph::{History, Marks, Starts, Tags};
use stanch::git::oid::Kind;
use stanch::git::refs::Refs;
use stanch::git::store::{Limits, ObjectId, Store};
use stanch::git::walk::{Made, Object, Visit, walk};
use std::collections::HashSet;
use std::io::{self, Read};
use std::sync::Mutex;

/// Remembers what every object was.
struct Remember(Mutex<Vec<(ObjectId, Vec<u8>)>>);

impl Visit for Remember {
    type State = ();
    type Scratch = ();

    fn scratch(&self) {}

    fn whole(&self, (): &mut (), object: Object, bytes: &[u8]) {
        self.0.lock().expect("no panic").push((object.id, bytes.to_vec()));
    }

    fn version(&self, (): &mut (), object: Object, (): &(), made: Made<'_>) {
        self.0.lock().expect("no panic").push((object.id, made.bytes.to_vec()));
    }

    fn stream(&self, (): &mut (), _: Object, content: &mut dyn Read) -> io::Result<()> {
        io::copy(content, &mut io::sink()).map(drop)
    }

    fn gap(&self, _: Gap) {}
}

fuzz_target!(|input: (Vec<u8>, Vec<([u8; 20], u16)>)| {
    let (body, mut places) = input;
    places.sort();
    places.dedup_by_key(|(name, _)| *name);
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("pack")).expect("a folder");
    let mut pack = b"PACK\0\0\0\x02".to_vec();
    pack.extend((places.len() as u32).to_be_bytes());
    pack.extend(body);
    pack.extend([0; 20]);
    std::fs::write(folder.path().join("pack/p.pack"), pack).expect("a file");
    let mut index = b"\xfftOc\0\0\0\x02".to_vec();
    for byte in 0..=255u8 {
        index.extend((places.iter().filter(|(name, _)| name[0] <= byte).count() as u32).to_be_bytes());
    }
    places.iter().for_each(|(name, _)| index.extend(name));
    places.iter().for_each(|_| index.extend([0; 4]));
    places.iter().for_each(|(_, at)| index.extend((12 + u32::from(*at)).to_be_bytes()));
    index.extend([0; 40]);
    std::fs::write(folder.path().join("pack/p.idx"), index).expect("a file");

    let limits = Limits { whole: 1 << 20, stream: 1 << 16, held: 1 << 10 };
    let store = Store::open(&[folder.path().to_owned()], 20, limits);
    let mut reader = store.reader();
    for kind in [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag] {
        let remember = Remember(Mutex::default());
        walk(&store, kind, &remember);
        for (id, bytes) in remember.0.into_inner().expect("no panic") {
            let (read_kind, read) = reader.read(id).expect("it was walked");
            assert_eq!((read_kind, read), (kind, bytes.as_slice()));
        }
    }
    let history =
        History::build(&store, &Refs::default(), &Tags::default(), Vec::new(), &HashSet::new(), Starts::Everything);
    let _ = history.attribute(&store, &Marks::new(Vec::new()), None);
});
