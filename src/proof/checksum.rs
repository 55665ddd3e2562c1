//! Tokens that end in a CRC-32.

use super::Outcome;
use super::encoding::{BASE62, in_digits};

/// Checks `<prefix>_`, 30 characters and the CRC-32 of those 30 in six base-62 digits: tokens of GitHub and npm. A token of another length
/// has another format and stays unknown.
pub(super) fn crc32_base62(secret: &[u8]) -> Outcome {
    match body_and_tail(secret) {
        Some((body, tail)) => Outcome::of_checksum(tail == base62_tail(body)),
        None => Outcome::unknown(),
    }
}

pub(super) fn body_and_tail(secret: &[u8]) -> Option<(&[u8], &[u8])> {
    let prefix = secret.iter().rposition(|byte| *byte == b'_')? + 1;
    let (body, tail) = secret[prefix..].split_at_checked(30)?;
    (tail.len() == 6).then_some((body, tail))
}

pub(super) fn base62_tail(body: &[u8]) -> Vec<u8> {
    in_digits(crc32fast::hash(body), BASE62, 6)
}

/// Checks that the last eight capital hexadecimal digits are the CRC-32 of everything before them: tokens of Atlassian. Their `=` may be
/// escaped, as in a URL or a properties file.
pub(super) fn crc32_hex(secret: &[u8]) -> Outcome {
    let Some((body, tail)) = secret.split_last_chunk::<8>() else { return Outcome::unknown() };
    Outcome::of_checksum(*tail == *hex_tail(body).as_bytes())
}

pub(super) fn hex_tail(body: &[u8]) -> String {
    let unescaped = [&b"%3D"[..], b"%3d", b"\\="].iter().find_map(|escaped| body.strip_suffix(*escaped));
    let crc = match unescaped {
        Some(before) => crc32fast::hash(&[before, b"="].concat()),
        None => crc32fast::hash(body),
    };
    format!("{crc:08X}")
}

/// Checks `glsa_<32 characters>_<CRC-32>`: the CRC-32 of everything before the last underscore, as four bytes in little-endian order
/// (`pkg/components/satokengen/tokengen.go` of <https://github.com/grafana/grafana>, read 2026-11-24).
pub(super) fn grafana(secret: &[u8]) -> Outcome {
    match secret.split_last_chunk::<9>() {
        Some((body, [b'_', tail @ ..])) => Outcome::of_checksum(tail == grafana_tail(body).as_bytes()),
        _ => Outcome::unknown(),
    }
}

pub(super) fn grafana_tail(body: &[u8]) -> String {
    format!("{:08x}", crc32fast::hash(body).swap_bytes())
}

/// Checks `zpka_<32 characters>_<CRC-32 of the 32 characters>`.
pub(super) fn zuplo(secret: &[u8]) -> Outcome {
    match secret.strip_prefix(b"zpka_").and_then(|rest| rest.split_last_chunk::<9>()) {
        Some((body, [b'_', tail @ ..])) => Outcome::of_checksum(tail == zuplo_tail(body).as_bytes()),
        _ => Outcome::unknown(),
    }
}

pub(super) fn zuplo_tail(body: &[u8]) -> String {
    format!("{:08x}", crc32fast::hash(body))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Verdict;

    const WRONG: Verdict = Verdict::Refuted("checksum does not match");

    fn made(parts: &[&str]) -> Vec<u8> {
        parts.concat().into_bytes()
    }

    #[test]
    fn base62_tails() {
        // CRC-32 of thirty zeros, computed with Python's zlib.
        let zeros = "0".repeat(30);
        let right = made(&["abc_", &zeros, "2C8GjS"]);
        assert_eq!(
            crc32_base62(&right).verdict,
            Verdict::Proved,
            "{:?}",
            String::from_utf8(base62_tail(zeros.as_bytes()))
        );
        assert_eq!(crc32_base62(&made(&["abc_", &zeros, "2C8GjT"])).verdict, WRONG);
        assert_eq!(crc32_base62(&made(&["abc_", &zeros])).verdict, Verdict::Unknown);
        assert_eq!(crc32_base62(&made(&["abc", &zeros, "2C8GjS"])).verdict, Verdict::Unknown);
    }

    #[test]
    fn hex_tails() {
        let body = "AT_abc=";
        let tail = hex_tail(body.as_bytes());
        assert_eq!(crc32_hex(&made(&[body, &tail])).verdict, Verdict::Proved);
        assert_eq!(crc32_hex(&made(&["AT_abc\\=", &tail])).verdict, Verdict::Proved);
        assert_eq!(crc32_hex(&made(&["AT_abc%3D", &tail])).verdict, Verdict::Proved);
        assert_eq!(crc32_hex(&made(&["AT_abd=", &tail])).verdict, WRONG);
        assert_eq!(crc32_hex(&made(&[body, &tail.to_lowercase()])).verdict, WRONG);
        assert_eq!(crc32_hex(b"short").verdict, Verdict::Unknown);
    }

    #[test]
    fn grafana_and_zuplo() {
        let body = format!("gls{}_{}", "a", "k".repeat(32));
        assert_eq!(grafana(&made(&[&body, "_", &grafana_tail(body.as_bytes())])).verdict, Verdict::Proved);
        assert_eq!(grafana(&made(&[&body, "_", "00000000"])).verdict, WRONG);
        let body = "k".repeat(32);
        assert_eq!(zuplo(&made(&["zpka_", &body, "_", &zuplo_tail(body.as_bytes())])).verdict, Verdict::Proved);
        assert_eq!(zuplo(&made(&["zpka_", &body, "_", "00000000"])).verdict, WRONG);
    }

    #[test]
    fn grafana_writes_the_lowest_byte_first() {
        // Grafana's generator writes byte 0 of the checksum first.
        let crc = crc32fast::hash(b"body");
        let bytes = crc.to_le_bytes();
        assert_eq!(grafana_tail(b"body"), bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    }
}
