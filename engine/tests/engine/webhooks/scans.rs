//! A repeated scan that found something else is told once, over real HTTP; one that did not is not told.

use super::{Office, receiver::Receiver};
use crate::{
    harness::console,
    schedules::{Sight, ask, daily, look, turn},
};
use domain::webhook::{Format, NewWebhook};
use engine::ops;
use std::time::Duration;

const TURN: Duration = Duration::from_mins(24 * 60 + 5);

#[tokio::test]
async fn a_changed_run_is_one_delivery_and_an_unchanged_one_is_none() {
    let office = Office::new().await;
    let lab = &office.lab;
    let (programs, people) = (Receiver::new().await, Receiver::new().await);
    office.hook(&programs.url()).await;
    let chat = NewWebhook {
        name: "chat".into(),
        url: people.url(),
        format: Format::Ntfy,
        ..NewWebhook::default()
    };
    ops::webhook::create(&lab.engine, &console(), &chat)
        .await
        .unwrap();
    let token = ask(lab, &console(), &["9.9.9.9", "9.9.9.10", "9.9.9.11"]).await;
    look(lab, |_| Sight::Open(&[443])).await;
    daily(lab, &console(), &token).await;

    assert_eq!(turn(lab, TURN).await, 1);
    assert_eq!(look(lab, |_| Sight::Open(&[443])).await, 0);
    assert_eq!(office.send_after(60).await, [], "nothing changed");

    assert_eq!(turn(lab, TURN).await, 1);
    assert_eq!(look(lab, |_| Sight::Open(&[23, 443])).await, 1);
    assert_eq!(office.send_after(60).await.len(), 2, "one to each");
    assert_eq!(office.send_after(3_600).await, []);
    let body = programs.seen()[0].json();
    assert_eq!(body["data"]["summary"], "1 scan changed");
    let event = &body["data"]["events"][0];
    assert_eq!(event["kind"], "scan_changed");
    assert_eq!(event["ip"], "9.9.9.9");
    let words = "daily DMZ: 9.9.9.9 opened 23/tcp; risk none → critical; and 2 more targets";
    assert_eq!(event["detail"], words);
    // What looks like a link is broken up with a character of no width.
    let text = people.seen()[0].body.replace('\u{200b}', "");
    assert_eq!(text, format!("Rollcall: 1 scan changed\n• {words}"));

    assert_eq!(turn(lab, TURN).await, 1);
    assert_eq!(look(lab, |_| Sight::Open(&[23, 443])).await, 0);
    assert_eq!(office.send_after(3_600).await, [], "nothing changed");
    assert_eq!((programs.seen().len(), people.seen().len()), (1, 1));
}
