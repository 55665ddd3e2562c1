//! ZIP. Bytes at hand are read by the directory at their end, which says what belongs to the archive, and then by the headers of what else lies
//! between: what one program does not see, another may. A stream too long to be held is read by the headers of its members.

use super::checked::Checked;
use super::zip_directory::{self, Directory, Entry};
use crate::content::fault::Fault;
use crate::content::guard::Guarded;
use crate::content::input::{Input, Seekable, read_full, skip};
use crate::content::parts::{Flow, Parts, stream};
use crate::content::recognise::Container;
use crate::model::ProblemKind;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::{ControlFlow, Range};

const BUFFER: usize = 64 << 10;
/// So many bytes of a gap between members are looked at for another one.
const GAP: u64 = 64 << 10;

/// Reads all members.
pub(in crate::content) fn expand(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let mut bytes = match input.into_seekable(parts.budget)? {
        Ok(bytes) => bytes,
        Err(too_long) => return in_order(&mut BufReader::with_capacity(BUFFER, too_long.into_reader()), parts),
    };
    let flow = match zip_directory::read(&mut bytes)? {
        Some(directory) => by_directory(directory, &mut bytes, parts),
        None => {
            parts.refuse(
                b"",
                ProblemKind::Corrupt,
                "it is damaged: it has no directory; its members were read one by one",
            );
            bytes.seek(SeekFrom::Start(0))?;
            in_order(&mut BufReader::with_capacity(BUFFER, &mut bytes), parts)
        }
    };
    bytes.release(parts.budget);
    flow
}

