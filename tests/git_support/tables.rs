//! Reftables, written byte by byte after <https://git-scm.com/docs/reftable>: no git that this must build with writes them.

use super::{Repo, oid};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::fs;
use std::io::Write;

/// What a table says of a name.
pub(crate) enum Record<'r> {
    Deleted,
    Direct(&'r str),
    /// A tag, and what it stands for.
    Peeled(&'r str, &'r str),
    Symbolic(&'r str),
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    let mut bytes = vec![(value & 0x7f) as u8];
    value >>= 7;
    while value > 0 {
        value -= 1;
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.extend(bytes.iter().rev());
}

/// A block's content: records whose keys share beginnings, and where each third one begins.
fn block(records: &[(Vec<u8>, u8, Vec<u8>)], kind: u8, before: usize) -> Vec<u8> {
    let mut out = vec![kind, 0, 0, 0];
    let (mut last, mut restarts) = (Vec::new(), Vec::new());
    for (n, (key, kind, value)) in records.iter().enumerate() {
        let restart = n % 3 == 0;
        let shared = last.iter().zip(key).take_while(|(a, b)| a == b).count();
        let prefix = if restart { 0 } else { shared };
        if restart {
            restarts.push((before + out.len()) as u32);
        }
        varint(&mut out, prefix as u64);
        varint(&mut out, ((key.len() - prefix) as u64) << 3 | u64::from(*kind));
        out.extend(&key[prefix..]);
        out.extend(value);
        last = key.clone();
    }
    restarts.iter().for_each(|at| out.extend(&at.to_be_bytes()[1..]));
    out.extend((restarts.len() as u16).to_be_bytes());
    let len = (before + out.len()) as u32;
    out[1..4].copy_from_slice(&len.to_be_bytes()[1..]);
    out
}

fn raw(hex: &str) -> Vec<u8> {
    oid(hex).as_bytes().to_vec()
}

/// A table with these references, so many in a block, and these stashes.
pub(crate) fn table(refs: &[(&str, Record<'_>)], in_block: usize, stashes: &[&str], aligned: bool) -> Vec<u8> {
    let block_size = if aligned { 512 } else { 0u32 };
    let mut out = b"REFT\x01".to_vec();
    out.extend(&block_size.to_be_bytes()[1..]);
    out.extend(1u64.to_be_bytes());
    out.extend(9u64.to_be_bytes());
    let header = out.clone();
    let mut sorted: Vec<&(&str, Record<'_>)> = refs.iter().collect();
    sorted.sort_by_key(|(name, _)| *name);
    for part in sorted.chunks(in_block) {
        let records: Vec<(Vec<u8>, u8, Vec<u8>)> = part
            .iter()
            .map(|(name, record)| {
                let mut value = Vec::new();
                varint(&mut value, 200);
                let kind = match record {
                    Record::Deleted => 0,
                    Record::Direct(target) => {
                        value.extend(raw(target));
                        1
                    }
                    Record::Peeled(tag, target) => {
                        value.extend([raw(tag), raw(target)].concat());
                        2
                    }
                    Record::Symbolic(target) => {
                        varint(&mut value, target.len() as u64);
                        value.extend(target.as_bytes());
                        3
                    }
                };
                (name.as_bytes().to_vec(), kind, value)
            })
            .collect();
        let before = if out.len() == header.len() { header.len() } else { 0 };
        if aligned && before == 0 {
            out.resize(out.len().div_ceil(512) * 512, 0);
        }
        out.extend(block(&records, b'r', before));
    }
    let mut log_at = 0;
    if !stashes.is_empty() {
        log_at = if out.len() == header.len() { 0 } else { out.len() };
        let before = if log_at == 0 { header.len() } else { 0 };
        // The newest first.
        let records: Vec<(Vec<u8>, u8, Vec<u8>)> = stashes
            .iter()
            .enumerate()
            .rev()
            .map(|(n, stash)| {
                let mut value = [vec![0; 20], raw(stash)].concat();
                for text in ["Ada Author", "ada@example.org"] {
                    varint(&mut value, text.len() as u64);
                    value.extend(text.as_bytes());
                }
                varint(&mut value, 1_600_000_000);
                value.extend([0, 60]);
                varint(&mut value, 4);
                value.extend(b"WIP\n");
                let key = [b"refs/stash\0".as_slice(), &(u64::MAX - n as u64).to_be_bytes()].concat();
                (key, 1, value)
            })
            .collect();
        let block = block(&records, b'g', before);
        out.extend(&block[..4]);
        let mut encoder = ZlibEncoder::new(out, Compression::default());
        encoder.write_all(&block[4..]).expect("memory");
        out = encoder.finish().expect("memory");
    }
    out.extend(&header);
    for position in [0u64, 0, 0, log_at as u64, 0] {
        out.extend(position.to_be_bytes());
    }
    out.extend([0; 4]);
    out
}

/// Makes a repository keep its references in these tables.
pub(crate) fn convert(repo: &Repo, tables: &[Vec<u8>]) {
    let git = repo.path.join(".git");
    let folder = git.join("reftable");
    fs::create_dir_all(&folder).expect("mkdir");
    let mut list = String::new();
    for (n, table) in tables.iter().enumerate() {
        let name = format!("0x{n:012x}-0x{n:012x}-abcdef.ref");
        fs::write(folder.join(&name), table).expect("write");
        list += &format!("{name}\n");
    }
    fs::write(folder.join("tables.list"), list).expect("write");
    let _ = fs::remove_dir_all(git.join("refs"));
    let _ = fs::remove_dir_all(git.join("logs"));
    let _ = fs::remove_file(git.join("packed-refs"));
    fs::create_dir(git.join("refs")).expect("mkdir");
    fs::write(git.join("refs/heads"), "this repository uses the reftable format\n").expect("write");
    fs::write(git.join("HEAD"), "ref: refs/heads/.invalid\n").expect("write");
    fs::write(git.join("config"), "[core]\n\trepositoryformatversion = 1\n[extensions]\n\trefStorage = reftable\n")
        .expect("write");
}
