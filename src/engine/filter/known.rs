//! Values that are no secret because of what they plainly are: colours, fingerprints, addresses, algorithms, keys made to be public.

use super::super::assignment::Assignment;
use super::super::substring::contains;

/// What values begin with that are made to be shown to everybody: publishable keys of Stripe (<https://docs.stripe.com/keys>), Supabase
/// (<https://supabase.com/docs/guides/api/api-keys>) and Mapbox (<https://docs.mapbox.com/help/dive-deeper/access-tokens>), site keys of
/// Cloudflare Turnstile; read 2026-12-01.
const PUBLIC: [&[u8]; 7] =
    [b"pk_live_", b"pk_test_", b"sb_publishable_", b"pk.eyJ", b"0x4AAAAAAA", b"ssh-ed25519", b"ssh-rsa"];
/// What somebody put for the rest of a value.
const ELLIPSIS: &[u8] = "\u{2026}".as_bytes();
const BULLET: &[u8] = "\u{2022}".as_bytes();
/// Parts of the names of algorithms, without digits and separators; the longest stand first.
const ALGORITHMS: [&[u8]; 45] = [
    b"diffie",
    b"hellman",
    b"chacha",
    b"poly",
    b"curve",
    b"sntrup",
    b"mlkem",
    b"ecdsa",
    b"ecdh",
    b"eddsa",
    b"hmac",
    b"pbkdf",
    b"argon",
    b"bcrypt",
    b"scrypt",
    b"rsassa",
    b"pkcs",
    b"oaep",
    b"padding",
    b"openssh",
    b"libssh",
    b"blowfish",
    b"camellia",
    b"nistp",
    b"secp",
    b"sha",
    b"aes",
    b"rsa",
    b"dsa",
    b"des",
    b"ede",
    b"cbc",
    b"gcm",
    b"ctr",
    b"ecb",
    b"ccm",
    b"etm",
    b"mgf",
    b"and",
    b"with",
    b"group",
    b"exchange",
    b"com",
    b"ed",
    b"x",
];

/// What the value is, or `None` when it may be a secret.
pub(super) fn objection(text: &[u8], found: &Assignment) -> Option<&'static str> {
    let value = &text[found.value.clone()];
    // `ALL:!aNULL:!PSK:!RC4`.
    if found.name.start.checked_sub(1).is_some_and(|at| text[at] == b'!') {
        return Some("a list of ciphers");
    }
    if is_colour(value) {
        return Some("a colour");
    }
    if is_fingerprint(text, found) {
        return Some("a fingerprint");
    }
    if is_address(value) {
        return Some("an address of a chain of blocks");
    }
    if PUBLIC.iter().any(|prefix| value.starts_with(prefix)) {
        return Some("a public key");
    }
    is_algorithm(value).then_some("an algorithm")
}

/// Whether somebody put a sign for the rest of a value.
pub(super) fn is_elided(value: &[u8]) -> bool {
    [ELLIPSIS, BULLET].iter().any(|mark| contains(value, mark))
}

/// `GPG key: 0F13…`: forty hexadecimal digits behind the name of the program that prints them so.
fn is_fingerprint(text: &[u8], found: &Assignment) -> bool {
    let value = &text[found.value.clone()];
    let start = found.name.start.min(found.value.start);
    value.len() == 40 && value.iter().all(u8::is_ascii_hexdigit) && {
        let head = text[start.saturating_sub(16)..start].to_ascii_lowercase();
        contains(&head, b"gpg") || contains(&head, b"pgp")
    }
}

/// `#EAE6FF`.
fn is_colour(value: &[u8]) -> bool {
    value
        .strip_prefix(b"#")
        .is_some_and(|digits| matches!(digits.len(), 6 | 8) && digits.iter().all(u8::is_ascii_hexdigit))
}

/// `0x` and the twenty bytes of an account or a contract; twice as many may be a private key.
fn is_address(value: &[u8]) -> bool {
    value.strip_prefix(b"0x").is_some_and(|digits| digits.len() == 40 && digits.iter().all(u8::is_ascii_hexdigit))
}

/// `PBKDF2WithHmacSHA256`, `sntrup761x25519-sha512@openssh.com`: of its letters, all are the names of algorithms.
fn is_algorithm(value: &[u8]) -> bool {
    if value.len() < 6 || value.len() > 64 || !value.iter().any(|byte| byte.is_ascii_digit() || *byte == b'-') {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let mut names = 0;
    lower.split(|byte| !byte.is_ascii_alphabetic()).all(|part| {
        let mut rest = part;
        while !rest.is_empty() {
            let Some(name) = ALGORITHMS.iter().find(|name| rest.starts_with(name)) else { return false };
            names += usize::from(name.len() > 2);
            rest = &rest[name.len()..];
        }
        true
    }) && names > 0
}

#[cfg(test)]
mod tests {
    use super::{is_address, is_algorithm, is_colour};

    #[test]
    fn algorithms_are_told_from_passwords() {
        for (value, is) in [
            ("PBKDF2WithHmacSHA256", true),
            ("sntrup761x25519-sha512@openssh.com", true),
            ("AES/CBC/PKCS5Padding", true),
            ("diffie-hellman-group14-sha256", true),
            ("desert-fox-25", false),
            ("sha-la-la-1999", false),
            ("rsa", false),
        ] {
            assert_eq!(is_algorithm(value.as_bytes()), is, "{value}");
        }
    }

    #[test]
    fn colours_and_addresses_have_a_length() {
        let address = format!("0x{}", "a1".repeat(20));
        assert!(is_address(address.as_bytes()) && !is_address(&address.as_bytes()[..41]));
        assert!(is_colour(b"#EAE6FF") && !is_colour(b"#EAE6F") && !is_colour(b"#pass12"));
    }
}
