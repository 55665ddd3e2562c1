//! Which certificates are believed.

use super::NetError;
use std::path::{Path, PathBuf};
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

/// Where systems keep theirs, as one file.
const BUNDLES: [&str; 5] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];
/// Where engines keep those of single registries
/// (<https://docs.docker.com/engine/security/certificates/>, read 2026-12-01).
const REGISTRIES: [&str; 2] = ["/etc/docker/certs.d", "/etc/containers/certs.d"];

/// The roots for a host: those that `SSL_CERT_FILE` names, else the system's, else Mozilla's of this build; and those that an engine on this
/// machine believes for this registry.
pub(super) fn roots(host: &str) -> Result<RootCerts, NetError> {
    let named = std::env::var_os("SSL_CERT_FILE").filter(|name| !name.is_empty()).map(PathBuf::from);
    let mut all = match &named {
        Some(file) => {
            let read = std::fs::read(file);
            let pem = read.map_err(|error| NetError::Refused(format!("SSL_CERT_FILE: {}: {error}", file.display())))?;
            certificates(&pem)
        }
        None => BUNDLES
            .iter()
            .filter_map(|file| std::fs::read(file).ok())
            .map(|pem| certificates(&pem))
            .next()
            .unwrap_or_default(),
    };
    if named.is_some() && all.is_empty() {
        return Err(NetError::Refused("SSL_CERT_FILE: there is no certificate in it".to_owned()));
    }
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-' | b'_');
    if host.bytes().all(is_name) && !host.starts_with('.') {
        for folder in REGISTRIES {
            let files = std::fs::read_dir(Path::new(folder).join(host)).into_iter().flatten().flatten();
            let own = files.filter(|file| file.path().extension().is_some_and(|ending| ending == "crt"));
            all.extend(own.filter_map(|file| std::fs::read(file.path()).ok()).flat_map(|pem| certificates(&pem)));
        }
    }
    Ok(if all.is_empty() { RootCerts::WebPki } else { RootCerts::new_with_certs(&all) })
}

fn certificates(pem: &[u8]) -> Vec<Certificate<'static>> {
    let all = parse_pem(pem).filter_map(Result::ok);
    all.filter_map(|item| if let PemItem::Certificate(one) = item { Some(one) } else { None }).collect()
}
