//! What Podman, Buildah and CRI-O keep on disk: `containers/storage` with its overlay driver.
//! Layout: <https://github.com/containers/storage/blob/main/images.go> and `layers.go` there (read 2026-12-01).

use super::layout::short;
use super::list::Lister;
use super::part::{Bytes, Image, Unread};
use crate::model::ProblemKind;
use crate::sources::files::open::open_regular;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// More layers lie on one another in no image.
const MOST_LAYERS: usize = 1000;

/// The folder of the storage, mostly ~/.local/share/containers/storage or /var/lib/containers/storage.
pub(super) struct Storage {
    root: PathBuf,
}

impl Storage {
    /// The storage at a path, if it is one.
    pub(super) fn at(path: &Path) -> Option<Storage> {
        path.join("overlay-images/images.json").is_file().then(|| Storage { root: path.to_owned() })
    }

    fn read(&self, inside: &Path) -> Result<Vec<u8>, Unread> {
        let path = self.root.join(inside);
        short(
            open_regular(&path, false)
                .map_err(|error| Unread::new(ProblemKind::Unreadable, format!("{}: {error}", path.display())))?,
        )
    }

    fn records(&self, inside: &str) -> Result<Vec<Value>, String> {
        let text = self.read(Path::new(inside)).map_err(|unread| unread.detail)?;
        let value: Value = serde_json::from_slice(&text).map_err(|_| format!("{inside} is no JSON"))?;
        value.as_array().cloned().ok_or_else(|| format!("{inside} is no list"))
    }

    /// All images.
    pub(super) fn list(&self, lister: &mut Lister<'_>) -> Result<(), String> {
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let layers = self.records("overlay-layers/layers.json")?;
        let layers: HashMap<String, (String, String)> = layers
            .iter()
            .map(|layer| (text(layer, "id"), (text(layer, "parent"), text(layer, "diff-digest"))))
            .collect();
        for one in self.records("overlay-images/images.json")? {
            let (id, names) = (text(&one, "id"), one.get("names").and_then(Value::as_array).cloned());
            let names: Vec<String> =
                names.unwrap_or_default().iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
            let mut is_wanted = lister.wants_name(Some(&id));
            for name in &names {
                is_wanted |= lister.wants_name(Some(name));
            }
            if !is_wanted {
                continue;
            }
            if !is_name(&id) {
                let detail = "an image is recorded whose id is none";
                lister.refuse("overlay-images/images.json", Unread::new(ProblemKind::Corrupt, detail));
                continue;
            }
            let digest = Some(text(&one, "digest")).filter(|digest| !digest.is_empty());
            let qualifiers = if names.is_empty() { vec![format!("{id:.12}")] } else { names };
            let digest = digest.unwrap_or_else(|| format!("sha256:{id}"));
            let mut image = Image { digest, qualifiers, ..Image::default() };
            self.fill(&mut image, &id, &text(&one, "layer"), &layers);
            lister.add(image);
        }
        Ok(())
    }

    fn fill(&self, image: &mut Image, id: &str, top: &str, layers: &HashMap<String, (String, String)>) {
        // Large values stand in files that are called by the base64 of their keys.
        let key = format!("={}", STANDARD.encode(format!("sha256:{id}")));
        let config = match self.read(&Path::new("overlay-images").join(id).join(key)) {
            Ok(text) => image.config(text),
            Err(unread) => {
                image.problems.push(("configuration".to_owned(), unread));
                None
            }
        };
        if let Ok(manifest) = self.read(&Path::new("overlay-images").join(id).join("manifest")) {
            image.text("manifest", manifest);
        }
        let (mut chain, mut next) = (Vec::new(), top);
        while let Some((parent, digest)) = layers.get(next).filter(|_| chain.len() < MOST_LAYERS) {
            chain.push((next, digest));
            next = parent;
        }
        if !next.is_empty() {
            let detail = format!("its layer {next} is not stored here");
            image.problems.push((String::new(), Unread::new(ProblemKind::Elsewhere, detail)));
        }
        for (at, (layer, digest)) in chain.into_iter().rev().enumerate() {
            if !is_name(layer) {
                let unread = Unread::new(ProblemKind::Corrupt, "its id is none");
                image.problems.push((format!("layer {}", at + 1), unread));
                continue;
            }
            let folder = self.root.join("overlay").join(layer).join("diff");
            let digest = if digest.is_empty() { layer } else { digest.as_str() };
            let id = folder.display().to_string();
            image.layer(at, config.as_ref(), (digest, id), Bytes::Tree(folder));
        }
    }
}

/// Whether it is safe as the name of a folder.
fn is_name(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}
