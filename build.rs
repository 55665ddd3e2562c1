//! Parses, checks and lays out the built-in rules, so that the program starts without doing any of it.
//!
//! Every `rules/*.toml` becomes part of one static table of `Rule`s. A malformed rule file fails the build with its file and line.

#![allow(dead_code, unreachable_pub, reason = "the included modules belong to the library, which uses all of them")]

#[path = "src/rules/dialect.rs"]
mod dialect;
#[path = "src/model/proof_kind.rs"]
mod proof_kind;
#[path = "src/rules/short.rs"]
mod short;
#[path = "src/rules/syntax.rs"]
mod syntax;
#[path = "src/rules/window.rs"]
mod window;

use proof_kind::ProofKind;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};
use syntax::{ParsedForm, ParsedRule};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/model/proof_kind.rs");
    println!("cargo::rerun-if-changed=src/rules/dialect.rs");
    println!("cargo::rerun-if-changed=src/rules/short.rs");
    println!("cargo::rerun-if-changed=src/rules/syntax.rs");
    println!("cargo::rerun-if-changed=src/rules/window.rs");
    let mut files: Vec<PathBuf> =
        fs::read_dir("rules")?.map(|entry| Ok(entry?.path())).collect::<Result<_, std::io::Error>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let (mut rules, mut faults) = (Vec::new(), Vec::new());
    for path in &files {
        match syntax::parse(&path.to_string_lossy(), &fs::read_to_string(path)?) {
            Ok(of_file) => rules.extend(of_file),
            Err(fault) => faults.push(fault.to_string()),
        }
    }
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    for pair in rules.windows(2).filter(|pair| pair[0].id == pair[1].id) {
        faults.push(format!("rules: the id `{}` stands twice", pair[0].id));
    }
    if !faults.is_empty() {
        faults.iter().for_each(|fault| println!("cargo::error={fault}"));
        return Err("the built-in rules are not sound".into());
    }
    let mut out = String::from("/// Every built-in rule, sorted by id.\npub static RULES: &[Rule] = &[\n");
    for rule in &rules {
        write_rule(&mut out, rule)?;
    }
    out.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("builtin.rs"), out)?;
    Ok(())
}

fn write_rule(out: &mut String, rule: &ParsedRule) -> std::fmt::Result {
    let text = |text: &str| format!("Cow::Borrowed({text:?})");
    let list = |texts: &[String]| {
        format!("Cow::Borrowed(&[{}])", texts.iter().map(|one| text(one)).collect::<Vec<_>>().join(", "))
    };
    let form = match &rule.form {
        ParsedForm::Pattern(pattern, facts) => format!(
            "Form::Pattern {{ pattern: {}, by_run: {}, is_whole: {}, required: {:?} }}",
            text(pattern),
            facts.by_run,
            facts.is_whole,
            facts.required
        ),
        ParsedForm::Near(body, by_run) => format!("Form::Near {{ body: {}, by_run: {by_run} }}", text(body)),
        ParsedForm::Names(by_run) => format!("Form::Names {{ by_run: {by_run} }}"),
    };
    let keywords: Vec<String> = rule
        .keywords
        .iter()
        .map(|keyword| {
            format!(
                "Keyword {{ text: {}, ignore_case: {}, before: {}, after: {} }}",
                text(&keyword.text),
                keyword.ignore_case,
                keyword.window.before,
                keyword.window.after
            )
        })
        .collect();
    let rotate = rule.rotate.as_ref().map_or_else(|| "None".to_owned(), |address| format!("Some({})", text(address)));
    writeln!(out, "    Rule {{")?;
    writeln!(
        out,
        "        id: {}, family: {}, provider: {},",
        text(&rule.id),
        text(&rule.family),
        text(&rule.provider)
    )?;
    writeln!(
        out,
        "        name: {}, structural: {}, judged: {}, form: {form},",
        text(&rule.name),
        rule.structural,
        rule.judged
    )?;
    writeln!(out, "        keywords: Cow::Borrowed(&[{}]),", keywords.join(", "))?;
    let proof = rule.proof.map_or_else(|| "None".to_owned(), |kind| format!("Some(ProofKind::{kind:?})"));
    writeln!(
        out,
        "        entropy: {:?}, proof: {proof}, severity: Severity::{}, ",
        rule.entropy,
        capital(&rule.severity)
    )?;
    writeln!(out, "        confidence: Confidence::{}, rotate: {rotate},", capital(&rule.confidence))?;
    writeln!(out, "        references: {},", list(&rule.references))?;
    writeln!(out, "        examples: {},", list(&rule.examples))?;
    writeln!(out, "        counter_examples: {},", list(&rule.counter_examples))?;
    writeln!(out, "    }},")
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}
