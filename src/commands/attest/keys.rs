//! Reads key files.

use crate::attest::{KeyError, PrivateKey, PublicKey};
use crate::commands::Failure;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// A key file is not longer, bytes.
const LONGEST_KEY: u64 = 64 << 10;
/// Variables that hold the password of a key.
const PASSWORDS: [&str; 2] = ["STANCH_KEY_PASSWORD", "COSIGN_PASSWORD"];

/// The key that signs. Others that may read it are told of on standard error.
pub(super) fn private_key(path: &Path, password_file: Option<&Path>) -> Result<PrivateKey, Failure> {
    let text = text(path)?;
    let password = match password_file {
        Some(file) => Some(self::text(file)?.trim_end_matches(['\n', '\r']).as_bytes().to_vec()),
        None => PASSWORDS.iter().find_map(std::env::var_os).map(|word| word.as_encoded_bytes().to_vec()),
    };
    let key = PrivateKey::parse(&text, || password).map_err(|error| of_key(path, &error))?;
    if is_open(path) {
        let path = path.display();
        // Errors of standard error are ignored.
        let _ = writeln!(io::stderr(), "stanch: warning: others may read {path}: `chmod 600` keeps it to its owner");
    }
    Ok(key)
}

/// The keys that verify.
pub(in crate::commands) fn public_keys(paths: &[PathBuf]) -> Result<Vec<PublicKey>, Failure> {
    let key = |path: &PathBuf| PublicKey::parse(&text(path)?).map_err(|error| of_key(path, &error));
    paths.iter().map(key).collect()
}

fn of_key(path: &Path, error: &KeyError) -> Failure {
    Failure::Usage(format!("{}: {error}", path.display()))
}

fn text(path: &Path) -> Result<String, Failure> {
    let fault = |why: &dyn std::fmt::Display| Failure::Usage(format!("{}: {why}", path.display()));
    let mut text = String::new();
    let file = File::open(path).map_err(|error| fault(&error))?;
    file.take(LONGEST_KEY + 1).read_to_string(&mut text).map_err(|error| fault(&error))?;
    if text.len() as u64 > LONGEST_KEY {
        return Err(fault(&"it is too long for a key"));
    }
    Ok(text)
}

#[cfg(unix)]
fn is_open(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open(_: &Path) -> bool {
    false
}
