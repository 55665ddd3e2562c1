//! The digest of a folder: `dirHash` of in-toto's digest sets, which is Hash1 of Go's modules in hexadecimal.
//! Definition: <https://github.com/in-toto/attestation/blob/main/spec/v1/digest_set.md> (read 2026-12-01): SHA-256 of what `sha256sum` prints
//! for all regular files, sorted by the bytes of their names.

use super::digest::{Sha256Digest, hex};
use sha2::{Digest, Sha256};

/// The digest of files by their names, which are relative to the folder and have `/` between their parts.
///
/// # Errors
/// Says which name holds a line feed: such a folder has no digest of this kind.
pub fn directory_digest(files: &mut [(Vec<u8>, [u8; 32])]) -> Result<Sha256Digest, String> {
    files.sort();
    let mut hash = Sha256::new();
    for (name, digest) in files.iter() {
        if name.contains(&b'\n') {
            return Err(format!(
                "{:?}: a name with a line feed has no place in a folder's digest",
                String::from_utf8_lossy(name)
            ));
        }
        hash.update(hex(digest));
        hash.update(b"  ");
        hash.update(name);
        hash.update(b"\n");
    }
    Ok(Sha256Digest(hash.finalize().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_that_of_the_specification() {
        // The example of the specification, of the Go module github.com/marklodato/go-hello-world.
        let file = |digest: &str, name: &str| {
            let name = format!("github.com/marklodato/go-hello-world@v0.0.1/{name}").into_bytes();
            (name, Sha256Digest::parse(digest).expect("a digest").0)
        };
        let mut files = [
            file("28e7c942a036902d981759d0bf5704d2bfc7cb500caf68b84711b234af01c6a5", "go.mod"),
            file("3a137eef6458bfb76bb2c63fc29ffc7166604d2d2e09ed9d8250a534122a8364", "README.md"),
            file("ddc4da627d9a9f45fb29641a1b185d6f53287ecfd921aacbf4fe54b7a86fe8d1", "main.go"),
        ];
        let digest = directory_digest(&mut files).expect("a digest").to_string();
        assert_eq!(digest, "2a1bb6127fb481c60f67692e22285fb306f3c6ffe62075e0ccf674d7c3adcb8f");
        assert!(directory_digest(&mut [(b"a\nb".to_vec(), [0; 32])]).is_err());
    }
}
