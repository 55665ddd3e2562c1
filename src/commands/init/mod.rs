//! `stanch init`: a configuration, a hook and a CI step for what it finds. It never overwrites, and says what it wrote.

mod address;
pub(super) mod origin;
pub(super) mod pre_commit;
pub(super) mod surroundings;
pub(super) mod writer;

use super::{Exit, Failure};
use crate::policy_file::{self, NamedBy};
use origin::InstallOrigin;
use pre_commit::{Edit, edit};
use std::io::Write;
use std::path::PathBuf;
use surroundings::{Host, Surroundings};
use writer::Writer;

const CONFIG: &str = include_str!("stanch.toml");
const GITHUB: &str = include_str!("github.yml");
const GITLAB: &str = include_str!("../../../ci/gitlab.yml");
const BITBUCKET: &str = include_str!("../../../ci/bitbucket.yml");

/// What to set up.
#[derive(Clone, Debug)]
pub struct Options {
    /// The repository, or a directory in it.
    pub dir: PathBuf,
    /// What runs the hook.
    pub hook: HookManager,
    /// Where it runs in CI.
    pub ci: Ci,
    /// Where stanch is installed from, in what is written.
    pub from: Option<InstallOrigin>,
    /// Only say it.
    pub dry_run: bool,
}

/// What runs the hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookManager {
    /// What the repository uses.
    Found,
    /// The pre-commit framework (<https://pre-commit.com>).
    PreCommit,
    /// Nothing.
    None,
}

/// Where it runs in CI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ci {
    /// Where the repository is kept.
    Found,
    /// GitHub Actions.
    Github,
    /// GitLab CI.
    Gitlab,
    /// Bitbucket Pipelines.
    Bitbucket,
    /// Nowhere.
    None,
}

/// Sets up what is missing.
///
/// # Errors
/// Fails when the directory cannot be read, a file cannot be written, or the output fails.
pub fn init(options: &Options, out: &mut dyn Write) -> Result<Exit, Failure> {
    let around = Surroundings::look(&options.dir)?;
    let mut writer = Writer::new(&around.top, options.dry_run);
    writer.create("stanch.toml", CONFIG)?;
    hook(options, &around, &mut writer)?;
    ci(options, &around, &mut writer)?;
    writer.next("`stanch git` shows what the repository remembers already");
    for line in writer.finish() {
        writeln!(out, "{line}").map_err(Failure::of_output)?;
    }
    Ok(Exit::Clean)
}

fn hook(options: &Options, around: &Surroundings, writer: &mut Writer<'_>) -> Result<(), Failure> {
    const FILE: &str = ".pre-commit-config.yaml";
    let is_used = around.has(FILE);
    match options.hook {
        HookManager::None => return Ok(()),
        HookManager::Found if !around.is_git => {
            writer.note("no hook: this is no git repository");
            return Ok(());
        }
        HookManager::Found if !is_used => {
            writer.note("no hook: `stanch hook install` makes one in this clone, `stanch init --hook pre-commit` one for the pre-commit framework");
            return Ok(());
        }
        HookManager::Found | HookManager::PreCommit => {}
    }
    if is_used {
        let path = around.top.join(FILE);
        let text = policy_file::lines(&path, NamedBy::Repository)
            .map_err(|error| Failure::Usage(format!("cannot read {}: {error}", path.display())))?;
        match edit(&text, options.from.as_ref()) {
            Edit::Present => writer.note(&format!("kept {FILE}: stanch is in it already")),
            Edit::Unclear => {
                let entry = pre_commit::entry("  ", options.from.as_ref());
                writer.note(&format!(
                    "kept {FILE}: its list of repos is not in a form that can be added to; add this:\n{entry}"
                ));
            }
            Edit::New(text) => writer.replace(FILE, &text, "added the hook `stanch` to")?,
        }
    } else {
        writer.create(FILE, &format!("repos:\n{}", pre_commit::entry("  ", options.from.as_ref())))?;
    }
    if !around.runs_pre_commit {
        writer.next("`pre-commit install` makes git run the hook");
    }
    Ok(())
}

fn ci(options: &Options, around: &Surroundings, writer: &mut Writer<'_>) -> Result<(), Failure> {
    let hosts: Vec<Host> = match options.ci {
        Ci::None => return Ok(()),
        Ci::Github => vec![Host::Github],
        Ci::Gitlab => vec![Host::Gitlab],
        Ci::Bitbucket => vec![Host::Bitbucket],
        Ci::Found => around.hosts.clone(),
    };
    if hosts.is_empty() {
        writer.note(
            "no CI step: no remote or folder tells of GitHub, GitLab or Bitbucket; `--ci github`, `--ci gitlab` or `--ci bitbucket` chooses",
        );
    }
    for host in hosts {
        let (file, template, include) = match host {
            Host::Github => (".github/workflows/stanch.yml", GITHUB, ""),
            Host::Gitlab if around.has(".gitlab-ci.yml") => {
                (".gitlab/stanch.yml", GITLAB, "add to .gitlab-ci.yml:\n  include:\n    - local: .gitlab/stanch.yml")
            }
            Host::Gitlab => (".gitlab-ci.yml", GITLAB, ""),
            Host::Bitbucket if around.has("bitbucket-pipelines.yml") => (
                ".bitbucket/stanch.yml",
                BITBUCKET,
                "copy the step of .bitbucket/stanch.yml into bitbucket-pipelines.yml",
            ),
            Host::Bitbucket => ("bitbucket-pipelines.yml", BITBUCKET, ""),
        };
        if !writer.create(file, &InstallOrigin::fill(options.from.as_ref(), template))? {
            continue;
        }
        if options.from.is_none() {
            writer.next(&InstallOrigin::missing(file));
        }
        if !include.is_empty() {
            writer.next(include);
        }
    }
    Ok(())
}
