//! Uptime and outages of hosts, from their state intervals.

use crate::{Caller, Engine, Error, Result, store};
use domain::{
    host::HostId,
    page::Page,
    subnet::SubnetId,
    time::Timestamp,
    token::Scope,
    uptime::{self, HostUptime, Outage, OutageQuery, Period, Span, Uptimes, Window, WindowQuery},
};

/// Uptime of one host over every window.
pub async fn of_host(engine: &Engine, caller: &Caller, id: HostId) -> Result<Uptimes> {
    caller.require(Scope::Read)?;
    let now = engine.now();
    let (spans, looked_until) = spans(engine, id, begin(Window::Year, now), now).await?;
    Ok(Uptimes::of(|window| {
        let period = Period {
            from: begin(window, now),
            to: now,
            looked_until,
        };
        uptime::uptime(&spans, period)
    }))
}

/// Outages of one host, newest first, by pages.
pub async fn list_outages(
    engine: &Engine,
    caller: &Caller,
    id: HostId,
    query: &OutageQuery,
) -> Result<Page<Outage>> {
    let outages = outages(engine, caller, id, query).await?;
    super::page_of(outages, query.limit, query.cursor.as_deref())
}

/// The same as a whole; limit and cursor are left aside.
pub(super) async fn outages(
    engine: &Engine,
    caller: &Caller,
    id: HostId,
    query: &OutageQuery,
) -> Result<Vec<Outage>> {
    caller.require(Scope::Read)?;
    let now = engine.now();
    let from = query.since.unwrap_or_else(|| begin(Window::Year, now));
    let to = query.until.unwrap_or(now).min(now);
    let (spans, looked_until) = spans(engine, id, from, now).await?;
    let period = Period {
        from,
        to,
        looked_until,
    };
    let mut outages = uptime::outages(&spans, period);
    outages.reverse();
    Ok(outages)
}

/// Uptime of every host of a subnet over one window, in address order.
pub async fn of_subnet(
    engine: &Engine,
    caller: &Caller,
    id: SubnetId,
    window: Window,
) -> Result<Vec<HostUptime>> {
    let now = engine.now();
    let looked = looked(engine, caller, id, now)?;
    of_hosts(engine, looked, begin(window, now), now).await
}

/// The same by pages; only the page's intervals are read.
pub async fn page_of_subnet(
    engine: &Engine,
    caller: &Caller,
    id: SubnetId,
    query: &WindowQuery,
) -> Result<Page<HostUptime>> {
    let now = engine.now();
    let from = begin(query.window.unwrap_or(Window::Month), now);
    let looked = looked(engine, caller, id, now)?;
    let page = super::page_of(looked, query.limit, query.cursor.as_deref())?;
    Ok(Page {
        items: of_hosts(engine, page.items, from, now).await?,
        next_cursor: page.next_cursor,
        total: page.total,
    })
}

/// The hosts of a subnet, nested ones included, and until when somebody looked at each.
fn looked(
    engine: &Engine,
    caller: &Caller,
    id: SubnetId,
    now: Timestamp,
) -> Result<Vec<(HostId, Timestamp)>> {
    caller.require(Scope::Read)?;
    let board = engine.board();
    let block = board.rules(id).map(|r| r.cidr);
    let block = block.ok_or(Error::NotFound { what: "subnet" })?;
    let hosts = board.within(block);
    let until = |entry| board.looked_until(entry, now);
    Ok(hosts.map(|(_, entry)| (entry.id, until(entry))).collect())
}

async fn of_hosts(
    engine: &Engine,
    looked: Vec<(HostId, Timestamp)>,
    from: Timestamp,
    now: Timestamp,
) -> Result<Vec<HostUptime>> {
    let ids: Vec<HostId> = looked.iter().map(|(id, _)| *id).collect();
    let spans = store::interval::since(engine.store.read(), &ids, from).await?;
    let of = |(id, looked_until): (HostId, Timestamp)| {
        let period = Period {
            from,
            to: now,
            looked_until,
        };
        let spans = spans.get(&id).map_or(&[][..], Vec::as_slice);
        HostUptime {
            host_id: id,
            uptime: uptime::uptime(spans, period),
        }
    };
    Ok(looked.into_iter().map(of).collect())
}

fn begin(window: Window, now: Timestamp) -> Timestamp {
    now.minus(window.length())
}

/// One host's intervals, and until when somebody looked at it.
async fn spans(
    engine: &Engine,
    id: HostId,
    from: Timestamp,
    now: Timestamp,
) -> Result<(Vec<Span>, Timestamp)> {
    let db = engine.store.read();
    let host = store::host::find(db, id).await?;
    let host = host.ok_or(Error::NotFound { what: "host" })?;
    let spans = store::interval::since(db, &[id], from).await?.remove(&id);
    let board = engine.board();
    let entry = board.get(host.ip).filter(|entry| entry.id == id);
    let looked_until = entry.map_or(Timestamp(0), |entry| board.looked_until(entry, now));
    Ok((spans.unwrap_or_default(), looked_until))
}
