//! The split index: most entries are in a file that several writes share, and the index only says what is different.

use super::entries::{Index, Link, Slot};
use super::ewah;
use crate::git::gap::Fault;
use crate::git::oid::Oid;

/// Parses the extension; `None` when it says that there is no shared file.
pub(super) fn link(data: &[u8], width: usize) -> Result<Option<Link<'_>>, Fault> {
    let (shared, bitmaps) = data.split_at_checked(width).ok_or(Fault::Truncated("the index"))?;
    let shared = Oid::from_bytes(shared).filter(|oid| !oid.is_zero());
    Ok(shared.map(|shared| Link { shared, bitmaps }))
}

impl<'b> Index<'b> {
    /// This index with the entries of the one that it shares.
    ///
    /// # Errors
    /// Fails when the two do not fit together.
    pub fn merged(self, shared: Index<'b>) -> Result<Index<'b>, Fault> {
        const MISFIT: Fault = Fault::Corrupt("the index does not fit the shared index that it names");
        let Some(link) = self.link else { return Ok(self) };
        if shared.link.is_some() {
            return Err(Fault::Corrupt("a shared index that is split itself"));
        }
        let mut names = shared.names;
        let offset = names.len();
        if offset.saturating_add(self.names.len()) > u32::MAX as usize {
            return Err(Fault::TooLarge { size: (offset + self.names.len()) as u64, limit: u64::from(u32::MAX) });
        }
        names.extend_from_slice(&self.names);
        let mut own = self.slots.into_iter().map(|slot| Slot { name: slot.name + offset as u32, ..slot });

        let mut old: Vec<Option<Slot<'b>>> = shared.slots.into_iter().map(Some).collect();
        if !link.bitmaps.is_empty() {
            let (removed, rest) = ewah::bits(link.bitmaps, old.len())?;
            let (replaced, rest) = ewah::bits(rest, old.len())?;
            if !rest.is_empty() {
                return Err(MISFIT);
            }
            for at in replaced {
                let new = own.next().ok_or(MISFIT)?;
                let Some(place) = &mut old[at] else { return Err(MISFIT) };
                // A path is not repeated, as a rule.
                let is_named = new.length > 0;
                *place = if is_named { new } else { Slot { fixed: new.fixed, ..*place } };
            }
            removed.into_iter().for_each(|at| old[at] = None);
        }
        let mut merged = Index { slots: Vec::new(), names, width: self.width, tree: self.tree, link: None };
        let mut old = old.into_iter().flatten().peekable();
        for new in own {
            while let Some(before) = old.next_if(|slot| merged.key(slot) < merged.key(&new)) {
                merged.slots.push(before);
            }
            // What is added takes the place of what was there.
            while old.next_if(|slot| merged.key(slot) == merged.key(&new)).is_some() {}
            merged.slots.push(new);
        }
        merged.slots.extend(old);
        let in_order = merged.slots.is_sorted_by(|a, b| merged.key(a) < merged.key(b));
        Index::check(in_order && merged.slots.first().is_none_or(|slot| slot.length > 0))?;
        Ok(merged)
    }

    /// What entries are sorted by: the path, then the stage.
    fn key(&self, slot: &Slot<'_>) -> (&[u8], u8) {
        (self.name(slot), slot.fixed[40 + self.width] & 0x30)
    }
}
