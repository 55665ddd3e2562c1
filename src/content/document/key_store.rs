//! Key stores: whether a password that everybody tries opens them. What is in them stays closed.
//!
//! Only the check of integrity is computed, which every store has behind its content.
//! Formats: `sun.security.provider.JavaKeyStore` of OpenJDK (<https://github.com/openjdk/jdk/tree/master/src/java.base/share/classes/sun/security/provider>)
//! and RFC 7292 (read 2026-12-01).

use crate::content::fault::Fault;
use crate::content::input::Input;
use crate::content::parts::{Flow, Parts};
use crate::model::ProblemKind;
use hmac::digest::core_api::BlockSizeUser;
use hmac::{Mac as _, SimpleHmac};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use std::ops::ControlFlow;

/// Passwords of tools, their manuals and their examples: `keytool`'s own, Android's debug store, servers of Java.
const WELL_KNOWN: [&str; 16] = [
    "",
    "changeit",
    "changeme",
    "password",
    "secret",
    "keystore",
    "storepass",
    "android",
    "tomcat",
    "test",
    "admin",
    "default",
    "123456",
    "12345678",
    "pass",
    "mysecret",
];
/// So many rounds are computed for one store, about a tenth of a second: one that asks for many is tried with fewer passwords.
const MOST_ROUNDS: u64 = 400_000;
/// Longer than any store of keys, bytes.
const LONGEST: usize = 16 << 20;

/// Says of one of Java's own formats what can be said. One that holds nothing but certificates keeps no secret.
pub(in crate::content) fn expand_java(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let held = input.into_memory(parts.budget)?;
    let (keys, password) = (keys_of_java(&held), java_password(&held));
    held.release(parts.budget);
    if keys == Some(0) {
        return Ok(ControlFlow::Continue(()));
    }
    Err(closed(password, "keytool -list"))
}

/// Says of a PKCS #12 file what can be said.
pub(in crate::content) fn expand_pkcs12(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let held = input.into_memory(parts.budget)?;
    let password = if held.len() <= LONGEST { pkcs12_password(&held) } else { None };
    held.release(parts.budget);
    Err(closed(password, "openssl pkcs12"))
}

fn closed(password: Option<&str>, tool: &str) -> Fault {
    let detail = match password {
        Some("") => format!(
            "a key store that is open: its password is empty, so whoever has the file has its keys (`{tool}` lists them)"
        ),
        Some(password) => {
            format!(
                "a key store that is open: its password is `{password}`, which everybody tries, so whoever has the file has its keys (`{tool}` lists them)"
            )
        }
        None => format!("a key store, closed by a password: list what it holds with `{tool}`"),
    };
    Fault::new(ProblemKind::Encrypted, detail)
}

/// How many keys a store of Java's holds, private or secret; `None` when it is damaged.
fn keys_of_java(bytes: &[u8]) -> Option<u64> {
    fn take<'b>(rest: &mut &'b [u8], count: usize) -> Option<&'b [u8]> {
        let (taken, left) = rest.split_at_checked(count)?;
        *rest = left;
        Some(taken)
    }
    fn number(rest: &mut &[u8]) -> Option<usize> {
        take(rest, 4).map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]) as usize)
    }
    fn text(rest: &mut &[u8]) -> Option<()> {
        let length = take(rest, 2).map(|two| usize::from(u16::from_be_bytes([two[0], two[1]])))?;
        take(rest, length).map(drop)
    }
    fn certificate(rest: &mut &[u8], version: usize) -> Option<()> {
        if version > 1 {
            text(rest)?;
        }
        let length = number(rest)?;
        take(rest, length).map(drop)
    }
    let mut rest = bytes.get(4..)?;
    let (version, count) = (number(&mut rest)?, number(&mut rest)?);
    let mut keys = 0;
    for _ in 0..count {
        let kind = number(&mut rest)?;
        text(&mut rest)?;
        take(&mut rest, 8)?;
        match kind {
            1 => {
                keys += 1;
                let length = number(&mut rest)?;
                take(&mut rest, length)?;
                for _ in 0..number(&mut rest)? {
                    certificate(&mut rest, version)?;
                }
            }
            2 => certificate(&mut rest, version)?,
            // A sealed object, whose length is not said.
            3 => return Some(keys + 1),
            _ => return None,
        }
    }
    // A digest ends it.
    (rest.len() == 20).then_some(keys)
}

/// The well-known password that a store of Java's has.
fn java_password(bytes: &[u8]) -> Option<&'static str> {
    let (content, digest) = bytes.split_at_checked(bytes.len().checked_sub(20)?)?;
    WELL_KNOWN.into_iter().find(|password| {
        let wide: Vec<u8> = password.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let own = Sha1::new().chain_update(wide).chain_update(b"Mighty Aphrodite").chain_update(content).finalize();
        own.as_slice() == digest
    })
}

