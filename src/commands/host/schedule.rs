//! `stanch host schedule`: what makes a host look at itself every day.

use crate::commands::{Exit, Failure};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What is scheduled.
#[derive(Clone, Debug)]
pub struct ScheduleOptions {
    /// When: an expression of `systemd.time(7)`, such as `daily`.
    pub when: String,
    /// A line for cron instead.
    pub cron: bool,
    /// The directory that the units are written to; printed when `None`.
    pub install: Option<PathBuf>,
    /// What is run when something is new.
    pub on_new: Option<String>,
    /// The program.
    pub program: PathBuf,
}

/// Prints or writes a service and its timer, or a line for cron.
///
/// # Errors
/// Fails when a unit exists already or cannot be written.
pub fn host_schedule(options: &ScheduleOptions, out: &mut dyn Write) -> Result<Exit, Failure> {
    let Some(program) = options.program.to_str() else {
        return Err(Failure::Usage(format!("{}: the path of the program is not UTF-8", options.program.display())));
    };
    let texts = [
        ("the path of the program", Some(program)),
        ("--when", Some(&*options.when)),
        ("--on-new", options.on_new.as_deref()),
    ];
    // A line break would begin another setting of the unit.
    if let Some((what, _)) = texts.iter().find(|(_, text)| text.is_some_and(|text| text.contains(char::is_control))) {
        return Err(Failure::Usage(format!("{what} has a control character; write it on one line")));
    }
    if options.cron {
        let command = command(program, options.on_new.as_deref(), shell_word).replace('%', "\\%");
        let line = format!("17 3 * * * root umask 077; mkdir -p /var/lib/stanch; {command}\n");
        out.write_all(line.as_bytes()).map_err(Failure::of_output)?;
        return Ok(Exit::Clean);
    }
    let command = command(program, options.on_new.as_deref(), unit_word);
    let units = [
        ("stanch-host.service", service(&command, options.on_new.is_some())),
        ("stanch-host.timer", timer(&options.when.replace('%', "%%"))),
    ];
    match &options.install {
        None => {
            for (name, text) in &units {
                writeln!(out, "# {name}\n{text}").map_err(Failure::of_output)?;
            }
        }
        Some(dir) => {
            if let Some((name, _)) = units.iter().find(|(name, _)| dir.join(name).exists()) {
                let why = format!("{} is there already; remove it first", dir.join(name).display());
                return Err(Failure::Usage(why));
            }
            for (name, text) in &units {
                new_file(&dir.join(name), text)?;
                writeln!(out, "wrote {}", dir.join(name).display()).map_err(Failure::of_output)?;
            }
            writeln!(out, "start it with `systemctl daemon-reload` and `systemctl enable --now stanch-host.timer`")
                .map_err(Failure::of_output)?;
        }
    }
    Ok(Exit::Clean)
}

fn new_file(path: &Path, text: &str) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| Failure::Usage(format!("cannot write {}: {error}", path.display())))
}

/// The command of a sweep, with arguments as `word` writes them.
fn command(program: &str, on_new: Option<&str>, word: fn(&str) -> String) -> String {
    let on_new = on_new.map(|command| format!(" --on-new {}", word(command))).unwrap_or_default();
    let is_plain = program.chars().all(|one| one.is_ascii_alphanumeric() || "/._-+".contains(one));
    let program = if is_plain { program.to_owned() } else { word(program) };
    format!(
        "{program} host --since-last --state /var/lib/stanch/host.state --format jsonl --output /var/lib/stanch/host.jsonl{on_new}"
    )
}

/// A word of a command line in a unit, by `systemd.service(5)`.
fn unit_word(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('$', "$$").replace('%', "%%"))
}

/// A word of a shell's command line.
fn shell_word(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// The service. Exit codes 1 (findings) and 3 (incomplete) are no failure of the service.
fn service(command: &str, tells: bool) -> String {
    // A command that tells somebody may need the network.
    let network = if tells { "" } else { "PrivateNetwork=yes\nRestrictAddressFamilies=none\n" };
    format!(
        "[Unit]\n\
         Description=Sweep this host for unprotected secrets\n\
         \n\
         [Service]\n\
         Type=oneshot\n\
         ExecStart={command}\n\
         SuccessExitStatus=1 3\n\
         StateDirectory=stanch\n\
         StateDirectoryMode=0700\n\
         UMask=0077\n\
         Nice=19\n\
         IOSchedulingClass=idle\n\
         CPUQuota=100%\n\
         MemoryMax=512M\n\
         # Reads everything (DAC_READ_SEARCH), environments of processes (SYS_PTRACE), and leaves access times alone (FOWNER).\n\
         CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_SYS_PTRACE CAP_FOWNER\n\
         NoNewPrivileges=yes\n\
         ProtectSystem=strict\n\
         ProtectHome=read-only\n\
         ProtectKernelModules=yes\n\
         ProtectKernelTunables=yes\n\
         ProtectControlGroups=yes\n\
         ProtectClock=yes\n\
         {network}RestrictNamespaces=yes\n\
         RestrictRealtime=yes\n\
         RestrictSUIDSGID=yes\n\
         LockPersonality=yes\n\
         MemoryDenyWriteExecute=yes\n\
         SystemCallArchitectures=native\n\
         SystemCallFilter=@system-service\n"
    )
}

fn timer(when: &str) -> String {
    format!(
        "[Unit]\n\
         Description=Sweep this host for unprotected secrets\n\
         \n\
         [Timer]\n\
         OnCalendar={when}\n\
         RandomizedDelaySec=1h\n\
         Persistent=true\n\
         \n\
         [Install]\n\
         WantedBy=timers.target\n"
    )
}
