//! Bodies, and names that want to be more than names.

use super::*;
use domain::{event::Event, host::HostId, subnet::SubnetId, webhook::digest::Context};

const NOW: Timestamp = Timestamp(1_772_600_767_089);
const HOSTILE: &str =
    "<!channel> @everyone [bank](http://evil.example) *b* `c` & https://evil.example <@U1>";

fn notice(id: i64, kind: EventKind, name: Option<&str>, detail: &str) -> Notice {
    Notice {
        event: Event {
            id,
            at: NOW,
            kind,
            host_id: Some(HostId(id)),
            subnet_id: Some(SubnetId(1)),
            ip: [10, 0, 0, 7].into(),
            hostname: name.map(Into::into),
            detail: detail.into(),
            lasted_seconds: (kind == EventKind::Up).then_some(720),
        },
        context: Context {
            cidr: "10.0.0.0/24".parse().ok(),
            status: Some(Status::Down),
            behind: u64::from(kind == EventKind::Down) * 3,
            ..Context::default()
        },
    }
}

/// What is sent, and its summary.
fn sent(
    format: Format,
    chat: Option<&str>,
    notices: &[Notice],
    now: Timestamp,
) -> (String, String) {
    let (stored, summary) = of(notices, now);
    (shaped(format, chat, stored), summary)
}

fn parsed(format: Format, notices: &[Notice]) -> Value {
    let (body, _) = sent(format, Some("-100"), notices, NOW);
    assert_eq!(media_type(&body), "application/json");
    serde_json::from_str(&body).unwrap()
}

#[test]
fn our_own_json_lists_events_and_says_what_it_leaves_out() {
    let one = notice(1, EventKind::Down, Some("router"), "3 silent rounds");
    let body = parsed(Format::Rollcall, &[one]);
    assert_eq!(
        body,
        json!({"type": "events", "timestamp": "2026-03-04T05:06:07.089Z", "data": {
            "summary": "1 down", "total": 1, "truncated": false, "first_event_id": 1, "last_event_id": 1,
            "events": [{"id": 1, "at": "2026-03-04T05:06:07.089Z", "kind": "down", "host_id": 1, "subnet_id": 1, "ip": "10.0.0.7",
                "hostname": "router", "detail": "3 silent rounds", "lasted_seconds": null,
                "subnet": "10.0.0.0/24", "status": "down", "behind": 3}]}})
    );
    let many: Vec<Notice> = (1..=5_000)
        .map(|id| notice(id, EventKind::Down, None, "x"))
        .collect();
    let body = parsed(Format::Rollcall, &many);
    assert!(body["data"]["events"].as_array().unwrap().len() > 300);
    assert_eq!(
        (
            &body["data"]["total"],
            &body["data"]["truncated"],
            &body["data"]["last_event_id"]
        ),
        (&json!(5000), &json!(true), &json!(5000))
    );
}

#[test]
fn a_message_stays_below_what_receivers_take() {
    let name = "n".repeat(253);
    for (name, detail) in [
        (None, "x"),
        (Some("router"), "3 silent rounds"),
        (Some(&*name), HOSTILE),
    ] {
        let storm: Vec<Notice> = (1..=5_000)
            .map(|id| notice(id, EventKind::Down, name, detail))
            .collect();
        let body = own(&storm, &summary(&storm), NOW);
        assert!((85_000..100_000).contains(&body.len()), "{}", body.len());
    }
}

