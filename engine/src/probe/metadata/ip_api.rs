//! ip-api.com, asked for many addresses at once. Whoever asks waits in one queue; the first of them sends for all.

mod answer;
mod queue;

use super::{Keep, Pace, Said, Source, may_ask};
use crate::{
    clock::Clock,
    probe::outward::{Answer, Outward},
};
use answer::Told;
use domain::{
    scan::{metadata::MetadataFact, source::SourceStatus},
    target::Policy,
};
use futures::{FutureExt as _, future::BoxFuture};
use queue::{Queue, Ticket};
use reqwest::header::CONTENT_TYPE;
use std::{fmt, net::IpAddr, time::Duration};
use tokio::sync::{Mutex, watch};
use url::Url;

pub(super) const NAME: &str = "ip-api.com";
/// What the free service asks of its users.
pub(super) const TERMS: &str =
    "Unencrypted http, and for non-commercial use only, as long as there is no key (IP_API_KEY)";
/// Where it is without a key: there is no TLS.
const FREE: &str = "http://ip-api.com";
const PAID: &str = "https://pro.ip-api.com";
/// Everything that is of use, as a sum of the service's bits; `reverse` is left out, since it is slow.
const FIELDS: &str = "21229567";
/// How long an address waits for others to be sent with.
const GATHER: Duration = Duration::from_millis(250);
/// How long an address waits for its turn: a target has two minutes for everything.
const PATIENCE: Duration = Duration::from_secs(45);
/// A request ends by then, with its answer read.
const REQUEST: Duration = Duration::from_secs(15);
/// Bytes of an answer: a hundred addresses have about 60 kB.
const LONGEST: usize = 256 * 1024;
const DAY: Duration = Duration::from_hours(24);

/// The service and the key to it.
#[derive(Clone, PartialEq, Eq)]
pub struct IpApiSettings {
    /// Where it is; absent = where the service itself is.
    pub url: Option<String>,
    /// A customer's key.
    pub key: Option<String>,
}

impl fmt::Debug for IpApiSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IpApiSettings")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

impl IpApiSettings {
    fn base(&self) -> &str {
        let usual = if self.key.is_some() { PAID } else { FREE };
        self.url.as_deref().unwrap_or(usual)
    }

    /// Where batches are sent to; an error is for the operator.
    fn batch(&self) -> Result<Url, String> {
        const EXPECTED: &str =
            "expected http:// or https:// and a host, such as https://pro.ip-api.com";
        let mut url = Url::parse(self.base()).map_err(|_| EXPECTED)?;
        let is_plain = url.username().is_empty() && url.password().is_none();
        if !matches!(url.scheme(), "http" | "https") || !is_plain || url.query().is_some() {
            return Err(EXPECTED.into());
        }
        if self.key.is_some() && url.scheme() == "http" && !is_here(&url) {
            return Err("a key is not sent unencrypted: use https".into());
        }
        let path = format!("{}/batch", url.path().trim_end_matches('/'));
        url.set_path(&path);
        url.set_fragment(None);
        url.query_pairs_mut().append_pair("fields", FIELDS);
        if let Some(key) = &self.key {
            url.query_pairs_mut().append_pair("key", key);
        }
        Ok(url)
    }

    /// What is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        self.batch().map(drop)
    }
}

fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(_)) | None => false,
    }
}

/// The service; one for the whole process, so that its limits are kept.
pub struct IpApi {
    outward: Outward,
    url: Url,
    is_free: bool,
    queue: Queue,
    /// Held by the one that sends for all.
    leader: Mutex<()>,
    pace: Pace,
    clock: Clock,
}

impl fmt::Debug for IpApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IpApi")
    }
}

/// Why a batch was not answered.
#[derive(Debug, thiserror::Error)]
enum Failed {
    /// 429, and the seconds to wait if it says so.
    #[error("too many requests")]
    TooMany(Option<u32>),
    /// 403: banned, a bad key, or TLS without a key.
    #[error("it refuses to answer (403{0})")]
    Refused(String),
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl IpApi {
    /// Nothing is sent before the first question.
    pub fn open(
        settings: &IpApiSettings,
        policy: &Policy,
        clock: Clock,
        pace: Pace,
    ) -> anyhow::Result<Self> {
        let url = settings.batch().map_err(anyhow::Error::msg)?;
        let is_free = settings.key.is_none();
        Ok(Self {
            outward: Outward::new(policy)?,
            url,
            is_free,
            queue: Queue::new(is_free),
            leader: Mutex::default(),
            pace,
            clock,
        })
    }

    async fn look_up(&self, ip: IpAddr) -> Said {
        if !may_ask(ip) {
            return Said::default();
        }
        let patience = tokio::time::sleep(PATIENCE + REQUEST);
        tokio::pin!(patience);
        let until = self.pace.now().plus(PATIENCE);
        'joined: loop {
            let mut answer = match self.queue.join(ip, self.pace.now()) {
                Ok(answer) => answer,
                Err(why) => return self.nothing(&why),
            };
            loop {
                tokio::select! {
                    biased;
                    told = answered(&mut answer) => match told {
                        Some(told) => return self.said(told),
                        // Who sent for all was ended in the middle of it.
                        None => continue 'joined,
                    },
                    () = &mut patience => return self.nothing("its turn did not come in time"),
                    _turn = self.leader.lock() => if let Err(why) = self.lead(until).await {
                        return self.nothing(&why);
                    },
                }
            }
        }
    }

