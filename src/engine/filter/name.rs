//! Recognises names whose values are not secrets: public values, hashes, encrypted values, or no values at all.

use super::super::substring::contains;

/// What it is: parts of names without their separators, in lower case, that a name ends with.
const ENDS: [(&str, &str); 37] = [
    ("keyword", "a word to look for"),
    ("keywords", "a word to look for"),
    // A short hash of the key that an assembly is signed with (<https://learn.microsoft.com/dotnet/standard/assembly/identity>, read 2026-11-25).
    ("publickeytoken", "a public key"),
    ("publickey", "a public key"),
    ("pubkey", "a public key"),
    ("publickeyid", "a public key"),
    // Chosen anew for each connection, and only echoed (RFC 6455, section 1.3).
    ("secwebsocketkey", "a nonce"),
    ("secwebsocketaccept", "a nonce"),
    ("requesturi", "a path or an address"),
    ("hassecurepassword", "a declaration"),
    ("fingerprint", "a hash"),
    ("thumbprint", "a hash"),
    ("checksum", "a hash"),
    ("integrity", "a hash"),
    ("publishablekey", "a public key"),
    ("publictoken", "a public key"),
    ("publicapikey", "a public key"),
    ("sitekey", "a public key"),
    ("authenticitytoken", "a nonce"),
    ("csrftoken", "a nonce"),
    ("xsrftoken", "a nonce"),
    ("csrfmiddlewaretoken", "a nonce"),
    ("requestverificationtoken", "a nonce"),
    ("idempotencykey", "a nonce"),
    ("credentialsid", "the name of a secret"),
    ("credentialid", "the name of a secret"),
    // Passes of a renderer, of a filter, of a compiler, and words that end so.
    ("compass", "no password"),
    ("bypass", "no password"),
    ("lowpass", "no password"),
    ("highpass", "no password"),
    ("bandpass", "no password"),
    ("renderpass", "no password"),
    ("subpass", "no password"),
    ("overpass", "no password"),
    ("trespass", "no password"),
    ("encompass", "no password"),
    ("shaderpass", "no password"),
];
/// What a hash is called, at the end of a name.
const HASHES: [&str; 8] = ["hash", "sha1", "sha2", "sha256", "sha384", "sha512", "md5", "digest"];
/// Shorter values are no hash and nothing encrypted.
const SHORTEST_HASH: usize = 16;
/// Longer names are not looked at.
const LONGEST_NAME_LOOKED_AT: usize = 96;

/// The reason why a value of this name cannot be a secret; `None` if it can.
pub(super) fn objection(name: &[u8], value: &[u8]) -> Option<&'static str> {
    let mut joined = [0_u8; LONGEST_NAME_LOOKED_AT];
    let mut length = 0;
    for byte in name.iter().filter(|byte| byte.is_ascii_alphanumeric()).take(LONGEST_NAME_LOOKED_AT) {
        joined[length] = byte.to_ascii_lowercase();
        length += 1;
    }
    let joined = &joined[..length];
    if let Some((_, what)) = ENDS.iter().find(|(end, _)| joined.ends_with(end.as_bytes())) {
        return Some(what);
    }
    if value.len() < SHORTEST_HASH {
        return None;
    }
    // `GPG_KEY`, `--recv-keys`: the fingerprint of a key, or the end of one.
    let is_key = ["gpgkey", "pgpkey", "recvkeys", "gpgkeys", "signingkeyid", "keyserver"];
    if matches!(value.len(), 16 | 40)
        && value.iter().all(u8::is_ascii_hexdigit)
        && is_key.iter().any(|end| joined.ends_with(end.as_bytes()))
    {
        return Some("a hash");
    }
    if HASHES.iter().any(|end| joined.ends_with(end.as_bytes())) || contains(joined, b"hashed") {
        return Some("a hash");
    }
    // `crypted_password`, `encryptedKey`; what was decrypted, or never encrypted, is plain.
    let is_plain = contains(joined, b"decrypted") || contains(joined, b"unencrypted");
    (contains(joined, b"crypted") && !is_plain).then_some("an encrypted value")
}

#[cfg(test)]
mod tests {
    use super::objection;

    #[test]
    fn names_say_what_is_no_secret() {
        let long = "c8acf322c8acf322c8acf322";
        for (name, value, what) in [
            ("keywords", "abcd", Some("a word to look for")),
            ("seoKeyword", "abcd", Some("a word to look for")),
            ("keyword_token", "abcd", None),
            ("PublicKeyToken", "abcdabcdabcdabcd", Some("a public key")),
            ("next.public_key", long, Some("a public key")),
            ("public_key_passphrase", "abcd", None),
            ("Sec-WebSocket-Key", long, Some("a nonce")),
            ("setSecWebSocketKey", long, Some("a nonce")),
            ("request_uri", "abcd", Some("a path or an address")),
            ("has_secure_password", "recovery", Some("a declaration")),
            ("hashed_token", long, Some("a hash")),
            ("passwordHash", long, Some("a hash")),
            ("PASSWORD_SHA256", long, Some("a hash")),
            ("password_hash", "hunter2", None),
            ("hash_secret", long, None),
            ("encryptedKey", long, Some("an encrypted value")),
            ("crypted_password", long, Some("an encrypted value")),
            ("decrypted_password", long, None),
            ("unencryptedSecret", long, None),
            ("encryption_key", long, None),
        ] {
            assert_eq!(objection(name.as_bytes(), value.as_bytes()), what, "{name}");
        }
    }
}
