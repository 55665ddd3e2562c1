//! Comments next to a secret that suppress it: those of stanch and of other scanners.
//!
//! `stanch:allow` may name a rule or a family and is then limited to it. The comments of other scanners apply to every secret on the line,
//! as they do in those scanners.

use crate::engine::Surroundings;
use memchr::memmem::Finder;
use std::sync::LazyLock;

/// Searchers for the markers. Building one costs more than searching a line.
static FINDERS: LazyLock<[Finder<'static>; Comment::ALL.len()]> =
    LazyLock::new(|| Comment::ALL.map(|comment| Finder::new(comment.marker)));

/// A comment marker. Any text may follow it on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Text of the marker.
    pub marker: &'static str,
    /// Whether it applies to the next line.
    pub is_for_next: bool,
}

const fn here(marker: &'static str) -> Comment {
    Comment { marker, is_for_next: false }
}

const fn next(marker: &'static str) -> Comment {
    Comment { marker, is_for_next: true }
}

impl Comment {
    /// All supported markers. The documentation of the other scanners was read on 2026-11-24.
    pub const ALL: [Comment; 12] = [
        here("stanch:allow"),
        next("stanch:allow-next-line"),
        here("gitleaks:allow"),
        here("betterleaks:allow"),
        here("trufflehog:ignore"),
        here("kingfisher:ignore"),
        here("ggignore"),
        here("pragma: allowlist secret"),
        here("pragma: whitelist secret"),
        next("pragma: allowlist nextline secret"),
        here("secretlint-disable-line"),
        next("secretlint-disable-next-line"),
    ];

    /// The comment that suppresses a secret of a rule, on its line or the one before. `is_name` tells whether a word is the id of a rule or
    /// family.
    #[cfg(test)]
    pub(super) fn find(
        around: &Surroundings,
        rule: &str,
        family: &str,
        is_name: &dyn Fn(&str) -> bool,
    ) -> Option<Comment> {
        Comment::find_among(&|_| true, around, (rule, family), is_name)
    }

    /// Whether it counts where stanch stands in gitleaks' place: its own comment does, and ours.
    pub(super) fn counts_for_gitleaks(self) -> bool {
        self.marker.starts_with("stanch:") || self.marker.starts_with("gitleaks:")
    }

    /// The same, of those comments that count.
    pub(super) fn find_among(
        counts: &dyn Fn(Comment) -> bool,
        around: &Surroundings,
        (rule, family): (&str, &str),
        is_name: &dyn Fn(&str) -> bool,
    ) -> Option<Comment> {
        let (before, after) = around.beside();
        let line_before = around.line_before();
        let stands_there = |(comment, finder): &(Comment, &Finder<'_>)| {
            let texts = if comment.is_for_next { [line_before, b""] } else { [before, after] };
            texts.into_iter().any(|text| comment.stands_in(text, finder, rule, family, is_name))
        };
        let all = Comment::ALL.into_iter().zip(&*FINDERS).filter(|(comment, _)| counts(*comment));
        all.into_iter().find(stands_there).map(|(comment, _)| comment)
    }

    fn stands_in(
        self,
        text: &[u8],
        finder: &Finder<'_>,
        rule: &str,
        family: &str,
        is_name: &dyn Fn(&str) -> bool,
    ) -> bool {
        finder.find_iter(text).any(|at| {
            let rest = &text[at + self.marker.len()..];
            let goes_on = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            if text[..at].last().is_some_and(goes_on) || rest.first().is_some_and(goes_on) {
                return false;
            }
            !self.marker.starts_with("stanch:") || holds_for(rest, rule, family, is_name)
        })
    }
}

/// Whether the text after `stanch:allow` applies to a rule: it names the rule, its family or `family-*`, or no name at all.
fn holds_for(rest: &[u8], rule: &str, family: &str, is_name: &dyn Fn(&str) -> bool) -> bool {
    let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b':')).count();
    let word =
        rest[blank..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')).count();
    let Some(word) = std::str::from_utf8(&rest[blank..blank + word]).ok().filter(|word| !word.is_empty()) else {
        return true;
    };
    let name = word.trim_end_matches('-');
    name == rule || name == family || !is_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(text: &str) -> Option<&'static str> {
        let at = text.find("SECRET").expect("a secret");
        let around = Surroundings::of(text.as_bytes(), &(at..at + 6));
        let is_name = |word: &str| ["generic", "generic-password", "jwt", "jwt-token"].contains(&word);
        Comment::find(&around, "generic-password", "generic", &is_name).map(|comment| comment.marker)
    }

    #[test]
    fn every_comment_is_understood_where_it_stands() {
        for comment in Comment::ALL {
            let marker = comment.marker;
            let (same, next) = (format!("p = SECRET # {marker}"), format!("// {marker}\np = SECRET"));
            assert_eq!(allowed(&same).is_some(), !comment.is_for_next, "{same}");
            assert_eq!(allowed(&next), comment.is_for_next.then_some(marker), "{next}");
            assert_eq!(allowed(&format!("/* {marker} */ p = SECRET")).is_some(), !comment.is_for_next);
            assert_eq!(allowed(&format!("p = SECRET\n# {marker}")), None);
            assert_eq!(allowed(&format!("# {marker}\n\np = SECRET")), None);
            assert_eq!(allowed(&format!("p = SECRET # {marker}ed")), None);
            assert_eq!(allowed(&format!("p = SECRET # not{marker}")), None);
        }
    }

    #[test]
    fn ours_may_be_for_one_rule() {
        assert!(allowed("SECRET # stanch:allow generic-password a fixture").is_some());
        assert!(allowed("SECRET # stanch:allow generic").is_some());
        assert!(allowed("SECRET # stanch:allow generic-* everywhere").is_some());
        assert!(allowed("SECRET # stanch:allow: fixture of the parser").is_some());
        assert!(allowed("SECRET <!-- stanch:allow -->").is_some());
        assert!(allowed("SECRET # stanch:allow jwt").is_none());
        assert!(allowed("SECRET # stanch:allow jwt-token, see below").is_none());
        assert!(allowed("# stanch:allow-next-line jwt\nSECRET").is_none());
        assert!(allowed("# stanch:allow-next-line generic\nSECRET").is_some());
    }

    #[test]
    fn a_secret_does_not_allow_itself() {
        let text = "p = SECRET";
        let around = Surroundings::of(b"p = 'gitleaks:allow'", &(5..19));
        assert_eq!(Comment::find(&around, "a-b", "a", &|_| false), None);
        assert_eq!(allowed(text), None);
    }
}
