//! Ports of hosts: list them, take them as the baseline, and what a scan brings: one transaction, then the board, then the
//! live streams.

use crate::{
    Caller, Engine, Result,
    board::Board,
    store::{self, event::NewEvent, host::Documented, port::Attempt},
};
use domain::{
    event::{Event, EventKind},
    host::HostId,
    live::{HostsChanged, LiveEvent},
    page::Page,
    port::{
        Coverage, OpenPort, Port, PortChip, PortQuery, PortReport, PortScannerStatus, Proto,
        news::{self, Changes, Seen},
        service,
        set::PortSet,
    },
    status::Status,
    time::Timestamp,
    token::Scope,
};

/// Ports that open, close or change at once are told one by one up to this number.
const AT_ONCE: usize = 20;

/// What a scan brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// So many ports are open; so many of them opened, closed or run something else since the scan before.
    Scanned {
        /// Open ports.
        open: usize,
        /// Changes that are news.
        news: usize,
    },
    /// The host answered at none of its ports, so nothing is known.
    NotScanned,
    /// The host was removed or archived meanwhile.
    Gone,
}

/// A host's open ports by number, or all lifetimes, the newest first.
pub async fn list(
    engine: &Engine,
    caller: &Caller,
    id: HostId,
    query: &PortQuery,
) -> Result<Page<Port>> {
    caller.require(Scope::Read)?;
    let db = engine.store.read();
    if store::host::find(db, id).await?.is_none() {
        return Err(super::host::NOT_FOUND);
    }
    let ports = if query.history == Some(true) {
        store::port::history(db, id).await?
    } else {
        store::port::open(db, id).await?
    };
    super::page_of(ports, query.limit, query.cursor.as_deref())
}

/// Makes the open ports of a host its baseline: what opens beside them is not accepted. Returns the open ports.
pub async fn accept(engine: &Engine, caller: &Caller, id: HostId) -> Result<Vec<Port>> {
    caller.require(Scope::Write)?;
    let write = engine.store.write().await?;
    let now = engine.now();
    let host = store::host::find(&write.tx, id)
        .await?
        .ok_or(super::host::NOT_FOUND)?;
    let accepted = store::port::accept(&write.tx, id).await?;
    let ports = store::port::open(&write.tx, id).await?;
    let mut news = Vec::new();
    if !accepted.is_empty() {
        let names = accepted
            .iter()
            .map(|(proto, port)| format!("{port}/{proto}"));
        let names = names.collect::<Vec<_>>().join(", ");
        // A host at which everything seems open has more than a line of them.
        let words = domain::text::line(&format!("ports accepted: {names}"))
            .unwrap_or_else(|_| format!("{} ports accepted", accepted.len()));
        news.push(super::host::event(&host, EventKind::Changed, words, now));
    }
    let events = store::event::insert_many(&write.tx, &news).await?;
    engine.commit(write, |_| ()).await?;
    publish(engine, &host, events, now);
    Ok(ports)
}

/// Which ports a report would close: worth another question before they are said to be closed.
pub(crate) async fn closing(engine: &Engine, id: HostId, report: &PortReport) -> Result<PortSet> {
    let known = store::port::remembered(engine.store.read(), id).await?;
    let changes = news::news(&known, report).unwrap_or_default();
    let closed = changes.closed.iter();
    Ok(closed
        .filter(|port| port.proto == Proto::Tcp)
        .map(|port| port.port)
        .collect())
}

/// Records a finished scan of a host.
pub async fn record(engine: &Engine, id: HostId, report: &PortReport) -> Result<Recorded> {
    let write = engine.store.write().await?;
    let now = engine.now();
    let Some(host) = listed(&write, id).await? else {
        return Ok(Recorded::Gone);
    };
    let known = store::port::remembered(&write.tx, id).await?;
    // Where nothing was open before, only a living host's silence says that nothing is open now.
    let is_heard = report.responded || !report.open.is_empty() || is_up(engine, id);
    let Some(changes) = news::news(&known, report).filter(|_| is_heard) else {
        drop(write);
        let reason = "not scanned: nothing answered at any port";
        fail(engine, id, reason).await?;
        return Ok(Recorded::NotScanned);
    };
    let lifetimes = store::port::open(&write.tx, id).await?;
    store::port::apply(&write.tx, id, &changes, now).await?;
    let good = Attempt::Good(&report.covered);
    store::port::put(&write.tx, id, now, good).await?;
    let news = told(&host, &changes, &lifetimes, now);
    let events = store::event::insert_many(&write.tx, &news).await?;
    let chips = chips(&store::port::open(&write.tx, id).await?);
    let recorded = Recorded::Scanned {
        open: chips.len(),
        news: news.len(),
    };
    let apply = move |board: &mut Board| {
        board.ports.put(id, chips);
        board.ports.note(id, now);
    };
    engine.commit(write, apply).await?;
    publish(engine, &host, events, now);
    Ok(recorded)
}

