//! The arguments of `stanch ledger`.

use super::help;
use crate::commands::{
    self, DeadlineOptions, Exit, ExportFormat, Failure, LedgerOptions, ListOptions, RecordOptions, SetOptions,
    default_ledger,
};
use crate::ledger::lives::{Filter, State};
use crate::model::{Moment, Severity};
use clap::builder::PossibleValuesParser;
use clap::{Args as ClapArgs, Subcommand, ValueEnum, ValueHint};
use std::io::{Read, Write};
use std::path::PathBuf;

const STATES: [&str; 7] = ["triaged", "rotating", "revoked", "dead", "purged", "accepted", "false-positive"];
const SEVERITIES: [&str; 4] = ["critical", "high", "medium", "low"];

#[derive(Debug, ClapArgs)]
#[command(after_help = help::LIVES)]
pub(super) struct LedgerArgs {
    #[command(subcommand)]
    command: LedgerCommand,
    /// The ledger's file; its key lies beside it [default: $STANCH_LEDGER, else stanch/ledger.db below $XDG_STATE_HOME]
    #[arg(long, value_name = "FILE", global = true, value_hint = ValueHint::FilePath)]
    ledger: Option<PathBuf>,
    /// Who does it, for the journal [default: the address that git commits under]
    #[arg(long = "as", value_name = "NAME", global = true)]
    who: Option<String>,
    /// When it was done, for the journal: 2026-12-01 or 2026-12-01T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME", global = true, value_parser = moment)]
    at: Option<Moment>,
}

