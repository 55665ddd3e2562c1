//! Expiry and permissions of Azure shared access signatures.

use super::{Outcome, Subject};
use crate::model::{FactValue, Moment};

/// Reads the parameters of the URL that ends with the signature: `se` is the expiry, as a date and time or in seconds
/// (<https://learn.microsoft.com/en-us/rest/api/storageservices/create-service-sas>,
/// <https://learn.microsoft.com/en-us/rest/api/eventhub/generate-sas-token>), `sp` the permissions.
pub(super) fn shared_access_signature(subject: &Subject<'_>) -> Outcome {
    let is_inside =
        |byte: &u8| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'\\');
    let before = subject.before();
    let start = before.iter().rposition(|byte| !is_inside(byte)).map_or(0, |at| at + 1);
    let after = subject.after();
    let end = after.iter().position(|byte| !is_inside(byte)).unwrap_or(after.len());
    let parameters = [&before[start..], &after[..end]].map(String::from_utf8_lossy);
    let find = |name: &str| {
        parameters
            .iter()
            .flat_map(|part| part.split(['?', '&', ';']))
            .map(|part| part.strip_prefix("amp;").unwrap_or(part))
            .find_map(|part| part.strip_prefix(name)?.strip_prefix('=').map(unescaped))
    };
    let moment = find("se").and_then(|text| {
        Moment::parse(&text).or_else(|| text.parse().ok().and_then(Moment::from_seconds)).map(FactValue::Moment)
    });
    let permissions = find("sp").filter(|text| text.bytes().all(|byte| byte.is_ascii_lowercase()));
    Outcome::unknown().with("expires", moment).with("permissions", permissions.and_then(|text| FactValue::text(&text)))
}

/// Decodes percent-encoding.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digits = tail.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match (first, digits.and_then(|pair| u8::from_str_radix(pair, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> Vec<(&'static str, FactValue)> {
        let at = text.find("sig=").expect("a signature") + 4;
        let subject = Subject::new(text.as_bytes(), &(0..text.len()), &(at..at + 8));
        shared_access_signature(&subject).proof.facts.into_iter().map(|fact| (fact.name, fact.value)).collect()
    }

    #[test]
    fn expiry_and_permissions_stand_anywhere_in_the_address() {
        let moment = |text| ("expires", FactValue::Moment(Moment::parse(text).expect("a moment")));
        let permissions = |text: &str| ("permissions", FactValue::Text(text.to_owned()));
        assert_eq!(
            facts("u = \"https://shop/x?sp=rl&se=2021-03-04T05%3A06%3A07Z&sv=2020-08-04&sig=abcdefgh\" se=2030-01-01"),
            [moment("2021-03-04T05:06:07Z"), permissions("rl")]
        );
        assert_eq!(facts("?sv=2020-08-04&amp;sig=abcdefgh&amp;se=2021-03-04"), [moment("2021-03-04")]);
        assert_eq!(
            facts("SharedAccessSignature sr=x&sig=abcdefgh&se=1614834367&skn=y"),
            [moment("2021-03-04T05:06:07Z")]
        );
        assert_eq!(facts("sig=abcdefgh&se=%3Cdate%3E&sp=%x"), []);
    }
}
