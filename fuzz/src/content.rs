//! Containers and documents, encoded values, and what is proved of a secret.

use super::{Target, halves};
use stanch::content::decode::{self, AFTER, BEFORE, Decoder};
use stanch::content::{Budget, Container, Fault, ImageConfig, Input, Limits, Listing, Steps, TarMembers, Visit};
use stanch::content::{expand, is_first_schema, is_program, recognise, recognise_appended};
use stanch::model::{ProofKind, Step, Whole};
use stanch::proof::{self, Subject};
use std::io::{Cursor, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;

/// Its targets.
pub const TARGETS: &[Target] = &[
    ("gzip", |bytes| container(Container::Gzip, bytes)),
    ("zlib", |bytes| container(Container::Zlib, bytes)),
    ("bzip2", |bytes| container(Container::Bzip2, bytes)),
    ("xz", |bytes| container(Container::Xz, bytes)),
    ("lzma", |bytes| container(Container::Lzma, bytes)),
    ("lzip", |bytes| container(Container::Lzip, bytes)),
    ("zstd", |bytes| container(Container::Zstd, bytes)),
    ("lz4", |bytes| container(Container::Lz4, bytes)),
    ("tar", |bytes| container(Container::Tar, bytes)),
    ("zip", |bytes| container(Container::Zip, bytes)),
    ("appended", |bytes| container(Container::Appended, bytes)),
    ("seven_zip", |bytes| container(Container::SevenZip, bytes)),
    ("ar", |bytes| container(Container::Ar, bytes)),
    ("cpio", |bytes| container(Container::Cpio, bytes)),
    ("rpm", |bytes| container(Container::Rpm, bytes)),
    ("asar", |bytes| container(Container::Asar, bytes)),
    ("sqlite", |bytes| container(Container::Sqlite, bytes)),
    ("sqlite_log", |bytes| container(Container::SqliteLog, bytes)),
    ("har", |bytes| container(Container::Har, bytes)),
    ("pdf", |bytes| container(Container::Pdf, bytes)),
    ("office", |bytes| container(Container::Office, bytes)),
    ("notebook", |bytes| container(Container::Notebook, bytes)),
    ("python", |bytes| container(Container::Python, bytes)),
    ("java_class", |bytes| container(Container::JavaClass, bytes)),
    ("property_list", |bytes| container(Container::PropertyList, bytes)),
    ("java_key_store", |bytes| container(Container::JavaKeyStore, bytes)),
    ("pkcs12", |bytes| container(Container::Pkcs12, bytes)),
    ("recognised", recognised),
    ("image_lists", image_lists),
    ("run", |bytes| encoded(Decoder::Run, bytes)),
    ("percent", |bytes| encoded(Decoder::Percent, bytes)),
    ("escapes", |bytes| encoded(Decoder::Escapes, bytes)),
    ("entities", |bytes| encoded(Decoder::Entities, bytes)),
    ("quoted_printable", |bytes| encoded(Decoder::QuotedPrintable, bytes)),
    ("gzip_in_base64", |bytes| encoded(Decoder::Gzip, bytes)),
    ("kubernetes_secret", |bytes| encoded(Decoder::KubernetesSecret, bytes)),
    ("proofs", proofs),
];

/// Limits that arbitrary bytes reach soon.
fn limits() -> Limits {
    let time = Duration::from_secs(4);
    Limits { depth: 4, members: 2000, floor: 4 << 20, ratio: 20, held: 8 << 20, dictionary: 16 << 20, time }
}

/// Reads every part, and opens those that are containers too.
struct Open<'b> {
    budget: &'b Budget,
}

