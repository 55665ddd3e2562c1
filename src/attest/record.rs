//! Hears a scan and keeps a leaf for everything that it read.

use super::coverage::Coverage;
use super::leaf::{Kind, LeafDigest, line};
use crate::model::{Content, Observer, Origin, Outer, Step, Unit};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// One thing that was read, before it is known what vouches for it.
#[derive(Debug)]
struct Read {
    kind: Kind,
    name: String,
    /// The outermost thing that it lies in.
    parent: Option<Parent>,
    digest: Option<LeafDigest>,
    bytes: u64,
    has_secret: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Parent {
    Name(String),
    /// Its own digest says it.
    Digest(Box<str>),
}

/// Keeps what a scan of one subject reads.
#[derive(Debug)]
pub struct Recorder {
    /// What paths of files are relative to.
    root: PathBuf,
    read: Mutex<Vec<Read>>,
}

/// What was read.
#[derive(Debug)]
pub struct Record {
    read: Vec<Read>,
}

impl Recorder {
    /// For files below this folder; names of others stay as they are.
    #[must_use]
    pub fn new(root: &Path) -> Recorder {
        Recorder { root: root.to_owned(), read: Mutex::default() }
    }

    /// What was read so far, which is then forgotten.
    #[must_use]
    pub fn take(&self) -> Record {
        let read = std::mem::take(&mut *self.read.lock().unwrap_or_else(PoisonError::into_inner));
        Record { read }
    }

    fn bytes(&self, origin: &Origin, content: Content) -> Read {
        let inner = |from: usize| {
            let steps = origin.steps[from..].iter().cloned().collect();
            Origin { outer: Outer::Stdin, steps }.steps_text()
        };
        let digest = content.sha256.map(LeafDigest::Sha256);
        let (kind, name, parent) = match (&origin.outer, origin.steps.as_slice()) {
            (Outer::Image { .. }, [Step::Layer { digest, .. }]) => {
                let digest: Box<str> = (&**digest).into();
                (Kind::Layer, format!("layer {digest}"), Some(Parent::Digest(digest)))
            }
            (Outer::Image { .. }, [Step::Layer { digest, .. }, ..]) => {
                let parent = Parent::Digest((&**digest).into());
                (Kind::Member, format!("layer {digest}{}", inner(1)), Some(parent))
            }
            (Outer::Image { digest, .. }, [_, rest @ ..]) => {
                let name = format!("image {digest}{}", inner(0));
                // What is attached is named by its own digest.
                let parent = (!rest.is_empty()).then(|| Parent::Digest((&**digest).into()));
                (Kind::Text, name, parent)
            }
            (_, steps) => {
                let outer = self.outer_name(origin);
                match steps {
                    [] => (Kind::File, outer, None),
                    _ => (Kind::Member, format!("{outer}{}", inner(0)), Some(Parent::Name(outer))),
                }
            }
        };
        Read { kind, name, parent, digest, bytes: content.bytes, has_secret: content.has_secret }
    }

    /// The name of a file: relative to the root.
    fn outer_name(&self, origin: &Origin) -> String {
        let outer = match &origin.outer {
            Outer::File(path) => {
                let path = path.strip_prefix(".").unwrap_or(path);
                let path = path.strip_prefix(&self.root).unwrap_or(path);
                Outer::File(path.strip_prefix(".").unwrap_or(path).to_owned())
            }
            other => other.clone(),
        };
        Origin::from(outer).display().into_owned()
    }
}

impl Observer for Recorder {
    fn read(&self, unit: Unit<'_>, content: Content) {
        let read = match unit {
            // What a layer unpacks to, before it is opened.
            Unit::Bytes(origin) if matches!(origin.steps.last(), Some(Step::Member { path }) if path.as_os_str().is_empty()) =>
            {
                return;
            }
            Unit::Bytes(origin) => self.bytes(origin, content),
            Unit::Object { kind, id } => Read {
                kind: Kind::Object(kind),
                name: super::digest::hex(id),
                parent: None,
                digest: Some(LeafDigest::Git(id.into())),
                bytes: content.bytes,
                has_secret: content.has_secret,
            },
            Unit::ObjectPart { id, steps } => {
                let hex = super::digest::hex(id);
                Read {
                    kind: Kind::Member,
                    name: format!("{hex}{steps}"),
                    parent: Some(Parent::Digest(format!("git:{hex}").into())),
                    digest: None,
                    bytes: content.bytes,
                    has_secret: content.has_secret,
                }
            }
        };
        self.read.lock().unwrap_or_else(PoisonError::into_inner).push(read);
    }
}

impl Record {
    /// SHA-256 of the files that were read whole, by their paths relative to the root.
    #[must_use]
    pub fn files(&self) -> HashMap<&str, [u8; 32]> {
        let files = self.read.iter().filter(|read| read.kind == Kind::File);
        let digest = |read: &Read| match read.digest {
            Some(LeafDigest::Sha256(digest)) => Some(digest),
            _ => None,
        };
        files.filter_map(|read| Some((read.name.as_str(), digest(read)?))).collect()
    }

