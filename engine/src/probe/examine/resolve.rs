//! The addresses of a name, asked for once: nothing is remembered, so that each scan sees what is true now.

use crate::probe::names::DnsServers;
use hickory_resolver::{
    config::{LookupIpStrategy, ResolveHosts},
    net::{DnsError, NetError},
    proto::op::ResponseCode,
};
use std::{net::IpAddr, time::Duration};
use tokio::time::timeout;

/// However many servers and records there are.
const LONGEST: Duration = Duration::from_secs(10);
/// How long one question may stay unanswered.
const ONCE: Duration = Duration::from_secs(3);
/// Repetitions after the first question.
const RETRIES: usize = 1;

/// Every address of a name in a fixed order, IPv4 before IPv6; or the resolver's words. There is at least one.
pub(super) async fn addresses(servers: &DnsServers, name: &str) -> Result<Vec<IpAddr>, String> {
    timeout(LONGEST, ask(servers, name))
        .await
        .unwrap_or_else(|_| Err("the name servers did not answer within 10 s".into()))
}

async fn ask(servers: &DnsServers, name: &str) -> Result<Vec<IpAddr>, String> {
    let no_servers = |error: NetError| format!("no name servers: {error}");
    let mut builder = servers.resolver().map_err(no_servers)?;
    let options = builder.options_mut();
    options.timeout = ONCE;
    options.attempts = RETRIES;
    options.ip_strategy = LookupIpStrategy::Ipv4AndIpv6;
    options.use_hosts_file = ResolveHosts::Always;
    let asks = builder.build().map_err(no_servers)?;
    // A name of several parts is whole: the search list of this machine would make another one of it.
    let whole = if name.contains('.') && !name.ends_with('.') {
        format!("{name}.")
    } else {
        name.to_owned()
    };
    let found = asks.lookup_ip(whole.as_str()).await.map_err(words)?;
    let mut addresses: Vec<IpAddr> = found.iter().map(|ip| ip.to_canonical()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    if addresses.is_empty() {
        return Err("the name has no address".into());
    }
    Ok(addresses)
}

/// Why there is no address, as far as the name servers say.
fn words(error: NetError) -> String {
    let said = |code: ResponseCode| format!("the name servers say: {code}");
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NXDomain => "there is no such name (NXDOMAIN)".into(),
            ResponseCode::NoError => "the name has no address".into(),
            code => said(code),
        },
        NetError::Dns(DnsError::ResponseCode(code)) => said(code),
        NetError::Timeout => "the name servers did not answer".into(),
        other => domain::text::line(&other.to_string())
            .unwrap_or_else(|_| "the name could not be looked up".into()),
    }
}
