//! Parses, checks and lays out the built-in rules, so that the program starts without doing any of it.
//!
//! Every `rules/<first letter>/<provider>.toml` becomes part of one static table of `Rule`s. A malformed rule file fails the build with its file and line.

#![allow(dead_code, unreachable_pub, reason = "the included modules belong to the library, which uses all of them")]

#[path = "src/commands/init/address.rs"]
mod address;
#[allow(unused_imports, reason = "the library uses all of its exports")]
#[path = "src/engine/index/mod.rs"]
mod index;
#[path = "src/rules/languages.rs"]
mod languages;
#[path = "src/model/proof_kind.rs"]
mod proof_kind;
#[path = "src/rules/regex_advice.rs"]
mod regex_advice;
#[path = "src/rules/run.rs"]
mod run;
#[path = "src/rules/sequences.rs"]
mod sequences;
#[path = "src/rules/short.rs"]
mod short;
#[path = "src/rules/syntax.rs"]
mod syntax;
#[path = "src/rules/window.rs"]
mod window;

use index::{Care, Entry, Index, Kind, Literal, Plan, Table, Trigger, Use, Word, Words};
use proof_kind::ProofKind;
use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};
use syntax::{BodyFacts, ParsedForm, ParsedKeyword, ParsedRule};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=rules");
    println!("cargo::rerun-if-changed=src/commands/init/address.rs");
    println!("cargo::rerun-if-changed=src/engine/index");
    println!("cargo::rerun-if-changed=src/model/proof_kind.rs");
    println!("cargo::rerun-if-changed=src/rules/languages.rs");
    println!("cargo::rerun-if-changed=src/rules/regex_advice.rs");
    println!("cargo::rerun-if-changed=src/rules/run.rs");
    println!("cargo::rerun-if-changed=src/rules/short.rs");
    println!("cargo::rerun-if-changed=src/rules/syntax.rs");
    println!("cargo::rerun-if-changed=src/rules/sequences.rs");
    println!("cargo::rerun-if-changed=src/rules/window.rs");
    tell_origin();
    let files = rule_files()?;
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
    let to = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(to.join("builtin.rs"), out)?;
    let mut out = String::from("/// The built-in rules' keywords.\npub(super) static BUILT_IN: Index = ");
    write_index(&mut out, &Index::of(&uses(&rules), Care::Thorough))?;
    out.push_str(";\n");
    fs::write(to.join("index.rs"), out)?;
    Ok(())
}

/// All `rules/<first letter>/<provider>.toml`, sorted.
fn rule_files() -> Result<Vec<PathBuf>, std::io::Error> {
    let mut files = Vec::new();
    for letter in fs::read_dir("rules")? {
        for file in fs::read_dir(letter?.path())? {
            files.push(file?.path());
        }
    }
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    Ok(files)
}

/// The keywords of all rules.
fn uses(rules: &[ParsedRule]) -> Vec<Use<'_>> {
    let mut uses = Vec::new();
    for (rule, number) in rules.iter().zip(0..) {
        let kind = match &rule.form {
            ParsedForm::Pattern(_, facts) => Kind::Pattern { by_run: facts.by_run },
            ParsedForm::Near(_, facts) => Kind::Near { by_run: facts.by_run },
            ParsedForm::Names(by_run) => Kind::Names { by_run: *by_run },
        };
        for ParsedKeyword { text, ignore_case, window } in &rule.keywords {
            let literal = Literal { bytes: text.as_bytes(), ignore_case: *ignore_case };
            uses.push(Use { kind, literal, rule: number, before: window.before, after: window.after });
        }
    }
    uses
}

// `Debug` prints arrays, numbers and structures as Rust has them; only borrowed lists are written otherwise.

