//! The name of an address, by the resolver that names hosts.

use super::{Keep, Said, Source};
use crate::{clock::Clock, probe::names::ReverseDns};
use domain::{
    name::NameAnswer,
    scan::{
        metadata::{MetadataFact, MetadataKind},
        source::SourceStatus,
    },
};
use futures::{FutureExt as _, future::BoxFuture};
use std::{net::IpAddr, sync::Arc};

pub(super) const NAME: &str = "reverse DNS";
pub(super) const SENDS: &str = "public addresses, to the name servers";

/// Reverse DNS as a source.
pub struct Reverse {
    dns: Arc<dyn ReverseDns>,
    clock: Clock,
}

impl Reverse {
    /// Asks `dns`, which remembers its answers.
    pub fn new(dns: Arc<dyn ReverseDns>, clock: Clock) -> Self {
        Self { dns, clock }
    }
}

impl Source for Reverse {
    fn name(&self) -> &'static str {
        NAME
    }

    fn keep(&self) -> Option<Keep> {
        None
    }

    fn tells_places(&self) -> bool {
        false
    }

    fn ask(&self, ip: IpAddr) -> BoxFuture<'_, Said> {
        async move {
            match self.dns.name_of(ip).await {
                NameAnswer::Name(name) => Said {
                    facts: MetadataFact::new(
                        MetadataKind::ReverseName,
                        &name.to_string(),
                        NAME,
                        self.clock.now(),
                    )
                    .into_iter()
                    .collect(),
                    problems: Vec::new(),
                },
                NameAnswer::NotAsked | NameAnswer::Nameless => Said::default(),
                silent @ (NameAnswer::Failed(_) | NameAnswer::LeftAlone) => {
                    Said::nothing(format!("{NAME}: {silent}"))
                }
            }
        }
        .boxed()
    }

    fn status(&self) -> BoxFuture<'_, Vec<SourceStatus>> {
        let status = SourceStatus {
            name: NAME.into(),
            is_on: true,
            sends: Some(SENDS.into()),
            note: None,
            how: None,
            problem: self.dns.trouble(),
        };
        async { vec![status] }.boxed()
    }
}
