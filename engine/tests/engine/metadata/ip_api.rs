//! ip-api.com, played by its documented contract: limits kept to the letter, every failure borne.

use super::service::{Asked, Leaping, Reply, Service, here};
use domain::{
    scan::metadata::{Known, MetadataKind as Kind},
    target::{Class, classify},
    time::Timestamp,
};
use engine::probe::metadata::{IpApi, IpApiSettings, Said, Source as _};
use futures::future::join_all;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};
use std::{
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex},
    time::Duration,
};

pub(super) const MINUTE: Duration = Duration::from_mins(1);

pub(super) fn client(service: &Service, time: &Leaping, key: Option<&str>) -> IpApi {
    let settings = IpApiSettings {
        url: Some(service.url()),
        key: key.map(Into::into),
    };
    IpApi::open(&settings, &here(), time.clock(), time.pace()).unwrap()
}

pub(super) async fn ask(api: &IpApi, ip: &str) -> Said {
    api.ask(ip.parse().unwrap()).await
}

/// What the service knows of any address that is not special; the fields that were not asked for are left out.
fn known(ip: &str, fields: u32) -> Value {
    let class = classify(ip.parse().unwrap());
    if class != Class::Global {
        let message = if class == Class::Private {
            "private range"
        } else {
            "reserved range"
        };
        return json!({"status": "fail", "message": message, "query": ip});
    }
    let all: [(u32, &str, Value); 14] = [
        (1, "country", json!("Australia")),
        (2, "countryCode", json!("AU")),
        (4, "region", json!("VIC")),
        (8, "regionName", json!("Victoria")),
        (16, "city", json!("Melbourne")),
        (512, "isp", json!("Telstra Internet")),
        (1024, "org", json!("")),
        (2048, "as", json!("AS1221 Telstra Pty Ltd")),
        (8192, "query", json!(ip)),
        (16384, "status", json!("success")),
        (65536, "mobile", json!(true)),
        (131_072, "proxy", json!(false)),
        (1 << 22, "asname", json!("ASN-TELSTRA")),
        (1 << 24, "hosting", json!(false)),
    ];
    let asked = all.into_iter().filter(|(bit, ..)| fields & bit > 0);
    asked
        .map(|(_, key, value)| (key.to_owned(), value))
        .collect()
}

pub(super) fn answer(asked: &Asked) -> Reply {
    let (path, fields) = asked.line.split_once("?fields=").unwrap();
    assert_eq!(path, "POST /batch");
    let fields = fields.split('&').next().unwrap().parse().unwrap();
    let addresses = asked.addresses();
    if addresses.len() > 100 {
        return Reply::status(422, "");
    }
    let items: Vec<Value> = addresses.iter().map(|ip| known(ip, fields)).collect();
    Reply::status(200, &serde_json::to_string(&items).unwrap())
}

pub(super) fn public(n: u32) -> IpAddr {
    Ipv4Addr::from(u32::from(Ipv4Addr::new(1, 128, 0, 0)) + n).into()
}

#[tokio::test]
async fn an_address_is_known_by_everything_that_the_service_tells() {
    let service = Service::new(answer).await;
    let time = Leaping::default();
    let said = ask(&client(&service, &time, None), "1.128.0.1").await;
    let known = Known::merge(&said.facts, said.problems);
    assert_eq!(known.problems, [""; 0]);
    assert_eq!(known.location().unwrap(), "Melbourne, Victoria, Australia");
    assert_eq!(known.provider().unwrap(), "Telstra Internet (AS1221)");
    assert!(known.network().is_mobile && !known.network().is_hosting);
    let system = known.facts.iter().find(|fact| fact.kind == Kind::AsName);
    assert_eq!(system.unwrap().value, "Telstra Pty Ltd");
    assert_eq!(system.unwrap().source, "ip-api.com");
}

#[tokio::test]
async fn many_are_asked_for_at_once_and_each_only_once() {
    let service = Service::new(answer).await;
    let (time, ips) = (Leaping::default(), (0..250).map(public));
    let api = client(&service, &time, None);
    let twice: Vec<IpAddr> = ips.clone().chain(ips).collect();
    let said = join_all(twice.iter().map(|ip| api.ask(*ip))).await;
    assert!(said.iter().all(|said| said.problems.is_empty()), "{said:?}");
    let sizes: Vec<usize> = service
        .asked()
        .iter()
        .map(|asked| asked.addresses().len())
        .collect();
    assert_eq!(sizes, [100, 100, 50]);
}

#[tokio::test]
async fn an_address_that_is_not_public_is_told_to_nobody() {
    let service = Service::new(answer).await;
    let api = client(&service, &Leaping::default(), None);
    for ip in [
        "10.0.0.1",
        "172.16.9.9",
        "192.168.1.1",
        "100.64.0.1",
        "127.0.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.0.8",
        "198.18.0.1",
        "203.0.113.9",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
        "2001:db8::1",
    ] {
        assert_eq!(ask(&api, ip).await, Said::default(), "{ip}");
    }
    assert_eq!(service.asked().len(), 0);
}