#[test]
fn a_text_is_short_and_says_how_much_more_there_is() {
    let mut many: Vec<Notice> = (1..=4_998)
        .map(|id| notice(id, EventKind::Down, Some(&"n".repeat(200)), HOSTILE))
        .collect();
    many.push(notice(4_999, EventKind::Up, None, "answers again"));
    many.push(notice(
        5_000,
        EventKind::Discovered,
        None,
        "answered a sweep",
    ));
    for format in [
        Format::Ntfy,
        Format::Slack,
        Format::Discord,
        Format::Telegram,
    ] {
        let told = told(&of(&many, NOW).0).unwrap();
        let text = lines(format, &told);
        assert!(text.chars().count() <= 2_000, "{format:?}");
        assert!(
            text.starts_with("Rollcall: 4998 down, 1 up, 1 new\n"),
            "{text}"
        );
        let told = text.lines().count() - 2;
        assert!(
            text.ends_with(&format!("… and {} more", 5_000 - told)),
            "{text}"
        );
    }
    let (text, _) = sent(Format::Ntfy, None, &many[4_998..], NOW);
    assert_eq!(media_type(&text), "text/plain; charset=utf-8");
    assert_eq!(
        text,
        "Rollcall: 1 up, 1 new\n▲ 10.0.0.7 is up again after 12 min\n＋ 10.0.0.7 is new: answered a sweep"
    );
}

#[test]
fn each_chat_gets_its_shape() {
    let one = [notice(1, EventKind::Down, None, "3 silent rounds")];
    let text = "Rollcall: 1 down\n▼ 10.0.0.7 is down: 3 silent rounds; 3 hosts are behind it";
    assert_eq!(
        parsed(Format::Slack, &one),
        json!({"text": text, "mrkdwn": false})
    );
    assert_eq!(
        parsed(Format::Discord, &one),
        json!({"content": text, "allowed_mentions": {"parse": []}, "flags": 4})
    );
    assert_eq!(
        parsed(Format::Telegram, &one),
        json!({"chat_id": "-100", "text": text, "link_preview_options": {"is_disabled": true}})
    );
}

#[test]
fn what_strangers_wrote_shapes_nothing_links_nowhere_and_calls_nobody() {
    let one = [notice(1, EventKind::ServiceChanged, None, HOSTILE)];
    for (format, field) in [
        (Format::Slack, "text"),
        (Format::Discord, "content"),
        (Format::Telegram, "text"),
    ] {
        let body = parsed(format, &one);
        let text = body[field].as_str().unwrap();
        assert!(!text.contains("://"), "{text}");
        assert!(!text.contains("@everyone"), "{text}");
        assert!(!text.contains("evil.example"), "{text}");
        assert!(
            format == Format::Telegram || !text.contains("](h"),
            "{text}"
        );
    }
    let bare = "nas.evil.com 10.0.0.7 1.25.3 evil。com";
    for format in [
        Format::Ntfy,
        Format::Slack,
        Format::Discord,
        Format::Telegram,
    ] {
        let text = plain(format, bare);
        let links = text
            .split(['\u{200b}', ' '])
            .any(|part| part.ends_with("com") && part.contains("evil"));
        assert!(!links, "{text}");
        assert!(text.contains(" 10.0.0.7 1.25.3 "), "{text}");
    }
    let commands = plain(Format::Telegram, "/ban @all #x $TSLA 80/tcp");
    for command in ["/ban", "@all", "#x", "$TSLA"] {
        assert!(!commands.contains(command), "{commands}");
    }
    assert_eq!(
        plain(Format::Slack, HOSTILE),
        "&lt;!channel&gt; @\u{200b}everyone ⟦bank⟧(http:\u{200b}//evil.\u{200b}example) ∗b∗ ˋcˋ &amp; https:\u{200b}//evil.\u{200b}example &lt;@\u{200b}U1&gt;"
    );
    assert!(plain(Format::Discord, "a_b*c[d](e)").starts_with("a\\_b\\*c\\[d\\]\\(e\\)"));
}

#[test]
fn a_test_says_so() {
    for format in Format::ALL {
        let body = test(format, Some("1"), "chat <b>", NOW);
        assert!(body.contains("test"), "{body}");
    }
}

#[test]
fn what_an_earlier_version_put_together_is_sent_as_it_is() {
    for stored in ["Rollcall: 1 down", "{\"text\":\"Rollcall: 1 down\"}"] {
        assert_eq!(shaped(Format::Discord, None, stored.into()), stored);
    }
}
