//! Names of blobs, computed: whether a file has the content that git has of it.

use super::oid::Oid;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::io::{self, Read};

/// The name of the blob with this content, of so many bytes, where names have `width` bytes. Content of another length has another name.
///
/// # Errors
/// Fails when the content cannot be read.
pub fn blob(content: &mut dyn Read, size: u64, width: usize) -> io::Result<Option<Oid>> {
    if width == 20 { digest::<Sha1>(content, size) } else { digest::<Sha256>(content, size) }
}

fn digest<D: Digest>(content: &mut dyn Read, size: u64) -> io::Result<Option<Oid>> {
    let mut digest = D::new();
    digest.update(format!("blob {size}\0"));
    let mut buffer = vec![0; 64 << 10];
    loop {
        match content.read(&mut buffer) {
            Ok(0) => return Ok(Oid::from_bytes(&digest.finalize())),
            Ok(read) => digest.update(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_gits() {
        let name = |width| blob(&mut &b"hello\n"[..], 6, width).ok().flatten().map(|oid| oid.to_string());
        assert_eq!(name(20).as_deref(), Some("ce013625030ba8dba906f756967f9e9ca394464a"));
        assert_eq!(name(32).as_deref(), Some("2cf8d83d9ee29543b34a87727421fdecb7e3f3a183d337639025de576db9ebb4"));
    }
}
