//! Reads typed values from a TOML document and records values of the wrong type with their lines.

use super::layer::At;
use super::nearest;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

/// A value with its position in the document.
pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// Reads values and collects faults.
pub(super) struct Reader<'t> {
    text: &'t str,
    pub(super) faults: Vec<(usize, String)>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Reader<'t> {
        Reader { text, faults: Vec::new() }
    }

    /// Line of a byte offset in the document, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        1 + self.text.as_bytes()[..offset.min(self.text.len())].iter().filter(|byte| **byte == b'\n').count()
    }

    /// Records a fault at a byte offset of the document.
    pub(super) fn fault(&mut self, offset: usize, message: impl Into<String>) {
        let line = self.line(offset);
        self.faults.push((line, message.into()));
    }

    /// Records an unknown key.
    pub(super) fn unknown(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, within: &str, known: &[&str]) {
        let name = key.get_ref();
        let hint = match nearest(name, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("the keys are {}", known.join(", ")),
        };
        self.fault(key.span().start, format!("`{}` is not a key of {within}; {hint}", shown(name)));
    }

    fn expected(&mut self, value: &Value<'_>, key: &str, what: &str) {
        self.fault(value.span().start, format!("`{key}` is {what}; found {}", kind(value.get_ref())));
    }

    fn at<T>(&self, value: &Value<'_>, inner: T) -> At<T> {
        At { value: inner, line: self.line(value.span().start) }
    }

    pub(super) fn boolean(&mut self, key: &str, value: &Value<'_>) -> Option<At<bool>> {
        match value.get_ref() {
            DeValue::Boolean(inner) => Some(self.at(value, *inner)),
            _ => {
                self.expected(value, key, "true or false");
                None
            }
        }
    }

    pub(super) fn string(&mut self, key: &str, value: &Value<'_>) -> Option<At<String>> {
        match value.get_ref() {
            DeValue::String(inner) if !inner.trim().is_empty() => Some(self.at(value, inner.clone().into_owned())),
            DeValue::String(_) => {
                self.fault(value.span().start, format!("`{key}` is empty; remove it or give it a value"));
                None
            }
            _ => {
                self.expected(value, key, "a string");
                None
            }
        }
    }

    pub(super) fn strings(&mut self, key: &str, value: &Value<'_>) -> Vec<At<String>> {
        let Some(items) = self.array(key, value, "a list of strings") else { return Vec::new() };
        items.iter().filter_map(|item| self.string(key, item)).collect()
    }

    /// A string that is parsed.
    pub(super) fn parsed<T, E: std::fmt::Display>(
        &mut self,
        key: &str,
        value: &Value<'_>,
        parse: impl Fn(&str) -> Result<T, E>,
    ) -> Option<At<T>> {
        let text = self.string(key, value)?;
        match parse(&text.value) {
            Ok(inner) => Some(At { value: inner, line: text.line }),
            Err(error) => {
                self.fault(value.span().start, format!("{key}: {error}"));
                None
            }
        }
    }

    /// A string or an integer, as text.
    pub(super) fn text_or_number(&mut self, key: &str, value: &Value<'_>, what: &str) -> Option<At<String>> {
        match value.get_ref() {
            DeValue::Integer(number) => Some(self.at(value, number.to_string())),
            DeValue::String(text) => Some(self.at(value, text.clone().into_owned())),
            _ => {
                self.expected(value, key, what);
                None
            }
        }
    }

    /// An integer, as text.
    pub(super) fn integer(&mut self, key: &str, value: &Value<'_>) -> Option<At<String>> {
        match value.get_ref() {
            DeValue::Integer(number) => Some(self.at(value, number.to_string())),
            _ => {
                self.expected(value, key, "an integer");
                None
            }
        }
    }

    /// A number; integers are accepted.
    pub(super) fn number(&mut self, key: &str, value: &Value<'_>) -> Option<At<f32>> {
        let text = match value.get_ref() {
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            _ => {
                self.expected(value, key, "a number");
                return None;
            }
        };
        match text.parse::<f32>() {
            Ok(number) if (0.0..=8.0).contains(&number) => Some(self.at(value, number)),
            _ => {
                self.fault(value.span().start, format!("`{key}` is between 0 and 8: bits a byte"));
                None
            }
        }
    }

    /// A date, bare or in quotes.
    pub(super) fn date(&mut self, key: &str, value: &Value<'_>) -> Option<At<crate::model::Day>> {
        let text = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.clone().into_owned(),
            _ => {
                self.expected(value, key, "a day, such as 2027-01-31");
                return None;
            }
        };
        match text.parse() {
            Ok(day) => Some(self.at(value, day)),
            Err(error) => {
                self.fault(value.span().start, format!("{key}: {error}"));
                None
            }
        }
    }

    pub(super) fn array<'v, 'i>(&mut self, key: &str, value: &'v Value<'i>, what: &str) -> Option<&'v DeArray<'i>> {
        match value.get_ref() {
            DeValue::Array(items) => Some(items),
            _ => {
                self.expected(value, key, what);
                None
            }
        }
    }

    pub(super) fn table<'v, 'i>(&mut self, key: &str, value: &'v Value<'i>, what: &str) -> Option<&'v DeTable<'i>> {
        match value.get_ref() {
            DeValue::Table(table) => Some(table),
            _ => {
                self.expected(value, key, what);
                None
            }
        }
    }
}

/// A key from a file, safe for a message: the file may contain anything.
fn shown(key: &str) -> String {
    let head: String = key.chars().take(24).flat_map(char::escape_debug).collect();
    if key.chars().count() > 24 { format!("{head}…") } else { head }
}

/// Name of a value's type in messages.
pub(crate) fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
