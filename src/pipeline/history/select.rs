//! Selects commits.

use super::dates::date;
use crate::git::graph::{CommitIndex, History};
use crate::git::oid::Oid;
use crate::git::refs::Refs;
use crate::git::repo::Repository;
use crate::git::revision::{RevisionError, Revisions};
use crate::git::store::{ObjectId, Store};
use crate::model::Day;
use std::collections::HashSet;
use std::sync::Arc;
use thiserror::Error;

/// The commits of a scan. A secret is reported when one of them introduced it.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Also commits that no reference reaches.
    pub unreachable: bool,
    /// Only commits that these branches (or other references) reach.
    pub branches: Vec<String>,
    /// `A..B`: commits of B that A lacks; `A...B`: commits of exactly one of them.
    pub range: Option<String>,
    /// A revision, a day or a time; only commits after it.
    pub since: Option<String>,
    /// A date: what came before it.
    pub until: Option<String>,
    /// Only what first stood at these paths, as `git log -- PATH` takes them; all when there are none.
    pub paths: Vec<String>,
    /// Largest number of generations from the references.
    pub max_depth: Option<u32>,
    /// A revision: only commits that it reaches, itself among them.
    pub reaching: Option<String>,
    /// Only these commits, even if no reference reaches them.
    pub commits: Option<Arc<HashSet<Oid>>>,
}

/// Reason why a selection cannot be resolved.
#[derive(Debug, Error)]
pub enum SelectError {
    /// An unknown branch.
    #[error("`{0}` is no branch, tag or other reference of this repository; `git for-each-ref` shows what there is")]
    NoReference(String),
    /// A revision that does not resolve.
    #[error(transparent)]
    Revision(#[from] RevisionError),
    /// A date that is none.
    #[error("`{0}` is no date; such as 2026-01-31, `2 weeks ago`, yesterday")]
    Date(String),
    /// A text that could be a revision or a date, and is neither.
    #[error(
        "`{0}` is no date (such as 2026-01-31, `2 weeks ago`, yesterday), and no branch, tag or commit of this repository"
    )]
    Since(String),
    /// A malformed range.
    #[error("`{0}`: a range is A..B (what B has and A has not) or A...B (what only one of them has)")]
    Range(String),
}

/// A selection with resolved names.
#[derive(Debug, Default)]
pub(super) struct Selected {
    /// Indices in the list of references.
    references: Option<Vec<usize>>,
    range: Option<Range>,
    since: Option<Since>,
    /// Seconds since 1970.
    until: Option<i64>,
    max_depth: Option<u32>,
    has_paths: bool,
    /// Only commits that this one reaches.
    reaching: Option<ObjectId>,
    /// Only these commits.
    pub(super) only: Option<Arc<HashSet<Oid>>>,
}

#[derive(Debug)]
struct Range {
    old: ObjectId,
    new: ObjectId,
    is_symmetric: bool,
}

#[derive(Debug)]
enum Since {
    Commit(ObjectId),
    /// Seconds since 1970.
    Moment(i64),
}

