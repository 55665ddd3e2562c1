//! Finds the credentials that `docker login` and `podman login` keep, and asks their helpers.
//! Formats: <https://docs.docker.com/reference/cli/docker/login/#credential-stores> and
//! <https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md> (read 2026-12-01).

use crate::model::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What Docker keeps the credentials of its own registry under.
const HUB: &str = "https://index.docker.io/v1/";

/// What lets in.
#[derive(Debug)]
pub(super) enum Credentials {
    Password {
        user: String,
        password: Secret,
    },
    /// A token that stands for a login.
    Identity(Secret),
}

/// The credentials for a repository of a registry; `None` when there are none for it.
pub(super) fn find(
    registry: &str,
    repository: &str,
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Option<Credentials>, String> {
    let path = |name: &str, rest: &str| {
        variable(name).filter(|path| !path.is_empty()).map(|path| PathBuf::from(path).join(rest))
    };
    let files = [
        path("REGISTRY_AUTH_FILE", ""),
        path("DOCKER_CONFIG", "config.json").or_else(|| path("HOME", ".docker/config.json")),
        path("XDG_RUNTIME_DIR", "containers/auth.json"),
        path("HOME", ".config/containers/auth.json"),
    ];
    for file in files.into_iter().flatten() {
        // A joined empty name leaves a slash behind.
        let file: PathBuf = file.components().collect();
        let Ok(text) = std::fs::read(&file) else { continue };
        let config: Value = serde_json::from_slice(&text).map_err(|_| format!("{}: it is no JSON", file.display()))?;
        if let Some(found) = in_config(&config, registry, repository)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

pub(super) fn in_config(config: &Value, registry: &str, repository: &str) -> Result<Option<Credentials>, String> {
    let is_hub = registry == "docker.io";
    let keys = if is_hub { vec![HUB, "docker.io", "index.docker.io", "registry-1.docker.io"] } else { vec![registry] };
    let helpers = config.get("credHelpers");
    for key in &keys {
        if let Some(helper) = helpers.and_then(|helpers| helpers.get(key)).and_then(Value::as_str) {
            return ask(helper, key);
        }
    }
    let auths = config.get("auths").and_then(Value::as_object);
    // How much of the repository's name an entry names. What is for another namespace is for another's images.
    let fit = |name: &str| -> Option<usize> {
        let name = name.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/');
        keys.iter().find_map(|key| match name.strip_prefix(key)? {
            "" | "/v1" | "/v2" => Some(0),
            rest => {
                let space = rest.strip_prefix('/')?;
                let after = repository.strip_prefix(space)?;
                (after.is_empty() || after.starts_with('/')).then_some(space.len())
            }
        })
    };
    let mut meant: Vec<(usize, &Value)> =
        auths.into_iter().flatten().filter_map(|(name, entry)| Some((fit(name)?, entry))).collect();
    meant.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    for (_, entry) in meant {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        if let Some(token) = text("identitytoken") {
            return Ok(Some(Credentials::Identity(Secret::new(token.as_bytes()))));
        }
        if let Some(found) = text("auth").and_then(decode) {
            return Ok(Some(found));
        }
        if let (Some(user), Some(password)) = (text("username"), text("password")) {
            return Ok(Some(Credentials::Password {
                user: user.to_owned(),
                password: Secret::new(password.as_bytes()),
            }));
        }
    }
    match config.get("credsStore").and_then(Value::as_str) {
        Some(helper) => ask(helper, keys[0]),
        None => Ok(None),
    }
}

/// `user:password` in base64; the password may hold colons.
fn decode(auth: &str) -> Option<Credentials> {
    let bytes = STANDARD.decode(auth.trim()).ok()?;
    let at = bytes.iter().position(|byte| *byte == b':')?;
    let user = String::from_utf8(bytes[..at].to_vec()).ok()?;
    // Old versions pad with zero bytes.
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(at + 1, |last| last + 1).max(at + 1);
    Some(Credentials::Password { user, password: Secret::new(&bytes[at + 1..end]) })
}

/// Runs a helper: <https://github.com/docker/docker-credential-helpers#development> (read 2026-12-01).
fn ask(helper: &str, key: &str) -> Result<Option<Credentials>, String> {
    let is_name =
        !helper.is_empty() && helper.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if !is_name {
        return Err("the credential helper of the configuration has a name that is none".to_owned());
    }
    let program = format!("docker-credential-{helper}");
    let failed = |error: std::io::Error| format!("{program}: {error}");
    let mut child = Command::new(&program)
        .arg("get")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        // A helper that does not read its input says so by failing.
        let _ = input.write_all(key.as_bytes());
    }
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        // It has none for this registry: they all say so by failing.
        return Ok(None);
    }
    let value: Value =
        serde_json::from_slice(&output.stdout).map_err(|_| format!("{program}: its answer is no JSON"))?;
    let text = |key: &str| value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    Ok(match (text("Username"), text("Secret")) {
        (Some("<token>"), Some(token)) => Some(Credentials::Identity(Secret::new(token.as_bytes()))),
        (Some(user), Some(password)) => {
            Some(Credentials::Password { user: user.to_owned(), password: Secret::new(password.as_bytes()) })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn found(config: &Value, registry: &str) -> Option<(String, String)> {
        match in_config(config, registry, "team/app").expect("no fault") {
            Some(Credentials::Password { user, password }) => {
                Some((user, String::from_utf8_lossy(password.expose()).into_owned()))
            }
            Some(Credentials::Identity(token)) => {
                Some(("-".into(), String::from_utf8_lossy(token.expose()).into_owned()))
            }
            None => None,
        }
    }

    #[test]
    fn each_registry_has_its_own() {
        let auth = |text: &str| json!({"auth": STANDARD.encode(text)});
        let config = json!({"auths": {
            "a.example": auth("u:p:q"), "https://b.example/v1/": auth("v:w"), HUB: auth("hub:word"),
            "c.example:5000": {"identitytoken": "idt"},
            "d.example": auth("all:1"), "d.example/team": auth("team:2"), "d.example/te": auth("other:3"),
            "e.example/others": auth("others:4"),
        }});
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(found(&config, "a.example"), pair("u", "p:q"));
        assert_eq!(found(&config, "b.example"), pair("v", "w"));
        assert_eq!(found(&config, "docker.io"), pair("hub", "word"));
        assert_eq!(found(&config, "c.example:5000"), pair("-", "idt"));
        assert_eq!(found(&config, "c.example"), None);
        assert_eq!(found(&config, "example"), None);
        assert_eq!(found(&config, "d.example"), pair("team", "2"));
        assert_eq!(found(&config, "e.example"), None, "what is for another namespace is not sent");
        let bad = json!({"credsStore": "../../bin/x"});
        assert!(in_config(&bad, "a.example", "app").is_err());
    }
}
