//! Follows where a page leads, a few pages far. Each place is looked up and permitted anew, and only the permitted
//! address is connected to.

use super::{
    Subject,
    eyes::Eyes,
    http::{self, Ask, Page},
    location, resolve,
    tcp::{self, Answer},
};
use domain::scan::{AccessTest, Outcome};
use std::{net::IpAddr, time::Duration};
use tokio::time::timeout;
use url::{Host, Url};

/// Redirects that are followed, one after the other.
const MOST: usize = 3;
/// From the first redirect to the last page.
const LONGEST: Duration = Duration::from_secs(20);

/// What following brought.
#[derive(Default)]
pub(super) struct Trail {
    /// One entry for each redirect.
    pub(super) tests: Vec<AccessTest>,
    /// The page at its end, if it is one of the same server.
    pub(super) page: Option<Page>,
}

/// A redirect that was looked at.
struct Hop {
    outcome: Outcome,
    words: String,
    /// What answered, and whether that was the scanned host itself.
    page: Option<(Page, bool)>,
}

impl Hop {
    fn ends(outcome: Outcome, words: impl Into<String>) -> Self {
        Self {
            outcome,
            words: words.into(),
            page: None,
        }
    }
}

impl Eyes {
    /// Follows the page `first`, which was at `start`.
    pub(super) async fn follow(&self, subject: &Subject, start: Url, first: &Page) -> Trail {
        let mut trail = Trail::default();
        let port = start.port_or_known_default().unwrap_or_default();
        let walking = self.walk(subject, start, first, &mut trail.tests);
        match timeout(LONGEST, walking).await {
            Ok(page) => trail.page = page,
            Err(_) => trail.tests.push(AccessTest {
                test: name(port),
                outcome: Outcome::TimedOut,
                detail: "the redirects took longer than 20 s".into(),
            }),
        }
        trail
    }

    /// The page at the end, if it is one of the server that it began at.
    async fn walk(
        &self,
        subject: &Subject,
        start: Url,
        first: &Page,
        tests: &mut Vec<AccessTest>,
    ) -> Option<Page> {
        let home = start.origin();
        let port = start.port_or_known_default().unwrap_or_default();
        let (mut status, mut location) = (first.status, first.location.clone());
        let mut visited = vec![start];
        while let Some(there) = location.take() {
            let from = visited.last()?;
            let next = location::next(from, &there);
            let (shown, hop) = match &next {
                Err((shown, why)) => (shown.clone(), Hop::ends(Outcome::Skipped, why)),
                Ok(url) => (location::shown(url), self.hop(subject, &visited, url).await),
            };
            tests.push(AccessTest {
                test: name(port),
                outcome: hop.outcome,
                detail: format!("{} → {shown}: {}", status.as_u16(), hop.words),
            });
            let ((page, is_own), url) = (hop.page?, next.ok()?);
            status = page.status;
            location.clone_from(&page.location);
            if location.is_none() {
                return Some(page).filter(|_| is_own && url.origin() == home);
            }
            visited.push(url);
        }
        None
    }

    async fn hop(&self, subject: &Subject, visited: &[Url], url: &Url) -> Hop {
        if visited.contains(url) {
            return Hop::ends(Outcome::Skipped, "it leads in a circle");
        }
        if visited.len() > MOST {
            return Hop::ends(Outcome::Skipped, "not followed after three redirects");
        }
        let found = match url.host() {
            Some(Host::Ipv4(ip)) => Ok(vec![IpAddr::from(ip)]),
            Some(Host::Ipv6(ip)) => Ok(vec![IpAddr::from(ip).to_canonical()]),
            Some(Host::Domain(name)) => resolve::addresses(&self.servers, name).await,
            None => Err("it names no host".into()),
        };
        let found = match found {
            Ok(found) => found,
            Err(why) => return Hop::ends(Outcome::Failed, why),
        };
        let port = url.port_or_known_default().unwrap_or_default();
        let ip = match subject.gate.hop(subject.ip, &found, port) {
            Ok(ip) => ip,
            Err(why) => return Hop::ends(Outcome::Skipped, why),
        };
        match self.visit(url, ip, port).await {
            Err((outcome, why)) => Hop::ends(outcome, why),
            Ok(page) => {
                let is_own = ip == subject.ip && is_host_of(subject, url);
                let words = if is_own && page.location.is_none() {
                    page.guarded_words()
                } else {
                    page.words.clone()
                };
                let was_safe = visited.last().is_some_and(|from| from.scheme() == "https");
                let is_unsafe = was_safe && url.scheme() == "http";
                Hop {
                    outcome: Outcome::Passed,
                    words: format!(
                        "{words}{}",
                        if is_unsafe {
                            "; from https to http"
                        } else {
                            ""
                        }
                    ),
                    page: Some((page, is_own)),
                }
            }
        }
    }

    /// The page at a permitted address.
    async fn visit(&self, url: &Url, ip: IpAddr, port: u16) -> Result<Page, (Outcome, String)> {
        let failed = |why: String| (Outcome::Failed, why);
        let stream = match tcp::connect(ip, port).await {
            Answer::Open(stream, _) => stream,
            Answer::Refused => return Err(failed("refused".into())),
            Answer::Silent => return Err((Outcome::TimedOut, "no answer".into())),
            Answer::Impossible(why) => return Err(failed(why)),
        };
        let ask = Ask {
            host: location::authority(url),
            port,
            path: location::path(url),
            is_tls: url.scheme() == "https",
        };
        if !ask.is_tls {
            return http::ask(stream, &ask).await.map_err(failed);
        }
        let met = self.handshakes.meet(stream, ip, port, url.domain()).await;
        let met = met.map_err(|why| failed(why.words))?;
        http::ask(met.stream, &ask).await.map_err(failed)
    }
}

/// Whether a URL names the host that is scanned.
fn is_host_of(subject: &Subject, url: &Url) -> bool {
    match (url.host(), &subject.name) {
        (Some(Host::Domain(name)), Some(own)) => {
            let own = own.trim_end_matches('.');
            name.trim_end_matches('.').eq_ignore_ascii_case(own)
        }
        (Some(Host::Ipv4(ip)), None) => IpAddr::from(ip) == subject.ip,
        (Some(Host::Ipv6(ip)), None) => IpAddr::from(ip).to_canonical() == subject.ip,
        _ => false,
    }
}

fn name(port: u16) -> String {
    format!("redirect/{port}")
}
