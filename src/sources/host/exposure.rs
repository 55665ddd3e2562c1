//! Judges how exposed a place is.

use super::access::{Readers, Rights};
use super::deleted::DELETED_FILE;
use super::dir::Dir;
use super::machine::Host;
use super::places::Place;
use super::processes::COMMAND_LINE;
use super::shares::Offer;
use crate::model::{Exposure, ExposureLevel, Moment, Origin, Outer, ProcessFacts};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path};
use std::sync::Arc;

/// The store of a file that no line of the table names.
const NO_STORE: &str = "file";

impl Host {
    /// The exposure of an origin's outer source, for files of this host and its processes.
    #[must_use]
    pub fn exposure(&self, origin: &Origin) -> Option<Exposure> {
        match &origin.outer {
            Outer::File(path) => {
                let path = path.strip_prefix(&self.options.root).ok()?;
                Some(self.exposure_of_file(path))
            }
            Outer::Process { pid, field } => Some(self.exposure_of_process(*pid, field)),
            _ => None,
        }
    }

    /// The place that a path below the root is at.
    fn place(&self, path: &Path) -> Option<&Arc<Place>> {
        let globs = &self.places.globs;
        let mut positions = globs.at_root();
        let mut here = std::path::PathBuf::new();
        for part in path.parent()?.components() {
            let Component::Normal(name) = part else { continue };
            positions = globs.descend(&positions, name.as_bytes());
            here.push(name);
            if self.accounts.is_home(&here) {
                globs.enter_home(&mut positions);
            }
        }
        let id = globs.file(&positions, path.file_name()?.as_bytes())?;
        self.places.places.get(id as usize)
    }

