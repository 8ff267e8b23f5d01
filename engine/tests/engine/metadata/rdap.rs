//! IANA's list and the registries, played over HTTP on loopback.

use super::service::{Asked, Leaping, Reply, Service, here};
use domain::scan::metadata::Known;
use engine::probe::metadata::{Rdap, Said, Source as _};
use futures::future::join_all;
use serde_json::json;
use std::{sync::Arc, time::Duration};

fn client(list: &Service, time: &Leaping) -> Rdap {
    Rdap::open(&list.url(), &here(), time.clock(), time.pace()).unwrap()
}

async fn ask(rdap: &Rdap, ip: &str) -> Said {
    rdap.ask(ip.parse().unwrap()).await
}

/// A list that leads to a registry for these blocks.
async fn list(services: Vec<(&'static [&'static str], String)>) -> Service {
    let services: Vec<_> = services
        .into_iter()
        .map(|(blocks, url)| json!([blocks, [url]]))
        .collect();
    let body = json!({"version": "1.0", "services": services}).to_string();
    Service::new(move |asked| match asked.line.as_str() {
        "GET /ipv4.json" | "GET /ipv6.json" => Reply::status(200, &body),
        _ => Reply::status(404, ""),
    })
    .await
}

fn network(asked: &Asked) -> Reply {
    let ip = asked.line.rsplit('/').next().unwrap();
    let (first, last) = match ip.rsplit_once('.') {
        Some((head, _)) => (format!("{head}.0"), format!("{head}.255")),
        None => (ip.to_owned(), ip.to_owned()),
    };
    let body = json!({
        "objectClassName": "ip network", "startAddress": first, "endAddress": last, "name": "NET", "country": "AU",
        "entities": [
            {"roles": ["registrant"], "vcardArray": ["vcard", [["fn", {}, "text", "Telstra\u{202e}\r\n Ltd"]]]},
            {"roles": ["abuse"], "vcardArray": ["vcard", [["email", {}, "text", "abuse@example.net"]]]},
        ],
    });
    Reply::status(200, &body.to_string())
}

#[tokio::test]
async fn the_registry_of_the_narrowest_block_is_asked_once_for_neighbours() {
    let wrong = Service::new(|_| Reply::status(500, "")).await;
    let right = Service::new(network).await;
    let list = list(vec![
        (
            &["1.0.0.0/8", "2001:4860::/23"],
            format!("{}/wrong/", wrong.url()),
        ),
        (
            &["1.128.0.0/11", "2001:4860::/32"],
            format!("{}/rdap", right.url()),
        ),
    ])
    .await;
    let time = Leaping::default();
    let rdap = client(&list, &time);
    let ips: Vec<String> = (0..20).map(|n| format!("1.128.0.{n}")).collect();
    for said in join_all(ips.iter().map(|ip| ask(&rdap, ip))).await {
        let known = Known::merge(&said.facts, said.problems);
        assert_eq!(known.location().unwrap(), "Australia");
        assert_eq!(known.provider().unwrap(), "Telstra   Ltd");
        assert_eq!(known.source().unwrap(), "127.0.0.1");
        assert_eq!(known.facts.len(), 4, "{known:?}");
    }
    assert_eq!(ask(&rdap, "2001:4860:4860::8888").await.facts.len(), 4);
    let lines: Vec<String> = right.asked().into_iter().map(|asked| asked.line).collect();
    assert_eq!(
        lines,
        [
            "GET /rdap/ip/1.128.0.0",
            "GET /rdap/ip/2001:4860:4860::8888"
        ]
    );
    let fetched: Vec<String> = list.asked().into_iter().map(|asked| asked.line).collect();
    assert_eq!(fetched, ["GET /ipv4.json", "GET /ipv6.json"]);
    assert_eq!(wrong.asked().len(), 0);
    assert_eq!(ask(&rdap, "9.9.9.9").await, Said::default());
    for ip in [
        "10.1.1.1",
        "127.0.0.1",
        "::1",
        "::ffff:192.168.0.1",
        "fe80::1",
    ] {
        assert_eq!(ask(&rdap, ip).await, Said::default());
    }
    assert_eq!(right.asked().len(), 2);
}

#[tokio::test]
async fn a_registry_may_send_on_to_another_but_not_for_ever_and_not_anywhere() {
    let last = Service::new(network).await;
    let there = format!("{}/rdap/ip/1.1.1.1", last.url());
    let moved = |to: &str| Reply::Whole(301, vec![("location", to.to_owned())], Vec::new());
    let first = Service::in_turn(vec![moved(&there)]).await;
    let list_of = |service: &Service| list(vec![(&["1.0.0.0/8"], service.url())]);
    let time = Leaping::default();
    let said = ask(&client(&list_of(&first).await, &time), "1.1.1.1").await;
    assert_eq!((said.facts.len(), last.asked().len()), (4, 1), "{said:?}");

    for (to, words) in [
        ("file:///etc/passwd", "redirects to where nothing is asked"),
        ("http://10.0.0.1/rdap", "private address"),
        ("http://169.254.169.254/latest", "metadata service"),
        ("http://user@127.0.0.1/", "user name"),
        ("/ip/1.1.1.1", "redirect to each other"),
    ] {
        let service = Service::in_turn(vec![moved(to)]).await;
        let said = ask(&client(&list_of(&service).await, &time), "1.1.1.1").await;
        assert!(
            said.facts.is_empty() && said.problems[0].contains(words),
            "{said:?}"
        );
        assert!(service.asked().len() <= 3, "{to}");
    }
    let nowhere = Service::in_turn(vec![Reply::status(302, "")]).await;
    let said = ask(&client(&list_of(&nowhere).await, &time), "1.1.1.1").await;
    assert!(said.problems[0].contains("redirects"), "{said:?}");
}

