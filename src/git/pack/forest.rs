//! The delta forest of a pack: which object is stored as changes to which other.
//!
//! Objects are numbered by their place in the pack file (their *rank*). Links are ranks in flat arrays, about 30 bytes an
//! object, so that a pack of millions of objects fits.

use super::entry::{LONGEST_HEADER, Stored};
use super::file::PackFile;
use super::index::PackIndex;
use crate::git::gap::Fault;
use crate::git::oid::{Kind, Oid};
use rayon::prelude::*;
use std::ops::Range;

/// "No rank": the parent of an object that is stored whole, or whose base is not in this pack.
const NONE: u32 = u32::MAX;

/// Headers are read in stretches of this many bytes.
const STRETCH: u64 = 256 << 10;

/// So many headers one thread reads before it takes the next part.
const PART: u32 = 4096;

/// So many parts are read before what they say is kept.
const PARTS: usize = 64;

/// So many faults are kept one by one; the rest is only counted, so that a scrambled index cannot fill the memory.
const NAMED_FAULTS: usize = 1000;

/// The forest, see the module.
pub(crate) struct Forest {
    /// Where each rank begins, and the end of the last one.
    starts: Vec<u64>,
    /// The index position of each rank.
    position: Vec<u32>,
    parent: Vec<u32>,
    /// The children of rank `r` are `children[first[r]..first[r + 1]]`, the one with the most descendants last.
    children: Vec<u32>,
    first: Vec<u32>,
    /// Objects in the tree below and with each rank.
    weight: Vec<u32>,
    /// A [`Kind`] as a number, or 0 while it is unknown.
    kind: Vec<u8>,
    /// Deltas whose base is not in this pack, and that base; in the order of ranks.
    pub(crate) strays: Vec<(u32, Oid)>,
    /// Index positions of objects that have no place in the forest, and why.
    pub(crate) faults: Faults,
}

/// What an entry's header says.
enum Placed {
    /// The object is stored as it is.
    Whole(Kind),
    /// It is made from the object of this rank.
    Below(u32),
    /// It is made from an object that is not in this pack.
    Stray(Oid),
    Nowhere(Fault),
}

/// Faults by index position.
#[derive(Default)]
pub(crate) struct Faults {
    /// The first ones.
    pub(crate) named: Vec<(u32, Fault)>,
    /// How many more there were.
    pub(crate) more: u32,
}

impl Faults {
    fn push(&mut self, position: u32, fault: Fault) {
        if self.named.len() < NAMED_FAULTS {
            self.named.push((position, fault));
        } else {
            self.more += 1;
        }
    }
}

impl Forest {
    /// Reads all headers of the pack. An object that cannot be placed becomes a fault and, with all that hangs on it, stays
    /// without a kind, so that no walk reaches it.
    pub(crate) fn build(index: &PackIndex, file: &PackFile) -> Result<Forest, Fault> {
        let mut faults = Faults::default();
        let (mut starts, position) = places(index, file, &mut faults)?;
        starts.push(file.end());
        let count = position.len();
        let mut forest = Forest {
            starts,
            position,
            parent: vec![NONE; count],
            children: Vec::new(),
            first: vec![0; count + 2],
            weight: vec![1; count],
            kind: vec![0; count],
            strays: Vec::new(),
            faults,
        };
        forest.read_headers(index, file)?;
        forest.link_children();
        forest.weigh();
        Ok(forest)
    }

    /// How many objects have a rank.
    pub(crate) fn len(&self) -> u32 {
        self.position.len() as u32
    }

    /// Where the entry of this rank begins and ends, bytes.
    pub(crate) fn extent(&self, rank: u32) -> (u64, u64) {
        (self.starts[rank as usize], self.starts[rank as usize + 1])
    }

    /// The rank of the entry that begins at this offset.
    pub(crate) fn rank_at(&self, offset: u64) -> Option<u32> {
        self.starts[..self.position.len()].binary_search(&offset).ok().map(|rank| rank as u32)
    }

    /// The rank's place in the index.
    pub(crate) fn position(&self, rank: u32) -> u32 {
        self.position[rank as usize]
    }

    /// The rank's base, when that is in this pack.
    pub(crate) fn parent(&self, rank: u32) -> Option<u32> {
        Some(self.parent[rank as usize]).filter(|parent| *parent != NONE)
    }

