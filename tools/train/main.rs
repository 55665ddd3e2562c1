//! Trains the classifier and measures its accuracy.
//!
//! ```text
//! cargo run --release --example train -- CREDDATA [--clean DIR]... [--out src/engine/classifier/weights.bin] [--sarif DIR] [--show N]
//! ```
//!
//! CREDDATA is a folder with `data/` and `meta/`, as of the CredData set; each `--clean` a checkout whose assignments are taken for innocent.
//! Prints precision, recall and F1 with each repository judged by a model that has not seen it, for the data as it is and with its passwords
//! drawn again as people choose them. With `--out` the weights of a model that has seen all are written.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a tool of our own, that prints and ends where it fails"
)]

mod data;
mod gbt;
mod human;

use data::File;
use gbt::{Forest, Settings, Table, grow};
use rayon::prelude::*;
use stanch::engine::classifier::{features, model};
use stanch::engine::{Assignment, Canonical, Engine, Scratch, Verdict, keep_winners};
use stanch::model::Confidence;
use stanch::rules::RuleSet;
use stanch::rules::example::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// An assignment with what is known of it.
struct Row {
    features: Vec<f32>,
    slots: model::Slots,
    /// `None`: unknown, or irrelevant.
    label: Option<bool>,
    repository: usize,
    /// 0 as it is; more: with passwords drawn again.
    variant: usize,
    file: usize,
    line: usize,
    shown: String,
}

const VARIANTS: usize = 4;
const SETTINGS: Settings =
    Settings { trees: 160, depth: 6, rate: 0.09, least: 3.0, lambda: 3.0, columns: 0.5, first: 48, first_columns: 0.7 };
