//! What GitHub, GitLab and Bitbucket say of a run.
//!
//! GitHub: <https://docs.github.com/en/actions/reference/workflows-and-actions/variables> and the event's own file; GitLab:
//! <https://docs.gitlab.com/ci/variables/predefined_variables/>; Bitbucket:
//! <https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/> (all read 2026-12-01).

use super::super::Failure;
use crate::policy_file::{self, NamedBy};
use serde_json::Value;
use std::path::Path;

/// What a run is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Situation {
    /// Nothing was brought: a schedule, or somebody asked for the run.
    Everything(&'static str),
    /// Something was taken away.
    Nothing(&'static str),
    /// Commits came.
    Commits(Brought),
}

/// Commits that came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Brought {
    /// In words.
    pub(super) what: String,
    /// The last one.
    pub(super) head: String,
    /// The host made `head` of the target and the source, in this order.
    pub(super) is_merge: bool,
    /// What was there before, best first; a force push may have thrown it away.
    pub(super) before: Vec<String>,
    /// The last commit of the source of a merge.
    pub(super) source: Option<String>,
    /// The branch whose commits do not count: the target of a merge request, or the default branch.
    pub(super) target: Option<String>,
    /// Nothing was there before.
    pub(super) is_first: bool,
}

/// Reads the variables.
pub(super) fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<(&'static str, Situation), Failure> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    if ["CI_PIPELINE_SOURCE", "GITLAB_CI"].into_iter().any(|name| variable(name).is_some()) {
        return Ok(("GitLab CI", gitlab(&variable)));
    }
    if ["BITBUCKET_COMMIT", "BITBUCKET_BUILD_NUMBER"].into_iter().any(|name| variable(name).is_some()) {
        return Ok(("Bitbucket Pipelines", bitbucket(&variable)));
    }
    let github = ["GITHUB_ACTIONS", "GITHUB_EVENT_NAME", "STANCH_HEAD", "STANCH_BASE", "STANCH_DEFAULT_BRANCH"];
    if github.into_iter().any(|name| variable(name).is_some()) {
        let event = event(variable("GITHUB_EVENT_PATH").as_deref())?;
        return Ok(("GitHub Actions", github_actions(&variable, &event)));
    }
    let why = "--ci: no variable of GitHub Actions, GitLab CI or Bitbucket Pipelines is set; name the commits with --range A..B";
    Err(Failure::Usage(why.to_owned()))
}

type Variables<'v> = dyn Fn(&str) -> Option<String> + 'v;

/// A commit's name that stands for none.
fn is_zero(oid: &str) -> bool {
    oid.bytes().all(|digit| digit == b'0')
}

/// The names that stand for a commit.
fn some(names: impl IntoIterator<Item = Option<String>>) -> Vec<String> {
    names.into_iter().flatten().filter(|oid| !is_zero(oid)).collect()
}

