//! Texts that configure, and lists of what is known: of a repository, of other scanners, of a user.

use super::{Target, halves, text};
use stanch::compat::gitleaks::{Input, Pattern, load};
use stanch::compat::{KnownList, trufflehog};
use stanch::config::{self, At, Patterns};
use stanch::engine::{Engine, Match, Scratch, Verdict, scan};
use stanch::ledger::{Baseline, Digest, IgnoreFile, Salt, SaltId, Sweeps, merge};
use stanch::model::{Location, Moment};
use stanch::rules::{RuleSet, advice};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::LazyLock;

/// Its targets.
pub const TARGETS: &[Target] = &[
    ("configuration", configuration),
    ("rules", rules),
    ("globs", globs),
    ("gitleaks_config", gitleaks_config),
    ("go_regex", go_regex),
    ("trufflehog_config", trufflehog_config),
    ("other_baselines", other_baselines),
    ("gitleaks_ignore", gitleaks_ignore),
    ("baseline", baseline),
    ("ignore_file", ignore_file),
    ("sweeps", sweeps),
    ("text_view", text_view),
    ("engine", engine),
];

fn configuration(bytes: &[u8]) {
    let text = text(bytes);
    let _ = (config::parse("stanch.toml", &text), config::parse_size(&text));
}

fn rules(bytes: &[u8]) {
    let text = text(bytes);
    let mut set = RuleSet::of(Vec::new());
    let _ = (set.add_text("rules.toml", &text), set.add_configuration("stanch.toml", &text), advice(&text, "an error"));
}

/// The bytes as a glob and a path.
fn globs(bytes: &[u8]) {
    let (glob, path) = halves(bytes);
    let (glob, path) = (text(glob), text(path));
    let one = At { line: 1, value: config::from_here(&glob).into_owned() };
    if let Ok(patterns) = Patterns::new(Path::new("/base"), &[one]) {
        let path = Path::new("/base").join(path.trim_start_matches('/'));
        let _ = (patterns.decide(&path, false), patterns.decide_dir(&path), patterns.decide_file(&path));
        let _ = (patterns.line_of(&path), patterns.unmet().count());
    }
}

fn gitleaks_config(bytes: &[u8]) {
    let input = Input::Text("config".to_owned(), text(bytes).into_owned());
    if let Ok(config) = load(&input, &|path| path.display().to_string()) {
        let _ = config.scan(b"token = \"0123456789abcdef\" # and other words\n", None);
    }
}

fn go_regex(bytes: &[u8]) {
    if let Ok(pattern) = Pattern::new(&text(bytes), 1) {
        let _ = pattern.is_match(b"token = \"0123456789abcdef\" # and other words\n");
    }
}

fn trufflehog_config(bytes: &[u8]) {
    let text = text(bytes);
    let _ = trufflehog::excluded(&text);
    let detectors = trufflehog::detectors(&text).unwrap_or_default();
    // What it is translated to is read by the one that it is translated for.
    let input = Input::Text("translated".to_owned(), detectors.rules);
    let _ = load(&input, &|path| path.display().to_string());
}

fn other_baselines(bytes: &[u8]) {
    let text = text(bytes);
    let _ = (KnownList::is_list(&text), KnownList::list("file", Path::new("/base"), &text));
}

fn gitleaks_ignore(bytes: &[u8]) {
    let _ = KnownList::ignore_file("file", Path::new("/base"), &text(bytes));
}

/// The bytes as two baselines: what is read of one is read of what is written of it, and both are merged.
fn baseline(bytes: &[u8]) {
    let (one, other) = halves(bytes);
    let (one, other, whole) = (text(one), text(other), text(bytes));
    let _ = (Baseline::is_old(&whole), Baseline::parse("file", &whole));
    let (Ok(one), Ok(other)) = (Baseline::parse("file", &one), Baseline::parse("file", &other)) else { return };
    assert_eq!(Baseline::parse("file", &one.to_string()).as_ref(), Ok(&one));
    let _ = merge(None, &one, &other);
    let _ = merge(Some(&one), &one, &other);
}

/// The bytes as an ignore file: what is read and written is read again.
fn ignore_file(bytes: &[u8]) {
    let text = text(bytes);
    let _ = (Digest::parse(&text), SaltId::parse(&text), Salt::parse(&text), Moment::parse(&text));
    let Ok(file) = IgnoreFile::parse("file", &text) else { return };
    let again = IgnoreFile::parse("file", &file.text()).expect("what was written is read");
    assert_eq!(file.entries().count(), again.entries().count());
}

fn sweeps(bytes: &[u8]) {
    if let Ok(sweeps) = Sweeps::parse(&text(bytes)) {
        let _ = (sweeps.gone().len(), sweeps.write());
    }
}

/// The bytes as text: however they are cut, they are the same text.
fn text_view(bytes: &[u8]) {
    use stanch::content::TextView;
    let Some((capacity, bytes)) = bytes.split_first() else { return };
    let (whole, offsets) = TextView::of(bytes);
    let mut rest = bytes;
    let (mut view, mut buffer, mut filled, mut seen) = (TextView::new(), Vec::new(), 0, 0);
    loop {
        let (ended, result) = view.fill(&mut rest, &mut buffer, &mut filled, 1 + 9 * usize::from(*capacity));
        result.expect("a slice can be read");
        assert_eq!(whole[seen..seen + filled], buffer[..filled]);
        (seen..seen + filled).for_each(|at| assert_eq!(view.outer(at), offsets.outer(at)));
        seen += filled;
        filled = 0;
        view.forget_before(seen);
        if ended {
            break;
        }
    }
    assert_eq!(seen, whole.len());
    let _ = (TextView::plain_after(bytes), TextView::plain_beginning(bytes), TextView::has_run(bytes));
}

/// The bytes as a text to search: in windows the same is found as in one piece.
fn engine(bytes: &[u8]) {
    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new(RuleSet::builtin()));
    let seen = |step: usize| -> Vec<(u32, Vec<u8>, bool, Location)> {
        let mut all = Vec::new();
        let mut input = bytes;
        let read = scan(&ENGINE, &mut input, step, &mut Scratch::default(), |one| {
            let found: &Match = one.found;
            let is_kept = found.verdict == Verdict::Kept;
            all.push((found.rule, one.secret.to_vec(), is_kept, one.location));
            ControlFlow::Continue(())
        });
        assert_eq!(read.ok(), Some(bytes.len() as u64));
        all
    };
    let step = 1 + bytes.first().map_or(0, |byte| usize::from(*byte));
    assert_eq!(seen(step), seen(1 << 20));
}
