//! Pings a host, or looks its names up, when somebody asks for it now.

use super::{rota::Rota, supervisor::Worker};
use crate::{
    Engine, Error, Result,
    ops::{self, job::End},
    probe::Round,
};
use domain::{
    host::HostId,
    job::{Job, JobKind},
    probe::{Answer, Observation, Unsent},
};
use std::{net::IpAddr, time::Duration};
use tokio_util::sync::CancellationToken;

/// How often it is looked whether somebody asked; asking wakes it sooner.
const TICK: Duration = Duration::from_secs(1);
/// Jobs at the same time.
const AT_ONCE: usize = 16;
/// Between two echo requests.
const SPACING: Duration = Duration::from_secs(1);
/// What is done here.
const KINDS: [JobKind; 2] = [JobKind::Ping, JobKind::Lookup];

pub(super) struct AskedFor {
    engine: Engine,
    rota: Rota<(), (HostId, JobKind)>,
}

impl AskedFor {
    pub(super) fn new(engine: Engine) -> Self {
        engine.jobs.put_back(&KINDS);
        Self {
            engine,
            rota: Rota::new(),
        }
    }
}

impl Worker for AskedFor {
    const NAME: &'static str = "do what was asked for";

    fn period(&self) -> Duration {
        TICK
    }

    async fn activate(&mut self, cancel: &CancellationToken) -> anyhow::Result<String> {
        let mut failure = None;
        for ((id, kind), result) in self.rota.wait(Duration::ZERO).await {
            if let Err(error) = result {
                let words = End::Failed("the server's log says more".into());
                ops::job::finish(&self.engine, id, kind, words);
                failure = Some(error.context(format!("{kind:?} of host {}", id.0)));
            }
        }
        let waiting = self.engine.jobs.waiting(&KINDS).into_iter();
        let waiting = waiting.filter(|job| !self.rota.is_busy((job.host_id, job.kind)));
        let free = AT_ONCE.saturating_sub(self.rota.len());
        for job in waiting.take(free).collect::<Vec<_>>() {
            let stop = cancel.child_token();
            if ops::job::begin(&self.engine, job.id, Some(stop.clone())) {
                let key = (job.host_id, job.kind);
                self.rota
                    .begin(key, perform(self.engine.clone(), job, stop));
            }
        }
        failure.map_or(Ok(String::new()), Err)
    }
}

async fn perform(engine: Engine, job: Job, stop: CancellationToken) -> anyhow::Result<()> {
    let done = stop.run_until_cancelled(async {
        match job.kind {
            JobKind::Ping => ping(&engine, job.host_id, job.ip, &stop).await,
            JobKind::Lookup => {
                let words = Box::pin(ops::name::lookup(&engine, job.host_id)).await;
                words.map(End::Done)
            }
            JobKind::PortScan => Err(anyhow::anyhow!("ports are scanned elsewhere").into()),
        }
    });
    let end = match done.await {
        None => End::Interrupted,
        Some(Ok(end)) => end,
        Some(Err(Error::Internal(error))) => return Err(error),
        Some(Err(error)) => End::Failed(error.to_string()),
    };
    ops::job::finish(&engine, job.host_id, job.kind, end);
    engine.triggers.jobs.notify_one();
    Ok(())
}

/// One round for one host. It counts like any other round where the subnet's hosts are pinged.
async fn ping(engine: &Engine, id: HostId, ip: IpAddr, stop: &CancellationToken) -> Result<End> {
    let settings = &engine.settings;
    let round = Round {
        addresses: vec![ip],
        attempts: settings.ping_attempts,
        timeout: settings.ping_timeout,
        spacing: SPACING,
    };
    let report = engine.probes.ping.round(round, stop.clone()).await;
    let home = {
        let board = engine.board();
        let entry = board.find(id).filter(|_| board.address(id) == Some(ip));
        entry.map(|entry| {
            let is_pinged = board.rules(entry.subnet_id).is_some_and(|r| r.ping);
            (entry.subnet_id, is_pinged)
        })
    };
    if let Some((subnet, true)) = home {
        ops::history::record(engine, subnet, &report.observations, false).await?;
    }
    Ok(match report.observations.first() {
        Some(observation) => answered(observation),
        None => End::Failed("nothing was asked".into()),
    })
}

fn answered(observation: &Observation) -> End {
    match observation.answer {
        Answer::Reply { rtt_us } => {
            End::Done(format!("reply in {:.2} ms", f64::from(rtt_us) / 1000.0))
        }
        Answer::Silence if observation.lost > 1 => {
            End::Done(format!("no reply to {} requests", observation.lost))
        }
        Answer::Silence => End::Done("no reply".into()),
        Answer::Unsent(why) => End::Failed(unsent(why).into()),
    }
}

fn unsent(why: Unsent) -> &'static str {
    match why {
        Unsent::NoPermission => "Rollcall may not send pings",
        Unsent::NetworkUnreachable => "this machine has no way to the network",
        Unsent::HostUnreachable => "this machine has no way to the host",
        Unsent::BufferFull | Unsent::Overflow => "this machine is too busy to tell",
        Unsent::Cancelled => "ended before the host was asked",
        Unsent::Other => "the ping could not be sent",
    }
}
