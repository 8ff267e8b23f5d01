//! The real look: many connections at a time, then a word with everybody who answered.

use super::{
    Examine, Examined, Subject,
    access::{self, Access},
    banner,
    gather::{Heard, State, gathered},
    http::{self, Ask, Page},
    ports::{self, COMMON, Talk},
    resolve,
    tcp::{self, Answer},
    tls::Handshakes,
    trail::Trail,
};
use crate::probe::names::DnsServers;
use domain::{
    port::Service,
    risk::{HttpFact, TlsFact},
    scan::{AccessTest, Outcome},
    time::Timestamp,
};
use futures::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use std::net::IpAddr;
use tokio::{net::TcpStream, sync::Semaphore};
use tokio_util::sync::CancellationToken;
use url::Url;

/// Connections at a time, for all targets.
const CONNECTIONS: usize = 512;

/// Looks at addresses over the network.
#[derive(Debug)]
pub struct Eyes {
    connections: Semaphore,
    pub(super) handshakes: Handshakes,
    pub(super) servers: DnsServers,
}

impl Heard {
    /// What was said about letting strangers in.
    fn of(port: u16, access: Access) -> Self {
        let (outcome, detail) = match access.verdict {
            Some((true, seen)) => (Outcome::Passed, format!("{seen} without a password")),
            Some((false, seen)) => (Outcome::Failed, seen.to_owned()),
            None => (
                Outcome::Skipped,
                "its answer does not tell whether strangers are let in".to_owned(),
            ),
        };
        Self {
            service: access.service,
            is_unauthenticated: outcome == Outcome::Passed,
            tests: vec![test("access", port, outcome, detail)],
            ..Self::default()
        }
    }
}

impl Eyes {
    /// Reads the certificates that this machine trusts. Names are looked up by these servers.
    pub fn open(servers: DnsServers) -> anyhow::Result<Self> {
        Ok(Self {
            servers,
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
        if let Err(why) = subject.gate.port(subject.ip, port) {
            return (port, State::Forbidden, one(port, Outcome::Skipped, &why));
        }
        let Ok(_place) = self.connections.acquire().await else {
            return (port, State::Forbidden, Heard::default());
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
            Answer::Impossible(why) => {
                let heard = one(port, Outcome::Failed, &why);
                (port, State::Untried(why), heard)
            }
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
            Talk::Ask(asked) => Heard::of(port, access::ask(&mut stream, asked).await),
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

    /// Follows a page that leads elsewhere.
    async fn trail(&self, subject: &Subject, ask: &Ask, page: &Page) -> Trail {
        let scheme = if ask.is_tls { "https" } else { "http" };
        let start = Url::parse(&format!("{scheme}://{}{}", ask.host, ask.path));
        match start {
            Ok(start) if page.location.is_some() => self.follow(subject, start, page).await,
            _ => Trail::default(),
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
                .unwrap_or_else(|| access::path(port).into()),
            is_tls,
        };
        match http::ask(stream, &ask).await {
            Ok(page) => {
                let trail = self.trail(subject, &ask, &page).await;
                let words = if page.location.is_some() {
                    page.words.clone()
                } else {
                    page.guarded_words()
                };
                let access = (ask.path == access::path(port))
                    .then(|| access::of_page(port, &page))
                    .flatten();
                let mut heard = match access {
                    Some(access) => Heard::of(port, access),
                    None => Heard {
                        service: Some(carried(port, page.service)),
                        is_guessed: ports::is_like_web(port),
                        ..Heard::default()
                    },
                };
                heard.http = Some(together(page.fact, trail.page));
                heard
                    .tests
                    .insert(0, test("http", port, Outcome::Passed, words));
                heard.tests.extend(trail.tests);
                heard
            }
            Err(why) => Heard {
                tests: vec![test("http", port, Outcome::Failed, why)],
                ..Heard::default()
            },
        }
    }
}

/// What answers a request for a page: a web server, or what usually answers so at this port.
fn carried(port: u16, web: Service) -> Service {
    if !ports::is_like_web(port) {
        return web;
    }
    Service {
        name: ports::name(port).map(ToOwned::to_owned),
        ..web
    }
}

/// What a server's pages show together: the one that was asked for, and the one it leads to.
fn together(first: HttpFact, last: Option<Page>) -> HttpFact {
    let Some(last) = last.map(|page| page.fact) else {
        return first;
    };
    HttpFact {
        title: last.title.or(first.title),
        asks_basic: first.asks_basic || last.asks_basic,
        lists_files: first.lists_files || last.lists_files,
        lacks_hsts: first.lacks_hsts && last.lacks_hsts,
        ..first
    }
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

impl Examine for Eyes {
    fn resolve(&self, name: String) -> BoxFuture<'_, Result<Vec<IpAddr>, String>> {
        async move { resolve::addresses(&self.servers, &name).await }.boxed()
    }

    fn examine(
        &self,
        subject: Subject,
        cancel: CancellationToken,
    ) -> BoxFuture<'_, Option<Examined>> {
        async move { cancel.run_until_cancelled(self.look(&subject)).await }.boxed()
    }
}
