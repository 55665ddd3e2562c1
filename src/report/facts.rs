//! Facts of a secret in reports.

use crate::model::{Fact, FactValue, Moment, Proof};
use serde::{Serialize, Serializer};

/// The facts as a JSON object: strings, numbers and booleans by name; moments are strings.
pub(super) struct Facts<'a>(pub(super) &'a [Fact]);

impl Serialize for Facts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|fact| (fact.name, Value(&fact.value))))
    }
}

struct Value<'a>(&'a FactValue);

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            FactValue::Is(is) => serializer.serialize_bool(*is),
            FactValue::Number(number) => serializer.serialize_u64(*number),
            FactValue::Moment(moment) => serializer.collect_str(moment),
            FactValue::Text(text) => serializer.serialize_str(text),
        }
    }
}

/// The facts as a line of text; empty when there are none. Secrets that expired before `now` are marked.
#[must_use]
pub fn told(proof: &Proof, now: Option<Moment>) -> String {
    let by = proof.by.map(|by| format!("proved by its {by}"));
    by.into_iter().chain(proof.facts.iter().map(|fact| phrase(fact, now))).collect::<Vec<_>>().join("; ")
}

fn phrase(fact: &Fact, now: Option<Moment>) -> String {
    let name = fact.name.replace('_', " ");
    match &fact.value {
        FactValue::Is(true) => name,
        FactValue::Is(false) => format!("not {name}"),
        FactValue::Number(number) => format!("{name} {number}"),
        FactValue::Text(text) => format!("{name} {text}"),
        FactValue::Moment(moment) if fact.name == "expires" && now.is_some_and(|now| *moment < now) => {
            format!("expired {}", moment.day())
        }
        FactValue::Moment(moment) => format!("{name} {}", moment.day()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof() -> Proof {
        let fact = |name, value| Fact { name, value };
        let moment = |text| FactValue::Moment(Moment::parse(text).expect("a moment"));
        let facts = vec![
            fact("account", FactValue::Text("012".to_owned())),
            fact("encrypted", FactValue::Is(false)),
            fact("canary_token", FactValue::Is(true)),
            fact("key_bits", FactValue::Number(2048)),
            fact("expires", moment("2021-03-04T05:06:07Z")),
        ];
        Proof { by: Some("checksum"), facts }
    }

    #[test]
    fn people_read_whether_it_expired() {
        let before = "proved by its checksum; account 012; not encrypted; canary token; key bits 2048; ";
        for (now, last) in [("2021-03-04", "expires 2021-03-04"), ("2021-03-05", "expired 2021-03-04")] {
            assert_eq!(told(&proof(), Moment::parse(now)), format!("{before}{last}"));
        }
        assert_eq!(told(&Proof::default(), None), "");
    }

    #[test]
    fn programs_read_the_moment_itself() {
        assert_eq!(
            serde_json::to_string(&Facts(&proof().facts)).expect("JSON"),
            r#"{"account":"012","encrypted":false,"canary_token":true,"key_bits":2048,"expires":"2021-03-04T05:06:07Z"}"#
        );
    }
}
