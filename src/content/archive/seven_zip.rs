//! 7z.

use super::seven_zip_header;
use crate::content::fault::Fault;
use crate::content::guard::{Guarded, guarded, unguarded};
use crate::content::input::Input;
use crate::content::parts::{Flow, Parts, stream};
use crate::model::ProblemKind;
use sevenz_rust2::{Archive, ArchiveReader, Error, Password};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;

/// Reads all members.
pub(in crate::content) fn expand(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    let mut bytes = match input.into_seekable(parts.budget)? {
        Ok(bytes) => BufReader::new(bytes),
        Err(too_long) => return Err(too_long.into_fault()),
    };
    let flow = checked(&mut bytes, parts);
    bytes.into_inner().release(parts.budget);
    flow
}

/// Reads all members, if their decoders ask for little enough.
fn checked(bytes: &mut (impl Read + Seek), parts: &mut Parts<'_>) -> Flow {
    if !guarded(|| Ok(seven_zip_header::check(bytes, parts.budget.dictionary())))?? {
        return Ok(ControlFlow::Continue(()));
    }
    bytes.seek(SeekFrom::Start(0))?;
    guarded(|| Ok(members(bytes, parts)))?.map_err(fault)
}

fn members(bytes: impl Read + Seek, parts: &mut Parts<'_>) -> Result<ControlFlow<()>, Error> {
    let mut bytes = bytes;
    let password = Password::empty();
    let archive = Archive::read(&mut bytes, &password)?;
    let mut reader = ArchiveReader::from_archive(archive, bytes, password);
    reader.set_thread_count(1);
    let mut flow = ControlFlow::Continue(());
    let budget = parts.budget;
    reader.for_each_entries(|entry, content| {
        // What is passed over must be unpacked all the same: what follows it depends on it.
        if !entry.is_directory() && entry.has_stream() {
            let mut output = budget.metered(Guarded::new(content));
            flow = unguarded(|| parts.member(entry.name().as_bytes(), stream(&mut output)));
            if flow.is_continue() {
                io::copy(&mut output, &mut io::sink())?;
            }
        } else if !budget.member() {
            flow = ControlFlow::Break(());
        }
        Ok(flow.is_continue())
    })?;
    Ok(flow)
}

fn fault(error: Error) -> Fault {
    let encrypted = || Fault::new(ProblemKind::Encrypted, "it is encrypted");
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => encrypted(),
        Error::UnsupportedCompressionMethod(name) if name.contains("AES") => encrypted(),
        Error::UnsupportedCompressionMethod(name) => Fault::unsupported(format!("its method {name} is not read")),
        Error::ExternalUnsupported | Error::Unsupported(_) | Error::UnsupportedVersion { .. } => {
            Fault::unsupported(format!("{error:?} is not read"))
        }
        Error::MaxMemLimited { .. } => Fault::new(ProblemKind::TooLarge, "its dictionary is too large"),
        Error::Io(error, _) => Fault::of_read(&error),
        _ => Fault::corrupt("it is damaged"),
    }
}
