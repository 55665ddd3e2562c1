//! DSSE envelopes: bytes of a type, with signatures over both.
//! Protocol: <https://github.com/secure-systems-lab/dsse/blob/master/protocol.md> (read 2026-12-01).

use super::key::{PrivateKey, PublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde::{Deserialize, Serialize};

/// The type of in-toto statements.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// An envelope as JSON has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Envelope {
    payload_type: String,
    payload: String,
    signatures: Vec<Signature>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signature {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    keyid: Option<String>,
    sig: String,
}

/// What is signed: the type and the bytes, each with its length.
fn encoded(kind: &str, payload: &[u8]) -> Vec<u8> {
    let mut bytes = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len()).into_bytes();
    bytes.extend_from_slice(payload);
    bytes
}

impl Envelope {
    /// Signs bytes of a type.
    #[must_use]
    pub fn sign(kind: &str, payload: &[u8], key: &PrivateKey) -> Envelope {
        let sig = STANDARD.encode(key.sign(&encoded(kind, payload)));
        // Empty, which the protocol takes for none: cosign passes over a signature whose id is not the one that it computes itself.
        let signature = Signature { keyid: Some(String::new()), sig };
        let payload = STANDARD.encode(payload);
        Envelope { payload_type: kind.to_owned(), payload, signatures: vec![signature] }
    }

    /// The payload, if one of the signatures is by this key and its type is that of in-toto statements.
    ///
    /// # Errors
    /// Says why not, in a clause.
    pub fn open(&self, key: &PublicKey) -> Result<Vec<u8>, String> {
        if self.payload_type != PAYLOAD_TYPE {
            return Err(format!("its payload is of the type {:?}, not {PAYLOAD_TYPE}", self.payload_type));
        }
        let payload = decode(&self.payload).ok_or("its payload is no base64")?;
        let message = encoded(&self.payload_type, &payload);
        let is_good = |one: &Signature| {
            // Only a hint, so one of another form says nothing.
            let is_other = one.keyid.as_deref().is_some_and(|id| id.len() == 64 && id != key.id());
            !is_other && decode(&one.sig).is_some_and(|signature| key.verifies(&message, &signature))
        };
        if self.signatures.iter().any(is_good) {
            Ok(payload)
        } else {
            Err("no signature of it is by this key".to_owned())
        }
    }
}

/// Base64 of either alphabet, as the protocol asks of a verifier.
fn decode(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).or_else(|_| URL_SAFE.decode(text)).ok()
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn what_is_signed_is_the_example_of_the_protocol() {
        let bytes = encoded("http://example.com/HelloWorld", b"hello world");
        assert_eq!(bytes, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }
}
