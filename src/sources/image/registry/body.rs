//! A blob on its way: asked for again where a connection broke.

use super::repository::Repository;
use crate::content::is_digest;
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
        let (digest, bytes) = (digest.to_owned(), response.body);
        Ok(Some(Body { repository, digest, size, at: 0, bytes, breaks: 0 }))
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
        if buffer.is_empty() {
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
            return Ok(count);
        }
    }
}
