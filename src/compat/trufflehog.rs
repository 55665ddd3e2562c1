//! Custom detectors of a trufflehog configuration. Their regexes are Go's, so they are translated to gitleaks rules, which run unchanged
//! (<https://docs.trufflesecurity.com/custom-detectors>, read 2026-11-24).

use super::gitleaks::Pattern;
use saphyr::{LoadableYamlNode, Yaml};
use std::fmt::Write as _;

/// An equivalent gitleaks configuration, and what could not be translated.
#[derive(Debug, Default)]
pub struct Detectors {
    /// `[[rules]]` for gitleaks; empty when there are none.
    pub rules: String,
    /// Number of detectors.
    pub count: usize,
    /// Settings without an equivalent, with the reason.
    pub lost: Vec<String>,
}

/// Translates the detectors in a configuration's text.
///
/// # Errors
/// Fails when the text is not YAML.
pub fn detectors(text: &str) -> Result<Detectors, String> {
    let documents = Yaml::load_from_str(text).map_err(|error| format!("no YAML: {error}"))?;
    let all = documents.first().and_then(|document| document.as_mapping_get("detectors")).and_then(Yaml::as_sequence);
    let mut detectors = Detectors::default();
    for detector in all.into_iter().flatten() {
        let name = detector.as_mapping_get("name").and_then(Yaml::as_str).unwrap_or("unnamed");
        match written(name, detector) {
            Ok(rules) => {
                detectors.rules.push_str(&rules);
                detectors.count += 1;
            }
            Err(why) => detectors.lost.push(format!("detector `{name}`: {why}")),
        }
        for key in
            ["verify", "entropy", "exclude_words", "exclude_regexes_match", "exclude_regexes_capture", "validations"]
        {
            if detector.as_mapping_get(key).is_some() {
                detectors.lost.push(format!("detector `{name}`: `{key}`"));
            }
        }
    }
    Ok(detectors)
}

/// An equivalent gitleaks allowlist for paths that trufflehog leaves out.
#[derive(Debug, Default)]
pub struct ExcludedPaths {
    /// `[[allowlists]]` for gitleaks; empty when there are none.
    pub allowlist: String,
    /// Number of paths.
    pub count: usize,
    /// Lines that are no regex, with the reason.
    pub lost: Vec<(usize, String)>,
}

/// Translates a file for `--exclude-paths`: a regex a line, which a path must hold.
#[must_use]
pub fn excluded(text: &str) -> ExcludedPaths {
    let (mut excluded, mut patterns) = (ExcludedPaths::default(), Vec::new());
    for (number, line) in (1..).zip(text.lines()).map(|(number, line)| (number, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        match Pattern::new(line, 0) {
            Ok(_) => patterns.push(quoted(line)),
            Err(error) => excluded.lost.push((number, error.to_string())),
        }
    }
    excluded.count = patterns.len();
    if !patterns.is_empty() {
        excluded.allowlist = format!("\n[[allowlists]]\npaths = [{}]\n", patterns.join(", "));
    }
    excluded
}

/// The rules of a detector: all of its regexes must match, and the match of the last one is reported.
fn written(name: &str, detector: &Yaml<'_>) -> Result<String, String> {
    let keywords = detector.as_mapping_get("keywords").and_then(Yaml::as_sequence);
    let keywords: Vec<String> = keywords.into_iter().flatten().filter_map(Yaml::as_str).map(quoted).collect();
    let regexes = detector.as_mapping_get("regex").and_then(Yaml::as_mapping).ok_or("it has no `regex`")?;
    let mut patterns = Vec::new();
    for (key, value) in regexes {
        let (Some(key), Some(pattern)) = (key.as_str(), value.as_str()) else {
            return Err("`regex` is no map of texts".to_owned());
        };
        Pattern::new(pattern, 0).map_err(|error| format!("`{key}`: {error}"))?;
        patterns.push((key, pattern));
    }
    let Some((last, others)) = patterns.split_last() else { return Err("it has no `regex`".to_owned()) };
    let mut out = String::new();
    let id = |key: &str| quoted(&format!("{name}-{key}"));
    let mut rule = |id: String, pattern: &str, rest: &str| {
        // Writing to memory does not fail.
        let _ = write!(
            out,
            "\n[[rules]]\nid = {id}\ndescription = {}\nregex = {}\nkeywords = [{}]\n{rest}",
            quoted(name),
            quoted(pattern),
            keywords.join(", ")
        );
    };
    for (key, pattern) in others {
        rule(id(key), pattern, "skipReport = true\n");
    }
    let required: String = others.iter().map(|(key, _)| format!("[[rules.required]]\nid = {}\n", id(key))).collect();
    rule(if others.is_empty() { quoted(name) } else { id(last.0) }, last.1, &required);
    Ok(out)
}

/// Quotes a string for TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::super::gitleaks::{Input, TextContext, load};
    use super::detectors;

    #[test]
    fn a_detector_finds_what_it_found() {
        let text = "detectors:\n  - name: Hog\n    keywords:\n      - hog\n    regex:\n      id: '\\b(HOG[0-9A-Z]{7})\\b'\n      token: 'tok=(\"[a-z]{5}\")'\n    verify:\n      - endpoint: http://x/\n  - name: pcre\n    keywords: [a]\n    regex:\n      a: '(?=x)y'\n  - name: One\n    keywords: [one]\n    regex:\n      only: 'one-\\d+'\n";
        let found = detectors(text).expect("reads");
        assert_eq!(found.count, 2);
        assert!(found.lost.iter().any(|one| one.contains("`pcre`") && one.contains("look-ahead")), "{:?}", found.lost);
        assert!(found.lost.iter().any(|one| one.contains("`verify`")));
        let config =
            load(&Input::Text("t".to_owned(), found.rules), &|path| path.display().to_string()).expect("reads");
        let scan = |text: &str| {
            let found = config.scan(text.as_bytes(), Some(&TextContext::default())).into_iter();
            found.map(|one| (config.rules[one.rule].id.clone(), text[one.secret].to_owned())).collect::<Vec<_>>()
        };
        let told = |id: &str, secret: &str| (id.to_owned(), secret.to_owned());
        assert_eq!(scan("hog HOG1234567\ntok=\"abcde\"\n"), [told("Hog-token", "\"abcde\"")]);
        assert_eq!(scan("hog tok=\"abcde\"\n"), []);
        assert_eq!(scan("one-12 x"), [told("One", "one-12")]);
        assert!(detectors("a: [").is_err());
    }
}
