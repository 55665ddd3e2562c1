//! Floor 1: HTTP for whoever was told to use the network. The only importer of `ureq`.
//!
//! A client is made for one host that the user named. Redirects and other addresses that the host names are followed only to public
//! addresses, unless the named host is itself not public: a registry on the Internet does not make a scan ask a server of the local network. The
//! address that is checked is the one that is connected to.

mod guard;
mod roots;
mod url;

pub use url::Url;

use guard::Guard;
use std::io::Read;
use std::time::Duration;
use thiserror::Error;
use ureq::http;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;

/// A longer way leads nowhere.
const MOST_REDIRECTS: usize = 5;
const CONNECT: Duration = Duration::from_secs(20);
/// A server that sends nothing for so long has stopped.
const SILENT: Duration = Duration::from_secs(60);

/// Reason why there is no answer.
#[derive(Debug, Error)]
pub enum NetError {
    /// An address is none, or one that may not be used.
    #[error("{0}")]
    Refused(String),
    /// The connection failed or broke.
    #[error("{host}: {detail}")]
    Failed {
        /// The host.
        host: String,
        /// What went wrong.
        detail: String,
    },
}

/// A request.
#[derive(Clone, Default)]
pub struct Request<'r> {
    /// Value of `Accept`; empty for none.
    pub accept: &'r str,
    /// Value of `Authorization`. It is sent to the first host only.
    pub authorization: Option<&'r str>,
    /// The first byte that is wanted, when not all are.
    pub from: Option<u64>,
    /// A form to post; `None` is a `GET`. It is sent to the first host only: a redirect of it to another one is refused.
    pub form: Option<&'r [(&'r str, &'r str)]>,
    /// What is sent; `None` is a `GET`. It is sent to the first host only, too.
    pub upload: Option<Upload<'r>>,
}

/// What a request sends.
#[derive(Clone, Copy, Debug)]
pub struct Upload<'r> {
    /// Whether it is put, or posted.
    pub is_put: bool,
    /// Value of `Content-Type`; empty for none.
    pub media_type: &'r str,
    /// The bytes.
    pub bytes: &'r [u8],
}

/// An answer.
pub struct Response {
    /// The status.
    pub status: u16,
    headers: http::HeaderMap,
    /// What is sent.
    pub body: Box<dyn Read + Send>,
}

impl Response {
    /// A header's value, if it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// All values of a header.
    pub fn headers<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'r str> {
        self.headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok())
    }

    /// The body, up to so many bytes.
    ///
    /// # Errors
    /// Fails when the connection breaks, or the body is longer.
    pub fn bytes(self, most: u64) -> std::io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.body.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > most {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, format!("it has more than {most} bytes")));
        }
        Ok(bytes)
    }
}

/// A client for one host, and for wherever that leads.
#[derive(Debug)]
pub struct Client {
    /// The host, without its port.
    host: String,
    /// Asks the host, with the certificates that an engine believes for it.
    own: ureq::Agent,
    /// Asks other hosts.
    others: ureq::Agent,
    proxy: Option<ureq::Proxy>,
    /// Whether HTTP without TLS may be used with other hosts than this one.
    plain: bool,
}

impl Client {
    /// A client for a host (`name` or `name:port`). `plain` allows HTTP without TLS; loopback is allowed it always, and asked without a proxy.
    ///
    /// # Errors
    /// Fails when a file of certificates that the environment names cannot be read.
    pub fn new(host: &str, plain: bool) -> Result<Client, NetError> {
        let is_here = Url::parse(&format!("http://{host}/")).is_some_and(|url| url.is_loopback());
        let proxy = if is_here { None } else { ureq::Proxy::try_from_env() };
        let roots = roots::roots()?;
        let own = match roots::roots_of_registry(host) {
            own if own.is_empty() => roots::believed(&roots),
            own => roots::believed(&[roots.as_slice(), own.as_slice()].concat()),
        };
        let agent = |roots| agent(host, proxy.clone(), roots);
        let (own, others) = (agent(own), agent(roots::believed(&roots)));
        Ok(Client { host: guard::without_port(host), own, others, proxy, plain })
    }

    fn is_own(&self, url: &Url) -> bool {
        self.host.eq_ignore_ascii_case(&guard::without_port(url.host()))
    }

    /// Whether this address may be asked for.
    fn check(&self, url: &Url) -> Result<(), NetError> {
        let host = url.host();
        if !url.is_tls() && !self.plain && !url.is_loopback() {
            return Err(NetError::Refused(format!("{host}: HTTP without TLS, which --plain-http allows")));
        }
        let proxy = self.proxy.as_ref().filter(|proxy| !proxy.is_no_proxy(url.uri()));
        match proxy.filter(|_| !self.is_own(url)) {
            Some(_) => guard::check_behind_proxy(&self.host, &guard::without_port(host)).map_err(NetError::Refused),
            None => Ok(()),
        }
    }

