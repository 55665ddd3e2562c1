//! Parses one `.gitleaks.toml`, before files are merged.

use super::allow::{Allowlist, Target};
use super::config::{Required, Rule};
use super::pattern::Pattern;
use super::reader::{Reader, Value};
use crate::config::ConfigError;
use std::collections::HashMap;
use std::sync::Arc;
use toml::de::DeTable;

const TOP: [&str; 8] =
    ["title", "description", "extend", "rules", "allowlist", "allowlists", "minVersion", "betterleaksMinVersion"];
const EXTEND: [&str; 4] = ["useDefault", "path", "url", "disabledRules"];
const RULE: [&str; 13] = [
    "id",
    "description",
    "regex",
    "secretGroup",
    "entropy",
    "path",
    "keywords",
    "tags",
    "skipReport",
    "required",
    "allowlist",
    "allowlists",
    "severity",
];
const ALLOWLIST: [&str; 8] =
    ["description", "condition", "commits", "paths", "regexes", "regexTarget", "stopwords", "targetRules"];
const REQUIRED: [&str; 3] = ["id", "withinLines", "withinColumns"];

/// Content of one file.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) rules: Vec<Rule>,
    pub(super) allowlists: Vec<Arc<Allowlist>>,
    pub(super) use_default: bool,
    /// The file that it extends, with the line.
    pub(super) extends: Option<(String, usize)>,
    /// Rules of the extended file that it disables.
    pub(super) disabled: Vec<(String, usize)>,
    pub(super) notes: Vec<String>,
}

/// Parses a file's text. `file` is its name in messages.
///
/// # Errors
/// Returns all faults of the file.
pub(super) fn parse(file: &str, text: &str) -> Result<File, ConfigError> {
    let mut reader = Reader::new(text);
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let line = reader.line(error.span().map_or(0, |span| span.start));
            return Err(ConfigError::one(file, line, format!("no TOML: {}", error.message().trim())));
        }
    };
    let mut parsed = File::default();
    let mut parser = Parser { file, reader: &mut reader };
    for (key, value) in document.get_ref() {
        match key.get_ref().to_ascii_lowercase().as_str() {
            "title" | "description" => {}
            "extend" => parser.extend(value, &mut parsed),
            "rules" => {
                for (line, table) in parser.reader.tables("rules", value) {
                    let rule = parser.rule(line, table);
                    parsed.rules.push(rule);
                }
            }
            "allowlist" | "allowlists" => {
                let lists = parser.allowlists("allowlists", value);
                parsed.allowlists.extend(lists.into_iter().map(Arc::new));
            }
            "minversion" | "betterleaksminversion" => {}
            _ => parser.reader.unknown(key, "a gitleaks configuration", &TOP),
        }
    }
    duplicates(&mut reader, &parsed.rules);
    parsed.notes = reader.notes.iter().map(|(line, note)| format!("{file}:{line}: {note}")).collect();
    if reader.faults.is_empty() {
        return Ok(parsed);
    }
    reader.faults.sort();
    reader.faults.dedup();
    Err(ConfigError { file: file.to_owned(), faults: reader.faults })
}

/// Derives an id from a description, for rules of old versions without ids.
fn slug(description: &str) -> String {
    let words = description.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}

/// Reports two rules with one id. gitleaks silently keeps the last one.
fn duplicates(reader: &mut Reader<'_>, rules: &[Rule]) {
    let mut lines: HashMap<&str, usize> = HashMap::new();
    for rule in rules.iter().filter(|rule| !rule.id.is_empty()) {
        if let Some(first) = lines.insert(&rule.id, rule.line) {
            let why =
                format!("the id `{}` stands on line {first} already, and only one of the two would count", rule.id);
            reader.fault(rule.line, format!("{why}: give this rule another id"));
        }
    }
}

struct Parser<'p, 't> {
    file: &'p str,
    reader: &'p mut Reader<'t>,
}

impl Parser<'_, '_> {
    fn extend(&mut self, value: &Value<'_>, parsed: &mut File) {
        for (line, table) in self.reader.tables("extend", value) {
            for (key, value) in table {
                match key.get_ref().to_ascii_lowercase().as_str() {
                    "usedefault" => parsed.use_default = self.reader.boolean("useDefault", value),
                    "path" => {
                        let line = self.reader.line_of(value);
                        let path = self.reader.text("path", value).filter(|path| !path.is_empty());
                        parsed.extends = path.map(|path| (path, line));
                    }
                    "url" => {
                        let line = self.reader.line_of(value);
                        let why = "`url`: nothing is fetched; save the file beside this one, and name it with `path`";
                        self.reader.notes.push((line, why.to_owned()));
                    }
                    "disabledrules" => parsed.disabled = self.reader.texts("disabledRules", value),
                    _ => self.reader.unknown(key, "[extend]", &EXTEND),
                }
            }
            if parsed.use_default && parsed.extends.is_some() {
                self.reader.fault(line, "[extend] names a `path` and sets `useDefault`: gitleaks takes one of them");
            }
        }
    }

