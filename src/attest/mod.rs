//! Floor 4: vouches for a scan, and checks who did: in-toto statements in DSSE envelopes, a Merkle tree over everything that was read, keys,
//! and the gate that a deployment passes. It reads no subject itself and knows no clock: both are told to it.
//!
//! ```text
//! record (hears the scan) -> coverage (leaves, tree) -> statement -> envelope + key -> bundle
//! bundle + key + subject  -> gate
//! ```

mod bundle;
mod cosign_key;
mod coverage;
mod digest;
mod directory;
mod dsse;
mod gate;
mod key;
mod key_error;
mod leaf;
mod merkle;
mod oci;
mod pem;
mod predicate;
mod proof;
mod record;
mod statement;

pub use bundle::{Form, Signed, read as read_bundle, write as write_bundle};
pub use coverage::{Coverage, CoverageError};
pub use digest::{Sha256Digest, sha256_of};
pub use directory::directory_digest;
pub use dsse::{Envelope, PAYLOAD_TYPE};
pub use gate::{Demands, Passed, Refusal, admit, check_unsigned};
pub use key::{PrivateKey, PublicKey};
pub use key_error::KeyError;
pub use oci::{Attachment, ManifestOf, index_with, referrer, tagged};
pub use predicate::{Claims, LeftOut, Policy, PredicateType, Property, Verdict};
pub use proof::{Proof, ProofError};
pub use record::{Record, Recorder};
pub use statement::{Statement, Subject};