    /// Sends a request and follows redirects.
    ///
    /// # Errors
    /// Fails without an answer, or when it leads somewhere that may not be asked.
    pub fn send(&self, url: &Url, request: &Request<'_>) -> Result<Response, NetError> {
        let mut at = url.clone();
        for _ in 0..=MOST_REDIRECTS {
            self.check(&at)?;
            // Whoever the host sends to is not told how to log in to it.
            let is_same = at.origin() == url.origin();
            if (request.form.is_some() || request.upload.is_some()) && !is_same {
                let detail = format!("{}: it sends a request on to {}, which is not followed", url.host(), at.host());
                return Err(NetError::Refused(detail));
            }
            let authorization = request.authorization.filter(|_| is_same);
            let response = self.once(&at, &Request { authorization, ..request.clone() })?;
            let next = response.header("location").filter(|_| matches!(response.status, 301 | 302 | 303 | 307 | 308));
            let Some(next) = next else { return Ok(response) };
            at = at.join(next).ok_or_else(|| NetError::Refused(format!("{}: a redirect to no address", at.host())))?;
            if url.is_tls() && !at.is_tls() {
                let detail = format!("{}: a redirect from HTTPS to HTTP is not followed", url.host());
                return Err(NetError::Refused(detail));
            }
        }
        Err(NetError::Refused(format!("{}: more than {MOST_REDIRECTS} redirects", url.host())))
    }

    fn once(&self, url: &Url, request: &Request<'_>) -> Result<Response, NetError> {
        let agent = if self.is_own(url) { &self.own } else { &self.others };
        let failed = |error: ureq::Error| {
            // A proxy's address may hold a password, and errors may hold the address.
            let detail = match error {
                ureq::Error::Io(error) => error.to_string(),
                ureq::Error::HostNotFound => "no such host".to_owned(),
                ureq::Error::Timeout(_) => "it does not answer in time".to_owned(),
                ureq::Error::ConnectionFailed => "it cannot be connected to".to_owned(),
                ureq::Error::Rustls(error) => format!("TLS: {error}"),
                ureq::Error::Tls(error) => format!("TLS: {error}"),
                ureq::Error::Protocol(error) => format!("it does not speak HTTP: {error}"),
                other => other.to_string(),
            };
            NetError::Failed { host: url.host().to_owned(), detail }
        };
        let response = match (request.form, request.upload) {
            (_, Some(Upload { is_put, media_type, bytes })) => {
                let mut call = if is_put { agent.put(url.as_str()) } else { agent.post(url.as_str()) };
                let media_type = Some(media_type).filter(|media_type| !media_type.is_empty());
                for (name, value) in [("content-type", media_type), ("authorization", request.authorization)] {
                    if let Some(value) = value {
                        call = call.header(name, value);
                    }
                }
                call.send(bytes).map_err(failed)?
            }
            (Some(form), None) => {
                let mut call = agent.post(url.as_str());
                if let Some(value) = request.authorization {
                    call = call.header("authorization", value);
                }
                call.send_form(form.iter().copied()).map_err(failed)?
            }
            (None, None) => {
                let mut call = agent.get(url.as_str());
                let range = request.from.map(|from| format!("bytes={from}-"));
                let accept = Some(request.accept).filter(|accept| !accept.is_empty());
                for (name, value) in
                    [("accept", accept), ("authorization", request.authorization), ("range", range.as_deref())]
                {
                    if let Some(value) = value {
                        call = call.header(name, value);
                    }
                }
                call.call().map_err(failed)?
            }
        };
        let (parts, body) = response.into_parts();
        let body = body.into_with_config().limit(u64::MAX).reader();
        Ok(Response { status: parts.status.as_u16(), headers: parts.headers, body: Box::new(body) })
    }
}

fn agent(host: &str, proxy: Option<ureq::Proxy>, roots: RootCerts) -> ureq::Agent {
    let guard = Guard::new(host, proxy.as_ref().map(|proxy| (proxy.host().to_owned(), proxy.port())));
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(proxy)
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .timeout_connect(Some(CONNECT))
        .timeout_resolve(Some(CONNECT))
        .timeout_recv_response(Some(SILENT))
        .timeout_per_read(Some(SILENT))
        .user_agent(concat!("stanch/", env!("CARGO_PKG_VERSION")))
        .build();
    ureq::Agent::with_parts(config, DefaultConnector::default(), guard)
}
