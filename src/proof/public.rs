//! Public keys. They stand next to names such as `key`, look as random as private keys, and are not secret.

use super::encoding::base32;
use super::nkey::crc16;

/// Prefixes of public keys: SSH's wire format by algorithm (RFC 4253, section 6.6, and RFC 8709) and subject public key infos of RSA, EC
/// and Ed25519 keys (RFC 5280, section 4.1) in base64, a PEM header, and recipients of age (<https://age-encryption.org/v1>, read
/// 2026-11-24).
const HEADS: [&[u8]; 14] = [
    b"ssh-rsa ",
    b"ssh-ed25519 ",
    b"ecdsa-sha2-",
    b"AAAAB3NzaC1yc2E",
    b"AAAAC3NzaC1lZDI1NTE5",
    b"AAAAE2VjZHNhLXNoYTIt",
    b"MIIBIjANBgkqhkiG9w0BAQEFAAOC",
    b"MIICIjANBgkqhkiG9w0BAQEFAAOC",
    b"MIGfMA0GCSqGSIb3DQEBAQUAA4GN",
    b"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
    b"MCowBQYDK2VwAyEA",
    b"-----BEGIN PUBLIC KEY",
    b"-----BEGIN CERTIFICATE",
    b"age1",
];
/// Length in bytes of a decoded public key of NATS: type, 32 bytes, CRC-16.
const NKEY: usize = 35;

/// Whether the value is a public key.
#[must_use]
pub fn is_public_key(value: &[u8]) -> bool {
    HEADS.iter().any(|head| value.starts_with(head) && value.len() > 40) || is_nkey(value)
}

/// Whether the value is a NATS public key: operator, account, user, server, cluster or curve key (`strkey.go` of
/// <https://github.com/nats-io/nkeys>, read 2026-11-24).
fn is_nkey(value: &[u8]) -> bool {
    value.len() == NKEY * 8 / 5
        && b"OAUNCX".contains(&value[0])
        && base32(value)
            .is_some_and(|bytes| bytes.len() == NKEY && bytes[NKEY - 2..] == crc16(&bytes[..NKEY - 2]).to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Encodes bytes in base 32, in capitals.
    fn encode(bytes: &[u8]) -> Vec<u8> {
        let bits = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect::<Vec<u8>>();
        let digit = |five: &[u8]| {
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(five.iter().fold(0, |sum, bit| sum << 1 | bit))]
        };
        bits.chunks(5).map(digit).collect()
    }

    #[test]
    fn nkeys_by_their_checksum() {
        let mut bytes = vec![20 << 3];
        bytes.extend((0..32).map(|n: u8| n.wrapping_mul(37)));
        bytes.extend(crc16(&bytes).to_le_bytes());
        let key = encode(&bytes);
        assert!(is_public_key(&key), "{}", String::from_utf8_lossy(&key));
        let mut wrong = key.clone();
        wrong[30] = if wrong[30] == b'A' { b'B' } else { b'A' };
        assert!(!is_public_key(&wrong) && !is_public_key(&key[1..]));
        assert!(!is_public_key(b"") && !is_public_key("é".repeat(28).as_bytes()));
    }

    #[test]
    fn others_by_how_they_begin() {
        assert!(is_public_key(format!("ssh-ed25519 {}", "A".repeat(68)).as_bytes()));
        assert!(!is_public_key(b"age1") && !is_public_key(b"age12345"));
    }
}
