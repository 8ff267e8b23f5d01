//! Is everything at work, and what must the person at the screen know?

use crate::{Caller, Engine, Result};
use domain::{
    health::{Health, HealthStatus, WorkerState},
    live::{Banner, Banners, LiveEvent},
    probe::{SocketMode, Unsent},
    token::Scope,
};
use std::sync::{Mutex, PoisonError};

/// The banners that stand, so that only changes are pushed.
#[derive(Debug, Default)]
pub struct Shown(Mutex<Vec<Banner>>);

impl Shown {
    /// The banners that stand.
    pub fn now(&self) -> Vec<Banner> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn replace(&self, banners: Vec<Banner>) -> bool {
        let mut shown = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = *shown != banners;
        *shown = banners;
        changed
    }
}

/// Works out the banners anew and tells the open pages if they changed.
pub fn refresh_banners(engine: &Engine) {
    let banners = banners(engine);
    if engine.banners.replace(banners.clone()) {
        engine.bus.publish(LiveEvent::Banners(Banners { banners }));
    }
}

fn banner(code: &str, message: impl Into<String>, remedy: Option<&str>) -> Banner {
    Banner {
        code: code.into(),
        message: message.into(),
        remedy: remedy.map(Into::into),
    }
}

fn banners(engine: &Engine) -> Vec<Banner> {
    let mut banners = Vec::new();
    let probe = engine.probes.ping.status();
    let denied = |mode: &SocketMode| *mode == SocketMode::NoPermission;
    if denied(&probe.v4) || denied(&probe.v6) {
        let family = match (denied(&probe.v4), denied(&probe.v6)) {
            (true, true) => "",
            (true, false) => "IPv4 ",
            _ => "IPv6 ",
        };
        banners.push(banner(
            "no_permission",
            format!("Rollcall may not send {family}pings, so statuses are unknown."),
            Some("Allow unprivileged pings with: sysctl net.ipv4.ping_group_range=\"0 2147483647\", or give the service CAP_NET_RAW. It goes on by itself then."),
        ));
    }
    banners.extend(unreachable(engine));
    banners.extend(
        probe
            .warnings
            .into_iter()
            .map(|warning| banner("neighbour_table", warning, None)),
    );
    banners.extend(engine.probes.names.dns.trouble().map(|why| {
        banner(
            "dns",
            why,
            Some("Check the name servers in DNS_SERVERS or /etc/resolv.conf. It goes on by itself then."),
        )
    }));
    banners.extend(crowded(engine));
    for worker in engine
        .crew
        .health()
        .into_iter()
        .filter(|w| w.state == WorkerState::BackingOff)
    {
        let why = worker.last_report.unwrap_or_default();
        banners.push(banner(
            "worker_failed",
            format!(
                "The worker “{}” fails and is started again: {why}",
                worker.name
            ),
            None,
        ));
    }
    if !engine.settings.scheduler {
        banners.push(banner(
            "scheduler_off",
            "The scheduler is off: nothing is pinged by itself.",
            Some("Unset DISABLE_SCHEDULER and start again."),
        ));
    }
    if engine.settings.insecure_http {
        banners.push(banner(
            "insecure_http",
            "Passwords cross the network unencrypted.",
            Some("Put Rollcall behind a proxy with HTTPS and set PUBLIC_URL."),
        ));
    }
    if engine.settings.simulated {
        banners.push(banner(
            "sample_data",
            "Sample data: nothing here is pinged.",
            Some("For your own network, start Rollcall without demo."),
        ));
    } else if engine.settings.demo && engine.settings.admin_password.is_none() {
        banners.push(banner(
            "demo",
            "Demo: anybody on this machine can sign in as admin / admin.",
            None,
        ));
    }
    banners
}

/// One banner for all subnets that can't be asked, by reason.
fn unreachable(engine: &Engine) -> Vec<Banner> {
    let board = engine.board();
    let blocks = |fits: fn(Unsent) -> bool| {
        let mut blocks: Vec<_> = board
            .subnets()
            .filter(|(_, rules)| rules.trouble.is_some_and(fits))
            .map(|(_, rules)| rules.cidr)
            .collect();
        blocks.sort();
        (!blocks.is_empty()).then(|| list(&blocks))
    };
    let gone = blocks(|why| matches!(why, Unsent::NetworkUnreachable | Unsent::HostUnreachable));
    let full = blocks(|why| matches!(why, Unsent::BufferFull | Unsent::Overflow));
    let broken = blocks(|why| why == Unsent::Other);
    let banners = [
        gone.map(|blocks| banner(
            "unreachable",
            format!("This machine has no way to {blocks}: statuses there are unknown, not down."),
            Some("Check this machine's link, address and routes."),
        )),
        full.map(|blocks| banner(
            "overloaded",
            format!("This machine could not send or receive every ping of {blocks}: statuses there are unknown."),
            Some("Lower PING_RATE, or raise net.core.rmem_max and net.ipv4.neigh.default.gc_thresh3."),
        )),
        broken.map(|blocks| banner(
            "interrupted",
            format!("The newest round of {blocks} was interrupted: statuses there are unknown until the next one."),
            None,
        )),
    ];
    banners.into_iter().flatten().collect()
}

/// Where IPv6 neighbours were turned away.
fn crowded(engine: &Engine) -> Option<Banner> {
    let blocks = engine.crowded.now();
    let most = super::neighbour::MOST_STRANGERS;
    (!blocks.is_empty()).then(|| banner(
        "neighbours",
        format!("No more IPv6 neighbours are added to {}: {most} hosts there are described by nobody.", list(&blocks)),
        Some("Somebody on that segment may make addresses up. Describe the hosts that belong there, and delete the others."),
    ))
}

fn list(blocks: &[ipnetwork::IpNetwork]) -> String {
    let names: Vec<String> = blocks.iter().take(3).map(ToString::to_string).collect();
    let more = blocks.len().saturating_sub(3);
    if more == 0 {
        names.join(", ")
    } else {
        format!("{} and {more} more", names.join(", "))
    }
}

/// Workers, prober and store.
pub fn health(engine: &Engine, caller: &Caller) -> Result<Health> {
    caller.require(Scope::Read)?;
    refresh_banners(engine);
    let workers = engine.crew.health();
    let probe = engine.probes.ping.status();
    let is_degraded = engine.probes.names.dns.trouble().is_some()
        || workers.iter().any(|w| w.state == WorkerState::BackingOff)
        || [&probe.v4, &probe.v6]
            .into_iter()
            .any(|mode| *mode == SocketMode::NoPermission);
    Ok(Health {
        status: if is_degraded {
            HealthStatus::Degraded
        } else {
            HealthStatus::Ok
        },
        version: env!("CARGO_PKG_VERSION").into(),
        started_at: engine.started_at,
        probe,
        ports: super::port::scanner(engine),
        workers,
        banners: engine.banners.now(),
        database_bytes: engine.store.bytes(),
    })
}

/// Whether requests can be served: the database takes writes.
pub async fn ready(engine: &Engine) -> Result<()> {
    Ok(engine.store.check_writable().await?)
}
