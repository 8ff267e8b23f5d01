//! Reverse DNS: bounded, remembered, and patient with servers that do not answer.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::Path,
    str::FromStr,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use domain::{host::Hostname, name::NameAnswer};
use futures::{FutureExt as _, future::BoxFuture};
use hickory_resolver::{
    ResolverBuilder, TokioResolver,
    config::{NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts},
    net::{DnsError, NetError, runtime::TokioRuntimeProvider},
    proto::{op::ResponseCode, rr::RData},
};
use tokio::{sync::Semaphore, time::Instant};

use super::{ReverseDns, breaker::Breaker};

/// How long one question may stay unanswered.
const TIMEOUT: Duration = Duration::from_secs(2);
/// Repetitions after the first question.
const RETRIES: usize = 1;
/// However many servers there are.
const LONGEST: Duration = Duration::from_secs(9);
/// Questions that are open at the same time.
const AT_ONCE: usize = 32;
/// Answers that are remembered.
const REMEMBERED: u64 = 8_192;
const LEAST_TTL: Duration = Duration::from_mins(1);
const MOST_TTL: Duration = Duration::from_hours(24);
/// That there is no name is remembered so long.
const NAMELESS_TTL: Duration = Duration::from_mins(5);
const SYSTEM_FILE: &str = "/etc/resolv.conf";
const PORT: u16 = 53;

/// The name servers to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DnsServers {
    /// Those of `/etc/resolv.conf`, as it is at the time.
    System,
    /// These.
    These(Vec<SocketAddr>),
}

impl FromStr for DnsServers {
    type Err = &'static str;

    /// Addresses, perhaps with a port, separated by commas; an empty text is the system's.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected addresses separated by commas, each perhaps with a port, such as 10.0.0.1,[fd00::1]:5353";
        if text.trim().is_empty() {
            return Ok(Self::System);
        }
        let server = |part: &str| {
            let bare = part.parse().map(|ip: IpAddr| SocketAddr::new(ip, PORT));
            let server = bare.ok().or_else(|| part.parse().ok())?;
            (server.port() != 0 && !server.ip().is_unspecified()).then_some(server)
        };
        let servers: Option<_> = text.split(',').map(|part| server(part.trim())).collect();
        servers.map(Self::These).ok_or(EXPECTED)
    }
}

impl DnsServers {
    /// What asks them, to be adjusted and built. The system's file is read now.
    pub(in crate::probe) fn resolver(
        &self,
    ) -> Result<ResolverBuilder<TokioRuntimeProvider>, NetError> {
        match self {
            Self::System => TokioResolver::builder_tokio(),
            Self::These(servers) => Ok(TokioResolver::builder_with_config(
                ResolverConfig::from_parts(None, Vec::new(), servers.iter().map(server).collect()),
                TokioRuntimeProvider::default(),
            )),
        }
    }
}

impl fmt::Display for DnsServers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("the system's"),
            Self::These(servers) => {
                let words: Vec<String> = servers.iter().map(ToString::to_string).collect();
                f.write_str(&words.join(", "))
            }
        }
    }
}

/// Asks name servers.
pub struct Resolver {
    servers: DnsServers,
    current: Mutex<Option<Current>>,
    turns: Semaphore,
    breaker: Mutex<Breaker>,
}

/// What asks, as the servers are configured now.
struct Current {
    asks: TokioResolver,
    /// When the system's file was written.
    written: Option<SystemTime>,
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resolver({})", self.servers)
    }
}

impl Resolver {
    /// Nothing is opened or read before the first question.
    pub fn new(servers: DnsServers) -> Self {
        Self {
            servers,
            current: Mutex::default(),
            turns: Semaphore::new(AT_ONCE),
            breaker: Mutex::default(),
        }
    }