fn gitlab(variable: &Variables<'_>) -> Situation {
    let head = variable("CI_COMMIT_SHA").unwrap_or_else(|| "HEAD".to_owned());
    if is_zero(&head) {
        return Situation::Nothing("a branch was deleted");
    }
    let before = some([variable("CI_COMMIT_BEFORE_SHA")]);
    match variable("CI_PIPELINE_SOURCE").as_deref() {
        Some("schedule") => Situation::Everything("a schedule"),
        Some("merge_request_event") => {
            let kind = variable("CI_MERGE_REQUEST_EVENT_TYPE");
            let target = variable("CI_MERGE_REQUEST_TARGET_BRANCH_SHA");
            Situation::Commits(Brought {
                what: "a merge request".to_owned(),
                head,
                is_merge: target.is_some() || kind.is_some_and(|kind| kind != "detached"),
                before: some([target, variable("CI_MERGE_REQUEST_DIFF_BASE_SHA")]),
                source: variable("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"),
                target: variable("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
                is_first: false,
            })
        }
        _ => {
            pushed(head, before, variable("CI_COMMIT_BRANCH"), variable("CI_COMMIT_TAG"), variable("CI_DEFAULT_BRANCH"))
        }
    }
}

fn bitbucket(variable: &Variables<'_>) -> Situation {
    let head = variable("BITBUCKET_COMMIT").unwrap_or_else(|| "HEAD".to_owned());
    let main = variable("STANCH_MAIN_BRANCH").unwrap_or_else(|| "main".to_owned());
    if variable("BITBUCKET_PR_ID").is_some() {
        return Situation::Commits(Brought {
            what: "a pull request".to_owned(),
            head,
            before: some([variable("BITBUCKET_PR_DESTINATION_COMMIT")]),
            target: variable("BITBUCKET_PR_DESTINATION_BRANCH"),
            ..Brought::default()
        });
    }
    pushed(head, Vec::new(), variable("BITBUCKET_BRANCH"), variable("BITBUCKET_TAG"), Some(main))
}

fn github_actions(variable: &Variables<'_>, event: &Value) -> Situation {
    let text = |pointer: &str| {
        event.pointer(pointer).and_then(Value::as_str).map(str::to_owned).filter(|text| !text.is_empty())
    };
    let given = |name: &str| variable(name);
    let reference = variable("GITHUB_REF").or_else(|| text("/ref")).unwrap_or_default();
    let default = given("STANCH_DEFAULT_BRANCH").or_else(|| text("/repository/default_branch"));
    let request = "/pull_request";
    let kind = variable("GITHUB_EVENT_NAME");
    let is_request = kind.as_deref().is_some_and(|kind| kind.starts_with(&request[1..]));
    let head = given("STANCH_HEAD").or_else(|| match kind.as_deref() {
        _ if is_request => text("/pull_request/head/sha"),
        Some("merge_group") => text("/merge_group/head_sha"),
        Some("push") => text("/after").or_else(|| variable("GITHUB_SHA")),
        _ => None,
    });
    if kind.as_deref() == Some("delete") || head.as_deref().is_some_and(is_zero) {
        return Situation::Nothing("a branch or a tag was deleted");
    }
    let base = given("STANCH_BASE").or_else(|| match kind.as_deref() {
        _ if is_request => text("/pull_request/base/sha"),
        Some("merge_group") => text("/merge_group/base_sha"),
        Some("push") => text("/before"),
        _ => None,
    });
    let Some(head) = head else { return Situation::Everything("an event that brings no commits") };
    if is_request || kind.as_deref() == Some("merge_group") {
        let target = variable("GITHUB_BASE_REF").or_else(|| text("/pull_request/base/ref"));
        return Situation::Commits(Brought {
            what: if is_request { "a pull request" } else { "a merge group" }.to_owned(),
            head,
            before: some([base]),
            // Of a merge group, the target has what is merged already, and the base what is merged before it.
            target: if is_request { target.or(default) } else { None },
            ..Brought::default()
        });
    }
    let branch = reference.strip_prefix("refs/heads/").map(str::to_owned);
    let branch = branch.or_else(|| variable("GITHUB_REF_NAME").filter(|_| !reference.starts_with("refs/tags/")));
    pushed(head, some([base]), branch, reference.strip_prefix("refs/tags/").map(str::to_owned), default)
}

/// A push of a branch or a tag.
fn pushed(
    head: String,
    before: Vec<String>,
    branch: Option<String>,
    tag: Option<String>,
    default: Option<String>,
) -> Situation {
    let is_default = tag.is_none() && branch.is_some() && branch == default;
    let what = match (&tag, &branch) {
        (Some(tag), _) => format!("the tag {tag}"),
        (None, Some(branch)) if before.is_empty() => format!("the first push of {branch}"),
        (None, Some(branch)) => format!("a push to {branch}"),
        (None, None) => "a push".to_owned(),
    };
    let is_first = before.is_empty();
    Situation::Commits(Brought {
        what,
        head,
        before,
        target: default.filter(|_| !is_default),
        is_first,
        ..Brought::default()
    })
}

/// The file in which GitHub describes the event; nothing if it names none.
fn event(path: Option<&str>) -> Result<Value, Failure> {
    let Some(path) = path else { return Ok(Value::Null) };
    let fault = |why: &dyn std::fmt::Display| Failure::Usage(format!("GITHUB_EVENT_PATH: {path}: {why}"));
    let text = policy_file::text(Path::new(path), NamedBy::User, policy_file::MAX_FILE_BYTES);
    let text = text.map_err(|error| fault(&error))?;
    serde_json::from_str(&text).map_err(|error| fault(&error))
}
