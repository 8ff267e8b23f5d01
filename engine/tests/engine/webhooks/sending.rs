//! Tries, their order and their end.

use super::{
    Office, lenient,
    receiver::{Answer, Receiver},
};
use crate::harness::{console, open_in};
use domain::webhook::{
    DeliveryQuery, DeliveryState, Format, NewWebhook, WebhookFilter, WebhookPatch, WebhookState,
};
use engine::{ops, probe::post::Poster};
use std::{sync::Arc, time::Duration};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn a_failed_try_is_repeated_with_the_same_name_and_body_until_it_is_accepted() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let hook = office.hook(&receiver.url()).await.webhook;
    office.goes_down("10.0.0.2").await;
    receiver.answer(Answer::Status(503));
    let replies = office.send_after(11).await;
    assert_eq!(replies[0].status, Some(503));
    let failing = office.shown(hook.id).await;
    assert_eq!(
        (failing.state, failing.last_status, failing.waiting),
        (WebhookState::Failing, Some(503), 1)
    );
    assert_eq!(office.send_after(4).await, [], "the first pause is 5 s");
    assert_eq!(office.send_after(1).await.len(), 1);
    assert_eq!(office.send_after(9).await, [], "the second pause is 10 s");
    receiver.answer(Answer::Status(200));
    assert_eq!(office.send_after(1).await[0].error, None);

    let seen = receiver.seen();
    assert_eq!(seen.len(), 3);
    let first = &seen[0];
    assert_eq!(first.line, "POST /hooks/secret-path?key=hidden HTTP/1.1");
    assert_eq!(first.headers["content-type"], "application/json");
    for again in &seen[1..] {
        assert_eq!((again.id(), &again.body), (first.id(), &first.body));
        assert_ne!(
            again.headers["webhook-timestamp"],
            first.headers["webhook-timestamp"]
        );
    }
    assert_eq!(first.json()["data"]["events"][0]["kind"], "down");
    let accepted = office.shown(hook.id).await;
    assert_eq!(
        (accepted.state, accepted.waiting, accepted.dead),
        (WebhookState::Ok, 0, 0)
    );
    assert_eq!(office.send_after(3_600).await, [], "once is enough");
}

#[tokio::test]
async fn messages_arrive_in_order_and_not_more_often_than_every_half_minute() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    office.hook(&receiver.url()).await;
    office.goes_down("10.0.0.1").await;
    assert_eq!(office.send().await, [], "what follows is waited for");
    receiver.answer(Answer::Status(500));
    office.send_after(10).await;
    office.goes_down("10.0.0.2").await;
    receiver.answer(Answer::Status(204));
    office.send_after(60).await;
    assert_eq!(office.send().await.len(), 1, "the next one follows at once");
    office.comes_up("10.0.0.1").await;
    assert_eq!(office.send_after(0).await.len(), 0);
    office.send_after(29).await;
    let told: Vec<(String, String)> = receiver
        .seen()
        .iter()
        .map(|it| {
            let event = it.json()["data"]["events"][0].clone();
            let text = |key: &str| event[key].as_str().unwrap().to_owned();
            (text("kind"), text("ip"))
        })
        .collect();
    let told: Vec<(&str, &str)> = told.iter().map(|(k, i)| (k.as_str(), i.as_str())).collect();
    assert_eq!(
        told,
        [
            ("down", "10.0.0.1"),
            ("down", "10.0.0.1"),
            ("down", "10.0.0.2"),
            ("up", "10.0.0.1")
        ]
    );
}

#[tokio::test]
async fn after_a_day_a_message_is_given_up_and_the_next_goes_on() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let id = office.hook(&receiver.url()).await.webhook.id;
    receiver.answer(Answer::Status(410));
    office.goes_down("10.0.0.1").await;
    office.send_after(10).await;
    let mut tries = 1;
    while office.shown(id).await.dead == 0 {
        tries += office.send_after(3_600).await.len();
        assert!(tries < 40, "it is never given up");
    }
    assert!(tries >= 24, "{tries}");
    let dead = DeliveryQuery {
        state: Some(DeliveryState::Dead),
        ..DeliveryQuery::default()
    };
    let engine = &office.lab.engine;
    let page = ops::webhook::deliveries(engine, &console(), id, &dead)
        .await
        .unwrap();
    let letter = &page.items[0];
    assert_eq!(
        (letter.summary.as_str(), letter.last_status),
        ("1 down", Some(410))
    );

    receiver.answer(Answer::Status(204));
    office.goes_down("10.0.0.2").await;
    office.send_after(30).await;
    let seen = receiver.seen();
    assert_ne!(
        seen[tries].id(),
        seen[0].id(),
        "the next one has another name"
    );

    let again = ops::webhook::retry(engine, &console(), id, letter.id)
        .await
        .unwrap();
    assert_eq!(again.state, DeliveryState::Waiting);
    assert!(
        ops::webhook::retry(engine, &console(), id, letter.id)
            .await
            .is_err()
    );
    office.send().await;
    let last = receiver.seen().pop().unwrap();
    assert_eq!((last.id(), &last.body), (seen[0].id(), &seen[0].body));
    assert_eq!(office.shown(id).await.dead, 0);
}

