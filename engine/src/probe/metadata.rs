//! Who is asked what is known of a public address: local files, services, registries, reverse DNS.

mod files;
mod ip_api;
mod pace;
mod rdap;
mod reverse;

use super::names::ReverseDns;
use crate::clock::Clock;
use domain::{
    scan::{metadata::MetadataFact, source::SourceStatus},
    target::{Class, Policy, classify},
};
pub use files::Files;
use futures::future::BoxFuture;
pub use ip_api::{IpApi, IpApiSettings};
pub use pace::Pace;
pub use rdap::Rdap;
pub use reverse::Reverse;
use std::{fmt, net::IpAddr, path::PathBuf, sync::Arc, time::Duration};

/// What one source said of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// What it knows, what counts most first.
    pub facts: Vec<MetadataFact>,
    /// Why it said nothing, or not all, one line each; none = this is all it knows.
    pub problems: Vec<String>,
}

impl Said {
    /// Why nothing was said.
    pub(crate) fn nothing(why: impl Into<String>) -> Self {
        Self {
            facts: Vec::new(),
            problems: vec![why.into()],
        }
    }
}

/// For how long answers of a source hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// What it knows.
    pub known: Duration,
    /// That it knows nothing.
    pub unknown: Duration,
}

/// One source.
pub trait Source: Send + Sync + 'static {
    /// What its answers are kept under, and how a person calls it.
    fn name(&self) -> &'static str;

    /// How long its answers may be kept; `None` = it keeps them itself, or asking costs nothing.
    fn keep(&self) -> Option<Keep>;

    /// Whether it can tell location and provider.
    fn tells_places(&self) -> bool {
        true
    }

    /// Asks for one address. Ends within a minute and a half, whatever others do.
    fn ask(&self, ip: IpAddr) -> BoxFuture<'_, Said>;

    /// What a person should know of it: one entry, or one per file.
    fn status(&self) -> BoxFuture<'_, Vec<SourceStatus>>;
}

/// A source, or what would turn it on.
#[derive(Clone)]
enum Seat {
    On(Arc<dyn Source>),
    Off(SourceStatus),
}

/// Every source in the order in which they are believed.
#[derive(Clone)]
pub struct Metadata(Vec<Seat>);

impl fmt::Debug for Metadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.on().map(|source| source.name());
        f.debug_list().entries(names).finish()
    }
}

impl Default for Metadata {
    /// Nobody is asked.
    fn default() -> Self {
        Self::new(Sources::default())
    }
}

/// Which sources an operator switched on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetadataSettings {
    /// The folder of local files.
    pub folder: Option<PathBuf>,
    /// ip-api.com.
    pub ip_api: Option<IpApiSettings>,
    /// The registries: where the list of them is.
    pub rdap: Option<String>,
}

impl MetadataSettings {
    /// What is wrong with the URL of the list of registries.
    pub fn check_rdap(url: &str) -> Result<(), String> {
        rdap::list_url(url).map(drop)
    }
}

/// The sources that are on.
#[derive(Clone, Default)]
pub struct Sources {
    /// Local files.
    pub files: Option<Arc<dyn Source>>,
    /// ip-api.com.
    pub ip_api: Option<Arc<dyn Source>>,
    /// The registries.
    pub rdap: Option<Arc<dyn Source>>,
    /// Reverse DNS.
    pub reverse: Option<Arc<dyn Source>>,
}

impl Metadata {
    /// Opens what is switched on: files are read now, services are asked later. `dns` is who names hosts, unless that is
    /// off.
    pub fn open(
        settings: &MetadataSettings,
        policy: &Policy,
        clock: Clock,
        dns: Option<Arc<dyn ReverseDns>>,
    ) -> anyhow::Result<Self> {
        let pace = Pace::steady(clock.now());
        let mut sources = Sources::default();
        if let Some(folder) = &settings.folder {
            sources.files = Some(Arc::new(Files::open(folder.clone(), clock.clone())));
        }
        if let Some(ip_api) = &settings.ip_api {
            let ip_api = IpApi::open(ip_api, policy, clock.clone(), pace.clone())?;
            sources.ip_api = Some(Arc::new(ip_api));
        }
        if let Some(list) = &settings.rdap {
            let rdap = Rdap::open(list, policy, clock.clone(), pace)?;
            sources.rdap = Some(Arc::new(rdap));
        }
        if let Some(dns) = dns {
            sources.reverse = Some(Arc::new(Reverse::new(dns, clock)));
        }
        Ok(Self::new(sources))
    }

    /// What is on, and for the rest what would turn it on.
    pub fn new(sources: Sources) -> Self {
        let off = |name: &str, sends: Option<&str>, how: &str| SourceStatus {
            name: name.into(),
            is_on: false,
            sends: sends.map(Into::into),
            note: None,
            how: Some(how.into()),
            problem: None,
        };
        let seat = |source: Option<Arc<dyn Source>>, off: SourceStatus| {
            source.map_or_else(|| Seat::Off(off), Seat::On)
        };
        Self(vec![
            seat(sources.files, off(files::NAME, None, "MMDB_DIR=FOLDER")),
            seat(
                sources.ip_api,
                SourceStatus {
                    // Whoever decides to switch it on has to know before.
                    note: Some(ip_api::TERMS.into()),
                    ..off(
                        ip_api::NAME,
                        Some("public addresses, unencrypted, to ip-api.com"),
                        "IP_API_ENABLED=1",
                    )
                },
            ),
            seat(
                sources.rdap,
                off(rdap::NAME, Some(rdap::SENDS), "RDAP_ENABLED=1"),
            ),
            seat(
                sources.reverse,
                off(reverse::NAME, Some(reverse::SENDS), "PTR_LOOKUP_ENABLED=1"),
            ),
        ])
    }

    /// The sources that are asked, in the order in which they are believed.
    pub fn on(&self) -> impl Iterator<Item = &Arc<dyn Source>> {
        self.0.iter().filter_map(|seat| match seat {
            Seat::On(source) => Some(source),
            Seat::Off(_) => None,
        })
    }

    /// What a person should know of each, also of those that are off.
    pub async fn status(&self) -> Vec<SourceStatus> {
        let mut told = Vec::new();
        for seat in &self.0 {
            match seat {
                Seat::On(source) => told.extend(source.status().await),
                Seat::Off(status) => told.push(status.clone()),
            }
        }
        told
    }
}

/// Whether an address may be told to anybody: a public one.
pub fn may_ask(ip: IpAddr) -> bool {
    classify(ip.to_canonical()) == Class::Global
}
