//! cpio: the new ASCII format (`070701`, and `070702` with checksums) and the old character format (`070707`).
//! The binary formats of the 1970s are not known by their first bytes.

use crate::content::fault::Fault;
use crate::content::input::{read_full, skip};
use crate::content::parts::{Flow, Parts, stream};
use crate::model::ProblemKind;
use std::io::Read;
use std::ops::ControlFlow;

/// A longer name is not read.
const LONGEST_NAME: u64 = 64 << 10;
/// Type bits of a mode, and those of a regular file.
const TYPE: u64 = 0o170_000;
const REGULAR: u64 = 0o100_000;

struct Header {
    mode: u64,
    name: u64,
    size: u64,
    /// What names and members are padded to a multiple of.
    align: u64,
    length: u64,
}

/// Reads all members.
pub(in crate::content) fn expand(input: &mut dyn Read, parts: &mut Parts<'_>) -> Flow {
    let damaged = || Fault::corrupt("it is damaged: a member's header is wrong, and nothing behind it was read");
    loop {
        let mut magic = [0; 6];
        if read_full(input, &mut magic)? == 0 || magic == [0; 6] {
            return Ok(ControlFlow::Continue(()));
        }
        let header = match &magic {
            b"070701" | b"070702" => new_ascii(input)?,
            b"070707" => old_character(input)?,
            _ => None,
        };
        let Header { mode, name, size, align, length } = header.ok_or_else(damaged)?;
        if name == 0 || name > LONGEST_NAME {
            return Err(Fault::new(ProblemKind::TooLarge, format!("a name of {name} bytes")));
        }
        let mut path = vec![0; name as usize];
        input.read_exact(&mut path)?;
        path.truncate(memchr::memchr(0, &path).unwrap_or(path.len()));
        if path == b"TRAILER!!!" {
            // Several archives may follow one another (an initramfs); what pads them is not a header.
            return rest(input, parts);
        }
        skip(input, (length + name).next_multiple_of(align) - length - name)?;
        let mut member = (&mut *input).take(size);
        let is_break = if mode & TYPE == REGULAR || mode & TYPE == 0 {
            parts.member(&path, stream(&mut member)).is_break()
        } else {
            !parts.budget.member()
        };
        if is_break {
            return Ok(ControlFlow::Break(()));
        }
        let left = member.limit();
        skip(input, left)?;
        let padding = size.next_multiple_of(align) - size;
        read_full(input, &mut [0; 4][..padding as usize])?;
    }
}

/// What follows an archive: zeros, then perhaps another one, compressed or not, which is a member without a name.
fn rest(input: &mut dyn Read, parts: &mut Parts<'_>) -> Flow {
    let mut byte = [0];
    loop {
        match read_full(input, &mut byte)? {
            0 => return Ok(ControlFlow::Continue(())),
            _ if byte[0] == 0 => {}
            _ => {
                let mut next = byte.as_slice().chain(input);
                return Ok(parts.member(b"(next archive)", stream(&mut next)));
            }
        }
    }
}

fn new_ascii(input: &mut dyn Read) -> Result<Option<Header>, Fault> {
    let mut fields = [0; 104];
    input.read_exact(&mut fields)?;
    let number = |at: usize| digits(&fields[at * 8..at * 8 + 8], 16);
    let (mode, size, name) = (number(1), number(6), number(11));
    Ok(mode.zip(size).zip(name).map(|((mode, size), name)| Header { mode, name, size, align: 4, length: 110 }))
}

fn old_character(input: &mut dyn Read) -> Result<Option<Header>, Fault> {
    let mut fields = [0; 70];
    input.read_exact(&mut fields)?;
    let (mode, name, size) = (digits(&fields[12..18], 8), digits(&fields[53..59], 8), digits(&fields[59..70], 8));
    Ok(mode.zip(size).zip(name).map(|((mode, size), name)| Header { mode, name, size, align: 1, length: 76 }))
}

fn digits(field: &[u8], radix: u32) -> Option<u64> {
    u64::from_str_radix(std::str::from_utf8(field).ok()?, radix).ok()
}
