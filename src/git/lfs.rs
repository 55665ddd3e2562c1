//! Recognising Git LFS pointers: small blobs that stand for a file kept on a server.

use std::path::PathBuf;

/// A pointer's first line. See <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>, read 2026-11-23.
const FIRST_LINE: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// The specification's limit on a pointer's size, bytes.
const MAX_POINTER_BYTES: usize = 1024;

/// Whether a blob is a pointer, so that the content it stands for is not in the repository.
pub fn is_pointer(blob: &[u8]) -> bool {
    blob.len() < MAX_POINTER_BYTES && blob.starts_with(FIRST_LINE) && blob.windows(5).any(|window| window == b"\noid ")
}

/// Where Git LFS keeps the file that a pointer stands for, relative to its store (`lfs/objects` of the shared directory); `None` when the
/// pointer names it in a way that is not known.
pub fn place(blob: &[u8]) -> Option<PathBuf> {
    let mut lines = blob.split(|byte| *byte == b'\n');
    let digest = lines.find_map(|line| line.strip_prefix(b"oid sha256:")).map(<[u8]>::trim_ascii)?;
    let is_digest = digest.len() == 64 && digest.iter().all(u8::is_ascii_hexdigit);
    let digest = std::str::from_utf8(digest).ok().filter(|_| is_digest)?.to_ascii_lowercase();
    Some([&digest[..2], &digest[2..4], &digest].iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_says_where_its_file_is() {
        let digest = "ab12".repeat(16);
        let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 12\n");
        assert!(is_pointer(pointer.as_bytes()));
        assert_eq!(place(pointer.as_bytes()), Some(PathBuf::from(format!("ab/12/{digest}"))));
        for text in ["oid sha256:../../etc", "oid md5:ab", ""] {
            assert_eq!(place(text.as_bytes()), None);
        }
    }
}
