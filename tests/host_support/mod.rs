//! Trees that look like hosts, with secrets that are made when the test runs.

use crate::stanch_support::{Ran, run};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The root of a host.
pub(crate) struct HostTree {
    dir: TempDir,
}

impl HostTree {
    /// A root with an administrator and two accounts, `ann` and `bob`, who is in the group of `ann`.
    pub(crate) fn new() -> HostTree {
        let tree = HostTree { dir: tempfile::tempdir().expect("a directory") };
        tree.write(
            "etc/passwd",
            0o644,
            "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\nbob:x:1001:1001::/home/bob:/bin/sh\n",
        );
        tree.write("etc/group", 0o644, "root:x:0:\nann:x:1000:bob\nbob:x:1001:\n");
        for home in ["home/ann", "home/bob", "root"] {
            fs::create_dir_all(tree.path(home)).expect("creates");
        }
        tree
    }

    pub(crate) fn root(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    /// Writes a file with these permission bits.
    pub(crate) fn write(&self, path: &str, mode: u32, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("creates");
        fs::write(&path, text).expect("writes");
        self.chmod(&path, mode);
    }

    pub(crate) fn chmod(&self, path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("sets the mode");
    }

    /// A process of a captured `/proc`.
    pub(crate) fn process(&self, pid: u32, uid: u32, arguments: &[&str], environment: &[String]) {
        let zeros = |parts: Vec<&str>| parts.iter().map(|part| format!("{part}\0")).collect::<String>();
        let program = arguments.first().map_or("x", |first| first.rsplit('/').next().unwrap_or(first));
        self.write(&format!("proc/{pid}/cmdline"), 0o444, &zeros(arguments.to_vec()));
        self.write(&format!("proc/{pid}/environ"), 0o400, &zeros(environment.iter().map(String::as_str).collect()));
        let status = format!("Name:\t{program}\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nGid:\t{uid}\t{uid}\t{uid}\t{uid}\n");
        self.write(&format!("proc/{pid}/status"), 0o444, &status);
        self.write(&format!("proc/{pid}/cgroup"), 0o444, &format!("0::/system.slice/{program}.service\n"));
        let fields = format!("{pid} ({program}) S 1 1 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 12300 0 0");
        self.write(&format!("proc/{pid}/stat"), 0o444, &fields);
        self.write("proc/stat", 0o444, "cpu 0 0\nbtime 1700000000\n");
    }

    /// Sweeps the tree.
    pub(crate) fn sweep(&self, args: &[&str]) -> Ran {
        let root = self.root().to_str().expect("a path");
        run(self.root(), &[&["host", "--root", root], args].concat())
    }

    /// Sweeps the tree for programs.
    pub(crate) fn report(&self, args: &[&str]) -> Report {
        let ran = self.sweep(&[&["--format", "json"], args].concat());
        let json = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"));
        Report { json, code: ran.code, root: self.root().to_owned() }
    }
}

/// A report of a sweep.
pub(crate) struct Report {
    pub(crate) json: Value,
    pub(crate) code: i32,
    root: PathBuf,
}

impl Report {
    /// Where secrets stand in this list (`findings` or `inventory`): level, store, place below the root.
    pub(crate) fn places(&self, list: &str) -> Vec<String> {
        let mut places = Vec::new();
        for finding in self.json[list].as_array().into_iter().flatten() {
            for one in finding["occurrences"].as_array().expect("occurrences") {
                let exposure = &one["exposure"];
                let word = |value: &Value| value.as_str().unwrap_or("?").to_owned();
                let place = match &one["process"] {
                    Value::Null => word(&one["path"]).replace(&format!("{}/", self.root.display()), ""),
                    process => format!("process {} {}", process["pid"], word(&process["field"])),
                };
                let steps: Vec<String> =
                    one["steps"].as_array().into_iter().flatten().map(|step| word(&step["path"])).collect();
                let text =
                    format!("{} {} {place} {}", word(&exposure["level"]), word(&exposure["store"]), steps.join("!"));
                places.push(text.trim_end().to_owned());
            }
        }
        places.sort();
        places.dedup();
        places
    }
}
