//! Standard input.

use super::{Event, Source, SourceError};
use crate::model::{Blob, Provenance};
use std::io;
use std::ops::ControlFlow;

/// Standard input as one blob.
#[derive(Clone, Copy, Debug)]
pub struct Stdin;

impl Source for Stdin {
    fn describe(&self) -> String {
        "standard input".to_owned()
    }

    fn visit(&self, each: &(dyn Fn(Event<'_>) -> ControlFlow<()> + Sync)) -> Result<(), SourceError> {
        let _ = each(Event::Blob(Blob { provenance: Provenance::Stdin, bytes: &mut io::stdin().lock() }));
        Ok(())
    }
}