impl Selection {
    /// Resolves all names.
    ///
    /// # Errors
    /// Fails when a name does not exist.
    pub(super) fn find(&self, repository: &Repository, refs: &Refs, store: &Store) -> Result<Selected, SelectError> {
        let mut revisions = Revisions::new(repository, refs, store);
        let branch = |name: &String| refs.find_branch(name).ok_or_else(|| SelectError::NoReference(name.clone()));
        let references: Vec<usize> = self.branches.iter().map(branch).collect::<Result<_, _>>()?;
        let mut selected = Selected { max_depth: self.max_depth, only: self.commits.clone(), ..Selected::default() };
        selected.references = (!self.branches.is_empty()).then_some(references);
        if let Some(name) = &self.reaching {
            selected.reaching = Some(revisions.commit(name)?);
        }
        if let Some(range) = &self.range {
            let (dots, is_symmetric) = if range.contains("...") { ("...", true) } else { ("..", false) };
            let (old, new) = range.split_once(dots).ok_or_else(|| SelectError::Range(range.clone()))?;
            if old.is_empty() && new.is_empty() || new.contains("..") || new.starts_with('.') {
                return Err(SelectError::Range(range.clone()));
            }
            let mut end = |name: &str| revisions.commit(if name.is_empty() { "HEAD" } else { name });
            selected.range = Some(Range { old: end(old)?, new: end(new)?, is_symmetric });
        }
        if let Some(since) = &self.since {
            selected.since = Some(match moment(since) {
                Some(moment) => Since::Moment(moment),
                // A branch may be called `today`.
                None => match (revisions.commit(since), date(since, now())) {
                    (Ok(commit), _) => Since::Commit(commit),
                    (Err(_), Some(moment)) => Since::Moment(moment),
                    (Err(RevisionError::Unknown(text)), None) => return Err(SelectError::Since(text)),
                    (Err(error), None) => return Err(error.into()),
                },
            });
        }
        if let Some(until) = &self.until {
            let moment = moment(until).or_else(|| date(until, now()));
            selected.until = Some(moment.ok_or_else(|| SelectError::Date(until.clone()))?);
        }
        selected.has_paths = !self.paths.is_empty();
        Ok(selected)
    }
}

impl Selected {
    /// The named commits, even if no reference reaches them.
    pub(super) fn named(&self) -> Vec<ObjectId> {
        let range = self.range.iter().flat_map(|range| [range.old, range.new]);
        let since = self.since.iter().filter_map(|since| match since {
            Since::Commit(commit) => Some(*commit),
            Since::Moment(_) => None,
        });
        range.chain(since).chain(self.reaching).collect()
    }

    /// Whether there is any restriction.
    pub(super) fn is_everything(&self) -> bool {
        self.references.is_none()
            && self.range.is_none()
            && self.since.is_none()
            && self.until.is_none()
            && self.max_depth.is_none()
            && self.only.is_none()
            && self.reaching.is_none()
            && !self.has_paths
    }

    /// By index, whether a commit is selected; `None` for all.
    pub(super) fn commits(&self, store: &Store, history: &History) -> Option<Vec<bool>> {
        let commits = history.commits();
        if let Some(only) = &self.only {
            let is_one = |place: CommitIndex| store.oid(commits.id(place)).is_some_and(|oid| only.contains(&oid));
            return Some((0..commits.len()).map(is_one).collect());
        }
        if self.is_everything() {
            return None;
        }
        let is_chosen = |reference: usize| self.references.as_ref().is_none_or(|chosen| chosen.contains(&reference));
        let tips = history.tips().iter().filter(|tip| is_chosen(tip.reference));
        let mut tips: Vec<CommitIndex> = tips.filter_map(|tip| commits.place(tip.target)).collect();
        // A range determines its own starting points, unless it is combined with named branches.
        if let Some(range) = &self.range
            && self.references.is_none()
        {
            tips = [range.old, range.new].iter().filter_map(|id| commits.place(*id)).collect();
        }
        if let Some(one) = self.reaching {
            tips = commits.place(one).into_iter().collect();
        }
        let mut selected = commits.ancestors(&tips);
        let mut restrict = |counts: &dyn Fn(CommitIndex) -> bool| {
            selected.iter_mut().zip(0..).for_each(|(chosen, place)| *chosen &= counts(place));
        };
        let ancestors = |id: ObjectId| commits.ancestors(commits.place(id).as_slice());
        if let Some(range) = &self.range {
            let (old, new) = (ancestors(range.old), ancestors(range.new));
            restrict(&|place| {
                let (old, new) = (old[place as usize], new[place as usize]);
                if range.is_symmetric { new != old } else { new && !old }
            });
        }
        match &self.since {
            Some(Since::Moment(moment)) => restrict(&|place| commits.time(place) >= *moment),
            Some(Since::Commit(commit)) => {
                let old = ancestors(*commit);
                restrict(&|place| !old[place as usize]);
            }
            None => {}
        }
        if let Some(until) = self.until {
            restrict(&|place| commits.time(place) <= until);
        }
        if let Some(most) = self.max_depth {
            let depths = depths(history, &tips);
            restrict(&|place| depths[place as usize] < most);
        }
        Some(selected)
    }
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// For each commit: the number of generations to the nearest of these.
fn depths(history: &History, tips: &[CommitIndex]) -> Vec<u32> {
    let commits = history.commits();
    let mut depths = vec![u32::MAX; commits.len() as usize];
    tips.iter().for_each(|tip| depths[*tip as usize] = 0);
    // Parents have lower indices than their children, so one backward pass suffices.
    for place in (0..commits.len()).rev() {
        let next = depths[place as usize].saturating_add(1);
        for parent in commits.parents(place) {
            let depth = &mut depths[*parent as usize];
            *depth = (*depth).min(next);
        }
    }
    depths
}

/// Seconds since 1970 of a day (`YYYY-MM-DD`, its beginning in UTC) or a moment (with `Thh:mm`, seconds if wanted, and `Z` or an offset such
/// as `+02:00`; UTC without one). `T` may be a space.
fn moment(text: &str) -> Option<i64> {
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, seconds(time)?),
        None => (text, 0),
    };
    let mut parts = date.split('-');
    let (year, month, day) = (number(parts.next()?, 4)?, number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    if parts.next().is_some() {
        return None;
    }
    Some(Day::from_date(year, month, day)?.begin() + time)
}

