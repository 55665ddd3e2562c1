//! Recognising Git LFS pointers: small blobs that stand for a file kept on a server.

/// A pointer's first line. See <https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md>, read 2026-11-23.
const FIRST_LINE: &[u8] = b"version https://git-lfs.github.com/spec/v1\n";

/// The specification's limit on a pointer's size, bytes.
const LONGEST: usize = 1024;

/// Whether a blob is a pointer, so that the content it stands for is not in the repository.
pub fn is_pointer(blob: &[u8]) -> bool {
    blob.len() < LONGEST && blob.starts_with(FIRST_LINE) && blob.windows(5).any(|window| window == b"\noid ")
}
