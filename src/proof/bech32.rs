//! Bech32 (BIP 173): the last six characters are a checksum of all others.

use super::Outcome;

const ALPHABET: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const TAIL: usize = 6;

pub(super) fn check(secret: &[u8]) -> Outcome {
    match parts(secret) {
        Some((name, data)) => Outcome::of_checksum(polymod(&expanded(&name, &data)) == 1),
        None => Outcome::refuted("not Bech32"),
    }
}

/// The correct checksum for a text whose last six characters are arbitrary.
pub(super) fn tail(secret: &[u8]) -> Option<Vec<u8>> {
    let (name, mut data) = parts(secret)?;
    data.truncate(data.len().checked_sub(TAIL)?);
    data.extend([0; TAIL]);
    let rest = polymod(&expanded(&name, &data)) ^ 1;
    let is_upper = secret.iter().any(u8::is_ascii_uppercase);
    let tail = (0..TAIL).map(|at| ALPHABET[(rest >> (5 * (TAIL - 1 - at))) as usize & 31]);
    Some(tail.map(|byte| if is_upper { byte.to_ascii_uppercase() } else { byte }).collect())
}

/// The part before the last `1`, in lower case, and the values of the characters after it.
fn parts(secret: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let lower = secret.to_ascii_lowercase();
    let one = lower.iter().rposition(|byte| *byte == b'1')?;
    let value = |byte: &u8| ALPHABET.iter().position(|known| known == byte).and_then(|at| u8::try_from(at).ok());
    let data: Vec<u8> = lower[one + 1..].iter().map(value).collect::<Option<_>>()?;
    (data.len() >= TAIL && one > 0).then(|| (lower[..one].to_vec(), data))
}

fn expanded(name: &[u8], data: &[u8]) -> Vec<u8> {
    let high = name.iter().map(|byte| byte >> 5);
    let low = name.iter().map(|byte| byte & 31);
    high.chain([0]).chain(low).chain(data.iter().copied()).collect()
}

/// The checksum of BIP 173.
fn polymod(values: &[u8]) -> u32 {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    values.iter().fold(1, |sum, value| {
        let top = sum >> 25;
        let next = (sum & 0x01ff_ffff) << 5 ^ u32::from(*value);
        GENERATOR.iter().enumerate().filter(|(at, _)| top >> at & 1 == 1).fold(next, |sum, (_, part)| sum ^ part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::Verdict;

    #[test]
    fn the_vectors_of_the_standard() {
        for text in
            ["A12UEL5L", "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs"]
        {
            assert_eq!(check(text.as_bytes()).verdict, Verdict::Proved, "{text}");
        }
        assert_eq!(check(b"A12UEL5M").verdict, Verdict::Refuted("checksum does not match"));
        assert_eq!(check(b"A12UEL5B").verdict, Verdict::Refuted("not Bech32"));
    }

    #[test]
    fn the_tail_is_what_makes_it_right() {
        let body = "ABC-1QPZRY9X8GF";
        let tail = tail(format!("{body}QQQQQQ").as_bytes()).expect("Bech32");
        assert_eq!(check(&[body.as_bytes(), &tail].concat()).verdict, Verdict::Proved);
    }
}
