//! Images of a registry, over its API.
//! Specification: <https://github.com/opencontainers/distribution-spec/blob/main/spec.md> (read 2026-12-01).

mod body;
mod credentials;
mod fuzzing;
mod login;
mod reference;
mod repository;
mod writer;

use super::checked::check_text;
use super::list::Lister;
use super::part::{Blobs, Pull, Unread};
use crate::content::{Descriptor, Listing};
use crate::model::ProblemKind;
use body::Body;
pub use fuzzing::{challenge, credentials, image_reference, link};
use reference::Reference;
use repository::Repository;
use std::io::Read;
use std::sync::Arc;
pub(super) use writer::Writer;

/// A list or a configuration is not longer, bytes.
const LONGEST_TEXT: u64 = 8 << 20;
/// Endings of the tags under which cosign keeps what it attaches, and what that is
/// (<https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md>, read 2026-12-01).
const ATTACHED: [(&str, &str); 4] =
    [("", "referrers"), (".sig", "signature"), (".att", "attestation"), (".sbom", "sbom")];

/// The image that a reference names in its registry.
pub(super) fn list(text: &str, pull: &Pull, lister: &mut Lister<'_>) -> Result<(), String> {
    let reference =
        Reference::parse(text).ok_or("it is no reference to an image, such as registry.example.com/app:1.2")?;
    let repository = Repository::open(&reference, pull)?;
    let name = reference.digest.as_deref().unwrap_or(&reference.tag);
    let digest = repository.tagged(name)?.ok_or("the registry has no such image")?;
    let blobs: Arc<dyn Blobs> = Arc::new(repository);
    lister.follow(&blobs, &Descriptor { digest, ..Descriptor::default() }, 0, &[]);
    Ok(())
}

impl Blobs for Repository {
    fn list(&self, digest: &str) -> Result<Option<Vec<u8>>, Unread> {
        if let Some(text) = self.kept(digest) {
            return Ok(Some(text));
        }
        Ok(self.manifest(digest).map_err(unread)?.map(|(_, text)| text))
    }

    fn text(&self, digest: &str) -> Result<Option<Vec<u8>>, Unread> {
        let Some(mut body) = Body::open(self, digest, None).map_err(unread)? else { return Ok(None) };
        let mut text = Vec::new();
        (&mut body).take(LONGEST_TEXT + 1).read_to_end(&mut text)?;
        if text.len() as u64 > LONGEST_TEXT {
            return Err(Unread::new(ProblemKind::TooLarge, format!("it has more than {} MiB", LONGEST_TEXT >> 20)));
        }
        check_text(&text, digest)?;
        Ok(Some(text))
    }

    fn open(&self, digest: &str, size: Option<u64>) -> Result<Option<Box<dyn Read + '_>>, Unread> {
        let body = Body::open(self, digest, size).map_err(unread)?;
        Ok(body.map(|body| Box::new(body) as Box<dyn Read>))
    }

    fn referrers(&self, digest: &str) -> Result<Vec<Descriptor>, Unread> {
        let mut all = Vec::new();
        for text in self.referrers_of(digest).map_err(unread)? {
            match Listing::parse(&text) {
                Some(Listing::Index(listed)) => all.extend(listed),
                _ => return Err(unread("the registry's list of what is attached is none".to_owned())),
            }
        }
        let tag = digest.replace(':', "-");
        for (ending, kind) in ATTACHED {
            let Some((digest, text)) = self.manifest(&format!("{tag}{ending}")).map_err(unread)? else { continue };
            match Listing::parse(&text) {
                Some(Listing::Index(listed)) if ending.is_empty() => all.extend(listed),
                _ => all.push(Descriptor { digest, kind: Some(kind.to_owned()), ..Descriptor::default() }),
            }
        }
        // An attachment is one, whether or not it says so.
        all.iter_mut().filter(|one| one.kind.is_none()).for_each(|one| one.kind = Some("attachment".to_owned()));
        Ok(all)
    }
}

fn unread(detail: String) -> Unread {
    Unread::new(ProblemKind::Unreadable, detail)
}
