//! Keys for tests, made from a seed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use stanch::attest::PrivateKey;
use std::fs;
use std::path::Path;

/// What stands before the 32 bytes of an Ed25519 key in PKCS#8 (RFC 8410).
const HEAD: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/// A private key in PEM.
pub(crate) fn private_pem(seed: u8) -> String {
    let der = [&HEAD[..], &[seed; 32]].concat();
    format!("-----BEGIN {0}-----\n{1}\n-----END {0}-----\n", "PRIVATE KEY", STANDARD.encode(der))
}

/// The public key to it, in PEM.
pub(crate) fn public_pem(seed: u8) -> String {
    PrivateKey::parse(&private_pem(seed), || None).expect("a key").public().pem()
}

/// Writes `NAME.pem` and `NAME.pub`.
pub(crate) fn write_keys(dir: &Path, name: &str, seed: u8) {
    let path = dir.join(format!("{name}.pem"));
    fs::write(&path, private_pem(seed)).expect("writes");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("sets");
    }
    fs::write(dir.join(format!("{name}.pub")), public_pem(seed)).expect("writes");
}