    /// The ranks stored as changes to this one, the one with the most descendants last.
    pub(crate) fn children(&self, rank: u32) -> &[u32] {
        &self.children[self.first[rank as usize] as usize..self.first[rank as usize + 1] as usize]
    }

    /// How many objects are lost when this one cannot be read: itself and all that are made from it.
    pub(crate) fn weight(&self, rank: u32) -> u32 {
        self.weight[rank as usize]
    }

    /// The kind, unless the object hangs on a base that is missing, cyclic or corrupt.
    pub(crate) fn kind(&self, rank: u32) -> Option<Kind> {
        [Kind::Commit, Kind::Tree, Kind::Blob, Kind::Tag]
            .into_iter()
            .find(|kind| *kind as u8 == self.kind[rank as usize])
    }

    /// The ranks of this kind that no other rank is the base of.
    pub(crate) fn roots(&self, kind: Kind) -> impl Iterator<Item = u32> {
        (0..self.len())
            .filter(move |&rank| self.parent[rank as usize] == NONE && self.kind[rank as usize] == kind as u8)
    }

    /// The base of this rank, when that is not in this pack.
    pub(crate) fn stray(&self, rank: u32) -> Option<Oid> {
        let found = self.strays.binary_search_by_key(&rank, |(rank, _)| *rank).ok()?;
        Some(self.strays[found].1)
    }

    /// Says of what kind a stray, and so everything below it, is.
    pub(crate) fn adopt(&mut self, stray: u32, kind: Kind) {
        let mut todo = vec![stray];
        while let Some(rank) = todo.pop() {
            self.kind[rank as usize] = kind as u8;
            todo.extend_from_slice(self.children(rank));
        }
    }

    /// Reads all headers, on all threads.
    fn read_headers(&mut self, index: &PackIndex, file: &PackFile) -> Result<(), Fault> {
        let parts: Vec<u32> = (0..self.len()).step_by(PART as usize).collect();
        // Not all at once, for what a header says is larger than what is kept of it.
        for parts in parts.chunks(PARTS) {
            let read = |first: &u32| self.read_part(*first..self.len().min(first + PART), index, file);
            let placed: Vec<Vec<Placed>> = parts.par_iter().map(read).collect::<Result<_, _>>()?;
            for (rank, placed) in (parts[0]..).zip(placed.into_iter().flatten()) {
                self.keep(rank, placed);
            }
        }
        Ok(())
    }

    fn keep(&mut self, rank: u32, placed: Placed) {
        match placed {
            Placed::Whole(kind) => self.kind[rank as usize] = kind as u8,
            Placed::Below(parent) => self.parent[rank as usize] = parent,
            Placed::Stray(base) => self.strays.push((rank, base)),
            Placed::Nowhere(fault) => {
                self.faults.push(self.position(rank), fault);
                self.parent[rank as usize] = rank;
            }
        }
    }

    fn read_part(&self, ranks: Range<u32>, index: &PackIndex, file: &PackFile) -> Result<Vec<Placed>, Fault> {
        let mut stretch = Vec::new();
        let (mut from, mut until) = (0, 0);
        let mut placed = Vec::with_capacity(ranks.len());
        let last = self.extent(ranks.end - 1).1;
        for rank in ranks {
            // Not as far as the next entry: an index that lies can have one begin amid this header.
            let start = self.starts[rank as usize];
            let header_end = file.end().min(start + LONGEST_HEADER as u64);
            if header_end > until {
                (from, until) = (start, header_end.max(last.min(start + STRETCH)));
                file.read(from, until, &mut stretch)?;
            }
            let header = &stretch[(start - from) as usize..(header_end - from) as usize];
            placed.push(self.place(rank, header, index).unwrap_or_else(Placed::Nowhere));
        }
        Ok(placed)
    }

    /// Finds the base of one entry, or its kind when it is stored whole.
    fn place(&self, rank: u32, header: &[u8], index: &PackIndex) -> Result<Placed, Fault> {
        let offset = self.starts[rank as usize];
        let entry = super::entry::parse(header, index.width())?;
        let base = match entry.stored {
            Stored::Whole(kind) => return Ok(Placed::Whole(kind)),
            Stored::OffsetDelta { distance } => {
                offset.checked_sub(distance).filter(|_| distance > 0).and_then(|base| self.rank_before(rank, base))
            }
            Stored::RefDelta { base } => match index.find(&base) {
                Some(position) => self.rank_at(index.offset(position)?),
                None => return Ok(Placed::Stray(base)),
            },
        };
        let base = base.filter(|base| *base != rank);
        base.map(Placed::Below).ok_or(Fault::Corrupt("a delta's base is not where another object begins"))
    }

