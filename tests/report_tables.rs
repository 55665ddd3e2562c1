//! Reports for spreadsheets, test viewers and browsers, read back by what reads them.

use crate::report_support::{HOSTILE, finding, hostile, occurrence, options, places, templated, written};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use stanch::model::Outcome;
use stanch::model::Outer;
use stanch::report::Template;
use std::collections::{BTreeMap, HashSet};

/// Reads CSV by RFC 4180.
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut is_quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if is_quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => row.push(std::mem::take(&mut field)),
            '\r' if !is_quoted => {}
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            other => field.push(other),
        }
    }
    assert!(field.is_empty() && row.is_empty() && !is_quoted, "a row that does not end");
    rows
}

#[test]
fn csv_has_a_row_for_each_place_and_no_formula() {
    let outcome = hostile();
    let count = outcome.occurrences() + outcome.problems.len();
    let rows = rows(&written("csv", outcome, &options()));
    assert_eq!(rows.len(), count + 1);
    for row in &rows {
        assert_eq!(row.len(), rows[0].len(), "{row:?}");
        assert!(row.iter().all(|field| !field.starts_with(['=', '+', '-', '@', '\t', '\r'])), "{row:?}");
    }
    assert!(rows.iter().any(|row| row.iter().any(|field| field == "'=cmd|'/c calc'!A1")));
}

/// What junit-10.xsd of Jenkins allows: attributes (those that are required first, behind `!`), and elements within.
fn allowed(element: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match element {
        "" => (&[], &["testsuites"]),
        "testsuites" => (&["name", "tests", "failures", "errors", "time"], &["testsuite"]),
        "testsuite" => (&["!name", "tests", "failures", "errors", "time"], &["testcase"]),
        // `file` is GitLab's.
        "testcase" => (&["!name", "classname", "time", "file"], &["failure", "error"]),
        "failure" | "error" => (&["type", "message"], &[]),
        other => panic!("<{other}>"),
    }
}

fn attributes(tag: &BytesStart<'_>) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for attribute in tag.attributes() {
        let attribute = attribute.expect("an attribute");
        let name = attribute.key.as_ref().to_owned();
        let value = attribute.value.clone().into_owned();
        assert!(!value.contains(['<', '"']));
        all.insert(name, quick_xml::escape::unescape(&value).expect("references").into_owned());
    }
    all
}

/// The test cases of a JUnit report, after its structure was checked.
fn test_cases(report: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = Reader::from_str(report);
    reader.config_mut().check_end_names = true;
    let (mut open, mut cases, mut counts): (Vec<String>, _, _) = (Vec::new(), Vec::new(), BTreeMap::new());
    let mut enter = |open: &[String], tag: &BytesStart<'_>| {
        let name = tag.name().as_ref().to_owned();
        let (_, inside) = allowed(open.last().map_or("", String::as_str));
        assert!(inside.contains(&name.as_str()), "<{name}> in {open:?}");
        let (known, _) = allowed(&name);
        let attributes = attributes(tag);
        assert!(attributes.keys().all(|key| known.iter().any(|known| known.trim_start_matches('!') == key)));
        assert!(known.iter().filter_map(|key| key.strip_prefix('!')).all(|key| attributes.contains_key(key)));
        *counts.entry(name.clone()).or_insert(0) += 1;
        match name.as_str() {
            "testcase" => cases.push(attributes),
            "testsuite" => {
                let number = |key: &str| attributes[key].parse::<usize>().expect("a number");
                counts.insert("declared".to_owned(), number("tests"));
                counts.insert("failed".to_owned(), number("failures"));
                counts.insert("erred".to_owned(), number("errors"));
            }
            _ => {}
        }
        name
    };
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) => {
                let name = enter(&open, &tag);
                open.push(name);
            }
            Event::Empty(tag) => drop(enter(&open, &tag)),
            Event::End(_) => drop(open.pop()),
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    let count = |key: &str| counts.get(key).copied().unwrap_or(0);
    assert_eq!(
        (count("testcase"), count("failure"), count("error")),
        (count("declared"), count("failed"), count("erred"))
    );
    cases
}

#[test]
fn junit_has_the_structure_that_jenkins_and_gitlab_read() {
    let outcome = hostile();
    let count = outcome.occurrences() + outcome.problems.len();
    let cases = test_cases(&written("junit", outcome, &options()));
    assert_eq!(cases.len(), count);
    assert_eq!(cases.iter().collect::<HashSet<_>>().len(), count, "a viewer keeps one test of a name");
    assert!(cases.iter().any(|case| case.get("file").is_some_and(|file| file == HOSTILE[5])));
    let clean = test_cases(&written("junit", Outcome::default(), &options()));
    assert_eq!(clean.len(), 1, "a report without tests is taken for a mistake");
    assert_eq!(test_cases(&written("junit", places(300), &options())).len(), 300);
}

