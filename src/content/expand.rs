//! Turns a blob into what it holds: the members of an archive, the text of a document.
//!
//! An expander reads a container once and passes each member on as a reader, while it reads it; nothing is unpacked to disk, and little is held in
//! memory. Whoever is passed a member looks at it as at any other blob, and comes back here when that is a container too: all share the
//! [`Budget`] of the outermost one. What cannot be read is a [`Fault`] with a name, never silence.

use super::archive;
use super::budget::Budget;
use super::document;
use super::fault::Fault;
use super::image::{self, Blobs};
use super::input::Input;
use super::parts::{Flow, Parts, Visit};
use super::recognise::Container;
use std::io::{BufReader, Seek, SeekFrom};
use std::ops::ControlFlow;

/// Reads a container. `name` is what it is called, for those that have no names for what they hold.
pub fn expand(
    container: Container,
    name: &str,
    input: Input<'_>,
    budget: &Budget,
    visit: &mut dyn Visit,
) -> ControlFlow<()> {
    let mut parts = Parts::new(budget, visit);
    let flow = match budget.enter() {
        Ok(()) => {
            let flow = open(container, name, input, &mut parts);
            budget.leave();
            flow
        }
        Err(()) => Ok(ControlFlow::Continue(())),
    };
    parts.finish()?;
    if let Some(why) = budget.take_reason() {
        visit.fault(None, Fault::new(Budget::KIND, why))?;
    }
    if budget.is_spent() {
        // Whoever looks at the outermost container goes on with the next file.
        return ControlFlow::Continue(());
    }
    match flow {
        Ok(flow) => flow,
        Err(fault) => visit.fault(None, fault),
    }
}

fn open(container: Container, name: &str, input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    match container {
        Container::Gzip
        | Container::Zlib
        | Container::Bzip2
        | Container::Xz
        | Container::Lzma
        | Container::Lzip
        | Container::Zstd
        | Container::Lz4 => archive::compressed::expand(container, name, input, parts),
        Container::Tar => tar(input, parts),
        Container::Zip => archive::zip::expand(input, parts),
        Container::Appended => archive::appended::expand(input, parts),
        Container::SevenZip => archive::seven_zip::expand(input, parts),
        Container::Ar => archive::ar::expand(&mut *input.into_reader()?, parts),
        Container::Rpm => archive::rpm::expand(&mut *input.into_reader()?, parts),
        Container::Cpio => archive::cpio::expand(&mut *input.into_reader()?, parts),
        Container::Asar => archive::asar::expand(&mut *input.into_reader()?, parts),
        Container::Sqlite => document::sqlite::expand(input, parts),
        Container::SqliteLog => document::sqlite::expand_log(input, parts),
        Container::Har => document::har::expand(input, parts),
        Container::Pdf => document::pdf::expand(input, parts),
        Container::Office => document::office::expand(input, parts),
        Container::Notebook => document::notebook::expand(input, parts),
        Container::Python => document::python::expand(input, parts),
        Container::JavaClass => document::java_class::expand(input, parts),
        Container::PropertyList => document::property_list::expand(input, parts),
        Container::JavaKeyStore => document::key_store::expand_java(input, parts),
        Container::Pkcs12 => document::key_store::expand_pkcs12(input, parts),
        Container::Unopened(name) => {
            Err(Fault::unsupported(format!("{name} is not opened: unpack it and scan what comes out")))
        }
    }
}

/// A tar, which may be an image: that is told where its bytes are at hand, because what says so may stand at the end.
fn tar(input: Input<'_>, parts: &mut Parts<'_>) -> Flow {
    if matches!(input, Input::Stream(_)) {
        return archive::tar::members(&mut *input.into_reader()?, parts);
    }
    let Ok(mut bytes) = input.into_seekable(parts.budget)? else { return Ok(ControlFlow::Continue(())) };
    bytes.seek(SeekFrom::Start(0))?;
    let first = archive::tar::next_place(&mut bytes)?;
    if first.is_some_and(|first| image::may_be_image(&first.path)) {
        match Blobs::of_tar(bytes)? {
            Ok(mut blobs) => return image::expand(&mut blobs, parts),
            Err(no_image) => bytes = no_image,
        }
    }
    bytes.seek(SeekFrom::Start(0))?;
    archive::tar::members(&mut BufReader::with_capacity(64 << 10, bytes), parts)
}
