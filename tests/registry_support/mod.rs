//! A registry on loopback, which misbehaves as it is told.

use crate::image_support::{Store, digest};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// How it behaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manners {
    /// Asks for this login, `user:password` in base64.
    pub(crate) basic: Option<String>,
    /// Asks for a token that it gives to this login, or to anybody.
    pub(crate) token: Option<Option<String>>,
    /// Ends the connection in the middle of a blob, so many times.
    pub(crate) breaks: u32,
    /// Sends something else for a blob.
    pub(crate) lies: bool,
    /// Sends blobs from this address.
    pub(crate) elsewhere: Option<String>,
    /// Has an API of referrers.
    pub(crate) has_referrers: bool,
    /// Lists what is attached on two pages, of which the second has the tag `referrers-next`.
    pub(crate) pages: bool,
    /// Sends whoever asks for a token on to this address.
    pub(crate) token_elsewhere: Option<String>,
    /// Says that it is busy, so many times.
    pub(crate) busy: u32,
}

/// A running registry. It ends with the test's process.
pub(crate) struct Registry {
    pub(crate) host: String,
    /// Requests, and whether they brought a login: `GET /v2/ -`.
    pub(crate) asked: Arc<Mutex<Vec<String>>>,
}

struct Served {
    blobs: BTreeMap<String, Vec<u8>>,
    tags: BTreeMap<String, String>,
    manners: Mutex<Manners>,
    host: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Registry {
    /// Serves the blobs of a store in the repository `team/app`, with these tags.
    pub(crate) fn start(store: &Store, tags: &[(&str, &str)], manners: Manners) -> Registry {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let host = format!("127.0.0.1:{}", listener.local_addr().expect("an address").port());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let tags = tags.iter().map(|(tag, digest)| ((*tag).to_owned(), (*digest).to_owned())).collect();
        let (blobs, manners) = (store.blobs.clone(), Mutex::new(manners));
        let served = Arc::new(Served { blobs, tags, manners, host: host.clone(), asked: Arc::clone(&asked) });
        std::thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                let served = Arc::clone(&served);
                std::thread::spawn(move || _ = served.connection(stream));
            }
        });
        Registry { host, asked }
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An answer: status, headers, body, and whether the connection breaks within it.
type Answer = (u16, Vec<(String, String)>, Vec<u8>, bool);

impl Served {
    fn connection(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut stream = stream;
        loop {
            let (mut line, mut headers) = (String::new(), BTreeMap::new());
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            loop {
                let mut header = String::new();
                reader.read_line(&mut header)?;
                let Some((name, value)) = header.trim().split_once(": ") else { break };
                headers.insert(name.to_ascii_lowercase(), value.to_owned());
            }
            let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            let login = headers.get("authorization").map_or("-", String::as_str).to_owned();
            self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{path} {login}"));
            let (status, more, body, breaks) = self.answer(&path, &login, headers.get("range"));
            let mut head = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n", body.len());
            more.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
            stream.write_all(format!("{head}\r\n").as_bytes())?;
            if breaks {
                stream.write_all(&body[..body.len() / 2])?;
                return Ok(());
            }
            stream.write_all(&body)?;
        }
    }

    fn answer(&self, path: &str, login: &str, range: Option<&String>) -> Answer {
        let mut manners = self.manners.lock().unwrap_or_else(PoisonError::into_inner);
        let header = |name: &str, value: String| vec![(name.to_owned(), value)];
        if let Some(elsewhere) = manners.token_elsewhere.as_ref().filter(|_| path.starts_with("/token")) {
            return (307, header("location", format!("{elsewhere}{path}")), Vec::new(), false);
        }
        if let Some(query) = path.strip_prefix("/token?") {
            let wanted = manners.token.clone().flatten();
            let is_let_in = wanted.is_none_or(|wanted| login == format!("Basic {wanted}"));
            let is_asked = query.contains("scope=repository:team/app:pull") && query.contains("service=tests");
            return match is_let_in && is_asked {
                true => (200, Vec::new(), br#"{"token": "letmein"}"#.to_vec(), false),
                false => (401, Vec::new(), Vec::new(), false),
            };
        }
        if manners.basic.as_ref().is_some_and(|basic| login != format!("Basic {basic}")) {
            return (401, header("WWW-Authenticate", "Basic realm=\"x\"".to_owned()), Vec::new(), false);
        }
        if manners.token.is_some() && login != "Bearer letmein" {
            let challenge = format!("Bearer realm=\"http://{}/token\",service=\"tests\"", self.host);
            return (401, header("WWW-Authenticate", challenge), Vec::new(), false);
        }
        if manners.busy > 0 && path != "/v2/" {
            manners.busy -= 1;
            return (429, header("retry-after", "0".to_owned()), Vec::new(), false);
        }
        let none = (404, Vec::new(), Vec::new(), false);
        let Some(rest) = path.strip_prefix("/v2/team/app/") else {
            return if path == "/v2/" { (200, Vec::new(), b"{}".to_vec(), false) } else { none };
        };
        let (kind, name) = rest.split_once('/').unwrap_or((rest, ""));
        if kind == "referrers" && manners.has_referrers {
            let (name, link) = match name.strip_suffix("?page=2") {
                Some(_) => ("next", Vec::new()),
                None if manners.pages => (name, header("link", format!("<{path}?page=2>; rel=\"next\""))),
                None => (name, Vec::new()),
            };
            let list = self.tags.get(&format!("referrers-{name}")).and_then(|digest| self.blobs.get(digest));
            return (200, link, list.cloned().unwrap_or_else(|| br#"{"manifests": []}"#.to_vec()), false);
        }
        let name = self.tags.get(name).map_or(name, String::as_str);
        let Some(bytes) = self.blobs.get(name).filter(|_| matches!(kind, "manifests" | "blobs")) else { return none };
        if kind == "manifests" {
            return (200, header("docker-content-digest", digest(bytes)), bytes.clone(), false);
        }
        if let Some(elsewhere) = &manners.elsewhere {
            return (307, header("location", format!("{elsewhere}{path}")), Vec::new(), false);
        }
        let from = range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse::<usize>().ok());
        let is_long = bytes.len() > 100;
        let breaks = is_long && manners.breaks > 0;
        if breaks {
            manners.breaks -= 1;
        }
        if manners.lies && is_long {
            let mut other = bytes.clone();
            // The end of a gzip is its checksum and length: the digest sees this, and a decoder does, too.
            other.push(0);
            return (200, Vec::new(), other, false);
        }
        match from {
            Some(from) => (206, Vec::new(), bytes[from..].to_vec(), breaks),
            None => (200, Vec::new(), bytes.clone(), breaks),
        }
    }
}
