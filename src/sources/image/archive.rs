//! An image as one tar: what `docker save`, `podman save` and `skopeo` write.

use super::checked::check_text;
use super::layout::short;
use super::list::Lister;
use super::part::{Blobs, Bytes, Image, Unread};
use crate::content::{Class, Container, Listing, TarMembers, is_digest, recognise};
use crate::model::ProblemKind;
use crate::sources::files::open::open_regular;
use serde_json::Value;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

/// A tar with its members.
struct Tar {
    file: File,
    members: TarMembers,
    /// Its path, which tells its members from those of others.
    path: String,
}

impl Tar {
    fn member(&self, name: &str) -> Option<Section<'_>> {
        self.members.places.get(name).map(|(at, left)| Section { file: &self.file, at: *at, left: *left })
    }
}

impl Blobs for Tar {
    fn text(&self, digest: &str) -> Result<Option<Vec<u8>>, Unread> {
        let text = self.member(&place(digest)).map(short).transpose()?;
        match text.as_deref().filter(|_| is_digest(digest)) {
            Some(bytes) => check_text(bytes, digest).map(|()| text),
            None => Ok(text),
        }
    }

    fn open(&self, digest: &str, _: Option<u64>) -> Result<Option<Box<dyn Read + '_>>, Unread> {
        Ok(self.member(&place(digest)).map(|bytes| Box::new(bytes) as Box<dyn Read>))
    }
}

/// Where the blob of a digest is. Members of Docker's own layout are called by their names.
fn place(digest: &str) -> String {
    match digest.split_once(':') {
        Some((algorithm, hex)) if !digest.contains('/') => format!("blobs/{algorithm}/{hex}"),
        _ => digest.to_owned(),
    }
}

/// A stretch of a file, read without moving the file's own position: several threads read one file.
struct Section<'f> {
    file: &'f File,
    at: u64,
    left: u64,
}

impl Read for Section<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let count = read_at(self.file, &mut buffer[..most], self.at)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, at)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, at)
}

/// The images of an archive.
pub(super) fn list(path: &Path, lister: &mut Lister<'_>) -> Result<(), String> {
    let mut file = open_regular(path, true).map_err(|error| error.to_string())?;
    let mut head = [0; 512];
    let count = file.read(&mut head).map_err(|error| error.to_string())?;
    if let Some(packed) = recognise(&head[..count], None).filter(|found| found.class() == Class::Compression) {
        let name = packed.name();
        return Err(format!(
            "it is compressed with {name}: unpack it first, or let `stanch scan` read it as an archive"
        ));
    }
    if recognise(&head[..count], None) != Some(Container::Tar) {
        return Err("it is no image: not a tar that `docker save` or a program like it wrote".to_owned());
    }
    file.seek(SeekFrom::Start(0)).map_err(|error| error.to_string())?;
    let members = TarMembers::read(&mut file).map_err(|error| error.to_string())?;
    let tar = Arc::new(Tar { file, members, path: path.display().to_string() });
    let text = |name: &str| tar.member(name).map(short).transpose().map_err(|unread| unread.detail);
    let (index, manifest) = (text("index.json")?, text("manifest.json")?);
    let blobs: Arc<dyn Blobs> = Arc::clone(&tar) as Arc<dyn Blobs>;
    match (index.as_deref().and_then(Listing::parse), manifest) {
        (Some(Listing::Index(all)), _) => {
            lister.each(&blobs, &all, 0, &[]);
            Ok(())
        }
        (_, Some(manifest)) => docker(&manifest, &tar, lister),
        _ if tar.members.is_damaged => {
            Err("the tar is damaged or cut short before an index.json or a manifest.json: fetch or save it again"
                .to_owned())
        }
        _ => Err("it is no image: it has neither an index.json nor a manifest.json".to_owned()),
    }
}

/// The images of Docker's own layout: <https://github.com/moby/moby/blob/master/image/tarexport/tarexport.go> (read 2026-11-30).
fn docker(manifest: &[u8], tar: &Arc<Tar>, lister: &mut Lister<'_>) -> Result<(), String> {
    let list: Value = serde_json::from_slice(manifest).map_err(|_| "its manifest.json is no JSON")?;
    for one in list.as_array().ok_or("its manifest.json is no list")? {
        let strings = |key: &str| -> Vec<String> {
            let all = one.get(key).and_then(Value::as_array).into_iter().flatten();
            all.filter_map(|text| text.as_str().map(str::to_owned)).collect()
        };
        let tags = strings("RepoTags");
        let mut is_wanted = tags.is_empty() && lister.wants_name(None);
        for tag in &tags {
            is_wanted |= lister.wants_name(Some(tag));
        }
        if !is_wanted {
            continue;
        }
        let Some(name) = one.get("Config").and_then(Value::as_str) else {
            let detail = "an image is listed without a configuration";
            lister.refuse("manifest.json", Unread::new(ProblemKind::Corrupt, detail));
            continue;
        };
        let hex = name.strip_suffix(".json").unwrap_or(name).rsplit('/').next().unwrap_or(name);
        let mut image = Image { digest: format!("sha256:{hex}"), qualifiers: tags, ..Image::default() };
        let blobs: Arc<dyn Blobs> = Arc::clone(tar) as Arc<dyn Blobs>;
        let config = match tar.member(name).map(short) {
            Some(Ok(text)) => image.config(text),
            Some(Err(unread)) => {
                image.problems.push(("configuration".to_owned(), unread));
                None
            }
            None => {
                let detail = format!("it is damaged: its configuration {name} is not there");
                image.problems.push((String::new(), Unread::new(ProblemKind::Corrupt, detail)));
                None
            }
        };
        for (at, layer) in strings("Layers").into_iter().enumerate() {
            let size = tar.members.places.get(&layer).map(|(_, size)| *size);
            let bytes = Bytes::Blob { blobs: Arc::clone(&blobs), digest: layer.clone(), size };
            let id = format!("{}!{layer}", tar.path);
            image.layer(at, config.as_ref(), (&layer, id), bytes);
        }
        lister.add(image);
    }
    Ok(())
}
