//! Answers that fail, clocks that were wrong, and strangers who make things up.

use super::*;

#[tokio::test]
async fn a_lookup_that_was_noted_while_the_clock_was_ahead_is_due() {
    let (lab, oracle, id, _) = host().await;
    let ahead = 60 * 24 * 40;
    lab.shift(ahead);
    ops::name::lookup(&lab.engine, id).await.unwrap();
    lab.shift(-ahead);
    oracle.dns("10.0.0.7", says("nas.lan"));
    let cancel = CancellationToken::new();
    lab.engine.start_workers(&cancel);
    crate::port_worker::until("the name", async || {
        named(&lab, id).await.0.as_deref() == Some("nas.lan")
    })
    .await;
    cancel.cancel();
}

#[tokio::test]
async fn whom_nobody_asked_about_stays_due() {
    let (lab, oracle, id, _) = host().await;
    oracle.dns("10.0.0.7", NameAnswer::LeftAlone);
    let words = ops::name::lookup(&lab.engine, id).await.unwrap();
    assert!(words.starts_with("DNS: left alone for a minute"), "{words}");
    oracle.dns("10.0.0.7", says("nas.lan"));
    let cancel = CancellationToken::new();
    lab.engine.start_workers(&cancel);
    crate::port_worker::until("the name", async || {
        named(&lab, id).await.0.as_deref() == Some("nas.lan")
    })
    .await;
    cancel.cancel();
}

#[tokio::test]
async fn without_a_neighbour_table_the_other_answers_are_kept() {
    let (lab, oracle, id, _) = host().await;
    oracle.dns("10.0.0.7", says("nas.lan"));
    oracle.is_blind.store(true, Ordering::SeqCst);
    let words = ops::name::lookup(&lab.engine, id).await.unwrap();
    assert_eq!(
        words,
        "DNS: nas.lan; SNMP: not asked; hardware: the neighbour table can't be read"
    );
    assert_eq!(named(&lab, id).await.0.as_deref(), Some("nas.lan"));
}

#[tokio::test]
async fn two_that_take_turns_at_an_address_are_told_once_an_hour() {
    const MACS: [&str; 2] = ["00:1b:21:3c:4d:5e", "00:1b:21:3c:4d:5f"];
    let (lab, oracle, id, _) = host().await;
    let look = async |mac: &str| {
        oracle.neighbours(&[("10.0.0.7", mac)]);
        ops::name::lookup(&lab.engine, id).await.unwrap();
        lab.pass(Duration::from_mins(1));
    };
    look(MACS[0]).await;
    for turn in 1..=30 {
        look(MACS[turn % 2]).await;
    }
    let first = format!("changed: hardware address: {} → {}", MACS[0], MACS[1]);
    assert_eq!(lab.events(id).await[1..], [first.as_str()]);
    assert_eq!(lab.host_at("10.0.0.7").await.mac.as_deref(), Some(MACS[0]));
    lab.pass(Duration::from_hours(1));
    look(MACS[1]).await;
    assert_eq!(lab.events(id).await[1..], [first.as_str(), &first]);
    // Somebody who makes addresses up fills nothing either.
    for last in 0..30 {
        look(&format!("02:00:00:00:00:{last:02x}")).await;
    }
    assert_eq!(lab.events(id).await.len(), 1 + 1 + 4);
}

#[tokio::test]
async fn made_up_ipv6_neighbours_fill_no_database() {
    let (lab, _) = lab().await;
    let subnet = lab.subnet("fd00::/64").await;
    let look = async |wing: u16, seen: u16| {
        let neighbour = |last: u16| Neighbour {
            ip: IpAddr::from([0xfd00, 0, 0, 0, wing, 0, 0, last]),
            mac: "00:1b:21:3c:4d:5e".parse().unwrap(),
        };
        let table: Vec<Neighbour> = (1..=seen).map(neighbour).collect();
        ops::neighbour::discover(&lab.engine, &table).await.unwrap()
    };
    let is_told = || {
        let health = ops::health::health(&lab.engine, &console()).unwrap();
        let mut banners = health.banners.into_iter();
        banners.find(|banner| banner.code == "neighbours")
    };
    for (wing, found) in [(1, 256), (2, 256), (3, 256), (4, 256)] {
        assert_eq!(look(wing, 256).await, found);
    }
    assert!(is_told().is_none());
    assert_eq!(look(5, 256).await, 0, "1,024 are enough");
    let told = is_told().unwrap().message;
    assert!(told.contains("fd00::/64"), "{told}");
    // Whom somebody describes is no stranger any more.
    let host = lab.host_at("fd00::1:0:0:7").await;
    rename(&lab, host.id, Some("mine")).await;
    assert_eq!(look(5, 256).await, 1);
    assert_eq!(look(0, 0).await, 0);
    assert!(is_told().is_none(), "nobody is turned away any more");
    let patch = domain::subnet::SubnetPatch {
        ping: Some(false),
        ..Default::default()
    };
    rename(&lab, lab.host_at("fd00::1:0:0:8").await.id, Some("too")).await;
    ops::subnet::update(&lab.engine, &console(), subnet.id, None, &patch)
        .await
        .unwrap();
    assert_eq!(look(6, 1).await, 0, "nobody is pinged there");
}