    /// What asks now; made anew when the system's file has changed, as when this machine gets another lease.
    fn current(&self) -> Result<TokioResolver, NetError> {
        let written = match self.servers {
            DnsServers::System => written(Path::new(SYSTEM_FILE)),
            DnsServers::These(_) => None,
        };
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = current.as_ref().filter(|known| known.written == written) {
            return Ok(known.asks.clone());
        }
        let mut builder = self.servers.resolver()?;
        adjust(builder.options_mut());
        let asks = builder.build()?;
        *current = Some(Current {
            asks: asks.clone(),
            written,
        });
        Ok(asks)
    }

    async fn ask(&self, ip: IpAddr) -> NameAnswer {
        // Closed by nobody.
        let _turn = self.turns.acquire().await;
        if self.trouble().is_some() {
            return NameAnswer::LeftAlone;
        }
        let asks = match self.current() {
            Ok(asks) => asks,
            Err(error) => return NameAnswer::Failed(format!("no name servers: {error}")),
        };
        let found = match tokio::time::timeout(LONGEST, asks.reverse_lookup(ip)).await {
            Ok(found) => found,
            Err(_) => Err(NetError::Timeout),
        };
        let mut breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        match found {
            Ok(found) => {
                breaker.answered();
                named(found.answers().iter().map(|record| &record.data))
            }
            Err(error) => {
                if is_answer(&error) {
                    breaker.answered();
                } else if breaker.failed(Instant::now()) {
                    tracing::warn!(dns.servers = %self.servers, "the name servers do not answer: {error}");
                }
                unnamed(&error)
            }
        }
    }
}

impl ReverseDns for Resolver {
    fn name_of(&self, ip: IpAddr) -> BoxFuture<'_, NameAnswer> {
        self.ask(ip).boxed()
    }

    fn trouble(&self) -> Option<String> {
        let breaker = self.breaker.lock().unwrap_or_else(PoisonError::into_inner);
        let words = "The name servers do not answer: no names are looked up by DNS for now.";
        breaker.is_open(Instant::now()).then(|| words.to_owned())
    }
}

fn written(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file).and_then(|it| it.modified()).ok()
}

fn server(address: &SocketAddr) -> NameServerConfig {
    let mut config = NameServerConfig::udp_and_tcp(address.ip());
    for connection in &mut config.connections {
        connection.port = address.port();
    }
    config
}

fn adjust(options: &mut ResolverOpts) {
    options.timeout = TIMEOUT;
    options.attempts = RETRIES;
    options.cache_size = REMEMBERED;
    options.positive_min_ttl = Some(LEAST_TTL);
    options.positive_max_ttl = Some(MOST_TTL);
    options.negative_min_ttl = Some(NAMELESS_TTL);
    options.negative_max_ttl = Some(NAMELESS_TTL);
    options.use_hosts_file = ResolveHosts::Never;
}

/// The name in an answer; of several always the same one. Whatever is no host name is none.
fn named<'a>(records: impl Iterator<Item = &'a RData>) -> NameAnswer {
    let names = records.filter_map(|record| match record {
        RData::PTR(pointer) => host_name(&pointer.0.to_ascii()),
        _ => None,
    });
    let first = names.min_by_key(ToString::to_string);
    first.map_or(NameAnswer::Nameless, NameAnswer::Name)
}

fn host_name(text: &str) -> Option<Hostname> {
    text.to_ascii_lowercase().parse().ok()
}

/// Whether somebody answered, were it that it can't or will not tell.
fn is_answer(error: &NetError) -> bool {
    matches!(error, NetError::Dns(_))
}

/// No such name, or a name without a pointer, is an answer; everything else is none.
fn unnamed(error: &NetError) -> NameAnswer {
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NXDomain | ResponseCode::NoError => NameAnswer::Nameless,
            code => NameAnswer::Failed(format!("the name servers say: {code}")),
        },
        NetError::Dns(DnsError::ResponseCode(code)) => {
            NameAnswer::Failed(format!("the name servers say: {code}"))
        }
        NetError::Timeout => NameAnswer::Failed("no answer".into()),
        other => NameAnswer::Failed(other.to_string()),
    }
}
