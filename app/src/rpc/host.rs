//! Hosts.

use super::Failure;
#[cfg(feature = "ssr")]
use super::door::Door;
use domain::{
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
