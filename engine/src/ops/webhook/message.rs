//! What is stored and sent: our own JSON, and what a chat expects, which is made of it whenever it is sent.

use domain::{
    event::{Event, EventKind},
    status::Status,
    time::Timestamp,
    webhook::{
        Format, KINDS,
        digest::{Context, Notice},
    },
};
use serde::Deserialize as _;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// Bytes of the events that a message lists in full. Many receivers take no more than 100 kB, and it is in a storm that
/// there is so much to tell.
const LONGEST_LIST: usize = 90_000;
/// Characters of a text for people: what Discord takes, less some for its way of counting.
const LONGEST_TEXT: usize = 1_900;
/// Characters of one line.
const LONGEST_LINE: usize = 300;

/// What is stored to tell of these notices, and a summary of it.
pub(super) fn of(notices: &[Notice], now: Timestamp) -> (String, String) {
    let summary = summary(notices);
    (own(notices, &summary, now), summary)
}

/// The body that tells in a format what was stored. The same each time, unless the format is another one by now.
pub(super) fn shaped(format: Format, chat: Option<&str>, stored: String) -> String {
    if format == Format::Rollcall {
        return stored;
    }
    match told(&stored) {
        Some(told) => in_shape(format, chat, &lines(format, &told)),
        // Put together by an earlier version, as its chat expected it.
        None => stored,
    }
}

/// What a stored message tells.
struct Told {
    summary: String,
    total: usize,
    notices: Vec<Notice>,
}

fn told(stored: &str) -> Option<Told> {
    let body: Value = serde_json::from_str(stored).ok()?;
    let data = body.get("data").filter(|_| body["type"] == "events")?;
    let notices = data["events"].as_array()?.iter().map(notice);
    Some(Told {
        summary: data["summary"].as_str()?.to_owned(),
        total: usize::try_from(data["total"].as_u64()?).ok()?,
        notices: notices.collect::<Option<_>>()?,
    })
}

/// What [`listed`] made a value of, as far as lines tell of it.
fn notice(value: &Value) -> Option<Notice> {
    let context = Context {
        cidr: value["subnet"].as_str().and_then(|cidr| cidr.parse().ok()),
        status: Status::deserialize(&value["status"]).ok(),
        behind: value["behind"].as_u64().unwrap_or(0),
        ..Context::default()
    };
    let event = Event::deserialize(value).ok()?;
    Some(Notice { event, context })
}

/// The body of a test.
pub(super) fn test(format: Format, chat: Option<&str>, name: &str, now: Timestamp) -> String {
    if format == Format::Rollcall {
        let data = json!({"message": "a test", "webhook": name});
        return json!({"type": "test", "timestamp": now, "data": data}).to_string();
    }
    let name = plain(format, name);
    let text = format!("Rollcall: this is a test of “{name}”. Notifications arrive here.");
    in_shape(format, chat, &text)
}

/// The media type of a body. A text of ours never begins like JSON.
pub(super) fn media_type(body: &str) -> &'static str {
    if body.starts_with('{') {
        "application/json"
    } else {
        "text/plain; charset=utf-8"
    }
}

fn summary(notices: &[Notice]) -> String {
    let count = |kind| notices.iter().filter(|n| n.event.kind == kind).count();
    let words = |kind| match kind {
        EventKind::Discovered => "new",
        EventKind::PortOpened => "opened",
        EventKind::PortClosed => "closed",
        EventKind::ServiceChanged => "service changed",
        EventKind::NearlyFull => "nearly full",
        EventKind::ScanChanged => "scan changed",
        EventKind::FlappingBegan => "flapping",
        EventKind::FlappingEnded => "calm again",
        EventKind::Known => "known again",
        other => other.as_str(),
    };
    let parts = KINDS.into_iter().map(|kind| (count(kind), words(kind)));
    let parts: Vec<String> = parts
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    parts.join(", ")
}

fn own(notices: &[Notice], summary: &str, now: Timestamp) -> String {
    let id = |notice: Option<&Notice>| notice.map(|n| n.event.id);
    let mut room = LONGEST_LIST;
    let listed = notices.iter().map(listed).take_while(|event| {
        let left = room.checked_sub(event.to_string().len() + 1);
        room = left.unwrap_or(0);
        left.is_some()
    });
    let listed: Vec<Value> = listed.collect();
    let data = json!({
        "summary": summary,
        "total": notices.len(),
        "truncated": listed.len() < notices.len(),
        "first_event_id": id(notices.first()),
        "last_event_id": id(notices.last()),
        "events": listed,
    });
    json!({"type": "events", "timestamp": now, "data": data}).to_string()
}

fn listed(notice: &Notice) -> Value {
    let mut value = json!(notice.event);
    if let Value::Object(fields) = &mut value {
        let context = &notice.context;
        fields.insert("subnet".into(), json!(context.cidr));
        fields.insert("status".into(), json!(context.status));
        if context.behind > 0 {
            fields.insert("behind".into(), json!(context.behind));
        }
    }
    value
}

