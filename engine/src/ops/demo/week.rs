//! Writes the sample network's past: subnets and hosts, then round after round while the clock's hands run through it.

use super::edits::{Edit, edits, person};
use crate::{
    Engine, Error, Result,
    clock::Hands,
    demo::Network,
    ops,
    store::{self, demo::Mark},
};
use domain::{
    host::{HostId, NewHost},
    probe::Observation,
    status::{SUSPECT_AFTER, State, Status},
    subnet::{SubnetId, SubnetPatch},
    time::Timestamp,
};
use std::{net::IpAddr, time::Duration};

/// The newest part of the past, in which rounds are as frequent as they are today.
const FINE: Duration = Duration::from_hours(36);
/// Between two rounds of that part.
const FINE_INTERVAL: Duration = Duration::from_mins(1);
/// Between two rounds before it: a week of every minute would take minutes to load.
const COARSE_INTERVAL: Duration = Duration::from_mins(5);
/// The interval changes so long after a round begins: when those of all subnets are over.
const CHANGED_AFTER: Duration = Duration::from_secs(58);
/// Between two sweeps.
const SWEEP_INTERVAL: Duration = Duration::from_hours(6);
/// Subnets are asked so long after each other; the rounds of a subnet's suspects fit in between.
const APART: Duration = Duration::from_secs(11);
/// Suspects are asked again at most so often between two rounds.
const AGAIN: usize = 2;
/// Ports are scanned so long after a round begins, before the interval may change.
const SCANNED_AFTER: Duration = Duration::from_secs(56);
/// Between two scans.
const SCANS_APART: Duration = Duration::from_millis(10);
/// In the last so many minutes every host is scanned once more, as it is every hour.
const LAST_SCANS: u64 = 60;
/// An hour is folded when it has been over for so long.
const FOLD_AFTER: Duration = Duration::from_mins(3);
/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// Writes the past of `network` into an empty database; `engine` runs by the clock that `hands` set. `told` hears how
/// much of the past is written, in whole hours and of how many.
pub async fn load(
    engine: &Engine,
    network: &Network,
    hands: &Hands,
    mut told: impl FnMut(u64, u64) + Send,
) -> Result<()> {
    if engine.board().subnets().next().is_some() {
        return Err(Error::Conflict {
            detail: "the sample network is loaded into an empty database only".into(),
        });
    }
    // First, so that what is left of it after a crash is never taken for a real network.
    mark(engine, network, false).await?;
    hands.set(network.from());
    let first = network.from().plus(COARSE_INTERVAL);
    let mut week = Week {
        engine,
        network,
        hands,
        subnets: Vec::new(),
        edits: edits(network),
        port_changes: network.port_changes(),
    };
    week.document().await?;
    week.sweeps(first.minus(FINE_INTERVAL)).await?;
    let hours = |from: Timestamp, to: Timestamp| to.since(from).as_secs() / 3_600;
    let all = hours(network.from(), network.until());
    let (mut at, mut interval) = (first, COARSE_INTERVAL);
    let (mut folded, mut swept) = (0, network.from());
    while at < network.until() {
        week.rounds(at).await?;
        week.scans(at).await?;
        if interval == COARSE_INTERVAL && at >= network.until().minus(FINE) {
            interval = FINE_INTERVAL;
            // After the round that the longer interval led to.
            week.change_interval(at.plus(CHANGED_AFTER), interval)
                .await?;
        }
        if at.since(swept) >= SWEEP_INTERVAL {
            swept = at;
            week.sweeps(at.plus(FINE_INTERVAL)).await?;
        }
        let hour = at.minus(FOLD_AFTER).0.div_euclid(HOUR);
        if hour > folded {
            folded = hour;
            ops::fold::fold(engine, || true).await?;
            told(hours(network.from(), at), all);
        }
        at = at.plus(interval);
    }
    week.sweeps(network.until()).await?;
    mark(engine, network, true).await?;
    told(all, all);
    Ok(())
}

async fn mark(engine: &Engine, network: &Network, is_loaded: bool) -> Result<()> {
    let write = engine.store.write().await?;
    let mark = Mark {
        seed: network.seed(),
        until: network.until(),
        is_loaded,
    };
    store::demo::put(&write.tx, mark).await?;
    drop(write.commit().await?);
    Ok(())
}

fn seconds(interval: Duration) -> Option<u32> {
    u32::try_from(interval.as_secs()).ok()
}

struct Week<'a> {
    engine: &'a Engine,
    network: &'a Network,
    hands: &'a Hands,
    subnets: Vec<SubnetId>,
    /// What is still to be done, in the order of time.
    edits: Vec<Edit>,
    /// Hosts whose ports are still to change, in the order of time.
    port_changes: Vec<(Timestamp, IpAddr)>,
}