/// Notes that a scan of a host came to nothing; what the last good one found stays.
pub async fn fail(engine: &Engine, id: HostId, reason: &str) -> Result<()> {
    let write = engine.store.write().await?;
    let now = engine.now();
    let Some(host) = listed(&write, id).await? else {
        return Ok(());
    };
    let reason: String = reason.chars().take(domain::text::LINE_LIMIT).collect();
    let reason = domain::text::line(&reason).unwrap_or_default();
    store::port::put(&write.tx, id, now, Attempt::Failed(&reason)).await?;
    engine
        .commit(write, move |board| board.ports.note(id, now))
        .await?;
    publish(engine, &host, Vec::new(), now);
    Ok(())
}

/// Forgets what earlier scans asked; returns how many lists of ports that were.
pub async fn tidy(engine: &Engine) -> Result<u64> {
    let write = engine.store.write().await?;
    let forgotten = store::port::forget_coverages(&write.tx).await?;
    drop(write.commit().await?);
    Ok(forgotten)
}

/// A host that is neither removed nor archived.
async fn listed(write: &store::Write, id: HostId) -> Result<Option<Documented>> {
    let host = store::host::find(&write.tx, id).await?;
    Ok(host.filter(|host| host.archived_at.is_none()))
}

/// Whether a host answered the newest ping.
pub(crate) fn is_up(engine: &Engine, id: HostId) -> bool {
    let (board, now) = (engine.board(), engine.now());
    let shown = board.find(id).map(|entry| board.shown(entry, now));
    shown.is_some_and(|shown| shown.status == Status::Up && !shown.suspect)
}

fn chips(ports: &[Port]) -> Vec<PortChip> {
    let chip = |port: &Port| PortChip {
        port: port.port,
        proto: port.proto,
        service: port.service.clone(),
    };
    ports.iter().map(chip).collect()
}

/// The change events of a scan: what opened, what runs something else, what closed.
fn told(host: &Documented, changes: &Changes, open: &[Port], now: Timestamp) -> Vec<NewEvent> {
    let event = |kind, words| super::host::event(host, kind, words, now);
    let opened = changes.opened.iter().filter(|opened| opened.is_news);
    let opened: Vec<&OpenPort> = opened.map(|opened| &opened.port).collect();
    let seen = changes.seen.iter().filter(|seen| seen.is_news());
    let seen: Vec<&Seen> = seen.collect();
    let lasted = |gone: &OpenPort| {
        let mut open = open.iter();
        let lifetime = open.find(|it| (it.proto, it.port) == (gone.proto, gone.port));
        lifetime.map(|it| now.since(it.opened_at).as_secs())
    };
    let mut news = Vec::new();
    // Some firewalls answer at every port for a while: that is one thing that happened, not a thousand.
    if opened.len() > AT_ONCE {
        let words = service::many(&opened, "opened");
        news.push(event(EventKind::PortOpened, words));
    } else {
        let each = opened.iter().map(|port| port.opened());
        news.extend(each.map(|words| event(EventKind::PortOpened, words)));
    }
    // Some answer with another name each time.
    if seen.len() > AT_ONCE {
        let renewed: Vec<&OpenPort> = seen.iter().map(|seen| &seen.port).collect();
        let words = service::many(&renewed, "changed");
        news.push(event(EventKind::ServiceChanged, words));
    } else {
        let each = seen.iter().map(|seen| seen.port.changed(&seen.before));
        news.extend(each.map(|words| event(EventKind::ServiceChanged, words)));
    }
    if changes.closed.len() > AT_ONCE {
        let closed: Vec<&OpenPort> = changes.closed.iter().collect();
        let words = service::many(&closed, "closed");
        news.push(event(EventKind::PortClosed, words));
    } else {
        news.extend(changes.closed.iter().map(|port| NewEvent {
            lasted_seconds: lasted(port),
            ..event(EventKind::PortClosed, port.closed())
        }));
    }
    news
}

/// Tells the open pages what a host's row shows now, and what happened.
fn publish(engine: &Engine, host: &Documented, events: Vec<Event>, now: Timestamp) {
    let row = super::host::row(host, &engine.board(), now);
    engine.bus.publish(LiveEvent::Hosts(HostsChanged {
        subnet_id: host.subnet_id,
        hosts: vec![row],
    }));
    for event in events {
        engine.bus.publish(LiveEvent::Event(event));
    }
}

/// What scans ports, as the health page says it.
pub(crate) fn scanner(engine: &Engine) -> PortScannerStatus {
    let status = engine.probes.ports.status();
    let settings = &engine.settings;
    PortScannerStatus {
        name: status.name,
        versions: status.versions,
        missing: status.missing,
        scheduled: settings.scheduler && settings.port_scheduler,
        interval_seconds: settings.port_interval.as_secs(),
    }
}

/// What an earlier scan asked but this one learnt nothing of.
pub(crate) fn unsure(report: PortReport, ports: &PortSet) -> PortReport {
    let covered: Coverage = report.covered.without(ports);
    PortReport { covered, ..report }
}
