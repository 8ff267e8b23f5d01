//! What the runs of a schedule found that was otherwise before: each run is compared once, and told of in one event.

use crate::{
    Engine, Result,
    store::{self, event::NewEvent, scan::schedule as rows},
};
use domain::{
    event::EventKind,
    host::HostId,
    live::LiveEvent,
    scan::{
        ScanResult,
        news::{News, news},
    },
    subnet::SubnetId,
};

/// Compares the runs that are complete and were not compared; returns of how many somebody is told.
pub async fn compare_runs(engine: &Engine) -> Result<usize> {
    let mut count = 0;
    while let Some((scan, schedule)) = rows::to_compare(engine.store.read()).await? {
        count += usize::from(compare_run(engine, scan, schedule).await?);
    }
    Ok(count)
}

/// The note that a run was compared, what the next one is compared with, and the event are one transaction: a crash leaves
/// all of them to the next start, or none.
async fn compare_run(engine: &Engine, scan: i64, schedule: i64) -> Result<bool> {
    let db = engine.store.read();
    let known = results(&rows::known(db, schedule).await?);
    let found = results(&store::scan::results(db, scan).await?);
    let name = rows::find(db, schedule).await?.map(|it| it.name);
    let news = name.and_then(|name| news(&name, &known, &found));
    let event = match news {
        Some(news) => Some(event(engine, news).await?),
        None => None,
    };
    let write = engine.store.write().await?;
    if !rows::compared(&write.tx, scan).await? {
        return Ok(false);
    }
    // It may have been deleted meanwhile.
    if rows::find(&write.tx, schedule).await?.is_some() {
        rows::remember(&write.tx, schedule, scan).await?;
    }
    let events = store::event::insert_many(&write.tx, event.as_slice()).await?;
    drop(write.commit().await?);
    let is_told = !events.is_empty();
    for event in events {
        engine.bus.publish(LiveEvent::Event(event));
    }
    Ok(is_told)
}

/// What can't be read counts as not known: one result must not keep the others from being compared.
fn results(json: &[String]) -> Vec<ScanResult> {
    let read = |json: &String| {
        let read = serde_json::from_str(json);
        read.inspect_err(|error| tracing::error!(%error, "failed to read a stored result"))
            .ok()
    };
    json.iter().filter_map(read).collect()
}

/// The event: of a host if one address changed and it is one, of a subnet if everything that changed is in it.
async fn event(engine: &Engine, news: News) -> Result<NewEvent> {
    let (host_id, subnet_id) = place(engine, &news);
    let host = match host_id {
        Some(id) => store::host::by_ids(engine.store.read(), &[id]).await?.pop(),
        None => None,
    };
    let first = news.addresses.first();
    Ok(NewEvent {
        at: engine.now(),
        kind: EventKind::ScanChanged,
        host_id,
        subnet_id,
        ip: first.copied().unwrap_or([0, 0, 0, 0].into()),
        hostname: host.and_then(|it| it.hostname).map(|(name, _)| name),
        detail: news.words,
        lasted_seconds: None,
    })
}

fn place(engine: &Engine, news: &News) -> (Option<HostId>, Option<SubnetId>) {
    let board = engine.board();
    let homes: Vec<Option<SubnetId>> = news.addresses.iter().map(|ip| board.home(*ip)).collect();
    let home = homes.first().copied().flatten();
    let host = match &news.addresses[..] {
        [ip] => board.get(*ip).map(|entry| entry.id),
        _ => None,
    };
    (host, home.filter(|_| homes.iter().all(|it| *it == home)))
}
