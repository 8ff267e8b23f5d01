//! The dashboard's numbers, and what every page shows around its content.

use super::subnet;
use crate::{Caller, Engine, Result, store};
use domain::{
    event::{EventKind, EventQuery},
    summary::{Frame, Summary},
    token::Scope,
};
use std::time::Duration;

/// Events on the dashboard.
const EVENTS: u64 = 20;

/// Counts by status and by subnet, and the newest events.
pub async fn summary(engine: &Engine, caller: &Caller) -> Result<Summary> {
    caller.require(Scope::Read)?;
    let at = engine.now();
    let db = engine.store.read();
    let events = store::event::list(db, &EventQuery::default(), None, EVENTS).await?;
    let day = at.minus(Duration::from_hours(24));
    let new_today = store::host::count_since(db, day).await?;
    let down_last_hour =
        store::event::count_since(db, &[EventKind::Down], at.minus(Duration::from_hours(1)))
            .await?;
    let subnets = subnet::tree(engine).await?;
    let hosts = engine.board().count(None, at);
    Ok(Summary {
        hosts,
        new_today,
        down_last_hour,
        subnets,
        events,
        at,
    })
}

/// What every page shows around its content; also while the password must be changed first.
pub async fn frame(engine: &Engine, caller: &Caller) -> Result<Frame> {
    let subnets = if caller.must_change_password {
        Vec::new()
    } else {
        subnet::list(engine, caller).await?
    };
    Ok(Frame {
        account: caller.account(),
        subnets,
        banners: engine.banners.now(),
        version: env!("CARGO_PKG_VERSION").into(),
        at: engine.now(),
    })
}