    /// The rights of a file and of the directories on its way, the root left out: where that is mounted is no property of the host.
    fn rights(&self, path: &Path) -> io::Result<(Rights, Vec<Rights>, std::fs::Metadata)> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
        let mut above = Vec::new();
        let mut dir: Option<Dir> = None;
        for part in path.parent().unwrap_or(Path::new("")).components() {
            let Component::Normal(name) = part else { continue };
            let next = dir.as_ref().unwrap_or(&self.root).dir(name)?;
            above.push(Rights::of(&next.metadata()?, next.fd()));
            dir = Some(next);
        }
        let file = dir.as_ref().unwrap_or(&self.root).file(name)?;
        let metadata = file.metadata()?;
        Ok((Rights::of(&metadata, file.as_raw_fd()), above, metadata))
    }

    fn exposure_of_file(&self, path: &Path) -> Exposure {
        let place = self.place(path);
        let store = match place {
            Some(place) => Arc::clone(&place.store),
            None if path.starts_with("proc") => "boot".into(),
            None => NO_STORE.into(),
        };
        let proper_mode = place.and_then(|place| place.mode);
        let mut exposure = Exposure {
            level: ExposureLevel::Owner,
            store,
            belongs: proper_mode.is_some(),
            owner: None,
            group: None,
            mode: None,
            proper_mode,
            acl: Vec::new(),
            readers: Vec::new(),
            since: None,
            encrypted: None,
            process: None,
            change: None,
            first_seen: None,
        };
        // It may have vanished since it was read; then only the place is known.
        let Ok((rights, above, metadata)) = self.rights(path) else { return exposure };
        exposure.owner = Some(self.accounts.user(rights.uid));
        exposure.group = Some(self.accounts.group(rights.gid));
        exposure.mode = Some(rights.mode);
        exposure.acl = rights.named(&self.accounts);
        exposure.since = Moment::from_seconds(metadata.mtime());
        let readers = rights.readers(&above);
        let is_of_stranger = self.accounts.owner_of_home(path).filter(|owner| ![*owner, 0].contains(&rights.uid));
        if let Some(owner) = is_of_stranger {
            exposure.readers.push(format!(
                "{}, who owns the file in the home of {}",
                self.accounts.user(rights.uid),
                self.accounts.user(owner)
            ));
        }
        self.tell(&readers, &rights, &mut exposure.readers);
        let mut level = match () {
            () if readers.world => ExposureLevel::World,
            () if !readers.groups.is_empty() || !readers.users.is_empty() || is_of_stranger.is_some() => {
                ExposureLevel::Group
            }
            () => ExposureLevel::Owner,
        };
        // What the place's own mode lets a group read is as it should be; entries of a list are not.
        let is_closed = proper_mode.is_some_and(|proper| rights.mode & 0o077 & !proper == 0)
            && !readers.world
            && exposure.acl.is_empty()
            && is_of_stranger.is_none();
        if is_closed {
            level = ExposureLevel::Kept;
        }
        for share in self.shares.of(path) {
            let offered = match share.offer {
                Offer::Export => Some(ExposureLevel::Published),
                Offer::Web if readers.world || !readers.groups.is_empty() => Some(ExposureLevel::Published),
                Offer::Web => None,
                Offer::Container => Some(ExposureLevel::Container),
            };
            if let Some(offered) = offered {
                exposure.readers.push(format!("through {}", share.by));
                level = level.max(offered);
            }
        }
        exposure.level = level;
        exposure
    }

    /// Adds who may read, in words.
    fn tell(&self, readers: &Readers, rights: &Rights, said: &mut Vec<String>) {
        if readers.world {
            said.push("every account".to_owned());
        }
        for gid in readers.groups.iter().filter(|_| !readers.world) {
            let members = self.accounts.members(*gid, rights.uid);
            let group = self.accounts.group(*gid);
            said.push(match members.len() {
                0 => format!("group {group} (no other member now)"),
                1..=4 => format!("group {group} ({})", members.join(", ")),
                count => format!("group {group} ({}, and {} more)", members[..3].join(", "), count - 3),
            });
        }
        said.extend(readers.users.iter().map(|uid| format!("account {}", self.accounts.user(*uid))));
    }

    fn exposure_of_process(&self, pid: u32, field: &str) -> Exposure {
        let identity = self.processes().identities.get(&pid).cloned();
        let level = match field {
            // Every account may read the command lines of all processes, unless `/proc` hides them.
            COMMAND_LINE if !self.hides_processes() => ExposureLevel::World,
            _ => ExposureLevel::Owner,
        };
        let store = match field {
            COMMAND_LINE => "command line",
            DELETED_FILE => "deleted file",
            _ => "process environment",
        };
        let readers = if level == ExposureLevel::World { vec!["every account".to_owned()] } else { Vec::new() };
        Exposure {
            level,
            store: store.into(),
            belongs: false,
            owner: identity.as_ref().map(|one| self.accounts.user(one.uid)),
            group: identity.as_ref().map(|one| self.accounts.group(one.gid)),
            mode: None,
            proper_mode: None,
            acl: Vec::new(),
            readers,
            since: identity.as_ref().and_then(|one| Moment::from_seconds(one.started?)),
            encrypted: None,
            change: None,
            first_seen: None,
            process: identity.map(|one| ProcessFacts {
                program: one.program,
                unit: one.unit,
                container: one.container,
            }),
        }
    }

    /// Whether `/proc` is mounted so that accounts see their own processes only (`hidepid` of `proc(5)`).
    fn hides_processes(&self) -> bool {
        let mounts = super::accounts::text(&self.root, "proc/self/mountinfo");
        let mounts = if mounts.is_empty() { super::accounts::text(&self.root, "proc/1/mountinfo") } else { mounts };
        mounts.lines().filter(|line| line.split(' ').nth(4) == Some("/proc")).any(|line| {
            line.split([' ', ',']).any(|option| {
                matches!(
                    option,
                    "hidepid=1"
                        | "hidepid=2"
                        | "hidepid=4"
                        | "hidepid=invisible"
                        | "hidepid=noaccess"
                        | "hidepid=ptraceable"
                )
            })
        })
    }
}
