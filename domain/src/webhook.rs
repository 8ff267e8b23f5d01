//! Webhooks: who is told when something changes, and what became of telling.

pub mod digest;

use crate::{event::EventKind, subnet::SubnetId, time::Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Kinds of events that somebody may be told of; the others are for the timeline only.
pub const KINDS: [EventKind; 12] = [
    EventKind::Down,
    EventKind::Up,
    EventKind::Discovered,
    EventKind::PortOpened,
    EventKind::PortClosed,
    EventKind::ServiceChanged,
    EventKind::NearlyFull,
    EventKind::ScanChanged,
    EventKind::FlappingBegan,
    EventKind::FlappingEnded,
    EventKind::Unknown,
    EventKind::Known,
];

/// How the body is shaped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Our own JSON, with every event.
    #[default]
    Rollcall,
    /// Plain text, as a topic of ntfy takes it.
    Ntfy,
    /// Slack, Mattermost and whatever understands their incoming webhooks.
    Slack,
    /// Discord.
    Discord,
    /// `sendMessage` of a Telegram bot; the URL ends in `?chat_id=…`.
    Telegram,
}

impl Format {
    /// Every format, in the order of a menu.
    pub const ALL: [Self; 5] = [
        Self::Rollcall,
        Self::Ntfy,
        Self::Slack,
        Self::Discord,
        Self::Telegram,
    ];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rollcall => "rollcall",
            Self::Ntfy => "ntfy",
            Self::Slack => "slack",
            Self::Discord => "discord",
            Self::Telegram => "telegram",
        }
    }
}

/// Which events a webhook is about; an empty list does not narrow it down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct WebhookFilter {
    /// Only in these subnets, nested ones included.
    pub subnets: Vec<SubnetId>,
    /// Only of hosts that have one of these tags, or whose subnet has one.
    pub tags: Vec<String>,
    /// Only these kinds.
    pub kinds: Vec<EventKind>,
}

/// How telling goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum WebhookState {
    /// The newest try was accepted, or there was none yet.
    Ok,
    /// The newest try failed; it is tried again.
    Failing,
    /// Switched off.
    Paused,
}

/// A webhook as it is listed: never with its signing secret or the path of its URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Webhook {
    /// Its number.
    pub id: i64,
    /// What it is for.
    pub name: String,
    /// Where it goes, without path and query: those of a chat's webhook are its password.
    #[cfg_attr(feature = "openapi", schema(example = "https://hooks.example.org"))]
    pub url: String,
    /// Whether the URL has a path or a query, which are not shown.
    pub has_secret: bool,
    /// How the body is shaped.
    pub format: Format,
    /// Which events it is about.
    pub filter: WebhookFilter,
    /// Whether it is in use.
    pub enabled: bool,
    /// How telling goes.
    pub state: WebhookState,
    /// Since when every try failed.
    pub failing_since: Option<Timestamp>,
    /// What the receiver answered to the newest try; absent when it did not answer.
    pub last_status: Option<u16>,
    /// Why the newest try failed.
    pub last_error: Option<String>,
    /// When something was last accepted.
    pub delivered_at: Option<Timestamp>,
    /// When the older of two signing secrets ends, after a rotation.
    pub rotates_until: Option<Timestamp>,
    /// Events that are gathered and not accepted yet.
    pub waiting: u64,
    /// Messages that were given up.
    pub dead: u64,
    /// When it was added.
    pub created_at: Timestamp,
    /// Counts edits; sent as `ETag`, expected in `If-Match`.
    pub version: i64,
}

/// A webhook to add.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// What it is for.
    #[cfg_attr(feature = "openapi", schema(example = "Operations chat"))]
    pub name: String,
    /// Where to send: http or https, without a user name.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "https://hooks.example.org/T012/B345")
    )]
    pub url: String,
    /// How the body is shaped.
    #[serde(default)]
    pub format: Format,
    /// Which events it is about; absent = all.
    #[serde(default)]
    pub filter: WebhookFilter,
    /// Whether it is in use; absent = true.
    #[serde(default)]
    pub enabled: Option<bool>,
}

/// Changes to a webhook: absent = unchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct WebhookPatch {
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where to send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// How the body is shaped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// Which events it is about, as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<WebhookFilter>,
    /// Whether it is in use. What happens while it is not is never told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// A webhook that was just made, or whose secret was just changed: the only time the secret is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookSecret {
    /// The key of the signatures (Standard Webhooks): `whsec_` and base64.
    #[cfg_attr(feature = "openapi", schema(example = "whsec_…"))]
    pub secret: String,
    /// The webhook.
    pub webhook: Webhook,
}

/// What a receiver said to a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookTest {
    /// Whether it was accepted.
    pub ok: bool,
    /// The HTTP status; absent when nothing was answered.
    pub status: Option<u16>,
    /// Why it was not accepted.
    pub error: Option<String>,
    /// How long it took.
    pub elapsed_ms: u64,
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not accepted yet.
    Waiting,
    /// Accepted.
    Delivered,
    /// Given up after a day.
    Dead,
}

impl DeliveryState {
    /// Every state.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Dead];

    /// The word on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }
}

/// One message to one webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Delivery {
    /// Its number.
    pub id: i64,
    /// The webhook.
    pub webhook_id: i64,
    /// What the receiver sees as `webhook-id`, the same in every try.
    pub message_id: String,
    /// Events that it tells of.
    pub events: u64,
    /// In a few words: "2 down, 1 up".
    pub summary: String,
    /// Tries.
    pub attempts: u32,
    /// What became of it.
    pub state: DeliveryState,
    /// When it is tried next.
    pub next_at: Option<Timestamp>,
    /// What the receiver answered last.
    pub last_status: Option<u16>,
    /// Why the newest try failed.
    pub last_error: Option<String>,
    /// When it was put together.
    pub created_at: Timestamp,
    /// When it was accepted.
    pub delivered_at: Option<Timestamp>,
}

/// Which messages to list, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct DeliveryQuery {
    /// Only in this state.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub state: Option<DeliveryState>,
    /// Items of a page, 1 to 1000; absent = 100.
    #[serde(default)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// The pause after the first failed try; it doubles.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// The longest pause.
pub const LONGEST_PAUSE: Duration = Duration::from_hours(1);
/// Tries end after this long.
pub const GIVE_UP_AFTER: Duration = Duration::from_hours(24);

/// When a message is tried again after `attempts` tries, the first at `begun`, the newest at `now`; `None` gives it up.
/// A receiver may ask for more time.
pub fn next_try(
    attempts: u32,
    begun: Timestamp,
    now: Timestamp,
    asked: Option<Duration>,
) -> Option<Timestamp> {
    if now.since(begun) >= GIVE_UP_AFTER {
        return None;
    }
    let doubled = FIRST_PAUSE.saturating_mul(1 << attempts.saturating_sub(1).min(16));
    let pause = doubled.max(asked.unwrap_or_default()).min(LONGEST_PAUSE);
    Some(now.plus(pause))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_from_five_seconds_to_an_hour_for_a_day() {
        let mut now = Timestamp(0);
        let mut pauses = Vec::new();
        let mut attempts = 1;
        while let Some(next) = next_try(attempts, Timestamp(0), now, None) {
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
                Some(Duration::from_secs(asked)),
            )
        };
        assert_eq!(at(60), Some(Timestamp(60_000)));
        assert_eq!(at(1), Some(Timestamp(5_000)));
        assert_eq!(at(1_000_000), Some(Timestamp(3_600_000)));
    }
}
