//! A close look at real listeners: what they are, what their pages and certificates say.

use crate::{
    HERE,
    listeners::{Listener, Talk, closed_port},
};
use domain::{
    port::Service,
    scan::{AccessTest, Outcome},
};
use engine::probe::{
    examine::{Examine as _, Examined, Eyes, Gate, Subject},
    names::DnsServers,
};
use std::{net::IpAddr, sync::Arc};
use tokio_util::sync::CancellationToken;

/// Lets a look go everywhere but to one port.
#[derive(Debug)]
struct AllBut(u16);

impl Gate for AllBut {
    fn port(&self, _: IpAddr, port: u16) -> Result<(), String> {
        let is_open = port != self.0;
        is_open.then_some(()).ok_or_else(|| "not here".into())
    }

    fn hop(&self, _: IpAddr, found: &[IpAddr], port: u16) -> Result<IpAddr, String> {
        self.port(found[0], port).map(|()| found[0])
    }
}

async fn look(subject: Subject) -> Examined {
    let eyes = Eyes::open(DnsServers::System).unwrap();
    eyes.examine(subject, CancellationToken::new())
        .await
        .unwrap()
}

fn at(port: u16) -> Subject {
    Subject {
        ip: HERE,
        gate: Arc::new(AllBut(0)),
        name: None,
        port: Some(port),
        path: None,
        is_https: None,
    }
}

fn service(seen: &Examined, port: u16) -> (Service, bool) {
    let found = seen.ports.iter().find(|it| it.port == port).unwrap();
    (found.service.clone(), found.is_probed)
}

fn test<'a>(seen: &'a Examined, name: &str) -> &'a AccessTest {
    seen.tests.iter().find(|it| it.test == name).unwrap()
}

fn named(name: &str, product: &str, version: &str) -> Service {
    let some = |text: &str| Some(text.to_owned());
    Service {
        name: some(name),
        product: some(product),
        version: some(version),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_speaks_first_is_known_by_its_words() {
    let ssh = Listener::start(HERE, Talk::Ssh);
    let seen = look(at(ssh.port())).await;
    assert_eq!(
        service(&seen, ssh.port()),
        (named("ssh", "OpenSSH", "9.6"), true)
    );
    assert!(seen.responded);
    let open = test(&seen, &format!("tcp/{}", ssh.port()));
    assert_eq!(open.outcome, Outcome::Passed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_asked_for_as_the_url_says() {
    let http = Listener::start(HERE, Talk::Http);
    let seen = look(Subject {
        path: Some("/login?next=%2F".into()),
        is_https: Some(false),
        ..at(http.port())
    })
    .await;
    assert_eq!(
        service(&seen, http.port()),
        (named("http", "nginx", "1.24.0"), true)
    );
    let page = seen.http.iter().find(|it| it.port == http.port()).unwrap();
    assert!(!page.is_tls && !page.leads_to_tls && !page.asks_basic);
    let asked = test(&seen, &format!("http/{}", http.port()));
    assert_eq!(
        (asked.outcome, asked.detail.as_str()),
        (
            Outcome::Passed,
            "200 OK, nginx/1.24.0; without CSP, X-Frame-Options, X-Content-Type-Options, Referrer-Policy"
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_taken_whatever_it_is_and_then_judged() {
    let https = Listener::start(HERE, Talk::HttpOverTls);
    let port = https.port();
    let ask = |name: &str| Subject {
        name: Some(name.to_owned()),
        path: Some("/".into()),
        is_https: Some(true),
        ..at(port)
    };
    let seen = look(ask("other.example")).await;
    let certificate = seen.tls.iter().find(|it| it.port == port).unwrap();
    assert!(certificate.is_self_signed);
    assert_eq!(certificate.outdated_version, None);
    let words = &test(&seen, &format!("tls/{port}")).detail;
    assert!(
        words.starts_with("TLSv1.3, ")
            && words.contains("rollcall.test")
            && words.ends_with("self-signed"),
        "{words}"
    );
    assert_eq!(
        service(&seen, port),
        (named("https", "nginx", "1.24.0"), true)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_told_and_nothing_is_made_of_it() {
    let port = closed_port();
    let seen = look(at(port)).await;
    assert!(seen.responded, "a refusal is an answer");
    assert!(seen.ports.iter().all(|it| it.port != port));
    let refused = test(&seen, &format!("tcp/{port}"));
    assert_eq!(
        (refused.outcome, refused.detail.as_str()),
        (Outcome::Failed, "refused")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_talks_another_language_fails_the_test_and_stays_open() {
    let ssh = Listener::start(HERE, Talk::Ssh);
    let port = ssh.port();
    let seen = look(Subject {
        path: Some("/".into()),
        is_https: Some(true),
        ..at(port)
    })
    .await;
    assert_eq!(test(&seen, &format!("tls/{port}")).outcome, Outcome::Failed);
    assert!(!service(&seen, port).1);
    assert!(seen.tls.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_the_gate_closes_is_not_connected_to() {
    let ssh = Listener::start(HERE, Talk::Ssh);
    let seen = look(Subject {
        gate: Arc::new(AllBut(ssh.port())),
        ..at(ssh.port())
    })
    .await;
    let skipped = test(&seen, &format!("tcp/{}", ssh.port()));
    assert_eq!(
        (skipped.outcome, skipped.detail.as_str()),
        (Outcome::Skipped, "not here")
    );
    assert!(seen.ports.iter().all(|it| it.port != ssh.port()));
}