    fn rule(&mut self, line: usize, table: &DeTable<'_>) -> Rule {
        let mut rule = Rule { line, file: self.file.to_owned(), ..Rule::default() };
        for (key, value) in table {
            let name = key.get_ref();
            match name.to_ascii_lowercase().as_str() {
                "id" => rule.id = self.reader.text("id", value).unwrap_or_default().trim().to_owned(),
                "description" => rule.description = self.reader.text("description", value).unwrap_or_default(),
                "regex" => rule.regex = self.pattern("regex", value),
                "secretgroup" => {
                    let group = self.reader.count("secretGroup", value).unwrap_or(0);
                    rule.group = usize::try_from(group).unwrap_or(usize::MAX);
                }
                "entropy" => rule.entropy = self.reader.number("entropy", value),
                "path" => rule.path = self.pattern("path", value),
                "keywords" => {
                    let words = self.reader.texts("keywords", value).into_iter();
                    rule.keywords =
                        words.map(|(word, _)| word.to_lowercase()).filter(|word| !word.is_empty()).collect();
                }
                "tags" => rule.tags = self.reader.texts("tags", value).into_iter().map(|(tag, _)| tag).collect(),
                "skipreport" => rule.skip_report = self.reader.boolean("skipReport", value),
                "required" => {
                    for (line, table) in self.reader.tables("required", value) {
                        let required = self.required(line, table);
                        rule.required.push(required);
                    }
                }
                "allowlist" | "allowlists" => {
                    let lists = self.allowlists("rules.allowlists", value);
                    rule.allowlists.extend(lists.into_iter().map(Arc::new));
                }
                "severity" | "title" | "confidence" => {}
                _ => self.reader.unknown(key, "[[rules]]", &RULE),
            }
        }
        if rule.id.is_empty() {
            rule.id = slug(&rule.description);
            if rule.id.is_empty() {
                self.reader.fault(line, "a rule needs an `id`");
            } else {
                let why = format!("this rule has no `id`, which gitleaks 8 asks for: it is called `{}`", rule.id);
                self.reader.notes.push((line, why));
            }
        }
        if let Some(groups) = rule.regex.as_ref().map(|regex| regex.groups).filter(|groups| rule.group > *groups) {
            let why = format!("rule `{}`: `secretGroup` is {}, and its regex has {groups}", rule.id, rule.group);
            self.reader.fault(line, why);
        }
        rule
    }

    fn pattern(&mut self, key: &str, value: &Value<'_>) -> Option<Arc<Pattern>> {
        let line = self.reader.line_of(value);
        let text = self.reader.text(key, value).filter(|text| !text.is_empty())?;
        self.compiled(key, &text, line)
    }

    fn compiled(&mut self, key: &str, text: &str, line: usize) -> Option<Arc<Pattern>> {
        match Pattern::new(text, line) {
            Ok(pattern) => Some(Arc::new(pattern)),
            Err(error) => {
                self.reader.fault(line, format!("`{key}`: {error}"));
                None
            }
        }
    }

    fn required(&mut self, line: usize, table: &DeTable<'_>) -> Required {
        let mut required = Required { line, ..Required::default() };
        for (key, value) in table {
            match key.get_ref().to_ascii_lowercase().as_str() {
                "id" => required.id = self.reader.text("id", value).unwrap_or_default(),
                "withinlines" => required.lines = self.reader.count("withinLines", value),
                "withincolumns" => required.columns = self.reader.count("withinColumns", value),
                _ => self.reader.unknown(key, "[[rules.required]]", &REQUIRED),
            }
        }
        required
    }

    fn allowlists(&mut self, name: &str, value: &Value<'_>) -> Vec<Allowlist> {
        let tables = self.reader.tables(name, value);
        tables.into_iter().map(|(line, table)| self.allowlist(line, table)).collect()
    }

    fn allowlist(&mut self, line: usize, table: &DeTable<'_>) -> Allowlist {
        let mut list = Allowlist { file: self.file.to_owned(), line, ..Allowlist::default() };
        for (key, value) in table {
            let at = self.reader.line_of(value);
            match key.get_ref().to_ascii_lowercase().as_str() {
                "description" => list.description = self.reader.text("description", value).unwrap_or_default(),
                "condition" => match self.reader.text("condition", value).unwrap_or_default().as_str() {
                    "AND" | "and" | "&&" => list.needs_all = true,
                    "" | "OR" | "or" | "||" => {}
                    other => self.reader.fault(at, format!("`condition` is AND or OR; found `{other:.20}`")),
                },
                "commits" => {
                    let commits = self.reader.texts("commits", value).into_iter();
                    list.commits = commits.map(|(commit, _)| commit.to_ascii_lowercase()).collect();
                }
                "paths" => list.paths = self.patterns("paths", value),
                "regexes" => list.regexes = self.patterns("regexes", value),
                "regextarget" => match self.reader.text("regexTarget", value).unwrap_or_default().as_str() {
                    "" | "secret" => {}
                    "match" => list.target = Target::Match,
                    "line" => list.target = Target::Line,
                    other => {
                        self.reader.fault(at, format!("`regexTarget` is secret, match or line; found `{other:.20}`"));
                    }
                },
                "stopwords" => {
                    let words = self.reader.texts("stopwords", value).into_iter();
                    list.stopwords = words.map(|(word, _)| word.to_lowercase().into_bytes()).collect();
                }
                "targetrules" => list.rules = self.reader.texts("targetRules", value),
                _ => self.reader.unknown(key, "an allowlist", &ALLOWLIST),
            }
        }
        if list.is_empty() {
            let why = "this allowlist allows nothing: it has no commits, paths, regexes or stopwords";
            self.reader.notes.push((line, why.to_owned()));
        }
        list
    }

    fn patterns(&mut self, key: &str, value: &Value<'_>) -> Vec<Arc<Pattern>> {
        let texts = self.reader.texts_as_they_stand(key, value);
        texts.into_iter().filter_map(|(text, line)| self.compiled(key, &text, line)).collect()
    }
}

impl Reader<'_> {
    /// Strings; a single string is not split at commas, because they belong to its pattern.
    fn texts_as_they_stand(&mut self, key: &str, value: &Value<'_>) -> Vec<(String, usize)> {
        match value.get_ref().as_str() {
            Some(text) => vec![(text.to_owned(), self.line_of(value))],
            None => self.texts(key, value),
        }
    }
}
