//! GitLab's routable tokens: `<prefix><payload>.<version>.<its length><CRC-32>`.

use super::encoding::{BASE36, base64, in_digits};
use super::{CHECKSUM, Outcome, Subject, WRONG_CHECKSUM};
use crate::model::{Fact, FactValue};

/// Length of the checksum, in base-36 digits.
const TAIL: usize = 7;
/// Random bytes at the beginning of a payload.
const RANDOM: usize = 16;

/// Checks the checksum, which covers everything before it, including the prefix (GitLab's
/// `lib/authn/token_field/generator/routable_token.rb`, read 2026-11-24). An instance may put a prefix of its own before the standard one.
pub(super) fn routable_token(subject: &Subject<'_>) -> Outcome {
    let secret = subject.secret();
    let Some((head, _)) = secret.split_last_chunk::<TAIL>() else { return Outcome::unknown() };
    let Some(dot) = head.iter().position(|byte| *byte == b'.') else { return Outcome::unknown() };
    let before = subject.before();
    let own = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    let own = own.count();
    let prefixed = [&before[before.len() - own..], head].concat();
    if !(0..=own).any(|from| ends_in_tail(&prefixed[from..], secret)) {
        // A wrong checksum refutes only well-known prefixes without an instance prefix; otherwise the token may have been cut at the wrong
        // place.
        let is_sure = own == 0 && (secret.starts_with(b"glpat-") || secret.starts_with(b"gldt-"));
        return if is_sure { Outcome::refuted(WRONG_CHECKSUM) } else { Outcome::unknown() };
    }
    let payload = head[..dot].iter().rposition(|byte| *byte == b'-').map_or(0, |at| at + 1);
    // The payload may contain a dash and the token a kind such as `t1_`. The length tells where the payload begins.
    let length = head.get(head.len() - 2..).and_then(base36);
    let start = length.and_then(|length| dot.checked_sub(length)).unwrap_or(payload);
    Outcome::proved(CHECKSUM).with_facts(base64(&head[start..dot]).map_or_else(Vec::new, |bytes| facts(&bytes)))
}

fn ends_in_tail(head: &[u8], secret: &[u8]) -> bool {
    secret.ends_with(&tail(head))
}

pub(super) fn tail(head: &[u8]) -> Vec<u8> {
    in_digits(crc32fast::hash(head), BASE36, TAIL)
}

fn base36(text: &[u8]) -> Option<usize> {
    usize::from_str_radix(std::str::from_utf8(text).ok()?, 36).ok()
}

/// Facts from the lines after the random bytes, such as `u:1z`: a kind and a number in base 36.
fn facts(payload: &[u8]) -> Vec<Fact> {
    let lines = payload.get(RANDOM..payload.len().saturating_sub(1)).unwrap_or_default();
    let fact = |line: &[u8]| {
        let (name, number) = match line {
            [b'c', b':', number @ ..] => ("cell_id", number),
            [b'g', b':', number @ ..] => ("group_id", number),
            [b'o', b':', number @ ..] => ("organization_id", number),
            [b'p', b':', number @ ..] => ("project_id", number),
            [b'u', b':', number @ ..] => ("user_id", number),
            _ => return None,
        };
        Some(Fact { name, value: FactValue::Number(base36(number)? as u64) })
    };
    lines.split(|byte| *byte == b'\n').filter_map(fact).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ProofKind;
    use crate::proof::{Verdict, sample};

    #[test]
    fn a_token_says_whose_it_is() {
        let token = sample::of(ProofKind::GitlabRoutableToken, 3);
        let outcome = routable_token(&Subject::alone(&token));
        assert_eq!(outcome.verdict, Verdict::Proved);
        let names: Vec<&str> = outcome.proof.facts.iter().map(|fact| fact.name).collect();
        assert_eq!(names, ["organization_id", "user_id"]);
    }

    #[test]
    fn a_changed_one_is_refuted_but_not_where_a_prefix_is_cut_off() {
        let mut token = sample::of(ProofKind::GitlabRoutableToken, 3);
        token[10] ^= 1;
        assert_eq!(routable_token(&Subject::alone(&token)).verdict, Verdict::Refuted(WRONG_CHECKSUM));
        let text = [b"shop-", token.as_slice()].concat();
        let subject = Subject::new(&text, &(0..text.len()), &(5..text.len()));
        assert_eq!(routable_token(&subject).verdict, Verdict::Unknown);
    }

    #[test]
    fn an_instance_may_have_a_prefix() {
        let token = sample::of(ProofKind::GitlabRoutableToken, 4);
        let head = [b"shop-", &token[..token.len() - TAIL]].concat();
        let text = [&b"t=\""[..], &head, &tail(&head), b"\""].concat();
        let subject = Subject::new(&text, &(0..text.len()), &(8..text.len() - 1));
        assert_eq!(routable_token(&subject).verdict, Verdict::Proved);
    }

    #[test]
    fn the_older_form_has_no_checksum() {
        let token = format!("glpat-{}", "a1".repeat(10));
        assert_eq!(routable_token(&Subject::alone(token.as_bytes())).verdict, Verdict::Unknown);
    }
}
