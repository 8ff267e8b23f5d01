//! Everything that ip-api.com, or the way to it, does instead of answering.

use super::{
    ip_api::{MINUTE, answer, ask, client, public},
    service::{Leaping, Reply, Service},
};
use engine::probe::metadata::Source as _;
use futures::future::join_all;
use serde_json::json;
use std::{net::IpAddr, sync::Arc, time::Duration};

#[tokio::test]
async fn too_many_requests_are_waited_out_once_and_never_hammered() {
    let short = Reply::Whole(
        429,
        vec![("x-rl", "0".into()), ("x-ttl", "10".into())],
        Vec::new(),
    );
    let body = json!([{"status": "success", "query": "1.1.1.1", "country": "Australia"}]);
    let fine = Reply::status(200, &body.to_string());
    let service = Service::in_turn(vec![short, fine]).await;
    let time = Leaping::default();
    let said = ask(&client(&service, &time, None), "1.1.1.1").await;
    assert_eq!((said.facts.len(), service.asked().len()), (1, 2));
    assert!(time.now().since(crate::harness::START) >= Duration::from_secs(11));

    for headers in [
        Vec::new(),
        vec![("x-ttl", "abc".to_owned())],
        vec![("x-ttl", "-5".to_owned())],
        vec![("x-ttl", "99999999999999".to_owned())],
    ] {
        let service =
            Service::in_turn(vec![Reply::Whole(429, headers, b"slow down".to_vec())]).await;
        let time = Leaping::default();
        let api = client(&service, &time, None);
        for _ in 0..5 {
            let said = ask(&api, "1.1.1.1").await;
            assert!(said.problems[0].contains("used up"), "{said:?}");
        }
        assert_eq!(service.asked().len(), 1);
        // Refused again and again, it is asked ever less often.
        for _ in 0..120 {
            time.leap(MINUTE / 2);
            ask(&api, "1.1.1.1").await;
        }
        assert!(
            (4..=12).contains(&service.asked().len()),
            "{}",
            service.asked().len()
        );
    }
}

#[tokio::test]
async fn a_ban_is_told_in_its_words_and_ends_the_asking_for_an_hour() {
    for words in [
        "SSL unavailable for this endpoint, order a key at https://members.ip-api.com/",
        "invalid/expired key, renew at https://members.ip-api.com/order",
    ] {
        let body = json!({"status": "fail", "message": words}).to_string();
        let service = Service::in_turn(vec![Reply::status(403, &body)]).await;
        let time = Leaping::default();
        let api = client(&service, &time, Some("hidden"));
        let ips: Vec<IpAddr> = (0..150).map(public).collect();
        for said in join_all(ips.iter().map(|ip| api.ask(*ip))).await {
            assert!(said.problems[0].contains(words), "{said:?}");
            assert!(!said.problems[0].contains("hidden"), "{said:?}");
        }
        time.leap(MINUTE * 59);
        ask(&api, "1.1.1.1").await;
        assert_eq!(service.asked().len(), 1);
        assert!(
            api.status().await[0]
                .problem
                .as_ref()
                .unwrap()
                .contains(words)
        );
        time.leap(MINUTE * 2);
        ask(&api, "1.1.1.1").await;
        assert_eq!(service.asked().len(), 2);
        assert!(service.asked()[1].line.ends_with("&key=hidden"));
        assert!(!format!("{api:?}").contains("hidden"));
    }
}

#[tokio::test]
async fn every_failure_is_told_and_three_in_a_row_are_enough_for_a_minute() {
    let canary = Service::new(answer).await;
    let there = vec![("location", format!("{}/batch", canary.url()))];
    for (reply, words) in [
        (Reply::status(422, ""), "422"),
        (Reply::status(500, ""), "status 500"),
        (Reply::status(502, "<html>bad gateway</html>"), "status 502"),
        (
            Reply::Whole(301, there.clone(), Vec::new()),
            "redirects (301)",
        ),
        (Reply::Whole(307, there, Vec::new()), "redirects (307)"),
        (
            Reply::Whole(200, Vec::new(), vec![b'['; 2 << 20]),
            "longer than 256 KiB",
        ),
        (
            Reply::Cut(b"[{\"status\":\"success\",\"query\":\"1.1.1.1\"}]".to_vec()),
            "",
        ),
        (Reply::Cut(b"[{\"sta".to_vec()), ""),
        (
            Reply::status(200, "[{\"status\":\"succ"),
            "not what is documented",
        ),
        (
            Reply::status(200, "{\"status\":\"success\"}"),
            "not what is documented",
        ),
        (
            Reply::status(200, &"[".repeat(100_000)),
            "not what is documented",
        ),
        (Reply::Closed, ""),
    ] {
        let service = Service::in_turn(vec![reply.clone()]).await;
        let time = Leaping::default();
        let api = client(&service, &time, None);
        for _ in 0..10 {
            let said = ask(&api, "1.1.1.1").await;
            assert!(said.facts.is_empty(), "{reply:?}");
            let [why] = &said.problems[..] else {
                panic!("{said:?}")
            };
            assert!(
                why.starts_with("ip-api.com: ") && why.contains(words),
                "{why}"
            );
        }
        assert_eq!(service.asked().len(), 3, "{words}");
        let status = api.status().await;
        assert!(
            status[0].problem.as_ref().unwrap().contains("left alone"),
            "{status:?}"
        );
        time.leap(MINUTE + Duration::from_secs(1));
        ask(&api, "1.1.1.1").await;
        assert_eq!(service.asked().len(), 4, "{words}");
    }
    assert_eq!(canary.asked().len(), 0);
    // What answers for others only is no answer for this one, and no failure of the service.
    let other = json!([{"status": "success", "query": "1.0.0.1", "country": "Australia"}]);
    let service = Service::in_turn(vec![Reply::status(200, &other.to_string())]).await;
    let said = ask(&client(&service, &Leaping::default(), None), "1.1.1.1").await;
    assert_eq!(
        said.problems,
        ["ip-api.com: it did not answer for this address"]
    );
}

#[tokio::test]
async fn a_service_that_hangs_costs_ten_seconds() {
    let service = Service::in_turn(vec![Reply::Hangs]).await;
    let begun = tokio::time::Instant::now();
    let said = ask(&client(&service, &Leaping::default(), None), "1.1.1.1").await;
    assert_eq!(said.problems, ["ip-api.com: no answer within 10 seconds"]);
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn who_is_ended_while_sending_for_all_takes_nobody_along() {
    let fine = json!([{"status": "success", "query": "1.1.1.1", "country": "Australia"},
        {"status": "success", "query": "1.0.0.1", "country": "Australia"}]);
    let service = Service::in_turn(vec![Reply::Hangs, Reply::status(200, &fine.to_string())]).await;
    let time = Leaping::default();
    let api = Arc::new(client(&service, &time, None));
    let mut tasks = tokio::task::JoinSet::new();
    let first = {
        let api = api.clone();
        tasks.spawn(async move { ask(&api, "1.1.1.1").await })
    };
    let second = api.clone();
    let mut other = tokio::task::JoinSet::new();
    other.spawn(async move { ask(&second, "1.0.0.1").await });
    let waiting = async {
        while service.asked().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting)
        .await
        .unwrap();
    first.abort();
    let said = other.join_next().await.unwrap().unwrap();
    assert_eq!(
        (said.facts.len(), service.asked().len()),
        (1, 2),
        "{said:?}"
    );
}
