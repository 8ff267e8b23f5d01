//! Examples of webhooks and the messages to them.

use super::{AT, CREATED, value};
use domain::{
    event::EventKind,
    subnet::SubnetId,
    webhook::{
        Delivery, DeliveryState, Format, NewWebhook, Webhook, WebhookFilter, WebhookPatch,
        WebhookSecret, WebhookState, WebhookTest,
    },
};
use serde_json::Value;
use std::time::Duration;

pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "Delivery" => value(delivery()),
        "NewWebhook" => value(NewWebhook {
            name: "Operations chat".into(),
            url: "https://hooks.example.org/T012/B345".into(),
            format: Format::Slack,
            filter: filter(),
            enabled: None,
        }),
        "Webhook" => value(webhook()),
        "WebhookPatch" => value(WebhookPatch {
            enabled: Some(false),
            ..WebhookPatch::default()
        }),
        "WebhookSecret" => value(WebhookSecret {
            secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=".into(),
            webhook: webhook(),
        }),
        "WebhookTest" => value(WebhookTest {
            ok: false,
            status: Some(503),
            error: Some("503 Service Unavailable".into()),
            elapsed_ms: 84,
        }),
        _ => None,
    }
}

fn filter() -> WebhookFilter {
    WebhookFilter {
        subnets: vec![SubnetId(3)],
        tags: Vec::new(),
        kinds: vec![EventKind::Down, EventKind::Up],
    }
}

fn webhook() -> Webhook {
    Webhook {
        id: 2,
        name: "Operations chat".into(),
        url: "https://hooks.example.org".into(),
        has_secret: true,
        format: Format::Slack,
        filter: filter(),
        enabled: true,
        state: WebhookState::Failing,
        failing_since: Some(AT),
        last_status: Some(503),
        last_error: Some("503 Service Unavailable".into()),
        delivered_at: Some(AT.minus(Duration::from_mins(42))),
        rotates_until: None,
        waiting: 12,
        dead: 0,
        created_at: CREATED,
        version: 1,
    }
}

fn delivery() -> Delivery {
    Delivery {
        id: 31,
        webhook_id: 2,
        message_id: "msg_p5jXN8AQM9LWM0D4loKWxJek".into(),
        events: 12,
        summary: "12 down".into(),
        attempts: 3,
        state: DeliveryState::Waiting,
        next_at: Some(AT.plus(Duration::from_secs(20))),
        last_status: Some(503),
        last_error: Some("503 Service Unavailable".into()),
        created_at: AT,
        delivered_at: None,
    }
}