/// Seconds since the beginning of the day in UTC for `hh:mm` or `hh:mm:ss`, with `Z` or an offset.
fn seconds(text: &str) -> Option<i64> {
    let (clock, offset) = match text.find(['Z', '+', '-']) {
        Some(at) if &text[at..] == "Z" => (&text[..at], 0),
        Some(at) => {
            let (sign, rest) = text[at..].split_at(1);
            let (hours, minutes) = rest.split_once(':').or_else(|| rest.split_at_checked(2))?;
            let offset = number(hours, 2)? * 3600 + number(minutes, 2)? * 60;
            (&text[..at], if sign == "-" { -offset } else { offset })
        }
        None => (text, 0),
    };
    let mut parts = clock.split(':');
    let (hours, minutes) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let seconds = parts.next().map_or(Some(0), |part| number(part, 2))?;
    let fits = hours < 24 && minutes < 60 && seconds < 61 && parts.next().is_none();
    fits.then_some(hours * 3600 + minutes * 60 + seconds - offset)
}

/// A number of exactly this many digits.
fn number(text: &str, digits: usize) -> Option<i64> {
    let is_number = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(moment("1970-01-01"), Some(0));
        assert_eq!(moment("2000-02-29"), Some(951_782_400));
        for no_day in ["v1.0-rc-2", "2000-13-01", "2001-02-29", "2001-04-31", "+001-01-01", "2001-1-1", "2001-01-01-01"]
        {
            assert_eq!(moment(no_day), None, "{no_day}");
        }
    }

    #[test]
    fn moments_may_have_an_offset() {
        assert_eq!(moment("1970-01-02T00:00"), Some(86_400));
        assert_eq!(moment("1970-01-01 01:02:03Z"), Some(3723));
        assert_eq!(moment("1970-01-01T02:00:00+02:00"), Some(0));
        assert_eq!(moment("1970-01-01T00:00-0130"), Some(5400));
        for no_moment in
            ["1970-01-01T", "1970-01-01T24:00", "1970-01-01T1:00", "1970-01-01T10:00+x", "1970-01-01T10:00\u{e9}"]
        {
            assert_eq!(moment(no_moment), None, "{no_moment}");
        }
    }
}
