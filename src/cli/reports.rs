//! The arguments of reports: which, where to, and how they look.

use super::environment;
use super::terminal::Terminal;
use crate::commands::{Delivery, Failure};
use crate::config::{ReportDefaults, is_repository};
use crate::report::{self, Format, Template};
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};
use std::path::{Path, PathBuf};

/// What a scan writes.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Format of the report [default: human, or what stanch.toml says]
    #[arg(long, short = 'f', value_name = "FORMAT", value_parser = PossibleValuesParser::new(Format::names()), help_heading = "Report")]
    format: Option<String>,
    /// The same as --format json
    #[arg(long, conflicts_with = "format", help_heading = "Report")]
    json: bool,
    /// Write the report to FILE instead of standard output; the old one stays until the new one is whole
    #[arg(long, short = 'o', value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Report")]
    output: Option<PathBuf>,
    /// Write another report in FORMAT to FILE, such as sarif=stanch.sarif; `-` is standard output (repeatable)
    #[arg(long = "report", value_name = "FORMAT=FILE", value_parser = another, help_heading = "Report")]
    others: Vec<(Format, PathBuf)>,
    /// The template of the format `template`; docs/reports.md says what it can use
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Report")]
    template: Option<PathBuf>,
    /// Show secrets in full. Whoever sees the reports then has them
    #[arg(long, help_heading = "Report")]
    show_secrets: bool,
    /// Category of the SARIF run (`automationDetails.id`); without it the host decides
    #[arg(long, value_name = "ID", help_heading = "Report")]
    sarif_category: Option<String>,
    /// List what was found and is not reported, and who says so (human, sarif; the JSON formats always do)
    #[arg(long, help_heading = "Report")]
    explain: bool,
    /// When to use colour; `auto` is on a terminal, unless NO_COLOR is set [default: auto]
    #[arg(long, value_name = "WHEN", value_parser = PossibleValuesParser::new(["auto", "always", "never"]), help_heading = "Report")]
    color: Option<String>,
    /// The same as --color never
    #[arg(long, conflicts_with = "color", help_heading = "Report")]
    no_color: bool,
}

impl ReportArgs {
    /// The reports to make, and how they look.
    pub(super) fn deliveries(
        &self,
        terminal: Terminal,
        defaults: &ReportDefaults,
    ) -> Result<(Vec<Delivery>, report::Options), Failure> {
        let asked = if self.json { Some("json".to_owned()) } else { self.format.clone() };
        // A variable is no wish for this run: a template that is named, and reports that are, still mean what they mean.
        let variable =
            if self.template.is_some() || !self.others.is_empty() { None } else { environment::text("STANCH_FORMAT") };
        let format: Option<Format> =
            asked.or(variable).as_deref().map(str::parse).transpose().map_err(Failure::Usage)?;
        let configured = defaults.format.as_ref().map(|format| format.value.parse()).transpose();
        let configured: Option<Format> = configured.map_err(Failure::Usage)?;
        let is_template = |(format, _): &(Format, _)| *format == Format::Template;
        // Who names a template and no format means the template.
        let means_template = format.is_none() && self.template.is_some() && !self.others.iter().any(is_template);
        let format = if means_template { Some(Format::Template) } else { format };
        let to_output = |path: &Path| (path != Path::new("-")).then(|| path.to_owned());
        let others = self.others.iter().map(|(format, path)| (*format, to_output(path)));
        let mut reports: Vec<(Format, Option<PathBuf>)> = others.collect();
        let is_taken = reports.iter().any(|(format, to)| to.is_none() && *format != Format::Github);
        // A report to standard output takes the place of the one for people, unless that was asked for.
        if format.is_some() || self.output.is_some() || !is_taken {
            let to = self.output.as_deref().and_then(to_output);
            reports.insert(0, (format.or(configured).unwrap_or(Format::Human), to));
        }
        let template = self.template(reports.iter().any(|(format, _)| *format == Format::Template))?;
        // Annotations are made to stand among other output.
        if reports.iter().filter(|(format, to)| to.is_none() && *format != Format::Github).count() > 1 {
            let why = "two reports would go to standard output; give all but one a file (--report FORMAT=FILE)";
            return Err(Failure::Usage(why.to_owned()));
        }
        let configured = defaults.color.as_ref().map(|when| when.value.as_str());
        let variable = environment::text("STANCH_COLOR");
        let asked = if self.no_color { Some("never") } else { self.color.as_deref() };
        let color = |to: &Option<PathBuf>| match asked.or(variable.as_deref()).or(configured) {
            Some("always") => true,
            Some("never") => false,
            _ => terminal.color && to.is_none(),
        };
        let deliveries = reports.into_iter().map(|(format, to)| Delivery { format, color: color(&to), to }).collect();
        let base = std::env::current_dir().unwrap_or_default();
        let top = base.ancestors().find(|dir| is_repository(dir));
        let look = report::Options {
            show_secrets: self.show_secrets,
            explain: self.explain,
            below_top: top.and_then(|top| base.strip_prefix(top).ok()).map(Path::to_owned).unwrap_or_default(),
            base,
            sarif_category: self.sarif_category.clone(),
            commit: std::env::var("CI_COMMIT_SHA").ok().filter(|sha| is_hash(sha)),
            template,
            ..report::Options::default()
        };
        Ok((deliveries, look))
    }

    /// The template, read, if a report `needs` it.
    fn template(&self, needs: bool) -> Result<Option<Template>, Failure> {
        match &self.template {
            Some(path) if needs => Template::load(path).map(Some).map_err(|error| Failure::Usage(error.to_string())),
            None if needs => Err(Failure::Usage("the format `template` needs --template FILE".to_owned())),
            Some(_) => {
                let why = "--template: no report uses it; add --report template=FILE or --format template";
                Err(Failure::Usage(why.to_owned()))
            }
            None => Ok(None),
        }
    }
}

/// Whether GitLab said which commit is checked out, and not something else.
fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// `FORMAT=FILE`.
fn another(text: &str) -> Result<(Format, PathBuf), String> {
    match text.split_once('=') {
        Some((format, file)) if !file.is_empty() => Ok((format.parse()?, file.into())),
        _ => Err("say FORMAT=FILE, such as sarif=stanch.sarif".to_owned()),
    }
}
