//! Puts a statement beside its image: as a referrer, and under the tag that cosign looked for before version 3.

use super::subject::SubjectSpec;
use crate::attest::{
    Attachment, Envelope, Form, ManifestOf, PublicKey, Statement, index_with, referrer, tagged, write_bundle,
};
use crate::commands::Failure;
use crate::sources::{ImageStore, Images, ListedImage};
use std::io::Write;

/// Attaches it to every image that the statement is about.
pub(super) fn push(
    spec: &SubjectSpec,
    envelope: &Envelope,
    statement: &Statement,
    key: &PublicKey,
    told: &mut dyn Write,
) -> Result<(), Failure> {
    let SubjectSpec::Image(options) = spec else {
        return Err(Failure::Usage("--push puts a statement beside an image: the subject is none".to_owned()));
    };
    let reference = options.references.first().map_or("", String::as_str);
    let fault = |why: String| Failure::Usage(format!("{reference}: nothing was attached: {why}"));
    let store = ImageStore::open(reference, options.pull.as_ref()).map_err(fault)?;
    let images = Images::open(options)?;
    let is_meant = |image: &&ListedImage| {
        let digest = image.digest.strip_prefix("sha256:").unwrap_or_default();
        image.is_outermost
            && statement.subject.iter().any(|one| one.digest.get("sha256").is_some_and(|own| own == digest))
    };
    let meant: Vec<&ListedImage> = images.listed().iter().filter(is_meant).collect();
    if meant.is_empty() {
        return Err(fault("the image is another one now".to_owned()));
    }
    for image in meant {
        attach(&store, image, envelope, statement, key).map_err(fault)?;
        // Errors of standard error are ignored.
        let _ = writeln!(told, "stanch: attached to {}@{}", image.name, image.digest);
    }
    Ok(())
}

fn attach(
    store: &ImageStore,
    image: &ListedImage,
    envelope: &Envelope,
    statement: &Statement,
    key: &PublicKey,
) -> Result<(), String> {
    let (media_type, size) = image.list.clone().ok_or("the image has no manifest")?;
    let kind = &statement.predicate_type;
    let created = super::now().to_string();
    let bundle = write_bundle(envelope, key, Form::Bundle);
    let referrer = referrer(bundle.as_bytes(), kind, &created, (&media_type, &image.digest, size));
    let tag = image.digest.replace(':', "-");
    let att = format!("{tag}.att");
    let bare = write_bundle(envelope, key, Form::Dsse);
    let own = tagged(bare.trim_end().as_bytes(), kind, &image.digest, store.manifest(Some(&att))?.as_deref());
    if !put(store, &referrer)? {
        // A registry that lists nothing by itself has a list under this tag; a layout has its own.
        match store {
            ImageStore::Registry(_) => {
                let before = store.manifest(Some(&tag))?;
                let index = index_with(&referrer.manifest, before.as_deref(), &[])?;
                store.put_manifest(&index, ManifestOf::INDEX, Some(&tag))?;
            }
            ImageStore::Layout(_) => {
                let index = index_with(&referrer.manifest, store.manifest(None)?.as_deref(), &[])?;
                store.put_index(&index)?;
            }
        }
    }
    put(store, &own)?;
    if let ImageStore::Layout(_) = store {
        let name = [("org.opencontainers.image.ref.name", att.as_str())];
        let index = index_with(&own.manifest, store.manifest(None)?.as_deref(), &name)?;
        store.put_index(&index)?;
    }
    Ok(())
}

fn put(store: &ImageStore, one: &Attachment) -> Result<bool, String> {
    one.blobs.iter().try_for_each(|blob| store.put_blob(blob))?;
    store.put_manifest(&one.manifest.bytes, one.manifest.media_type, one.tag.as_deref())
}
