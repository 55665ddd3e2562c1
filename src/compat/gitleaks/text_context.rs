//! The path and the commit that a configuration of gitleaks is applied to.

/// Path and commit of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TextContext<'a> {
    /// Path from the root of the scan, with `/`.
    pub path: Option<&'a str>,
    /// Commit id.
    pub commit: Option<&'a str>,
    /// Whether comments in the text can exempt a match.
    pub comments: bool,
}