#[tokio::test]
async fn what_was_sent_and_not_noted_is_sent_again_under_its_name_after_a_crash() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    office.hook(&receiver.url()).await;
    office.goes_down("10.0.0.1").await;
    office.lab.pass(Duration::from_secs(10));
    ops::webhook::gather(&office.lab.engine).await.unwrap();
    let due = ops::webhook::due(&office.lab.engine).await.unwrap();
    let post = ops::webhook::request(&due[0], office.lab.engine.now()).unwrap();
    office.poster.post(post).await;
    // Here the process ends: what came of it is never noted.
    drop(due);
    let Office {
        lab,
        poster,
        subnet,
    } = office;
    let with = lenient(&lab.folder);
    let lab = lab.restart_with(with).await;
    let office = Office {
        lab,
        poster,
        subnet,
    };
    assert_eq!(office.send().await.len(), 1);
    let seen = receiver.seen();
    assert_eq!(seen.len(), 2);
    assert_eq!((seen[0].id(), &seen[0].body), (seen[1].id(), &seen[1].body));
}

#[tokio::test]
async fn redirects_lead_nowhere() {
    let office = Office::new().await;
    let (receiver, canary) = (Receiver::new().await, Receiver::new().await);
    let id = office.hook(&receiver.url()).await.webhook.id;
    receiver.answer(Answer::Moved(canary.url()));
    office.goes_down("10.0.0.1").await;
    office.send_after(10).await;
    assert_eq!((receiver.seen().len(), canary.connections()), (1, 0));
    let error = office.shown(id).await.last_error.unwrap();
    assert!(error.contains("redirects are not followed"), "{error}");
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off_and_accepted() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    office.hook(&receiver.url()).await;
    receiver.answer(Answer::Endless);
    office.goes_down("10.0.0.1").await;
    let begun = Instant::now();
    assert_eq!(office.send_after(10).await[0].error, None);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_receiver_that_hangs_delays_no_other() {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let mut settings = lenient(&folder);
    settings.notify_gather = Duration::ZERO;
    settings.notify_interval = Duration::ZERO;
    settings.scheduler = false;
    let poster = Poster::new(settings.targets.clone()).unwrap();
    let lab = open_in(folder, settings).await.unwrap();
    let subnet = lab.subnet("10.0.0.0/29").await.id;
    lab.wake(&["10.0.0.1"]);
    lab.sweep(subnet).await;
    let office = Office {
        lab,
        poster,
        subnet,
    };
    let (good, hanging) = (Receiver::new().await, Receiver::new().await);
    hanging.answer(Answer::Nothing);
    for _ in 0..3 {
        office.hook(&hanging.url()).await;
    }
    let good_id = office.hook(&good.url()).await.webhook.id;
    let cancel = CancellationToken::new();
    office.lab.engine.start_workers(&cancel);
    let begun = Instant::now();
    office.goes_down("10.0.0.1").await;
    hanging.wait_for(3).await;
    good.wait_for(1).await;
    office.comes_up("10.0.0.1").await;
    good.wait_for(2).await;
    // A test goes out while others hang, and comes back.
    let test = ops::webhook::test(&office.lab.engine, &console(), good_id)
        .await
        .unwrap();
    assert_eq!((test.ok, test.status), (true, Some(204)));
    assert!(
        begun.elapsed() < Duration::from_secs(9),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(
        hanging.seen().len(),
        3,
        "each hanging one has one message under way"
    );
    cancel.cancel();
    office.lab.engine.close().await.unwrap();
}

#[tokio::test]
async fn a_new_secret_signs_beside_the_old_one_for_a_day() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let made = office.hook(&receiver.url()).await;
    let engine = &office.lab.engine;
    let rotated = ops::webhook::rotate(engine, &console(), made.webhook.id)
        .await
        .unwrap();
    assert_ne!(made.secret, rotated.secret);
    office.goes_down("10.0.0.1").await;
    office.send_after(10).await;
    office.lab.pass(Duration::from_hours(24));
    office.comes_up("10.0.0.1").await;
    office.send_after(30).await;
    let signatures = |n: usize| receiver.seen()[n].headers["webhook-signature"].clone();
    assert_eq!(signatures(0).split(' ').count(), 2);
    assert_eq!(signatures(1).split(' ').count(), 1);
    assert!(
        signatures(0)
            .split(' ')
            .all(|it| it.starts_with("v1,") && it.len() == 47)
    );
}

#[tokio::test]
async fn neither_url_nor_secret_can_be_read_from_the_database() {
    let office = Office::new().await;
    let new = NewWebhook {
        name: "chat".into(),
        url: "https://hooks.example.org/services/T00SECRET?token=hidden".into(),
        ..NewWebhook::default()
    };
    let engine = &office.lab.engine;
    let made = ops::webhook::create(engine, &console(), &new)
        .await
        .unwrap();
    assert_eq!(
        (made.webhook.url.as_str(), made.webhook.has_secret),
        ("https://hooks.example.org", true)
    );
    let folder = office.lab.folder.path();
    let files =
        ["rollcall.db", "rollcall.db-wal"].map(|name| std::fs::read(folder.join(name)).unwrap());
    let all = files.concat();
    let has = |text: &str| all.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(has("https://hooks.example.org"), "the control is found");
    for secret in ["T00SECRET", "hidden", &made.secret["whsec_".len()..]] {
        assert!(!has(secret), "{secret}");
    }
    let shown = serde_json::to_string(&office.shown(made.webhook.id).await).unwrap();
    assert!(
        !shown.contains("T00SECRET") && !shown.contains("whsec_"),
        "{shown}"
    );
}

/// The text that a chat in the Slack shape was sent.
fn text_of(request: &super::receiver::Request) -> String {
    request.json()["text"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_waits_is_told_as_its_receiver_expects_it_now() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let hook = office.hook(&receiver.url()).await.webhook;
    receiver.answer(Answer::Status(400));
    office.goes_down("10.0.0.1").await;
    office.send_after(10).await;
    let engine = &office.lab.engine;
    let become_of = async |format, version, url: Option<String>| {
        let patch = WebhookPatch {
            format: Some(format),
            url,
            ..WebhookPatch::default()
        };
        ops::webhook::update(engine, &console(), hook.id, Some(version), &patch)
            .await
            .unwrap()
    };
    become_of(Format::Slack, 1, None).await;
    office.send_after(5).await;
    let telegram = |chat| format!("http://{}/bot/sendMessage?chat_id={chat}", receiver.address);
    become_of(Format::Telegram, 2, Some(telegram(-100))).await;
    office.send_after(10).await;
    become_of(Format::Telegram, 3, Some(telegram(-200))).await;
    receiver.answer(Answer::Status(200));
    office.send_after(20).await;

    let seen = receiver.seen();
    assert_eq!(seen.len(), 4);
    assert_eq!(seen[0].json()["data"]["events"][0]["kind"], "down");
    assert!(text_of(&seen[1]).starts_with("Rollcall: 1 down\n▼ 10.0.0.1 is down"));
    assert_eq!(text_of(&seen[2]), text_of(&seen[1]));
    assert_eq!(seen[2].json()["chat_id"], "-100");
    assert_eq!(seen[3].json()["chat_id"], "-200");
    assert!(seen.iter().all(|it| it.id() == seen[0].id()));
    assert_eq!(office.shown(hook.id).await.waiting, 0);
}

#[tokio::test]
async fn a_filter_keeps_a_deleted_subnet_and_stays_as_narrow_as_it_was() {
    let office = Office::new().await;
    let receiver = Receiver::new().await;
    let engine = &office.lab.engine;
    let other = office.lab.subnet("10.9.0.0/28").await.id;
    let only = |subnets| WebhookFilter {
        subnets,
        ..WebhookFilter::default()
    };
    let hook = office.hook_about(&receiver.url(), only(vec![other])).await;
    ops::subnet::delete(engine, &console(), other, None)
        .await
        .unwrap();
    // What a form sends that was opened after that.
    let renamed = WebhookPatch {
        name: Some("renamed".into()),
        filter: Some(only(vec![other])),
        ..WebhookPatch::default()
    };
    let id = hook.webhook.id;
    let saved = ops::webhook::update(engine, &console(), id, None, &renamed)
        .await
        .unwrap();
    assert_eq!(saved.filter.subnets, [other]);
    office.goes_down("10.0.0.1").await;
    assert_eq!(office.send_after(60).await, [], "nobody asked for that");
    let unknown = WebhookPatch {
        filter: Some(only(vec![other, domain::subnet::SubnetId(4_711)])),
        ..WebhookPatch::default()
    };
    let refused = ops::webhook::update(engine, &console(), id, None, &unknown).await;
    assert_eq!(refused.unwrap_err().problem().status, 422);
}
