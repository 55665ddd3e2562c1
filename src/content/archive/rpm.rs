//! RPM packages: the lead and two headers are passed over, the payload is a compressed cpio archive.
//! Format: <https://rpm-software-management.github.io/rpm/manual/format_v4.html> (read 2026-11-30).

use crate::content::fault::Fault;
use crate::content::input::skip;
use crate::content::parts::{Flow, Parts, stream};
use crate::model::ProblemKind;
use std::io::Read;
use std::ops::ControlFlow;

const LEAD: u64 = 96;
/// A longer header is not read; scripts stand in it.
const LONGEST_HEADER: u64 = 64 << 20;

/// Passes on the text of the headers, which holds scripts, and the payload.
pub(in crate::content) fn expand(input: &mut dyn Read, parts: &mut Parts<'_>) -> Flow {
    skip(input, LEAD)?;
    let signature = header(input, |input, size| Ok(skip(input, size)?))?;
    skip(input, signature.next_multiple_of(8) - signature)?;
    let mut text = Vec::new();
    header(input, |input, size| {
        if size > parts.budget.room() {
            return Err(Fault::new(ProblemKind::TooLarge, format!("its header takes {size} bytes")));
        }
        input.take(size).read_to_end(&mut text)?;
        Ok(())
    })?;
    // Strings in it end in a zero byte, scripts have lines of their own.
    text.iter_mut().filter(|byte| **byte == 0).for_each(|byte| *byte = b'\n');
    if parts.view("header", &text).is_break() {
        return Ok(ControlFlow::Break(()));
    }
    drop(text);
    Ok(parts.member(b"payload", stream(input)))
}

/// Reads a header; returns how long it is without the padding behind it.
fn header(input: &mut dyn Read, store: impl FnOnce(&mut dyn Read, u64) -> Result<(), Fault>) -> Result<u64, Fault> {
    let mut intro = [0; 16];
    input.read_exact(&mut intro)?;
    if !intro.starts_with(b"\x8E\xAD\xE8\x01") {
        return Err(Fault::corrupt("it is damaged: a header does not begin as it must"));
    }
    let number = |at: usize| u64::from(u32::from_be_bytes([intro[at], intro[at + 1], intro[at + 2], intro[at + 3]]));
    let (entries, size) = (number(8), number(12));
    if entries * 16 > LONGEST_HEADER || size > LONGEST_HEADER {
        return Err(Fault::new(ProblemKind::TooLarge, format!("a header of {} bytes", entries * 16 + size)));
    }
    skip(input, entries * 16)?;
    store(input, size)?;
    Ok(16 + entries * 16 + size)
}
