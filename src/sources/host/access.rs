//! Who may read a file, by the permission bits and access-control lists of the file and of all directories above it.

use super::accounts::Accounts;
use super::dir::attribute;
use std::os::fd::RawFd;
use std::os::unix::fs::MetadataExt;

const READ: u32 = 4;
const SEARCH: u32 = 1;

// Tags of entries, `include/uapi/linux/posix_acl.h` of Linux 6.6, read 2026-12-01.
const USER: u16 = 0x02;
const GROUP_OBJ: u16 = 0x04;
const GROUP: u16 = 0x08;
const MASK: u16 = 0x10;

/// An entry of an access-control list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    tag: u16,
    bits: u32,
    id: u32,
}

/// What a file or directory says about who may use it.
#[derive(Clone, Debug)]
pub(super) struct Rights {
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) mode: u32,
    acl: Vec<Entry>,
}

/// Who may read a file besides its owner and the administrator.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Readers {
    /// Everybody.
    pub(super) world: bool,
    /// Groups.
    pub(super) groups: Vec<u32>,
    /// Accounts that its list names.
    pub(super) users: Vec<u32>,
}

impl Rights {
    /// The rights of an open file or directory.
    pub(super) fn of(metadata: &std::fs::Metadata, fd: RawFd) -> Rights {
        let acl = attribute(fd, c"system.posix_acl_access").map(|value| entries(&value)).unwrap_or_default();
        Rights { uid: metadata.uid(), gid: metadata.gid(), mode: metadata.mode() & 0o7777, acl }
    }

    /// The rights that a group entry gives at most.
    fn mask(&self) -> u32 {
        self.acl.iter().find(|entry| entry.tag == MASK).map_or(7, |entry| entry.bits)
    }

    fn others(&self, bit: u32) -> bool {
        self.mode & bit != 0
    }

    fn lets_group(&self, gid: u32, bit: u32) -> bool {
        let is_named = |entry: &&Entry| entry.tag == GROUP && entry.id == gid;
        if let Some(entry) = self.acl.iter().find(is_named) {
            return entry.bits & self.mask() & bit != 0;
        }
        if gid != self.gid {
            return self.others(bit);
        }
        // With a list, the group bits of the mode are its mask.
        match self.acl.iter().find(|entry| entry.tag == GROUP_OBJ) {
            Some(entry) => entry.bits & self.mask() & bit != 0,
            None => self.mode >> 3 & bit != 0,
        }
    }

    fn lets_user(&self, uid: u32, bit: u32) -> bool {
        if uid == self.uid {
            return self.mode >> 6 & bit != 0;
        }
        let is_named = |entry: &&Entry| entry.tag == USER && entry.id == uid;
        match self.acl.iter().find(is_named) {
            Some(entry) => entry.bits & self.mask() & bit != 0,
            None => self.others(bit),
        }
    }

    /// The named entries of the list, as `setfacl` writes them, with what they come to.
    pub(super) fn named(&self, accounts: &Accounts) -> Vec<String> {
        let bits = |bits: u32| -> String {
            [(4, 'r'), (2, 'w'), (1, 'x')].iter().map(|(bit, c)| if bits & bit != 0 { *c } else { '-' }).collect()
        };
        let text = |entry: &Entry| match entry.tag {
            USER => Some(format!("user:{}:{}", accounts.user(entry.id), bits(entry.bits & self.mask()))),
            GROUP => Some(format!("group:{}:{}", accounts.group(entry.id), bits(entry.bits & self.mask()))),
            _ => None,
        };
        self.acl.iter().filter_map(text).collect()
    }

    /// Who may read this file below these directories.
    pub(super) fn readers(&self, above: &[Rights]) -> Readers {
        let world = self.others(READ) && above.iter().all(|dir| dir.others(SEARCH));
        let group = |gid: u32| self.lets_group(gid, READ) && above.iter().all(|dir| dir.lets_group(gid, SEARCH));
        let user = |uid: u32| self.lets_user(uid, READ) && above.iter().all(|dir| dir.lets_user(uid, SEARCH));
        let named = |tag: u16| self.acl.iter().filter(move |entry| entry.tag == tag).map(|entry| entry.id);
        let groups = std::iter::once(self.gid).chain(named(GROUP)).filter(|gid| group(*gid));
        let users = named(USER).filter(|uid| *uid != self.uid && *uid != 0 && user(*uid));
        let mut readers = Readers { world, groups: groups.collect(), users: users.collect() };
        readers.groups.sort_unstable();
        readers.groups.dedup();
        readers
    }
}

/// The entries of `system.posix_acl_access`: a version (2), then eight bytes each, little-endian.
fn entries(value: &[u8]) -> Vec<Entry> {
    let Some((version, rest)) = value.split_at_checked(4) else { return Vec::new() };
    if version != [2, 0, 0, 0] {
        return Vec::new();
    }
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
    let tag = |bytes: &[u8]| u16::from_le_bytes([bytes[0], bytes[1]]);
    rest.chunks_exact(8).map(|one| Entry { tag: tag(one), bits: number(&one[2..4]), id: number(&one[4..]) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rights(uid: u32, gid: u32, mode: u32, acl: &[(u16, u32, u32)]) -> Rights {
        Rights {
            uid,
            gid,
            mode,
            acl: acl.iter().map(|(tag, bits, id)| Entry { tag: *tag, bits: *bits, id: *id }).collect(),
        }
    }

    #[test]
    fn every_directory_on_the_way_counts() {
        let open = rights(0, 0, 0o755, &[]);
        let closed = rights(7, 7, 0o700, &[]);
        let of_group = rights(7, 8, 0o750, &[]);
        let file = rights(7, 8, 0o644, &[]);
        assert_eq!(file.readers(std::slice::from_ref(&open)), Readers { world: true, groups: vec![8], users: vec![] });
        assert_eq!(file.readers(&[open.clone(), closed]), Readers::default());
        assert_eq!(file.readers(&[open, of_group]), Readers { world: false, groups: vec![8], users: vec![] });
        assert_eq!(rights(7, 8, 0o600, &[]).readers(&[]), Readers::default());
    }

    #[test]
    fn lists_are_masked() {
        // user:9:r, group:4:r, mask r, and the owner's group gets nothing.
        let acl = [(0x01, 6, u32::MAX), (USER, 4, 9), (GROUP_OBJ, 0, u32::MAX), (GROUP, 4, 4), (MASK, 4, u32::MAX)];
        let file = rights(7, 8, 0o640, &acl);
        assert_eq!(file.readers(&[]), Readers { world: false, groups: vec![4], users: vec![9] });
        let mut masked = acl;
        masked[4].1 = 0;
        assert_eq!(rights(7, 8, 0o600, &masked).readers(&[]), Readers::default());
    }

    #[test]
    fn the_attribute_is_read_as_the_kernel_writes_it() {
        let value = [2, 0, 0, 0, 2, 0, 4, 0, 9, 0, 0, 0, 0x10, 0, 7, 0, 255, 255, 255, 255];
        assert_eq!(entries(&value), [Entry { tag: USER, bits: 4, id: 9 }, Entry { tag: MASK, bits: 7, id: u32::MAX }]);
        assert!(entries(&[1, 0, 0, 0, 2, 0, 4, 0, 9, 0, 0, 0]).is_empty());
        assert!(entries(&[2]).is_empty());
    }
}