/// Of those that are kept in the end, this share is lost at first sight, behind each lot of trees: among examples that were trained on. Of the
/// secrets of other repositories it was one in about a thousand.
const LOST: f64 = 0.001;
/// What the log-odds of those that are kept in the end are, at least: about what the low level will be.
const KEPT: f32 = -1.5;
/// Sums of both figures of F1 that differ by less are as good.
const AS_GOOD: f64 = 0.002;
/// Repositories are left out so many groups at a time; each is judged by a model that saw none of its group.
const FOLDS: usize = 12;
/// Repositories are in so many groups when words are counted; what a word says is told to a group by the others.
const GROUPS: usize = 10;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| -> Vec<String> {
        args.windows(2).filter(|pair| pair[0] == name).map(|pair| pair[1].clone()).collect()
    };
    let creddata = PathBuf::from(args.first().expect("a folder"));
    let engine = Engine::new(RuleSet::builtin());
    let files = data::read(&creddata);
    let names: Vec<String> =
        files.iter().map(|file| file.repository.clone()).collect::<BTreeSet<_>>().into_iter().collect();
    let number: BTreeMap<&str, usize> = names.iter().map(String::as_str).zip(0..).collect();
    let mut rows: Vec<Row> = Vec::new();
    let mut texts: Vec<Vec<Vec<u8>>> = Vec::new();
    for variant in 0..VARIANTS {
        texts.push(
            files.iter().map(|file| if variant == 0 { file.text.clone() } else { redrawn(file, variant) }).collect(),
        );
        let found: Vec<Vec<Row>> = files
            .par_iter()
            .enumerate()
            .map(|(at, file)| label(&engine, file, &texts[variant][at], number[file.repository.as_str()], variant, at))
            .collect();
        rows.extend(found.into_iter().flatten());
    }
    let mut repositories = names.len();
    for clean in option("--clean") {
        let mut dirs: Vec<PathBuf> =
            std::fs::read_dir(&clean).expect("a folder").flatten().map(|entry| entry.path()).collect();
        dirs.sort();
        for dir in dirs {
            rows.extend(innocent(&engine, &dir, repositories));
            repositories += 1;
        }
    }
    let labelled = rows.iter().filter(|row| row.variant == 0 && row.repository < names.len());
    let positives = labelled.clone().filter(|row| row.label == Some(true)).count();
    println!(
        "{} files, {} repositories, {} candidates, {positives} of them secrets",
        files.len(),
        names.len(),
        labelled.count()
    );
    println!(
        "{} rows in all, {} of clean code",
        rows.len(),
        rows.iter().filter(|row| row.repository >= names.len()).count()
    );

    // Clean code has secrets too (in its tests): what a first model is sure of is left out.
    let show_doubtful = args.iter().any(|arg| arg == "--doubtful");
    let folds: Vec<Vec<usize>> =
        (0..FOLDS).map(|fold| (0..repositories).filter(|one| one % FOLDS == fold).collect()).collect();
    if repositories > names.len() {
        let model = train(&rows, &of_labelled(&rows, names.len()), &[], repositories);
        let mut doubtful = 0;
        for row in rows.iter_mut().filter(|row| row.repository >= names.len()) {
            if row.file == 0 && model.log_odds(&complete(row, |slot| f32::from(model.words[slot]) * model::STEP)) > 1.0
            {
                row.label = None;
                doubtful += 1;
                if show_doubtful {
                    println!("  doubtful: {}", row.shown);
                }
            }
        }
        println!("{doubtful} assignments of clean code look like secrets and are left out of training");
    }
    let everything: Vec<usize> = (0..rows.len()).filter(|at| rows[*at].label.is_some()).collect();
    let odds = out_of_fold(&rows, &everything, &folds, repositories);

    let others: Vec<Vec<BTreeSet<usize>>> =
        texts.iter().map(|texts| texts.par_iter().map(|text| by_other_rules(&engine, text)).collect()).collect();
    // What people type and what the data has count alike.
    let steps: Vec<f64> = (-12..=12).map(|step| f64::from(step) * 0.25).collect();
    let mut sums = vec![0.0; steps.len()];
    for (variant, name) in [(0, "as it is"), (1, "passwords drawn again")] {
        println!("\n{name}: threshold, recall, precision strict, F1 strict, F1");
        for (threshold, sum) in steps.iter().zip(&mut sums) {
            let score = score(&files, &rows, &odds, &others[variant], variant, *threshold);
            println!("  {threshold:5.2}  {score}");
            *sum += if score.precision_strict() > 0.885 { score.f1_strict() } else { 0.0 };
        }
    }
    // Of equally good thresholds the highest, because wrong findings annoy the readers of reports.
    let best = sums.iter().copied().fold(0.0, f64::max);
    let chosen = steps.iter().zip(&sums).rev().find(|(_, sum)| **sum >= best - AS_GOOD).map_or(0.0, |(at, _)| *at);
    let calibrated = rows
        .iter()
        .zip(&odds)
        .filter(|(row, odds)| row.variant == 0 && row.repository < names.len() && **odds >= chosen);
    let (right, all) =
        calibrated.fold((0, 0), |sum, (row, _)| (sum.0 + usize::from(row.label != Some(false)), sum.1 + 1));
    println!(
        "\nthreshold {chosen}: of {all} assignments called medium {:.1}% are right",
        100.0 * f64::from(right as u32) / f64::from(all as u32)
    );
    for (variant, name) in [(0, "as it is"), (1, "passwords drawn again")] {
        println!("{name}: {}", score(&files, &rows, &odds, &others[variant], variant, chosen));
    }
    let show: usize = option("--show").first().map_or(0, |n| n.parse().expect("a number"));
    for (what, wanted) in [("missed", true), ("wrong", false)] {
        let mut list: Vec<(&Row, f64)> = rows
            .iter()
            .zip(odds.iter().copied())
            .filter(|(row, odds)| {
                row.variant == 0
                    && row.repository < names.len()
                    && row.label == Some(wanted)
                    && (*odds >= chosen) != wanted
            })
            .collect();
        list.sort_by(|a, b| {
            (a.0.features.len(), (a.1 * 7919.0) as i64 % 1000).cmp(&(b.0.features.len(), (b.1 * 7919.0) as i64 % 1000))
        });
        println!("{} {what}", list.len());
        for (row, odds) in list.iter().take(show) {
            println!(
                "  {odds:5.2} {} {}:{} {}",
                names[row.repository],
                &files[row.file].path[14..],
                row.line,
                row.shown
            );
        }
    }
    if let Some(dir) = option("--sarif").first() {
        for variant in [0, 1] {
            write_sarif(
                &Path::new(dir).join(format!("oof-{variant}.sarif")),
                &files,
                &rows,
                &odds,
                &others[variant],
                variant,
                chosen,
            );
        }
    }
    if let Some(out) = option("--out").first() {
        let model = train(&rows, &everything, &[], repositories);
        let model = model::Model { medium: chosen as f32, low: chosen as f32 - 2.0, ..model };
        let bytes = model.to_bytes(model::names().0.len());
        std::fs::write(out, &bytes).expect("the weights can be written");
        println!("{out}: {} bytes", bytes.len());
        importance(&model);
    }
}

