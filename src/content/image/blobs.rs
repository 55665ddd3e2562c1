//! Where the parts of an image are: in one tar, by their names.

use crate::content::archive::tar::{self, Place};
use crate::content::fault::Fault;
use crate::content::input::Seekable;
use std::collections::HashMap;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Take};

/// A manifest, an index or a configuration is not longer, bytes.
const LONGEST_TEXT: u64 = 8 << 20;
/// More members no image has at its top.
const MOST_MEMBERS: usize = 100_000;
/// A link leads over fewer others.
const MOST_LINKS: usize = 8;

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

/// The members of a tar by their names: where their bytes begin and how many there are. A link has those of what it leads to.
#[derive(Debug, Default)]
pub struct TarMembers {
    /// The members.
    pub places: HashMap<String, (u64, u64)>,
    /// Their names in order, without empty ones.
    order: Vec<String>,
    /// What its last member takes is more than there is, or a header is damaged.
    pub is_damaged: bool,
    /// There are more than are kept.
    is_full: bool,
}

impl TarMembers {
    /// Reads all headers of a tar.
    ///
    /// # Errors
    /// Fails when the bytes cannot be read.
    pub fn read(bytes: &mut (impl Read + Seek)) -> io::Result<TarMembers> {
        let length = bytes.seek(SeekFrom::End(0))?;
        bytes.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::with_capacity(4096, bytes);
        let (mut all, mut links) = (TarMembers::default(), Vec::new());
        let text = |path: &[u8]| String::from_utf8_lossy(path.strip_prefix(b"./").unwrap_or(path)).into_owned();
        loop {
            match tar::next_place(&mut reader) {
                Ok(None) => break,
                Err(_) => {
                    all.is_damaged = true;
                    break;
                }
                Ok(Some(_)) if all.places.len() + links.len() >= MOST_MEMBERS => {
                    all.is_full = true;
                    break;
                }
                Ok(Some(Place { path, target: Some(target), .. })) => links.push((text(&path), text(&target))),
                Ok(Some(Place { path, at, size, .. })) => {
                    all.is_damaged |= at.saturating_add(size) > length;
                    all.take(text(&path), (at, size));
                }
            }
        }
        // A link may lead to one that stands behind it.
        for _ in 0..MOST_LINKS {
            let before = links.len();
            links.retain(|(path, target)| match all.places.get(target).copied() {
                Some(place) => {
                    all.take(path.clone(), place);
                    false
                }
                None => true,
            });
            if links.len() == before {
                break;
            }
        }
        Ok(all)
    }

    fn take(&mut self, name: String, place: (u64, u64)) {
        if place.1 > 0 {
            self.order.push(name.clone());
        }
        self.places.insert(name, place);
    }
}

impl<'a> Blobs<'a> {
    /// Finds the members of a tar; gives the bytes back when it is no image.
    pub(in crate::content) fn of_tar(mut bytes: Seekable<'a>) -> Result<Result<Blobs<'a>, Seekable<'a>>, Fault> {
        // What is damaged is read as any tar is, and named then.
        let TarMembers { places: members, order, is_full, .. } = TarMembers::read(&mut bytes)?;
        let is_image = members.contains_key("manifest.json")
            || members.contains_key("index.json") && members.contains_key("oci-layout");
        if !is_image || is_full {
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
