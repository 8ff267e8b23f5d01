//! Who tells what a host is called and what hardware it is: reverse DNS, SNMP agents, the kernel's neighbour table.

mod breaker;
mod dns;
mod neighbours;
mod snmp;

use domain::{mac::Mac, name::NameAnswer, snmp::SnmpAccess};
use futures::{FutureExt as _, future::BoxFuture};
use std::{fmt, io, net::IpAddr, sync::Arc};

pub use dns::{DnsServers, Resolver};
pub use neighbours::KernelTable;
pub use snmp::Agents;

/// Everybody who is asked about names and hardware.
#[derive(Clone)]
pub struct Names {
    /// Reverse DNS.
    pub dns: Arc<dyn ReverseDns>,
    /// The hosts' own agents.
    pub snmp: Arc<dyn SysName>,
    /// Who was a neighbour lately.
    pub neighbours: Arc<dyn NeighbourTable>,
}

impl Default for Names {
    /// Nobody is asked.
    fn default() -> Self {
        Self {
            dns: Arc::new(Nobody),
            snmp: Arc::new(Nobody),
            neighbours: Arc::new(Nobody),
        }
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names")
    }
}

/// Finds the name of an address.
pub trait ReverseDns: Send + Sync + 'static {
    /// The address's name. Ends within seconds, whatever the servers do.
    fn name_of(&self, ip: IpAddr) -> BoxFuture<'_, NameAnswer>;

    /// Why nothing is asked now although it should be, in a sentence.
    fn trouble(&self) -> Option<String>;
}

/// Asks a host's agent for its `sysName` (RFC 3418).
pub trait SysName: Send + Sync + 'static {
    /// The host's own name. Ends within seconds, whatever the agent does.
    fn sys_name(&self, ip: IpAddr, access: SnmpAccess) -> BoxFuture<'_, NameAnswer>;
}

/// An address on the local segment and the hardware that had it lately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Neighbour {
    /// Its address; never link-local.
    pub ip: IpAddr,
    /// Its hardware address; never a group's.
    pub mac: Mac,
}

/// The hardware addresses of the local segment.
pub trait NeighbourTable: Send + Sync + 'static {
    /// Everybody in it; none when it is not looked at. Waits for nobody on the network.
    fn read(&self) -> io::Result<Option<Vec<Neighbour>>>;
}

/// Asks nobody: for visits from the console, and for networks that do not exist.
#[derive(Clone, Copy, Debug)]
struct Nobody;

impl ReverseDns for Nobody {
    fn name_of(&self, _: IpAddr) -> BoxFuture<'_, NameAnswer> {
        async { NameAnswer::NotAsked }.boxed()
    }

    fn trouble(&self) -> Option<String> {
        None
    }
}

impl SysName for Nobody {
    fn sys_name(&self, _: IpAddr, _: SnmpAccess) -> BoxFuture<'_, NameAnswer> {
        async { NameAnswer::NotAsked }.boxed()
    }
}

impl NeighbourTable for Nobody {
    fn read(&self) -> io::Result<Option<Vec<Neighbour>>> {
        Ok(None)
    }
}
