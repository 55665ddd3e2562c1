//! Estimates whether a secret could be found by guessing.
//!
//! The estimate errs on the low side. A token that is taken for a password costs a slow digest; a password that is taken for a token could
//! be guessed at a billion tries a second. The estimate decides which digest is looked up, so a change of it needs a new version of the
//! ledger formats.

use std::collections::HashSet;

/// Secrets of at least 64 bits cannot be guessed: at 10^10 tries a second, 2^64 tries take 58 years.
const UNGUESSABLE_BITS: f64 = 64.0;
/// Bits of a word: one out of two thousand common ones.
const WORD_BITS: f64 = 11.0;
/// Bytes beyond this length do not change the answer.
const LONGEST_GUESSABLE: usize = 512;

/// Whether a secret could be found within years by trying words, names, dates and their usual variations.
#[must_use]
pub fn is_guessable(secret: &[u8]) -> bool {
    let secret = &secret[..secret.len().min(LONGEST_GUESSABLE)];
    // `user:password` in base64 looks random but is not.
    bits(secret) < UNGUESSABLE_BITS || decoded(secret).is_some_and(|text| bits(&text) < UNGUESSABLE_BITS)
}

/// Lower bound of a text's entropy in bits. Counting stops at [`UNGUESSABLE_BITS`].
fn bits(text: &[u8]) -> f64 {
    if let Some(bits) = hexadecimal(text) {
        return bits;
    }
    let mut seen: Vec<&[u8]> = Vec::new();
    let mut total = 0.0;
    for chunk in text.chunk_by(|a, b| belong_together(*a, *b)) {
        let is_new = !seen.iter().any(|known| known.eq_ignore_ascii_case(chunk));
        seen.push(chunk);
        let length = chunk.len() as f64;
        total += match chunk[0] {
            _ if !is_new => 1.0,
            b'0'..=b'9' if chunk.len() == 4 && (chunk.starts_with(b"19") || chunk.starts_with(b"20")) => 7.0,
            b'0'..=b'9' => 3.3 * surprises(chunk) as f64,
            byte if byte.is_ascii_alphabetic() && is_sequence(chunk) => 5.0_f64.min(4.7 * length),
            byte if byte.is_ascii_alphabetic() => WORD_BITS.min(4.7 * length),
            byte if byte.is_ascii() => 5.0,
            _ => 4.0,
        };
        if total >= UNGUESSABLE_BITS {
            break;
        }
    }
    total
}

/// Whether two neighbours belong to the same chunk: two digits, or two letters of one case after at most one capital.
fn belong_together(a: u8, b: u8) -> bool {
    (a.is_ascii_digit() && b.is_ascii_digit())
        || (a.is_ascii_alphabetic() && b.is_ascii_lowercase())
        || (a.is_ascii_uppercase() && b.is_ascii_uppercase())
        || (a == b && !a.is_ascii_alphanumeric())
}

/// Number of digits that do not continue the pattern of those before them; `1234567890` and `12121212` have few.
fn surprises(digits: &[u8]) -> usize {
    let steps: Vec<u8> = digits.windows(2).map(|pair| (pair[1] + 10 - pair[0]) % 10).collect();
    let goes_on = |at: &usize| (at.saturating_sub(2)..*at).any(|before| steps[before] == steps[*at]);
    1 + (0..steps.len()).filter(|at| !goes_on(at)).count()
}

/// Whether a chunk is like `aaaa`, `abcd` or `fedc`.
fn is_sequence(chunk: &[u8]) -> bool {
    let step = |by: i16| chunk.windows(2).all(|pair| i16::from(pair[1]) - i16::from(pair[0]) == by);
    chunk.len() >= 3 && (step(0) || step(1) || step(-1))
}

/// Four bits for each digit, for a text of hexadecimal digits that looks random.
fn hexadecimal(text: &[u8]) -> Option<f64> {
    let digits: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'-').collect();
    let one_case = |is_other: fn(&u8) -> bool| digits.iter().all(|byte| byte.is_ascii_hexdigit() && !is_other(byte));
    let distinct = digits.iter().collect::<HashSet<_>>().len();
    let is_random = digits.len() >= 16
        && distinct >= 8
        && digits.iter().any(u8::is_ascii_digit)
        && digits.iter().any(u8::is_ascii_alphabetic)
        && (one_case(u8::is_ascii_uppercase) || one_case(u8::is_ascii_lowercase));
    is_random.then_some(4.0 * digits.len() as f64)
}

/// Decodes a base64 text whose content is text.
fn decoded(text: &[u8]) -> Option<Vec<u8>> {
    let body: &[u8] = &text[..text.iter().rposition(|byte| *byte != b'=')? + 1];
    if body.len() < 8 || body.len() % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(body.len());
    for group in body.chunks(4) {
        let mut value = 0_u32;
        for byte in group {
            let digit = match byte {
                b'A'..=b'Z' => byte - b'A',
                b'a'..=b'z' => byte - b'a' + 26,
                b'0'..=b'9' => byte - b'0' + 52,
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                _ => return None,
            };
            value = value << 6 | u32::from(digit);
        }
        value <<= 6 * (4 - group.len());
        out.extend_from_slice(&value.to_be_bytes()[1..group.len()]);
    }
    out.iter().all(|byte| matches!(byte, b' '..=b'~')).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_is_guessable() {
        let passwords = [
            "hunter2",
            "P@$$w0rd!!!",
            "Welcome2024!",
            "Oracle_19c",
            "correct-horse-battery-staple",
            "MyVeryLongCompanyPassword2023",
            "qwertyuiopasdfghjkl",
            "1234567890123456789012",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "passwordpasswordpasswordpassword",
            "admin:admin:admin:admin:admin:admin",
            "",
        ];
        for password in passwords {
            assert!(is_guessable(password.as_bytes()), "{password}: {}", bits(password.as_bytes()));
        }
        // `user:secret-pass` in base64.
        assert!(is_guessable(b"dXNlcjpzZWNyZXQtcGFzcw=="));
    }

    #[test]
    fn what_a_machine_made_is_not() {
        // A fixed generator, so that no token stands here.
        let mut state = 7_u64;
        let mut random = |alphabet: &str, length: usize| -> String {
            let mut next = || {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                alphabet.as_bytes()[(state >> 33) as usize % alphabet.len()] as char
            };
            (0..length).map(|_| next()).collect()
        };
        let lower = "abcdefghijklmnopqrstuvwxyz0123456789";
        let all = format!("{lower}ABCDEFGHIJKLMNOPQRSTUVWXYZ");
        let mut doubted = 0;
        for _ in 0..2000 {
            for token in [random("0123456789abcdef", 32), random(&all, 36)] {
                assert!(!is_guessable(token.as_bytes()), "{token}: {}", bits(token.as_bytes()));
            }
            doubted += usize::from(is_guessable(random(lower, 40).as_bytes()));
        }
        assert!(doubted < 40, "{doubted} of 2000 random texts of small letters and digits");
    }
}
