//! How a registry or a layout keeps an envelope beside an image: as a referrer (OCI 1.1), and under the tag of cosign before version 3.
//! Formats: <https://github.com/opencontainers/image-spec/blob/main/manifest.md>, the referrers tag schema of
//! <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>, and
//! <https://github.com/sigstore/cosign/blob/main/specs/ATTESTATION_SPEC.md> (all read 2026-12-01).

use super::digest::Sha256Digest;
use serde_json::{Value, json};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const EMPTY: &str = "application/vnd.oci.empty.v1+json";
const BUNDLE: &str = "application/vnd.dev.sigstore.bundle.v0.3+json";
const DSSE: &str = "application/vnd.dsse.envelope.v1+json";
const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
/// The blob of an artifact that has no configuration.
const NOTHING: &[u8] = b"{}";

/// A manifest with the blobs that it names.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// The blobs, which come first.
    pub blobs: Vec<Vec<u8>>,
    /// The manifest.
    pub manifest: ManifestOf,
    /// The tag that it has, if any.
    pub tag: Option<String>,
}

/// A manifest's bytes with what lists say of it.
#[derive(Clone, Debug)]
pub struct ManifestOf {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
    descriptor: Value,
}

/// What an image is, as a list has it.
fn descriptor(media_type: &str, bytes: &[u8]) -> Value {
    json!({"mediaType": media_type, "digest": format!("sha256:{}", Sha256Digest::of(bytes)), "size": bytes.len()})
}

fn with(mut one: Value, more: &[(&str, Value)]) -> Value {
    more.iter().for_each(|(key, value)| one[*key] = value.clone());
    one
}

impl ManifestOf {
    /// The media type of a list.
    pub const INDEX: &'static str = INDEX;

    fn new(manifest: &Value, descriptor_more: &[(&str, Value)]) -> ManifestOf {
        let bytes = manifest.to_string().into_bytes();
        let descriptor = with(descriptor(MANIFEST, &bytes), descriptor_more);
        ManifestOf { bytes, media_type: MANIFEST, descriptor }
    }

    /// Its digest, `sha256:…`.
    #[must_use]
    pub fn digest(&self) -> String {
        format!("sha256:{}", Sha256Digest::of(&self.bytes))
    }
}

/// A bundle as a referrer of an image, whose manifest has this descriptor.
#[must_use]
pub fn referrer(bundle: &[u8], predicate_type: &str, created: &str, image: (&str, &str, u64)) -> Attachment {
    let (media_type, digest, size) = image;
    let annotations = json!({
        "org.opencontainers.image.created": created,
        "dev.sigstore.bundle.content": "dsse-envelope",
        "dev.sigstore.bundle.predicateType": predicate_type,
    });
    let manifest = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "artifactType": BUNDLE,
        "config": with(descriptor(EMPTY, NOTHING), &[("data", json!("e30="))]),
        "layers": [descriptor(BUNDLE, bundle)],
        "subject": {"mediaType": media_type, "digest": digest, "size": size},
        "annotations": annotations,
    });
    let more = [("artifactType", json!(BUNDLE)), ("annotations", annotations)];
    let manifest = ManifestOf::new(&manifest, &more);
    Attachment { blobs: vec![NOTHING.to_vec(), bundle.to_vec()], manifest, tag: None }
}

/// A bare envelope under the tag that cosign looks for; `before` is the manifest that stands there, whose layers stay.
#[must_use]
pub fn tagged(envelope: &[u8], predicate_type: &str, digest: &str, before: Option<&[u8]>) -> Attachment {
    let config = json!({
        "architecture": "", "os": "", "created": "0001-01-01T00:00:00Z", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [format!("sha256:{}", Sha256Digest::of(envelope))]},
        "history": [{"created": "0001-01-01T00:00:00Z"}],
    });
    let layer = with(
        descriptor(DSSE, envelope),
        &[("annotations", json!({"dev.cosignproject.cosign/signature": "", "predicateType": predicate_type}))],
    );
    let before = before.and_then(|text| serde_json::from_slice::<Value>(text).ok());
    let mut layers: Vec<Value> =
        before.as_ref().and_then(|before| before["layers"].as_array()).cloned().unwrap_or_default();
    layers.retain(|one| one["digest"] != layer["digest"]);
    layers.push(layer);
    let mut blobs = vec![envelope.to_vec()];
    let config = match before.filter(|_| layers.len() > 1) {
        // Its configuration lists layers of an image, which these are not; cosign does not read it.
        Some(before) => before["config"].clone(),
        None => {
            let config = config.to_string().into_bytes();
            let named = descriptor(CONFIG, &config);
            blobs.push(config);
            named
        }
    };
    let manifest = json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers});
    let tag = format!("{}.att", digest.replace(':', "-"));
    Attachment { blobs, manifest: ManifestOf::new(&manifest, &[]), tag: Some(tag) }
}

/// A list with one more manifest; `before` is the list that stands there, whose entries stay. `annotations` are added to the new entry.
///
/// # Errors
/// Says in a clause why what stands there is no list.
pub fn index_with(
    manifest: &ManifestOf,
    before: Option<&[u8]>,
    annotations: &[(&str, &str)],
) -> Result<Vec<u8>, String> {
    let mut index = match before {
        Some(text) => serde_json::from_slice::<Value>(text).ok().filter(|index| index["manifests"].is_array()),
        None => Some(json!({"schemaVersion": 2, "mediaType": INDEX, "manifests": []})),
    }
    .ok_or("it is no list of images")?;
    let mut descriptor = manifest.descriptor.clone();
    for (key, value) in annotations {
        descriptor["annotations"][*key] = json!(value);
    }
    if let Some(manifests) = index["manifests"].as_array_mut() {
        manifests.retain(|one| one["digest"] != descriptor["digest"]);
        manifests.push(descriptor);
    }
    Ok(index.to_string().into_bytes())
}