#[derive(Debug, Subcommand)]
enum LedgerCommand {
    /// Take JSON reports into the ledger; the same report changes nothing
    #[command(after_help = help::LIVES_CHANGED)]
    Record {
        /// Reports in JSON or JSON Lines, also of other machines; `-` is standard input
        #[arg(value_name = "REPORT", required = true, value_hint = ValueHint::FilePath)]
        reports: Vec<PathBuf>,
        /// The environment that was scanned, such as production
        #[arg(long, value_name = "NAME")]
        environment: Option<String>,
    },
    /// List secrets with their states
    #[command(after_help = help::ASKED)]
    List {
        #[command(flatten)]
        filter: FilterArgs,
        /// Only what is overdue
        #[arg(long)]
        overdue: bool,
        /// Write JSON, with all places
        #[arg(long)]
        json: bool,
    },
    /// Show a secret's life: its places, and what was decided when and by whom
    #[command(after_help = help::ASKED)]
    Show {
        /// Its id in this ledger, or its fingerprint; at least six digits
        #[arg(value_name = "SECRET")]
        secret: String,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Decide about secrets: set the state that they are in from now on
    #[command(after_help = help::LIVES_CHANGED)]
    Set {
        /// The state
        #[arg(value_name = "STATE", value_parser = PossibleValuesParser::new(STATES))]
        state: String,
        /// Their ids or fingerprints
        #[arg(value_name = "SECRET", required = true)]
        secrets: Vec<String>,
        /// Why; for `dead` and `purged`, what proves it
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Who answers for them
        #[arg(long, value_name = "NAME")]
        owner: Option<String>,
        /// The last day of an acceptance
        #[arg(long, value_name = "YYYY-MM-DD")]
        expires: Option<String>,
    },
    /// Say who answers for secrets
    #[command(after_help = help::LIVES_CHANGED)]
    Assign {
        /// Who
        #[arg(value_name = "OWNER")]
        owner: String,
        /// Their ids or fingerprints
        #[arg(value_name = "SECRET", required = true)]
        secrets: Vec<String>,
    },
    /// Show the deadlines by severity, or set those of one
    #[command(after_help = help::LIVES_CHANGED)]
    Deadline {
        /// The severity whose deadlines are set
        #[arg(value_name = "SEVERITY", value_parser = PossibleValuesParser::new(SEVERITIES))]
        severity: Option<String>,
        /// Days from the first sight until a secret must be settled; 0 for none
        #[arg(long, value_name = "DAYS", requires = "severity", value_parser = clap::value_parser!(i64).range(0..=36_500))]
        max_age: Option<i64>,
        /// Days from the decision to rotate until a secret must be revoked; 0 for none
        #[arg(long, value_name = "DAYS", requires = "severity", value_parser = clap::value_parser!(i64).range(0..=36_500))]
        max_time_to_revoke: Option<i64>,
    },
    /// Fail when something is overdue: for CI
    #[command(after_help = help::LIVES_CHECK)]
    Check,
    /// Prove that nothing was changed by hand
    #[command(after_help = help::LIVES_VERIFY)]
    Verify,
    /// Hand secrets on, masked: to programs, tables and trackers of tickets
    #[command(after_help = help::ASKED)]
    Export {
        /// The form
        #[arg(long, value_name = "FORMAT", default_value = "json")]
        format: FormatChoice,
        #[command(flatten)]
        filter: FilterArgs,
    },
    /// Write the dashboard: one page of HTML that needs no server and no network
    #[command(after_help = help::ASKED)]
    Html {
        /// The file; standard output by default
        #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
        output: Option<PathBuf>,
    },
    /// Share the ledger's key with a team
    #[command(after_help = help::LIVES_CHANGED)]
    Key {
        #[command(subcommand)]
        command: KeyCommand,
    },
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Write the key to a new file, for its owner alone
    #[command(after_help = help::LIVES_CHANGED)]
    Export {
        /// The file
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Put a key beside the ledger
    #[command(after_help = help::LIVES_CHANGED)]
    Import {
        /// The file
        #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

#[derive(Debug, ClapArgs)]
struct FilterArgs {
    /// Only in this state (repeatable)
    #[arg(long, value_name = "STATE", value_parser = PossibleValuesParser::new(["new", "triaged", "rotating", "revoked", "dead", "purged", "accepted", "false-positive"]))]
    state: Vec<String>,
    /// Only of at least this severity
    #[arg(long, value_name = "LEVEL", value_parser = PossibleValuesParser::new(SEVERITIES))]
    severity: Option<String>,
    /// Only of this owner
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatChoice {
    Json,
    Csv,
    Github,
    Gitlab,
    Jira,
}

impl FilterArgs {
    fn filter(self) -> Filter {
        Filter {
            states: self.state.iter().filter_map(|word| State::parse(word)).collect(),
            severity: self.severity.and_then(|word| word.parse::<Severity>().ok()),
            owner: self.owner,
        }
    }
}

impl LedgerArgs {
    /// Whether standard input is one of the reports.
    pub(super) fn reads_input(&self) -> bool {
        matches!(&self.command, LedgerCommand::Record { reports, .. } if reports.iter().any(|path| path.as_os_str() == "-"))
    }

    pub(super) fn run(self, input: &mut dyn Read, out: &mut dyn Write) -> Result<Exit, Failure> {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let file = self.ledger.or_else(|| variable("STANCH_LEDGER")).or_else(|| default_ledger(&variable));
        let file = file
            .ok_or_else(|| Failure::Usage("there is no home folder for a ledger: name one with --ledger".to_owned()))?;
        let ledger = &LedgerOptions { file, who: self.who, at: self.at };
        match self.command {
            LedgerCommand::Record { reports, environment } => {
                commands::ledger_record(ledger, &RecordOptions { reports, environment }, input, out)
            }
            LedgerCommand::List { filter, overdue, json } => {
                commands::ledger_list(ledger, &ListOptions { filter: filter.filter(), overdue, json }, out)
            }
            LedgerCommand::Show { secret, json } => commands::ledger_show(ledger, &secret, json, out),
            LedgerCommand::Set { state, secrets, reason, owner, expires } => {
                let state = State::parse(&state).ok_or_else(|| Failure::Usage(format!("`{state}` is no state")))?;
                commands::ledger_set(ledger, &SetOptions { secrets, state, reason, owner, expires }, out)
            }
            LedgerCommand::Assign { owner, secrets } => commands::ledger_assign(ledger, &owner, &secrets, out),
            LedgerCommand::Deadline { severity, max_age, max_time_to_revoke } => match severity {
                None => commands::ledger_deadlines(ledger, out),
                Some(word) => {
                    let severity =
                        word.parse().map_err(|error: crate::model::UnknownLevel| Failure::Usage(error.to_string()))?;
                    commands::ledger_set_deadline(
                        ledger,
                        DeadlineOptions { severity, max_age, max_time_to_revoke },
                        out,
                    )
                }
            },
            LedgerCommand::Check => commands::ledger_check(ledger, out),
            LedgerCommand::Verify => commands::ledger_verify(ledger, out),
            LedgerCommand::Export { format, filter } => {
                let format = match format {
                    FormatChoice::Json => ExportFormat::Json,
                    FormatChoice::Csv => ExportFormat::Csv,
                    FormatChoice::Github => ExportFormat::Github,
                    FormatChoice::Gitlab => ExportFormat::Gitlab,
                    FormatChoice::Jira => ExportFormat::Jira,
                };
                commands::ledger_export(ledger, format, &filter.filter(), out)
            }
            LedgerCommand::Html { output } => commands::ledger_html(ledger, output.as_deref(), out),
            LedgerCommand::Key { command: KeyCommand::Export { file } } => {
                commands::ledger_key_export(ledger, &file, out)
            }
            LedgerCommand::Key { command: KeyCommand::Import { file } } => {
                commands::ledger_key_import(ledger, &file, out)
            }
        }
    }
}

fn moment(text: &str) -> Result<Moment, String> {
    Moment::parse(text).ok_or_else(|| "write it as 2026-12-01 or 2026-12-01T12:00:00Z".to_owned())
}
