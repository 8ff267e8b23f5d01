//! Who is asked what is known of a public address: local files, services, registries, reverse DNS.

mod files;
mod reverse;

use domain::{
    scan::{metadata::MetadataFact, source::SourceStatus},
    target::{Class, classify},
};
pub use files::Files;
use futures::future::BoxFuture;
pub use reverse::Reverse;
use std::{fmt, net::IpAddr, sync::Arc, time::Duration};

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
    fn nothing(why: impl Into<String>) -> Self {
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

/// The sources that are on.
#[derive(Clone, Default)]
pub struct Sources {
    /// Local files.
    pub files: Option<Arc<dyn Source>>,
    /// Reverse DNS.
    pub reverse: Option<Arc<dyn Source>>,
}

impl Metadata {
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
