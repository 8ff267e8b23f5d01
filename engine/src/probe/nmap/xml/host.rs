//! A host of nmap's document, put together from its elements.

use std::net::IpAddr;

use domain::port::{OpenPort, Proto, Service};
use domain::text;

use super::Attributes;

/// More ports than there are: each of them of both protocols.
const MOST_PORTS: usize = 2 << 16;
/// Addresses and names that are kept of one host.
const MOST_NAMES: usize = 64;

/// A host that nmap scanned, or gave up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::probe::nmap) struct Host {
    /// Its IP addresses.
    pub(in crate::probe::nmap) addresses: Vec<IpAddr>,
    /// Its names, cleaned.
    pub(in crate::probe::nmap) names: Vec<String>,
    /// nmap counts it as up.
    pub(in crate::probe::nmap) is_up: bool,
    /// nmap gave it up: what is not told of it is unknown.
    pub(in crate::probe::nmap) is_timed_out: bool,
    /// Its ports were looked at.
    pub(in crate::probe::nmap) has_ports: bool,
    /// A port answered, be it by refusing.
    pub(in crate::probe::nmap) has_answered: bool,
    /// Its open ports, as they come.
    pub(in crate::probe::nmap) open: Vec<OpenPort>,
    /// How many ports are in which state, of those that are not listed one by one.
    pub(in crate::probe::nmap) extra: Vec<(String, u32)>,
}

/// The host that is being read.
#[derive(Default)]
pub(super) struct Hosts {
    host: Option<Host>,
    port: Option<(OpenPort, bool)>,
}

impl Hosts {
    pub(super) fn begin(&mut self, attributes: &Attributes) {
        self.host = Some(Host {
            is_timed_out: attributes.get("timedout") == Some("true"),
            ..Host::default()
        });
    }

    pub(super) fn end(&mut self) -> Option<Host> {
        self.host.take()
    }

    pub(super) fn ports(&mut self) {
        if let Some(host) = &mut self.host {
            host.has_ports = true;
        }
    }

    pub(super) fn port(&mut self, attributes: &Attributes) {
        let proto = attributes.get("protocol").and_then(proto);
        let number = attributes.get("portid").and_then(|id| id.parse().ok());
        self.port = proto
            .zip(number.filter(|port| *port > 0))
            .map(|(proto, port)| {
                let service = Service::default();
                (
                    OpenPort {
                        proto,
                        port,
                        service,
                    },
                    false,
                )
            });
    }

    pub(super) fn end_port(&mut self) {
        let open = self.port.take().filter(|(_, is_open)| *is_open);
        if let (Some((port, _)), Some(host)) = (open, &mut self.host)
            && host.open.len() < MOST_PORTS
        {
            host.open.push(port);
        }
    }

    /// An element inside of a host or one of its ports.
    pub(super) fn fact(&mut self, element: &str, attributes: &Attributes) {
        let Some(host) = &mut self.host else { return };
        let state = attributes.get("state").unwrap_or_default();
        match (element, &mut self.port) {
            ("status", None) => host.is_up = state == "up",
            ("address", None) => {
                let address = attributes
                    .get("addr")
                    .and_then(|addr| addr.parse::<IpAddr>().ok());
                let room = MOST_NAMES - host.addresses.len().min(MOST_NAMES);
                host.addresses.extend(address.into_iter().take(room));
            }
            ("hostname", None) => {
                let name = attributes.get("name").and_then(clean);
                let room = MOST_NAMES - host.names.len().min(MOST_NAMES);
                host.names.extend(name.into_iter().take(room));
            }
            ("extraports", None) => {
                let count = attributes.get("count").and_then(|count| count.parse().ok());
                host.has_answered |= is_answer(state) && count > Some(0);
                if let Some((state, count)) = clean(state).zip(count)
                    && host.extra.len() < MOST_NAMES
                {
                    host.extra.push((state, count));
                }
            }
            ("state", Some((_, is_open))) => {
                *is_open = state == "open";
                host.has_answered |= is_answer(state);
            }
            ("service", Some((port, _))) => port.service = service(attributes),
            _ => {}
        }
    }
}

/// Whether a port in this state has answered. `filtered` may come from a router, or from nowhere.
fn is_answer(state: &str) -> bool {
    matches!(state, "open" | "closed" | "unfiltered")
}

pub(super) fn proto(word: &str) -> Option<Proto> {
    [Proto::Tcp, Proto::Udp]
        .into_iter()
        .find(|proto| proto.as_str() == word)
}

/// One clean line, cut where it is too long; none if nothing is left.
pub(super) fn clean(value: &str) -> Option<String> {
    let short: String = value.chars().take(text::LINE_LIMIT).collect();
    text::line(&short).ok().filter(|line| !line.is_empty())
}

fn service(attributes: &Attributes) -> Service {
    let fact = |name| attributes.get(name).and_then(clean);
    let name = fact("name").filter(|name| name != "unknown");
    Service {
        name: match attributes.get("tunnel") {
            Some("ssl") => name.map(|name| through_tls(&name)),
            _ => name,
        },
        product: fact("product"),
        version: fact("version"),
    }
}

/// The name of what speaks a protocol inside of TLS.
fn through_tls(name: &str) -> String {
    match name {
        "http" | "smtp" | "imap" | "pop3" | "ldap" | "ftp" | "telnet" | "nntp" | "sip" | "irc" => {
            format!("{name}s")
        }
        "ssl" | "https" => name.to_owned(),
        name => format!("ssl/{name}"),
    }
}
