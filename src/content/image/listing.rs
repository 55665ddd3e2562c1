//! What an index or a manifest of an image lists.
//! Formats: <https://github.com/opencontainers/image-spec/blob/main/manifest.md>, `image-index.md` beside it, and
//! <https://distribution.github.io/distribution/spec/manifest-v2-2/> (read 2026-12-01).

use serde_json::Value;

/// A blob that an index or a manifest names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Descriptor {
    /// Its digest, `sha256:…`: checked for its form, so that it is safe in a path. Empty when what stands there is no digest.
    pub digest: String,
    /// Its media type; empty when nothing says it.
    pub media_type: String,
    /// Its length in bytes, as the list has it.
    pub size: Option<u64>,
    /// For which platform it is: `linux/arm64/v8`.
    pub platform: Option<String>,
    /// The name that the list gives it: `app:1.2`.
    pub name: Option<String>,
    /// Where a layer is that may not be stored with the others.
    pub urls: Vec<String>,
    /// What an attestation or another artefact says of itself: `attestation-manifest`, `application/spdx+json`.
    pub kind: Option<String>,
}

/// What is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// Other lists: of several platforms, of attestations.
    Index(Vec<Descriptor>),
    /// The parts of an image, or of another artefact. Layers stand from the lowest on.
    Manifest {
        /// Its configuration.
        config: Descriptor,
        /// Its layers.
        layers: Vec<Descriptor>,
        /// What kind of artefact it is, if it says so.
        kind: Option<String>,
    },
}

impl Listing {
    /// Reads a list; `None` for whatever else there is in JSON or not.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Listing> {
        let value: Value = serde_json::from_slice(text).ok()?;
        let all = |key: &str| -> Option<Vec<Descriptor>> {
            Some(value.get(key)?.as_array()?.iter().map(descriptor).collect())
        };
        if let Some(manifests) = all("manifests") {
            return Some(Listing::Index(manifests));
        }
        // Artefacts of a short-lived format have blobs where others have layers.
        let config = value.get("config").map(descriptor);
        let layers = all("layers").or_else(|| all("blobs"))?;
        let kind = value.get("artifactType").and_then(Value::as_str).map(str::to_owned);
        Some(Listing::Manifest { config: config.unwrap_or_default(), layers, kind })
    }
}

/// Whether it is Docker's first schema, which has signatures and no digests of what its layers unpack to.
#[must_use]
pub fn is_first_schema(text: &[u8]) -> bool {
    let value: Option<Value> = serde_json::from_slice(text).ok();
    value.is_some_and(|value| value.get("schemaVersion") == Some(&Value::from(1)))
}

fn descriptor(value: &Value) -> Descriptor {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let digest = text(value, "digest").filter(|digest| is_digest(digest)).unwrap_or_default();
    let platform = value.get("platform").and_then(|platform| {
        let parts = ["os", "architecture", "variant"].map(|key| text(platform, key));
        let [Some(os), Some(architecture), variant] = parts else { return None };
        let variant = variant.map_or_else(String::new, |variant| format!("/{variant}"));
        (os != "unknown").then(|| format!("{os}/{architecture}{variant}"))
    });
    let note = |key: &str| value.get("annotations").and_then(|notes| text(notes, key));
    let kind = note("vnd.docker.reference.type").or_else(|| note("in-toto.io/predicate-type"));
    let urls = value.get("urls").and_then(Value::as_array).into_iter().flatten();
    Descriptor {
        digest,
        media_type: text(value, "mediaType").unwrap_or_default(),
        size: value.get("size").and_then(Value::as_u64),
        platform,
        name: note("io.containerd.image.name").or_else(|| note("org.opencontainers.image.ref.name")),
        urls: urls.filter_map(Value::as_str).map(str::to_owned).collect(),
        kind: kind.or_else(|| text(value, "artifactType")),
    }
}

/// Whether it has the form of a digest: an algorithm and hexadecimal digits, nothing that leads out of a folder.
#[must_use]
pub fn is_digest(text: &str) -> bool {
    text.split_once(':').is_some_and(|(algorithm, hex)| {
        let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        !algorithm.is_empty()
            && algorithm.bytes().all(is_name)
            && hex.len() >= 32
            && hex.len() <= 128
            && hex.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_told_apart() {
        let digest = format!("sha256:{}", "0a".repeat(32));
        let one = |more: &str| format!(r#"{{"digest": "{digest}", "mediaType": "m", "size": 7{more}}}"#);
        let platform = r#", "platform": {"os": "linux", "architecture": "arm", "variant": "v7"}"#;
        let index = format!(r#"{{"manifests": [{}, {{"digest": "sha256:../x"}}]}}"#, one(platform));
        let Some(Listing::Index(all)) = Listing::parse(index.as_bytes()) else { panic!("no index") };
        assert_eq!((all.len(), all[1].digest.as_str()), (2, ""), "a digest that leads elsewhere is none");
        assert_eq!((all[0].platform.as_deref(), all[0].size), (Some("linux/arm/v7"), Some(7)));
        let manifest = format!(r#"{{"config": {}, "layers": [{}]}}"#, one(""), one(r#", "urls": ["https://a"]"#));
        let Some(Listing::Manifest { config, layers, .. }) = Listing::parse(manifest.as_bytes()) else { panic!() };
        assert_eq!((config.digest, layers[0].urls.len()), (digest, 1));
        assert_eq!(Listing::parse(b"{\"a\": 1}"), None);
        assert!(is_first_schema(br#"{"schemaVersion": 1, "fsLayers": []}"#));
    }
}
