//! What opening a repository may follow.

/// What may be followed out of the repository.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenOptions {
    /// Follow alternates and links to anywhere.
    pub allow_outside: bool,
}
