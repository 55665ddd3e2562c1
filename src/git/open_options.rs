//! What opening a repository may follow.

/// What may be followed out of the repository, and how much memory reading it may take.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenOptions {
    /// Follow alternates and links to anywhere.
    pub allow_outside: bool,
    /// What reading the repository may take, bytes, instead of what is usual.
    pub memory: Option<u64>,
}
