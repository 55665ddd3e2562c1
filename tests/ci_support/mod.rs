//! Hosts of CI, as far as a job sees them: what is checked out, which variables are set, and which script runs.

use crate::git_support::Repo;
use saphyr::{LoadableYamlNode, Yaml};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) const NONE: &str = "0000000000000000000000000000000000000000";

/// What happened, in the words of no host.
#[derive(Clone, Debug, Default)]
pub(crate) struct Event {
    pub(crate) kind: Kind,
    pub(crate) head: String,
    /// What the reference named before; zeros for a new one.
    pub(crate) before: String,
    pub(crate) branch: String,
    pub(crate) tag: String,
    /// Of a request: its own last commit, the target's, and where they parted.
    pub(crate) source: String,
    pub(crate) target: String,
    pub(crate) base: String,
    /// References that the host fetches beside the branches.
    pub(crate) extra: Vec<String>,
    pub(crate) depth: Option<u32>,
    /// The remote cannot be reached from the job.
    pub(crate) is_cut_off: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Push,
    Request,
    /// The head is the host's merge of the target and the source.
    Merged,
    /// The same, behind another request.
    Train,
    Schedule,
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    /// The action.
    Github,
    /// The workflow that `stanch init` writes.
    GithubWorkflow,
    Gitlab,
    Bitbucket,
}

impl Host {
    pub(crate) const ALL: [Host; 4] = [Host::Github, Host::GithubWorkflow, Host::Gitlab, Host::Bitbucket];

