//! *stanch* (verb): to stop a leak. Finds secrets in repositories and on hosts.
//!
//! This is the map of the house; `docs/glossary.md` defines its terms. A module imports only from lower floors; siblings never import each other
//! (`tests/architecture.rs` holds the table and fails on a breach).
//!
//! ```text
//! 8 main.rs      parse, run, exit
//! 7 cli          the only importer of clap: arguments -> plain options; terminal, progress, Ctrl-C
//! 6 commands     one file per sub-command: plain options in, Exit out
//! 5 report       human, lines, json, jsonl, sarif, gitlab, github, junit, csv, markdown, html, template, gitleaks, dashboard (the ledger on a page): formats only, one a file; no
//!                filtering, no deduplication; the only place where an origin becomes text
//! 4 pipeline     scan (sources -> engine -> sink), tree (units of one policy each), image, layers (what of an image is removed),
//!                history, changes, host, path_class (what a path says),
//!                whole_text (detectors that need a whole text), watched (reads a blob and tells
//!                what it is), contents (the parts of a container with their origins), collect, progress
//! 4 remedy      redact: replaces secrets in a stream
//! 4 attest       record (a leaf for everything that a scan reads), coverage (the tree over them), statement, predicate, envelope, keys, bundle,
//!                gate (what a subject must have to pass), oci (how a registry keeps it)
//! 3 policy       the configuration in effect for a path, suppression, baseline, apply
//! 2 engine       index (laid_out at build time, or for the keywords of other rules), prefilter, matching, regexes, proximity, assignment,
//!                canonical, encoded, evidence, filter, classifier, substring, lookahead, verdict_cache, overlap, explain, stream
//! 2 sources      trait Source; files (a parallel walk), standard input, objects and work trees of a repository, image (archives, layouts,
//!                what engines keep on disk, registries), host (processes, and the places of `places.toml`, with who may read them)
//! 2 hooks        installs and removes git hooks
//! 2 compat       files of other scanners: gitleaks' configuration, ignore files and reports, baselines of detect-secrets
//! 1 rules        rule, syntax (the only file that knows a rule's TOML), regex_advice, sequences, window, run, compile, languages, relaxed_pattern,
//!                set, check, example, builtin
//! 1 git          a repository's objects, references and history: packs walked in delta order
//! 1 config       `stanch.toml`: what each file says, with its lines
//! 1 proof        what a secret's own bytes prove: checksums, structure, owner, expiry
//! 1 content      text (the only place that decides how bytes are text), decode (base64, escapes, …: one decoder a file),
//!                recognise (containers by their first bytes), program (archives behind
//!                programs), expand (a container -> its parts, under one budget), archive/,
//!                document/ and image/, one format a file
//! 1 net          HTTP for whoever was told to use the network: the only importer of ureq; which addresses may be connected to
//! 1 ledger       recorded secrets: baseline, ignore files, and the digests in them; lives (a database of their states, places and decisions,
//!                with a journal; the only importer of rusqlite)
//! 0 model        span, location, origin, blob, secret, proof, finding, fingerprint, outcome, sink, problem: data only
//! 0 policy_file  the one place that reads a file which configures: what it may be, how large, and where its links may lead
//! ```
//!
//! **One way.** `source -> blob -> (expand) -> decode -> prefilter -> match -> filters -> detection -> sink -> outcome -> report`. Nothing
//! flows back.
//!
//! **Locality.** Whether bytes are a secret is decided from the match and a bounded reach around it ([`engine::Engine::reach`]) and from
//! nothing else: neither the path nor the rest of the file. What a path says lowers a confidence afterwards ([`pipeline::PathClass`]). So the
//! same engine gives the same answer for a whole file, a stream in windows and the changed part of a stored version.
//!
//! **The prefilter is the scan.** Almost every byte is only ever seen by [`engine::prefilter`]. Built-in rules are parsed and checked by
//! the build script, which lays out the prefilter's tables too ([`engine::index`]), and compiled at their first hit: starting costs nothing,
//! however many they are.
//!
//! **A clean answer is a promise.** What was asked for and not read is a [`model::Problem`], is named in the report and changes the
//! exit code.
//!
//! **A secret never leaves by accident.** [`model::Secret`] redacts itself; `expose` is the only way out.

pub mod attest;
pub mod cli;
pub mod commands;
pub mod compat;
pub mod config;
pub mod content;
pub mod engine;
pub mod git;
pub mod hooks;
pub mod ledger;
pub mod model;
pub mod net;
pub mod pipeline;
pub mod policy;
pub mod policy_file;
pub mod proof;
pub mod remedy;
pub mod report;
pub mod rules;
pub mod sources;
