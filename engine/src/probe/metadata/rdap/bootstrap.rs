//! Which registry has an address: IANA's list (RFC 9224), fetched when it is needed and kept for a day.

use super::Pace;
use crate::probe::outward::Outward;
use domain::time::Timestamp;
use ipnetwork::IpNetwork;
use reqwest::header::ACCEPT;
use serde::Deserialize;
use std::{net::IpAddr, sync::PoisonError, time::Duration};
use tokio::sync::Mutex;
use url::Url;

/// The list changes a few times a year.
const HOLDS: Duration = Duration::from_hours(24);
/// After it could not be fetched.
const AGAIN: Duration = Duration::from_mins(5);
/// Bytes of a list; those of 2026 have 20 kB.
const LONGEST: usize = 1 << 20;

type Services = Vec<(IpNetwork, Url)>;

/// The list of one family, as it was last fetched.
#[derive(Default)]
struct List {
    services: Option<Services>,
    /// Until when it is not fetched again.
    until: Timestamp,
    why: String,
}

pub(super) struct Bootstrap {
    base: Url,
    pace: Pace,
    v4: Mutex<List>,
    v6: Mutex<List>,
    trouble: std::sync::Mutex<Option<String>>,
}

#[derive(Deserialize)]
struct Document {
    services: Vec<(Vec<String>, Vec<String>)>,
}

impl Bootstrap {
    pub(super) fn new(base: Url, pace: Pace) -> Self {
        Self {
            base,
            pace,
            v4: Mutex::default(),
            v6: Mutex::default(),
            trouble: std::sync::Mutex::default(),
        }
    }

    /// Why no registry is known.
    pub(super) fn trouble(&self) -> Option<String> {
        let trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
        trouble.clone()
    }

    /// Whether a registry may be asked there: over TLS, unless the list itself is not.
    pub(super) fn is_fit(&self, url: &Url) -> bool {
        url.scheme() == "https" || url.scheme() == "http" && self.base.scheme() == "http"
    }

    /// The registry of an address; none when nobody has it.
    pub(super) async fn registry(
        &self,
        ip: IpAddr,
        outward: &Outward,
    ) -> Result<Option<Url>, String> {
        let (list, file) = match ip {
            IpAddr::V4(_) => (&self.v4, "ipv4.json"),
            IpAddr::V6(_) => (&self.v6, "ipv6.json"),
        };
        // One fetches, the others wait for it.
        let mut list = list.lock().await;
        let now = self.pace.now();
        if list.until <= now {
            match self.fetch(file, outward).await {
                Ok(services) => {
                    list.services = Some(services);
                    list.until = now.plus(HOLDS);
                    self.tell(None);
                }
                // An old list is better than none.
                Err(why) => {
                    tracing::warn!("the list of registries: {why}");
                    list.until = now.plus(AGAIN);
                    list.why = format!("the list of registries: {why}");
                    self.tell(Some(list.why.clone()));
                }
            }
        }
        let Some(services) = &list.services else {
            return Err(list.why.clone());
        };
        let fitting = services.iter().filter(|(block, _)| block.contains(ip));
        let longest = fitting.max_by_key(|(block, _)| block.prefix());
        Ok(longest.map(|(_, url)| url.clone()))
    }

    fn tell(&self, trouble: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    async fn fetch(&self, file: &str, outward: &Outward) -> Result<Services, String> {
        const NONE: &str = "it is not what is documented";
        let url = self.base.join(file).map_err(|_| NONE)?;
        let url = outward.permit(url.as_str())?;
        let ask = outward.get(&url).header(ACCEPT, "application/json");
        let answer = outward.send(ask, LONGEST).await?;
        if answer.status != 200 {
            return Err(format!("it is answered with status {}", answer.status));
        }
        let document: Document = serde_json::from_slice(&answer.body).map_err(|_| NONE)?;
        let mut services = Vec::new();
        for (blocks, urls) in document.services {
            let urls = urls.iter().filter_map(|url| Url::parse(url).ok());
            let mut urls: Vec<Url> = urls.filter(|url| self.is_fit(url)).collect();
            // Of several ways to one registry the one with TLS.
            urls.sort_by_key(|url| url.scheme() != "https");
            if let Some(url) = urls.into_iter().next() {
                let blocks = blocks.iter().filter_map(|block| block.parse().ok());
                services.extend(blocks.map(|block| (block, url.clone())));
            }
        }
        if services.is_empty() {
            return Err(NONE.into());
        }
        Ok(services)
    }
}