    /// Runs the template's script for an event: the exit code, and what it printed.
    pub(crate) fn run(self, remote: &Repo, event: &Event) -> (i32, String) {
        let runner = tempfile::tempdir().expect("a temporary directory");
        let job = runner.path().join("job");
        self.check_out(remote, event, &job);
        let program = assert_cmd::cargo::cargo_bin("stanch");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(if self == Host::Github { "bash" } else { "sh" });
        command.arg("-e").arg(self.script(runner.path())).current_dir(&job).env_clear();
        command.env("PATH", format!("{}:{path}", program.parent().expect("a folder").display()));
        command.env("HOME", runner.path()).env("GIT_CONFIG_NOSYSTEM", "1");
        command.envs(self.variables(event, runner.path()));
        let output = command.output().expect("a shell runs");
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&text).into_owned())
    }

    /// What the runner has before the script runs.
    fn check_out(self, remote: &Repo, event: &Event, job: &Path) {
        let url = format!("file://{}", remote.path.display());
        let job_path = job.to_str().expect("a path");
        let git = |args: &[&str]| remote.git(&[&["-C", job_path][..], args].concat());
        remote.git(&["init", "-q", job_path]);
        git(&["remote", "add", "origin", &url]);
        let depth = event.depth.or_else(|| (self == Host::Github).then_some(1)).map(|depth| format!("--depth={depth}"));
        let mut fetch = vec!["fetch", "-q"];
        match &depth {
            // As a rule one reference, and nothing beside it.
            Some(depth) => fetch.extend([depth.as_str(), "--no-tags", "origin", &event.head]),
            None => {
                fetch.extend(["--tags", "origin", "+refs/heads/*:refs/remotes/origin/*"]);
                fetch.extend(event.extra.iter().map(String::as_str));
            }
        }
        git(&fetch);
        git(&["checkout", "-q", "--detach", &event.head]);
        if event.is_cut_off {
            git(&["remote", "set-url", "origin", "file:///no/such/repository.git"]);
        }
    }

    /// The script of the template, as the host takes it from the file.
    fn script(self, runner: &Path) -> PathBuf {
        let here = |path: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let parsed = |path: &str, take: &dyn Fn(&Yaml<'_>) -> Option<String>| {
            let text = fs::read_to_string(here(path)).expect("a template");
            let documents = Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
            take(&documents[0]).unwrap_or_else(|| panic!("{path}: no script"))
        };
        let lines = |list: &Yaml<'_>| {
            let lines: Option<Vec<&str>> = list.as_sequence()?.iter().map(Yaml::as_str).collect();
            Some(lines?.join("\n"))
        };
        let text = match self {
            Host::Github => return here("ci/github/scan.sh"),
            Host::Gitlab => parsed("ci/gitlab.yml", &|file| {
                let job = file.as_mapping_get("stanch")?;
                Some(lines(job.as_mapping_get("before_script")?)? + "\n" + &lines(job.as_mapping_get("script")?)?)
            }),
            Host::Bitbucket => parsed("ci/bitbucket.yml", &|file| {
                let steps = file.as_mapping_get("definitions")?.as_mapping_get("steps")?.as_sequence()?;
                lines(steps[0].as_mapping_get("step")?.as_mapping_get("script")?)
            }),
            Host::GithubWorkflow => parsed("src/commands/init/github.yml", &|file| {
                let job = file.as_mapping_get("jobs")?.as_mapping_get("secrets")?;
                let steps = job.as_mapping_get("steps")?.as_sequence()?;
                let scan =
                    steps.iter().find(|step| step.as_mapping_get("name").and_then(Yaml::as_str) == Some("Scan"))?;
                scan.as_mapping_get("run").and_then(Yaml::as_str).map(str::to_owned)
            }),
        };
        let path = runner.join("script.sh");
        fs::write(&path, text).expect("writes");
        path
    }

    fn variables(self, event: &Event, runner: &Path) -> Vec<(String, String)> {
        let pairs = match self {
            Host::Gitlab => gitlab(event),
            Host::Bitbucket => bitbucket(event),
            Host::Github => github(event, runner),
            Host::GithubWorkflow => {
                let all = github(event, runner);
                all.into_iter().filter(|(name, _)| !name.starts_with("STANCH_")).collect()
            }
        };
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

type Variables = Vec<(&'static str, String)>;

fn gitlab(event: &Event) -> Variables {
    let text = str::to_owned;
    let mut all: Variables = vec![
        ("GITLAB_CI", text("true")),
        ("CI_DEFAULT_BRANCH", text("main")),
        ("CI_COMMIT_SHA", event.head.clone()),
        ("CI_COMMIT_BEFORE_SHA", text(NONE)),
    ];
    let is_merge = matches!(event.kind, Kind::Merged | Kind::Train);
    match event.kind {
        Kind::Schedule => all.extend([("CI_PIPELINE_SOURCE", text("schedule")), ("CI_COMMIT_BRANCH", text("main"))]),
        Kind::Delete => {
            all.extend([("CI_PIPELINE_SOURCE", text("push")), ("CI_COMMIT_BRANCH", event.branch.clone())]);
            all[2].1 = text(NONE);
        }
        Kind::Push => {
            all.push(("CI_PIPELINE_SOURCE", text("push")));
            all[3].1.clone_from(&event.before);
            all.push(if event.tag.is_empty() {
                ("CI_COMMIT_BRANCH", event.branch.clone())
            } else {
                ("CI_COMMIT_TAG", event.tag.clone())
            });
        }
        Kind::Request | Kind::Merged | Kind::Train => {
            let kind = match event.kind {
                Kind::Request => "detached",
                Kind::Merged => "merged_result",
                _ => "merge_train",
            };
            all.extend([
                ("CI_PIPELINE_SOURCE", text("merge_request_event")),
                ("CI_MERGE_REQUEST_EVENT_TYPE", text(kind)),
                ("CI_MERGE_REQUEST_DIFF_BASE_SHA", event.base.clone()),
                ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", text("main")),
            ]);
            // Both are empty where the pipeline is of the source alone.
            let of_merge = |oid: &String| if is_merge { oid.clone() } else { String::new() };
            all.push(("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", of_merge(&event.source)));
            all.push(("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", of_merge(&event.target)));
        }
    }
    all
}

fn bitbucket(event: &Event) -> Variables {
    let text = str::to_owned;
    let mut all: Variables = vec![("BITBUCKET_BUILD_NUMBER", text("7")), ("BITBUCKET_COMMIT", event.head.clone())];
    match event.kind {
        Kind::Request | Kind::Merged | Kind::Train => all.extend([
            ("BITBUCKET_PR_ID", text("1")),
            ("BITBUCKET_BRANCH", text("feature")),
            ("BITBUCKET_PR_DESTINATION_BRANCH", text("main")),
            ("BITBUCKET_PR_DESTINATION_COMMIT", event.target[..12].to_owned()),
        ]),
        Kind::Schedule => all.push(("BITBUCKET_BRANCH", text("main"))),
        Kind::Push | Kind::Delete if event.tag.is_empty() => all.push(("BITBUCKET_BRANCH", event.branch.clone())),
        Kind::Push | Kind::Delete => all.push(("BITBUCKET_TAG", event.tag.clone())),
    }
    all
}

fn github(event: &Event, runner: &Path) -> Variables {
    let text = str::to_owned;
    let file = |name: &str| runner.join(name).display().to_string();
    let (mut base, mut head) = (String::new(), String::new());
    let mut all: Variables = vec![
        ("GITHUB_ACTIONS", text("true")),
        ("GITHUB_EVENT_PATH", file("event.json")),
        ("GITHUB_OUTPUT", file("output")),
        ("GITHUB_STEP_SUMMARY", file("summary")),
        ("RUNNER_TEMP", runner.display().to_string()),
    ];
    let repository = serde_json::json!({"default_branch": "main"});
    let json = match event.kind {
        Kind::Push | Kind::Delete => {
            let name = if event.tag.is_empty() {
                format!("refs/heads/{}", event.branch)
            } else {
                format!("refs/tags/{}", event.tag)
            };
            base.clone_from(&event.before);
            head = if event.kind == Kind::Delete { text(NONE) } else { event.head.clone() };
            all.extend([("GITHUB_EVENT_NAME", text("push")), ("GITHUB_REF", name.clone())]);
            serde_json::json!({"before": base, "after": head, "ref": name, "repository": repository})
        }
        Kind::Schedule => {
            all.extend([("GITHUB_EVENT_NAME", text("schedule")), ("GITHUB_REF", text("refs/heads/main"))]);
            serde_json::json!({"schedule": "1 2 3 4 5", "repository": repository})
        }
        Kind::Train => {
            // A merge queue's own commit.
            (base, head) = (event.target.clone(), event.head.clone());
            let name = "refs/heads/gh-readonly-queue/main/pr-2";
            all.extend([("GITHUB_EVENT_NAME", text("merge_group")), ("GITHUB_REF", text(name))]);
            serde_json::json!({"merge_group": {"base_sha": base, "head_sha": head}, "repository": repository})
        }
        Kind::Request | Kind::Merged => {
            (base, head) = (event.base.clone(), event.source.clone());
            all.extend([
                ("GITHUB_EVENT_NAME", text("pull_request")),
                ("GITHUB_REF", text("refs/pull/1/merge")),
                ("GITHUB_BASE_REF", text("main")),
                ("GITHUB_HEAD_REF", text("feature")),
            ]);
            serde_json::json!({
                "pull_request": {"base": {"sha": base, "ref": "main"}, "head": {"sha": head}},
                "repository": repository
            })
        }
    };
    fs::write(runner.join("event.json"), json.to_string()).expect("writes");
    all.extend(
        [
            ("STANCH_WHAT", "changes"),
            ("STANCH_RANGE", ""),
            ("STANCH_ARGS", ""),
            ("STANCH_SARIF", "stanch.sarif"),
            ("STANCH_ANNOTATIONS", "true"),
            ("STANCH_SUMMARY", "false"),
            ("STANCH_FAIL", "true"),
            ("STANCH_DEFAULT_BRANCH", "main"),
        ]
        .map(|(name, value)| (name, text(value))),
    );
    all.extend([("STANCH_BASE", base), ("STANCH_HEAD", head)]);
    all
}
