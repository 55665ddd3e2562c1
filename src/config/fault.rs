//! What is wrong with a configuration file, where, and what to do.

use std::fmt;

/// Everything that is wrong with one file, in the order of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The file's name, as messages give it.
    pub file: String,
    /// Lines, from 1 (0: the file as a whole), with what is wrong there and what to do.
    pub faults: Vec<(usize, String)>,
}

impl ConfigError {
    /// A single fault.
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
