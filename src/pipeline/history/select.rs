//! Which commits count.

use crate::git::graph::{History, Place};
use crate::git::refs::Refs;
use crate::git::store::Store;
use thiserror::Error;

/// The commits that a scan is about. A secret counts when one of them brought it.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Also what no reference leads to.
    pub unreachable: bool,
    /// Only what these branches (or other references) lead to.
    pub branches: Vec<String>,
    /// `A..B`: what B has and A has not.
    pub range: Option<String>,
    /// A revision or a day: what came after it.
    pub since: Option<String>,
    /// So many generations from the references.
    pub max_depth: Option<u32>,
}

/// Why a selection means nothing here.
#[derive(Debug, Error)]
pub enum SelectError {
    /// A reference or revision that is not there.
    #[error("`{0}` is no branch, tag or commit of this repository; `git log --all` shows what there is")]
    Unknown(String),
    /// Several objects begin so.
    #[error("`{0}` may be one of several commits; give more digits")]
    Ambiguous(String),
    /// A malformed range.
    #[error("`{0}`: a range is A..B")]
    Range(String),
}

impl Selection {
    /// Whether nothing that a reference leads to is left out.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.branches.is_empty() && self.range.is_none() && self.since.is_none() && self.max_depth.is_none()
    }

    /// The places in the list of references that count; `None` for all.
    ///
    /// # Errors
    /// When a branch is not there.
    pub(super) fn references(&self, refs: &Refs) -> Result<Option<Vec<usize>>, SelectError> {
        if self.branches.is_empty() {
            return Ok(None);
        }
        let find = |name: &String| named(refs, name).ok_or_else(|| SelectError::Unknown(name.clone()));
        self.branches.iter().map(find).collect::<Result<Vec<_>, _>>().map(Some)
    }

    /// By place, whether a commit counts; `None` for all.
    ///
    /// # Errors
    /// When a revision is not there.
    pub(super) fn commits(
        &self,
        store: &Store,
        refs: &Refs,
        history: &History,
    ) -> Result<Option<Vec<bool>>, SelectError> {
        let commits = history.commits();
        let mut selected: Option<Vec<bool>> = None;
        let mut restrict = |counts: &dyn Fn(Place) -> bool| {
            let all = selected.get_or_insert_with(|| vec![true; commits.len() as usize]);
            all.iter_mut().zip(0..).for_each(|(chosen, place)| *chosen &= counts(place));
        };
        if let Some(range) = &self.range {
            let (a, b) = range.split_once("..").ok_or_else(|| SelectError::Range(range.clone()))?;
            let b = if b.is_empty() { "HEAD" } else { b };
            let old = commits.ancestors(&[commit(store, refs, history, if a.is_empty() { "HEAD" } else { a })?]);
            let new = commits.ancestors(&[commit(store, refs, history, b)?]);
            restrict(&|place| new[place as usize] && !old[place as usize]);
        }
        if let Some(since) = &self.since {
            if let Some(moment) = moment(since) {
                restrict(&|place| commits.time(place) >= moment);
            } else {
                let old = commits.ancestors(&[commit(store, refs, history, since)?]);
                restrict(&|place| !old[place as usize]);
            }
        }
        if let Some(most) = self.max_depth {
            let depths = depths(history);
            restrict(&|place| depths[place as usize] < most);
        }
        Ok(selected)
    }
}

/// A reference by its full or short name, as git looks it up.
fn named(refs: &Refs, name: &str) -> Option<usize> {
    ["", "refs/", "refs/heads/", "refs/tags/", "refs/remotes/"].iter().find_map(|folder| {
        let full = format!("{folder}{name}");
        refs.list.iter().position(|reference| reference.name == full)
    })
}

/// A commit by the name of a reference, or by the beginning of its own name.
fn commit(store: &Store, refs: &Refs, history: &History, name: &str) -> Result<Place, SelectError> {
    let unknown = || SelectError::Unknown(name.to_owned());
    if let Some(reference) = named(refs, name) {
        let tip = history.tips().iter().find(|tip| tip.reference == reference).ok_or_else(unknown)?;
        return history.commits().place(tip.target).ok_or_else(unknown);
    }
    let is_hex = name.len() >= 4 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let ids = if is_hex { store.find_prefix(name) } else { Vec::new() };
    let mut places = ids.into_iter().filter_map(|id| history.commits().place(id));
    match (places.next(), places.next()) {
        (Some(place), None) => Ok(place),
        (Some(_), Some(_)) => Err(SelectError::Ambiguous(name.to_owned())),
        (None, _) => Err(unknown()),
    }
}

/// For each commit: how many generations it is away from the nearest reference.
fn depths(history: &History) -> Vec<u32> {
    let commits = history.commits();
    let mut depths = vec![u32::MAX; commits.len() as usize];
    for tip in history.tips() {
        if let Some(place) = commits.place(tip.target) {
            depths[place as usize] = 0;
        }
    }
    // A parent's place is before its children's: one pass backwards.
    for place in (0..commits.len()).rev() {
        let next = depths[place as usize].saturating_add(1);
        for parent in commits.parents(place) {
            let depth = &mut depths[*parent as usize];
            *depth = (*depth).min(next);
        }
    }
    depths
}

/// The beginning of a day (UTC) written `YYYY-MM-DD`, in seconds since 1970.
fn moment(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || (year.len(), month.len(), day.len()) != (4, 2, 2) {
        return None;
    }
    let (year, month, day): (i64, i64, i64) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Howard Hinnant's `days_from_civil`, <https://howardhinnant.github.io/date_algorithms.html>.
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    Some((era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468) * 86_400)
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(moment("1970-01-01"), Some(0));
        assert_eq!(moment("2000-02-29"), Some(951_782_400));
        assert_eq!(moment("v1.0-rc-2"), None);
        assert_eq!(moment("2000-13-01"), None);
    }
}
