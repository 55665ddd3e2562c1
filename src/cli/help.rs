//! What `--help` says below the options: examples to start from, and what the exit codes mean.

/// Of the program as a whole.
pub(super) const TOP: &str = "\
Examples:
  stanch scan                    Look for secrets in everything below this directory
  stanch git                     Look for secrets in everything this repository remembers
  stanch explain config.yml:12   Say why a line was or was not reported

`stanch COMMAND --help` says more, with examples.

Exit codes: 0 clean, 1 findings, 2 usage or configuration error (nothing was scanned), 3 incomplete, 130 interrupted.";

pub(super) const SCAN: &str = "\
Examples:
  stanch scan                                   Everything below this directory
  stanch scan src deploy/values.yml             A directory and a file
  git diff | stanch scan -                      Standard input
  stanch scan --exclude '*.lock' --exclude testdata/
  stanch scan --format sarif -o stanch.sarif    A report for a code host
  stanch scan --report sarif=stanch.sarif       One for people, and one for a code host
  stanch scan --confidence low                  Also what is only worth a look

Exit codes:
  0    clean: everything that was asked for was read, and nothing was found
  1    findings (--exit-code sets another number)
  2    usage or configuration error: nothing was scanned
  3    incomplete: nothing was found, but something could not be read; the report names it
  130  interrupted: what was found until then is reported as incomplete";

pub(super) const GIT: &str = "\
Examples:
  stanch git                                    All that this repository remembers
  stanch git --range origin/main..HEAD          What a branch would bring
  stanch git --since 2026-01-01                 What came this year
  stanch git --unreachable                      Also dropped commits and dangling blobs
  stanch git --format json -o report.json a.git b.git

Exit codes:
  0    clean: everything that was asked for was read, and nothing was found
  1    findings (--exit-code sets another number)
  2    usage or configuration error: nothing was scanned
  3    incomplete: nothing was found, but something could not be read; the report names it
  130  interrupted: what was found until then is reported as incomplete";

pub(super) const EXPLAIN: &str = "\
Examples:
  stanch explain github-personal-access-token   What a rule looks for, and where to replace such a secret
  stanch explain src/main.rs:12                 Why line 12 was or was not reported

Exit codes: 0 explained, 2 usage or configuration error (nothing was explained).";

pub(super) const RULES: &str = "\
Examples:
  stanch rules list                             All rules, a line each
  stanch rules test --rules acme.toml           Prove that your own rules fire

docs/rules.md says how to write rules.

Exit codes: 0 sound, 1 a rule is at fault, 2 usage or configuration error.";

pub(super) const RULES_ASKED: &str = "Exit codes: 0 answered, 2 usage or configuration error.";

pub(super) const RULES_TESTED: &str = "Exit codes: 0 sound, 1 a rule is at fault, 2 usage or configuration error.";

pub(super) const INIT: &str = "\
Examples:
  stanch init --dry-run                         What would be written here
  stanch init                                   Write it
  stanch init --hook none --ci github           A configuration and a GitHub workflow only

Exit codes: 0 set up, or it was already, 2 usage or configuration error.";

pub(super) const COMPLETIONS: &str = "\
Examples:
  stanch completions bash > ~/.local/share/bash-completion/completions/stanch
  stanch completions zsh > ~/.zfunc/_stanch     A directory of your $fpath
  stanch completions fish > ~/.config/fish/completions/stanch.fish

Exit codes: 0 written, 2 usage error, 3 the script could not be written.";

pub(super) const MAN: &str = "\
Examples:
  stanch man | man -l -                         Read the page
  stanch man --out /usr/local/share/man/man1    Pages of all sub-commands

Exit codes: 0 written, 2 usage error or a directory that cannot be written to, 3 the page could not be written.";

pub(super) const HOOK: &str = "Exit codes: 0 done or nothing found, 1 findings or a hook that is not installed, 2 nothing could be checked, \
3 not everything could be read.";
