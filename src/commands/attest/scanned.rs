//! A scan whose reading is recorded, with the subject that it read.

use super::folder::Folder;
use super::policies::policies;
use super::subject::{self, SubjectSpec};
use crate::attest::{Coverage, LeftOut, Policy, Record, Recorder, Subject};
use crate::commands::Failure;
use crate::commands::git::history;
use crate::git::repo::OpenOptions;
use crate::ledger::is_guessable;
use crate::model::{Outcome, SkipKind};
use crate::pipeline::{Collector, Progress, Selection, TreeScan, scan_images};
use crate::policy::{PolicyOptions, Scopes};
use crate::report::{self, NameMask};
use crate::sources::{FileOptions, Images};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A statement about a smaller file in which a guessable secret was found would let it be guessed, bytes.
const SMALLEST_FILE: u64 = 256;

/// What was scanned, with names as they may be shown.
pub(super) struct Scanned {
    pub(super) subjects: Vec<Subject>,
    pub(super) outcome: Outcome,
    pub(super) coverage: Coverage,
    pub(super) policies: Vec<Policy>,
    pub(super) left_out: Vec<LeftOut>,
    pub(super) bytes: u64,
    pub(super) is_history: bool,
}

/// Scans a subject.
pub(super) fn scan(
    spec: &SubjectSpec,
    policy: &PolicyOptions,
    memory: u64,
    outer: &Arc<Progress>,
) -> Result<Scanned, Failure> {
    let usage = Failure::Usage;
    let root = match spec {
        SubjectSpec::Path(path) if path.is_dir() => path.clone(),
        SubjectSpec::Path(path) => path.parent().unwrap_or(Path::new("")).to_owned(),
        _ => PathBuf::new(),
    };
    // Sources name what lies below `./a/` as below `a`.
    let root: PathBuf = root.components().filter(|part| !matches!(part, std::path::Component::CurDir)).collect();
    let recorder = Arc::new(Recorder::new(&root));
    let progress = Arc::new(outer.also_observed_by(Arc::<Recorder>::clone(&recorder)));
    let target = match spec {
        SubjectSpec::Path(path) => path.clone(),
        SubjectSpec::Git { repository, .. } => repository.clone(),
        SubjectSpec::Image(_) => PathBuf::from("-"),
    };
    let scopes = Scopes::new(policy.clone(), std::slice::from_ref(&target))?;
    let scope = scopes.of_target(&target)?;
    let (mut more, mut is_history) = (Vec::new(), false);
    let (outcome, record, subjects) = match spec {
        SubjectSpec::Path(path) => {
            let files = FileOptions { read_caches: true, ..FileOptions::default() };
            let scan = TreeScan::new(&scopes, files, progress);
            let (outcome, _) = scan.run(std::slice::from_ref(path), Collector::of_memory(memory))?;
            let record = recorder.take();
            let subject = of_path(path, &record, &outcome, &mut more).map_err(usage)?;
            (outcome, record, vec![subject])
        }
        SubjectSpec::Git { repository, revision } => {
            is_history = true;
            // First, so that a name that moves meanwhile is the same one.
            let subject = subject::of_commit(repository, revision).map_err(usage)?;
            let reaching = subject.digest.get("gitCommit").cloned();
            let selection = Selection { reaching, ..Selection::default() };
            let outcome = history(repository, OpenOptions::default(), &selection, &scopes, &progress)?;
            (outcome, recorder.take(), vec![subject])
        }
        SubjectSpec::Image(options) => {
            let images = Images::open(options)?;
            let subjects = subject::of_listed(images.listed()).map_err(usage)?;
            let outcome = scan_images(images, &scopes, &progress, Collector::of_memory(memory))?;
            (outcome, recorder.take(), subjects)
        }
    };
    let policies = policies(&scopes, &scope, policy)?;
    let mut left_out: Vec<LeftOut> = outcome
        .skips
        .iter()
        .map(|skip| LeftOut {
            what: skip.what.clone(),
            why: skip.kind.as_str().to_owned(),
            has_bytes: matches!(
                skip.kind,
                SkipKind::Excluded | SkipKind::Container | SkipKind::Cache | SkipKind::Unwatched | SkipKind::FileSystem
            ),
        })
        .collect();
    left_out.append(&mut more);
    let mask = NameMask::new(&outcome, &record.names());
    left_out.iter_mut().for_each(|one| mask.replace(&mut one.what));
    let outcome = report::conceal_names(outcome);
    let bytes = record.bytes();
    let coverage = record.coverage(&|name| mask.hidden(name));
    Ok(Scanned { subjects, outcome, coverage, policies, left_out, bytes, is_history })
}

/// A file or a folder by the bytes that were scanned. Files of it that were not read are left out.
fn of_path(path: &Path, record: &Record, outcome: &Outcome, more: &mut Vec<LeftOut>) -> Result<Subject, String> {
    let known = record.files();
    if path.is_dir() {
        let folder = Folder::list(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let digested = folder.digest(&known)?;
        let is_named = |name: &String| {
            let named = |what: &str| what == name || Path::new(what).ends_with(name);
            outcome.problems.iter().any(|one| named(&one.what)) || outcome.skips.iter().any(|one| named(&one.what))
        };
        let others = digested.others.into_iter().filter(|name| outcome.skips.len() > 1000 || !is_named(name));
        more.extend(others.map(|what| LeftOut { what, why: "not read".to_owned(), has_bytes: true }));
        return Ok(subject::of_folder(path, &digested.digest.to_string()));
    }
    let name = subject::name_of(path);
    let digest = known.get(name.as_str()).ok_or_else(|| {
        let why = outcome.problems.first().map_or_else(|| "it was not read".to_owned(), ToString::to_string);
        format!("{}: nothing can be said of it: {why}", path.display())
    })?;
    let found = outcome.findings.iter().chain(outcome.suppressed.iter().map(|one| &one.finding));
    if record.bytes() < SMALLEST_FILE && found.into_iter().any(|one| is_guessable(one.secret.expose())) {
        return Err(format!(
            "{}: a password was found in it, and the digest of so small a file would let it be guessed",
            path.display()
        ));
    }
    let digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Subject::new(name, &[("sha256", digest)]))
}
