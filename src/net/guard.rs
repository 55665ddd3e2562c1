//! Which addresses may be connected to.

use std::io;
use std::net::{IpAddr, Ipv6Addr, ToSocketAddrs};
use std::sync::atomic::{AtomicBool, Ordering};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Resolves names; of hosts that the user did not name only public addresses remain.
#[derive(Debug)]
pub(super) struct Guard {
    resolver: Inner,
    /// The host that the user named, without its port.
    own: String,
    /// Host and port of the proxy that the environment names.
    proxy: Option<(String, u16)>,
    /// Whether no address of the named host is public: then others of the same network are to be expected.
    is_internal: AtomicBool,
}

struct Inner(DefaultResolver);

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the system's")
    }
}

impl Guard {
    /// For a host, with or without a port, and a proxy.
    pub(super) fn new(host: &str, proxy: Option<(String, u16)>) -> Guard {
        let resolver = Inner(DefaultResolver::default());
        Guard { resolver, own: without_port(host), proxy, is_internal: AtomicBool::new(false) }
    }

    fn is_proxy(&self, host: &str, uri: &Uri) -> bool {
        let standard = if uri.scheme_str() == Some("https") { 443 } else { 80 };
        let port = uri.port_u16().unwrap_or(standard);
        self.proxy.as_ref().is_some_and(|(name, at)| name.eq_ignore_ascii_case(host) && *at == port)
    }

    fn may(&self, ip: IpAddr) -> bool {
        if self.is_internal.load(Ordering::Relaxed) { !is_link_local(ip) } else { is_public(ip) }
    }
}

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let all = self.resolver.0.resolve(uri, config, timeout)?;
        let host = uri.host().unwrap_or_default();
        if self.own.eq_ignore_ascii_case(host) {
            // One public address among others does not open a network to whoever names its addresses.
            if all.iter().all(|address| !is_public(address.ip())) {
                self.is_internal.store(true, Ordering::Relaxed);
            }
            return Ok(all);
        }
        if self.is_proxy(host, uri) {
            return Ok(all);
        }
        let mut left = self.empty();
        all.iter().filter(|address| self.may(address.ip())).for_each(|address| left.push(*address));
        if left.is_empty() {
            let detail = format!("the server leads to {host}, whose address is not public: it is not asked");
            return Err(ureq::Error::Io(io::Error::new(io::ErrorKind::PermissionDenied, detail)));
        }
        Ok(left)
    }
}

/// A host's name without its port.
pub(super) fn without_port(host: &str) -> String {
    host.parse::<ureq::http::uri::Authority>().map_or_else(|_| host.to_owned(), |one| one.host().to_owned())
}

/// Refuses what a proxy would be asked for on behalf of the host that the user named, where this machine knows that the address is not public.
/// The proxy resolves names itself, so this is all that can be known here.
pub(super) fn check_behind_proxy(own: &str, other: &str) -> Result<(), String> {
    let addresses = |host: &str| -> Vec<IpAddr> {
        let host = host.trim_start_matches('[').trim_end_matches(']');
        (host, 0).to_socket_addrs().map(|all| all.map(|one| one.ip()).collect()).unwrap_or_default()
    };
    let (own, all) = (addresses(own), addresses(other));
    let is_internal = !own.is_empty() && own.iter().all(|ip| !is_public(*ip));
    match all.into_iter().all(|ip| if is_internal { !is_link_local(ip) } else { is_public(ip) }) {
        true => Ok(()),
        false => Err(format!("the server leads to {other}, whose address is not public: it is not asked")),
    }
}

/// Addresses of the link, among which clouds keep the credentials of a machine.
fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => ip.is_link_local(),
            // fe80::/10, and fd00:ec2::254.
            None => ip.segments()[0] & 0xFFC0 == 0xFE80 || ip.segments()[..2] == [0xFD00, 0x0EC2],
        },
    }
}

/// Whether an address is one of the Internet's: <https://www.iana.org/assignments/iana-ipv4-special-registry/> and the one for IPv6
/// (read 2026-12-01).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            let is_shared = a == 100 && (64..128).contains(&b);
            let is_test =
                ip.is_documentation() || a == 198 && (b == 18 || b == 19) || a == 192 && b == 0 && ip.octets()[2] == 0;
            !(ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_multicast()
                || is_shared
                || is_test
                || a == 0
                || a >= 240)
        }
        IpAddr::V6(ip) => match (ip.to_ipv4_mapped(), translated(ip)) {
            (Some(ip), _) | (None, Some(ip)) => is_public(ip.into()),
            // Only 2000::/3 is given out; 2001:db8::/32 is for documents.
            _ => ip.segments()[0] & 0xE000 == 0x2000 && ip.segments()[..2] != [0x2001, 0x0DB8],
        },
    }
}

/// The address of the old Internet that one of 64:ff9b::/96 or 2002::/16 stands for.
fn translated(ip: Ipv6Addr) -> Option<std::net::Ipv4Addr> {
    let parts = ip.segments();
    let of = |high: u16, low: u16| std::net::Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match parts {
        [0x0064, 0xFF9B, 0, 0, 0, 0, high, low] => Some(of(high, low)),
        [0x2002, high, low, ..] => Some(of(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_are_told_from_others() {
        let ip = |text: &str| text.parse::<IpAddr>().expect("an address");
        for public in ["8.8.8.8", "104.18.0.1", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::808:808"] {
            assert!(is_public(ip(public)), "{public}");
        }
        for other in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:7f00:1::",
            "::",
        ] {
            assert!(!is_public(ip(other)), "{other}");
        }
        assert!(is_link_local(ip("::ffff:169.254.169.254")) && is_link_local(ip("fd00:ec2::254")));
    }

    #[test]
    fn a_host_that_is_not_public_may_lead_to_others_of_its_network() {
        let guard = Guard::new("registry.internal:5000", None);
        let private: IpAddr = "10.0.0.7".parse().expect("an address");
        assert!(!guard.may(private));
        guard.is_internal.store(true, Ordering::Relaxed);
        assert!(guard.may(private) && !guard.may("169.254.169.254".parse().expect("an address")));
        assert_eq!(guard.own, "registry.internal");
    }

    #[test]
    fn a_proxy_is_known_by_its_port() {
        let guard = Guard::new("registry.example", Some(("10.0.0.1".to_owned(), 3128)));
        let is_proxy = |uri: &str| guard.is_proxy("10.0.0.1", &uri.parse::<Uri>().expect("an address"));
        assert!(
            is_proxy("http://10.0.0.1:3128/") && !is_proxy("http://10.0.0.1:8080/") && !is_proxy("http://10.0.0.1/")
        );
    }

    #[test]
    fn a_proxy_is_not_asked_for_what_is_not_public() {
        for bad in ["127.0.0.1", "localhost", "10.0.0.1", "[::1]", "169.254.169.254"] {
            assert!(check_behind_proxy("8.8.8.8", bad).is_err(), "{bad}");
        }
        assert!(check_behind_proxy("8.8.8.8", "1.1.1.1").is_ok());
        assert!(check_behind_proxy("10.0.0.1", "10.0.0.2").is_ok());
        assert!(check_behind_proxy("10.0.0.1", "169.254.169.254").is_err());
    }
}