/// The rows of labelled data whose labels are known.
fn of_labelled(rows: &[Row], repositories: usize) -> Vec<usize> {
    (0..rows.len()).filter(|at| rows[*at].label.is_some() && rows[*at].repository < repositories).collect()
}

/// The file's text with its passwords drawn again.
fn redrawn(file: &File, variant: usize) -> Vec<u8> {
    let mut random = Random::new(
        file.path.bytes().fold(variant as u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte))),
    );
    let mut places: Vec<std::ops::Range<usize>> = Vec::new();
    for label in
        file.secrets.iter().filter(|label| label.category.contains("Password") || label.category == "URL Credentials")
    {
        if let Some(value) = label.value {
            let place = data::bytes(&file.text, &data::line(&file.text, label.lines.0), value);
            if place.len() >= 3 && place.len() <= 40 {
                places.push(place);
            }
        }
    }
    places.sort_by_key(|place| std::cmp::Reverse(place.start));
    places.dedup_by(|a, b| a.end > b.start);
    let mut text = file.text.clone();
    for place in places {
        let made = human::password(&file.text[place.clone()], &mut random);
        text.splice(place, made);
    }
    text
}

/// The assignments of a file, labelled.
fn label(engine: &Engine, file: &File, text: &[u8], repository: usize, variant: usize, at: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for (line, rule, found) in assignments(engine, text) {
        let secrets: Vec<_> =
            file.secrets.iter().filter(|label| label.lines.0 <= line && line <= label.lines.1).collect();
        let is_it = secrets.iter().any(|label| match label.value {
            // With passwords drawn again the places have moved.
            Some(value) if variant == 0 => {
                let place = data::bytes(text, &data::line(text, line), value);
                place.start < found.value.end && found.value.start < place.end
            }
            Some((from, _)) => {
                let start = data::line(text, line).start;
                (found.value.start - start).abs_diff(from) <= 40 && secrets.len() == 1
            }
            None => false,
        });
        let label = if is_it {
            Some(true)
        } else if secrets.is_empty() && variant == 0 {
            Some(false)
        } else {
            None
        };
        if variant > 0 && label.is_none() {
            // Needed for scoring only where it could change what is found.
            if !secrets.is_empty() || !file.others.is_empty() {
                rows.push(row(text, (&rule, &found), label, repository, variant, at, line));
            }
            continue;
        }
        rows.push(row(text, (&rule, &found), label, repository, variant, at, line));
    }
    rows
}

fn row(
    text: &[u8],
    (rule, found): (&str, &Assignment),
    label: Option<bool>,
    repository: usize,
    variant: usize,
    file: usize,
    line: usize,
) -> Row {
    let lossy = |range: &std::ops::Range<usize>| {
        String::from_utf8_lossy(&text[range.clone()]).chars().take(60).collect::<String>()
    };
    let shown = format!(
        "[{rule}] {} {:?} {:?} {}",
        lossy(&found.name),
        found.operator,
        found.quote.map(char::from),
        lossy(&found.value)
    );
    Row {
        features: features::of(text, found),
        slots: model::slots(text, found, rule),
        label,
        repository,
        variant,
        file,
        line,
        shown,
    }
}

/// Every assignment once, with its line, unless a cheap filter turns it down.
fn assignments(engine: &Engine, text: &[u8]) -> Vec<(usize, String, Assignment)> {
    let mut all: BTreeMap<usize, (String, Assignment)> = BTreeMap::new();
    engine.assignments(text, &mut Scratch::default(), |rule, found| {
        // What is put in other words for the classifier is nothing that it learns from.
        if engine.objection(text, found).is_none() && Canonical::of(rule, text, found).is_none() {
            all.entry(found.value.start).or_insert_with(|| (rule.id.to_string(), found.clone()));
        }
    });
    let (mut line, mut at) = (1, 0);
    let mut out = Vec::new();
    for (start, (rule, found)) in all {
        line += text[at..start].iter().filter(|byte| **byte == b'\n').count();
        at = start;
        out.push((line, rule, found));
    }
    out
}

