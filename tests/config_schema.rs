//! The JSON schema for editors takes and refuses what the parser does.

use crate::project::Project;
use stanch::config;

fn as_json(text: &str) -> serde_json::Value {
    // Editors hand a TOML date to a schema as text.
    fn convert(value: toml::Value) -> serde_json::Value {
        match value {
            toml::Value::String(text) => text.into(),
            toml::Value::Integer(number) => number.into(),
            toml::Value::Float(number) => number.into(),
            toml::Value::Boolean(truth) => truth.into(),
            toml::Value::Datetime(date) => date.to_string().into(),
            toml::Value::Array(items) => items.into_iter().map(convert).collect(),
            toml::Value::Table(table) => {
                serde_json::Value::Object(table.into_iter().map(|(key, value)| (key, convert(value))).collect())
            }
        }
    }
    convert(toml::Value::Table(text.parse().expect("TOML")))
}

#[test]
fn agrees_with_the_parser() {
    let schema: serde_json::Value = serde_json::from_str(config::SCHEMA).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let every_key = include_str!("data/every-key.toml");
    let values = [
        ("extends", "[\"a.toml\"]", "\"a.toml\""),
        ("confidence", "\"low\"", "\"critical\""),
        ("severity", "\"critical\"", "3"),
        ("exclude", "[\"a/\"]", "[1]"),
        ("gitignore", "true", "\"true\""),
        ("max_file_size", "\"10M\"", "\"M10\""),
        ("max_file_size", "1024", "true"),
        ("inline", "false", "0"),
        ("baseline", "\"b\"", "\"\""),
        ("disable", "[\"generic-*\"]", "{}"),
        ("rule_files", "[\"a.toml\"]", "[\" \"]"),
        ("report.format", "\"json\"", "[]"),
        ("report.color", "\"never\"", "\"sometimes\""),
        ("report.exit_code", "4", "3"),
        ("report.exit_code", "0", "\"4\""),
        ("report.exit_code", "255", "256"),
        ("report.allow_incomplete", "true", "1"),
        ("rules.jwt.enabled", "false", "\"no\""),
        ("rules.jwt.severity", "\"low\"", "\"none\""),
        ("rules.jwt.confidence", "\"high\"", "\"critical\""),
        ("rules.jwt.entropy", "3.5", "8.5"),
        ("rules.jwt.entropy", "3", "\"3\""),
        ("rules.jwt", "{}", "true"),
        ("allow", "[{ words = [\"a\"] }]", "[{}]"),
        ("allow", "[{ paths = [\"a\"], rules = [\"b\"] }]", "[{ rules = [\"b\"] }]"),
        ("allow", "[{ values = [\"a\"], expires = 2027-01-31 }]", "[{ values = [] }]"),
        ("allow", "[{ lines = [\"a\"], expires = \"2027-01-31\" }]", "[{ lines = [\"a\"], expires = 5 }]"),
        ("allow", "[{ patterns = [\"a\"], reason = \"b\", owner = \"c\" }]", "[{ patterns = [\"a\"], reason = \"\" }]"),
        ("allow", "[{ words = [\"a\"] }]", "[{ words = [\"a\"], note = \"b\" }]"),
        ("unheard_of", "", "1"),
        ("report.unheard_of", "", "1"),
        ("rules.jwt.unheard_of", "", "1"),
    ];
    let mut cases: Vec<(String, bool)> = vec![(String::new(), true), (every_key.to_owned(), true)];
    for (key, good, bad) in values {
        cases.extend((!good.is_empty()).then(|| (format!("{key} = {good}\n"), true)));
        cases.push((format!("{key} = {bad}\n"), false));
    }
    let digits = "0123456789abcdef".repeat(2);
    cases.push((format!("allow = [{{ fingerprints = [\"{digits}\"] }}]"), true));
    cases.push((format!("allow = [{{ fingerprints = [\"{}\"] }}]", &digits[1..]), false));
    for (text, is_good) in cases {
        let parsed = config::parse("stanch.toml", &text);
        assert_eq!(parsed.is_ok(), is_good, "the parser, on {text}: {parsed:?}");
        assert_eq!(validator.is_valid(&as_json(&text)), is_good, "the schema, on {text}");
    }
}

#[test]
fn knows_every_key_that_there_is() {
    let schema: serde_json::Value = serde_json::from_str(config::SCHEMA).expect("JSON");
    let document = as_json(include_str!("data/every-key.toml"));
    let keys =
        |value: &serde_json::Value| -> Vec<String> { value.as_object().expect("a table").keys().cloned().collect() };
    let known = &schema["properties"];
    assert_eq!(keys(known), keys(&document), "tests/data/every-key.toml has them all");
    let pairs = [
        (&known["report"], &document["report"]),
        (&known["allow"]["items"], &document["allow"][0]),
        (&known["rules"]["additionalProperties"], &document["rules"]["jwt-token"]),
    ];
    for (schema, document) in pairs {
        assert_eq!(keys(&schema["properties"]), keys(document));
    }
}

#[test]
fn is_printed() {
    let ran = Project::new().run(&["config", "schema"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, config::SCHEMA));
}
