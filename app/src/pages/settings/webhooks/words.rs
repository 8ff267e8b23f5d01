//! A webhook in words.

use super::draft::gone;
use crate::{ago, components::event_list::kind_word};
use domain::{
    event::EventKind,
    subnet::Subnet,
    time::Timestamp,
    webhook::{Format, Webhook, WebhookFilter, WebhookState, WebhookTest},
};

/// The menu's words.
pub(super) fn format_word(format: Format) -> &'static str {
    match format {
        Format::Rollcall => "JSON for programs",
        Format::Ntfy => "ntfy",
        Format::Slack => "Slack or Mattermost",
        Format::Discord => "Discord",
        Format::Telegram => "Telegram",
    }
}

/// A kind without the line of an event around it.
pub(super) fn kind_words(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Discovered => "New host",
        EventKind::PortOpened => "Port opened",
        EventKind::PortClosed => "Port closed",
        EventKind::ServiceChanged => "Service changed",
        EventKind::NearlyFull => "Subnet nearly full",
        EventKind::ScanChanged => "Repeated scan changed",
        EventKind::FlappingEnded => "Calm again",
        EventKind::Known => "Known again",
        other => kind_word(other),
    }
}

/// What helps to find the URL.
pub(super) fn url_hint(format: Format) -> &'static str {
    match format {
        Format::Rollcall => "Gets a POST with JSON and a signature (Standard Webhooks).",
        Format::Ntfy => "The topic's address, such as https://ntfy.sh/my-topic",
        Format::Slack => "The address that Slack or Mattermost gives an incoming webhook.",
        Format::Discord => "The address that Discord gives a webhook of a channel.",
        Format::Telegram => "https://api.telegram.org/bot…/sendMessage?chat_id=…",
    }
}

/// "OK", "Failing for 12 m: 503 Service Unavailable".
pub(super) fn state_words(webhook: &Webhook, now: Timestamp) -> String {
    match (webhook.state, webhook.failing_since) {
        (WebhookState::Paused, _) => "Paused".into(),
        (WebhookState::Failing, Some(since)) => {
            let length = match now.since(since).as_secs() {
                0..60 => "less than a minute".into(),
                seconds => ago::span(seconds / 60 * 60),
            };
            let why = webhook.last_error.as_deref().unwrap_or("no answer");
            format!("Failing for {length}: {why}")
        }
        (WebhookState::Failing, None) => "Failing".into(),
        (WebhookState::Ok, _) => "OK".into(),
    }
}

/// Which events it is about.
pub(super) fn filter_words(filter: &WebhookFilter, subnets: &[Subnet]) -> String {
    let mut words = Vec::new();
    words.push(if filter.kinds.is_empty() {
        "Everything".to_owned()
    } else {
        let kinds: Vec<&str> = filter.kinds.iter().map(|kind| kind_words(*kind)).collect();
        kinds.join(", ")
    });
    if !filter.subnets.is_empty() {
        let name = |id| subnets.iter().find(|subnet| subnet.id == id);
        let blocks = filter.subnets.iter().filter_map(|id| name(*id));
        let mut blocks: Vec<String> = blocks.map(|subnet| subnet.cidr.to_string()).collect();
        blocks.extend(gone_words(gone(filter, subnets).len()));
        words.push(format!("in {}", blocks.join(", ")));
    }
    if !filter.tags.is_empty() {
        words.push(format!("tagged {}", filter.tags.join(" or ")));
    }
    words.join(" · ")
}

/// Subnets that a filter names and that are deleted.
pub(super) fn gone_words(count: usize) -> Option<String> {
    match count {
        0 => None,
        1 => Some("a deleted subnet".into()),
        n => Some(format!("{n} deleted subnets")),
    }
}

/// What a receiver said to a test.
pub(super) fn test_words(test: &WebhookTest) -> String {
    let answer = match (&test.error, test.status) {
        (None, Some(status)) => format!("Accepted: {status}"),
        (Some(error), _) => format!("Not accepted: {error}"),
        (None, None) => "Accepted".into(),
    };
    format!("{answer} · {} ms", test.elapsed_ms)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::state::tests::subnet;
    use domain::subnet::SubnetId;
    use std::time::Duration;

    pub(in super::super) fn webhook() -> Webhook {
        Webhook {
            id: 1,
            name: "Chat".into(),
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
        }
    }

    #[test]
    fn the_state_says_since_when_and_why() {
        let failing = Webhook {
            state: WebhookState::Failing,
            failing_since: Some(Timestamp(0)),
            last_error: Some("503 Service Unavailable".into()),
            ..webhook()
        };
        let now = Timestamp(0).plus(Duration::from_secs(750));
        let words = "Failing for 12 m: 503 Service Unavailable";
        assert_eq!(state_words(&failing, now), words);
        assert_eq!(state_words(&webhook(), now), "OK");
    }

    #[test]
    fn the_filter_is_told_in_one_line() {
        let filter = WebhookFilter {
            subnets: vec![SubnetId(2)],
            tags: vec!["core".into(), "rack".into()],
            kinds: vec![EventKind::Down, EventKind::Up],
        };
        let subnets = [subnet(1, "10.0.0.0/8"), subnet(2, "10.2.0.0/16")];
        let words = "Down, Up · in 10.2.0.0/16 · tagged core or rack";
        assert_eq!(filter_words(&filter, &subnets), words);
        assert_eq!(filter_words(&WebhookFilter::default(), &[]), "Everything");
        let words = "Down, Up · in a deleted subnet · tagged core or rack";
        assert_eq!(filter_words(&filter, &subnets[..1]), words);
        let both = WebhookFilter {
            subnets: vec![SubnetId(1), SubnetId(2), SubnetId(3)],
            ..WebhookFilter::default()
        };
        let words = "Everything · in 10.0.0.0/8, 10.2.0.0/16, a deleted subnet";
        assert_eq!(filter_words(&both, &subnets), words);
    }
}