fn write_index(out: &mut String, index: &Index) -> std::fmt::Result {
    let Index { everywhere, at_runs, before_runs, before_starts, named_runs } = index;
    for (name, (plan, words)) in [("everywhere", everywhere), ("named_runs", named_runs)] {
        let Plan { buckets, table, farthest } = plan;
        let field = if name == "everywhere" { "Index { everywhere" } else { "named_runs" };
        write!(out, "{field}: (Plan {{ buckets: {buckets:?}, farthest: {farthest}, table: ")?;
        write_table(out, table)?;
        out.push_str(" }, ");
        write_words(out, words)?;
        out.push_str("), ");
    }
    for (name, (table, words)) in [("at_runs", at_runs), ("before_runs", before_runs)] {
        write!(out, "{name}: (")?;
        write_table(out, table)?;
        out.push_str(", ");
        write_words(out, words)?;
        out.push_str("), ");
    }
    write!(out, "before_starts: {before_starts:?} }}")
}

fn write_table(out: &mut String, table: &Table) -> std::fmt::Result {
    let Table { hash, bitmap, starts, entries, rests } = table;
    let entries: &[Entry] = entries;
    write!(
        out,
        "Table {{ hash: {hash:?}, bitmap: {bitmap:?}, starts: {starts:?}, entries: Cow::Borrowed(&{entries:?}), \
         rests: Cow::Borrowed(&{rests:?}) }}"
    )
}

fn write_words(out: &mut String, words: &Words) -> std::fmt::Result {
    let (words, triggers): (&[Word], &[Trigger]) = (&words.words, &words.triggers);
    write!(out, "Words {{ words: Cow::Borrowed(&{words:?}), triggers: Cow::Borrowed(&{triggers:?}) }}")
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
        ParsedForm::Near(body, BodyFacts { by_run, first }) => {
            format!("Form::Near {{ body: {}, by_run: {by_run}, first: {first:#x} }}", text(body))
        }
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
        "        name: {}, structural: {}, encoded: {}, judged: {}, judged_as: {}, form: {form},",
        text(&rule.name),
        rule.structural,
        rule.encoded,
        rule.judged,
        rule.judged_as.as_ref().map_or_else(|| "None".to_owned(), |name| format!("Some({})", text(name)))
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

/// Tells the compiler the commit, for `--version`, and the repository's public address, for what `init` writes.
///
/// Both come from the environment, or in a build for release from git; elsewhere, and without git, there is none. A build for development
/// would be made anew at every commit.
fn tell_origin() {
    const NAMES: [&str; 2] = ["STANCH_BUILD_REPOSITORY", "STANCH_BUILD_COMMIT"];
    NAMES.iter().for_each(|name| println!("cargo::rerun-if-env-changed={name}"));
    let given = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let [mut repository, mut commit] = NAMES.map(given);
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") && commit.is_none() {
        // Only this package's own repository: it may lie in a folder of another one.
        if git(&["rev-parse", "--show-prefix"]).is_some_and(|prefix| prefix.is_empty()) {
            commit = git(&["rev-parse", "HEAD"]);
        }
        for name in ["HEAD", "logs/HEAD"] {
            if let Some(path) = git(&["rev-parse", "--git-path", name]).filter(|path| fs::exists(path).unwrap_or(false))
            {
                println!("cargo::rerun-if-changed={path}");
            }
        }
        // A commit that the remote does not have cannot be installed from it.
        let is_there = git(&["for-each-ref", "--count=1", "--contains=HEAD", "refs/remotes/origin"]);
        if repository.is_none() && commit.is_some() && is_there.is_some_and(|name| !name.is_empty()) {
            repository = git(&["remote", "get-url", "origin"]);
        }
    }
    let commit = commit.filter(|commit| commit.len() >= 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if let Some(address) = repository.and_then(|remote| address::public_address(&remote)) {
        println!("cargo::rustc-env={}={address}", NAMES[0]);
    }
    if let Some(commit) = commit {
        println!("cargo::rustc-env={}={commit}", NAMES[1]);
    }
}

/// What git prints, unless it fails or is not there.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok().map(|text| text.trim().to_owned())
}
