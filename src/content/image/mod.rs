//! Container images: what `docker save`, `podman save` and `skopeo` write, as one tar.
//!
//! Layers are read from the last to the first, so that of each file it is known whether a later layer removes it: it is in the image all the same.

mod blobs;
mod config;
mod listing;
mod manifest;

pub use blobs::TarMembers;
pub(super) use blobs::{Blobs, may_be_image};
pub use config::Config as ImageConfig;
pub use listing::{Descriptor, Listing, is_digest, is_first_schema};

use super::archive::{compressed, tar};
use super::fault::Fault;
use super::input::Input;
use super::parts::{Flow, Layer, Parts};
use super::recognise::{Class, Container, recognise};
use crate::model::ProblemKind;
use config::Config;
use manifest::Image;
use std::collections::{HashMap, HashSet};
use std::io::{BufRead, BufReader, Read};
use std::ops::ControlFlow;

const BUFFER: usize = 64 << 10;

/// Reads all images, and whatever else is there.
pub(super) fn expand(blobs: &mut Blobs<'_>, parts: &mut Parts<'_>) -> Flow {
    let images = manifest::images(blobs)?;
    let mut read: HashSet<String> =
        HashSet::from(["manifest.json", "index.json", "oci-layout", "repositories"].map(str::to_owned));
    read.extend(images.iter().flat_map(|image| image.manifest.clone()));
    for image in &images {
        if one(image, blobs, &mut read, parts)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    // Attestations, lists of parts, and what nothing refers to.
    for name in blobs.names() {
        if read.contains(&name) {
            continue;
        }
        let Some(mut bytes) = blobs.open(&name)? else { continue };
        if parts.member(name.as_bytes(), Input::Stream(&mut bytes)).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn one(image: &Image, blobs: &mut Blobs<'_>, read: &mut HashSet<String>, parts: &mut Parts<'_>) -> Flow {
    let config = match blobs.text(&image.config)? {
        Some(text) => Config::parse(&text),
        None => {
            return Err(Fault::corrupt(format!("it is damaged: its configuration {} is not there", image.config)));
        }
    };
    let is_new = read.insert(image.config.clone());
    if let Some(config) = config.as_ref().filter(|_| is_new) {
        for (field, text) in config.fields() {
            if parts.view(&field, text.as_bytes()).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    } else if is_new {
        // Not an image's configuration but whatever else has a manifest.
        read.remove(&image.config);
    }
    let mut removed = HashMap::new();
    for (at, name) in image.layers.iter().enumerate().rev() {
        let Some(mut bytes) = blobs.open(name)? else {
            parts.refuse(name.as_bytes(), ProblemKind::Elsewhere, "a layer that is not stored here");
            continue;
        };
        if !read.insert(name.clone()) {
            // Another image has it too. What it removes counts here all the same only if it is read again; it is not.
            continue;
        }
        let digest = config.as_ref().and_then(|config| config.diff_ids.get(at).cloned());
        let digest = digest.unwrap_or_else(|| manifest::digest_of(name));
        let created_by = config.as_ref().and_then(|config| config.commands.get(at).cloned());
        let index = at as u32 + 1;
        let layer =
            Layer { digest: digest.into(), index, created_by: created_by.map(Into::into), removed, added: Vec::new() };
        let (flow, layer) = read_layer(layer, &mut bytes, parts);
        removed = layer.removed;
        removed.extend(layer.added.into_iter().map(|path| (path, index)));
        match flow {
            Ok(ControlFlow::Continue(())) => {}
            Ok(flow) => return Ok(flow),
            Err(_) if parts.budget.is_spent() => return Ok(ControlFlow::Break(())),
            Err(Fault { kind, detail }) => parts.refuse(format!("layer {index}").as_bytes(), kind, detail),
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// Passes on the members of a layer; what is no archive is passed on as it is.
fn read_layer(layer: Layer, bytes: &mut dyn Read, parts: &mut Parts<'_>) -> (Flow, Layer) {
    let budget = parts.budget;
    let mut input = BufReader::with_capacity(BUFFER, bytes);
    let container = match input.fill_buf() {
        Ok(head) => recognise(head, None),
        Err(error) => return (Err(error.into()), layer),
    };
    let step = layer.step(None);
    let unpacked = match container {
        Some(container) if container.class() == Class::Compression => {
            match compressed::decoder(container, input, budget) {
                Ok(output) => BufReader::with_capacity(BUFFER, Box::new(budget.metered(output)) as Box<dyn Read>),
                Err(fault) => return (Err(fault), layer),
            }
        }
        _ => BufReader::with_capacity(BUFFER, Box::new(input) as Box<dyn Read>),
    };
    let mut unpacked = unpacked;
    let is_tar = match unpacked.fill_buf() {
        Ok(head) => recognise(head, None) == Some(Container::Tar) || head.iter().all(|byte| *byte == 0),
        Err(error) => return (Err(error.into()), layer),
    };
    if !is_tar {
        return (Ok(parts.part_at(step, Input::Stream(&mut unpacked))), layer);
    }
    let outer = parts.layer.replace(layer);
    let flow = tar::members(&mut unpacked, parts);
    let layer = std::mem::replace(&mut parts.layer, outer);
    match layer {
        Some(layer) => (flow, layer),
        None => (flow, Layer::default()),
    }
}
