//! Ports of hosts.

use super::Failure;
#[cfg(feature = "ssr")]
use super::door::Door;
use domain::{
    host::HostId,
    page::Page,
    port::{Port, PortQuery},
};
#[cfg(feature = "ssr")]
use engine::ops;
use leptos::{prelude::*, server_fn::codec::Json};

/// A host's open ports by number, or all lifetimes, the newest first.
#[server(ListPorts, prefix = "/rpc", endpoint = "ports", input = Json, output = Json)]
pub async fn ports(
    /// The host.
    id: HostId,
    /// Which ones.
    query: PortQuery,
) -> Result<Page<Port>, Failure> {
    let door = Door::open()?;
    door.answer(ops::port::list(&door.engine, &door.caller, id, &query).await)
}

/// Makes a host's open ports its baseline; returns them.
#[server(AcceptPorts, prefix = "/rpc", endpoint = "accept_ports", input = Json, output = Json)]
pub async fn accept_ports(
    /// The host.
    id: HostId,
) -> Result<Vec<Port>, Failure> {
    let door = Door::open()?;
    door.answer(ops::port::accept(&door.engine, &door.caller, id).await)
}