fn in_shape(format: Format, chat: Option<&str>, text: &str) -> String {
    match format {
        Format::Rollcall | Format::Ntfy => text.to_owned(),
        Format::Slack => json!({"text": text, "mrkdwn": false}).to_string(),
        // Nobody is called, and no page is shown: 4 is SUPPRESS_EMBEDS.
        Format::Discord => {
            json!({"content": text, "allowed_mentions": {"parse": []}, "flags": 4}).to_string()
        }
        Format::Telegram => json!({
            "chat_id": chat,
            "text": text,
            "link_preview_options": {"is_disabled": true},
        })
        .to_string(),
    }
}

/// The headline, and one line per event as far as there is room.
fn lines(format: Format, told: &Told) -> String {
    let Told {
        summary,
        total,
        notices,
    } = told;
    let mut text = format!("Rollcall: {summary}");
    let mut room = LONGEST_TEXT - text.chars().count() - "\n… and 1,000,000 more".len();
    for (so_far, notice) in notices.iter().enumerate() {
        let line: String = line(format, notice);
        let length = line.chars().count() + 1;
        if length > room {
            let more = total.saturating_sub(so_far);
            let _ = write!(text, "\n… and {more} more");
            break;
        }
        room -= length;
        text.push('\n');
        text.push_str(&line);
    }
    text
}

fn line(format: Format, notice: &Notice) -> String {
    let (event, context) = (&notice.event, &notice.context);
    let shown = |text: &str| {
        let short: String = text.chars().take(LONGEST_LINE).collect();
        plain(format, &short)
    };
    let who = match (&event.hostname, event.host_id, context.cidr) {
        (Some(name), _, _) => format!("{} ({})", shown(name), event.ip),
        (None, None, Some(cidr)) => cidr.to_string(),
        (None, _, _) => event.ip.to_string(),
    };
    let detail = shown(&event.detail);
    let lasted = event.lasted_seconds.filter(|seconds| *seconds > 0);
    match event.kind {
        EventKind::Down if context.behind > 0 => {
            format!(
                "▼ {who} is down: {detail}; {} hosts are behind it",
                context.behind
            )
        }
        EventKind::Down => format!("▼ {who} is down: {detail}"),
        EventKind::Up => match lasted {
            Some(seconds) => format!("▲ {who} is up again after {}", duration(seconds)),
            None => format!("▲ {who} is up: {detail}"),
        },
        EventKind::Discovered => format!("＋ {who} is new: {detail}"),
        EventKind::PortOpened | EventKind::PortClosed | EventKind::ServiceChanged => {
            format!("• {who}: {detail}")
        }
        EventKind::NearlyFull | EventKind::ScanChanged => format!("• {detail}"),
        EventKind::FlappingBegan => format!("• {who} is flapping: {detail}"),
        EventKind::FlappingEnded => {
            format!(
                "• {who} is calm again and {}: {detail}",
                now_is(context.status)
            )
        }
        _ => format!("• {who}: {detail}"),
    }
}

fn now_is(status: Option<Status>) -> &'static str {
    match status {
        Some(Status::Up) => "up",
        Some(Status::Down) => "down",
        Some(Status::Unknown) | None => "unknown",
    }
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        7_200..=172_799 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// Text that a stranger may have written, so that the chat shows it as it is: it links to nothing, calls nobody and
/// shapes nothing.
fn plain(format: Format, text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        let is_before_letter = rest.as_str().starts_with(char::is_alphabetic);
        match (format, c) {
            (Format::Rollcall, _) => plain.push(c),
            // No address becomes a link, and no name: chats link whatever ends like a domain. Numbers are not.
            (_, ':') => plain.push_str(":\u{200b}"),
            (_, '.' | '。' | '．' | '｡') if is_before_letter => {
                plain.push(c);
                plain.push('\u{200b}');
            }
            (Format::Slack | Format::Discord | Format::Telegram, '@') => {
                plain.push_str("@\u{200b}");
            }
            // A command, a hashtag, a share.
            (Format::Telegram, '/' | '#' | '$') => {
                plain.push(c);
                plain.push('\u{200b}');
            }
            (Format::Slack, '&') => plain.push_str("&amp;"),
            (Format::Slack, '<') => plain.push_str("&lt;"),
            (Format::Slack, '>') => plain.push_str("&gt;"),
            // Mattermost reads Markdown, Slack shows a backslash: what shapes text is replaced by what looks like it.
            (Format::Slack, '[') => plain.push('⟦'),
            (Format::Slack, ']') => plain.push('⟧'),
            (Format::Slack, '*') => plain.push('∗'),
            (Format::Slack, '`') => plain.push('ˋ'),
            (Format::Slack, '~') => plain.push('∼'),
            (Format::Discord, c) if c.is_ascii_punctuation() && !".-,;'\"%=+/".contains(c) => {
                plain.push('\\');
                plain.push(c);
            }
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
