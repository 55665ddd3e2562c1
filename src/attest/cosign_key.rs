//! The encrypted private keys that `cosign generate-key-pair` writes: JSON in PEM, scrypt, and NaCl's secret box.
//! Format: <https://github.com/secure-systems-lab/go-securesystemslib/blob/main/encrypted/encrypted.go> (read 2026-12-01).

use super::key_error::KeyError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crypto_secretbox::aead::{Aead, KeyInit};
use crypto_secretbox::{Key, Nonce, XSalsa20Poly1305};
use serde::Deserialize;

/// Labels of such a key: today's, and the one of cosign 1.
pub(super) const LABELS: [&str; 2] = ["ENCRYPTED SIGSTORE PRIVATE KEY", "ENCRYPTED COSIGN PRIVATE KEY"];
/// More memory, bytes, than these parameters ask for (128·N·r) is not spent on a key.
const MOST_MEMORY: u64 = 256 << 20;

#[derive(Deserialize)]
struct Encrypted {
    kdf: Kdf,
    cipher: Cipher,
    ciphertext: String,
}

#[derive(Deserialize)]
struct Kdf {
    name: String,
    params: Params,
    salt: String,
}

#[derive(Deserialize)]
#[allow(non_snake_case, reason = "the names are the format's")]
struct Params {
    N: u64,
    r: u32,
    p: u32,
}

#[derive(Deserialize)]
struct Cipher {
    name: String,
    nonce: String,
}

/// The PKCS#8 key in the block's bytes.
pub(super) fn decrypt(block: &[u8], password: &[u8]) -> Result<Vec<u8>, KeyError> {
    let malformed = || KeyError::Malformed("it is no encrypted key of cosign");
    let json: Encrypted = serde_json::from_slice(block).map_err(|_| malformed())?;
    if json.kdf.name != "scrypt" || json.cipher.name != "nacl/secretbox" {
        return Err(KeyError::Malformed("it is encrypted in another way than scrypt and nacl/secretbox"));
    }
    let decode = |text: &String| STANDARD.decode(text).map_err(|_| malformed());
    let (salt, nonce) = (decode(&json.kdf.salt)?, decode(&json.cipher.nonce)?);
    let ciphertext = decode(&json.ciphertext)?;
    let Params { N: cost, r: block, p: parallel } = json.kdf.params;
    let memory = cost.saturating_mul(u64::from(block)).saturating_mul(128);
    if !cost.is_power_of_two() || memory > MOST_MEMORY || parallel > 16 {
        return Err(KeyError::Malformed("its scrypt parameters ask for too much"));
    }
    let params = u8::try_from(cost.ilog2()).ok().and_then(|log| scrypt::Params::new(log, block, parallel, 32).ok());
    let mut key = [0; 32];
    scrypt::scrypt(password, &salt, &params.ok_or_else(malformed)?, &mut key).map_err(|_| malformed())?;
    let nonce: [u8; 24] = nonce.try_into().map_err(|_| malformed())?;
    let opened = XSalsa20Poly1305::new(&Key::from(key)).decrypt(&Nonce::from(nonce), ciphertext.as_slice());
    opened.map_err(|_| KeyError::Password)
}
