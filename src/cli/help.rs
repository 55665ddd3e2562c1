//! What `--help` says below the options: examples to start from, and what the exit codes mean.

/// Of the program as a whole.
pub(super) const TOP: &str = "\
Examples:
  stanch scan                    Look for secrets in everything below this directory
  stanch git                     Look for secrets in everything this repository remembers
  stanch explain config.yml:12   Say why a line was or was not reported

`stanch COMMAND --help` says more, with examples.

Flags by environment: STANCH_CONFIG, STANCH_BASELINE, STANCH_CONFIDENCE, STANCH_SEVERITY, STANCH_FORMAT,
STANCH_COLOR, STANCH_THREADS, STANCH_EXIT_CODE, STANCH_MEMORY. A flag wins over them, they over stanch.toml.

Exit codes: 0 clean, 1 findings, 2 usage or configuration error (nothing was scanned), 3 incomplete, 130 interrupted.";

pub(super) const SCAN: &str = "\
Examples:
  stanch scan                                   Everything below this directory
  stanch scan src deploy/values.yml             A directory and a file
  git diff | stanch scan -                      Standard input
  stanch scan --stdin-name src/a.py < a.tmp     The same, under the name and the policy of a file
  stanch scan --format lines                    path:line:column: …, as compilers write it
  stanch scan --exclude '*.lock' --exclude testdata/
  stanch scan --format sarif -o stanch.sarif    A report for a code host
  stanch scan --report sarif=stanch.sarif       One for people, and one for a code host
  stanch scan --confidence low                  Also what is only worth a look
  stanch scan --verbose                         Also what was left out, and which files say so

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
  stanch git --staged                           What the next commit brings
  stanch git --format json -o report.json a.git b.git

Exit codes:
  0    clean: everything that was asked for was read, and nothing was found
  1    findings (--exit-code sets another number)
  2    usage or configuration error: nothing was scanned
  3    incomplete: nothing was found, but something could not be read; the report names it
  130  interrupted: what was found until then is reported as incomplete";

pub(super) const IMAGE: &str = "\
Examples:
  docker save app:1.2 -o app.tar; stanch image app.tar
  stanch image build/oci                        A folder of OCI's layout
  stanch image --name app:1.2 /var/lib/docker   What an engine keeps on disk
  stanch image --pull --platform linux/amd64 ghcr.io/team/app:1.2

docs/containers.md says what is read.

Exit codes:
  0    clean: everything that was asked for was read, and nothing was found
  1    findings (--exit-code sets another number)
  2    usage or configuration error: nothing was scanned
  3    incomplete: nothing was found, but something could not be read; the report names it
  130  interrupted: what was found until then is reported as incomplete";

pub(super) const HOST_SCHEDULE: &str = "Exit codes: 0 done, 2 usage or configuration error: nothing was changed.";

pub(super) const HOST: &str = "\
Examples:
  stanch host                                   This host: its processes, and the places where secrets lie
  stanch host --only processes                  Environments, command lines, open deleted files
  stanch host --since-last                      What is new, gone or more exposed since the last time
  stanch host schedule                          What makes it look every day
  stanch host --root /mnt/disk                  A mounted disk or an unpacked backup
  stanch host --format json -o host.json        With who may read each place

Nothing is changed: no access time, no lock, no file but the report. docs/host.md has the places,
and how severity follows exposure.

Exit codes:
  0    clean: everything that was asked for was read, and nothing lies unprotected
  1    findings (--exit-code sets another number)
  2    usage or configuration error: nothing was read
  3    incomplete: nothing was found, but something could not be read; the report names it
  130  interrupted: what was found until then is reported as incomplete";

pub(super) const EXPLAIN: &str = "\
Examples:
  stanch explain github-personal-access-token   What a rule looks for, and where to replace such a secret
  stanch explain src/main.rs:12                 Why line 12 was or was not reported
  stanch explain HEAD~3:src/main.rs:12          The same, as a commit has it (`:src/main.rs:12`: as it is staged)
  stanch explain 3fa41c0e9b7d                   A finding by its fingerprint, wherever it stands

Exit codes: 0 explained, 2 usage or configuration error (nothing was explained).";

pub(super) const RULES: &str = "\
Examples:
  stanch rules list                             The rules that hold here, a line each
  stanch rules test --rules acme.toml           Prove that your own rules fire

docs/rules.md says how to write rules.

Exit codes: 0 sound, 1 a rule is at fault, 2 usage or configuration error.";

pub(super) const RULES_TESTED: &str = "Exit codes: 0 sound, 1 a rule is at fault, 2 usage or configuration error.";

pub(super) const HOOK: &str = "\
Examples:
  stanch hook install                           Check every commit in this repository
  stanch hook install pre-push                  Check what is pushed
  stanch hook install --global                  In all repositories of yours

docs/hooks.md says what counts, and how hooks chain with those that are there.

Exit codes: 0 done, 1 not installed, or a commit or push is stopped, 2 usage or configuration error.";

pub(super) const HOOK_CHANGED: &str = "Exit codes: 0 done, 2 usage or configuration error: nothing was changed.";

pub(super) const HOOK_STATUS: &str = "Exit codes: 0 installed, 1 not installed, 2 usage or configuration error.";

pub(super) const HOOK_RUN: &str = "\
Exit codes: 0 nothing to object, 1 it would bring a secret, 2 usage or configuration error, 3 something
could not be read, 130 interrupted. Git stops the commit or push unless it is 0.";

pub(super) const CONFIG: &str = "\
Examples:
  stanch config show src                        What holds in src, and which file and line says so
  stanch config schema > stanch.schema.json     For editors
  stanch config schema --of report              That of the JSON report

docs/configuration.md has all keys.

