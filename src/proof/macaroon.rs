//! Macaroons: tokens that state their purpose and their restrictions, and carry a MAC.

use super::encoding::{base64, base64_head};
use super::{Outcome, STRUCTURE, json};
use crate::model::FactValue;
use serde_json::Value;

/// Checks a token of PyPI: `pypi-` and a version 2 macaroon in base64 (<https://github.com/rescrv/libmacaroons/blob/master/doc/format.txt>,
/// read 2026-11-24).
pub(super) fn pypi(secret: &[u8]) -> Outcome {
    let body = secret.strip_prefix(b"pypi-").unwrap_or(secret);
    let Some(parsed) = base64(body).and_then(|bytes| Macaroon::parse(&bytes)) else {
        return Outcome::refuted("not a macaroon");
    };
    let mut outcome = Outcome::proved(STRUCTURE).with("location", text(&parsed.location));
    for caveat in &parsed.caveats {
        let Ok(caveat) = serde_json::from_slice::<Value>(caveat) else { continue };
        outcome = match caveat.as_array().map(Vec::as_slice) {
            // The first member of an array names the kind of caveat (`warehouse/macaroons/caveats` of <https://github.com/pypi/warehouse>,
            // read 2026-11-24).
            Some([Value::Number(kind), first, ..]) if kind.as_u64() == Some(0) => {
                outcome.with("expires", json::moment(first))
            }
            Some([Value::Number(kind), first, ..]) if kind.as_u64() == Some(1) => {
                outcome.with("projects", names(first))
            }
            // The first version of caveats is an object.
            _ => outcome.with("projects", names(&caveat["permissions"]["projects"])),
        };
    }
    outcome
}

fn names(list: &Value) -> Option<FactValue> {
    let names: Vec<&str> = list.as_array()?.iter().filter_map(Value::as_str).collect();
    FactValue::text(&names.join(", "))
}

fn text(bytes: &[u8]) -> Option<FactValue> {
    FactValue::text(std::str::from_utf8(bytes).ok()?)
}

/// The parts of a macaroon that are not secret.
struct Macaroon {
    location: Vec<u8>,
    caveats: Vec<Vec<u8>>,
}

impl Macaroon {
    fn parse(bytes: &[u8]) -> Option<Macaroon> {
        const END: u64 = 0;
        const LOCATION: u64 = 1;
        const IDENTIFIER: u64 = 2;
        const VERIFICATION: u64 = 4;
        const SIGNATURE: u64 = 6;
        let mut rest = Packets(bytes.strip_prefix(&[2])?);
        let mut parsed = Macaroon { location: Vec::new(), caveats: Vec::new() };
        let mut kind = rest.number()?;
        if kind == LOCATION {
            parsed.location = rest.data()?.to_vec();
            kind = rest.number()?;
        }
        if kind != IDENTIFIER {
            return None;
        }
        rest.data()?;
        (rest.number()? == END).then_some(())?;
        loop {
            kind = rest.number()?;
            if kind == END {
                break;
            }
            if kind == LOCATION {
                rest.data()?;
                kind = rest.number()?;
            }
            (kind == IDENTIFIER).then_some(())?;
            parsed.caveats.push(rest.data()?.to_vec());
            kind = rest.number()?;
            if kind == VERIFICATION {
                rest.data()?;
                kind = rest.number()?;
            }
            (kind == END).then_some(())?;
        }
        (rest.number()? == SIGNATURE && rest.data()?.len() == 32 && rest.0.is_empty()).then_some(parsed)
    }
}

/// Packets of a macaroon: a type and, for most types, a length and data. Numbers are LEB128: groups of seven bits, the lowest first.
struct Packets<'a>(&'a [u8]);

impl<'a> Packets<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(first & 0x7F) << shift;
            if first & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn data(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (data, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(data)
    }
}

/// Checks a token of Fly.io: base64 of a MessagePack array of four members: nonce (an array), location, caveats, MAC
/// (<https://github.com/superfly/macaroon>, `macaroon.go`, read 2026-11-24). The rule may have cut off its end.
pub(super) fn fly(secret: &[u8]) -> Outcome {
    const NONE: Outcome = Outcome { verdict: super::Verdict::Refuted("not a macaroon"), proof: EMPTY };
    const EMPTY: crate::model::Proof = crate::model::Proof { by: None, facts: Vec::new() };
    let body = secret.iter().position(|byte| *byte == b'_').map_or(secret, |at| &secret[at + 1..]);
    let Some(bytes) = base64_head(body) else { return NONE };
    let Some((0x94, rest)) = bytes.split_first().map(|(first, rest)| (*first, rest)) else { return NONE };
    match location(rest) {
        Some(location) => Outcome::proved(STRUCTURE).with("location", text(location)),
        None => NONE,
    }
}

/// The location, which follows the nonce.
fn location(bytes: &[u8]) -> Option<&[u8]> {
    let (first, mut rest) = bytes.split_first()?;
    if !matches!(first, 0x92..=0x94) {
        return None;
    }
    for _ in 0..first & 0x0F {
        // Members of the nonce are bytes or a boolean.
        rest = match rest {
            [0xC4, length, tail @ ..] => tail.get(usize::from(*length)..)?,
            [0xC5, high, low, tail @ ..] => tail.get(usize::from(u16::from_be_bytes([*high, *low]))..)?,
            [0xC2 | 0xC3, tail @ ..] => tail,
            _ => return None,
        };
    }
    match rest {
        [length @ 0xA0..=0xBF, tail @ ..] => tail.get(..usize::from(length & 0x1F)),
        [0xD9, length, tail @ ..] => tail.get(..usize::from(*length)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ProofKind;
    use crate::proof::{Verdict, sample};

    #[test]
    fn a_token_of_pypi_says_where_and_for_what() {
        let outcome = pypi(&sample::of(ProofKind::PypiMacaroon, 1));
        assert_eq!(outcome.verdict, Verdict::Proved);
        let facts: Vec<(&str, FactValue)> =
            outcome.proof.facts.into_iter().map(|fact| (fact.name, fact.value)).collect();
        let text = |text: &str| FactValue::Text(text.to_owned());
        assert_eq!(facts, [("location", text("pypi.org")), ("projects", text("shop"))]);
    }

    #[test]
    fn what_only_begins_like_one_is_none() {
        let mut token = sample::of(ProofKind::PypiMacaroon, 1);
        token.truncate(token.len() - 8);
        assert_eq!(pypi(&token).verdict, Verdict::Refuted("not a macaroon"));
        let mut token = sample::of(ProofKind::FlyMacaroon, 1);
        assert_eq!(fly(&token).verdict, Verdict::Proved);
        token[4..12].copy_from_slice(b"abcdefgh");
        assert_eq!(fly(&token).verdict, Verdict::Refuted("not a macaroon"));
    }

    #[test]
    fn the_end_of_a_long_token_of_fly_may_be_cut_off() {
        let token = sample::of(ProofKind::FlyMacaroon, 2);
        assert_eq!(fly(&token[..token.len() - 31]).verdict, Verdict::Proved);
    }
}
