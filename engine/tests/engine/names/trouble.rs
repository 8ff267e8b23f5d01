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
