//! Errors of configuration files: where, what is wrong, and how to correct it.

use std::fmt;

/// All faults of one file, in the order of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// Name of the file in messages.
    pub file: String,
    /// Lines, from 1 (0: the file as a whole), with the fault and how to correct it.
    pub faults: Vec<(usize, String)>,
}

impl ConfigError {
    /// An error with a single fault.
    #[must_use]
    pub fn one(file: &str, line: usize, message: impl Into<String>) -> ConfigError {
        ConfigError { file: file.to_owned(), faults: vec![(line, message.into())] }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (line, message)) in self.faults.iter().enumerate() {
            let begin = if number == 0 { "" } else { "\n" };
            match line {
                0 => write!(f, "{begin}{}: {message}", self.file)?,
                line => write!(f, "{begin}{}:{line}: {message}", self.file)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
