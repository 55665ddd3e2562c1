//! `stanch git --ci`: the commits that a run of CI is about, by what its host says in variables.
//!
//! `hosts` reads the variables and says what happened; here that is compared with the repository. A secret that others brought never counts:
//! neither what the target of a merge request has, nor what the default branch has when a branch is pushed.

mod hosts;

use super::Failure;
use crate::git::environment::Environment;
use crate::git::refs::Refs;
use crate::git::repo::{OpenOptions, Repository};
use crate::git::revision::Revisions;
use crate::git::store::{Limits, ObjectId};
use crate::pipeline::Selection;
use hosts::{Brought, Situation};
use std::path::Path;

/// The commits of this run, and a sentence that says which.
///
/// # Errors
/// Fails when no host is known by its variables, there is no repository, or the commits are not in this clone.
pub fn ci_selection(
    variable: &dyn Fn(&str) -> Option<String>,
    repository: &Path,
    open: OpenOptions,
) -> Result<(Selection, String), Failure> {
    let (host, situation) = hosts::read(variable)?;
    let usage = |error: &dyn std::fmt::Display| Failure::Usage(error.to_string());
    let found = Environment::read().repository(repository, open).map_err(|error| usage(&error))?;
    let (refs, store) = (Refs::read(&found), found.store(Limits::default()));
    let mut revisions = Revisions::new(&found, &refs, &store);
    let (selection, said) = choose(&situation, &found, &mut |name| revisions.commit(name).ok())?;
    Ok((selection, format!("{host}: {said}")))
}

/// Finds a commit by its name.
type Find<'f> = dyn FnMut(&str) -> Option<ObjectId> + 'f;

fn choose(situation: &Situation, repository: &Repository, find: &mut Find<'_>) -> Result<(Selection, String), Failure> {
    let all = |why: &str| (Selection::default(), format!("{why}: everything that the repository remembers"));
    let brought = match situation {
        Situation::Everything(why) => return Ok(all(why)),
        Situation::Nothing(why) => {
            let range = find("HEAD").map(|_| "HEAD..HEAD".to_owned());
            return Ok((Selection { range, ..Selection::default() }, format!("{why}: no commit comes with it")));
        }
        Situation::Commits(brought) => brought,
    };
    let Brought { what, head, is_merge, before, source, target, is_first } = brought;
    if find(head).is_none() {
        return Err(Failure::Usage(format!("{what}: the commit {head} is not in this clone; {}", deeper(repository))));
    }
    let parts = |range: String, since: Option<String>| {
        let more = since.as_ref().map_or_else(String::new, |since| format!(" without those of {since}"));
        let said = format!("{what}: the commits of {range}{more}");
        (Selection { range: Some(range), since, ..Selection::default() }, said)
    };
    // The host made this commit of the target, as it is or will be, and the source.
    let (first, second) = (format!("{head}^1"), format!("{head}^2"));
    let is_of_source = |find: &mut Find<'_>| {
        let merged = find(&second);
        merged.is_some() && source.as_ref().is_none_or(|source| find(source) == merged)
    };
    if *is_merge && is_of_source(find) {
        return Ok(parts(format!("{first}..{head}"), None));
    }
    let old = before.iter().find(|before| find(before).is_some());
    let tracking = target.as_ref().map(|target| format!("refs/remotes/origin/{target}"));
    let tracking = tracking.filter(|name| find(name).is_some());
    match (old, tracking) {
        (Some(old), tracking) => Ok(parts(format!("{old}..{head}"), tracking)),
        (None, Some(tracking)) => Ok(parts(format!("{tracking}..{head}"), None)),
        // What was there before is not known: it was not there, or has been replaced.
        (None, None) if *is_first => Ok(all(what)),
        (None, None) if repository.shallow().is_empty() => Ok(all(what)),
        (None, None) => {
            let missing = before.first().or(target.as_ref()).map_or("what it is compared with", String::as_str);
            Err(Failure::Usage(format!("{what}: {missing} is not in this clone; {}", deeper(repository))))
        }
    }
}

/// How the clone gets what is missing.
fn deeper(repository: &Repository) -> &'static str {
    if repository.shallow().is_empty() {
        "fetch it from the remote before the scan"
    } else {
        "it is a shallow clone: check out with full depth (`fetch-depth: 0` at GitHub, `GIT_DEPTH: 0` at GitLab, `clone: depth: full` at \
         Bitbucket), or run `git fetch --unshallow`"
    }
}
