//! What all sources together know of an address, and what a result says of it.

use super::{MetadataFact, MetadataKind as Kind, country_name};
use crate::{risk::Reputation, scan::category::NetworkFacts};

/// What is known of one address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// At most one of each kind, by kind.
    pub facts: Vec<MetadataFact>,
    /// Why sources said nothing, one line each.
    pub problems: Vec<String>,
}

impl Known {
    /// Of each kind the first fact, in the order in which the sources are asked. A region or a city counts only when its
    /// source does not name another country than the one that was settled on, and a name of an autonomous system only
    /// with its number: a place is told by one source or by several that agree.
    pub fn merge(said: &[MetadataFact], problems: Vec<String>) -> Self {
        let mut facts: Vec<MetadataFact> = Vec::new();
        for fact in said {
            let is_told = facts.iter().any(|known| known.kind == fact.kind);
            if !is_told && fits(fact, &facts, said) {
                facts.push(fact.clone());
            }
        }
        facts.sort_by_key(|fact| fact.kind);
        Self { facts, problems }
    }

    fn value(&self, kind: Kind) -> Option<&str> {
        let fact = self.facts.iter().find(|fact| fact.kind == kind);
        fact.map(|fact| fact.value.as_str())
    }

    fn says_yes(&self, kind: Kind) -> bool {
        self.value(kind) == Some("yes")
    }

    /// The country's name, else what its two letters stand for, else those.
    pub fn country(&self) -> Option<String> {
        let by_code = || {
            let code = self.value(Kind::CountryCode)?;
            Some(country_name(code).unwrap_or(code))
        };
        self.value(Kind::Country)
            .or_else(by_code)
            .map(ToOwned::to_owned)
    }

    /// "City, Region, Country", as far as they are known; a city that is its own region is named once.
    pub fn location(&self) -> Option<String> {
        let country = self.country();
        let parts = [
            self.value(Kind::City),
            self.value(Kind::Region),
            country.as_deref(),
        ];
        let mut parts: Vec<&str> = parts.into_iter().flatten().collect();
        parts.dedup_by(|a, b| a.to_lowercase() == b.to_lowercase());
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// "ISP / Organisation (AS1221)". Of two names one of which contains the other only the longer one is told; without
    /// either, the autonomous system's name.
    pub fn provider(&self) -> Option<String> {
        let (isp, organisation) = (self.value(Kind::Isp), self.value(Kind::Organisation));
        let holds = |long: &str, short: &str| long.to_lowercase().contains(&short.to_lowercase());
        let name = match (isp, organisation) {
            (Some(isp), Some(other)) if holds(isp, other) => Some(isp.to_owned()),
            (Some(isp), Some(other)) if holds(other, isp) => Some(other.to_owned()),
            (Some(isp), Some(other)) => Some(format!("{isp} / {other}")),
            (one, other) => one
                .or(other)
                .or(self.value(Kind::AsName))
                .map(ToOwned::to_owned),
        };
        match (name, self.value(Kind::Asn)) {
            (Some(name), Some(number)) => Some(format!("{name} ({number})")),
            (name, number) => name.or(number.map(ToOwned::to_owned)),
        }
    }

    /// The sources of location, provider and category, each once, in the order of the facts.
    pub fn source(&self) -> Option<String> {
        let mut sources: Vec<&str> = Vec::new();
        for fact in &self.facts {
            let is_shown = !matches!(
                fact.kind,
                Kind::Network | Kind::AbuseContact | Kind::ReverseName
            );
            if is_shown && !sources.contains(&fact.source.as_str()) {
                sources.push(&fact.source);
            }
        }
        (!sources.is_empty()).then(|| sources.join(", "))
    }

    /// What the kind of network is decided by.
    pub fn network(&self) -> NetworkFacts {
        let owned = |kind| self.value(kind).map(ToOwned::to_owned);
        NetworkFacts {
            isp: owned(Kind::Isp),
            organisation: owned(Kind::Organisation),
            as_name: owned(Kind::AsName),
            is_hosting: self.says_yes(Kind::Hosting),
            is_proxy: self.says_yes(Kind::Proxy),
            is_mobile: self.says_yes(Kind::Mobile),
        }
    }

    /// What adds to the risk.
    pub fn reputation(&self) -> Reputation {
        Reputation {
            is_proxy: self.says_yes(Kind::Proxy),
        }
    }
}

/// Whether a fact goes with what was settled on before it.
fn fits(fact: &MetadataFact, settled: &[MetadataFact], said: &[MetadataFact]) -> bool {
    let bound: &[Kind] = match fact.kind {
        Kind::Country => &[Kind::CountryCode],
        Kind::CountryCode => &[Kind::Country],
        Kind::Region | Kind::City => &[Kind::Country, Kind::CountryCode],
        Kind::AsName => &[Kind::Asn],
        _ => &[],
    };
    let by_same = |kind: Kind| {
        let mut own = said.iter().filter(|other| other.source == fact.source);
        own.find(|other| other.kind == kind)
    };
    // One shared word is enough: two sources may spell one country in two ways.
    let pairs = bound.iter().filter_map(|kind| {
        let settled = settled.iter().find(|known| known.kind == *kind)?;
        let own = by_same(*kind)?;
        Some(settled.value.eq_ignore_ascii_case(&own.value))
    });
    let pairs: Vec<bool> = pairs.collect();
    pairs.is_empty() || pairs.contains(&true)
}

#[cfg(test)]
#[path = "known_tests.rs"]
mod tests;