/// Whether such files hardly ever contain secrets: translations, and files written by package managers.
fn is_no_place(path: &Path) -> bool {
    let text = path.to_string_lossy().to_lowercase();
    let parts = ["/locale", "/i18n", "/l10n", "/lang/", "/langs/", "/translation", "/messages/"];
    let ends = [
        ".po",
        ".pot",
        ".strings",
        ".xlf",
        ".xliff",
        ".lock",
        "package.json",
        "-lock.yaml",
        "-lock.json",
        "go.sum",
        ".gemspec",
        "gemfile",
    ];
    parts.iter().any(|part| text.contains(part)) || ends.iter().any(|end| text.ends_with(end))
}

/// Assignments of a checkout, all innocent. Those of files where no secret is have 1 for a file's number.
fn innocent(engine: &Engine, dir: &Path, repository: usize) -> Vec<Row> {
    let mut paths: Vec<PathBuf> = ignore::WalkBuilder::new(dir)
        .standard_filters(false)
        .build()
        .flatten()
        .filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()))
        .map(ignore::DirEntry::into_path)
        .collect();
    paths.sort();
    let rows: Vec<Vec<Row>> = paths
        .par_iter()
        .map(|path| {
            let text = std::fs::read(path).unwrap_or_default();
            assignments(engine, &text)
                .into_iter()
                .map(|(line, rule, found)| {
                    let value = &text[found.value.clone()];
                    let is_plain = is_no_place(path) || value.contains(&b' ') || value.ends_with(b":");
                    let mut row = row(&text, (&rule, &found), Some(false), repository, 0, usize::from(is_plain), line);
                    row.shown = format!("{} {}", path.display(), row.shown);
                    row
                })
                .collect()
        })
        .collect();
    rows.into_iter().flatten().collect()
}

/// Lines with findings of rules that do not use the classifier.
fn by_other_rules(engine: &Engine, text: &[u8]) -> BTreeSet<usize> {
    let mut all = Vec::new();
    engine.matches(text, 0..text.len(), &mut Scratch::default(), &mut all);
    all.retain(|found| {
        !engine.rule(found).judged && found.confidence >= Confidence::Medium && found.verdict == Verdict::Kept
    });
    keep_winners(engine, &mut all);
    let line = |at: usize| 1 + text[..at].iter().filter(|byte| **byte == b'\n').count();
    all.iter()
        .flat_map(|found| line(found.secret.start)..=line(found.secret.end.max(found.secret.start + 1) - 1))
        .collect()
}

/// A row, its log-odds, and behind how many trees it is turned down at first sight, by which sum.
type Judged = (usize, f32, Option<(usize, f32)>);

/// Log-odds of all rows, each by a model that saw nothing of its repository's group; none of those that it turns down at first sight.
fn out_of_fold(rows: &[Row], known: &[usize], folds: &[Vec<usize>], repositories: usize) -> Vec<f64> {
    let parts: Vec<Vec<Judged>> = folds
        .par_iter()
        .map(|fold| {
            let model = train(rows, known, fold, repositories);
            let judged = (0..rows.len()).filter(|at| fold.contains(&rows[*at].repository));
            judged
                .map(|at| {
                    let features = complete(&rows[at], |slot| f32::from(model.words[slot]) * model::STEP);
                    (at, model.log_odds(&features), model.stopped(&features))
                })
                .collect()
        })
        .collect();
    let all = || parts.iter().flatten();
    let share = |count: usize| 100.0 * count as f64 / all().count() as f64;
    println!(
        "turned down at first sight: {:.1}%, {:.1}% before the other features are asked for; {} secrets among them that would be kept",
        share(all().filter(|(_, _, stopped)| stopped.is_some()).count()),
        share(all().filter(|(_, _, stopped)| stopped.is_some_and(|(trees, _)| trees <= SETTINGS.first)).count()),
        all().filter(|(at, odds, stopped)| rows[*at].label == Some(true) && *odds > 0.0 && stopped.is_some()).count()
    );
    let mut odds = vec![0.0; rows.len()];
    for (at, one, stopped) in all() {
        odds[*at] = if stopped.is_some() { f64::NEG_INFINITY } else { f64::from(*one) };
    }
    odds
}

