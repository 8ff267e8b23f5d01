//! The host by which a subnet is reached, which people know by its address.

use crate::rpc::{self, Failure};
use domain::{
    host::{HostId, HostQuery},
    problem::{FieldError, Problem},
    subnet::Subnet,
};
use std::net::IpAddr;

/// The uplink to send, if another one was entered; empty = none.
pub(super) async fn changed(
    text: &str,
    before: &Subnet,
) -> Result<Option<Option<HostId>>, Failure> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(before.uplink_host_id.map(|_| None));
    }
    let ip: IpAddr = text
        .parse()
        .map_err(|_| wrong("expected an address, such as 192.168.1.1"))?;
    if before.uplink_ip == Some(ip) {
        return Ok(None);
    }
    let query = HostQuery {
        q: Some(ip.to_string()),
        limit: Some(1000),
        ..HostQuery::default()
    };
    let hosts = rpc::hosts(query).await?.items;
    let host = hosts.into_iter().find(|host| host.ip == ip);
    let host = host.ok_or_else(|| wrong("there is no host with this address yet"))?;
    Ok(Some(Some(host.id)))
}

fn wrong(words: &str) -> Failure {
    let mut problem = Problem::new(422, "Invalid input");
    problem.errors = vec![FieldError::new("/uplink_host_id", words)];
    Failure(problem)
}
