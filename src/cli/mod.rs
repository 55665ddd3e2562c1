//! Floor 7: the command line. The only importer of clap; it turns arguments into plain options and watches the run.

mod args;
mod attest;
mod environment;
mod generate;
mod gitleaks;
mod help;
mod hook;
#[cfg(target_os = "linux")]
mod host;
mod image;
mod init;
mod ledger;
mod lives;
mod migrate;
mod panics;
mod policy;
mod progress_bar;
mod redact;
mod reports;
mod shared_args;
mod signals;
mod streams;
mod terminal;

use crate::commands::{self, Exit, Failure};
use crate::pipeline::Progress;
use crate::report::{Format, conceal};
use args::{Args, Command, RulesCommand};
use clap::CommandFactory as _;
use clap::Parser;
use clap::error::ErrorKind;
use hook::HookCommand;
use progress_bar::ProgressWriter;
use std::ffi::OsString;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;
use streams::{Input, Output};

/// Parses the arguments, runs the command, says what went wrong, and returns the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    panics::hide_payloads();
    let args: Vec<OsString> = args.into_iter().collect();
    let is_gitleaks = args.get(1).is_some_and(|command| command == "gitleaks");
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // Help and version are answers, not errors: clap prints them to standard output and they succeed.
            let failed = error.use_stderr();
            let said = error.to_string();
            let shown = conceal(&said);
            let _ = if failed && shown != said { write!(io::stderr(), "{shown}") } else { error.print() };
            // Scripts that call gitleaks may tell by this that they asked for what there is not.
            return match failed {
                true if is_gitleaks && error.kind() == ErrorKind::UnknownArgument => 126,
                true => 2,
                false => 0,
            };
        }
    };
    match dispatch(args) {
        Ok(exit) => exit.code(),
        Err(failure) => {
            let message = terminal::harmless(&conceal(&failure.to_string()));
            let _ = writeln!(io::stderr(), "stanch: error: {message}");
            failure.code()
        }
    }
}

fn dispatch(args: Args) -> Result<Exit, Failure> {
    environment::check()?;
    let progress = Arc::new(Progress::default());
    let output = Output::open(progress.stop_flag()).ending(matches!(args.command, Command::Redact(_)));
    let out = &mut BufWriter::with_capacity(1 << 16, output);
    // What a scan writes, and where to, is known only later.
    #[cfg(target_os = "linux")]
    let is_host = matches!(args.command, Command::Host(_));
    #[cfg(not(target_os = "linux"))]
    let is_host = false;
    let writes_later = matches!(
        args.command,
        Command::Scan(_) | Command::Git(_) | Command::Image(_) | Command::Gitleaks(_) | Command::Hook(_)
    );
    if !is_host && !writes_later {
        streams::needs_output()?;
    }
    let exit = match args.command {
        Command::Scan(scan) => {
            if scan.reads_input() {
                streams::needs_input()?;
            }
            let scopes = commands::scopes(scan.policy(), &scan.paths)?;
            let defaults = commands::report_defaults(&scopes, &scan.paths, &Format::names().collect::<Vec<_>>())?;
            let mut out = watched(&progress, scan.common.quiet, &mut *out);
            commands::scan(&scan.into_options(terminal::detect(), &defaults)?, &scopes, &progress, &mut out)
        }
        Command::Git(git) => {
            let scopes = commands::scopes(git.common.policy.options(), &git.repositories)?;
            let defaults = commands::report_defaults(&scopes, &git.repositories, &Format::names().collect::<Vec<_>>())?;
            let mut out = watched(&progress, git.common.quiet, &mut *out);
            commands::git(&git.into_options(terminal::detect(), &defaults)?, &scopes, &progress, &mut out)
        }
        Command::Image(image) => {
            let here = [PathBuf::from("-")];
            let scopes = commands::scopes(image.common.policy.options(), &here)?;
            let defaults = commands::report_defaults(&scopes, &here, &Format::names().collect::<Vec<_>>())?;
            let mut out = watched(&progress, image.common.quiet, &mut *out);
            commands::image(&image.into_options(terminal::detect(), &defaults)?, &scopes, &progress, &mut out)
        }
        #[cfg(target_os = "linux")]
        Command::Host(host) => {
            if let Some(host::HostCommand::Schedule(schedule)) = host.command {
                streams::needs_output()?;
                commands::host_schedule(&schedule.into_options(), out)?;
                out.flush().map_err(Failure::of_output)?;
                return Ok(Exit::Clean);
            }
            let quiet = host.common.quiet;
            let options = host.into_options(terminal::detect())?;
            commands::host(&options, &progress, &mut watched(&progress, quiet, &mut *out))
        }
        Command::Hook(hook) => match hook.command {
            HookCommand::Install(which) => commands::install_hooks(&which.into_options(), out),
            HookCommand::Uninstall(which) => commands::uninstall_hooks(&which.into_options(), out),
            HookCommand::Status(which) => commands::hook_status(&which.into_options(), out),
            HookCommand::Run(run) => {
                signals::stop_on_signals(&progress);
                let options = run.into_options();
                let mut input: Box<dyn BufRead> = match options.kind.reads_input() {
                    true => Box::new(BufReader::new(Input::open(progress.stop_flag())?)),
                    false => Box::new(io::empty()),
                };
                commands::run_hook(&options, &progress, &mut input, &mut io::stderr())
            }
        },
        Command::Attest(attest) => {
            signals::stop_on_signals(&progress);
            attest.run(&progress, out)
        }
        Command::Gate(gate) => gate.run(out),
        Command::Explain(explain) => commands::explain(explain.policy.options(), &explain.subject, out),
        Command::Config(config) => config.run(out),
        Command::Ignores(ignores) => ignores.run(out),
        Command::Baseline(baseline) => baseline.run(out),
        Command::Rules(rules) => match rules.command {
            RulesCommand::List { all, config, no_config, format, rules } => {
                let policy = rules.policy(config, no_config);
                if format == "json" { commands::list_json(policy, all, out) } else { commands::list(policy, all, out) }
            }
            RulesCommand::Show { id, rules } => commands::show(&rules.files, &id, out),
            RulesCommand::Check { rules } => commands::check(&rules.files, out),
            RulesCommand::Test { ids, rules } => commands::test(&rules.files, &ids, out),
        },
        Command::Ledger(ledger) => match ledger.reads_input() {
            true => ledger.run(&mut Input::open(progress.stop_flag())?, out),
            false => ledger.run(&mut io::empty(), out),
        },
        Command::Diff(diff) => {
            let options = commands::DiffOptions { old: diff.old, new: diff.new, json: diff.json };
            commands::diff(&options, out)
        }
        Command::Redact(redact) => redact.run(&progress, out),
        Command::Init(init) => commands::init(&init.into_options(), out),
        Command::Gitleaks(gitleaks) => gitleaks.run(&progress, out),
        Command::Migrate(migrate) => commands::migrate(&migrate.into_options(), out),
        Command::Completions(completions) => generate::completions(&completions, Args::command(), out),
        Command::Man(man) => generate::man(&man, Args::command(), out),
    }?;
    out.flush().map_err(Failure::of_output)?;
    Ok(exit)
}

/// The output for the report of a run that signals can stop.
fn watched<W: Write>(progress: &Arc<Progress>, quiet: bool, out: W) -> ProgressWriter<W> {
    signals::stop_on_signals(progress);
    ProgressWriter::start(progress, !quiet, out)
}
