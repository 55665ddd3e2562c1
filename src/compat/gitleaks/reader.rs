//! Reads values from a TOML document as gitleaks does: keys in any case, and a string in place of a list.

use std::borrow::Cow;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// Reads values; collects faults and warnings by line.
pub(super) struct Reader<'t> {
    text: &'t str,
    pub(super) faults: Vec<(usize, String)>,
    pub(super) notes: Vec<(usize, String)>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Reader<'t> {
        Reader { text, faults: Vec::new(), notes: Vec::new() }
    }

    /// Line of a byte offset in the document, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        1 + self.text.as_bytes()[..offset.min(self.text.len())].iter().filter(|byte| **byte == b'\n').count()
    }

    pub(super) fn line_of<T>(&self, value: &Spanned<T>) -> usize {
        self.line(value.span().start)
    }

    pub(super) fn fault(&mut self, line: usize, message: impl Into<String>) {
        self.faults.push((line, message.into()));
    }

    fn expected(&mut self, value: &Value<'_>, key: &str, what: &str) {
        let line = self.line_of(value);
        self.fault(line, format!("`{key}` is {what}; found {}", crate::config::kind(value.get_ref())));
    }

    /// Records an unknown key. gitleaks ignores it silently; here it produces a warning.
    pub(super) fn unknown(&mut self, key: &Spanned<Cow<'_, str>>, within: &str, known: &[&str]) {
        let line = self.line_of(key);
        let name: String = key.get_ref().chars().take(24).flat_map(char::escape_debug).collect();
        let hint = crate::config::nearest(&name, known.iter().copied());
        let hint = hint.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        self.notes.push((line, format!("`{name}` is not a key of {within}, and does nothing{hint}")));
    }

    pub(super) fn text(&mut self, key: &str, value: &Value<'_>) -> Option<String> {
        match value.get_ref() {
            DeValue::String(text) => Some(text.clone().into_owned()),
            DeValue::Integer(number) => Some(number.to_string()),
            _ => {
                self.expected(value, key, "a string");
                None
            }
        }
    }

    pub(super) fn boolean(&mut self, key: &str, value: &Value<'_>) -> bool {
        match value.get_ref() {
            DeValue::Boolean(is) => *is,
            _ => {
                self.expected(value, key, "true or false");
                false
            }
        }
    }

    pub(super) fn number(&mut self, key: &str, value: &Value<'_>) -> f64 {
        let text = match value.get_ref() {
            DeValue::Integer(number) => number.to_string(),
            DeValue::Float(number) => number.to_string(),
            DeValue::String(text) => text.clone().into_owned(),
            _ => String::new(),
        };
        text.trim().parse().unwrap_or_else(|_| {
            self.expected(value, key, "a number");
            0.0
        })
    }

    /// A non-negative integer.
    pub(super) fn count(&mut self, key: &str, value: &Value<'_>) -> Option<u64> {
        let text = match value.get_ref() {
            DeValue::Integer(number) => number.to_string(),
            DeValue::String(text) => text.clone().into_owned(),
            _ => String::new(),
        };
        let count = text.trim().parse().ok();
        if count.is_none() {
            self.expected(value, key, "an integer, 0 or more");
        }
        count
    }

    /// Strings with their lines. A single string stands for a list and is split at commas.
    pub(super) fn texts(&mut self, key: &str, value: &Value<'_>) -> Vec<(String, usize)> {
        match value.get_ref() {
            DeValue::Array(items) => {
                let text = |reader: &mut Self, item: &Value<'_>| Some((reader.text(key, item)?, reader.line_of(item)));
                items.iter().filter_map(|item| text(self, item)).collect()
            }
            DeValue::String(text) => {
                let line = self.line_of(value);
                let parts = text.split(',').filter(|part| !part.is_empty());
                parts.map(|part| (part.to_owned(), line)).collect()
            }
            _ => {
                self.expected(value, key, "a list of strings");
                Vec::new()
            }
        }
    }

    /// Tables: `[[key]]`, or a single `[key]`.
    pub(super) fn tables<'v, 'i>(&mut self, key: &str, value: &'v Value<'i>) -> Vec<(usize, &'v DeTable<'i>)> {
        match value.get_ref() {
            DeValue::Table(table) => vec![(self.line_of(value), table)],
            DeValue::Array(items) => {
                let mut tables = Vec::new();
                for item in items {
                    match item.get_ref() {
                        DeValue::Table(table) => tables.push((self.line_of(item), table)),
                        _ => self.expected(item, key, "a table"),
                    }
                }
                tables
            }
            _ => {
                self.expected(value, key, &format!("a table: write `[[{key}]]`"));
                Vec::new()
            }
        }
    }
}
