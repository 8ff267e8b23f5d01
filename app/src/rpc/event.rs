//! Change events.

use super::Failure;
#[cfg(feature = "ssr")]
use super::door::Door;
use domain::{
    event::{Event, EventQuery},
    page::Page,
};
#[cfg(feature = "ssr")]
use engine::ops;
use leptos::{prelude::*, server_fn::codec::Json};

/// One page of change events, newest first.
#[server(ListEvents, prefix = "/rpc", endpoint = "events", input = Json, output = Json)]
pub async fn events(
    /// Which ones.
    query: EventQuery,
) -> Result<Page<Event>, Failure> {
    let door = Door::open()?;
    door.answer(ops::event::list(&door.engine, &door.caller, &query).await)
}
