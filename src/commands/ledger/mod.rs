//! `stanch ledger`: what is remembered of every secret, who decided what, and what is overdue.

mod check;
mod export;
mod html;
mod key;
mod record;
mod set;
mod show;

pub use check::{ledger_check, ledger_verify};
pub use export::{ExportFormat, ledger_export};
pub use html::ledger_html;
pub use key::{ledger_key_export, ledger_key_import};
pub use record::{RecordOptions, ledger_record};
pub use set::{DeadlineOptions, SetOptions, ledger_assign, ledger_deadlines, ledger_set, ledger_set_deadline};
pub use show::{ListOptions, ledger_list, ledger_show};

use super::Failure;
use crate::ledger::lives::{Lives, LivesError};
use crate::model::Moment;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

const DAY: i64 = 86_400;

/// Which ledger, and on whose behalf.
#[derive(Clone, Debug)]
pub struct LedgerOptions {
    /// The ledger's file.
    pub file: PathBuf,
    /// Who does it, as the journal notes; `None` is whoever git says.
    pub who: Option<String>,
    /// When, as the journal notes; `None` is now.
    pub at: Option<Moment>,
}

impl LedgerOptions {
    fn open(&self) -> Result<Lives, Failure> {
        Lives::open(&self.file, false).map_err(failed)
    }

    /// Who does it and when, for the journal.
    fn by(&self) -> (String, i64) {
        (self.who.clone().unwrap_or_else(somebody), self.now())
    }

    fn now(&self) -> i64 {
        let since_1970 = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        self.at.map_or_else(|| i64::try_from(since_1970()).unwrap_or_default(), Moment::seconds)
    }
}

/// Where the ledger is when nobody says where: below the folder of the user's state.
#[must_use]
pub fn default_ledger(variable: &dyn Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let of_home = || variable("HOME").map(|home| home.join(".local/state"));
    variable("XDG_STATE_HOME").or_else(of_home).map(|dir| dir.join("stanch/ledger.db"))
}

fn failed(error: LivesError) -> Failure {
    Failure::Usage(error.to_string())
}

fn written(result: std::io::Result<()>) -> Result<(), Failure> {
    result.map_err(Failure::of_output)
}

/// The address that git commits under, else the user's name.
fn somebody() -> String {
    let asked =
        Command::new("git").args(["config", "--get", "user.email"]).stdin(Stdio::null()).stderr(Stdio::null()).output();
    let told = asked.ok().filter(|output| output.status.success());
    let email = told.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let name = || ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    let who = email.filter(|email| !email.is_empty()).or_else(name).unwrap_or_else(|| "nobody".to_owned());
    harmless(&who)
}

/// A text of a report or of a user without what controls a terminal.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn day(seconds: i64) -> String {
    Moment::from_seconds(seconds).map_or_else(|| "?".to_owned(), Moment::day)
}

/// A number of seconds as days, for people.
fn days(seconds: i64) -> String {
    match seconds / DAY {
        1 => "1 day".to_owned(),
        count => format!("{count} days"),
    }
}

/// A number with its noun.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Creates the folder that a new ledger goes to, for its owner alone.
fn prepare(file: &Path) -> Result<(), Failure> {
    let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) else { return Ok(()) };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| Failure::Usage(format!("{}: {error}", folder.display())))
}

/// A line of a list.
fn line(out: &mut dyn Write, text: &str) -> Result<(), Failure> {
    written(writeln!(out, "{text}"))
}
