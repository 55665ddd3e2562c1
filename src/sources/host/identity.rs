//! What a process is: its account, program, unit, container and start.

use super::accounts::text;
use super::dir::Dir;
use std::collections::HashSet;
use std::sync::Arc;

/// Flag of kernel threads in `stat`, `PF_KTHREAD` of `include/linux/sched.h` of Linux 6.6, read 2026-12-01.
const KERNEL_THREAD: u64 = 0x0020_0000;
/// Clock ticks a second, which `/proc` uses on every architecture that Linux has left.
const TICKS: i64 = 100;

/// When the host started.
#[derive(Debug)]
pub(super) struct Clock {
    /// Seconds since 1970.
    booted: Option<i64>,
}

impl Clock {
    /// Reads `proc/stat`.
    pub(super) fn read(proc: &Dir) -> Clock {
        let stat = text(proc, "stat");
        let booted = stat.lines().find_map(|line| line.strip_prefix("btime ")?.trim().parse().ok());
        Clock { booted }
    }
}

/// Names that many processes share.
#[derive(Debug, Default)]
pub(super) struct Names(HashSet<Arc<str>>);

impl Names {
    fn share(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.0.insert(Arc::clone(&name));
        name
    }
}

/// What is known of a process.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) program: Arc<str>,
    pub(super) unit: Option<Arc<str>>,
    pub(super) container: Option<Arc<str>>,
    /// Seconds since 1970.
    pub(super) started: Option<i64>,
    pub(super) is_kernel_thread: bool,
}

impl Identity {
    /// Reads `status`, `stat` and `cgroup`; `None` when the process is gone.
    pub(super) fn read(process: &Dir, clock: &Clock, names: &mut Names) -> Option<Identity> {
        let status = text(process, "status");
        let stat = text(process, "stat");
        if status.is_empty() && stat.is_empty() && process.list().ok()?.is_empty() {
            return None;
        }
        let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let number = |name: &str| field(name).and_then(|text| text.split_whitespace().next()?.parse().ok());
        // The program's name stands in parentheses and may hold anything, so fields are counted from the last one.
        let after: Vec<&str> = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
        let flags: u64 = after.get(6).and_then(|flags| flags.parse().ok()).unwrap_or(0);
        let start: Option<i64> = after.get(19).and_then(|ticks| ticks.parse().ok());
        let cgroup = text(process, "cgroup");
        let (unit, container) = placed(&cgroup);
        Some(Identity {
            uid: number("Uid").unwrap_or(0),
            gid: number("Gid").unwrap_or(0),
            program: names.share(field("Name").unwrap_or_default().trim()),
            unit: unit.map(|unit| names.share(&unit)),
            container: container.map(|container| names.share(&container)),
            started: start.zip(clock.booted).map(|(start, booted)| booted + start / TICKS),
            is_kernel_thread: flags & KERNEL_THREAD != 0,
        })
    }
}

/// The systemd unit and the container of a process, by the paths of its control groups.
fn placed(cgroup: &str) -> (Option<String>, Option<String>) {
    let (mut unit, mut container) = (None, None);
    for path in cgroup.lines().filter_map(|line| line.splitn(3, ':').nth(2)) {
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let is_unit = [".service", ".scope", ".socket", ".mount", ".timer"].iter().any(|end| part.ends_with(end));
            let bare = part.strip_suffix(".scope").unwrap_or(part);
            let engine = ["docker-", "libpod-", "cri-containerd-", "crio-", "containerd-"];
            let id = engine.iter().find_map(|engine| bare.strip_prefix(engine)).unwrap_or(bare);
            let is_id = id.len() == 64 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
            let named = bare.strip_prefix("lxc.payload.").or(bare.strip_prefix("machine-"));
            if is_id {
                container = Some(id[..12].to_owned());
            } else if let Some(name) = named {
                container = Some(name.to_owned());
            } else if is_unit && !part.starts_with("init.") {
                unit = Some(part.to_owned());
            }
        }
    }
    (unit, container)
}

#[cfg(test)]
mod tests {
    use super::placed;

    #[test]
    fn control_groups_name_units_and_containers() {
        let id = "0123456789abcdef".repeat(4);
        for (cgroup, unit, container) in [
            ("0::/system.slice/nginx.service\n".to_owned(), Some("nginx.service"), None),
            (format!("0::/system.slice/docker-{id}.scope\n"), None, Some("0123456789ab")),
            (format!("12:pids:/docker/{id}\n"), None, Some("0123456789ab")),
            (format!("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-{id}.scope"), None, Some("0123456789ab")),
            ("0::/user.slice/user-1000.slice/session-2.scope".to_owned(), Some("session-2.scope"), None),
            ("0::/lxc.payload.web/system.slice/a.service".to_owned(), Some("a.service"), Some("web")),
            ("0::/init.scope".to_owned(), None, None),
            ("0::/".to_owned(), None, None),
        ] {
            let (found_unit, found_container) = placed(&cgroup);
            assert_eq!((found_unit.as_deref(), found_container.as_deref()), (unit, container), "{cgroup}");
        }
    }
}
