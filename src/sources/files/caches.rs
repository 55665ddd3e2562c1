//! Recognises folders of caches by the file that says so: <https://bford.info/cachedir/> (read 2026-12-01). Cargo, ccache, pytest, mypy, borg and
//! others write one; what lies there can be made again, and is nobody's to correct.

use super::open::open_regular;
use std::io::Read;
use std::path::Path;

/// The name of the file.
const NAME: &str = "CACHEDIR.TAG";

/// How the file begins. A file of that name that begins otherwise means nothing.
const SIGNATURE: &[u8; 43] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// Whether a folder is tagged as a cache. Costs a system call where it is not. A link in the place of the file does not count.
pub(super) fn is_cache(dir: &Path) -> bool {
    let Ok(mut file) = open_regular(&dir.join(NAME), false) else { return false };
    let mut begins = [0; SIGNATURE.len()];
    file.read_exact(&mut begins).is_ok() && begins == *SIGNATURE
}
