//! Floor 6: the command line. The only importer of clap; it turns arguments into plain options and watches the run.

mod args;
mod ledger;
mod policy;
mod terminal;
mod watch;

use crate::commands::{self, Exit, Failure};
use crate::report::Format;
use args::{Args, Command, RulesCommand};
use clap::Parser;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};

/// Parses the arguments, runs the command, says what went wrong, and returns the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let args = match Args::try_parse_from(args) {
        Ok(args) => args,
        Err(error) => {
            // Help and version are answers, not errors: clap prints them to standard output and they succeed.
            let failed = error.use_stderr();
            let _ = error.print();
            return if failed { 2 } else { 0 };
        }
    };
    match dispatch(args) {
        Ok(exit) => exit.code(),
        Err(failure) => {
            if !matches!(failure, Failure::Closed) {
                let _ = writeln!(io::stderr(), "stanch: error: {failure}");
            }
            failure.code()
        }
    }
}

fn dispatch(args: Args) -> Result<Exit, Failure> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let exit = match args.command {
        Command::Scan(scan) => {
            let scopes = commands::scopes(scan.policy(), &scan.paths)?;
            let defaults = commands::report_defaults(&scopes, &scan.paths, &Format::NAMES)?;
            let watch = watch::Watch::start(!scan.common.quiet);
            commands::scan(&scan.into_options(terminal::detect(), &defaults)?, &scopes, watch.progress(), &mut out)
        }
        Command::Git(git) => {
            let scopes = commands::scopes(git.common.policy.options(), &git.repositories)?;
            let defaults = commands::report_defaults(&scopes, &git.repositories, &Format::NAMES)?;
            let watch = watch::Watch::start(!git.common.quiet);
            commands::git(&git.into_options(terminal::detect(), &defaults)?, &scopes, watch.progress(), &mut out)
        }
        Command::Explain(explain) => commands::explain(explain.policy.options(), &explain.subject, &mut out),
        Command::Config(config) => config.run(&mut out),
        Command::Ignores(ignores) => ignores.run(&mut out),
        Command::Baseline(baseline) => baseline.run(&mut out),
        Command::Rules(rules) => match rules.command {
            RulesCommand::List { rules } => commands::list(&rules.files, &mut out),
            RulesCommand::Show { id, rules } => commands::show(&rules.files, &id, &mut out),
            RulesCommand::Check { rules } => commands::check(&rules.files, &mut out),
            RulesCommand::Test { ids, rules } => commands::test(&rules.files, &ids, &mut out),
        },
    }?;
    out.flush().map_err(Failure::of_output)?;
    Ok(exit)
}
