//! Addresses of HTTP.

use std::fmt;
use ureq::http::Uri;
use ureq::http::uri::Scheme;

/// An absolute address without a name or password in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    text: String,
    uri: Uri,
}

impl Url {
    /// Reads an address; `None` for one of another scheme, without a host, or with a name and password.
    #[must_use]
    pub fn parse(text: &str) -> Option<Url> {
        let text = text.split('#').next().unwrap_or_default();
        let uri: Uri = text.parse().ok()?;
        let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
        let host = uri.authority()?;
        let is_plain = is_http && !host.as_str().contains('@') && !host.host().is_empty();
        is_plain.then(|| Url { text: text.to_owned(), uri })
    }

    /// Its text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its host and port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.uri.authority().map_or("", |authority| authority.as_str())
    }

    /// Whether it is of HTTPS.
    #[must_use]
    pub fn is_tls(&self) -> bool {
        self.uri.scheme() == Some(&Scheme::HTTPS)
    }

    /// Whether it leads to this machine by its name.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.uri.host().is_some_and(is_loopback_name)
    }

    pub(super) fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Scheme, host and port.
    pub(super) fn origin(&self) -> (bool, String, u16) {
        let standard = if self.is_tls() { 443 } else { 80 };
        let host = self.uri.host().unwrap_or_default().to_ascii_lowercase();
        (self.is_tls(), host, self.uri.port_u16().unwrap_or(standard))
    }

    /// Where a reference leads that stands in an answer from here; `None` for one that is relative to a folder.
    #[must_use]
    pub fn join(&self, reference: &str) -> Option<Url> {
        let scheme = if self.is_tls() { "https" } else { "http" };
        if reference.starts_with("//") {
            return Url::parse(&format!("{scheme}:{reference}"));
        }
        if reference.starts_with('/') {
            return Url::parse(&format!("{scheme}://{}{reference}", self.host()));
        }
        Url::parse(reference)
    }

    /// The same with further parameters, encoded.
    #[must_use]
    pub fn with(&self, parameters: &[(&str, &str)]) -> Option<Url> {
        let mut text = self.text.clone();
        for (name, value) in parameters {
            text.push(if text.contains('?') { '&' } else { '?' });
            text.push_str(name);
            text.push('=');
            for byte in value.bytes() {
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b'/' | b',' => {
                        text.push(char::from(byte));
                    }
                    other => text.push_str(&format!("%{other:02X}")),
                }
            }
        }
        Url::parse(&text)
    }
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Signed addresses hold what lets in.
        f.write_str(self.text.split('?').next().unwrap_or_default())
    }
}

/// Whether a host's name is that of this machine.
fn is_loopback_name(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_addresses_are_read() {
        for bad in ["ftp://a/", "a/b", "https://user:word@a/", "https:///x", "", "file:///etc/passwd"] {
            assert!(Url::parse(bad).is_none(), "{bad}");
        }
        let url = Url::parse("https://a:5000/v2/x?a=1").expect("an address");
        assert_eq!((url.host(), url.is_tls(), url.to_string().as_str()), ("a:5000", true, "https://a:5000/v2/x"));
        let next = |to: &str| url.join(to).map(|url| url.as_str().to_owned());
        assert_eq!(next("/y").as_deref(), Some("https://a:5000/y"));
        assert_eq!(next("//b/y").as_deref(), Some("https://b/y"));
        assert_eq!(next("http://c").as_deref(), Some("http://c"));
        assert_eq!(next("y"), None);
        let with = url.with(&[("scope", "repository:a b:pull")]).expect("an address");
        assert_eq!(with.as_str(), "https://a:5000/v2/x?a=1&scope=repository:a%20b:pull");
        assert!(Url::parse("http://[::1]:80/").is_some_and(|url| url.is_loopback()));
        assert!(!Url::parse("http://localhost.example/").expect("one").is_loopback());
    }
}
