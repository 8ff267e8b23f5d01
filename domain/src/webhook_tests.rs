//! When a message is tried again, and what logs say of a webhook.

use super::*;

#[test]
fn pauses_double_from_five_seconds_to_an_hour_for_a_day() {
    let mut now = Timestamp(0);
    let mut pauses = Vec::new();
    let mut attempts = 1;
    while let Some(next) = next_try(attempts, Timestamp(0), now, Some(503), None) {
        pauses.push(next.since(now).as_secs());
        now = next;
        attempts += 1;
    }
    assert_eq!(pauses[..4], [5, 10, 20, 40]);
    assert_eq!(pauses.last(), Some(&3600));
    assert!((24..=26).contains(&(now.0 / 3_600_000)), "{now}");
    assert!(attempts < 40, "{attempts}");
}

#[test]
fn a_receiver_may_ask_for_more_time_but_not_for_more_than_an_hour() {
    let at = |asked| {
        next_try(
            1,
            Timestamp(0),
            Timestamp(0),
            Some(429),
            Some(Duration::from_secs(asked)),
        )
    };
    assert_eq!(at(60), Some(Timestamp(60_000)));
    assert_eq!(at(1), Some(Timestamp(5_000)));
    assert_eq!(at(1_000_000), Some(Timestamp(3_600_000)));
}

#[test]
fn what_is_not_taken_is_given_up_after_three_tries_and_a_wrong_address_is_waited_for() {
    let next = |attempts, status| {
        next_try(attempts, Timestamp(0), Timestamp(0), Some(status), None).is_some()
    };
    for status in [400, 413, 415, 422] {
        assert!(next(2, status) && !next(3, status), "{status}");
    }
    for status in [301, 401, 403, 404, 405, 408, 410, 429, 500, 503] {
        assert!(next(3, status), "{status}");
    }
}

#[test]
fn urls_and_secrets_stay_out_of_logs() {
    let url = "https://hooks.example.org/T012/B345";
    let new = NewWebhook {
        name: "chat".into(),
        url: url.into(),
        ..NewWebhook::default()
    };
    let patch = WebhookPatch {
        url: Some(url.into()),
        ..WebhookPatch::default()
    };
    let made = WebhookSecret {
        secret: "whsec_B345".into(),
        webhook: Webhook {
            id: 7,
            name: "chat".into(),
            url: "https://hooks.example.org".into(),
            has_secret: true,
            format: Format::Slack,
            filter: WebhookFilter::default(),
            enabled: true,
            state: WebhookState::Ok,
            failing_since: None,
            last_status: None,
            last_error: None,
            delivered_at: None,
            rotates_until: None,
            waiting: 0,
            dead: 0,
            created_at: Timestamp(0),
            version: 1,
        },
    };
    let shown = format!("{new:?} {patch:?} {made:?}");
    assert!(!shown.contains("B345"), "{shown}");
    assert_eq!(shown.matches("chat").count(), 2, "{shown}");
}
