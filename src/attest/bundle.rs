//! The files that hold envelopes: sigstore bundles, bare envelopes, and lists of either, one a line.
//! Format: <https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_bundle.proto>, version 0.3 (read 2026-12-01).

use super::dsse::Envelope;
use super::key::PublicKey;
use super::statement::Statement;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The media type of version 0.3.
const MEDIA_TYPE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
/// How those of all versions begin.
const ANY_VERSION: [&str; 2] =
    ["application/vnd.dev.sigstore.bundle.v0.", "application/vnd.dev.sigstore.bundle+json;version=0."];

/// How an envelope is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A sigstore bundle.
    Bundle,
    /// The bare envelope.
    Dsse,
}

/// An envelope that was read from a file.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The envelope.
    pub envelope: Envelope,
}

impl Signed {
    /// The statement, if one of these keys signed it.
    ///
    /// # Errors
    /// Says in a clause why not.
    pub fn statement(&self, keys: &[PublicKey]) -> Result<Statement, String> {
        let mut opened = Err("no key is given".to_owned());
        for key in keys {
            opened = self.envelope.open(key);
            if opened.is_ok() {
                break;
            }
        }
        Statement::parse(&opened?)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Bundle {
    media_type: String,
    verification_material: Material,
    dsse_envelope: Envelope,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Material {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    public_key: Option<Hint>,
    /// What keyless signing adds: not used, for a key is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    x509_certificate_chain: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tlog_entries: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timestamp_verification_data: Option<Value>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hint {
    #[serde(default)]
    hint: String,
}

/// Writes an envelope, with its line's end.
#[must_use]
pub fn write(envelope: &Envelope, key: &PublicKey, form: Form) -> String {
    let text = match form {
        Form::Dsse => serde_json::to_string(envelope),
        Form::Bundle => serde_json::to_string(&Bundle {
            media_type: MEDIA_TYPE.to_owned(),
            verification_material: Material {
                public_key: Some(Hint { hint: key.id() }),
                certificate: None,
                x509_certificate_chain: None,
                tlog_entries: None,
                timestamp_verification_data: None,
            },
            dsse_envelope: envelope.clone(),
        }),
    };
    // Texts can always be written.
    text.map(|text| text + "\n").unwrap_or_default()
}

/// The envelopes of a file.
///
/// # Errors
/// Says in a clause why it is none, or a line of it is none.
pub fn read(text: &[u8]) -> Result<Vec<Signed>, String> {
    let text = std::str::from_utf8(text).map_err(|_| "it is no text")?.trim_ascii();
    if text.is_empty() {
        return Err("it is empty".to_owned());
    }
    match one(text) {
        Ok(signed) => Ok(vec![signed]),
        Err(error) if !text.contains('\n') => Err(error),
        // One a line, as `cosign download attestation` and `gh attestation download` write them.
        Err(error) => {
            let lines = text.lines().filter(|line| !line.trim_ascii().is_empty());
            lines.map(one).collect::<Result<_, _>>().map_err(|_| error)
        }
    }
}

fn one(text: &str) -> Result<Signed, String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Which {
        media_type: Option<String>,
        message_signature: Option<Value>,
    }
    let which: Which = serde_json::from_str(text).map_err(|error| format!("it is no JSON of a bundle: {error}"))?;
    if which.message_signature.is_some() {
        return Err("it holds the signature of a file and no statement: `cosign attest-blob` makes one".to_owned());
    }
    let Some(media_type) = which.media_type else {
        let envelope = serde_json::from_str(text).map_err(|error| format!("it is no DSSE envelope: {error}"))?;
        return Ok(Signed { envelope });
    };
    if !ANY_VERSION.iter().any(|begin| media_type.starts_with(begin))
        || !media_type.ends_with(|c: char| c == 'n' || c.is_ascii_digit())
    {
        return Err(format!("it is of the type {media_type:?}, which is no sigstore bundle"));
    }
    let bundle: Bundle = serde_json::from_str(text).map_err(|error| format!("it is no sigstore bundle: {error}"))?;
    Ok(Signed { envelope: bundle.dsse_envelope })
}
