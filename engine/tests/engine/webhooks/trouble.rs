//! Messages that a receiver does not take, edits while a try is under way, and a disk that is full.

use super::{
    Office,
    receiver::{Answer, Receiver},
};
use crate::harness::console;
use domain::webhook::{Format, WebhookPatch, WebhookState};
use engine::ops;

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
