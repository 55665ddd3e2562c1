//! Which arguments of a command line are secrets by their position.

use serde::Deserialize;
use std::ops::Range;

/// The table of `places.toml`.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Arguments {
    argument: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    /// Empty for any program.
    #[serde(default)]
    programs: Vec<String>,
    #[serde(default)]
    flags: Vec<String>,
    #[serde(default)]
    attached: Vec<String>,
    after: Option<String>,
}

/// A command line as text, a space between arguments.
pub(super) struct CommandLine {
    pub(super) text: Vec<u8>,
    /// Where secrets stand by their position.
    pub(super) secrets: Vec<Range<usize>>,
}

impl Arguments {
    /// The table.
    ///
    /// # Errors
    /// Fails when it is malformed, which a test excludes.
    pub(super) fn parse(table: &str) -> Result<Arguments, String> {
        toml::from_str(table).map_err(|error| error.to_string())
    }

    /// Reads the bytes of `cmdline`: arguments that end in zero bytes. A program may have overwritten them with anything.
    pub(super) fn read(&self, bytes: &[u8]) -> CommandLine {
        let bytes = bytes.strip_suffix(&[0]).unwrap_or(bytes);
        let text: Vec<u8> = bytes.iter().map(|byte| if *byte == 0 { b' ' } else { *byte }).collect();
        let mut spans = Vec::new();
        let mut start = 0;
        for argument in bytes.split(|byte| *byte == 0) {
            spans.push(start..start + argument.len());
            start += argument.len() + 1;
        }
        let mut secrets = Vec::new();
        let program = spans.first().map(|span| &bytes[span.clone()]).unwrap_or_default();
        let program = program.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        for rule in &self.argument {
            // A script's interpreter stands before its name.
            let names = spans.iter().take(2).map(|span| base(&bytes[span.clone()]));
            let fits = rule.programs.is_empty()
                || rule
                    .programs
                    .iter()
                    .any(|one| one.as_bytes() == program || names.clone().any(|name| name == one.as_bytes()));
            if fits {
                rule.find(bytes, &spans, &mut secrets);
            }
        }
        secrets.sort_unstable_by_key(|secret: &Range<usize>| (secret.start, secret.end));
        secrets.dedup_by(|next, kept| next.start < kept.end);
        CommandLine { text, secrets }
    }
}

fn base(argument: &[u8]) -> &[u8] {
    argument.rsplit(|byte| *byte == b'/').next().unwrap_or_default()
}

impl Rule {
    fn find(&self, bytes: &[u8], spans: &[Range<usize>], secrets: &mut Vec<Range<usize>>) {
        for (at, span) in spans.iter().enumerate().skip(1) {
            let argument = &bytes[span.clone()];
            for flag in &self.flags {
                if argument == flag.as_bytes() {
                    secrets.extend(spans.get(at + 1).and_then(|value| self.value(bytes, value.clone())));
                } else if flag.starts_with("--")
                    && argument.strip_prefix(flag.as_bytes()).is_some_and(|rest| rest.starts_with(b"="))
                {
                    secrets.extend(self.value(bytes, span.start + flag.len() + 1..span.end));
                }
            }
            for flag in self.attached.iter().filter(|flag| argument.starts_with(flag.as_bytes())) {
                secrets.extend(self.value(bytes, span.start + flag.len()..span.end));
            }
        }
    }

    /// The secret in a value, if it can be one: no further flag, no file, no reference.
    fn value(&self, bytes: &[u8], span: Range<usize>) -> Option<Range<usize>> {
        let value = bytes.get(span.clone())?;
        let begin = match &self.after {
            None => 0,
            Some(after) => {
                let at = value.windows(after.len()).position(|window| window == after.as_bytes())?;
                at + after.len()
            }
        };
        let value = &value[begin..];
        let is_flag = value.starts_with(b"-") && self.after.is_none();
        let is_stated = super::positions::is_value(value) && !value.starts_with(b"/") && !value.starts_with(b"@");
        (is_stated && !is_flag).then_some(span.start + begin..span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(arguments: &[&str]) -> Vec<String> {
        let table = Arguments::parse(include_str!("places.toml")).expect("a table");
        let line = table.read(format!("{}\0", arguments.join("\0")).as_bytes());
        line.secrets.iter().map(|span| String::from_utf8_lossy(&line.text[span.clone()]).into_owned()).collect()
    }

    #[test]
    fn positions_depend_on_the_program() {
        let made = |seed: u32| format!("pw{seed}x");
        let (a, b) = (made(1), made(2));
        assert_eq!(found(&["mysql", "-u", "root", &format!("-p{a}")]), std::slice::from_ref(&a));
        assert_eq!(found(&["/usr/bin/sshpass", "-p", &a, "ssh", "host"]), std::slice::from_ref(&a));
        assert_eq!(found(&["curl", "-u", &format!("ann:{a}"), "https://example.org"]), std::slice::from_ref(&a));
        assert_eq!(found(&["python3", "/opt/tool", "--password", &a, &format!("--api-key={b}")]), [a.clone(), b]);
        assert_eq!(found(&["openssl", "rsa", "-passin", &format!("pass:{a}")]), [a]);
        for clean in [
            &["ls", "-p"][..],
            &["mysql", "-p"],
            &["tool", "--password", "--verbose"],
            &["tool", "--password=$SECRET"],
            &["openssl", "rsa", "-passin", "file:/etc/key"],
            &["tool", "--token", "/run/secrets/token"],
            &[],
        ] {
            assert_eq!(found(clean), Vec::<String>::new(), "{clean:?}");
        }
    }
}
