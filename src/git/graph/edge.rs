//! What a tree's entry leads to, in four bytes.

use crate::git::store::ObjectId;

/// An edge from a tree. Object numbers have 30 bits; the two above say what it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Edge(u32);

/// An [`Edge`], unpacked.
pub(super) enum Leads {
    /// To a folder.
    Tree(ObjectId),
    /// To a blob that is of interest, by its place in the set.
    Blob(u32),
    /// To an object that is not stored, by its place in the list of those.
    Missing(u32),
    /// To a submodule, or to a blob that is of no interest.
    Submodule,
    Nothing,
}

const TAG: u32 = 0b11 << 30;
const BLOB: u32 = 0b01 << 30;
const MISSING: u32 = 0b10 << 30;

impl Edge {
    pub(super) const NOTHING: Edge = Edge(u32::MAX);
    pub(super) const SUBMODULE: Edge = Edge(u32::MAX - 1);

    pub(super) fn tree(id: ObjectId) -> Edge {
        Edge(id.0)
    }

    pub(super) fn blob(place: usize) -> Edge {
        Edge(BLOB | place as u32)
    }

    pub(super) fn missing(place: usize) -> Edge {
        Edge(MISSING | place as u32)
    }

    pub(super) fn leads(self) -> Leads {
        match self.0 & TAG {
            0 => Leads::Tree(ObjectId(self.0)),
            BLOB => Leads::Blob(self.0 & !TAG),
            MISSING => Leads::Missing(self.0 & !TAG),
            _ if self == Edge::SUBMODULE => Leads::Submodule,
            _ => Leads::Nothing,
        }
    }
}
