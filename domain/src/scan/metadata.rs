//! What sources know of an address, each fact with its source. The first source that knows a fact wins.

mod country;
mod known;

use crate::{text, time::Timestamp};
pub use country::name as country_name;
pub use known::Known;
use serde::{Deserialize, Serialize};

/// What kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MetadataKind {
    /// The country's name.
    Country,
    /// The country's two letters (ISO 3166).
    CountryCode,
    /// A part of the country.
    Region,
    /// A city.
    City,
    /// The access provider.
    Isp,
    /// The organisation that the block was given to.
    Organisation,
    /// The autonomous system: `AS1221`.
    Asn,
    /// The autonomous system's name.
    AsName,
    /// The block as a registry lists it.
    Network,
    /// Where to report abuse.
    AbuseContact,
    /// The name by reverse DNS.
    ReverseName,
    /// `yes`: a data centre.
    Hosting,
    /// `yes`: a proxy, VPN or Tor exit.
    Proxy,
    /// `yes`: a mobile network.
    Mobile,
}

/// One fact and where it is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetadataFact {
    /// What kind of fact.
    pub kind: MetadataKind,
    /// One clean line.
    #[cfg_attr(feature = "openapi", schema(example = "London"))]
    pub value: String,
    /// A file's name, `ip-api.com`, `reverse DNS`, or a registry's host.
    #[cfg_attr(feature = "openapi", schema(example = "GeoLite2-City.mmdb"))]
    pub source: String,
    /// When the source said so; of a file, when it was built.
    pub at: Timestamp,
}

/// Longest value, in characters.
const LONGEST: usize = 160;

impl MetadataFact {
    /// A fact in a source's own words, made one clean line; an empty one is none.
    pub fn new(kind: MetadataKind, words: &str, source: &str, at: Timestamp) -> Option<Self> {
        let value = clean(words);
        (!value.is_empty()).then(|| Self {
            kind,
            value,
            source: source.into(),
            at,
        })
    }
}

/// What a stranger wrote as one clean, short line.
pub fn clean(words: &str) -> String {
    let start: String = words.chars().take(LONGEST).collect();
    let spaced: String = start
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    text::line(&spaced).unwrap_or_default()
}
