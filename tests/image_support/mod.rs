//! Makes container images, in every form in which they are kept.

use crate::containers_support::{gzip, tar};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The digest of bytes.
pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// The command that made a layer, and its files with their contents.
pub(crate) type Layer<'a> = (&'a str, &'a [(&'a str, &'a [u8])]);

/// Blobs by their digests, with the lists that lead to them.
#[derive(Default)]
pub(crate) struct Store {
    pub(crate) blobs: BTreeMap<String, Vec<u8>>,
}

/// What an image is made of.
pub(crate) struct Made {
    /// Files of each layer, the lowest first.
    pub(crate) layers: Vec<Vec<(String, Vec<u8>)>>,
    pub(crate) config: Value,
    pub(crate) config_digest: String,
    /// What an index says of the manifest.
    pub(crate) descriptor: Value,
}

impl Store {
    pub(crate) fn put(&mut self, bytes: Vec<u8>) -> (String, usize) {
        let (digest, size) = (digest(&bytes), bytes.len());
        self.blobs.insert(digest.clone(), bytes);
        (digest, size)
    }

    pub(crate) fn describe(&mut self, media_type: &str, bytes: Vec<u8>) -> Value {
        let (digest, size) = self.put(bytes);
        json!({"mediaType": media_type, "digest": digest, "size": size})
    }

    /// An image of these layers, made by these commands.
    pub(crate) fn image(&mut self, layers: &[Layer<'_>], config: Value) -> Made {
        let (mut diff_ids, mut descriptors, mut history) = (Vec::new(), Vec::new(), Vec::new());
        for (command, files) in layers {
            let unpacked = [tar(files), vec![0; 1024]].concat();
            diff_ids.push(digest(&unpacked));
            descriptors.push(self.describe("application/vnd.oci.image.layer.v1.tar+gzip", gzip(&unpacked)));
            history.push(json!({"created_by": command}));
        }
        let config = json!({
            "architecture": "amd64", "os": "linux", "config": config, "history": history,
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
        });
        let text = config.to_string().into_bytes();
        let config_digest = digest(&text);
        let config_descriptor = self.describe("application/vnd.oci.image.config.v1+json", text);
        let manifest =
            json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config_descriptor, "layers": descriptors});
        let descriptor = self.describe(MANIFEST, manifest.to_string().into_bytes());
        let owned =
            |files: &[(&str, &[u8])]| files.iter().map(|(name, data)| ((*name).to_owned(), data.to_vec())).collect();
        let layers = layers.iter().map(|(_, files)| owned(files)).collect();
        Made { layers, config, config_digest, descriptor }
    }

    /// Files of OCI's layout.
    pub(crate) fn layout(&self, manifests: &[Value]) -> Vec<(String, Vec<u8>)> {
        let index = json!({"schemaVersion": 2, "manifests": manifests}).to_string().into_bytes();
        let mut files = vec![("oci-layout".to_owned(), br#"{"imageLayoutVersion": "1.0.0"}"#.to_vec())];
        files.push(("index.json".to_owned(), index));
        files.extend(
            self.blobs.iter().map(|(digest, bytes)| (format!("blobs/{}", digest.replace(':', "/")), bytes.clone())),
        );
        files
    }
}

pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// Writes files below a directory.
pub(crate) fn lay(dir: &Path, files: &[(String, Vec<u8>)]) {
    for (name, bytes) in files {
        let path = dir.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, bytes).expect("a file");
    }
}

/// Files as one tar.
pub(crate) fn tarred(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let members: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    [tar(&members), vec![0; 1024]].concat()
}

impl Made {
    /// Docker's own layout, as `docker save` wrote it before it had OCI's.
    pub(crate) fn docker_save(&self, tag: &str) -> Vec<(String, Vec<u8>)> {
        let hex = self.config_digest.trim_start_matches("sha256:");
        let names: Vec<String> = (0..self.layers.len()).map(|at| format!("{at:064x}/layer.tar")).collect();
        let manifest = json!([{"Config": format!("{hex}.json"), "RepoTags": [tag], "Layers": names}]);
        let mut files = vec![(format!("{hex}.json"), self.config.to_string().into_bytes())];
        for (name, layer) in names.iter().zip(&self.layers) {
            files.push((name.clone(), tarred(layer)));
        }
        files.push(("manifest.json".to_owned(), manifest.to_string().into_bytes()));
        files
    }

    /// What Docker's engine keeps with its overlay2 driver. Marks are left out: only root can make them.
    pub(crate) fn docker_storage(&self, tag: &str) -> Vec<(String, Vec<u8>)> {
        let hex = self.config_digest.trim_start_matches("sha256:");
        let names = json!({"Repositories": {"app": {tag: self.config_digest}}});
        let mut files = vec![
            ("image/overlay2/repositories.json".to_owned(), names.to_string().into_bytes()),
            (format!("image/overlay2/imagedb/content/sha256/{hex}"), self.config.to_string().into_bytes()),
        ];
        let mut chain = String::new();
        for (at, layer) in self.layers.iter().enumerate() {
            let diff = self.config["rootfs"]["diff_ids"][at].as_str().expect("a digest").to_owned();
            chain = if at == 0 { diff } else { digest(format!("{chain} {diff}").as_bytes()) };
            let layerdb = format!("image/overlay2/layerdb/sha256/{}/cache-id", chain.trim_start_matches("sha256:"));
            files.push((layerdb, format!("cache{at}").into_bytes()));
            let marked = |name: &String| name.rsplit('/').next().is_some_and(|name| name.starts_with(".wh."));
            for (name, bytes) in layer.iter().filter(|(name, _)| !marked(name)) {
                files.push((format!("overlay2/cache{at}/diff/{name}"), bytes.clone()));
            }
        }
        files
    }

    /// What Podman keeps.
    pub(crate) fn containers_storage(&self, name: &str) -> Vec<(String, Vec<u8>)> {
        use base64::Engine as _;
        let id = self.config_digest.trim_start_matches("sha256:");
        let (mut layers, mut files) = (Vec::new(), Vec::new());
        for (at, layer) in self.layers.iter().enumerate() {
            let parent = at.checked_sub(1).map_or_else(String::new, |below| format!("layer{below}"));
            layers.push(json!({"id": format!("layer{at}"), "parent": parent, "diff-digest": self.config["rootfs"]["diff_ids"][at]}));
            let marked = |name: &String| name.rsplit('/').next().is_some_and(|name| name.starts_with(".wh."));
            for (name, bytes) in layer.iter().filter(|(name, _)| !marked(name)) {
                files.push((format!("overlay/layer{at}/diff/{name}"), bytes.clone()));
            }
        }
        let top = format!("layer{}", self.layers.len() - 1);
        let images = json!([{"id": id, "names": [name], "layer": top, "digest": self.descriptor["digest"]}]);
        let key = base64::engine::general_purpose::STANDARD.encode(&self.config_digest);
        files.push(("overlay-images/images.json".to_owned(), images.to_string().into_bytes()));
        files.push(("overlay-layers/layers.json".to_owned(), json!(layers).to_string().into_bytes()));
        files.push((format!("overlay-images/{id}/={key}"), self.config.to_string().into_bytes()));
        files
    }
}
