//! Hosts that have more to tell than anybody wants to know.

use super::*;

#[tokio::test]
async fn programs_that_all_change_at_once_are_one_event() {
    let (lab, id) = lab().await;
    let answer = |version: u32, ports: std::ops::RangeInclusive<u16>| {
        for port in ports {
            let words = format!("ssh OpenSSH {version}");
            lab.ports.open(IP, port, &words);
        }
    };
    answer(1, 1..=1000);
    scan(&lab, id, &TOP).await;
    answer(2, 1..=1000);
    scan(&lab, id, &TOP).await;
    answer(3, 1..=2);
    scan(&lab, id, &TOP).await;
    let told = [
        "service_changed: 1000 ports changed · 1-1000",
        "service_changed: 1/tcp OpenSSH 2 → 3",
        "service_changed: 2/tcp OpenSSH 2 → 3",
    ];
    assert_eq!(news(&lab, id).await, told);
}

#[tokio::test]
async fn of_a_port_that_comes_and_goes_the_newest_lifetimes_are_kept() {
    let (lab, id) = lab().await;
    lab.ports.open(IP, 22, "ssh");
    scan(&lab, id, &TOP).await;
    for _ in 0..60 {
        lab.ports.open(IP, 80, "http");
        scan(&lab, id, &TOP).await;
        lab.ports.close(IP, 80);
        scan(&lab, id, &TOP).await;
    }
    let all = ports(&lab, id, true).await;
    let of = |port: u16| all.iter().filter(|it| it.port == port).collect::<Vec<_>>();
    assert_eq!((of(22).len(), of(80).len()), (1, 50));
    assert_eq!(of(80)[0].closed_at, Some(lab.engine.now()), "the newest");
}
