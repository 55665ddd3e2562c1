//! Accounts and groups of a host, as its own files list them.

use super::dir::Dir;
use crate::model::Principal;
use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file of accounts larger than this is not read whole, bytes.
const MAX_BYTES: u64 = 16 << 20;
/// Directories that system accounts name as their home, and that are none.
const NO_HOMES: [&str; 14] =
    ["", "bin", "dev", "etc", "lib", "nonexistent", "proc", "run", "sbin", "sys", "usr", "usr/bin", "usr/sbin", "var"];

/// Accounts and groups by number.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    users: HashMap<u32, Arc<str>>,
    groups: HashMap<u32, Group>,
    /// Homes below the root, with the number of their owner where an account names them.
    homes: HashMap<PathBuf, Option<u32>>,
}

#[derive(Debug, Default)]
struct Group {
    name: Option<Arc<str>>,
    members: BTreeSet<Arc<str>>,
}

impl Accounts {
    /// Reads `etc/passwd` and `etc/group`, and lists `home` and `root`.
    pub(super) fn read(root: &Dir) -> Accounts {
        let mut accounts = Accounts::default();
        for line in text(root, "etc/passwd").lines() {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, uid, gid, _, home, ..] = fields[..] else { continue };
            let (Ok(uid), Ok(gid)) = (uid.parse::<u32>(), gid.parse::<u32>()) else { continue };
            let name: Arc<str> = name.into();
            accounts.users.entry(uid).or_insert_with(|| Arc::clone(&name));
            accounts.groups.entry(gid).or_default().members.insert(name);
            let home = home.trim_matches('/');
            if !NO_HOMES.contains(&home) {
                accounts.homes.entry(home.into()).or_insert(Some(uid));
            }
        }
        for line in text(root, "etc/group").lines() {
            let fields: Vec<&str> = line.split(':').collect();
            let [name, _, gid, members, ..] = fields[..] else { continue };
            let Ok(gid) = gid.parse::<u32>() else { continue };
            let group = accounts.groups.entry(gid).or_default();
            group.name.get_or_insert_with(|| name.into());
            group.members.extend(members.split(',').filter(|member| !member.is_empty()).map(Arc::from));
        }
        accounts.homes.entry("root".into()).or_insert(Some(0));
        // A tree of files may have homes without their accounts.
        let listed = root.below(Path::new("home")).and_then(|home| home.list()).unwrap_or_default();
        for (name, _) in listed {
            accounts.homes.entry(Path::new("home").join(name)).or_insert(None);
        }
        accounts
    }

    /// An account.
    pub(super) fn user(&self, id: u32) -> Principal {
        Principal { id, name: self.users.get(&id).cloned() }
    }

    /// A group.
    pub(super) fn group(&self, id: u32) -> Principal {
        Principal { id, name: self.groups.get(&id).and_then(|group| group.name.clone()) }
    }

    /// The members of a group by name, without one account and the administrator.
    pub(super) fn members(&self, group: u32, except: u32) -> Vec<Arc<str>> {
        let except = [self.users.get(&except), self.users.get(&0)];
        let members = self.groups.get(&group).into_iter().flat_map(|group| &group.members);
        members.filter(|name| !except.contains(&Some(name))).cloned().collect()
    }

    /// Whether a path below the root is somebody's home.
    pub(super) fn is_home(&self, path: &Path) -> bool {
        self.homes.contains_key(path)
    }

    /// The owner of the home that a path lies in, if an account names it.
    pub(super) fn owner_of_home(&self, path: &Path) -> Option<u32> {
        path.ancestors().find_map(|dir| self.homes.get(dir).copied()).flatten()
    }

    /// All homes below the root.
    pub(super) fn homes(&self) -> impl Iterator<Item = &Path> {
        self.homes.keys().map(PathBuf::as_path)
    }
}

/// The text of a file below the root; empty when it cannot be read, cut at its bound.
pub(super) fn text(root: &Dir, path: &str) -> String {
    let mut bytes = Vec::new();
    if let Ok(file) = root.file_below(Path::new(path)) {
        // What was read until an error is better than nothing: it only gives names to numbers.
        let _ = file.take(MAX_BYTES).read_to_end(&mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
