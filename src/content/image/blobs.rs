//! Where the parts of an image are: in one tar, by their names.

use crate::content::archive::tar;
use crate::content::fault::Fault;
use crate::content::input::Seekable;
use std::collections::HashMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Take};

/// A manifest, an index or a configuration is not longer, bytes.
const LONGEST_TEXT: u64 = 8 << 20;
/// More members no image has at its top.
const MOST_MEMBERS: usize = 100_000;

/// The members of a tar.
pub(in crate::content) struct Blobs<'a> {
    bytes: Seekable<'a>,
    members: HashMap<String, (u64, u64)>,
    order: Vec<String>,
}

/// Whether a tar whose first member has this name may be an image: what `docker save` and its like begin with.
pub(in crate::content) fn may_be_image(first: &[u8]) -> bool {
    let first = first.strip_prefix(b"./").unwrap_or(first);
    let is_digest = first.len() >= 64 && first[..64].iter().all(u8::is_ascii_hexdigit);
    is_digest
        || first.starts_with(b"blobs/")
        || matches!(first, b"manifest.json" | b"oci-layout" | b"index.json" | b"repositories" | b"blobs")
}

/// The members of a tar that are files: their names, where their bytes begin and how many there are. `None` when it is none, or damaged.
///
/// # Errors
/// Fails when the bytes cannot be read.
pub fn members_of_tar(bytes: &mut (impl Read + Seek)) -> io::Result<Option<HashMap<String, (u64, u64)>>> {
    bytes.seek(SeekFrom::Start(0))?;
    let mut reader = BufReader::with_capacity(4096, bytes);
    let mut members = HashMap::new();
    loop {
        match tar::next_place(&mut reader) {
            Ok(Some((path, at, size))) if members.len() < MOST_MEMBERS => {
                let name = String::from_utf8_lossy(path.strip_prefix(b"./").unwrap_or(&path)).into_owned();
                members.insert(name, (at, size));
            }
            Ok(None) => return Ok(Some(members)),
            _ => return Ok(None),
        }
    }
}

impl<'a> Blobs<'a> {
    /// Finds the members of a tar; gives the bytes back when it is no image.
    pub(in crate::content) fn of_tar(mut bytes: Seekable<'a>) -> Result<Result<Blobs<'a>, Seekable<'a>>, Fault> {
        let (mut members, mut order) = (HashMap::new(), Vec::new());
        bytes.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(4096, &mut bytes);
        while order.len() <= MOST_MEMBERS {
            // What is damaged is read as any tar is, and named then.
            let Ok(Some((path, at, size))) = tar::next_place(&mut reader) else { break };
            let name = String::from_utf8_lossy(path.strip_prefix(b"./").unwrap_or(&path)).into_owned();
            if size > 0 {
                order.push(name.clone());
                members.insert(name, (at, size));
            }
        }
        drop(reader);
        let is_image = members.contains_key("manifest.json")
            || members.contains_key("index.json") && members.contains_key("oci-layout");
        if !is_image || order.len() > MOST_MEMBERS {
            return Ok(Err(bytes));
        }
        Ok(Ok(Blobs { bytes, members, order }))
    }

    /// A member's bytes; `None` when there is no such member.
    pub(super) fn open(&mut self, name: &str) -> Result<Option<Take<&mut Seekable<'a>>>, Fault> {
        let Some((at, size)) = self.members.get(name).copied() else { return Ok(None) };
        self.bytes.seek(SeekFrom::Start(at))?;
        Ok(Some((&mut self.bytes).take(size)))
    }

    /// A short text.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        let Some(bytes) = self.open(name)? else { return Ok(None) };
        let mut text = Vec::new();
        bytes.take(LONGEST_TEXT).read_to_end(&mut text)?;
        Ok(Some(text))
    }

    /// All names, in their order.
    pub(super) fn names(&self) -> Vec<String> {
        self.order.clone()
    }
}