/// The service's window: so many requests a minute, counted down in the headers; beyond it 429.
#[derive(Default)]
struct Window {
    ends: Option<Timestamp>,
    left: u32,
    /// When it was asked, and whether it may have been.
    sent: Vec<(Timestamp, bool)>,
}

#[tokio::test]
async fn no_limit_is_ever_exceeded() {
    for seed in 0..12 {
        let mut random = StdRng::seed_from_u64(seed);
        let time = Leaping::default();
        let window = Arc::<Mutex<Window>>::default();
        // Others behind the same address use some of it up.
        let others: Vec<u32> = (0..64).map(|_| random.random_range(0..14)).collect();
        let (seen, at) = (window.clone(), time.clone());
        let service = Service::new(move |asked| {
            for ip in asked.addresses() {
                assert_eq!(classify(ip.parse().unwrap()), Class::Global);
            }
            let (mut window, now) = (seen.lock().unwrap(), at.now());
            if window.ends.is_none_or(|ends| now >= ends) {
                window.ends = Some(now.plus(MINUTE));
                window.left = 15 - others[window.sent.len() % others.len()];
            }
            let is_fine = window.left > 0;
            window.sent.push((now, is_fine));
            window.left = window.left.saturating_sub(1);
            // Rounded up, as whole seconds are.
            let seconds = window.ends.unwrap().since(now).as_millis().div_ceil(1000);
            let headers = vec![
                ("x-rl", window.left.to_string()),
                ("x-ttl", seconds.to_string()),
            ];
            match answer(asked) {
                Reply::Whole(_, _, body) if is_fine => Reply::Whole(200, headers, body),
                _ => Reply::Whole(429, headers, Vec::new()),
            }
        })
        .await;
        let api = client(&service, &time, None);
        let mut next = 0;
        for _ in 0..40 {
            let wave: Vec<IpAddr> = (0..random.random_range(1..40))
                .map(|n| public(next + n))
                .collect();
            next += 40;
            let said = join_all(wave.iter().map(|ip| api.ask(*ip))).await;
            for said in said {
                let is_told = said.problems.is_empty() && !said.facts.is_empty();
                let is_late = said
                    .problems
                    .iter()
                    .all(|why| why.contains("its limit of requests is used up"));
                assert!(is_told || is_late, "{said:?}");
            }
            time.leap(Duration::from_millis(random.random_range(0..9_000)));
        }
        let window = window.lock().unwrap();
        assert!(window.sent.len() > 10, "seed {seed}: {}", window.sent.len());
        for (at, is_fine) in &window.sent {
            assert!(
                is_fine,
                "seed {seed}: asked although the window was used up"
            );
            let within = window
                .sent
                .iter()
                .filter(|(other, _)| other <= at && at.since(*other) < MINUTE);
            assert!(within.count() <= 15, "seed {seed}");
        }
    }
}

/// Bodies that the service gave lie beside the checkout and are no part of it: without them, nothing is tested here.
#[tokio::test]
async fn captured_answers_are_understood() {
    let folder = std::path::Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/data/ip-api"
    ));
    let Ok(simple) = std::fs::read_to_string(folder.join("batch_simple.json")) else {
        println!("skipped: {} is not there", folder.display());
        return;
    };
    let ips = ["208.80.152.201", "8.8.8.8", "24.48.0.1"];
    let service = Service::in_turn(vec![Reply::status(200, &simple)]).await;
    let api = client(&service, &Leaping::default(), None);
    let said = join_all(ips.iter().map(|ip| ask(&api, ip))).await;
    assert_eq!(said[0].problems, ["ip-api.com: its answer has no status"]);
    let known: Vec<Known> = said
        .iter()
        .map(|it| Known::merge(&it.facts, Vec::new()))
        .collect();
    assert_eq!(
        known[1].location().unwrap(),
        "Ashburn, Virginia, United States"
    );
    assert_eq!(
        known[1].provider().unwrap(),
        "Google LLC / Google Public DNS (AS15169)"
    );
    assert_eq!(known[2].location().unwrap(), "Montreal, Quebec, Canada");
    let mixed = std::fs::read_to_string(folder.join("batch_simple_with_part_err.json")).unwrap();
    let service = Service::in_turn(vec![Reply::status(200, &mixed)]).await;
    let said = ask(
        &client(&service, &Leaping::default(), None),
        "208.80.152.201",
    )
    .await;
    let known = Known::merge(&said.facts, said.problems);
    assert_eq!(
        known.location().unwrap(),
        "Chicago, Illinois, United States"
    );
    for name in ["json_err_1.json", "json_err_3.json"] {
        let body = std::fs::read_to_string(folder.join(name)).unwrap();
        let service = Service::in_turn(vec![Reply::status(403, &body)]).await;
        let said = ask(&client(&service, &Leaping::default(), None), "1.1.1.1").await;
        assert!(said.problems[0].contains("members.ip-api.com"), "{said:?}");
    }
}
