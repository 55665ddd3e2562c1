//! Logs in: basic authentication, and the tokens of a server that the registry names.
//! Specification: <https://distribution.github.io/distribution/spec/auth/token/> and `oauth/` beside it (read 2026-12-01).

use super::credentials::Credentials;
use crate::net::{Client, Request, Url};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::collections::HashMap;

/// An answer with a token is not longer, bytes.
const LONGEST_ANSWER: u64 = 1 << 20;

/// A way to log in that a registry offers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    Basic,
    Bearer { realm: String, service: Option<String>, scope: Option<String> },
}

impl Challenge {
    pub(super) fn parse(header: &str) -> Option<Challenge> {
        let (scheme, rest) = header.trim().split_once(' ').unwrap_or((header.trim(), ""));
        if scheme.eq_ignore_ascii_case("basic") {
            return Some(Challenge::Basic);
        }
        if !scheme.eq_ignore_ascii_case("bearer") {
            return None;
        }
        let mut all = parameters(rest);
        Some(Challenge::Bearer {
            realm: all.remove("realm")?,
            service: all.remove("service"),
            scope: all.remove("scope"),
        })
    }
}

/// `name="value"` and `name=value`, with commas between them.
fn parameters(mut rest: &str) -> HashMap<String, String> {
    let mut all = HashMap::new();
    while let Some((name, after)) = rest.split_once('=') {
        let name = name.trim_matches([' ', ',', '\t']).to_ascii_lowercase();
        let value = match after.strip_prefix('"') {
            Some(quoted) => {
                let (value, next) = quoted.split_once('"').unwrap_or((quoted, ""));
                rest = next;
                value
            }
            None => {
                let (value, next) = after.split_once(',').unwrap_or((after, ""));
                rest = next;
                value.trim()
            }
        };
        all.insert(name, value.to_owned());
    }
    all
}

/// Who logs in to a repository.
pub(super) struct Login {
    credentials: Option<Credentials>,
    repository: String,
}

impl Login {
    pub(super) fn new(credentials: Option<Credentials>, repository: String) -> Login {
        Login { credentials, repository }
    }

    pub(super) fn has_credentials(&self) -> bool {
        self.credentials.is_some()
    }

    /// The value of `Authorization` that answers a challenge of the registry at `root`.
    pub(super) fn answer(&self, client: &Client, root: &Url, challenges: &[Challenge]) -> Result<String, String> {
        for challenge in challenges {
            match (challenge, &self.credentials) {
                (Challenge::Bearer { realm, service, scope }, _) => {
                    return self.token(client, root, realm, (service.as_deref(), scope.as_deref()));
                }
                (Challenge::Basic, Some(Credentials::Password { user, password })) => {
                    return Ok(basic(user, password.expose()));
                }
                (Challenge::Basic, _) => {}
            }
        }
        let host = root.host();
        Err(format!("{host}: it asks for a login: log in with `docker login` and add --registry-credentials"))
    }

    fn token(
        &self,
        client: &Client,
        root: &Url,
        realm: &str,
        (service, scope): (Option<&str>, Option<&str>),
    ) -> Result<String, String> {
        let url = Url::parse(realm).ok_or("the registry sends to no address for a token")?;
        // A password does not go through an open line because a registry says so.
        if root.is_tls() && !url.is_tls() {
            return Err(format!("{}: it sends to HTTP without TLS for a token", root.host()));
        }
        let own = format!("repository:{}:pull", self.repository);
        let mut parameters = vec![("scope", scope.unwrap_or(&own))];
        parameters.extend(service.map(|service| ("service", service)));
        let response = match &self.credentials {
            Some(Credentials::Identity(token)) => {
                let token = String::from_utf8_lossy(token.expose()).into_owned();
                let mut form = parameters.clone();
                form.extend([("grant_type", "refresh_token"), ("client_id", "stanch"), ("refresh_token", &token)]);
                client.send(&url, &Request { form: Some(&form), ..Request::default() })
            }
            credentials => {
                let header = match credentials {
                    Some(Credentials::Password { user, password }) => Some(basic(user, password.expose())),
                    _ => None,
                };
                let url = url.with(&parameters).ok_or("the registry sends to no address for a token")?;
                client.send(&url, &Request { authorization: header.as_deref(), ..Request::default() })
            }
        };
        let response = response.map_err(|error| error.to_string())?;
        if response.status != 200 {
            let hint = match self.has_credentials() {
                true => "the credentials do not let in",
                false => "log in with `docker login` and add --registry-credentials",
            };
            return Err(format!("{}: it gives no token ({}): {hint}", url.host(), response.status));
        }
        let text = response.bytes(LONGEST_ANSWER).map_err(|error| error.to_string())?;
        let value: Value = serde_json::from_slice(&text).unwrap_or_default();
        let token = ["token", "access_token"].into_iter().find_map(|key| value.get(key).and_then(Value::as_str));
        let token = token.filter(|token| token.bytes().all(|byte| byte.is_ascii_graphic()));
        Ok(format!("Bearer {}", token.ok_or_else(|| format!("{}: there is no token in its answer", url.host()))?))
    }
}

fn basic(user: &str, password: &[u8]) -> String {
    format!("Basic {}", STANDARD.encode([user.as_bytes(), b":", password].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_are_read() {
        let bearer = |text| match Challenge::parse(text) {
            Some(Challenge::Bearer { realm, service, scope }) => (realm, service, scope),
            other => panic!("{other:?}"),
        };
        let text = r#"Bearer realm="https://a/token",service="a,b",scope="repository:x:pull""#;
        let wanted = ("https://a/token".to_owned(), Some("a,b".to_owned()), Some("repository:x:pull".to_owned()));
        assert_eq!(bearer(text), wanted);
        assert_eq!(bearer("bearer Realm=https://a/t, service=s").1.as_deref(), Some("s"));
        assert_eq!(Challenge::parse(r#"Basic realm="x""#), Some(Challenge::Basic));
        assert_eq!(Challenge::parse("Negotiate"), None);
        assert_eq!(Challenge::parse("Bearer service=x"), None);
    }
}
