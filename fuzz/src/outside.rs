//! What a network and a host say.

use super::{Target, halves, text};
use stanch::net::Url;
use stanch::sources::fuzzing::{challenge, credentials, glob, image_reference, link};
use stanch::sources::host::{FileSystems, Host, HostEvent, HostOptions};
use std::fs;
use std::io::Read;
use std::ops::ControlFlow;

/// Its targets.
pub const TARGETS: &[Target] = &[
    ("url", url),
    ("link_header", |bytes| link(&text(bytes))),
    ("challenge", |bytes| challenge(&text(bytes))),
    ("credentials", credentials),
    ("image_reference", |bytes| image_reference(&text(bytes))),
    ("host_glob", host_glob),
    ("host_accounts", host_accounts),
    ("host_shares", host_shares),
    ("host_processes", host_processes),
    ("host_files", host_files),
];

/// The bytes as an address, and as one that stands in an answer from there.
fn url(bytes: &[u8]) {
    let (one, other) = halves(bytes);
    let (one, other) = (text(one), text(other));
    for from in [Url::parse(&one), Url::parse("https://example.org:5000/v2/")].into_iter().flatten() {
        let _ = (from.host().len(), from.is_tls(), from.is_loopback(), from.to_string());
        let to = from.join(&other);
        assert!(to.is_none_or(|to| to.as_str().to_ascii_lowercase().starts_with("http")));
        assert!(from.with(&[("scope", &other)]).is_none_or(|with| with.host() == from.host()));
    }
}

fn host_glob(bytes: &[u8]) {
    let (pattern, path) = halves(bytes);
    glob(&text(pattern), path);
}

fn host_accounts(bytes: &[u8]) {
    sweep(&[("etc/passwd", bytes), ("etc/group", bytes), ("etc/login.defs", bytes)]);
}

fn host_shares(bytes: &[u8]) {
    sweep(&[
        ("etc/exports", bytes),
        ("etc/samba/smb.conf", bytes),
        ("etc/rsyncd.conf", bytes),
        ("etc/nginx/nginx.conf", bytes),
        ("var/lib/docker/containers/a/config.v2.json", bytes),
        ("run/containerd/io.containerd.runtime.v2.task/a/config.json", bytes),
    ]);
}

fn host_processes(bytes: &[u8]) {
    let (one, other) = halves(bytes);
    sweep(&[
        ("proc/cmdline", bytes),
        ("proc/7/cmdline", one),
        ("proc/7/environ", other),
        ("proc/7/status", other),
        ("proc/7/stat", one),
        ("proc/8/cmdline", bytes),
        ("proc/8/environ", bytes),
    ]);
}

/// The bytes as files at places where secrets stand by their position, and as a private key.
fn host_files(bytes: &[u8]) {
    sweep(&[
        ("etc/shadow", bytes),
        ("etc/passwd", b"u:x:1000:1000::/home/u:/bin/sh\n"),
        ("home/u/.pgpass", bytes),
        ("home/u/.netrc", bytes),
        ("home/u/.my.cnf", bytes),
        ("home/u/.git-credentials", bytes),
        ("home/u/.ssh/id_rsa", bytes),
        ("home/u/.docker/config.json", bytes),
        ("home/u/.kube/config", bytes),
    ]);
}

/// Sweeps a host that has these files.
fn sweep(files: &[(&str, &[u8])]) {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    let options = HostOptions {
        root: folder.path().to_owned(),
        file_systems: FileSystems::All,
        processes: true,
        files: true,
        exclude: Vec::new(),
    };
    let Ok(host) = Host::open(options) else { return };
    let mut origins = Vec::new();
    host.visit(&mut |event| {
        match event {
            HostEvent::File { origin, place, file } => {
                let _ = host.key_state(file);
                origins.push(origin);
                if let Ok(values) = host.values(place, file) {
                    assert!(values.spans.iter().all(|span| span.end <= values.text.len()));
                }
            }
            HostEvent::Open { mut file, .. } => drop(file.read_to_end(&mut Vec::new())),
            HostEvent::Text(text) => {
                assert!(text.secrets.iter().all(|span| span.start < span.end && span.end <= text.text.len()));
                origins.push(text.origin);
            }
            HostEvent::Problem(_) | HostEvent::Skip(_) => {}
        }
        ControlFlow::Continue(())
    });
    // The processes are in use until the visit is over.
    origins.iter().for_each(|origin| drop(host.exposure(origin)));
}
