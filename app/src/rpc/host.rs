//! Hosts.

use super::Failure;
#[cfg(feature = "ssr")]
use super::door::Door;
use domain::{
    chart::{HostPast, Stretch},
    history::Sparkline,
    host::{Host, HostId, HostPage, HostPatch, HostQuery, NewHost},
    page::Page,
};
#[cfg(feature = "ssr")]
use engine::ops;
use leptos::{prelude::*, server_fn::codec::Json};

/// One page of hosts.
#[server(ListHosts, prefix = "/rpc", endpoint = "hosts", input = Json, output = Json)]
pub async fn hosts(
    /// Which ones.
    query: HostQuery,
) -> Result<Page<Host>, Failure> {
    let door = Door::open()?;
    door.answer(ops::host::list(&door.engine, &door.caller, &query).await)
}

/// One host with its subnet and newest events.
#[server(LoadHostPage, prefix = "/rpc", endpoint = "host_page", input = Json, output = Json)]
pub async fn host_page(
    /// Its number.
    id: HostId,
) -> Result<HostPage, Failure> {
    let door = Door::open()?;
    door.answer(ops::host::page(&door.engine, &door.caller, id).await)
}

/// Adds a host.
#[server(CreateHost, prefix = "/rpc", endpoint = "create_host", input = Json, output = Json)]
pub async fn create_host(
    /// What to add.
    host: NewHost,
) -> Result<Host, Failure> {
    let door = Door::open()?;
    door.answer(ops::host::create(&door.engine, &door.caller, &host).await)
}

/// Changes a host that was read at `version`.
#[server(UpdateHost, prefix = "/rpc", endpoint = "update_host", input = Json, output = Json)]
pub async fn update_host(
    /// Its number.
    id: HostId,
    /// The version that was read.
    version: i64,
    /// What to change.
    patch: HostPatch,
) -> Result<Host, Failure> {
    let door = Door::open()?;
    door.answer(ops::host::update(&door.engine, &door.caller, id, Some(version), &patch).await)
}

/// Deletes a host.
#[server(DeleteHost, prefix = "/rpc", endpoint = "delete_host", input = Json, output = Json)]
pub async fn delete_host(
    /// Its number.
    id: HostId,
) -> Result<(), Failure> {
    let door = Door::open()?;
    door.answer(ops::host::delete(&door.engine, &door.caller, id, None).await)
}

/// A host's latency, uptime and outages over a stretch that ends now.
#[server(LoadHostPast, prefix = "/rpc", endpoint = "host_past", input = Json, output = Json)]
pub async fn host_past(
    /// Its number.
    id: HostId,
    /// How far back.
    stretch: Stretch,
) -> Result<HostPast, Failure> {
    let door = Door::open()?;
    door.answer(ops::history::past(&door.engine, &door.caller, id, stretch).await)
}

/// The last 24 hours of some hosts, in short.
#[server(LoadSparklines, prefix = "/rpc", endpoint = "sparklines", input = Json, output = Json)]
pub async fn sparklines(
    /// Their numbers, at most 512.
    ids: Vec<HostId>,
) -> Result<Vec<Sparkline>, Failure> {
    let door = Door::open()?;
    // The operation reads memory, but a server function is asynchronous whatever it does.
    let lines = std::future::ready(ops::history::sparklines_of(
        &door.engine,
        &door.caller,
        &ids,
    ));
    door.answer(lines.await)
}
