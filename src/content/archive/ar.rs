//! ar: static libraries and Debian packages. BSD's and GNU's long names.

use crate::content::fault::Fault;
use crate::content::input::{read_full, skip};
use crate::content::parts::{Flow, Parts, stream};
use crate::model::ProblemKind;
use std::io::Read;
use std::ops::ControlFlow;

const HEADER: usize = 60;
/// A longer table of names is not read.
const LONGEST_TABLE: u64 = 16 << 20;

/// Reads all members.
pub(in crate::content) fn expand(input: &mut dyn Read, parts: &mut Parts<'_>) -> Flow {
    skip(input, 8)?;
    let mut names: Vec<u8> = Vec::new();
    loop {
        let mut header = [0; HEADER];
        match read_full(input, &mut header)? {
            0 => return Ok(ControlFlow::Continue(())),
            // A newline more than needed.
            1 if header[0] == b'\n' => return Ok(ControlFlow::Continue(())),
            HEADER if header[58..] == *b"`\n" => {}
            _ => {
                return Err(Fault::corrupt(
                    "it is damaged: a member's header is wrong, and nothing behind it was read",
                ));
            }
        }
        let mut size = digits(&header[48..58]).ok_or_else(|| Fault::corrupt("it is damaged: a size is no number"))?;
        let padding = size % 2;
        let field = header[..16].trim_ascii_end();
        let name = match field {
            b"//" => {
                names = held(input, size)?;
                None
            }
            // Tables of symbols.
            b"/" | b"/SYM64/" | b"__.SYMDEF" | b"__.SYMDEF SORTED" => {
                skip(input, size)?;
                None
            }
            [b'/', at @ ..] => {
                let at = digits(at).and_then(|at| usize::try_from(at).ok()).and_then(|at| names.get(at..));
                let name = at.map(|rest| rest.split(|byte| *byte == b'\n').next().unwrap_or_default());
                Some(name.unwrap_or(field).strip_suffix(b"/").unwrap_or_else(|| name.unwrap_or(field)).to_vec())
            }
            [b'#', b'1', b'/', length @ ..] => {
                let length = digits(length).filter(|length| *length <= size);
                let length = length.ok_or_else(|| Fault::corrupt("it is damaged: a name is longer than its member"))?;
                size -= length;
                let mut name = held(input, length)?;
                name.truncate(memchr::memchr(0, &name).unwrap_or(name.len()));
                Some(name)
            }
            short => Some(short.strip_suffix(b"/").unwrap_or(short).to_vec()),
        };
        if let Some(name) = name {
            let mut member = (&mut *input).take(size);
            if parts.member(&name, stream(&mut member)).is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let left = member.limit();
            skip(input, left)?;
        }
        read_full(input, &mut [0; 1][..padding as usize])?;
    }
}

fn held(input: &mut dyn Read, size: u64) -> Result<Vec<u8>, Fault> {
    if size > LONGEST_TABLE {
        return Err(Fault::new(ProblemKind::TooLarge, format!("its names take {size} bytes")));
    }
    let mut bytes = vec![0; size as usize];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn digits(field: &[u8]) -> Option<u64> {
    std::str::from_utf8(field.trim_ascii()).ok()?.parse().ok()
}
