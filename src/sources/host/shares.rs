//! Which directories are offered beyond their owner: exported, served, or mounted into containers.

use super::accounts::text;
use super::dir::{Dir, EntryKind};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// How a directory is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Offer {
    /// To other hosts, to whoever the permission bits let there.
    Export,
    /// By a web server, which reads what everybody or its group may.
    Web,
    /// To a container.
    Container,
}

/// A directory that is offered.
#[derive(Debug)]
pub(super) struct Share {
    /// Below the root.
    path: PathBuf,
    pub(super) offer: Offer,
    /// By what, and to whom.
    pub(super) by: String,
}

/// All that are offered.
#[derive(Debug, Default)]
pub(super) struct Shares(Vec<Share>);

/// Web roots of distributions, served when a server has no other word.
const WEB_ROOTS: [&str; 5] = ["var/www", "srv/www", "srv/http", "usr/share/nginx/html", "usr/local/www"];
/// Directories with the configuration of web servers.
const WEB_SERVERS: [&str; 6] =
    ["etc/nginx", "etc/apache2", "etc/httpd", "etc/lighttpd", "etc/caddy", "usr/local/etc/nginx"];
/// Most files of configurations that are looked at.
const MAX_FILES: usize = 2000;

impl Shares {
    /// Reads the configurations below a root.
    pub(super) fn read(root: &Dir) -> Shares {
        let mut shares = Shares::default();
        shares.exports(root);
        shares.samba_and_rsync(root);
        for path in WEB_ROOTS {
            shares.add(path, Offer::Web, "the web root".to_owned());
        }
        for dir in WEB_SERVERS {
            let mut files = Vec::new();
            collect(root, Path::new(dir), 4, &|_| true, &mut files);
            for file in files {
                let by = dir.rsplit('/').next().unwrap_or(dir);
                shares.web_server(&text(root, &file), by);
            }
        }
        shares.containers(root);
        shares
    }

    fn add(&mut self, path: &str, offer: Offer, by: String) {
        let path = path.trim_matches(['"', '\'', ';']).trim_matches('/');
        if !path.is_empty() && !path.contains('$') {
            self.0.push(Share { path: path.into(), offer, by });
        }
    }

    /// Those that hold a path below the root.
    pub(super) fn of<'s>(&'s self, path: &'s Path) -> impl Iterator<Item = &'s Share> {
        self.0.iter().filter(move |share| path.starts_with(&share.path))
    }

    /// `exports(5)`: a path, then clients with options.
    fn exports(&mut self, root: &Dir) {
        let mut files = vec!["etc/exports".to_owned()];
        collect(root, Path::new("etc/exports.d"), 1, &|name| name.ends_with(".exports"), &mut files);
        for file in files {
            for line in text(root, &file).lines() {
                let line = line.split('#').next().unwrap_or_default();
                let mut words = line.split_whitespace();
                let Some(path) = words.next().filter(|path| path.trim_start_matches('"').starts_with('/')) else {
                    continue;
                };
                let clients: Vec<&str> = words.filter(|word| !word.starts_with('-')).collect();
                let to = if clients.is_empty() { "every host".to_owned() } else { clients.join(" ") };
                self.add(path, Offer::Export, format!("NFS to {to}"));
            }
        }
    }

    fn samba_and_rsync(&mut self, root: &Dir) {
        for (file, by) in [("etc/samba/smb.conf", "Samba share"), ("etc/rsyncd.conf", "rsync module")] {
            let mut section = String::new();
            for line in text(root, file).lines().map(str::trim) {
                if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                    section = name.to_owned();
                } else if let Some((key, value)) = line.split_once('=')
                    && matches!(key.trim(), "path" | "directory")
                    && section != "print$"
                {
                    self.add(value.trim(), Offer::Export, format!("{by} {section}"));
                }
            }
        }
    }

    /// `root`, `alias` (nginx), `DocumentRoot` (Apache), `server.document-root` (lighttpd), `root *` (Caddy).
    fn web_server(&mut self, text: &str, by: &str) {
        for line in text.lines().map(str::trim) {
            let mut words = line.split([' ', '\t', '=']).filter(|word| !word.is_empty());
            let is_root = words.next().is_some_and(|key| {
                matches!(key.to_ascii_lowercase().as_str(), "root" | "alias" | "documentroot" | "server.document-root")
            });
            let path = words.find(|word| word.trim_start_matches(['"', '\'']).starts_with('/'));
            if let (true, Some(path)) = (is_root, path) {
                self.add(path, Offer::Web, by.to_owned());
            }
        }
    }

    /// Directories of the host that containers mount, by the definitions that engines keep on disk.
    fn containers(&mut self, root: &Dir) {
        for dir in root.below(Path::new("var/lib/docker/containers")).and_then(|dir| dir.list()).unwrap_or_default() {
            let file = format!("var/lib/docker/containers/{}/config.v2.json", dir.0.to_string_lossy());
            let Ok(definition) = serde_json::from_str::<Value>(&text(root, &file)) else { continue };
            let name = definition["Name"].as_str().map_or_else(|| dir.0.to_string_lossy().into_owned(), str::to_owned);
            for mount in definition["MountPoints"].as_object().into_iter().flat_map(|mounts| mounts.values()) {
                if let Some(source) = mount["Source"].as_str().filter(|_| mount["Type"] != "volume") {
                    self.add(source, Offer::Container, format!("container {}", name.trim_start_matches('/')));
                }
            }
        }
        // The runtime specification of OCI, which podman and containerd write.
        let mut files = Vec::new();
        for dir in ["var/lib/containers/storage/overlay-containers", "run/containerd/io.containerd.runtime.v2.task"] {
            collect(root, Path::new(dir), 4, &|name| name == "config.json", &mut files);
        }
        for file in files {
            let Ok(spec) = serde_json::from_str::<Value>(&text(root, &file)) else { continue };
            let name = spec["annotations"]["io.kubernetes.cri.container-name"].as_str().or(spec["hostname"].as_str());
            let name = name.unwrap_or("of OCI").to_owned();
            for mount in spec["mounts"].as_array().into_iter().flatten().filter(|mount| mount["type"] == "bind") {
                if let Some(source) = mount["source"].as_str() {
                    self.add(source, Offer::Container, format!("container {name}"));
                }
            }
        }
    }
}

/// Regular files below a directory, as paths from the root.
fn collect(root: &Dir, dir: &Path, depth: usize, wanted: &dyn Fn(&str) -> bool, files: &mut Vec<String>) {
    for (name, kind) in root.below(dir).and_then(|dir| dir.list()).unwrap_or_default() {
        let path = dir.join(&name);
        if files.len() >= MAX_FILES {
            return;
        }
        match kind {
            EntryKind::Directory if depth > 0 => collect(root, &path, depth - 1, wanted, files),
            EntryKind::File if wanted(&name.to_string_lossy()) => files.push(path.to_string_lossy().into_owned()),
            _ => {}
        }
    }
}
