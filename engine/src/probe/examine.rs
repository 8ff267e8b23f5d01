//! A close look at one address: which common ports answer, what they say, what their certificates are. The trait that
//! the scanner's worker uses, and what it answers.

mod access;
mod banner;
mod eyes;
mod gather;
mod http;
mod location;
mod ports;
mod resolve;
mod tcp;
mod tls;
mod trail;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use domain::{
    risk::{Extent, HttpFact, PortFact, TlsFact},
    scan::AccessTest,
};
pub use eyes::Eyes;
use futures::{FutureExt as _, future::BoxFuture};
use tokio_util::sync::CancellationToken;

/// The policy on where a look may go, asked before each connection. An error is why not, in words.
pub trait Gate: fmt::Debug + Send + Sync {
    /// Whether a port of a permitted address may be connected to.
    fn port(&self, ip: IpAddr, port: u16) -> Result<(), String>;

    /// The one address to follow a redirect to, of all that its host has. `scanned` is the address that is looked at.
    fn hop(&self, scanned: IpAddr, found: &[IpAddr], port: u16) -> Result<IpAddr, String>;
}

/// What to look at. The address was permitted; nothing else is connected to without the gate's leave.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The address.
    pub ip: IpAddr,
    /// Where else the look may go.
    pub gate: Arc<dyn Gate>,
    /// The host's name, if one was asked for.
    pub name: Option<String>,
    /// The port that was asked for, looked at besides the common ones.
    pub port: Option<u16>,
    /// The path of a URL that was asked for, with its query.
    pub path: Option<String>,
    /// Whether that URL is over TLS.
    pub is_https: Option<bool>,
}

/// What was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// How much was looked at.
    pub extent: Extent,
    /// How many ports were asked.
    pub asked: usize,
    /// Whether anything answered, be it by refusing.
    pub responded: bool,
    /// Open ports, by number.
    pub ports: Vec<PortFact>,
    /// Web servers.
    pub http: Vec<HttpFact>,
    /// TLS servers.
    pub tls: Vec<TlsFact>,
    /// What was tried, one entry each.
    pub tests: Vec<AccessTest>,
}

/// Something that can look closely at an address.
pub trait Examine: Send + Sync + 'static {
    /// Every address of a name, or the resolver's words. Ends within ten seconds.
    fn resolve(&self, name: String) -> BoxFuture<'_, Result<Vec<IpAddr>, String>>;

    /// Looks at one address. Ends promptly when `cancel` does, with nothing.
    fn examine(
        &self,
        subject: Subject,
        cancel: CancellationToken,
    ) -> BoxFuture<'_, Option<Examined>>;
}

/// Sees nothing: for visits from the console and for networks that do not exist.
#[derive(Clone, Copy, Debug)]
pub struct Blind;

impl Examine for Blind {
    fn resolve(&self, _: String) -> BoxFuture<'_, Result<Vec<IpAddr>, String>> {
        async { Err("names are not looked up here".into()) }.boxed()
    }

    fn examine(&self, _: Subject, _: CancellationToken) -> BoxFuture<'_, Option<Examined>> {
        async { None }.boxed()
    }
}
