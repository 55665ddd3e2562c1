//! Who may read the place of a secret on a host.

use super::{Moment, Severity};
use std::fmt;
use std::sync::Arc;

/// How far a place is open, in ascending order. `docs/host.md` documents the table of severities that goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExposureLevel {
    /// The store where such a secret belongs, closed as it should be: inventory, no finding.
    Kept,
    /// Only its owner (and the administrator) may read it, but it is not a store for secrets, or not closed as it should be.
    Owner,
    /// Some other accounts may: a group with other members, an entry of an access-control list, another owner.
    Group,
    /// A container in which it is mounted may.
    Container,
    /// Every account of this host may.
    World,
    /// It is offered beyond this host: by a web server or a file server.
    Published,
}

impl ExposureLevel {
    /// All levels, the worst first, as reports group them.
    pub const WORST_FIRST: [ExposureLevel; 6] = [
        ExposureLevel::Published,
        ExposureLevel::World,
        ExposureLevel::Container,
        ExposureLevel::Group,
        ExposureLevel::Owner,
        ExposureLevel::Kept,
    ];

    /// The word in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            ExposureLevel::Kept => "kept",
            ExposureLevel::Owner => "owner",
            ExposureLevel::Group => "group",
            ExposureLevel::Container => "container",
            ExposureLevel::World => "world",
            ExposureLevel::Published => "published",
        }
    }

    /// The level of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<ExposureLevel> {
        ExposureLevel::WORST_FIRST.into_iter().find(|level| level.as_str() == word)
    }

    /// The severity of a secret whose rule says `rule`, in a place of this exposure: one step up where everybody may read it, one step down
    /// where only its owner may.
    #[must_use]
    pub fn severity(self, rule: Severity) -> Severity {
        const STEPS: [Severity; 4] = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
        let at = STEPS.iter().position(|one| *one == rule).unwrap_or_default();
        let at = match self {
            ExposureLevel::Published | ExposureLevel::World => (at + 1).min(STEPS.len() - 1),
            ExposureLevel::Container | ExposureLevel::Group => at,
            ExposureLevel::Owner => at.saturating_sub(1),
            ExposureLevel::Kept => 0,
        };
        STEPS[at]
    }
}

impl fmt::Display for ExposureLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An account or a group: its number, and its name where the host's own files have one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Principal {
    /// Its number.
    pub id: u32,
    /// Its name.
    pub name: Option<Arc<str>>,
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.id),
        }
    }
}

/// What is known of a process besides its number.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProcessFacts {
    /// The name of its program, as the kernel has it.
    pub program: Arc<str>,
    /// The systemd unit that it belongs to.
    pub unit: Option<Arc<str>>,
    /// The container that it runs in.
    pub container: Option<Arc<str>>,
}

/// Who may read one place of a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Exposure {
    /// How far it is open.
    pub level: ExposureLevel,
    /// The store that the place belongs to, as the table of places has it: `aws`, `shell history`, `process`.
    pub store: Arc<str>,
    /// Whether secrets of the store belong there.
    pub belongs: bool,
    /// Who owns it.
    pub owner: Option<Principal>,
    /// Its group.
    pub group: Option<Principal>,
    /// Its permission bits.
    pub mode: Option<u32>,
    /// The permission bits that it should have at most.
    pub proper_mode: Option<u32>,
    /// The named entries of its access-control list, as `setfacl` writes them.
    pub acl: Vec<String>,
    /// Who else may read it.
    pub readers: Vec<String>,
    /// Since when it stands there, as far as the host says it: the last change of a file, the start of a process.
    pub since: Option<Moment>,
    /// Whether it is encrypted at rest, where that is known.
    pub encrypted: Option<bool>,
    /// What is known of the process.
    pub process: Option<ProcessFacts>,
    /// What became of it since the last sweep, in a word: `new`, `moved`, `more exposed`, `less exposed`, `persists`.
    pub change: Option<&'static str>,
    /// When a sweep saw it first.
    pub first_seen: Option<Moment>,
}

impl Exposure {
    /// Whether it is a finding, and not only inventory.
    #[must_use]
    pub fn is_finding(&self) -> bool {
        self.level != ExposureLevel::Kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severity_follows_exposure() {
        assert_eq!(ExposureLevel::World.severity(Severity::High), Severity::Critical);
        assert_eq!(ExposureLevel::Published.severity(Severity::Critical), Severity::Critical);
        assert_eq!(ExposureLevel::Group.severity(Severity::High), Severity::High);
        assert_eq!(ExposureLevel::Owner.severity(Severity::High), Severity::Medium);
        assert_eq!(ExposureLevel::Owner.severity(Severity::Low), Severity::Low);
        assert!(ExposureLevel::WORST_FIRST.windows(2).all(|pair| pair[0] > pair[1]));
        for level in ExposureLevel::WORST_FIRST {
            assert_eq!(ExposureLevel::from_word(level.as_str()), Some(level));
        }
    }
}
