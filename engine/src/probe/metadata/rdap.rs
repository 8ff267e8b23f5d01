//! The regional registries: whom a block was given to and where to report abuse (RDAP, RFC 9082 and 9083). Which registry
//! to ask is in IANA's list (RFC 9224).

mod answer;
mod bootstrap;
mod gate;

use super::{Keep, Pace, Said, Source, may_ask};
use crate::{clock::Clock, probe::outward::Outward};
use answer::Block;
use bootstrap::Bootstrap;
use domain::{
    scan::{metadata::MetadataFact, source::SourceStatus},
    target::Policy,
};
use futures::{FutureExt as _, future::BoxFuture};
use gate::Gates;
use reqwest::header::ACCEPT;
use std::{
    collections::VecDeque,
    fmt,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use url::Url;

pub(super) const NAME: &str = "RDAP";
pub(super) const SENDS: &str = "public addresses, to the regional registries";
const MEDIA_TYPE: &str = "application/rdap+json";
/// Bytes of an answer.
const LONGEST: usize = 512 * 1024;
/// From one registry to the one that it names.
const HOPS: usize = 2;
/// How long an address waits for everything: a target has two minutes in all.
const PATIENCE: Duration = Duration::from_secs(50);
/// Blocks that are remembered for their addresses' neighbours.
const BLOCKS: usize = 256;

/// Asks the registries.
pub struct Rdap {
    outward: Outward,
    bootstrap: Bootstrap,
    gates: Gates,
    blocks: Mutex<VecDeque<Block>>,
    clock: Clock,
}

impl fmt::Debug for Rdap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rdap")
    }
}

/// Reads where the list of registries is; an error is for the operator.
pub(super) fn list_url(text: &str) -> Result<Url, String> {
    const EXPECTED: &str = "expected https:// and a host, such as https://data.iana.org/rdap";
    let mut url = Url::parse(text).map_err(|_| EXPECTED)?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !matches!(url.scheme(), "http" | "https") || !is_plain || url.query().is_some() {
        return Err(EXPECTED.into());
    }
    let path = format!("{}/", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url.set_fragment(None);
    Ok(url)
}

impl Rdap {
    /// Nothing is sent before the first question. Registries are asked over TLS, unless the list itself is not.
    pub fn open(list: &str, policy: &Policy, clock: Clock, pace: Pace) -> anyhow::Result<Self> {
        let list = list_url(list).map_err(anyhow::Error::msg)?;
        Ok(Self {
            outward: Outward::new(policy)?,
            bootstrap: Bootstrap::new(list, pace.clone()),
            gates: Gates::new(pace),
            blocks: Mutex::default(),
            clock,
        })
    }

    async fn look_up(&self, ip: IpAddr) -> Result<Option<Block>, String> {
        if let Some(block) = self.remembered(ip) {
            return Ok(Some(block));
        }
        let Some(mut base) = self.bootstrap.registry(ip, &self.outward).await? else {
            return Ok(None);
        };
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        let url = base.join(&format!("ip/{ip}"));
        let mut url = url.map_err(|_| "a registry's URL is none".to_owned())?;
        for _ in 0..=HOPS {
            let host = url.host_str().unwrap_or_default().to_owned();
            let permitted = self.outward.permit(url.as_str());
            let permitted = permitted.map_err(|why| format!("{host}: {why}"))?;
            let gate = self.gates.of(&host);
            // Neighbours wait for each other, since one answer is enough for them.
            let _turn = gate.turn().await;
            if let Some(block) = self.remembered(ip) {
                return Ok(Some(block));
            }
            gate.leave(&self.gates)
                .await
                .map_err(|why| format!("{host}: {why}"))?;
            let ask = self.outward.get(&permitted).header(ACCEPT, MEDIA_TYPE);
            let answer = self.outward.send(ask, LONGEST).await;
            let answer = answer.inspect_err(|why| gate.failed(why, &self.gates));
            let answer = answer.map_err(|why| format!("{host}: {why}"))?;
            let why = match answer.status {
                200 => match answer::read(&answer.body, ip, &host, self.clock.now()) {
                    Ok(block) => {
                        gate.answered();
                        self.remember(&block);
                        return Ok(Some(block));
                    }
                    Err(why) => why.to_owned(),
                },
                404 => {
                    gate.answered();
                    return Ok(None);
                }
                429 => {
                    gate.refused(answer.number("retry-after"), &self.gates);
                    return Err(format!("{host}: it asks for fewer requests (429)"));
                }
                301 | 302 | 303 | 307 | 308 => {
                    gate.answered();
                    let place = answer
                        .headers
                        .get("location")
                        .and_then(|it| it.to_str().ok());
                    let next = place.and_then(|place| url.join(place).ok());
                    let next = next.filter(|next| self.bootstrap.is_fit(next));
                    url = next
                        .ok_or_else(|| format!("{host}: it redirects to where nothing is asked"))?;
                    continue;
                }
                status => format!("it answers with status {status}"),
            };
            gate.failed(&why, &self.gates);
            return Err(format!("{host}: {why}"));
        }
        Err("the registries redirect to each other".into())
    }

    fn remembered(&self, ip: IpAddr) -> Option<Block> {
        let blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        blocks.iter().find(|block| block.covers(ip, now)).cloned()
    }

    fn remember(&self, block: &Block) {
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.push_front(block.clone());
        blocks.truncate(BLOCKS);
    }

    async fn said(&self, ip: IpAddr) -> Said {
        if !may_ask(ip) {
            return Said::default();
        }
        let found = tokio::time::timeout(PATIENCE, self.look_up(ip)).await;
        match found {
            Ok(Ok(Some(block))) => {
                let fact = |(kind, words): &(_, String)| {
                    MetadataFact::new(*kind, words, &block.registry, block.at)
                };
                Said {
                    facts: block.facts.iter().filter_map(fact).collect(),
                    problems: Vec::new(),
                }
            }
            Ok(Ok(None)) => Said::default(),
            Ok(Err(why)) => Said::nothing(format!("{NAME}: {why}")),
            Err(_) => Said::nothing(format!("{NAME}: its turn did not come in time")),
        }
    }
}

impl Source for Rdap {
    fn name(&self) -> &'static str {
        NAME
    }

    fn keep(&self) -> Option<Keep> {
        Some(Keep {
            known: Duration::from_hours(7 * 24),
            unknown: Duration::from_hours(24),
        })
    }

    fn ask(&self, ip: IpAddr) -> BoxFuture<'_, Said> {
        self.said(ip.to_canonical()).boxed()
    }

    fn status(&self) -> BoxFuture<'_, Vec<SourceStatus>> {
        let status = SourceStatus {
            name: NAME.into(),
            is_on: true,
            sends: Some(SENDS.into()),
            note: Some("Tells whom a block was given to, not where it is used".into()),
            how: None,
            problem: self.bootstrap.trouble().or_else(|| self.gates.trouble()),
        };
        async { vec![status] }.boxed()
    }
}
