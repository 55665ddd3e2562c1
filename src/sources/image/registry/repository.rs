//! One repository of a registry: requests, with a login when one is asked for.

use super::credentials;
use super::login::{Challenge, Login};
use super::reference::Reference;
use crate::net::{Client, Request, Response, Upload, Url};
use crate::sources::image::checked::check_text;
use crate::sources::image::part::Pull;
use sha2::{Digest, Sha256};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Media types of lists, of which the registry may send any.
const LISTS: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json, \
     application/vnd.oci.artifact.manifest.v1+json, application/vnd.docker.distribution.manifest.v1+prettyjws;q=0.1";
const INDEX: &str = "application/vnd.oci.image.index.v1+json";
/// How often something is asked again that failed for the moment.
const TRIES: u32 = 3;
/// A registry that asks for more patience is not waited for.
const LONGEST_WAIT: u64 = 30;
/// What a registry says about a fault is not longer, bytes.
const LONGEST_FAULT: u64 = 16 << 10;
/// No image has more of these.
const MOST_PAGES: usize = 100;
/// A list is not longer, bytes.
const LONGEST_LIST: u64 = 8 << 20;

/// Where something is sent.
pub(super) enum Target<'t> {
    /// Below the repository's address.
    Below(&'t str),
    /// An address that an answer led to.
    At(Url),
}

/// A repository.
pub(super) struct Repository {
    client: Client,
    root: Url,
    login: Login,
    /// The value of `Authorization` that was good last.
    authorization: Mutex<Option<String>>,
    /// The list that was asked for by its tag, which is followed by its digest next.
    first: Mutex<Option<(String, Vec<u8>)>>,
}

impl Repository {
    /// Asks the registry whether it is one.
    pub(super) fn open(reference: &Reference, pull: &Pull) -> Result<Repository, String> {
        let Reference { registry, host, repository, .. } = reference;
        let client = Client::new(host, pull.plain_http).map_err(|error| error.to_string())?;
        let login = match pull.credentials {
            true => credentials::find(registry, repository, &|name| std::env::var_os(name))?,
            false => None,
        };
        let is_local = Url::parse(&format!("http://{host}/")).is_some_and(|url| url.is_loopback());
        let schemes: &[&str] = match () {
            () if pull.plain_http => &["http"],
            () if is_local => &["https", "http"],
            () => &["https"],
        };
        let mut told = String::new();
        for scheme in schemes {
            let root = Url::parse(&format!("{scheme}://{host}/v2/")).ok_or("it names no host")?;
            match client.send(&root, &Request::default()) {
                Ok(response) if matches!(response.status, 200 | 401 | 403) => {
                    let root = Url::parse(&format!("{scheme}://{host}/v2/{repository}/")).ok_or("it names no host")?;
                    let login = Login::new(login, repository.clone());
                    let (authorization, first) = Default::default();
                    return Ok(Repository { client, root, login, authorization, first });
                }
                Ok(response) => told = format!("{host}: it is no registry: it answers with {}", response.status),
                // The last one counts: of a registry on this machine, that of HTTP.
                Err(error) => told = error.to_string(),
            }
        }
        Err(told)
    }

    /// A list by its digest or tag, with its digest. `None` when there is no such list.
    pub(super) fn manifest(&self, name: &str) -> Result<Option<(String, Vec<u8>)>, String> {
        let Some(response) = self.get(&format!("manifests/{name}"), LISTS, None)? else { return Ok(None) };
        let text = response.bytes(LONGEST_LIST).map_err(|error| format!("{name}: {error}"))?;
        if name.contains(':') {
            check_text(&text, name).map_err(|unread| format!("{name}: {}", unread.detail))?;
            return Ok(Some((name.to_owned(), text)));
        }
        Ok(Some((digest(&text), text)))
    }

    /// A list by its tag, kept until it is asked for by its digest.
    pub(super) fn tagged(&self, name: &str) -> Result<Option<String>, String> {
        let Some((digest, text)) = self.manifest(name)? else { return Ok(None) };
        *self.first.lock().unwrap_or_else(PoisonError::into_inner) = Some((digest.clone(), text));
        Ok(Some(digest))
    }

    /// The list that [`Repository::tagged`] keeps, if it has this digest.
    pub(super) fn kept(&self, digest: &str) -> Option<Vec<u8>> {
        let mut first = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        first.take_if(|(kept, _)| kept == digest).map(|(_, text)| text)
    }