    /// Waits for leave and sends what is in the queue by then. An error: leave would come too late.
    async fn lead(&self, until: domain::time::Timestamp) -> Result<(), String> {
        self.pace.rest(GATHER).await;
        while let Err(wait) = self.queue.leave(self.pace.now()) {
            if self.pace.now().plus(wait) > until {
                return Err(format!(
                    "its limit of requests is used up, and the wait is longer than {} seconds",
                    PATIENCE.as_secs()
                ));
            }
            self.pace.rest(wait).await;
        }
        let Some(ticket) = self.queue.take(self.pace.now()) else {
            return Ok(());
        };
        let outcome = tokio::time::timeout(REQUEST, self.send(&ticket)).await;
        let outcome = outcome.unwrap_or_else(|_| Err(Failed::Other("no answer".into())));
        if let Err(failed) = &outcome {
            tracing::warn!(addresses = ticket.addresses().len(), "{NAME}: {failed}");
        }
        self.queue.settle(ticket, outcome, self.pace.now());
        Ok(())
    }

    async fn send(&self, ticket: &Ticket<'_>) -> Result<Vec<(IpAddr, Told)>, Failed> {
        let url = self.outward.permit(self.url.as_str());
        let url = url.map_err(Failed::Other)?;
        let body = serde_json::to_vec(ticket.addresses());
        let body = body.map_err(|error| Failed::Other(error.to_string()))?;
        let ask = self
            .outward
            .post(&url)
            .header(CONTENT_TYPE, "application/json");
        let answer = self.outward.send(ask.body(body), LONGEST).await;
        let answer = answer.map_err(Failed::Other)?;
        self.queue.note(&answer, self.pace.now());
        read(&answer)
    }

    fn said(&self, told: Told) -> Said {
        match told {
            Ok(facts) => {
                let now = self.clock.now();
                let fact = |(kind, words): (_, String)| MetadataFact::new(kind, &words, NAME, now);
                Said {
                    facts: facts.into_iter().filter_map(fact).collect(),
                    problems: Vec::new(),
                }
            }
            Err(why) => self.nothing(&why),
        }
    }

    #[expect(clippy::unused_self, reason = "reads like its siblings")]
    fn nothing(&self, why: &str) -> Said {
        Said::nothing(format!("{NAME}: {why}"))
    }
}

fn read(answer: &Answer) -> Result<Vec<(IpAddr, Told)>, Failed> {
    match answer.status {
        200 => answer::batch(&answer.body).map_err(Failed::Other),
        429 => Err(Failed::TooMany(answer.number("x-ttl"))),
        403 => {
            let words = answer::refusal(&answer.body);
            Err(Failed::Refused(
                words.map_or_else(String::new, |words| format!(": {words}")),
            ))
        }
        422 => Err(Failed::Other("it does not accept the request (422)".into())),
        status @ 300..400 => Err(Failed::Other(format!(
            "it redirects ({status}), which is not followed"
        ))),
        status => Err(Failed::Other(format!("it answers with status {status}"))),
    }
}

/// What was told; nothing when nobody will tell it.
async fn answered(answer: &mut watch::Receiver<Option<Told>>) -> Option<Told> {
    let told = answer.wait_for(Option::is_some).await.ok()?;
    told.clone()
}

impl Source for IpApi {
    fn name(&self) -> &'static str {
        NAME
    }

    fn keep(&self) -> Option<Keep> {
        Some(Keep {
            known: DAY,
            unknown: Duration::from_hours(1),
        })
    }

    fn ask(&self, ip: IpAddr) -> BoxFuture<'_, Said> {
        self.look_up(ip.to_canonical()).boxed()
    }

    fn status(&self) -> BoxFuture<'_, Vec<SourceStatus>> {
        let host = self.url.host_str().unwrap_or(NAME);
        let secrecy = if self.url.scheme() == "https" {
            ""
        } else {
            ", unencrypted"
        };
        let status = SourceStatus {
            name: NAME.into(),
            is_on: true,
            sends: Some(format!("public addresses{secrecy}, to {host}")),
            note: self.is_free.then(|| TERMS.into()),
            how: None,
            problem: self.queue.trouble(self.pace.now()),
        };
        async { vec![status] }.boxed()
    }
}
