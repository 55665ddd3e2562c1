//! Everything that was read, as sorted leaves, with the root of the tree over them; and the file that keeps the leaves.

use super::digest::Sha256Digest;
use super::leaf::{escaped, name_of};
use super::merkle::{Node, leaf_hash, root_and_path};
use super::proof::Proof;
use rayon::prelude::*;
use std::io::{self, BufRead, Write};
use thiserror::Error;

/// The first line of a coverage file.
const HEAD: &str = "stanch coverage 1";
/// A longer line is no leaf, bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// Leaves in their order, and the root of the tree over them.
#[derive(Clone, Debug)]
pub struct Coverage {
    lines: Vec<String>,
    root: Sha256Digest,
}

/// Why a coverage file is none.
#[derive(Debug, Error)]
pub enum CoverageError {
    /// Reading failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is none, or it was changed.
    #[error("{0}")]
    Malformed(String),
}

impl Coverage {
    pub(super) fn new(mut lines: Vec<String>) -> Coverage {
        lines.par_sort_unstable();
        let (root, _) = root_and_path(hashes(&lines), None);
        Coverage { lines, root: Sha256Digest(root) }
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Sha256Digest {
        self.root
    }

    /// How many leaves there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether nothing was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Writes the file: a head, the root, the number of leaves, and the leaves.
    ///
    /// # Errors
    /// Fails when writing does.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{HEAD}\nroot {}\nleaves {}\n", self.root, self.lines.len())?;
        self.lines.iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    /// Reads a file, and computes the root again.
    ///
    /// # Errors
    /// Fails when it cannot be read, is none, or its leaves are not those of its root.
    pub fn read(mut file: impl BufRead) -> Result<Coverage, CoverageError> {
        let mut next = || -> Result<String, CoverageError> {
            let mut line = Vec::new();
            io::Read::take(&mut file, LONGEST_LINE).read_until(b'\n', &mut line)?;
            let line = String::from_utf8(line).map_err(|_| malformed("a line is no UTF-8"))?;
            let line = line.strip_suffix('\n').ok_or_else(|| malformed("it is cut short"))?;
            Ok(line.to_owned())
        };
        if next()? != HEAD {
            return Err(malformed("it is no coverage file of this version"));
        }
        let root = next()?.strip_prefix("root ").and_then(Sha256Digest::parse).ok_or_else(|| malformed("no root"))?;
        let count = next()?;
        let count = count.strip_prefix("leaves ").and_then(|count| count.parse::<usize>().ok());
        let count = count.ok_or_else(|| malformed("no number of leaves"))?;
        let mut lines = Vec::new();
        for _ in 0..count {
            let line = next()?;
            if name_of(&line).is_none() || lines.last().is_some_and(|last| *last > line) {
                return Err(malformed("a line is no leaf, or stands out of order"));
            }
            lines.push(line);
        }
        if !file.fill_buf()?.is_empty() {
            return Err(malformed("more follows its leaves"));
        }
        let coverage = Coverage::new(lines);
        if coverage.root != root {
            return Err(malformed("its leaves are not those of its root: it was changed"));
        }
        Ok(coverage)
    }

    /// The positions of the leaves of this name: its whole name, or the end of one, from a `/` or a `!`, or a digest in it.
    #[must_use]
    pub fn find(&self, name: &str) -> Vec<usize> {
        let wanted = escaped(name);
        let is_it = |line: &String| {
            name_of(line).is_some_and(|name| {
                name == wanted
                    || name
                        .strip_suffix(wanted.as_str())
                        .is_some_and(|before| before.ends_with(['/', '!']) || before == "layer ")
            })
        };
        let whole = |at: &usize| name_of(&self.lines[*at]) == Some(wanted.as_str());
        let found: Vec<usize> = (0..self.lines.len()).into_par_iter().filter(|at| is_it(&self.lines[*at])).collect();
        // A whole name is meant before the end of another one.
        let exact: Vec<usize> = found.iter().copied().filter(whole).collect();
        if exact.is_empty() { found } else { exact }
    }

    /// The leaf at a position, as it stands in the file.
    #[must_use]
    pub fn leaf(&self, at: usize) -> Option<&str> {
        self.lines.get(at).map(String::as_str)
    }

    /// The proof that a leaf is one of those of the root.
    #[must_use]
    pub fn prove(&self, at: usize) -> Option<Proof> {
        let leaf = self.lines.get(at)?.clone();
        let (root, path) = root_and_path(hashes(&self.lines), Some(at));
        Some(Proof { root: Sha256Digest(root), leaf, at: at as u64, leaves: self.lines.len() as u64, path })
    }
}

fn hashes(lines: &[String]) -> Vec<Node> {
    lines.par_iter().with_min_len(1 << 10).map(|line| leaf_hash(line.as_bytes())).collect()
}

fn malformed(why: &str) -> CoverageError {
    CoverageError::Malformed(why.to_owned())
}
