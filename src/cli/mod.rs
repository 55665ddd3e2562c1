//! Floor 7: the command line. The only importer of clap; it turns arguments into plain options and watches the run.

mod args;
mod generate;
mod gitleaks;
mod help;
mod hook;
mod init;
mod ledger;
mod migrate;
mod panics;
mod policy;
mod progress_bar;
mod reports;
mod signals;
mod terminal;

use crate::commands::{self, Exit, Failure};
use crate::pipeline::Progress;
use crate::report::Format;
use args::{Args, Command, RulesCommand};
use clap::Parser;
use clap::error::ErrorKind;
use hook::HookCommand;
use progress_bar::ProgressWriter;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

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
            let _ = error.print();
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
            if !matches!(failure, Failure::Closed) {
                let _ = writeln!(io::stderr(), "stanch: error: {}", terminal::harmless(&failure.to_string()));
            }
            failure.code()
        }
    }
}

fn dispatch(args: Args) -> Result<Exit, Failure> {
    let out = &mut BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let exit = match args.command {
        Command::Scan(scan) => {
            let scopes = commands::scopes(scan.policy(), &scan.paths)?;
            let defaults = commands::report_defaults(&scopes, &scan.paths, &Format::names().collect::<Vec<_>>())?;
            let (progress, mut out) = watched(scan.common.quiet, &mut *out);
            commands::scan(&scan.into_options(terminal::detect(), &defaults)?, &scopes, &progress, &mut out)
        }
        Command::Git(git) => {
            let scopes = commands::scopes(git.common.policy.options(), &git.repositories)?;
            let defaults = commands::report_defaults(&scopes, &git.repositories, &Format::names().collect::<Vec<_>>())?;
            let (progress, mut out) = watched(git.common.quiet, &mut *out);
            commands::git(&git.into_options(terminal::detect(), &defaults)?, &scopes, &progress, &mut out)
        }
        Command::Hook(hook) => match hook.command {
            HookCommand::Install(which) => commands::install_hooks(&which.into_options(), out),
            HookCommand::Uninstall(which) => commands::uninstall_hooks(&which.into_options(), out),
            HookCommand::Status(which) => commands::hook_status(&which.into_options(), out),
            HookCommand::Run(run) => {
                let (progress, _) = watched(true, &mut *out);
                commands::run_hook(&run.into_options(), &progress, &mut io::stdin().lock(), &mut io::stderr())
            }
        },
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
        Command::Init(init) => commands::init(&init.into_options(), out),
        Command::Gitleaks(gitleaks) => gitleaks.run(out),
        Command::Migrate(migrate) => commands::migrate(&migrate.into_options(), out),
        Command::Completions(completions) => generate::completions(&completions, out),
        Command::Man(man) => generate::man(&man, out),
    }?;
    out.flush().map_err(Failure::of_output)?;
    Ok(exit)
}

/// What a run counts up and is stopped by, and the output for its report.
fn watched<W: Write>(quiet: bool, out: W) -> (Arc<Progress>, ProgressWriter<W>) {
    let progress = Arc::new(Progress::default());
    signals::stop_on_signals(&progress);
    let watch = ProgressWriter::start(&progress, !quiet, out);
    (progress, watch)
}
