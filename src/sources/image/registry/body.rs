//! A blob on its way: checked against its digest, and asked for again where a connection broke.

use super::repository::Repository;
use crate::content::is_digest;
use sha2::{Digest, Sha256, Sha512};
use std::io::{self, Read};

/// How often a connection may break within one blob.
const MOST_BREAKS: u32 = 4;

pub(super) struct Body<'r> {
    repository: &'r Repository,
    digest: String,
    size: Option<u64>,
    at: u64,
    bytes: Box<dyn Read + Send>,
    breaks: u32,
    hash: Hash,
    is_checked: bool,
}

enum Hash {
    Sha256(Sha256),
    Sha512(Box<Sha512>),
    /// An algorithm that is not known.
    Other,
}

impl Hash {
    fn update(&mut self, bytes: &[u8]) {
        match self {
            Hash::Sha256(hash) => hash.update(bytes),
            Hash::Sha512(hash) => hash.update(bytes),
            Hash::Other => {}
        }
    }

    fn is(&mut self, digest: &str) -> bool {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let wanted = digest.split_once(':').map_or("", |(_, hex)| hex);
        match self {
            Hash::Sha256(hash) => hex(&hash.finalize_reset()) == wanted,
            Hash::Sha512(hash) => hex(&hash.finalize_reset()) == wanted,
            Hash::Other => true,
        }
    }
}

impl<'r> Body<'r> {
    /// Asks for a blob. `None` when the registry has none of this digest.
    pub(super) fn open(
        repository: &'r Repository,
        digest: &str,
        size: Option<u64>,
    ) -> Result<Option<Body<'r>>, String> {
        if !is_digest(digest) {
            return Err("it has no digest".to_owned());
        }
        let Some(response) = repository.get(&format!("blobs/{digest}"), "", None)? else { return Ok(None) };
        let hash = match digest.split(':').next() {
            Some("sha256") => Hash::Sha256(Sha256::default()),
            Some("sha512") => Hash::Sha512(Box::default()),
            _ => Hash::Other,
        };
        let (digest, bytes) = (digest.to_owned(), response.body);
        Ok(Some(Body { repository, digest, size, at: 0, bytes, breaks: 0, hash, is_checked: false }))
    }

    /// Goes on where a connection broke.
    fn again(&mut self, broke: io::Error) -> io::Result<()> {
        self.breaks += 1;
        if self.breaks > MOST_BREAKS {
            return Err(broke);
        }
        let answer = self.repository.get(&format!("blobs/{}", self.digest), "", Some(self.at));
        match answer {
            Ok(Some(response)) if response.status == 206 => self.bytes = response.body,
            Ok(Some(mut response)) => {
                // It sends all of it again.
                skip(&mut response.body, self.at)?;
                self.bytes = response.body;
            }
            Ok(None) => return Err(broke),
            Err(detail) => return Err(io::Error::new(broke.kind(), detail)),
        }
        Ok(())
    }
}

fn skip(bytes: &mut dyn Read, count: u64) -> io::Result<()> {
    let skipped = io::copy(&mut bytes.take(count), &mut io::sink())?;
    if skipped == count { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

impl Read for Body<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.is_checked {
            return Ok(0);
        }
        loop {
            let count = match self.bytes.read(buffer) {
                Ok(0) if self.size.is_some_and(|size| self.at < size) => {
                    self.again(io::Error::new(io::ErrorKind::UnexpectedEof, "the registry sends too little"))?;
                    continue;
                }
                Ok(count) => count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.again(error)?;
                    continue;
                }
            };
            self.at += count as u64;
            self.hash.update(&buffer[..count]);
            if count == 0 {
                self.is_checked = true;
                if !self.hash.is(&self.digest) {
                    let detail = format!("what the registry sends has another digest than {}", self.digest);
                    return Err(io::Error::new(io::ErrorKind::InvalidData, detail));
                }
            }
            return Ok(count);
        }
    }
}
