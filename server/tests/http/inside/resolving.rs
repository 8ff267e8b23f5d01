//! Names: looked up once, judged as a whole, and what is said when there is no address.

use super::{
    dns::{Dns, NO_SUCH_NAME, SERVER_FAILED, Says, at},
    entries, is_inside, run, scan,
    servers::Servers,
};
use crate::world::World;
use std::time::{Duration, Instant};

#[test]
fn a_name_is_looked_up_once_and_the_checked_address_is_connected_to() {
    run("inside::resolving::rebinding", &[]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a network of its own"]
async fn rebinding() {
    if !is_inside() {
        return;
    }
    // Honest the first time only.
    let dns = Dns::start(|_, before| {
        at(if before == 0 {
            &["8.8.8.8"]
        } else {
            &["127.0.0.1"]
        })
    });
    let dns = dns.await;
    let mut servers = Servers::default();
    servers.silent(&[80, 8080, 6379]).await;
    let world = World::looking(&[("DNS_SERVERS", &dns.address.to_string())]).await;
    let seen = scan(&world, &["http://turn.test/"]).await;
    assert_eq!(
        (&seen[0]["ip_address"], dns.asked("turn.test")),
        (&"8.8.8.8".into(), [1, 1])
    );
    assert!(servers.visits_of("127.0.0.1").is_empty());
    assert!(servers.visits_of("8.8.8.8").len() >= 3);
    // The second look is honest about what it was told.
    let seen = scan(&world, &["http://turn.test/"]).await;
    assert_eq!(seen[0]["availability"], false);
    assert!(
        entries(&seen[0], "policy")[0].contains("this machine itself"),
        "{seen:?}"
    );
    assert!(servers.visits_of("127.0.0.1").is_empty());
    world.shutdown.cancel();
}

#[test]
fn no_address_is_told_in_the_resolvers_words_within_ten_seconds() {
    run("inside::resolving::nothing_found", &[]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "run by the test above, in a network of its own"]
async fn nothing_found() {
    if !is_inside() {
        return;
    }
    let dns = Dns::start(|name, _| match name {
        "gone.test" => Says::Code(NO_SUCH_NAME),
        "broken.test" => Says::Code(SERVER_FAILED),
        "empty.test" => at(&[]),
        _ => Says::Nothing,
    });
    let dns = dns.await;
    let world = World::looking(&[("DNS_SERVERS", &dns.address.to_string())]).await;
    let begun = Instant::now();
    let names = ["gone.test", "broken.test", "empty.test", "silent.test"];
    let seen = scan(&world, &names).await;
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(14), "{took:?}");
    let words = [
        "there is no such name (NXDOMAIN)",
        "Server Failure",
        "the name has no address",
        "did not answer",
    ];
    for (result, words) in seen.iter().zip(words) {
        assert_eq!(result["ip_address"], "unknown", "{result}");
        assert_eq!(result["availability"], false, "{result}");
        let summary = result["risk_summary"].as_str().unwrap();
        assert!(summary.contains(words), "{summary}");
        let tests = entries(result, "dns");
        assert!(
            tests[0].starts_with("failed: ") && tests[0].contains(words),
            "{tests:?}"
        );
        assert!(
            result["duration_ms"].as_u64().unwrap() <= 10_500,
            "{result}"
        );
    }
    world.shutdown.cancel();
}
