//! Addresses of repositories. The build script reads this file too: it writes down where the program comes from.

/// The https address of a remote, without a user, a password or the ending `.git`; `None` when it is no address that others can reach.
///
/// `git@host:owner/name` and `ssh://git@host/owner/name` become `https://host/owner/name`.
pub(crate) fn public_address(remote: &str) -> Option<String> {
    let remote = remote.trim().trim_end_matches('/');
    let rest = match remote.split_once("://") {
        Some(("https" | "http", rest)) => without_user(rest).to_owned(),
        // A port is one of ssh, not of https.
        Some(("ssh" | "git+ssh", rest)) => {
            let (host, path) = without_user(rest).split_once('/')?;
            format!("{}/{path}", host.split(':').next().unwrap_or(host))
        }
        Some(_) => return None,
        None => {
            let (host, path) = remote.split_once(':')?;
            let host = host.rsplit('@').next().unwrap_or(host);
            format!("{host}/{path}")
        }
    };
    let rest = rest.strip_suffix(".git").unwrap_or(&rest);
    let (host, path) = rest.split_once('/')?;
    (host.contains('.') && !path.is_empty() && is_plain(rest)).then(|| format!("https://{rest}"))
}

fn without_user(rest: &str) -> &str {
    let end = rest.find('/').unwrap_or(rest.len());
    rest[..end].rfind('@').map_or(rest, |at| &rest[at + 1..])
}

/// Whether an address or a revision means the same in YAML, in a shell and in TOML.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/:+".contains(&byte))
}