    /// All names, a line each, to look for secrets in them.
    #[must_use]
    pub fn names(&self) -> Vec<u8> {
        let mut all = Vec::new();
        let mut last = "";
        // Objects of a repository have no names but digests.
        for read in self.read.iter().filter(|read| !matches!(read.kind, Kind::Object(_))) {
            // Folders that two names share need be looked at once.
            let shared = shared_folders(last, &read.name);
            all.extend_from_slice(&read.name.as_bytes()[shared..]);
            all.push(b'\n');
            last = &read.name;
        }
        all
    }

    /// How many bytes were read of files, objects and members of layers; what an archive holds counts as the archive.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let is_outer = |read: &&Read| match (&read.kind, &read.parent) {
            (Kind::Member, Some(Parent::Name(_))) => false,
            (Kind::Member, Some(Parent::Digest(digest))) => !digest.starts_with("git:"),
            _ => true,
        };
        self.read.iter().filter(is_outer).map(|read| read.bytes).sum()
    }

    /// The leaves, with names as `conceal` lets them be shown: `None` keeps one.
    #[must_use]
    pub fn coverage(self, conceal: &dyn Fn(&str) -> Option<String>) -> Coverage {
        let mut digests: BTreeMap<&str, LeafDigest> = BTreeMap::new();
        let with_secret: HashSet<&str> = self.read.iter().filter(|read| read.has_secret).filter_map(holder).collect();
        for read in self.read.iter().filter(|read| read.kind == Kind::File) {
            digests.extend(read.digest.clone().map(|digest| (read.name.as_str(), digest)));
        }
        let mut in_layers: HashMap<&Parent, u64> = HashMap::new();
        for read in self.read.iter().filter(|read| read.kind == Kind::Member) {
            read.parent.iter().for_each(|parent| *in_layers.entry(parent).or_default() += read.bytes);
        }
        let leaf = |read: &Read| {
            let vouched = match (&read.parent, &read.digest) {
                _ if read.has_secret || (read.kind == Kind::File && with_secret.contains(read.name.as_str())) => None,
                (_, Some(digest)) => Some(digest.clone()),
                (Some(Parent::Digest(digest)), None) => Some(LeafDigest::In(digest.clone())),
                (Some(Parent::Name(name)), None) if !with_secret.contains(name.as_str()) => {
                    digests.get(name.as_str()).map(|digest| LeafDigest::In(digest.to_string().into()))
                }
                (_, None) => None,
            };
            // The name of an object is a digest, too, and so is that of what lies in it.
            let name = match (&vouched, read.kind, &read.parent) {
                (None, Kind::Object(_), _) => "withheld".to_owned(),
                (None, Kind::Member, Some(Parent::Digest(digest))) if digest.starts_with("git:") => {
                    let steps = read.name.find('!').map_or("", |at| &read.name[at..]);
                    format!("withheld{}", conceal(steps).unwrap_or_else(|| steps.to_owned()))
                }
                _ => conceal(&read.name).unwrap_or_else(|| read.name.clone()),
            };
            let digest = vouched.unwrap_or(LeafDigest::Withheld);
            // Of a layer, what was read is what its members hold.
            let inside =
                read.parent.as_ref().filter(|_| read.kind == Kind::Layer).and_then(|layer| in_layers.get(layer));
            line(read.kind, read.has_secret, inside.copied().unwrap_or(read.bytes), &digest, &name)
        };
        Coverage::new(self.read.iter().map(leaf).collect())
    }
}

/// The file that a thing with a secret lies in.
fn holder(read: &Read) -> Option<&str> {
    match &read.parent {
        Some(Parent::Name(name)) => Some(name),
        _ if read.kind == Kind::File => Some(&read.name),
        _ => None,
    }
}

/// How many bytes two names share, up to the last folder.
fn shared_folders(one: &str, other: &str) -> usize {
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    other.as_bytes()[..same].iter().rposition(|byte| *byte == b'/').map_or(0, |at| at + 1)
}
