//! Standard input.

use super::waiting::Waiting;
use super::{Event, Source, SourceError};
use crate::model::{Blob, Origin, Outer, Problem, ProblemKind};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Standard input as one blob.
#[derive(Clone, Debug, Default)]
pub struct Stdin {
    /// The path of the file that it is, if the user says one.
    pub name: Option<PathBuf>,
}

impl Source for Stdin {
    fn describe(&self) -> String {
        "standard input".to_owned()
    }

    fn visit(&self, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> Result<(), SourceError> {
        let outer = self.name.clone().map_or(Outer::Stdin, Outer::File);
        let mut stdin = Waiting::stdin();
        let event = match &mut stdin {
            Ok(bytes) => Event::Blob(Blob::stream(outer.into(), bytes)),
            Err(error) => Event::Problem(Problem {
                what: Origin::from(outer).display().into_owned(),
                kind: ProblemKind::Unreadable,
                detail: error.to_string(),
            }),
        };
        let _ = each(event);
        Ok(())
    }
}
