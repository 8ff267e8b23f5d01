//! Messages that a receiver does not take, edits while a try is under way, and a disk that is full.

use super::{
    Office, lenient,
    receiver::{Answer, Receiver},
};
use crate::{
    harness::{console, open_in, settings},
    port_worker::until,
};
use domain::webhook::{Format, WebhookPatch, WebhookState};
use engine::{
    ops,
    probe::post::{Poster, Reply},
};
use sea_orm::{ConnectionTrait as _, Database};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn what_a_receiver_does_not_take_is_given_up_and_the_next_goes_on() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let id = office.hook(&receiver.url()).await.webhook.id;
    receiver.answer(Answer::Status(413));
    office.goes_down("10.0.0.1").await;
    office.send_after(10).await;
    assert_eq!(office.send_after(5).await.len(), 1);
    assert_eq!(office.shown(id).await.dead, 0, "it may have been a mishap");
    assert_eq!(office.send_after(10).await.len(), 1);
    let refused = office.shown(id).await;
    assert_eq!(
        (refused.state, refused.dead, refused.waiting),
        (WebhookState::Failing, 1, 0)
    );
    receiver.answer(Answer::Status(204));
    office.goes_down("10.0.0.2").await;
    office.send_after(30).await;
    let last = receiver.seen().pop().unwrap().json();
    assert_eq!(last["data"]["events"][0]["ip"], "10.0.0.2");
}

#[tokio::test]
async fn another_shape_is_tried_at_once_and_as_often_as_the_first() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let id = office.hook(&receiver.url()).await.webhook.id;
    receiver.answer(Answer::Status(400));
    office.goes_down("10.0.0.1").await;
    office.send_after(10).await;
    assert_eq!(office.send_after(5).await.len(), 1);
    let patch = WebhookPatch {
        format: Some(Format::Slack),
        ..WebhookPatch::default()
    };
    let engine = &office.lab.engine;
    let changed = ops::webhook::update(engine, &console(), id, None, &patch)
        .await
        .unwrap();
    assert_eq!(
        (changed.state, changed.last_error),
        (WebhookState::Ok, None)
    );
    for pause in [0, 5] {
        assert_eq!(office.send_after(pause).await.len(), 1);
        assert_eq!(office.shown(id).await.dead, 0);
    }
    assert_eq!(office.send_after(10).await.len(), 1);
    assert_eq!(office.shown(id).await.dead, 1);
}

#[tokio::test]
async fn a_try_that_fails_after_an_edit_undoes_nothing_of_it() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let id = office.hook("http://127.0.0.1:9/wrong").await.webhook.id;
    office.goes_down("10.0.0.1").await;
    let engine = &office.lab.engine;
    let mut pause = 10;
    // It would be left alone for long.
    for _ in 0..6 {
        office.send_after(pause).await;
        pause *= 2;
    }
    office.lab.pass(Duration::from_secs(pause));
    let due = ops::webhook::due(engine).await.unwrap();
    assert_eq!(due.len(), 1);
    // The try hangs, and somebody enters the right URL.
    let patch = WebhookPatch {
        url: Some(receiver.url()),
        ..WebhookPatch::default()
    };
    ops::webhook::update(engine, &console(), id, None, &patch)
        .await
        .unwrap();
    let late = Reply::failed("no answer within 10 seconds");
    ops::webhook::record(engine, &due[0], &late).await.unwrap();
    let edited = office.shown(id).await;
    assert_eq!((edited.state, edited.last_error), (WebhookState::Ok, None));
    assert_eq!(
        office.send().await.len(),
        1,
        "the right one is tried at once"
    );
    assert_eq!(receiver.seen().len(), 1);
    assert_eq!(office.shown(id).await.waiting, 0);
}

#[tokio::test]
async fn what_was_accepted_and_cannot_be_noted_is_not_sent_again() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let mut with = lenient(&folder);
    with.notify_gather = Duration::ZERO;
    with.notify_interval = Duration::ZERO;
    with.scheduler = false;
    let poster = Poster::new(with.targets.clone()).unwrap();
    let lab = open_in(folder, with).await.unwrap();
    let subnet = lab.subnet("10.0.0.0/29").await.id;
    lab.wake(&["10.0.0.1"]);
    lab.sweep(subnet).await;
    let office = Office {
        lab,
        poster,
        subnet,
    };
    let receiver = Receiver::new().await;
    let id = office.hook(&receiver.url()).await.webhook.id;
    let db = Database::connect(settings(&office.lab.folder).database_url)
        .await
        .unwrap();
    // As on a disk that is full.
    db.execute_unprepared(
        "CREATE TRIGGER full BEFORE UPDATE ON delivery BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    )
    .await
    .unwrap();
    let cancel = CancellationToken::new();
    office.lab.engine.start_workers(&cancel);
    office.goes_down("10.0.0.1").await;
    receiver.wait_for(1).await;
    let failed_twice = async || {
        let health = ops::health::health(&office.lab.engine, &console()).unwrap();
        let mut workers = health.workers.into_iter();
        let sender = workers.find(|worker| worker.name == "send notifications");
        sender.unwrap().failures >= 2
    };
    until("the second failure", failed_twice).await;
    db.execute_unprepared("DROP TRIGGER full").await.unwrap();
    let is_noted = async || office.shown(id).await.delivered_at.is_some();
    until("a note of it", is_noted).await;
    assert_eq!(receiver.seen().len(), 1);
    cancel.cancel();
    office.lab.engine.close().await.unwrap();
}