impl Visit for Open<'_> {
    fn part(&mut self, steps: Steps, bytes: Input<'_>) -> ControlFlow<()> {
        let name = match steps.last() {
            Some(Step::Member { path }) => path.clone(),
            _ => "field".into(),
        };
        let mut head = Vec::new();
        match bytes {
            Input::Whole(Whole::Memory(whole)) => match recognise(whole, Some(&name)) {
                Some(inner) => expand(inner, "inner", Input::Whole(Whole::Memory(whole)), self.budget, self),
                None => ControlFlow::Continue(()),
            },
            Input::Whole(Whole::File(_)) => ControlFlow::Continue(()),
            Input::Stream(stream) => {
                let _ = (&mut *stream).take(4096).read_to_end(&mut head);
                let inner = recognise(&head, Some(&name));
                let mut whole = Cursor::new(head).chain(stream);
                if let Some(inner) = inner {
                    expand(inner, "inner", Input::Stream(&mut whole), self.budget, self)?;
                }
                let _ = std::io::copy(&mut whole, &mut std::io::sink());
                ControlFlow::Continue(())
            }
        }
    }

    fn fault(&mut self, _: Option<Step>, fault: Fault) -> ControlFlow<()> {
        assert!(!fault.detail.is_empty());
        ControlFlow::Continue(())
    }
}

/// The bytes as a container, at hand and as a stream.
fn container(kind: Container, bytes: &[u8]) {
    let budget = Budget::new(limits());
    budget.count(bytes.len() as u64);
    let _ = expand(kind, "outer", Input::Whole(Whole::Memory(bytes)), &budget, &mut Open { budget: &budget });
    let budget = Budget::new(limits());
    let mut stream = bytes;
    let mut counted = budget.counted(&mut stream);
    let _ = expand(kind, "outer", Input::Stream(&mut counted), &budget, &mut Open { budget: &budget });
}

fn recognised(bytes: &[u8]) {
    let _ = (is_program(bytes), recognise_appended(Whole::Memory(bytes)));
    for name in [None, Some("a.ipynb"), Some("a.har"), Some("word/a.xml"), Some("a.bz2"), Some("a.lzma")] {
        if let Some(kind) = recognise(bytes, name.map(Path::new)) {
            container(kind, bytes);
        }
    }
}

fn image_lists(bytes: &[u8]) {
    if let Some(list) = Listing::parse(bytes) {
        let all = match list {
            Listing::Index(all) => all,
            Listing::Manifest { config, mut layers, .. } => {
                layers.push(config);
                layers
            }
        };
        assert!(all.iter().all(|one| !one.digest.contains(['/', '.'])));
    }
    if let Some(config) = ImageConfig::parse(bytes) {
        let _ = (config.platform(), config.fields());
    }
    let _ = (is_first_schema(bytes), TarMembers::read(&mut Cursor::new(bytes)));
}

/// The bytes as a text in which something is encoded: what is said of an anchor depends on nothing but what is said to have been seen.
fn encoded(decoder: Decoder, bytes: &[u8]) {
    let step = 1 + bytes.len() / 8;
    for anchor in (0..bytes.len()).step_by(step) {
        if matches!(decoder, Decoder::Run) && bytes.len() - anchor >= 16 {
            let _ = decode::may_be_run(bytes, anchor);
        }
        let found = decode::at(decoder, bytes, anchor);
        let seen = found.seen.clone();
        assert!(seen.start <= anchor && seen.end <= bytes.len() && seen.start <= seen.end);
        assert!(anchor - seen.start <= BEFORE && seen.end <= anchor + AFTER);
        for one in &found.encoded {
            assert!(seen.start <= one.span.start && one.span.start < one.span.end && one.span.end <= seen.end);
            assert!(std::str::from_utf8(&one.text).is_ok());
            for at in 0..one.text.len().min(64) {
                let outer = one.outer(&(at..at + 1));
                assert!(one.span.start <= outer.start && outer.start < outer.end && outer.end <= one.span.end);
            }
        }
    }
}

fn proofs(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let (kind, _) = ProofKind::ALL[usize::from(*first) % ProofKind::ALL.len()];
    let _ = (proof::check(kind, &Subject::alone(bytes)), proof::is_locked(kind, bytes), proof::is_public_key(bytes));
    let (before, _) = halves(bytes);
    let _ = proof::check(kind, &Subject::new(bytes, &(0..bytes.len()), &(before.len()..bytes.len())));
    let _ = proof::proved_head(kind, bytes, before);
}
