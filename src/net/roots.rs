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

/// The roots of any host: those that `SSL_CERT_FILE` names, else the system's, else Mozilla's of this build.
///
/// # Errors
/// Fails when the file that `SSL_CERT_FILE` names cannot be read, or holds no certificate.
pub(super) fn roots() -> Result<Vec<Certificate<'static>>, NetError> {
    let named = std::env::var_os("SSL_CERT_FILE").filter(|name| !name.is_empty()).map(PathBuf::from);
    let Some(file) = named else {
        let bundle = BUNDLES.iter().find_map(|file| std::fs::read(file).ok());
        return Ok(bundle.map(|pem| certificates(&pem)).unwrap_or_default());
    };
    let read = std::fs::read(&file);
    let pem = read.map_err(|error| NetError::Refused(format!("SSL_CERT_FILE: {}: {error}", file.display())))?;
    let all = certificates(&pem);
    if all.is_empty() {
        return Err(NetError::Refused("SSL_CERT_FILE: there is no certificate in it".to_owned()));
    }
    Ok(all)
}

/// What an engine on this machine believes for one registry, and for no other host.
pub(super) fn roots_of_registry(host: &str) -> Vec<Certificate<'static>> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b':' | b'-' | b'_');
    if !host.bytes().all(is_name) || host.starts_with('.') {
        return Vec::new();
    }
    let folders = REGISTRIES.into_iter().filter_map(|folder| std::fs::read_dir(Path::new(folder).join(host)).ok());
    let own = folders.flatten().flatten().map(|file| file.path());
    let own = own.filter(|file| file.extension().is_some_and(|ending| ending == "crt"));
    own.filter_map(|file| std::fs::read(file).ok()).flat_map(|pem| certificates(&pem)).collect()
}

/// Certificates as the client takes them; none means Mozilla's of this build.
pub(super) fn believed(all: &[Certificate<'static>]) -> RootCerts {
    if all.is_empty() { RootCerts::WebPki } else { RootCerts::new_with_certs(all) }
}

fn certificates(pem: &[u8]) -> Vec<Certificate<'static>> {
    let all = parse_pem(pem).filter_map(Result::ok);
    all.filter_map(|item| if let PemItem::Certificate(one) = item { Some(one) } else { None }).collect()
}
