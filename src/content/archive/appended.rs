//! Archives behind a program: zipapps, executable jars, archives that unpack themselves.
//!
//! A ZIP is read from its end, so anything may stand before it; scripts that unpack themselves have a compressed stream behind their last line.

use super::{zip, zip_directory};
use crate::content::input::{Input, Seekable};
use crate::content::parts::{Flow, Parts, stream};
use crate::content::program::payload;
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;

/// The longest script before a stream, in bytes.
const LONGEST_SCRIPT: u64 = 1 << 20;

/// Reads what stands behind the program; a program that only looks as if something did has nothing to be read.
pub(in crate::content) fn expand(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let mut bytes = match input.into_seekable(parts.budget)? {
        Ok(bytes) => bytes,
        Err(too_long) => return Err(too_long.into_fault()),
    };
    let flow = behind(&mut bytes, parts);
    bytes.release(parts.budget);
    flow
}

fn behind(bytes: &mut Seekable<'_>, parts: &mut Parts<'_>) -> Flow {
    if zip_directory::is_there(bytes)?
        && let Some(directory) = zip_directory::read(bytes)?
    {
        return zip::by_directory(directory, bytes, parts);
    }
    bytes.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    bytes.take(LONGEST_SCRIPT).read_to_end(&mut head)?;
    if !head.starts_with(b"#!") {
        return Ok(ControlFlow::Continue(()));
    }
    let Some(start) = payload(&head) else { return Ok(ControlFlow::Continue(())) };
    bytes.seek(SeekFrom::Start(start as u64))?;
    Ok(parts.member(b"payload", stream(bytes)))
}
