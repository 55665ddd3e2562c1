//! Standard input.

use super::waiting::Waiting;
use super::{Event, Source, SourceError};
use crate::model::{Blob, Origin, Outer, Problem, ProblemKind};
use std::ops::ControlFlow;

/// Standard input as one blob.
#[derive(Clone, Copy, Debug)]
pub struct Stdin;

impl Source for Stdin {
    fn describe(&self) -> String {
        "standard input".to_owned()
    }

    fn visit(&self, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> Result<(), SourceError> {
        let mut stdin = Waiting::stdin();
        let event = match &mut stdin {
            Ok(bytes) => Event::Blob(Blob::stream(Outer::Stdin.into(), bytes)),
            Err(error) => Event::Problem(Problem {
                what: Origin::from(Outer::Stdin).display().into_owned(),
                kind: ProblemKind::Unreadable,
                detail: error.to_string(),
            }),
        };
        let _ = each(event);
        Ok(())
    }
}
