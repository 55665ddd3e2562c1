//! What is looked for, and where it stands.

/// A literal to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Literal<'a> {
    /// The bytes, at least three; lower case when `ignore_case`.
    pub bytes: &'a [u8],
    /// Whether ASCII case is ignored.
    pub ignore_case: bool,
}

/// A keyword stands here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// Where it begins, in bytes.
    pub start: usize,
    /// Which keyword it is: its place in the list of literals.
    pub keyword: u32,
}
