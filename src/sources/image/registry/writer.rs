//! Writes to a repository: blobs in one piece, and manifests.
//! Specification: <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>, "Push" (read 2026-12-01).

use super::reference::Reference;
use super::repository::{Repository, Target, digest};
use crate::net::Upload;
use crate::sources::image::part::Pull;

/// What a registry answers is not longer, bytes.
const LONGEST_ANSWER: u64 = 64 << 10;

/// A repository that is written to.
pub struct Writer {
    repository: Repository,
}

impl Writer {
    /// The repository of a reference.
    pub(in crate::sources::image) fn open(text: &str, pull: &Pull) -> Result<Writer, String> {
        let reference =
            Reference::parse(text).ok_or("it is no reference to an image, such as registry.example.com/app:1.2")?;
        Ok(Writer { repository: Repository::open(&reference, pull)? })
    }

    pub(in crate::sources::image) fn manifest(&self, tag: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.repository.manifest(tag)?.map(|(_, text)| text))
    }

    pub(in crate::sources::image) fn put_blob(&self, bytes: &[u8]) -> Result<(), String> {
        let begin = Upload { is_put: false, media_type: "", bytes: b"" };
        let answer = self.repository.send(Target::Below("blobs/uploads/"), begin)?;
        let to = self.repository.led_to(&answer, &[("digest", &digest(bytes))]);
        let to = to.ok_or("the registry does not say where a blob is sent to")?;
        // A connection is used again when all was read that came over it.
        let _ = answer.bytes(LONGEST_ANSWER);
        let upload = Upload { is_put: true, media_type: "application/octet-stream", bytes };
        let answer = self.repository.send(Target::At(to), upload)?;
        let _ = answer.bytes(LONGEST_ANSWER);
        Ok(())
    }

    pub(in crate::sources::image) fn put_manifest(
        &self,
        bytes: &[u8],
        media_type: &str,
        tag: Option<&str>,
    ) -> Result<bool, String> {
        let name = tag.map_or_else(|| digest(bytes), str::to_owned);
        let upload = Upload { is_put: true, media_type, bytes };
        let answer = self.repository.send(Target::Below(&format!("manifests/{name}")), upload)?;
        // Said by registries that list what is attached.
        let is_listed = answer.header("oci-subject").is_some();
        let _ = answer.bytes(LONGEST_ANSWER);
        Ok(is_listed)
    }
}