#[test]
fn junit_of_gitleaks_has_the_same_structure_and_its_names() {
    let outcome = hostile();
    let count = outcome.occurrences() + outcome.problems.len();
    let report = written("gitleaks-junit", outcome, &options());
    let cases = test_cases(&report);
    assert_eq!(cases.len(), count);
    assert_eq!(cases.iter().collect::<HashSet<_>>().len(), count, "a viewer keeps one test of a name");
    assert!(report.contains(r#"name="gitleaks""#) && report.contains("&quot;RuleID&quot;: &quot;rule-0&quot;"));
    let one =
        cases.iter().find(|case| case["name"].starts_with("rule-5 has detected a secret in file a`|")).expect("one");
    assert_eq!((one["classname"].as_str(), one["file"].as_str()), ("Made-up token", HOSTILE[5]));
    let commit = ", line 4, at commit 001";
    assert!(cases.iter().any(|case| case["name"].contains(commit)), "{cases:?}");
    assert_eq!(test_cases(&written("gitleaks-junit", Outcome::default(), &options())).len(), 0);
    // Found twice on a line: two tests.
    let twice = [1, 1].map(|line| occurrence(Outer::Stdin, line));
    let same = Outcome { findings: vec![finding(2, twice.into())], ..Outcome::default() };
    let cases = test_cases(&written("gitleaks-junit", same, &options()));
    assert_eq!(cases.iter().collect::<HashSet<_>>().len(), 2, "{cases:?}");
}

#[test]
fn the_page_holds_only_its_own_markup() {
    let page = written("html", hostile(), &options());
    let body = page.split_once("<body>").expect("a body").1;
    let (table, script) = body.rsplit_once("<script>").expect("a script");
    assert_eq!((page.matches("<script").count(), page.matches("<style").count()), (1, 1));
    assert!(script.trim_end().ends_with("</script>\n</body></html>"));
    let known = [
        "a", "br", "code", "details", "div", "form", "h1", "input", "label", "li", "option", "p", "select", "span",
        "summary", "table", "tbody", "td", "th", "thead", "tr", "ul",
    ];
    for (at, _) in table.match_indices('<') {
        let tag: String =
            table[at + 1..].trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        assert!(known.contains(&tag.as_str()), "<{tag}> at {}", &table[at..(at + 40).min(table.len())]);
    }
    // Nothing is loaded: there are links to follow, and no more.
    assert!(!table.contains("src=") || table.contains("&lt;img src="));
    assert!(!page.contains("url(") && !page.contains("@import") && !page.contains("fetch("));
    assert_eq!(table.matches("<tr data-severity=").count(), HOSTILE.len());
}

#[test]
fn a_template_sees_what_json_has() {
    let lines = written("jsonl", hostile(), &options());
    let template = "{% for finding in findings %}\n{{ finding|tojson }}\n{% endfor %}\n{{ summary|tojson }}\n";
    let rendered = templated("own.txt", template, hostile());
    let of_lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let expected: Vec<Value> = of_lines
        .filter(|line| line["type"] == "finding" || line["type"] == "summary")
        .map(|mut line| {
            line.as_object_mut().expect("an object").remove("type");
            line
        })
        .collect();
    let seen: Vec<Value> = rendered.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(seen, expected);
}

#[test]
fn a_template_escapes_for_browsers_only() {
    let template =
        "{% for finding in findings %}{% for place in finding.occurrences %}{{ place.path }}\n{% endfor %}{% endfor %}";
    let raw = HOSTILE[5];
    assert!(templated("own.txt", template, hostile()).contains(raw));
    assert!(templated("own.md.j2", template, hostile()).contains(raw));
    for name in ["own.html", "own.xml", "own.html.j2"] {
        assert!(!templated(name, template, hostile()).contains("<script>"), "{name}");
    }
    let template = "{{ findings|length }} {{ findings[0].severity }} {{ problems[0].what|csv }} {{ problems[4].what|printable }}\n";
    // The problems of the made-up finding on which a template is tried are fewer: such an index fails there.
    assert!(Template::new("own.txt", template).is_err());
    let template = "{{ findings|length }} {{ findings[0].severity }} {{ problems[0].what|csv }}\n";
    assert_eq!(templated("own.txt", template, hostile()), format!("{} low \"'=cmd|'/c calc'!A1\"\n", HOSTILE.len()));
}

#[test]
fn a_fault_in_a_template_is_named_with_its_line() {
    for (source, word) in [
        ("{% for finding in findings %}", "1"),
        ("a\nb\n{{ finding.rule }}\n", "3"),
        ("{% for f in findings %}\n{{ f.rulle }}\n{% endfor %}", "2"),
        ("a\n{{ summary.secrets|capitalise }}", "capitalise"),
        ("{% include 'other.txt' %}", "1"),
    ] {
        let error = Template::new("own.txt", source).expect_err(source).to_string();
        assert!(error.contains(word) && error.contains("docs/reports.md"), "{source}: {error}");
    }
    assert!(Template::new("own.txt", "{% if summary.nothing %}x{% endif %}").is_ok());
}
