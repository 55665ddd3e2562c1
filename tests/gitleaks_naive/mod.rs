//! A slow and simple reading of `.gitleaks.toml`: file by file, every regex over the whole text. What the program finds must equal it.
//!
//! For texts in ASCII and patterns that Go and Rust read alike.

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use std::collections::{BTreeSet, HashMap};
use toml::{Table, Value};

/// A finding: rule, path, line of the match, secret.
pub(crate) type Place = (String, String, u64, String);

/// A file.
pub(crate) struct Naive {
    rules: Vec<Table>,
    lists: Vec<Table>,
}

struct Hit {
    start: usize,
    end: usize,
    secret: String,
    allowed: bool,
}

impl Naive {
    pub(crate) fn read(text: &str) -> Naive {
        let table: Table = text.parse().expect("TOML");
        Naive { rules: tables(&table, "rules"), lists: lists(&table) }
    }

    /// What the rules mean for one file.
    pub(crate) fn findings(&self, path: &str, text: &str) -> BTreeSet<Place> {
        let mut found = BTreeSet::new();
        for rule in self.rules.iter().filter(|rule| !truth(rule, "skipReport")) {
            let id = string(rule, "id");
            if !rule.contains_key("regex") {
                let hit = Hit { start: 0, end: 0, secret: String::new(), allowed: false };
                if regex(&string(rule, "path")).is_match(path) && !self.allows(rule, path, text, &hit) {
                    found.insert((id, path.to_owned(), 0, String::new()));
                }
                continue;
            }
            for hit in self.hits(rule, path, text).into_iter().filter(|hit| !hit.allowed) {
                let near = |required: &Table| {
                    let other = self.rules.iter().find(|rule| string(rule, "id") == string(required, "id"));
                    let others = self.hits(other.expect("it is there"), path, text);
                    others.iter().filter(|other| !other.allowed).any(|other| {
                        let (a, b) = (position(text, hit.start), position(text, other.start));
                        within(required, "withinLines", a.0.abs_diff(b.0))
                            && within(required, "withinColumns", a.1.abs_diff(b.1))
                    })
                };
                if tables(rule, "required").iter().all(near) {
                    found.insert((id.clone(), path.to_owned(), position(text, hit.start).0, hit.secret));
                }
            }
        }
        found
    }

    fn hits(&self, rule: &Table, path: &str, text: &str) -> Vec<Hit> {
        let keywords = strings(rule, "keywords");
        let lower = text.to_lowercase();
        let is_about = string(rule, "path");
        if (!keywords.is_empty() && !keywords.iter().any(|word| lower.contains(&word.to_lowercase())))
            || (!is_about.is_empty() && !regex(&is_about).is_match(path))
        {
            return Vec::new();
        }
        let regex = regex(&string(rule, "regex"));
        let group = rule.get("secretGroup").and_then(Value::as_integer).unwrap_or(0) as usize;
        let least = rule.get("entropy").and_then(|n| n.as_float().or(n.as_integer().map(|n| n as f64))).unwrap_or(0.0);
        let mut hits = Vec::new();
        for captures in regex.captures_iter(text) {
            let whole = captures.get_match().expect("a match");
            let matched = &text[whole.range()];
            let start = whole.start() + (matched.len() - matched.trim_start_matches('\n').len());
            let matched = matched.trim_matches('\n');
            let text_of = |number: usize| captures.get_group(number).map_or("", |span| &text[span.range()]);
            let mut secret = if group > 0 { text_of(group) } else { "" };
            for number in 1..captures.group_len() {
                if group == 0 && secret.is_empty() {
                    secret = text_of(number);
                }
            }
            if secret.is_empty() {
                secret = matched;
            }
            let mut hit = Hit { start, end: start + matched.len(), secret: secret.to_owned(), allowed: false };
            if secret.is_empty() || (least != 0.0 && entropy(secret) <= least) {
                continue;
            }
            hit.allowed = self.allows(rule, path, text, &hit);
            hits.push(hit);
        }
        hits
    }

    fn allows(&self, rule: &Table, path: &str, text: &str, hit: &Hit) -> bool {
        let start = text[..hit.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[hit.end..].find('\n').map_or(text.len(), |at| hit.end + at);
        let line = &text[start..end];
        if line.contains("gitleaks:allow") && rule.contains_key("regex") {
            return true;
        }
        let id = string(rule, "id");
        let is_for = |list: &&Table| {
            let targets = strings(list, "targetRules");
            targets.is_empty() || targets.contains(&id)
        };
        self.lists.iter().filter(is_for).chain(&lists(rule)).any(|list| {
            let mut checks = Vec::new();
            let (paths, regexes) = (strings(list, "paths"), strings(list, "regexes"));
            let (words, commits) = (strings(list, "stopwords"), strings(list, "commits"));
            let target = match string(list, "regexTarget").as_str() {
                "match" => &text[hit.start..hit.end],
                "line" => line,
                _ => &hit.secret,
            };
            if !commits.is_empty() {
                checks.push(false);
            }
            if !paths.is_empty() {
                checks.push(paths.iter().any(|one| regex(one).is_match(path)));
            }
            if !regexes.is_empty() {
                checks.push(!hit.secret.is_empty() && regexes.iter().any(|one| regex(one).is_match(target)));
            }
            if !words.is_empty() {
                let secret = hit.secret.to_lowercase();
                checks.push(!hit.secret.is_empty() && words.iter().any(|word| secret.contains(&word.to_lowercase())));
            }
            let all = string(list, "condition") == "AND";
            !checks.is_empty() && if all { checks.iter().all(|met| *met) } else { checks.iter().any(|met| *met) }
        })
    }
}

fn lists(table: &Table) -> Vec<Table> {
    [tables(table, "allowlist"), tables(table, "allowlists")].concat()
}

fn tables(table: &Table, key: &str) -> Vec<Table> {
    match table.get(key) {
        Some(Value::Table(one)) => vec![one.clone()],
        Some(Value::Array(all)) => all.iter().filter_map(|one| one.as_table().cloned()).collect(),
        _ => Vec::new(),
    }
}

fn strings(table: &Table, key: &str) -> Vec<String> {
    let all = table.get(key).and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

fn string(table: &Table, key: &str) -> String {
    table.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn truth(table: &Table, key: &str) -> bool {
    table.get(key).and_then(Value::as_bool).unwrap_or(false)
}

fn within(table: &Table, key: &str, distance: u64) -> bool {
    table.get(key).and_then(Value::as_integer).is_none_or(|most| distance <= most as u64)
}

/// Line, from 1, and bytes before a place on it.
fn position(text: &str, at: usize) -> (u64, u64) {
    let line = text[..at].rfind('\n').map_or(0, |at| at + 1);
    (1 + text[..at].matches('\n').count() as u64, (at - line) as u64)
}

fn regex(pattern: &str) -> Regex {
    Regex::builder()
        .syntax(syntax::Config::new().unicode(false).utf8(false))
        .configure(Regex::config().utf8_empty(false))
        .build(pattern)
        .unwrap_or_else(|error| panic!("{pattern}: {error}"))
}

fn entropy(text: &str) -> f64 {
    let mut counts: HashMap<char, f64> = HashMap::new();
    text.chars().for_each(|c| *counts.entry(c).or_default() += 1.0);
    let mut counts: Vec<f64> = counts.into_values().collect();
    counts.sort_by(f64::total_cmp);
    counts.into_iter().map(|count| count / text.len() as f64).map(|part| -part * part.log2()).sum()
}