Exit codes: 0 shown, 2 usage or configuration error.";

pub(super) const IGNORES: &str = "\
Examples:
  stanch ignores add 3fa41c0e --reason 'rotated, history stays' --expires 2027-01-31
  stanch ignores add src/app.py:12 --reason 'a fixture'
  stanch ignores list                           Every entry, with its file and line
  stanch ignores prune --dry-run                What is not needed any more

docs/suppression.md has the format of .stanchignore.

Exit codes: 0 done, 2 usage or configuration error, 3 something could not be read: nothing was changed.";

pub(super) const LEDGER: &str =
    "Exit codes: 0 done, 2 usage or configuration error, 3 something could not be read: nothing was changed.";

pub(super) const BASELINE: &str = "\
Examples:
  stanch baseline create                        From here on only new secrets are reported
  stanch baseline show                          Where each of the old ones stands now
  stanch baseline update                        Take off what is gone

docs/baseline.md has the format, and what can be learnt from such a file.

Exit codes: 0 done, 2 usage or configuration error, 3 something could not be read: nothing was taken off.";

pub(super) const LIVES: &str = "\
Examples:
  stanch git --format json -o report.json; stanch ledger record report.json
  stanch ledger list --state new --severity high
  stanch ledger set rotating 3fa41c0e9b7d --owner team-payments
  stanch ledger set accepted 3fa41c0e9b7d --reason 'test account' --owner ops --expires 2027-06-30
  stanch ledger check                           In CI: fail when something is overdue

States: new, triaged, rotating, revoked, dead, purged; accepted and false-positive. docs/ledger.md describes them.

Exit codes: 0 done, 1 overdue or changed by hand (check, verify), 2 usage error: nothing was changed.";

pub(super) const LIVES_CHANGED: &str = "Exit codes: 0 done, 2 usage error: nothing was changed.";

pub(super) const LIVES_CHECK: &str =
    "Exit codes: 0 nothing is overdue, 1 something is, 2 usage error, or the ledger was changed by hand.";

pub(super) const LIVES_VERIFY: &str = "Exit codes: 0 whole, 1 changed by hand, 2 usage error.";

pub(super) const ASKED: &str = "Exit codes: 0 answered, 2 usage or configuration error.";

pub(super) const DIFF: &str = "\
Examples:
  stanch scan --json -o new.json; stanch diff old.json new.json

Exit codes: 0 nothing is new, 1 a secret is new, 2 usage error, 3 nothing is new but a scan was incomplete.";

pub(super) const REDACT: &str = "\
Examples:
  make 2>&1 | stanch redact                     A log without its secrets
  stanch redact --env DB_PASSWORD < app.log     Also what this variable holds, in base64 and in URLs too
  stanch redact --json-lines < events.jsonl     Lines of JSON stay valid
  stanch redact --handles < app.log             The same secret has the same name
  stanch redact --in-place app.log              The file itself

A line is written when it is decided: at the latest five milliseconds after the input pauses. docs/mitigate.md says more.

Exit codes:
  0    written: all secrets that were recognised are replaced, whether there were any or none
  2    usage or configuration error: nothing was written
  3    incomplete: something could not be read or changed, or is packed; standard error names it";

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

pub(super) const GITLEAKS: &str = "\
Examples:
  stanch gitleaks git -v                        The history, with .gitleaks.toml and .gitleaksignore
  stanch gitleaks dir src -f json -r -          gitleaks' JSON on standard output
  stanch gitleaks protect --staged              In a hook

docs/gitleaks.md says what is different.

Exit codes: 0 clean, 1 findings (--exit-code), 2 configuration error, 3 incomplete, 126 unknown flag.";

pub(super) const GITLEAKS_RUN: &str =
    "Exit codes: 0 clean, 1 findings (--exit-code), 2 configuration error, 3 incomplete, 126 unknown flag.";

pub(super) const MIGRATE: &str = "\
Examples:
  stanch migrate --dry-run                      What would become of it
  stanch migrate                                Do it

Knows gitleaks, detect-secrets, trufflehog, kingfisher and ggshield (docs/migrate.md).

Exit codes: 0 done, 2 usage or configuration error, 3 something could not be read.";

pub(super) const ATTEST: &str = "\
Examples:
  openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout -out key.pub
  stanch attest --subject app.zip --key key.pem -o app.json
  stanch attest --subject git:HEAD --key key.pem -o head.json --coverage head.coverage
  stanch attest --subject image:build/oci --key key.pem --push -o image.json
  stanch attest --subject . --predicate-only -o predicate.json

docs/attest.md says what is claimed, and when.

Exit codes:
  0    the statement is written, and it claims that nothing was found and everything was read
  1    the statement is written, and secrets were found: it does not claim that there are none
  2    usage or configuration error: nothing was written
  3    the statement is written, and something could not be read; or it could not be written";

pub(super) const COVERAGE: &str = "\
Examples:
  stanch attest coverage head.coverage --bundle head.json --key key.pub --prove src/app.py
  stanch attest coverage --check proof.json --bundle head.json --key key.pub

Exit codes: 0 covered, 1 refused, 2 usage error, or a file that is not what it should be.";

pub(super) const GATE: &str = "\
Examples:
  stanch gate verify app.zip --bundle app.json --key key.pub --max-age 24h
  stanch gate verify git:HEAD --bundle head.json --key key.pub --require STANCH_HISTORY_SCANNED
  stanch gate verify image:build/oci --bundle image.json --key key.pub --rules-not-older-than own
  stanch gate verify vendor.tar --bundle vendor.json --key vendor.pub --any-predicate

Exit codes:
  0    it passes
  1    refused: the sentence that is printed says why
  2    usage error, or a key that is none: nothing passes
  3    the subject or the statement could not be read: nothing passes";