fn complete(row: &Row, odds: impl Fn(usize) -> f32) -> Vec<f32> {
    let mut all = model::word_features(&row.slots, odds).to_vec();
    all.extend(&row.features);
    all
}

/// Trains on all known rows that are of none of these repositories.
fn train(rows: &[Row], known: &[usize], without: &[usize], repositories: usize) -> model::Model {
    let used: Vec<usize> = known.iter().copied().filter(|at| !without.contains(&rows[*at].repository)).collect();
    // In how many repositories each word stands before secrets, and before others.
    let mut seen: Vec<BTreeMap<usize, (bool, bool)>> = vec![BTreeMap::new(); repositories];
    for at in &used {
        let row = &rows[*at];
        for (_, slot) in &row.slots {
            let entry = seen[row.repository].entry(*slot).or_default();
            if row.label == Some(true) { entry.0 = true } else { entry.1 = true }
        }
    }
    let mut counts = vec![(0.0_f32, 0.0_f32); model::SLOTS];
    // What all repositories of a row's own group say is kept from it. Were it only its own, a count that is one less would tell whether it is
    // a secret.
    let group = |repository: usize| repository / FOLDS % GROUPS;
    let mut own = vec![vec![(0.0_f32, 0.0_f32); model::SLOTS]; GROUPS];
    for (repository, slots) in seen.iter().enumerate() {
        for (slot, (positive, negative)) in slots {
            for counts in [&mut counts[*slot], &mut own[group(repository)][*slot]] {
                counts.0 += f32::from(u8::from(*positive));
                counts.1 += f32::from(u8::from(*negative));
            }
        }
    }
    let total = seen.iter().filter(|slots| !slots.is_empty()).count() as f32;
    let positive = seen.iter().filter(|slots| slots.values().any(|(positive, _)| *positive)).count() as f32;
    let odds = |(positives, negatives): (f32, f32)| {
        let odds = ((positives + 0.7) / (negatives + 0.7)).ln() - (positive / total).ln();
        (odds.clamp(-3.0, 3.0) / model::STEP).round() * model::STEP
    };
    let examples: Vec<Vec<f32>> = used
        .par_iter()
        .map(|at| {
            let row = &rows[*at];
            let own = &own[group(row.repository)];
            complete(row, |slot| odds((counts[slot].0 - own[slot].0, counts[slot].1 - own[slot].1)))
        })
        .collect();
    let mut per: Vec<[f64; 2]> = vec![[0.0; 2]; repositories];
    used.iter().for_each(|at| per[rows[*at].repository][usize::from(rows[*at].label == Some(true))] += 1.0);
    let weights: Vec<f64> = used
        .iter()
        .map(|at| {
            let row = &rows[*at];
            let is_positive = row.label == Some(true);
            // One repository with hundreds of alike lines must not outweigh many with a few.
            let many = per[row.repository][usize::from(is_positive)];
            let share = (60.0 / many.max(60.0)).sqrt();
            if is_positive { share * if row.variant == 0 { 0.8 } else { 0.7 } } else { share }
        })
        .collect();
    let labels: Vec<bool> = used.iter().map(|at| rows[*at].label == Some(true)).collect();
    let slices: Vec<&[f32]> = examples.iter().map(Vec::as_slice).collect();
    let Forest { base, trees } = grow(&Table::new(&slices), (&labels, &weights), &SETTINGS, model::names().1, 7);
    let words = counts.iter().map(|counts| (odds(*counts) / model::STEP) as i8).collect();
    let mut model =
        model::Model { words, trees, first: SETTINGS.first, stops: Vec::new(), base, medium: 0.0, low: 0.0 };
    let sums: Vec<Vec<f32>> = slices.par_iter().map(|features| model.sums(features)).collect();
    let kept: Vec<&Vec<f32>> = sums.iter().filter(|sums| sums.last().is_some_and(|last| *last >= KEPT)).collect();
    model.stops = (0..SETTINGS.trees / model::ABREAST - 1)
        .map(|lot| {
            let mut behind: Vec<f32> = kept.iter().map(|sums| sums[lot]).collect();
            behind.sort_by(f32::total_cmp);
            behind.get((LOST * behind.len() as f64) as usize).copied().unwrap_or(f32::MIN)
        })
        .collect();
    model
}

