//! Parses the text of a file into a layer.

use super::container::CONTAINERS;
use super::fault::ConfigError;
use super::layer::{Allow, Layer, ReportDefaults, RuleSetting};
use super::parse_size;
use super::reader::{Reader, Value};
use crate::model::{Confidence, Fingerprint, Severity};
use toml::de::{DeTable, DeValue};

const KEYS: [&str; 16] = [
    "extends",
    "confidence",
    "severity",
    "exclude",
    "gitignore",
    "max_file_size",
    "inline",
    "baseline",
    "disable",
    "rules",
    "allow",
    "rule_files",
    "gitleaks",
    "rule",
    "content",
    "report",
];
const RULE_KEYS: [&str; 4] = ["enabled", "severity", "confidence", "entropy"];
const ALLOW_KEYS: [&str; 10] =
    ["rules", "paths", "fingerprints", "values", "patterns", "lines", "words", "reason", "owner", "expires"];
const CONTENT_KEYS: [&str; 1] = ["skip"];
const REPORT_KEYS: [&str; 4] = ["format", "color", "exit_code", "allow_incomplete"];

/// Parses a file's text. `file` is its name in messages.
///
/// # Errors
/// Returns all faults of the file.
pub fn parse(file: &str, text: &str) -> Result<Layer, ConfigError> {
    let mut reader = Reader::new(text);
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let offset = error.span().map_or(0, |span| span.start);
            return Err(ConfigError::one(file, reader.line(offset), format!("no TOML: {}", error.message().trim())));
        }
    };
    let mut layer = Layer { file: file.to_owned(), text: text.to_owned(), ..Layer::default() };
    let reader_of = &mut reader;
    for (key, value) in document.get_ref() {
        match key.get_ref().as_ref() {
            "extends" => layer.extends = reader_of.strings("extends", value),
            "confidence" => layer.confidence = reader_of.parsed("confidence", value, str::parse::<Confidence>),
            "severity" => layer.severity = reader_of.parsed("severity", value, str::parse::<Severity>),
            "exclude" => layer.exclude = reader_of.strings("exclude", value),
            "gitignore" => layer.gitignore = reader_of.boolean("gitignore", value),
            "max_file_size" => {
                let text = reader_of.text_or_number("max_file_size", value, "a size, such as \"10M\"");
                layer.max_file_size = text.and_then(|text| match parse_size(&text.value) {
                    Ok(size) => Some(super::At { value: size, line: text.line }),
                    Err(error) => {
                        reader_of.fault(value.span().start, format!("max_file_size: {error}"));
                        None
                    }
                });
            }
            "inline" => layer.inline = reader_of.boolean("inline", value),
            "baseline" => layer.baseline = reader_of.string("baseline", value),
            "disable" => layer.disable = reader_of.strings("disable", value),
            "rules" => rules(reader_of, value, &mut layer),
            "allow" => allows(reader_of, value, &mut layer),
            "rule_files" => layer.rule_files = reader_of.strings("rule_files", value),
            "gitleaks" => layer.gitleaks = reader_of.string("gitleaks", value),
            "rule" => {
                if let Some(all) = reader_of.array("rule", value, "a list of tables: write `[[rule]]`")
                    && let Some(first) = all.first()
                {
                    layer.own_rules = Some(reader_of.line(first.span().start));
                }
            }
            "content" => content(reader_of, value, &mut layer),
            "report" => report(reader_of, value, &mut layer.report),
            _ => reader_of.unknown(key, "stanch.toml", &KEYS),
        }
    }
    contradictions(&mut reader, &layer);
    if reader.faults.is_empty() {
        return Ok(layer);
    }
    reader.faults.sort();
    reader.faults.dedup();
    Err(ConfigError { file: file.to_owned(), faults: reader.faults })
}

fn rules(reader: &mut Reader<'_>, value: &Value<'_>, layer: &mut Layer) {
    let Some(table) = reader.table("rules", value, "a table: write `[rules.ID]`, or `[[rule]]` for a rule of your own")
    else {
        return;
    };
    for (id, value) in table {
        let Some(changes) = reader.table(&format!("rules.{}", id.get_ref()), value, "a table: write `[rules.ID]`")
        else {
            continue;
        };
        let mut setting = RuleSetting::default();
        for (key, value) in changes {
            match key.get_ref().as_ref() {
                "enabled" => setting.enabled = reader.boolean("enabled", value),
                "severity" => setting.severity = reader.parsed("severity", value, str::parse::<Severity>),
                "confidence" => setting.confidence = reader.parsed("confidence", value, str::parse::<Confidence>),
                "entropy" => setting.entropy = reader.number("entropy", value),
                _ => reader.unknown(key, "a [rules.ID] table", &RULE_KEYS),
            }
        }
        let id = super::At { value: id.get_ref().clone().into_owned(), line: reader.line(id.span().start) };
        layer.rules.push((id, setting));
    }
}

