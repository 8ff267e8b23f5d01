//! The timeline: where a day or an hour begins, and how long a host was down.

use domain::{
    event::{Event, EventKind},
    host::HostId,
    subnet::SubnetId,
    time::Timestamp,
};

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// The first of January 1970 was a Thursday.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// The heading above an event: the hour of today, the day before that. Both moments are in the reader's time zone.
fn heading(at: Timestamp, now: Timestamp) -> String {
    let day = |t: Timestamp| t.0.div_euclid(DAY_MS);
    match day(now) - day(at) {
        ..=0 => format!("Today, {:02}:00", at.0.rem_euclid(DAY_MS) / HOUR_MS),
        1 => "Yesterday".to_owned(),
        _ => date(at, now),
    }
}

/// `Fri 20 Nov`, with the year if it is another one.
fn date(at: Timestamp, now: Timestamp) -> String {
    let (text, this) = (at.to_string(), now.to_string());
    let number = |range| {
        text.get(range)
            .and_then(|part: &str| part.parse::<usize>().ok())
    };
    let (Some(month), Some(day)) = (number(5..7), number(8..10)) else {
        return text;
    };
    let weekday = usize::try_from(at.0.div_euclid(DAY_MS).rem_euclid(7)).unwrap_or(0);
    let month = MONTHS.get(month.wrapping_sub(1)).unwrap_or(&"");
    let year = text.get(..4).filter(|year| this.get(..4) != Some(year));
    let date = format!("{} {day} {month}", WEEKDAYS[weekday]);
    year.map_or(date.clone(), |year| format!("{date} {year}"))
}

/// Each event with the heading above it, where it begins another hour or day. `local` shifts a moment into the reader's
/// time zone.
pub fn under_headings(
    events: &[Event],
    now: Timestamp,
    local: impl Fn(Timestamp) -> Timestamp,
) -> Vec<(Option<String>, Event)> {
    let now = local(now);
    let mut last = String::new();
    events
        .iter()
        .map(|event| {
            let heading = heading(local(event.at), now);
            let is_new = heading != last;
            last.clone_from(&heading);
            (is_new.then_some(heading), event.clone())
        })
        .collect()
}

/// How long a host was down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// So many seconds.
    Over(u64),
    /// It still is.
    Lasts,
}

/// How long each outage that began in the list lasted, by the event's number; what the list does not tell is left out.
pub fn lengths(newest_first: &[Event], is_whole: bool) -> Vec<(i64, Length)> {
    // What came next for a host: the seconds it had been down, or something that leaves them open. The lists are short,
    // and maps are not: each kind of map would make the bundle longer.
    let mut next: Vec<(HostId, Option<u64>)> = Vec::new();
    let mut wide: Vec<Option<SubnetId>> = Vec::new();
    let mut lengths = Vec::new();
    for event in newest_first {
        let Some(host) = event.host_id else {
            wide.push(event.subnet_id);
            continue;
        };
        let after = match event.kind {
            EventKind::Up => event.lasted_seconds,
            EventKind::Down
            | EventKind::Unknown
            | EventKind::Known
            | EventKind::Archived
            | EventKind::Removed => None,
            _ => continue,
        };
        let before = next.iter().position(|(id, _)| *id == host);
        if event.kind == EventKind::Down {
            let length = match before.map(|at| next[at].1) {
                Some(seconds) => seconds.map(Length::Over),
                None if is_whole && !wide.contains(&event.subnet_id) => Some(Length::Lasts),
                None => None,
            };
            lengths.extend(length.map(|length| (event.id, length)));
        }
        match before {
            Some(at) => next[at].1 = after,
            None => next.push((host, after)),
        }
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    /// Saturday, 2026-03-07, 12:30 UTC.
    const NOW: Timestamp = Timestamp(1_772_886_600_000);

    fn ago(hours: i64) -> Timestamp {
        Timestamp(NOW.0 - hours * HOUR_MS)
    }

    #[test]
    fn today_is_by_hours_and_the_past_by_days() {
        for (hours, words) in [
            (0, "Today, 12:00"),
            (12, "Today, 00:00"),
            (13, "Yesterday"),
            (36, "Yesterday"),
            (37, "Thu 5 Mar"),
            (24 * 70, "Sat 27 Dec 2025"),
        ] {
            assert_eq!(heading(ago(hours), NOW), words);
        }
        assert_eq!(
            heading(Timestamp(NOW.0 + 1), NOW),
            "Today, 12:00",
            "clocks differ"
        );
    }

    #[test]
    fn a_heading_stands_above_the_first_of_its_events() {
        let at = |id, hours| Event {
            at: ago(hours),
            ..sample::event(id, EventKind::Down)
        };
        let events = [at(4, 0), at(3, 0), at(2, 13), at(1, 14)];
        let headings = |shift: i64| -> Vec<_> {
            under_headings(&events, NOW, |t| Timestamp(t.0 + shift * HOUR_MS))
                .into_iter()
                .map(|(heading, _)| heading)
                .collect()
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            headings(0),
            [some("Today, 12:00"), None, some("Yesterday"), None]
        );
        // Two hours east it was already today.
        assert_eq!(
            headings(2),
            [
                some("Today, 14:00"),
                None,
                some("Today, 01:00"),
                some("Today, 00:00")
            ]
        );
    }

    fn of(id: i64, host: i64, kind: EventKind, lasted: Option<u64>) -> Event {
        Event {
            host_id: Some(HostId(host)),
            subnet_id: Some(SubnetId(1)),
            lasted_seconds: lasted,
            ..sample::event(id, kind)
        }
    }

    #[test]
    fn an_outage_ends_with_the_next_reply_of_the_same_host() {
        let events = [
            of(6, 1, EventKind::Down, None),
            of(5, 2, EventKind::Up, Some(720)),
            of(4, 1, EventKind::Up, Some(60)),
            of(3, 2, EventKind::Down, None),
            of(2, 1, EventKind::Suspect, None),
            of(1, 1, EventKind::Down, None),
        ];
        let expected = [
            (6, Length::Lasts),
            (3, Length::Over(720)),
            (1, Length::Over(60)),
        ];
        assert_eq!(lengths(&events, true), expected);
        assert_eq!(lengths(&events[..1], false), []);
    }

    #[test]
    fn what_became_unknown_is_not_said_to_be_down_still() {
        let own = [
            of(2, 1, EventKind::Unknown, None),
            of(1, 1, EventKind::Down, None),
        ];
        assert_eq!(lengths(&own, true), []);
        let mut wide = own;
        wide[0].host_id = None;
        assert_eq!(lengths(&wide, true), []);
    }
}
