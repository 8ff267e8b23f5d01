//! What kind of network an address is in, by stated rules over what sources say.

use crate::risk::Scope;
use serde::{Deserialize, Serialize};

/// A kind of network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ServiceCategory {
    /// Not reachable from everywhere.
    Private,
    /// A proxy, VPN or Tor exit.
    Proxy,
    /// A mobile network.
    Mobile,
    /// One of the large clouds.
    Cloud,
    /// A hosting provider or data centre.
    Hosting,
    /// An access provider.
    Isp,
    /// An organisation's own network.
    Business,
    /// No source says.
    Unknown,
}

/// What sources say about a network.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkFacts {
    /// The access provider.
    pub isp: Option<String>,
    /// The organisation that the block was given to.
    pub organisation: Option<String>,
    /// The autonomous system's name.
    pub as_name: Option<String>,
    /// A source lists it as a data centre.
    pub is_hosting: bool,
    /// A source lists it as a proxy, VPN or Tor exit.
    pub is_proxy: bool,
    /// A source lists it as a mobile network.
    pub is_mobile: bool,
}

/// Parts of the names of the large clouds, in lower case.
const CLOUDS: [&str; 13] = [
    "amazon",
    "aws",
    "google cloud",
    "google llc",
    "microsoft",
    "azure",
    "oracle cloud",
    "alibaba",
    "tencent",
    "digitalocean",
    "ibm cloud",
    "cloudflare",
    "akamai",
];
/// Parts of the names of hosting providers, in lower case.
const HOSTING: [&str; 11] = [
    "hosting",
    "hetzner",
    "ovh",
    "linode",
    "vultr",
    "choopa",
    "leaseweb",
    "contabo",
    "scaleway",
    "datacenter",
    "data center",
];
/// Parts of the names of access providers, in lower case.
const ACCESS: [&str; 14] = [
    "telecom",
    "telekom",
    "telefonica",
    "broadband",
    "cable",
    "comcast",
    "verizon",
    "vodafone",
    "orange",
    "charter",
    "at&t",
    "internet service",
    "communications",
    "fiber",
];

/// The kind of network. The first rule that fits decides: private, proxy, mobile, a cloud by name, hosting by flag or
/// name, access provider by name; then an organisation that is not its own provider is a business.
pub fn of(scope: Scope, facts: &NetworkFacts) -> ServiceCategory {
    let names: Vec<String> = [&facts.organisation, &facts.isp, &facts.as_name]
        .into_iter()
        .flatten()
        .map(|name| name.to_lowercase())
        .collect();
    let is_called = |parts: &[&str]| {
        names
            .iter()
            .any(|name| parts.iter().any(|part| has_words(name, part)))
    };
    match () {
        () if scope == Scope::Private => ServiceCategory::Private,
        () if facts.is_proxy => ServiceCategory::Proxy,
        () if facts.is_mobile => ServiceCategory::Mobile,
        () if is_called(&CLOUDS) => ServiceCategory::Cloud,
        () if facts.is_hosting || is_called(&HOSTING) => ServiceCategory::Hosting,
        () if is_called(&ACCESS) => ServiceCategory::Isp,
        () if facts.organisation.is_some() => ServiceCategory::Business,
        () if facts.isp.is_some() => ServiceCategory::Isp,
        () => ServiceCategory::Unknown,
    }
}

/// Whether a name has a part that begins a word: `aws` is in `AWS EC2`, not in `Lawson`.
fn has_words(name: &str, part: &str) -> bool {
    name.match_indices(part).any(|(at, _)| {
        name[..at]
            .chars()
            .next_back()
            .is_none_or(|before| !before.is_alphanumeric())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(isp: &str, organisation: &str) -> NetworkFacts {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        NetworkFacts {
            isp: some(isp),
            organisation: some(organisation),
            ..NetworkFacts::default()
        }
    }

    #[test]
    fn each_rule_decides_in_its_turn() {
        let proxy = NetworkFacts {
            is_proxy: true,
            ..facts("Amazon.com", "AWS EC2")
        };
        let mobile = NetworkFacts {
            is_mobile: true,
            ..facts("Vodafone", "")
        };
        let hosted = NetworkFacts {
            is_hosting: true,
            ..facts("Example Networks", "")
        };
        for (facts, expected) in [
            (proxy, ServiceCategory::Proxy),
            (mobile, ServiceCategory::Mobile),
            (hosted, ServiceCategory::Hosting),
            (
                facts("Amazon.com, Inc.", "AWS EC2 (eu-west-1)"),
                ServiceCategory::Cloud,
            ),
            (
                facts("Google LLC", "Google Public DNS"),
                ServiceCategory::Cloud,
            ),
            (facts("Hetzner Online GmbH", ""), ServiceCategory::Hosting),
            (facts("Deutsche Telekom AG", ""), ServiceCategory::Isp),
            (facts("Example Networks", ""), ServiceCategory::Isp),
            (facts("", "Lawson Books"), ServiceCategory::Business),
            (facts("", ""), ServiceCategory::Unknown),
        ] {
            assert_eq!(of(Scope::Public, &facts), expected, "{facts:?}");
            assert_eq!(of(Scope::Private, &facts), ServiceCategory::Private);
        }
    }
}
