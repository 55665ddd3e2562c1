//! References and layouts of odd repositories that git makes seldom, or only with settings.

use super::odd::Odd;
use std::fs;
use std::os::unix::fs::symlink;

impl Odd {
    /// References that are links, chains, in each other's way, of other work trees, or called what git refuses.
    pub(super) fn more_references(&mut self) {
        let Some(commit) = self.pick(|odd| &odd.commits) else { return };
        match self.random.below(16) {
            0 => {
                let _ = symlink("main", self.git_dir().join("refs/heads/linked"));
                self.oddities.push("refs/heads/linked is a link".to_owned());
            }
            1 => {
                let length = 1 + self.random.below(7);
                for at in 0..length {
                    self.write(
                        format!("refs/heads/chain{at}").as_bytes(),
                        &format!("ref: refs/heads/chain{}\n", at + 1),
                    );
                }
                self.write(format!("refs/heads/chain{length}").as_bytes(), &format!("{commit}\n"));
                self.oddities.push(format!("a chain of {length}"));
            }
            2 => {
                self.write(b"refs/heads/ring0", "ref: refs/heads/ring1\n");
                self.write(b"refs/heads/ring1", "ref: refs/heads/ring0\n");
                self.oddities.push("a ring".to_owned());
            }
            3 => {
                let names: [&[u8]; 7] = [b"a..b", b"x.lock", b"with blank", b"til~de", b"at@{x", b".dot", b"co:lon"];
                let name = [b"refs/heads/", names[self.random.below(names.len())]].concat();
                self.write(&name, &format!("{commit}\n"));
                self.may_see_more = true;
                self.oddities.push(format!("{} is no name", String::from_utf8_lossy(&name)));
            }
            4 => {
                // A folder where a packed reference has its name.
                let text = format!("{commit} refs/heads/both\n");
                fs::write(self.git_dir().join("packed-refs"), text).expect("write");
                self.write(b"refs/heads/both/inner", &format!("{commit}\n"));
                self.oddities.push("refs/heads/both is a reference and a folder".to_owned());
            }
            5 => {
                self.write(b"worktrees/other/HEAD", "ref: refs/heads/main\n");
                self.write(b"worktrees/other/commondir", "../..\n");
                self.write(b"worktrees/other/gitdir", "/nonexistent/.git\n");
                self.write(b"worktrees/other/refs/bisect/bad", &format!("{commit}\n"));
                self.write(b"worktrees/other/refs/worktree/own", &format!("{commit}\n"));
                self.may_see_more = true;
            }
            6 => {
                let older = self.pick(|odd| &odd.commits).unwrap_or_default();
                let zero = "0".repeat(commit.len());
                let log =
                    format!("{zero} {older} A <a@b> 1 +0000\tWIP\n{older} {commit} A <a@b> 2 +0000\tWIP on x: y\n");
                self.write(b"logs/refs/stash", &log);
                self.write(b"refs/stash", &format!("{commit}\n"));
                self.may_see_more = true;
            }
            7 => self.write(b"HEAD", "ref: refs/tags/head\n"),
            8 => {
                // Unpeeled, unsorted, with a comment: as old versions wrote it.
                let text = format!("# pack-refs with: \n{commit} refs/tags/z\n{commit} refs/heads/old\n");
                fs::write(self.git_dir().join("packed-refs"), text).expect("write");
            }
            9 => self.write(b"refs/bisect/good", &format!("{commit}\n")),
            10 => {
                self.write(b"refs/heads/CASE", &format!("{commit}\n"));
                self.write(b"refs/heads/case", "ref:   refs/heads/CASE  \n");
            }
            11 => self.write(b"refs/heads/upper", &format!("{}\n", commit.to_uppercase())),
            _ => {}
        }
    }

    /// A way to store objects.
    pub(super) fn layout(&mut self) {
        match self.random.below(16) {
            0 => self.run(&["repack", "-adq"]),
            1 => self.run(&["repack", "-dq"]),
            2 => {
                self.run(&["-c", "repack.useDeltaBaseOffset=false", "-c", "pack.indexVersion=1", "repack", "-adq"]);
            }
            3 => {
                self.run(&["repack", "-dq"]);
                self.commit();
                self.run(&["repack", "-dq"]);
                self.run(&["multi-pack-index", "write"]);
            }
            4 => self.run(&["pack-refs", "--all"]),
            5 => {
                self.run(&["repack", "-adq"]);
                for pack in self.packs() {
                    // Offsets of eight bytes from the second object on.
                    let _ = fs::remove_file(pack.with_extension("idx"));
                    self.run(&["index-pack", "--index-version=2,0x20", pack.to_str().expect("text")]);
                }
            }
            6 => {
                self.run(&["repack", "-adbq"]);
                self.run(&["commit-graph", "write", "--reachable"]);
            }
            7 => self.run(&["repack", "--cruft", "-dq"]),
            // In the pack and loose.
            8 => self.run(&["repack", "-aq"]),
            9 => {
                self.run(&["repack", "-adq", "--depth=50", "--window=50", "-f"]);
                self.commit();
            }
            10 => {
                self.run(&["repack", "-adq"]);
                for pack in self.packs() {
                    fs::write(pack.with_extension("keep"), "").expect("write");
                }
                self.commit();
                self.run(&["repack", "-adq"]);
            }
            11 => {
                self.run(&["repack", "-adq"]);
                for pack in self.packs() {
                    let _ = fs::remove_file(pack.with_extension("idx"));
                    self.oddities.push("an index is lost".to_owned());
                }
            }
            _ => {}
        }
    }

    fn packs(&self) -> Vec<std::path::PathBuf> {
        let files = fs::read_dir(self.objects.join("pack")).into_iter().flatten().flatten();
        files.map(|file| file.path()).filter(|path| path.extension().is_some_and(|one| one == "pack")).collect()
    }

    /// History ends at a commit.
    pub(super) fn shallow(&mut self) {
        if let Some(commit) = self.pick(|odd| &odd.commits) {
            self.write(b"shallow", &format!("{commit}\n"));
            // The parents are stored, and read.
            self.may_see_more = true;
            self.oddities.push(format!("shallow at {commit}"));
        }
    }

    /// Ways to name a commit, some of which lead to none.
    pub(crate) fn revisions(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        for _ in 0..4 {
            let name = match self.random.below(8) {
                0 => self.pick(|odd| &odd.commits).unwrap_or_default(),
                1 => self.pick(|odd| &odd.commits).unwrap_or_default().chars().take(4 + self.random.below(6)).collect(),
                2 => self.pick(|odd| &odd.tags).unwrap_or_default(),
                3 => ["main", "heads/main", "refs/heads/main"][self.random.below(3)].to_owned(),
                4 => ["x", "d.o.t", "with-dash", "tags/x", "o/x", "alias"][self.random.below(6)].to_owned(),
                5 => ["HEAD", "@", "ORIG_HEAD", "FETCH_HEAD"][self.random.below(4)].to_owned(),
                6 => {
                    let commit = self.pick(|odd| &odd.commits).unwrap_or_default();
                    format!("v1-3-g{}", commit.chars().take(8).collect::<String>())
                }
                _ => self.pick(|odd| &odd.blobs).unwrap_or_default(),
            };
            let steps = ["", "", "~", "^", "~2", "^2", "^0", "^{}", "^{commit}", "~1^2~1", "^^", "~0", "^{tag}", "^3"];
            all.push(format!("{name}{}", steps[self.random.below(steps.len())]));
        }
        all
    }
}