    /// The rank that begins at `offset`, known to be below `rank` and probably near it.
    fn rank_before(&self, rank: u32, offset: u64) -> Option<u32> {
        let (mut low, mut step) = (rank as usize, 1);
        while low > 0 && self.starts[low] > offset {
            low = low.saturating_sub(step);
            step *= 2;
        }
        let found = self.starts[low..rank as usize].binary_search(&offset).ok()?;
        Some((low + found) as u32)
    }

    /// Turns parents into lists of children. A faulty entry, which is its own parent, is in none.
    fn link_children(&mut self) {
        let linked = |(rank, parent): (usize, &u32)| *parent != NONE && *parent as usize != rank;
        // Counted one place further than they belong, so that filling in moves each start to where it should be.
        for (_, parent) in self.parent.iter().enumerate().filter(|&pair| linked(pair)) {
            self.first[*parent as usize + 2] += 1;
        }
        for i in 2..self.first.len() {
            self.first[i] += self.first[i - 1];
        }
        let total = self.first.last().copied().unwrap_or(0);
        self.children = vec![0; total as usize];
        for (rank, parent) in self.parent.iter().enumerate().filter(|&pair| linked(pair)) {
            let slot = &mut self.first[*parent as usize + 1];
            self.children[*slot as usize] = rank as u32;
            *slot += 1;
        }
        self.first.pop();
    }

    /// Hands kinds down, sums weights up, and finds the rings that no root leads to.
    fn weigh(&mut self) {
        let mut order: Vec<u32> = (0..self.len()).filter(|rank| self.parent[*rank as usize] == NONE).collect();
        let mut next = 0;
        while let Some(&rank) = order.get(next) {
            next += 1;
            let range = self.first[rank as usize] as usize..self.first[rank as usize + 1] as usize;
            for i in range {
                let child = self.children[i];
                self.kind[child as usize] = self.kind[rank as usize];
                order.push(child);
            }
        }
        for &rank in order.iter().rev() {
            if let Some(parent) = self.parent(rank) {
                self.weight[parent as usize] = self.weight[parent as usize].saturating_add(self.weight[rank as usize]);
            }
        }
        for &rank in &order {
            let range = self.first[rank as usize] as usize..self.first[rank as usize + 1] as usize;
            let siblings = &mut self.children[range];
            if let Some(heaviest) = (0..siblings.len()).max_by_key(|&i| self.weight[siblings[i] as usize]) {
                let last = siblings.len() - 1;
                siblings.swap(heaviest, last);
            }
        }
        if order.len() < self.position.len() {
            self.report_unreached(&order);
        }
    }

    /// What no root leads to hangs on a faulty entry or is part of a ring.
    fn report_unreached(&mut self, reached: &[u32]) {
        let mut seen = vec![false; self.position.len()];
        reached.iter().for_each(|rank| seen[*rank as usize] = true);
        for rank in (0..self.len()).filter(|rank| !seen[*rank as usize]) {
            if self.parent[rank as usize] == rank {
                continue; // Reported when its header was read.
            }
            self.faults.push(self.position(rank), Fault::Corrupt("a delta whose base cannot be reached"));
        }
    }
}

/// Offsets and index positions in the order of the pack. Places that cannot be are faults.
fn places(index: &PackIndex, file: &PackFile, faults: &mut Faults) -> Result<(Vec<u64>, Vec<u32>), Fault> {
    let mut places = Vec::with_capacity(index.len() as usize);
    for position in 0..index.len() {
        match index.offset(position) {
            Ok(offset) if (file.start()..file.end()).contains(&offset) => places.push((offset, position)),
            Ok(_) => faults.push(position, Fault::Corrupt("an index points outside its pack")),
            Err(fault) => faults.push(position, fault),
        }
    }
    places.par_sort_unstable();
    places.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            faults.push(next.1, Fault::Corrupt("an index gives two objects one place"));
        }
        same
    });
    Ok(places.into_iter().unzip())
}