/// How many were found, missed and wrong, by lines, as the labels' own scorer counts them.
#[derive(Default)]
struct Score {
    found: f64,
    missed: f64,
    wrong: f64,
    unlabelled: f64,
}

impl Score {
    fn recall(&self) -> f64 {
        self.found / (self.found + self.missed)
    }
    fn precision_strict(&self) -> f64 {
        self.found / (self.found + self.wrong + self.unlabelled).max(1.0)
    }
    fn f1_strict(&self) -> f64 {
        2.0 * self.recall() * self.precision_strict() / (self.recall() + self.precision_strict()).max(1e-9)
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let precision = self.found / (self.found + self.wrong).max(1.0);
        let f1 = 2.0 * self.recall() * precision / (self.recall() + precision).max(1e-9);
        write!(
            f,
            "recall {:.3}  precision strict {:.3}  F1 strict {:.3}  F1 {f1:.3}",
            self.recall(),
            self.precision_strict(),
            self.f1_strict()
        )
    }
}

fn reported(
    files: &[File],
    rows: &[Row],
    odds: &[f64],
    others: &[BTreeSet<usize>],
    variant: usize,
    threshold: f64,
) -> Vec<BTreeSet<usize>> {
    let mut lines: Vec<BTreeSet<usize>> = others.to_vec();
    // Rows of clean code are of no file of the labelled data.
    let repositories = files.iter().map(|file| file.repository.as_str()).collect::<BTreeSet<_>>().len();
    for (row, odds) in rows.iter().zip(odds) {
        if row.variant == variant && *odds >= threshold && row.repository < repositories {
            lines[row.file].insert(row.line);
        }
    }
    lines
}

fn score(
    files: &[File],
    rows: &[Row],
    odds: &[f64],
    others: &[BTreeSet<usize>],
    variant: usize,
    threshold: f64,
) -> Score {
    let lines = reported(files, rows, odds, others, variant, threshold);
    let mut score = Score::default();
    for (file, lines) in files.iter().zip(&lines) {
        let mut true_lines = BTreeSet::new();
        for label in &file.secrets {
            true_lines.extend(label.lines.0..=label.lines.1);
            if label.is_core {
                let hit = (label.lines.0..=label.lines.1).any(|line| lines.contains(&line));
                if hit { score.found += 1.0 } else { score.missed += 1.0 }
            }
        }
        for line in lines.iter().filter(|line| !true_lines.contains(line)) {
            if file.others.contains(line) { score.wrong += 1.0 } else { score.unlabelled += 1.0 }
        }
    }
    score
}

fn write_sarif(
    out: &Path,
    files: &[File],
    rows: &[Row],
    odds: &[f64],
    others: &[BTreeSet<usize>],
    variant: usize,
    threshold: f64,
) {
    let lines = reported(files, rows, odds, others, variant, threshold);
    let mut results = Vec::new();
    for (file, lines) in files.iter().zip(lines) {
        for line in lines {
            results.push(serde_json::json!({"ruleId": "any", "locations": [{"physicalLocation": {"artifactLocation": {"uri": file.path}, "region": {"startLine": line}}}]}));
        }
    }
    std::fs::write(out, serde_json::json!({"runs": [{"results": results}]}).to_string()).expect("can be written");
}

/// How much each feature decides, over all trees.
fn importance(model: &model::Model) {
    let (names, _) = model::names();
    let mut sums = vec![0.0_f32; names.len()];
    for tree in &model.trees {
        for (at, node) in tree.iter().enumerate() {
            if let Some(feature) = node.feature {
                sums[usize::from(feature)] +=
                    (tree[at + 1].mean - node.mean).abs() + (tree[usize::from(node.right)].mean - node.mean).abs();
            }
        }
    }
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|a, b| sums[*b].total_cmp(&sums[*a]));
    for at in order.iter().take(45) {
        println!("  {:6.2} {}", sums[*at], names[*at]);
    }
    println!(
        "never asked: {}",
        order.iter().filter(|at| sums[**at] == 0.0).map(|at| names[*at].clone()).collect::<Vec<_>>().join(", ")
    );
}
