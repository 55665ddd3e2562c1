//! Secrets that pass the checks, for the examples of the rules.
//!
//! The generator of examples creates a random text that matches a rule's pattern. It has the right prefix and length but neither checksum
//! nor structure; [`complete`] adds those.

mod key;
mod object;
mod token;

use crate::model::ProofKind;

/// A random text that matches a rule's pattern, and for each byte whether the pattern fixes it.
struct Draft<'a> {
    bytes: &'a [u8],
    fixed: &'a [bool],
}

/// A source of random numbers.
pub type Random<'a> = dyn FnMut() -> u64 + 'a;

/// Turns a random text that matches a rule's pattern into a secret that the check does not refute. `fixed` tells for each byte whether the
/// pattern fixes it. Other constraints of the pattern are kept where possible.
#[must_use]
pub fn complete(kind: ProofKind, text: &[u8], fixed: &[bool], random: &mut Random<'_>) -> Vec<u8> {
    let draft = &Draft { bytes: text, fixed };
    let bytes = text.to_vec();
    match kind {
        ProofKind::AtlassianDataCenterToken => token::numbered(&bytes, random),
        ProofKind::Base64Credentials => token::credentials(&bytes, random),
        ProofKind::Base64Json => object::in_base64(draft, random),
        ProofKind::Base64Uuid => token::uuid(&bytes, random),
        ProofKind::Bech32 => token::bech32(bytes),
        ProofKind::Crc32Base62 => token::crc32_base62(bytes),
        ProofKind::Crc32Hex => token::crc32_hex(bytes),
        ProofKind::Der => key::der_in_base64(random),
        ProofKind::DiscordBotToken => token::discord(&bytes, random),
        ProofKind::FlyMacaroon => token::fly(&bytes, random),
        ProofKind::GitlabRoutableToken => token::gitlab(bytes, random),
        ProofKind::GoogleServiceAccount => key::escaped(random),
        ProofKind::GrafanaServiceAccountToken => token::grafana(bytes),
        ProofKind::Jwt => object::jwt(draft, random),
        ProofKind::JwtBase64 => object::jwt_in_base64(&bytes, random),
        ProofKind::NatsNkey => token::nkey(bytes),
        ProofKind::Pem => key::pem(&bytes, random),
        ProofKind::PemBase64 => key::pem_in_base64(random),
        ProofKind::PgpKeyBlock => key::pgp(random),
        ProofKind::PypiMacaroon => token::pypi(&bytes, random),
        ProofKind::ZuploKey => token::zuplo(bytes),
        // These checks read facts but cannot refute what matches the pattern.
        ProofKind::AwsKeyId | ProofKind::AzureSas | ProofKind::PuttyKey | ProofKind::TotpSeed => bytes,
    }
}

/// That many random bytes.
fn bytes(count: usize, random: &mut Random<'_>) -> Vec<u8> {
    (0..count).map(|_| (random() >> 32) as u8).collect()
}

/// That many random characters of an alphabet.
fn characters(count: usize, alphabet: &[u8], random: &mut Random<'_>) -> Vec<u8> {
    (0..count).map(|_| alphabet[(random() >> 33) as usize % alphabet.len()]).collect()
}

/// A secret that passes a check, from a typical draft.
#[cfg(test)]
pub(crate) fn of(kind: ProofKind, seed: u64) -> Vec<u8> {
    use super::encoding::{BASE32, BASE62};
    let mut state = seed;
    let mut random = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state ^ state >> 29
    };
    let draft = match kind {
        ProofKind::AwsKeyId => [&b"AKIA"[..], &characters(16, BASE32, &mut random)].concat(),
        ProofKind::Base64Json => b"pk.eyJ1Ijoi".iter().copied().chain(characters(40, BASE62, &mut random)).collect(),
        ProofKind::Base64Uuid => vec![b'a'; 48],
        ProofKind::Bech32 => [&b"AGE-SECRET-KEY-1"[..], &characters(58, b"QPZRY9X8", &mut random)].concat(),
        ProofKind::Crc32Base62 => [&b"abc_"[..], &characters(36, BASE62, &mut random)].concat(),
        ProofKind::Crc32Hex => [&b"AT"[..], &characters(40, BASE62, &mut random)].concat(),
        ProofKind::FlyMacaroon => b"fm2_".to_vec(),
        ProofKind::GitlabRoutableToken => b"glpat-abc.01.234567890".to_vec(),
        ProofKind::GrafanaServiceAccountToken => {
            [&b"glsa_"[..], &characters(32, BASE62, &mut random), b"_00000000"].concat()
        }
        ProofKind::JwtBase64 => b"ZXlKaGJHY2lP".to_vec(),
        ProofKind::NatsNkey => [&b"SUA"[..], &characters(55, BASE32, &mut random)].concat(),
        ProofKind::Pem => b"-----BEGIN RSA PRIVATE KEY-----".to_vec(),
        ProofKind::PuttyKey => characters(64, BASE62, &mut random),
        ProofKind::TotpSeed => characters(32, BASE32, &mut random),
        ProofKind::ZuploKey => [&b"zpka_"[..], &characters(32, b"abcdef0123", &mut random), b"_00000000"].concat(),
        _ => characters(44, BASE62, &mut random),
    };
    let fixed = vec![kind == ProofKind::Base64Json; 11.min(draft.len())];
    complete(kind, &draft, &fixed, &mut random)
}