impl Week<'_> {
    /// Adds the subnets, and the hosts that somebody wrote something about.
    async fn document(&mut self) -> Result<()> {
        let person = person();
        for mut new in Network::subnets() {
            new.interval_seconds = seconds(COARSE_INTERVAL);
            let subnet = ops::subnet::create(self.engine, &person, &new).await?;
            self.subnets.push(subnet.id);
        }
        let mut at = self.network.from();
        for (ip, member) in self.network.members() {
            let Some(text) = member.text.clone() else {
                continue;
            };
            at = at.plus(Duration::from_secs(1));
            self.hands.set(at);
            let new = NewHost {
                ip: ip.to_string(),
                hostname: Some(text.hostname),
                description: Some(text.description),
                tags: text.tags,
                notes: text.notes,
                reserved: text.reserved,
            };
            ops::host::create(self.engine, &person, &new).await?;
        }
        Ok(())
    }

    /// Looks for new hosts in every subnet, as the worker does.
    async fn sweeps(&mut self, at: Timestamp) -> Result<()> {
        self.hands.set(at);
        for id in &self.subnets {
            let is_swept = self.engine.board().rules(*id).is_some_and(|r| r.discover);
            if is_swept {
                let targets = ops::sweep::targets(self.engine, *id);
                ops::sweep::record(self.engine, *id, &self.ask(&targets)).await?;
            }
        }
        Ok(())
    }

    /// Changes the time between two rounds; whatever the settings say, the rounds of the past fit it.
    async fn change_interval(&mut self, at: Timestamp, interval: Duration) -> Result<()> {
        self.hands.set(at);
        let patch = SubnetPatch {
            interval_seconds: Some(seconds(interval)),
            ..SubnetPatch::default()
        };
        for id in &self.subnets {
            ops::subnet::update(self.engine, &person(), *id, None, &patch).await?;
        }
        Ok(())
    }

    /// The rounds of every subnet that begin at `at`, and what people did before them.
    async fn rounds(&mut self, at: Timestamp) -> Result<()> {
        while self.edits.first().is_some_and(|edit| edit.at <= at) {
            self.edits
                .remove(0)
                .perform(self.engine, self.hands)
                .await?;
        }
        let mut at = at;
        for id in &self.subnets {
            let hosts = self.hosts(*id, |_| true);
            if hosts.is_empty() {
                continue;
            }
            self.hands.set(at);
            let asked = self.ask(&hosts);
            let mut recorded = ops::history::record(self.engine, *id, &asked, true).await?;
            for again in (1..).take(AGAIN) {
                if !recorded.suspects {
                    break;
                }
                self.hands.set(at.plus(SUSPECT_AFTER * again));
                let suspects = self.hosts(*id, State::is_suspect);
                let asked = self.ask(&suspects);
                recorded = ops::history::record(self.engine, *id, &asked, false).await?;
            }
            at = at.plus(APART);
        }
        Ok(())
    }

    /// Scans the ports of hosts that were never scanned, of those where something changed, and of all once in the last hour.
    /// The hours between them would find the same.
    async fn scans(&mut self, at: Timestamp) -> Result<()> {
        let changed: Vec<IpAddr> = self
            .port_changes
            .extract_if(.., |(when, _)| *when <= at)
            .map(|(_, ip)| ip)
            .collect();
        let left = self.network.until().since(at).as_secs() / 60;
        let turn = |n: usize| left < LAST_SCANS && n as u64 % LAST_SCANS == left;
        let hosts: Vec<(HostId, IpAddr)> = {
            let board = self.engine.board();
            let living = board.all().filter(|(_, it)| it.state.known == Status::Up);
            living
                .enumerate()
                .filter(|(n, (ip, entry))| {
                    let is_new = board.ports.scanned_at(entry.id).is_none();
                    is_new || changed.contains(ip) || turn(*n)
                })
                .map(|(_, (ip, entry))| (entry.id, ip))
                .collect()
        };
        let mut at = at.plus(SCANNED_AFTER);
        let wanted = &self.engine.settings.scan_profile.ports;
        for (id, ip) in hosts {
            if let Some(report) = self.network.ports(ip, at, wanted) {
                self.hands.set(at);
                ops::port::record(self.engine, id, &report).await?;
                at = at.plus(SCANS_APART);
            }
        }
        Ok(())
    }

    /// The hosts of a pinged subnet whose state fits.
    fn hosts(&self, id: SubnetId, fits: impl Fn(&State) -> bool) -> Vec<IpAddr> {
        let board = self.engine.board();
        if board.rules(id).is_none_or(|rules| !rules.ping) {
            return Vec::new();
        }
        let hosts = board.members(id).filter(|(_, entry)| fits(&entry.state));
        hosts.map(|(ip, _)| ip).collect()
    }

    fn ask(&self, hosts: &[IpAddr]) -> Vec<Observation> {
        let (now, attempts) = (self.engine.now(), self.engine.settings.ping_attempts);
        let answer = |ip: &IpAddr| self.network.answer(*ip, now, attempts);
        hosts.iter().map(answer).collect()
    }
}
