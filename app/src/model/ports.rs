//! Ports as they are shown: what a chip says, how many of them fit, and which are wanted.

use domain::port::{Port, PortChip, Proto};

/// What a chip says: `443/https`; without a known service only what says which port it is.
pub fn label(port: u16, proto: Proto, service: Option<&str>) -> String {
    match (service, proto) {
        (Some(service), _) => format!("{port}/{service}"),
        (None, Proto::Tcp) => port.to_string(),
        (None, Proto::Udp) => format!("{port}/udp"),
    }
}

/// The label of a chip.
pub fn chip_label(chip: &PortChip) -> String {
    label(chip.port, chip.proto, chip.service.as_deref())
}

/// The program and its version; empty when neither is known.
pub fn program(port: &Port) -> String {
    let words = [port.product.as_deref(), port.version.as_deref()];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What a chip needs beside its letters, and what "+9" needs, in letters.
const FRAME: usize = 3;
const REST: usize = 3;

/// The first chips that fit into a line of so many letters, at least one, and how many are left out.
pub fn few(chips: &[PortChip], room: usize) -> (Vec<String>, usize) {
    let mut shown = Vec::new();
    let mut used = 0;
    for (at, chip) in chips.iter().enumerate() {
        let label = chip_label(chip);
        used += label.chars().count() + FRAME;
        let rest = if at + 1 < chips.len() { REST } else { 0 };
        if at > 0 && used + rest > room {
            break;
        }
        shown.push(label);
    }
    let left_out = chips.len() - shown.len();
    (shown, left_out)
}

/// Which open port is wanted of a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortFilter {
    /// Its number.
    pub port: Option<u16>,
    /// Its service's name.
    pub service: Option<String>,
}

impl PortFilter {
    /// The filter that `get` (a look-up in the query string) describes.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            port: get("port").and_then(|port| number(&port)),
            service: get("service").filter(|service| !service.is_empty()),
        }
    }

    /// The query parameters that bring this filter back.
    pub fn to_query(&self) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let port = self.port.map(|port| ("port", port.to_string()));
        let service = self.service.clone().map(|service| ("service", service));
        port.into_iter().chain(service)
    }

    /// What a reader wrote: `443`, `https` or, as a chip says it, `443/https`.
    pub fn read(text: &str) -> Self {
        let (first, second) = text.split_once('/').unwrap_or((text, ""));
        let port = number(first.trim());
        let service = if port.is_some() { second } else { text };
        let service = service.trim().to_lowercase();
        Self {
            port,
            service: Some(service).filter(|service| !service.is_empty()),
        }
    }

    /// What a reader would write.
    pub fn text(&self) -> String {
        match (self.port, self.service.as_deref()) {
            (Some(port), service) => label(port, Proto::Tcp, service),
            (None, service) => service.unwrap_or_default().to_owned(),
        }
    }

    /// Whether some hosts may be left out.
    pub fn is_narrow(&self) -> bool {
        *self != Self::default()
    }

    /// Whether one of these ports is wanted.
    pub fn fits(&self, ports: &[PortChip]) -> bool {
        let is_wanted = |chip: &PortChip| {
            let service = chip.service.as_deref().unwrap_or_default();
            self.port.is_none_or(|port| port == chip.port)
                && self
                    .service
                    .as_deref()
                    .is_none_or(|wanted| wanted.eq_ignore_ascii_case(service))
        };
        !self.is_narrow() || ports.iter().any(is_wanted)
    }
}

fn number(text: &str) -> Option<u16> {
    text.parse().ok().filter(|port| *port > 0)
}

/// Whether what is typed into a search means one of these ports: its number, or part of its service's name.
pub fn contains(ports: &[PortChip], text: &str) -> bool {
    let port = number(text);
    ports.iter().any(|chip| {
        let service = chip.service.as_deref().unwrap_or_default();
        port == Some(chip.port) || service.to_lowercase().contains(text)
    })
}

#[cfg(test)]
#[path = "ports_tests.rs"]
mod tests;
