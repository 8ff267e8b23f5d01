//! The real look: many connections at a time, then a word with everybody who answered.

use super::{
    Examine, Examined, Subject, banner,
    http::{self, Ask},
    ports::{self, COMMON, Talk},
    tcp::{self, Answer},
    tls::Handshakes,
};
use domain::{
    port::{Proto, Service},
    risk::{Extent, HttpFact, PortFact, TlsFact},
    scan::{AccessTest, Outcome},
    time::Timestamp,
};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use std::{net::IpAddr, time::Duration};
use tokio::{
    net::{TcpStream, lookup_host},
    sync::Semaphore,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// Connections at a time, for all targets.
const CONNECTIONS: usize = 512;
/// How long a name may be looked up.
const LOOK_UP: Duration = Duration::from_secs(10);
/// Addresses of one name that are looked at.
const ADDRESSES: usize = 32;

/// Looks at addresses over the network.
#[derive(Debug)]
pub struct Eyes {
    connections: Semaphore,
    handshakes: Handshakes,
}

/// What a word with one server brought.
#[derive(Default)]
struct Heard {
    service: Option<Service>,
    http: Option<HttpFact>,
    tls: Option<TlsFact>,
    tests: Vec<AccessTest>,
}

impl Eyes {
    /// Reads the certificates that this machine trusts.
    pub fn open() -> anyhow::Result<Self> {
        Ok(Self {
            connections: Semaphore::new(CONNECTIONS),
            handshakes: Handshakes::new()?,
        })
    }

    async fn look(&self, subject: &Subject) -> Examined {
        let mut asked: Vec<u16> = COMMON.iter().map(|(port, _)| *port).collect();
        asked.extend(subject.port);
        asked.sort_unstable();
        asked.dedup();
        let mut looks: FuturesUnordered<_> = asked
            .iter()
            .map(|port| self.look_at_port(subject, *port))
            .collect();
        let mut seen = Vec::with_capacity(asked.len());
        while let Some(look) = looks.next().await {
            seen.push(look);
        }
        seen.sort_by_key(|(port, ..)| *port);
        gathered(seen)
    }

    async fn look_at_port(&self, subject: &Subject, port: u16) -> (u16, State, Heard) {
        let Ok(_place) = self.connections.acquire().await else {
            return (port, State::Silent, Heard::default());
        };
        match tcp::connect(subject.ip, port).await {
            Answer::Open(stream, took) => {
                let mut heard = self.talk(subject, port, stream).await;
                let detail = format!("open, {:.1} ms", took.as_secs_f64() * 1000.0);
                heard
                    .tests
                    .insert(0, test("tcp", port, Outcome::Passed, detail));
                (port, State::Open, heard)
            }
            Answer::Refused => (port, State::Refused, one(port, Outcome::Failed, "refused")),
            Answer::Silent => (
                port,
                State::Silent,
                one(port, Outcome::TimedOut, "no answer"),
            ),
            Answer::Impossible(why) => (port, State::Silent, one(port, Outcome::Failed, &why)),
        }
    }

    async fn talk(&self, subject: &Subject, port: u16, mut stream: TcpStream) -> Heard {
        let is_asked = subject.port == Some(port);
        let talk = match subject.is_https {
            Some(true) if is_asked => Talk::Https,
            Some(false) if is_asked => Talk::Http,
            _ => ports::talk(port),
        };
        match talk {
            Talk::Http => self.page(subject, port, stream, false).await,
            Talk::Tls | Talk::Https => self.certificate(subject, port, stream, talk).await,
            Talk::Listen => {
                let words = tcp::listen(&mut stream).await;
                Heard {
                    service: banner::read(&words),
                    ..Heard::default()
                }
            }
        }
    }

    async fn certificate(
        &self,
        subject: &Subject,
        port: u16,
        stream: TcpStream,
        talk: Talk,
    ) -> Heard {
        let met = self
            .handshakes
            .meet(stream, subject.ip, port, subject.name.as_deref());
        match met.await {
            Ok(met) => {
                let seen = test("tls", port, Outcome::Passed, met.words);
                let mut heard = match talk {
                    Talk::Https => self.page(subject, port, met.stream, true).await,
                    _ => Heard::default(),
                };
                heard.tests.insert(0, seen);
                heard.tls = Some(met.fact);
                heard
            }
            Err(failed) => Heard {
                tls: failed.is_outdated.then(|| TlsFact {
                    port,
                    outdated_version: Some("a version before TLS 1.2".into()),
                    not_before: Timestamp(0),
                    not_after: Timestamp(i64::MAX),
                    is_self_signed: false,
                    is_for_another_name: false,
                }),
                tests: vec![test("tls", port, Outcome::Failed, failed.words)],
                ..Heard::default()
            },
        }
    }

    async fn page<S>(&self, subject: &Subject, port: u16, stream: S, is_tls: bool) -> Heard
    where
        S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
    {
        let is_asked = subject.port == Some(port);
        let ask = Ask {
            host: host(subject, port, is_tls),
            port,
            path: subject
                .path
                .clone()
                .filter(|_| is_asked)
                .unwrap_or_else(|| "/".into()),
            is_tls,
        };
        match http::ask(stream, &ask).await {
            Ok(page) => Heard {
                service: Some(page.service),
                http: Some(page.fact),
                tests: vec![test("http", port, Outcome::Passed, page.words)],
                ..Heard::default()
            },
            Err(why) => Heard {
                tests: vec![test("http", port, Outcome::Failed, why)],
                ..Heard::default()
            },
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Refused,
    Silent,
}

/// The host as a server expects it: with the port where it is not the usual one.
fn host(subject: &Subject, port: u16, is_tls: bool) -> String {
    let name = match (&subject.name, subject.ip) {
        (Some(name), _) => name.clone(),
        (None, IpAddr::V4(ip)) => ip.to_string(),
        (None, IpAddr::V6(ip)) => format!("[{ip}]"),
    };
    if port == if is_tls { 443 } else { 80 } {
        name
    } else {
        format!("{name}:{port}")
    }
}

fn test(kind: &str, port: u16, outcome: Outcome, detail: String) -> AccessTest {
    AccessTest {
        test: format!("{kind}/{port}"),
        outcome,
        detail,
    }
}

fn one(port: u16, outcome: Outcome, detail: &str) -> Heard {
    Heard {
        tests: vec![test("tcp", port, outcome, detail.into())],
        ..Heard::default()
    }
}

fn gathered(seen: Vec<(u16, State, Heard)>) -> Examined {
    let mut examined = Examined {
        extent: Extent::Complete,
        responded: seen.iter().any(|(_, state, _)| *state != State::Silent),
        ports: Vec::new(),
        http: Vec::new(),
        tls: Vec::new(),
        tests: Vec::new(),
    };
    for (port, state, heard) in seen {
        if state == State::Open {
            let is_probed = heard.service.is_some();
            let service = heard.service.unwrap_or_else(|| Service {
                name: ports::name(port).map(ToOwned::to_owned),
                ..Service::default()
            });
            examined.ports.push(PortFact {
                proto: Proto::Tcp,
                port,
                service,
                is_probed,
                is_unauthenticated: false,
                cves: Vec::new(),
            });
        }
        examined.http.extend(heard.http);
        examined.tls.extend(heard.tls);
        examined.tests.extend(heard.tests);
    }
    examined
}

impl Examine for Eyes {
    fn resolve(&self, name: String) -> BoxFuture<'_, Result<Vec<IpAddr>, String>> {
        async move {
            let found = timeout(LOOK_UP, lookup_host((name.as_str(), 0)))
                .await
                .map_err(|_| "the name could not be looked up within 10 s".to_owned())?
                .map_err(|error| error.to_string())?;
            let mut addresses: Vec<IpAddr> = found.map(|it| it.ip().to_canonical()).collect();
            addresses.dedup();
            addresses.truncate(ADDRESSES);
            Ok(addresses)
        }
        .boxed()
    }

    fn examine(
        &self,
        subject: Subject,
        cancel: CancellationToken,
    ) -> BoxFuture<'_, Option<Examined>> {
        async move { cancel.run_until_cancelled(self.look(&subject)).await }.boxed()
    }
}