/// The well-known password that a PKCS #12 file has.
fn pkcs12_password(bytes: &[u8]) -> Option<&'static str> {
    let (_, file, _) = der(bytes)?;
    let (_, _, rest) = der(file)?;
    let (_, safe, rest) = der(rest)?;
    let (_, _, content) = der(safe)?;
    let (_, content, _) = der(content)?;
    let (_, content, _) = der(content)?;
    let (_, mac, _) = der(rest)?;
    let (_, info, rest) = der(mac)?;
    let (_, salt, rest) = der(rest)?;
    let rounds =
        der(rest).map_or(1, |(_, bytes, _)| bytes.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte)));
    let (_, algorithm, digest) = der(info)?;
    let (_, algorithm, _) = der(algorithm)?;
    let (_, digest, _) = der(digest)?;
    let is_right = |password: &[u8]| match algorithm {
        b"\x2B\x0E\x03\x02\x1A" => mac_of::<Sha1>(password, salt, rounds, content) == digest,
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x01" => mac_of::<Sha256>(password, salt, rounds, content) == digest,
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x02" => mac_of::<Sha384>(password, salt, rounds, content) == digest,
        b"\x60\x86\x48\x01\x65\x03\x04\x02\x03" => mac_of::<Sha512>(password, salt, rounds, content) == digest,
        _ => false,
    };
    let tried = usize::try_from(MOST_ROUNDS / rounds.max(1)).unwrap_or(usize::MAX);
    WELL_KNOWN.into_iter().take(tried).find(|password| {
        let wide: Vec<u8> = password.encode_utf16().chain([0]).flat_map(u16::to_be_bytes).collect();
        // An empty password is none at all for some programs, and an end mark for others.
        is_right(&wide) || password.is_empty() && is_right(b"")
    })
}

/// The check of integrity: HMAC with a key of RFC 7292, appendix B.2. One block of the derivation is as long as the key.
fn mac_of<D: Digest + BlockSizeUser>(password: &[u8], salt: &[u8], rounds: u64, content: &[u8]) -> Vec<u8> {
    let block = D::block_size();
    let filled =
        |bytes: &[u8]| -> Vec<u8> { bytes.iter().copied().cycle().take(bytes.len().next_multiple_of(block)).collect() };
    let first = D::new().chain_update(vec![3; block]).chain_update(filled(salt)).chain_update(filled(password));
    let mut key = first.finalize().to_vec();
    for _ in 1..rounds {
        key = D::digest(&key).to_vec();
    }
    let mac = SimpleHmac::<D>::new_from_slice(&key).map(|mac| mac.chain_update(content).finalize());
    mac.map(|mac| mac.into_bytes().to_vec()).unwrap_or_default()
}

/// The first value of DER: its tag, its content, and what follows it.
fn der(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, first) = (*bytes.first()?, *bytes.get(1)?);
    let (length, at) = match first {
        short @ 0..=0x7F => (usize::from(short), 2),
        long @ 0x81..=0x84 => {
            let count = usize::from(long & 0x7F);
            let number = bytes.get(2..2 + count)?;
            (number.iter().fold(0, |value, byte| value << 8 | usize::from(*byte)), 2 + count)
        }
        // Lengths that are not said are for streams.
        _ => return None,
    };
    let end = at.checked_add(length)?;
    Some((tag, bytes.get(at..end)?, bytes.get(end..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stores_of_java_are_checked_by_their_digest() {
        // A store with one certificate.
        let entry = [&[0, 0, 0, 2, 0, 1, b'a'][..], &[0; 8], &[0, 1, b'X', 0, 0, 0, 2, 9, 9]].concat();
        let content = [&b"\xFE\xED\xFE\xED\0\0\0\x02\0\0\0\x01"[..], &entry].concat();
        let ended = [&content[..], &[0; 20]].concat();
        assert_eq!(keys_of_java(&ended), Some(0));
        for password in ["changeit", "", "of nobody else"] {
            let wide: Vec<u8> = password.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let digest = Sha1::digest([&wide[..], b"Mighty Aphrodite", &content].concat());
            let whole = [&content[..], digest.as_slice()].concat();
            assert_eq!(java_password(&whole), WELL_KNOWN.into_iter().find(|known| *known == password));
        }
        for cut in 0..ended.len() {
            assert_eq!(keys_of_java(&ended[..cut]), None);
            java_password(&ended[..cut]);
        }
    }

    #[test]
    fn damaged_files_are_only_closed() {
        let whole = [&[0x30, 0x82, 0, 20, 2, 1, 3, 0x30, 12][..], &[6; 16]].concat();
        for cut in 0..whole.len() {
            assert_eq!(pkcs12_password(&whole[..cut]), None);
        }
    }
}
