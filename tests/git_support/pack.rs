//! Writes packs and indexes byte by byte: sound ones whose deltas are cut where git would not cut them, and unsound ones.

use super::Random;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;
use std::path::Path;

pub(crate) const BLOB: u8 = 3;
pub(crate) const OFS_DELTA: u8 = 6;
pub(crate) const REF_DELTA: u8 = 7;

/// A pack in the making. Names are 20 bytes, and may be anybody's: what reads a pack does not make them anew.
pub(crate) struct PackWriter {
    pub(crate) bytes: Vec<u8>,
    /// Name and offset of each entry.
    pub(crate) entries: Vec<([u8; 20], u64)>,
}

impl PackWriter {
    pub(crate) fn new() -> PackWriter {
        PackWriter { bytes: b"PACK\0\0\0\x02\0\0\0\0".to_vec(), entries: Vec::new() }
    }

    /// An object stored whole. Returns where it begins.
    pub(crate) fn whole(&mut self, kind: u8, name: [u8; 20], content: &[u8]) -> u64 {
        self.entry(kind, name, content.len() as u64, &[], &deflate(content))
    }

    /// An object stored as changes to the one that begins at `base`.
    pub(crate) fn offset_delta(&mut self, name: [u8; 20], base: u64, delta: &[u8]) -> u64 {
        let distance = self.bytes.len() as u64 - base;
        self.entry(OFS_DELTA, name, delta.len() as u64, &distance_bytes(distance), &deflate(delta))
    }

    /// An object stored as changes to the one of the name `base`.
    pub(crate) fn ref_delta(&mut self, name: [u8; 20], base: [u8; 20], delta: &[u8]) -> u64 {
        self.entry(REF_DELTA, name, delta.len() as u64, &base, &deflate(delta))
    }

    /// Anything: a type, a declared size, what follows the header, and the compressed data.
    pub(crate) fn entry(&mut self, kind: u8, name: [u8; 20], size: u64, base: &[u8], data: &[u8]) -> u64 {
        let offset = self.bytes.len() as u64;
        let mut rest = size >> 4;
        let mut byte = kind << 4 | (size & 15) as u8;
        while rest > 0 {
            self.bytes.push(byte | 0x80);
            byte = (rest & 0x7f) as u8;
            rest >>= 7;
        }
        self.bytes.push(byte);
        self.bytes.extend_from_slice(base);
        self.bytes.extend_from_slice(data);
        self.entries.push((name, offset));
        offset
    }

    /// Writes the pack and its index, `pack-NAME.pack` and `.idx`, into the pack folder of an object directory.
    pub(crate) fn write(mut self, objects: &Path, name: &str) {
        let count = (self.entries.len() as u32).to_be_bytes();
        self.bytes[8..12].copy_from_slice(&count);
        self.bytes.extend_from_slice(&[0; 20]);
        let index = index(&self.entries);
        let folder = objects.join("pack");
        std::fs::create_dir_all(&folder).expect("mkdir");
        std::fs::write(folder.join(format!("pack-{name}.pack")), &self.bytes).expect("write");
        std::fs::write(folder.join(format!("pack-{name}.idx")), index).expect("write");
    }
}

/// An index of version 2 for these names and offsets.
pub(crate) fn index(entries: &[([u8; 20], u64)]) -> Vec<u8> {
    let mut entries = entries.to_vec();
    entries.sort_unstable();
    let mut out = b"\xfftOc\0\0\0\x02".to_vec();
    for byte in 0..=255u8 {
        let total = entries.iter().filter(|(name, _)| name[0] <= byte).count() as u32;
        out.extend_from_slice(&total.to_be_bytes());
    }
    entries.iter().for_each(|(name, _)| out.extend_from_slice(name));
    out.extend(entries.iter().flat_map(|_| [0u8; 4]));
    let wide: Vec<u64> = entries.iter().map(|(_, offset)| *offset).filter(|offset| *offset >= 1 << 31).collect();
    let mut next = 0u32;
    for (_, offset) in &entries {
        let narrow = if *offset < 1 << 31 {
            *offset as u32
        } else {
            next += 1;
            1 << 31 | (next - 1)
        };
        out.extend_from_slice(&narrow.to_be_bytes());
    }
    wide.iter().for_each(|offset| out.extend_from_slice(&offset.to_be_bytes()));
    out.extend_from_slice(&[0; 40]);
    out
}

pub(crate) fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

/// A delta's distance as it is written.
pub(crate) fn distance_bytes(mut distance: u64) -> Vec<u8> {
    let mut bytes = vec![(distance & 0x7f) as u8];
    distance >>= 7;
    while distance > 0 {
        distance -= 1;
        bytes.push((distance & 0x7f) as u8 | 0x80);
        distance >>= 7;
    }
    bytes.reverse();
    bytes
}

/// One instruction of a delta, before it is encoded.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Copy(usize, usize),
    Insert(Vec<u8>),
}

/// Encodes a delta with these declared sizes.
pub(crate) fn delta(base: u64, size: u64, ops: &[Op]) -> Vec<u8> {
    let mut out = Vec::new();
    for mut size in [base, size] {
        while size > 0x7f {
            out.push((size & 0x7f) as u8 | 0x80);
            size >>= 7;
        }
        out.push(size as u8);
    }
    for op in ops {
        match op {
            Op::Copy(from, len) => {
                let (from, len) = ((*from as u32).to_le_bytes(), (*len as u32).to_le_bytes());
                let at = out.len();
                out.push(0x80);
                for (i, byte) in from.iter().chain(&len[..3]).enumerate() {
                    if *byte != 0 {
                        out[at] |= 1 << i;
                        out.push(*byte);
                    }
                }
            }
            Op::Insert(bytes) => {
                for part in bytes.chunks(127) {
                    out.push(part.len() as u8);
                    out.extend_from_slice(part);
                }
            }
        }
    }
    out
}

/// A name that nothing else has.
pub(crate) fn name(random: &mut Random) -> [u8; 20] {
    std::array::from_fn(|_| random.next() as u8)
}

pub(crate) fn hex(name: &[u8; 20]) -> String {
    name.iter().map(|byte| format!("{byte:02x}")).collect()
}