pub(super) fn by_directory(directory: Directory, bytes: &mut Seekable<'_>, parts: &mut Parts<'_>) -> Flow {
    if parts.view("comment", &directory.comment).is_break() {
        return Ok(ControlFlow::Break(()));
    }
    let mut end = 0;
    for entry in directory.entries {
        if unnamed(end..entry.at, bytes, parts)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        if entry.at < end {
            parts.refuse(&entry.name, ProblemKind::Corrupt, "it shares bytes with another member");
            continue;
        }
        bytes.seek(SeekFrom::Start(entry.at))?;
        let mut reader = BufReader::with_capacity(BUFFER, &mut *bytes);
        let mut mark = [0; 4];
        let local = match read_full(&mut reader, &mut mark)? {
            4 if mark == *b"PK\x03\x04" => zip_directory::local(&mut reader)?,
            _ => {
                parts.refuse(&entry.name, ProblemKind::Corrupt, "it is damaged: it is not where the directory says");
                continue;
            }
        };
        end = entry.at.saturating_add(local.header).saturating_add(entry.compressed);
        if entry.is_directory() && entry.size == 0 {
            if !parts.budget.member() {
                return Ok(ControlFlow::Break(()));
            }
            continue;
        }
        if member(&entry, &mut reader.take(entry.compressed), parts).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    unnamed(end..directory.begin, bytes, parts)
}

/// Reads members that the directory does not name, if some begin here: of an archive that another one was appended to, or hidden ones.
fn unnamed(gap: Range<u64>, bytes: &mut Seekable<'_>, parts: &mut Parts<'_>) -> Flow {
    if gap.end.saturating_sub(gap.start) < 30 {
        return Ok(ControlFlow::Continue(()));
    }
    // Sizes stand behind the member before, or anything else.
    let mut head = Vec::new();
    bytes.seek(SeekFrom::Start(gap.start))?;
    (&mut *bytes).take(GAP.min(gap.end - gap.start)).read_to_end(&mut head)?;
    let Some(at) = memchr::memmem::find(&head, b"PK\x03\x04") else { return Ok(ControlFlow::Continue(())) };
    let start = gap.start + at as u64;
    bytes.seek(SeekFrom::Start(start))?;
    let mut rest = BufReader::with_capacity(BUFFER, (&mut *bytes).take(gap.end - start));
    match in_order(&mut rest, parts) {
        // What is between two members need not end with a directory.
        Err(_) if rest.fill_buf()?.is_empty() => Ok(ControlFlow::Continue(())),
        Err(Fault { kind, detail }) => {
            parts.refuse(b"", kind, format!("bytes that its directory does not name: {detail}"));
            Ok(ControlFlow::Continue(()))
        }
        flow => flow,
    }
}

/// Passes on a member, whose packed bytes are these.
fn member(entry: &Entry, packed: &mut dyn BufRead, parts: &mut Parts<'_>) -> ControlFlow<()> {
    let name = &entry.name;
    if entry.is_encrypted() {
        parts.refuse(name, ProblemKind::Encrypted, "it is encrypted");
        return ControlFlow::Continue(());
    }
    // One that stands behind the member is not known yet.
    let crc = (entry.crc != 0 || !entry.has_descriptor()).then_some(entry.crc);
    if entry.method == 0 {
        return parts.member(name, stream(&mut Checked::new(packed, crc)));
    }
    let budget = parts.budget;
    match unpacked(entry, packed, parts) {
        Ok(output) => {
            let mut output = BufReader::with_capacity(BUFFER, budget.metered(Checked::new(output, crc)));
            parts.member(name, stream(&mut output))
        }
        Err(Fault { kind, detail }) => {
            parts.refuse(name, kind, detail);
            ControlFlow::Continue(())
        }
    }
}

fn unpacked<'r>(entry: &Entry, packed: &'r mut dyn BufRead, parts: &Parts<'_>) -> Result<Box<dyn Read + 'r>, Fault> {
    use crate::content::archive::compressed::decoder;
    let budget = parts.budget;
    match entry.method {
        8 => Ok(Box::new(Guarded::new(flate2::bufread::DeflateDecoder::new(packed)))),
        12 => decoder(Container::Bzip2, packed, budget),
        14 => {
            let mut header = [0; 9];
            packed.read_exact(&mut header)?;
            let dictionary = u32::from_le_bytes([header[5], header[6], header[7], header[8]]);
            if u64::from(dictionary) > budget.dictionary() {
                return Err(Fault::new(ProblemKind::TooLarge, "its dictionary is too large"));
            }
            // An end mark may stand where the size is not known.
            let size = if entry.flags & 2 != 0 { u64::MAX } else { entry.size };
            let reader = lzma_rust2::LzmaReader::new_with_props(packed, size, header[4], dictionary, None);
            Ok(Box::new(Guarded::new(reader.map_err(|_| Fault::corrupt("it is damaged"))?)))
        }
        20 | 93 => decoder(Container::Zstd, packed, budget),
        95 => decoder(Container::Xz, packed, budget),
        method => Err(Fault::unsupported(format!("compression method {method} is not read"))),
    }
}

/// Reads members by their own headers, to the directory.
fn in_order(input: &mut BufReader<impl Read>, parts: &mut Parts<'_>) -> Flow {
    loop {
        let mut mark = [0; 4];
        match read_full(input, &mut mark)? {
            4 => {}
            _ => return Err(Fault::corrupt("it is damaged: it ends without a directory")),
        }
        match &mark {
            b"PK\x03\x04" => {}
            // Of an archive in several parts; or the directory.
            b"PK\x07\x08" | b"PK00" => continue,
            b"PK\x01\x02" | b"PK\x05\x06" | b"PK\x06\x06" => return Ok(ControlFlow::Continue(())),
            _ => {
                return Err(Fault::corrupt(
                    "it is damaged: a member's header is wrong, and nothing behind it was read",
                ));
            }
        }
        let entry = zip_directory::local(input)?;
        let is_known = !entry.has_descriptor() || entry.compressed > 0;
        let flow = if is_known {
            let mut packed = (&mut *input).take(entry.compressed);
            let flow =
                if entry.is_directory() { ControlFlow::Continue(()) } else { member(&entry, &mut packed, parts) };
            let left = packed.limit();
            if flow.is_continue() {
                skip(input, left)?;
            }
            flow
        } else if entry.method == 8 && !entry.is_encrypted() {
            ends_itself(&entry, input, parts)?
        } else if entry.is_directory() {
            ControlFlow::Continue(())
        } else {
            let name = String::from_utf8_lossy(&entry.name).into_owned();
            let detail = format!(
                "the size of {name} stands behind it, and the archive is too large to be held: nothing behind it was read"
            );
            return Err(Fault::new(ProblemKind::TooLarge, detail));
        };
        if flow.is_break() {
            return Ok(flow);
        }
        if entry.has_descriptor() {
            descriptor(input)?;
        }
    }
}

/// A member whose length is known by its end only.
fn ends_itself(entry: &Entry, input: &mut dyn BufRead, parts: &mut Parts<'_>) -> Result<ControlFlow<()>, Fault> {
    let budget = parts.budget;
    let inflate = Guarded::new(flate2::bufread::DeflateDecoder::new(input));
    let mut output = BufReader::with_capacity(BUFFER, budget.metered(inflate));
    let flow = parts.member(&entry.name, stream(&mut output));
    if flow.is_continue() {
        io::copy(&mut output, &mut io::sink())?;
    }
    Ok(flow)
}

/// A checksum and two sizes, of 32 or 64 bits, with or without a mark before them. What follows begins with `PK`.
fn descriptor(input: &mut BufReader<impl Read>) -> Result<(), Fault> {
    let mut first = [0; 4];
    input.read_exact(&mut first)?;
    skip(input, if first == *b"PK\x07\x08" { 12 } else { 8 })?;
    let ahead = input.fill_buf()?;
    let is_next = ahead.iter().zip(b"PK").all(|(byte, mark)| byte == mark);
    if is_next { Ok(()) } else { Ok(skip(input, 8)?) }
}