fn allows(reader: &mut Reader<'_>, value: &Value<'_>, layer: &mut Layer) {
    let Some(all) = reader.array("allow", value, "a list of tables: write `[[allow]]`") else { return };
    for one in all {
        let Some(table) = reader.table("allow", one, "a list of tables: write `[[allow]]`") else { continue };
        let mut allow = Allow { line: reader.line(one.span().start), ..Allow::default() };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "rules" => allow.rules = reader.strings("rules", value),
                "paths" => allow.paths = reader.strings("paths", value),
                "fingerprints" => allow.fingerprints = fingerprints(reader, value),
                "values" => allow.values = reader.strings("values", value),
                "patterns" => allow.patterns = reader.strings("patterns", value),
                "lines" => allow.lines = reader.strings("lines", value),
                "words" => allow.words = reader.strings("words", value),
                "reason" => allow.reason = reader.string("reason", value).map(|text| text.value),
                "owner" => allow.owner = reader.string("owner", value).map(|text| text.value),
                "expires" => allow.expires = reader.date("expires", value),
                _ => reader.unknown(key, "[[allow]]", &ALLOW_KEYS),
            }
        }
        let says_what = ["paths", "fingerprints", "values", "patterns", "lines", "words"];
        let is_given = |key: &&str| {
            table.iter().any(|(given, value)| {
                given.get_ref().as_ref() == *key
                    && !matches!(value.get_ref(), DeValue::Array(items) if items.is_empty())
            })
        };
        if !says_what.iter().any(is_given) {
            let only_rules = if allow.rules.is_empty() { "" } else { " (to switch rules off there is `disable`)" };
            let message = format!(
                "[[allow]] does not say what it allows: give at least one of {}{only_rules}",
                says_what.join(", ")
            );
            reader.fault(one.span().start, message);
        }
        layer.allow.push(allow);
    }
}

fn fingerprints(reader: &mut Reader<'_>, value: &Value<'_>) -> Vec<super::At<Fingerprint>> {
    let Some(items) = reader.array("fingerprints", value, "a list of strings") else { return Vec::new() };
    let parse = |text: &str| {
        let is_hex = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        u128::from_str_radix(text, 16)
            .ok()
            .filter(|_| is_hex)
            .map(|number| Fingerprint::from(number.to_be_bytes()))
            .ok_or("a fingerprint is the 32 hexadecimal digits that reports print")
    };
    items.iter().filter_map(|item| reader.parsed("fingerprints", item, parse)).collect()
}

fn content(reader: &mut Reader<'_>, value: &Value<'_>, layer: &mut Layer) {
    let Some(table) = reader.table("content", value, "a table: write `[content]`") else { return };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "skip" => {
                layer.closed = reader.strings("skip", value);
                for kind in &layer.closed {
                    if !CONTAINERS.contains(&kind.value.as_str()) {
                        let all = CONTAINERS.join(", ");
                        reader.faults.push((
                            kind.line,
                            format!("skip: `{}` is no kind of container: there are {all}", kind.value),
                        ));
                    }
                }
            }
            _ => reader.unknown(key, "[content]", &CONTENT_KEYS),
        }
    }
}

fn report(reader: &mut Reader<'_>, value: &Value<'_>, report: &mut ReportDefaults) {
    let Some(table) = reader.table("report", value, "a table: write `[report]`") else { return };
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "format" => report.format = reader.string("format", value),
            "color" => {
                report.color = reader.parsed("color", value, |text| match text {
                    "auto" | "always" | "never" => Ok(text.to_owned()),
                    _ => Err("one of auto, always, never"),
                });
            }
            "exit_code" => {
                report.exit_code = reader.integer("exit_code", value).and_then(|text| match text.value.parse::<u8>() {
                    Ok(code) if code != 2 && code != 3 => Some(super::At { value: code, line: text.line }),
                    _ => {
                        let why = "exit_code: 0 to 255, but not 2 or 3, which say that a scan failed or is incomplete";
                        reader.fault(value.span().start, why);
                        None
                    }
                });
            }
            "allow_incomplete" => report.allow_incomplete = reader.boolean("allow_incomplete", value),
            _ => reader.unknown(key, "[report]", &REPORT_KEYS),
        }
    }
}

/// Reports settings of one file that contradict each other.
fn contradictions(reader: &mut Reader<'_>, layer: &Layer) {
    for (id, setting) in &layer.rules {
        let Some(enabled) = setting.enabled.as_ref().filter(|enabled| enabled.value) else { continue };
        if let Some(off) = layer.disable.iter().find(|off| off.value == id.value) {
            let message = format!("`{}` is enabled here and disabled on line {}: keep one", id.value, off.line);
            reader.faults.push((enabled.line, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_know_their_lines() {
        let text = "confidence = \"low\"\n\nexclude = [\n  \"a\",\n  \"b\",\n]\n\n[[allow]]\npaths = [\"x\"]\nexpires = 2027-01-31\n\n[rules.jwt]\nentropy = 3\n";
        let layer = parse("stanch.toml", text).expect("reads");
        assert_eq!(layer.exclude.iter().map(|one| one.line).collect::<Vec<_>>(), [4, 5]);
        assert_eq!(layer.allow[0].line, 8);
        assert_eq!(layer.allow[0].expires.as_ref().map(|day| day.value.to_string()), Some("2027-01-31".to_owned()));
        assert_eq!(layer.rules[0].0.line, 12);
    }

    #[test]
    fn all_faults_are_named_with_their_lines_and_what_was_meant() {
        let text = "confidnce = \"low\"\nseverity = 3\n[report]\nformatt = \"json\"\n[[allow]]\nrules = [\"a\"]\n";
        let error = parse("stanch.toml", text).expect_err("faults").to_string();
        let lines: Vec<&str> = error.lines().collect();
        assert!(lines[0].starts_with("stanch.toml:1: `confidnce`") && lines[0].ends_with("did you mean `confidence`?"));
        assert!(lines[1].starts_with("stanch.toml:2: `severity` is a string; found an integer"), "{}", lines[1]);
        assert!(lines[2].contains("did you mean `format`?"));
        assert!(lines[3].starts_with("stanch.toml:5:") && lines[3].contains("does not say what"));
    }
}
