//! What a registry and its clients write, parsed and thrown away: for the fuzz targets.

use super::credentials::in_config;
use super::login::Challenge;
use super::reference::Reference;
use super::repository::next_page;
use serde_json::Value;

/// A header `WWW-Authenticate`.
#[doc(hidden)]
pub fn challenge(header: &str) {
    let _ = Challenge::parse(header);
}

/// A header `Link`; what it leads to is a part of it.
#[doc(hidden)]
pub fn link(header: &str) {
    assert!(next_page(header).is_none_or(|next| header.contains(next)));
}

/// The name of an image.
#[doc(hidden)]
pub fn image_reference(text: &str) {
    if let Some(reference) = Reference::parse(text) {
        assert!(!reference.repository.split('/').any(|part| part.is_empty() || part.starts_with('.')));
    }
}

/// A file of credentials, without the helpers that it names: nothing is run.
#[doc(hidden)]
pub fn credentials(text: &[u8]) {
    let Ok(Value::Object(mut config)) = serde_json::from_slice(text) else { return };
    config.retain(|key, _| !matches!(key.as_str(), "credHelpers" | "credsStore"));
    let config = Value::Object(config);
    for registry in ["docker.io", "a"] {
        let _ = in_config(&config, registry, "team/app");
    }
}