#[tokio::test]
async fn a_registry_that_asks_for_peace_gets_it() {
    let wait = Reply::Whole(429, vec![("retry-after", "120".into())], Vec::new());
    let service = Service::in_turn(vec![wait, network(&asked("1.1.1.1"))]).await;
    let list = list(vec![(&["1.0.0.0/8"], service.url())]).await;
    let time = Leaping::default();
    let rdap = client(&list, &time);
    let said = ask(&rdap, "1.1.1.1").await;
    assert!(said.problems[0].contains("429"), "{said:?}");
    for _ in 0..8 {
        let said = ask(&rdap, "1.1.1.1").await;
        assert!(
            said.problems[0].contains("may not be asked for the next"),
            "{said:?}"
        );
        time.leap(Duration::from_secs(10));
    }
    assert_eq!(service.asked().len(), 1);
    time.leap(Duration::from_secs(50));
    assert_eq!(ask(&rdap, "1.1.1.1").await.facts.len(), 4);
}

fn asked(ip: &str) -> Asked {
    Asked {
        line: format!("GET /ip/{ip}"),
        body: String::new(),
    }
}

#[tokio::test]
async fn no_registry_is_asked_more_than_twenty_times_a_minute() {
    let time = Leaping::default();
    let sent = Arc::<std::sync::Mutex<Vec<_>>>::default();
    let (seen, at) = (sent.clone(), time.clone());
    let service = Service::new(move |asked| {
        seen.lock().unwrap().push(at.now());
        network(asked)
    })
    .await;
    let list = list(vec![(&["1.0.0.0/8"], service.url())]).await;
    let rdap = client(&list, &time);
    for n in 0..90 {
        let said = ask(&rdap, &format!("1.1.{n}.1")).await;
        let is_late = said
            .problems
            .iter()
            .any(|why| why.contains("may not be asked"));
        assert!(is_late || said.facts.len() == 4, "{said:?}");
        time.leap(Duration::from_millis(1_500));
    }
    let sent = sent.lock().unwrap();
    assert!(sent.len() > 40, "{}", sent.len());
    for at in sent.iter() {
        let minute = Duration::from_mins(1);
        let within = sent
            .iter()
            .filter(|other| *other <= at && at.since(**other) < minute);
        assert!(within.count() <= 20);
    }
}

#[tokio::test]
async fn every_failure_is_told_and_three_in_a_row_are_enough_for_a_minute() {
    for (reply, words) in [
        (Reply::status(500, ""), "status 500"),
        (Reply::status(403, "<html>"), "status 403"),
        (Reply::status(200, "{"), "not what is documented"),
        (
            Reply::status(
                200,
                "{\"startAddress\":\"9.0.0.0\",\"endAddress\":\"9.0.0.1\"}",
            ),
            "another block",
        ),
        (Reply::Cut(b"{\"startAddress\"".to_vec()), ""),
        (
            Reply::Whole(200, Vec::new(), vec![b' '; 2 << 20]),
            "longer than 512 KiB",
        ),
        (Reply::Closed, ""),
    ] {
        let service = Service::in_turn(vec![reply.clone()]).await;
        let list = list(vec![(&["1.0.0.0/8"], service.url())]).await;
        let time = Leaping::default();
        let rdap = client(&list, &time);
        for _ in 0..10 {
            let said = ask(&rdap, "1.1.1.1").await;
            assert!(
                said.problems[0].starts_with("RDAP: 127.0.0.1: "),
                "{said:?}"
            );
            assert!(said.problems[0].contains(words), "{said:?}");
        }
        assert_eq!(service.asked().len(), 3, "{reply:?}");
        assert!(
            rdap.status().await[0]
                .problem
                .as_ref()
                .unwrap()
                .contains("left alone")
        );
    }
    let unknown = Service::in_turn(vec![Reply::status(404, "")]).await;
    let list_of = list(vec![(&["1.0.0.0/8"], unknown.url())]).await;
    let said = ask(&client(&list_of, &Leaping::default()), "1.1.1.1").await;
    assert_eq!(said, Said::default());
}

#[tokio::test]
async fn without_the_list_nobody_is_asked_and_it_is_fetched_again_later() {
    let fine = json!({"services": [[["1.0.0.0/8"], ["http://127.0.0.1:1/"]]]}).to_string();
    for bad in [
        "",
        "[]",
        "{\"services\": []}",
        "{\"services\": [[[\"1.0.0.0/8\"], [\"ftp://x/\"]]]}",
    ] {
        let list = Service::in_turn(vec![Reply::status(200, bad), Reply::status(200, &fine)]).await;
        let time = Leaping::default();
        let rdap = client(&list, &time);
        for _ in 0..3 {
            let said = ask(&rdap, "1.1.1.1").await;
            assert!(
                said.problems[0].starts_with("RDAP: the list of registries: "),
                "{said:?}"
            );
        }
        assert_eq!(list.asked().len(), 1);
        assert!(rdap.status().await[0].problem.is_some());
        time.leap(Duration::from_mins(6));
        let said = ask(&rdap, "1.1.1.1").await;
        assert!(
            said.problems[0].starts_with("RDAP: 127.0.0.1: "),
            "{said:?}"
        );
        assert_eq!(list.asked().len(), 2);
    }
}
