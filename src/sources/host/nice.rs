//! Lowers this process's claims on the processor and the disk, so that a sweep gets what others leave.

/// The least claim on the processor.
const LOWEST_PRIORITY: libc::c_int = 19;
// `include/uapi/linux/ioprio.h` of Linux 6.6, read 2026-12-01.
const IOPRIO_WHO_PROCESS: libc::c_long = 1;
const IOPRIO_CLASS_IDLE: libc::c_long = 3 << 13;

/// Takes the lowest priority. Errors are ignored: a sweep with more priority is a sweep all the same.
pub fn be_nice() {
    // SAFETY: both calls take numbers only, and change nothing but this process's priorities.
    unsafe {
        libc::setpriority(libc::PRIO_PROCESS, 0, LOWEST_PRIORITY);
        libc::syscall(libc::SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0 as libc::c_long, IOPRIO_CLASS_IDLE);
    }
}
