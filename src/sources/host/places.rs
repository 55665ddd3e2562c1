//! The table of places where secrets lie on a host: `places.toml`, read at first use.

use super::pattern::Globs;
use crate::model::Severity;
use regex_automata::meta::Regex;
use serde::Deserialize;
use std::sync::{Arc, OnceLock};

/// The table, compiled in. Adding a place is adding a line.
pub(super) const TABLE: &str = include_str!("places.toml");

/// How a place is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Finder {
    /// All rules read the file.
    #[default]
    Rules,
    /// The file is named and not read.
    Presence,
    /// The file is a private key: whether a passphrase closes it.
    Key,
    /// The file is a state of Terraform: its values are named by their resource.
    State,
}

/// One place.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Where it is: see `places.toml`.
    pub glob: String,
    /// What reports group by.
    #[serde(deserialize_with = "shared")]
    pub store: Arc<str>,
    /// What the file is, for people.
    pub format: String,
    /// The most that its permission bits may be, where secrets belong there.
    #[serde(default, deserialize_with = "octal")]
    pub mode: Option<u32>,
    /// How it is looked at.
    #[serde(default)]
    pub finder: Finder,
    /// The expression whose group `secret` is a secret by its position.
    pub value: Option<String>,
    /// What a finding by position is called.
    pub name: Option<String>,
    #[serde(default, deserialize_with = "severity")]
    severity: Option<Severity>,
    /// The expression, compiled at first use.
    #[serde(skip)]
    compiled: OnceLock<Option<Regex>>,
}

impl Place {
    /// The severity of a finding by position.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severity.unwrap_or(Severity::High)
    }

    /// The expression for values by position, if the place has one.
    pub(super) fn expression(&self) -> Option<&Regex> {
        // A test compiles all of them.
        self.compiled.get_or_init(|| self.value.as_deref().and_then(|value| Regex::new(value).ok())).as_ref()
    }
}

/// The places with their globs.
#[derive(Debug)]
pub struct Places {
    /// All places, in the order of the table.
    pub places: Vec<Arc<Place>>,
    pub(super) globs: Globs,
}

#[derive(Deserialize)]
struct Table {
    place: Vec<Place>,
}

impl Places {
    /// The built-in table.
    ///
    /// # Errors
    /// Fails when it is malformed, which a test excludes.
    pub fn builtin() -> Result<Places, String> {
        let table: Table = toml::from_str(TABLE).map_err(|error| error.to_string())?;
        let mut globs = Globs::default();
        for (place, id) in table.place.iter().zip(0..) {
            globs.add(id, &place.glob)?;
        }
        Ok(Places { places: table.place.into_iter().map(Arc::new).collect(), globs })
    }

    /// The table as Markdown, for `docs/host.md`.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut text =
            String::from("| place | store | format | proper mode | how |\n| --- | --- | --- | --- | --- |\n");
        for place in &self.places {
            let mode = place.mode.map_or_else(|| "no place for secrets".to_owned(), |mode| format!("{mode:04o}"));
            let how = match (place.finder, &place.value) {
                (Finder::Presence, _) => "presence",
                (Finder::Key, _) => "rules, passphrase or not",
                (Finder::State, _) => "rules and sensitive values, by resource",
                (Finder::Rules, Some(_)) => "rules and position",
                (Finder::Rules, None) => "rules",
            };
            let Place { glob, store, format, .. } = &**place;
            text.push_str(&format!("| `{}` | {store} | {format} | {mode} | {how} |\n", glob.replace('|', "\\|")));
        }
        text
    }
}

fn octal<'d, D: serde::Deserializer<'d>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let text = String::deserialize(deserializer)?;
    u32::from_str_radix(&text, 8).map(Some).map_err(serde::de::Error::custom)
}

fn shared<'d, D: serde::Deserializer<'d>>(deserializer: D) -> Result<Arc<str>, D::Error> {
    String::deserialize(deserializer).map(Arc::from)
}

fn severity<'d, D: serde::Deserializer<'d>>(deserializer: D) -> Result<Option<Severity>, D::Error> {
    String::deserialize(deserializer)?.parse().map(Some).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_sound() {
        let places = Places::builtin().expect("a table");
        for place in &places.places {
            if let Some(value) = &place.value {
                let regex = place.expression().unwrap_or_else(|| panic!("{}: {:?}", place.glob, Regex::new(value)));
                assert!(regex.group_info().to_index(regex_automata::PatternID::ZERO, "secret").is_some(), "{value}");
                assert!(place.name.is_some(), "{} has no name", place.glob);
            }
            assert!(place.finder != Finder::Presence || place.name.is_some(), "{} has no name", place.glob);
            assert!(!place.glob.contains('['), "{}: classes are no part of globs here", place.glob);
        }
    }
}
