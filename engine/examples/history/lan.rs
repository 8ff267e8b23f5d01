//! Ten thousand invented hosts in five subnets, always the same ones: 60 % up, 30 % silent, 10 % that come and go.

use domain::{
    history::HistoryQuery,
    host::HostId,
    probe::{Answer, Observation},
    subnet::{NewSubnet, SubnetId},
    time::Timestamp,
};
use engine::{Caller, Engine, ops};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use std::{
    net::{IpAddr, Ipv4Addr},
    time::{Duration, Instant},
};

/// Blocks, and how many hosts each has.
const SUBNETS: [(&str, [u8; 2], usize); 5] = [
    ("10.1.0.0/24", [1, 0], 250),
    ("10.2.0.0/20", [2, 0], 4_000),
    ("10.3.0.0/20", [3, 0], 3_000),
    ("10.4.0.0/21", [4, 0], 1_750),
    ("10.5.0.0/22", [5, 0], 1_000),
];
/// Outages per day of a host that comes and goes.
const OUTAGES: f64 = 6.0;
/// Rounds after which silence is Down.
const DOWN_AFTER: u8 = 3;

struct Host {
    ip: IpAddr,
    kind: Kind,
    base_us: f64,
    jitter: f64,
    is_out: bool,
    silent: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Up,
    Silent,
    Flapping,
}

/// The hosts and what they do next.
pub(crate) struct Lan {
    chance: StdRng,
    subnets: Vec<(SubnetId, Vec<Host>)>,
}

/// What one sweep cost.
pub(crate) struct Sweep {
    /// Deciding and committing the whole rounds of all subnets.
    pub(crate) time: Duration,
    /// Samples that were written.
    pub(crate) samples: usize,
}

impl Lan {
    /// Adds the subnets and hosts through the operations that a person and a sweep would use.
    pub(crate) async fn create(engine: &Engine) -> anyhow::Result<Self> {
        let mut lan = Self {
            chance: StdRng::seed_from_u64(7),
            subnets: Vec::new(),
        };
        for (cidr, [second, third], count) in SUBNETS {
            let new = NewSubnet {
                cidr: cidr.into(),
                ..NewSubnet::default()
            };
            let subnet = ops::subnet::create(engine, &Caller::console(), &new).await?;
            let hosts: Vec<Host> = (0..count).map(|n| lan.host(second, third, n + 1)).collect();
            let found: Vec<_> = hosts
                .iter()
                .map(|host| observation(host.ip, Answer::Reply { rtt_us: 1_000 }, 0))
                .collect();
            ops::sweep::record(engine, subnet.id, &found).await?;
            lan.subnets.push((subnet.id, hosts));
        }
        Ok(lan)
    }

    fn host(&mut self, second: u8, third: u8, n: usize) -> Host {
        let [.., high, low] = n.to_be_bytes();
        Host {
            ip: Ipv4Addr::new(10, second, third + high, low).into(),
            kind: match n % 10 {
                0..6 => Kind::Up,
                6..9 => Kind::Silent,
                _ => Kind::Flapping,
            },
            base_us: 200.0 * 150_f64.powf(self.chance.random()),
            jitter: self.chance.random_range(0.08..0.24),
            is_out: false,
            silent: 0,
        }
    }

    /// The subnet of 250 hosts.
    pub(crate) fn smallest(&self) -> SubnetId {
        self.subnets[0].0
    }

    /// One round of every subnet and of its suspects; `pass` moves the clock.
    pub(crate) async fn minute(
        &mut self,
        engine: &Engine,
        pass: &(impl Fn(Duration) + Sync),
    ) -> anyhow::Result<Duration> {
        let sweep = self.sweep(engine, pass).await?;
        self.retry(engine, pass).await?;
        Ok(sweep.time)
    }

    /// One round of every subnet.
    pub(crate) async fn sweep(
        &mut self,
        engine: &Engine,
        pass: &(impl Fn(Duration) + Sync),
    ) -> anyhow::Result<Sweep> {
        let (mut time, mut samples) = (Duration::ZERO, 0);
        for index in 0..self.subnets.len() {
            let id = self.subnets[index].0;
            let hosts = self.subnets[index].1.len();
            let asked: Vec<Observation> = (0..hosts).map(|n| self.ask(index, n, true)).collect();
            let begun = Instant::now();
            ops::history::record(engine, id, &asked, true).await?;
            time += begun.elapsed();
            samples += asked.len();
            // Subnets drift apart.
            pass(Duration::from_millis(431));
        }
        Ok(Sweep { time, samples })
    }

    /// The rounds of suspects, five and ten seconds later; returns how many samples that were.
    pub(crate) async fn retry(
        &mut self,
        engine: &Engine,
        pass: &(impl Fn(Duration) + Sync),
    ) -> anyhow::Result<usize> {
        let mut samples = 0;
        for _ in 1..DOWN_AFTER {
            pass(Duration::from_secs(5));
            for index in 0..self.subnets.len() {
                let (id, hosts) = &self.subnets[index];
                let suspects: Vec<usize> = (0..hosts.len())
                    .filter(|n| (1..DOWN_AFTER).contains(&hosts[*n].silent))
                    .collect();
                let id = *id;
                let asked: Vec<_> = suspects
                    .iter()
                    .map(|n| self.ask(index, *n, false))
                    .collect();
                if !asked.is_empty() {
                    ops::history::record(engine, id, &asked, false).await?;
                    samples += asked.len();
                }
                pass(Duration::from_millis(1));
            }
        }
        Ok(samples)
    }

    fn ask(&mut self, subnet: usize, n: usize, is_new_minute: bool) -> Observation {
        let chance = &mut self.chance;
        let host = &mut self.subnets[subnet].1[n];
        if host.kind == Kind::Flapping && is_new_minute {
            let per_minute = if host.is_out { 0.1 } else { OUTAGES / 1_440.0 };
            host.is_out ^= chance.random_bool(per_minute);
        }
        if host.kind == Kind::Silent || host.is_out {
            host.silent = host.silent.saturating_add(1);
            return observation(host.ip, Answer::Silence, 3);
        }
        host.silent = 0;
        let spike = if chance.random_bool(0.002) {
            chance.random_range(2.0..20.0)
        } else {
            1.0
        };
        let around = 1.0 + chance.random_range(-host.jitter..host.jitter);
        let lost = u8::from(chance.random_bool(0.001));
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 100 µs and a second"
        )]
        let rtt_us = (host.base_us * around * spike) as u32;
        observation(host.ip, Answer::Reply { rtt_us }, lost)
    }
}

fn observation(ip: IpAddr, answer: Answer, lost: u8) -> Observation {
    Observation { ip, answer, lost }
}

/// A part of one host's history; returns how many points it had.
pub(crate) async fn history(
    engine: &Engine,
    id: HostId,
    from: Timestamp,
    resolution: domain::history::Resolution,
) -> anyhow::Result<usize> {
    let query = HistoryQuery {
        from: Some(from),
        resolution: Some(resolution),
        ..HistoryQuery::default()
    };
    let history = ops::history::status(engine, &Caller::console(), id, &query).await?;
    Ok(history.items.len())
}
