//! Why a key cannot be used.

use thiserror::Error;

/// Why a key cannot be used.
#[derive(Debug, Error)]
pub enum KeyError {
    /// It is no key, or none of a kind that is known.
    #[error("{0}; a key is Ed25519 or ECDSA P-256 in PEM (`openssl genpkey -algorithm ed25519`)")]
    Malformed(&'static str),
    /// A password is needed and there is none.
    #[error(
        "it is encrypted: put its password into STANCH_KEY_PASSWORD or COSIGN_PASSWORD, or name a file with --key-password-file"
    )]
    Encrypted,
    /// The password is wrong, or the key was changed.
    #[error("the password does not open it")]
    Password,
}