    /// What the registry lists as attached, page by page. Nothing where the registry does not do this.
    pub(super) fn referrers_of(&self, digest: &str) -> Result<Vec<Vec<u8>>, String> {
        let mut pages = Vec::new();
        let mut at = Some(self.below(&format!("referrers/{digest}"))?);
        while let Some(url) = at {
            if pages.len() == MOST_PAGES {
                return Err(format!("what is attached is listed on more than {MOST_PAGES} pages"));
            }
            let Some(response) = self.ask(&url, INDEX, None)? else { break };
            at = response.header("link").and_then(next_page).and_then(|next| url.join(next));
            pages.push(response.bytes(LONGEST_LIST).map_err(|error| error.to_string())?);
        }
        Ok(pages)
    }

    fn below(&self, path: &str) -> Result<Url, String> {
        Url::parse(&format!("{}{path}", self.root.as_str())).ok_or_else(|| "it is no address".to_owned())
    }

    /// What is below the repository's address. `None` when it is not there.
    pub(super) fn get(&self, path: &str, accept: &str, from: Option<u64>) -> Result<Option<Response>, String> {
        self.ask(&self.below(path)?, accept, from)
    }

    fn ask(&self, url: &Url, accept: &str, from: Option<u64>) -> Result<Option<Response>, String> {
        self.exchange(url, &Request { accept, from, ..Request::default() })
    }

    /// Sends something below the repository's address or where an answer led to; the answer is one of success.
    pub(super) fn send(&self, to: Target<'_>, upload: Upload<'_>) -> Result<Response, String> {
        let url = match to {
            Target::Below(path) => self.below(path)?,
            Target::At(url) => url,
        };
        let sent = self.exchange(&url, &Request { upload: Some(upload), ..Request::default() })?;
        sent.ok_or_else(|| format!("{}: it takes nothing there", self.root.host()))
    }

    /// Where an answer leads that says where to go on.
    pub(super) fn led_to(&self, response: &Response, parameters: &[(&str, &str)]) -> Option<Url> {
        let url = self.root.join(response.header("location")?)?;
        url.with(parameters)
    }

    fn exchange(&self, url: &Url, asked: &Request<'_>) -> Result<Option<Response>, String> {
        let mut tries = 0;
        let mut has_logged_in = false;
        loop {
            let authorization = self.authorization.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let request = Request { authorization: authorization.as_deref(), ..asked.clone() };
            let sent = self.client.send(url, &request);
            tries += 1;
            match sent {
                Ok(response) if matches!(response.status, 200..=206) => return Ok(Some(response)),
                Ok(response) if response.status == 401 && !has_logged_in => {
                    has_logged_in = true;
                    let challenges =
                        response.headers("www-authenticate").filter_map(Challenge::parse).collect::<Vec<_>>();
                    let new = self.login.answer(&self.client, &self.root, &challenges)?;
                    *self.authorization.lock().unwrap_or_else(PoisonError::into_inner) = Some(new);
                }
                Ok(response) if matches!(response.status, 401 | 403) => return Err(self.refused(response.status)),
                Ok(response) if matches!(response.status, 404 | 405 | 400) => {
                    // A connection is used again when all was read that came over it.
                    let _ = response.bytes(LONGEST_FAULT);
                    return Ok(None);
                }
                Ok(response) if tries < TRIES && matches!(response.status, 429 | 500..) => {
                    let asked = response.header("retry-after").and_then(|seconds| seconds.parse().ok());
                    let seconds = asked.unwrap_or(u64::from(tries));
                    if seconds > LONGEST_WAIT {
                        return Err(format!("{}: it asks to wait for {seconds} s", self.root.host()));
                    }
                    std::thread::sleep(Duration::from_secs(seconds));
                }
                Ok(response) => return Err(format!("{}: it answers with {}", self.root.host(), response.status)),
                Err(_) if tries < TRIES => std::thread::sleep(Duration::from_millis(200 << tries)),
                Err(error) => return Err(error.to_string()),
            }
        }
    }

    fn refused(&self, status: u16) -> String {
        let host = self.root.host();
        if self.login.has_credentials() {
            return format!("{host}: it refuses with {status}: the credentials do not let in");
        }
        format!("{host}: it refuses with {status}: log in with `docker login` and add --registry-credentials")
    }
}

/// The address behind `rel="next"` of a header `Link` (RFC 8288).
pub(super) fn next_page(link: &str) -> Option<&str> {
    link.split(',').find_map(|one| {
        let (address, parameters) = one.trim().strip_prefix('<')?.split_once('>')?;
        let is_next = parameters.split(';').any(|one| matches!(one.trim(), "rel=\"next\"" | "rel=next"));
        is_next.then_some(address)
    })
}

/// The digest of bytes.
pub(super) fn digest(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    format!("sha256:{}", digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}
