//! Flags by environment: `STANCH_CONFIDENCE=low` is `--confidence low`, unless that is said. A flag wins over a variable, and a variable over
//! `stanch.toml`.

use crate::commands::Failure;
use crate::config::parse_size;
use crate::report::Format;
use std::path::PathBuf;

/// The variables, with what may be their value.
const VARIABLES: [(&str, Value); 9] = [
    ("STANCH_CONFIG", Value::Text),
    ("STANCH_BASELINE", Value::Text),
    ("STANCH_CONFIDENCE", Value::OneOf(&["high", "medium", "low"])),
    ("STANCH_SEVERITY", Value::OneOf(&["critical", "high", "medium", "low"])),
    ("STANCH_FORMAT", Value::Format),
    ("STANCH_COLOR", Value::OneOf(&["auto", "always", "never"])),
    ("STANCH_THREADS", Value::Number(1024)),
    ("STANCH_EXIT_CODE", Value::Number(255)),
    ("STANCH_MEMORY", Value::Size),
];

#[derive(Clone, Copy)]
enum Value {
    Text,
    OneOf(&'static [&'static str]),
    Format,
    Number(u64),
    Size,
}

/// A variable that is set and not empty.
pub(super) fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The same, as a path: its bytes may be any.
pub(super) fn path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Checks all of them, so that a wrong one is named before anything is read.
///
/// # Errors
/// Says which has a wrong value, and what it may be.
pub(super) fn check() -> Result<(), Failure> {
    VARIABLES.iter().try_for_each(|(name, value)| match text(name) {
        Some(text) => value.check(name, &text).map_err(Failure::Usage),
        None => Ok(()),
    })
}

impl Value {
    fn check(self, name: &str, text: &str) -> Result<(), String> {
        let wrong = |may: &str| Err(format!("{name}: `{text}` is not {may}"));
        match self {
            Value::Text => Ok(()),
            Value::OneOf(all) if all.contains(&text) => Ok(()),
            Value::OneOf(all) => wrong(&format!("one of {}", all.join(", "))),
            Value::Format => text.parse::<Format>().map(drop).map_err(|why| format!("{name}: {why}")),
            Value::Number(most) => match text.parse::<u64>() {
                Ok(number) if number <= most && (number > 0 || most == 255) => Ok(()),
                _ => wrong(&format!("a number up to {most}")),
            },
            Value::Size => parse_size(text).map(drop).map_err(|why| format!("{name}: {why}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_values_are_named() {
        let check = |name: &str, text: &str| {
            VARIABLES.iter().find(|(known, _)| *known == name).map(|(name, value)| value.check(name, text).is_ok())
        };
        for (name, text, is_good) in [
            ("STANCH_CONFIDENCE", "low", true),
            ("STANCH_CONFIDENCE", "critical", false),
            ("STANCH_FORMAT", "sarif", true),
            ("STANCH_FORMAT", "xls", false),
            ("STANCH_THREADS", "0", false),
            ("STANCH_EXIT_CODE", "0", true),
            ("STANCH_EXIT_CODE", "256", false),
            ("STANCH_MEMORY", "64M", true),
            ("STANCH_MEMORY", "much", false),
        ] {
            assert_eq!(check(name, text), Some(is_good), "{name}={text}");
        }
    }
}
