//! Keys: Ed25519 and ECDSA on P-256.
//!
//! Private keys are PKCS#8 in PEM, plain or encrypted (PBES2, RFC 8018), SEC 1 for P-256 is not read; or cosign's. Public keys are
//! SubjectPublicKeyInfo in PEM (RFC 5280), as `openssl pkey -pubout` and cosign write them.

use super::cosign_key;
use super::digest::Sha256Digest;
use super::key_error::KeyError;
use super::pem::{block, first_block};
use ed25519_dalek::pkcs8::DecodePrivateKey as _;
use ed25519_dalek::pkcs8::DecodePublicKey as _;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::signature::Verifier as _;
use std::fmt;

/// What stands before the 32 bytes of an Ed25519 key in its DER (RFC 8410).
const ED25519_HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0];
/// What stands before the 65 bytes of a P-256 point in its DER (RFC 5480).
const P256_HEAD: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7, 3,
    0x42, 0,
];

/// A key that signs.
pub enum PrivateKey {
    /// Ed25519 (RFC 8032).
    Ed25519(Box<ed25519_dalek::SigningKey>),
    /// ECDSA on P-256 with SHA-256.
    P256(Box<p256::ecdsa::SigningKey>),
}

/// A key that verifies.
#[derive(Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// Ed25519 (RFC 8032).
    Ed25519(ed25519_dalek::VerifyingKey),
    /// ECDSA on P-256 with SHA-256.
    P256(p256::ecdsa::VerifyingKey),
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(********)")
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}

impl PrivateKey {
    /// Reads a key. `password` is asked for once it is needed.
    ///
    /// # Errors
    /// Fails when it is no key, or the password is missing or wrong.
    pub fn parse(text: &str, password: impl FnOnce() -> Option<Vec<u8>>) -> Result<PrivateKey, KeyError> {
        let (label, bytes) = first_block(text).ok_or(KeyError::Malformed("it is no key in PEM"))?;
        match label {
            "PRIVATE KEY" => PrivateKey::of_pkcs8(&bytes),
            "ENCRYPTED PRIVATE KEY" => {
                let info = pkcs8::EncryptedPrivateKeyInfo::try_from(bytes.as_slice());
                let info = info.map_err(|_| KeyError::Malformed("its encryption is not of PKCS#8"))?;
                let opened = info.decrypt(password().ok_or(KeyError::Encrypted)?);
                PrivateKey::of_pkcs8(opened.map_err(|_| KeyError::Password)?.as_bytes())
            }
            label if cosign_key::LABELS.contains(&label) => {
                let opened = cosign_key::decrypt(&bytes, &password().ok_or(KeyError::Encrypted)?)?;
                PrivateKey::of_pkcs8(&opened)
            }
            "EC PRIVATE KEY" => Err(KeyError::Malformed(
                "it is an EC key in SEC 1: `openssl pkcs8 -topk8 -nocrypt -in KEY` makes it PKCS#8",
            )),
            "PUBLIC KEY" => Err(KeyError::Malformed("it is a public key, and signing takes the private one")),
            _ => Err(KeyError::Malformed("its kind is not known")),
        }
    }

    fn of_pkcs8(der: &[u8]) -> Result<PrivateKey, KeyError> {
        if let Ok(key) = ed25519_dalek::SigningKey::from_pkcs8_der(der) {
            return Ok(PrivateKey::Ed25519(Box::new(key)));
        }
        let key = p256::ecdsa::SigningKey::from_pkcs8_der(der);
        key.map(|key| PrivateKey::P256(Box::new(key)))
            .map_err(|_| KeyError::Malformed("it is neither an Ed25519 nor a P-256 key"))
    }

    /// The key that verifies what this one signs.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        match self {
            PrivateKey::Ed25519(key) => PublicKey::Ed25519(key.verifying_key()),
            PrivateKey::P256(key) => PublicKey::P256(*key.verifying_key()),
        }
    }

    /// The signature of a message: 64 bytes of Ed25519, or ECDSA's in DER.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            PrivateKey::Ed25519(key) => key.sign(message).to_bytes().to_vec(),
            PrivateKey::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(message);
                signature.to_der().as_bytes().to_vec()
            }
        }
    }
}

impl PublicKey {
    /// Reads a key.
    ///
    /// # Errors
    /// Fails when it is none.
    pub fn parse(text: &str) -> Result<PublicKey, KeyError> {
        let (label, der) = first_block(text).ok_or(KeyError::Malformed("it is no key in PEM"))?;
        if label != "PUBLIC KEY" {
            return Err(KeyError::Malformed(
                "it is no public key: `openssl pkey -in KEY -pubout` or `cosign public-key --key KEY` prints that",
            ));
        }
        if let Ok(key) = ed25519_dalek::VerifyingKey::from_public_key_der(&der) {
            return Ok(PublicKey::Ed25519(key));
        }
        let key = p256::ecdsa::VerifyingKey::from_public_key_der(&der);
        key.map(PublicKey::P256).map_err(|_| KeyError::Malformed("it is neither an Ed25519 nor a P-256 key"))
    }

    fn der(&self) -> Vec<u8> {
        match self {
            PublicKey::Ed25519(key) => [&ED25519_HEAD[..], key.as_bytes()].concat(),
            PublicKey::P256(key) => [&P256_HEAD[..], key.to_encoded_point(false).as_bytes()].concat(),
        }
    }

    /// The key in PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        block("PUBLIC KEY", &self.der())
    }

    /// SHA-256 of its DER, in hexadecimal: what `keyid` says.
    #[must_use]
    pub fn id(&self) -> String {
        Sha256Digest::of(&self.der()).to_string()
    }

    /// Whether a signature of a message is by this key.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        match self {
            PublicKey::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
            PublicKey::P256(key) => p256::ecdsa::Signature::from_der(signature)
                .is_ok_and(|signature| key.verify(message, &signature).is_ok()),
        }
    }
}
