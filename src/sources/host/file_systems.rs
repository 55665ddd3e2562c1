//! Kinds of file systems, and which of them a sweep reads.

/// Which file systems are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileSystems {
    /// Only the one of the root.
    Own,
    /// All on disks and in memory of this host.
    Local,
    /// Those of the network and of other programs (FUSE), too.
    All,
}

/// The kind of a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Local,
    Network,
    /// Its files are not stored: `proc`, `sysfs`, …
    Pseudo,
}

// Magic numbers: `statfs(2)` and `include/uapi/linux/magic.h` of Linux 6.6, read 2026-12-01.
const PSEUDO: [i64; 22] = [
    0x9fa0,      // proc
    0x6265_6572, // sysfs
    0x0027_e0eb, // cgroup
    0x6367_7270, // cgroup2
    0x1cd1,      // devpts
    0x6462_6720, // debugfs
    0x7472_6163, // tracefs
    0x7363_6673, // securityfs
    0x6165_676c, // pstore
    0xcafe_4a11, // bpf
    0x1980_0202, // mqueue
    0x9584_58f6, // hugetlbfs
    0x6265_6570, // configfs
    0xde5e_81e4, // efivarfs
    0x4249_4e4d, // binfmt_misc
    0x0187,      // autofs
    0x6573_5543, // fusectl
    0xf97c_ff8c, // selinuxfs
    0x6e73_6673, // nsfs
    0x6759_6969, // rpc_pipefs
    0x0bad_1dea, // futexfs
    0x6c6f_6f70, // binderfs
];
const NETWORK: [i64; 13] = [
    0x6969,      // nfs
    0x517b,      // smb
    0xfe53_4d42, // smb2
    0xff53_4d42, // cifs
    0x6573_5546, // fuse
    0x0102_1997, // 9p
    0x00c3_6400, // ceph
    0x5346_414f, // afs
    0x6b41_4653, // kafs
    0x7375_7245, // coda
    0x0bd0_0bd0, // lustre
    0x4750_4653, // gpfs
    0x564c,      // ncp
];

impl Kind {
    /// The kind of a magic number. An unknown one is a disk's.
    pub(super) fn of(magic: i64) -> Kind {
        let magic = magic & 0xffff_ffff;
        if PSEUDO.contains(&magic) {
            Kind::Pseudo
        } else if NETWORK.contains(&magic) {
            Kind::Network
        } else {
            Kind::Local
        }
    }
}

impl FileSystems {
    /// Whether a file system of this kind, mounted below the root, is read.
    pub(super) fn reads(self, kind: Kind) -> bool {
        match self {
            FileSystems::Own => false,
            FileSystems::Local => kind == Kind::Local,
            FileSystems::All => kind != Kind::Pseudo,
        }
    }
}
