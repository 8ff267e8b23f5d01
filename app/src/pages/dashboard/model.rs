//! How pushed events change the dashboard's numbers.

use crate::state::{apply_to_subnets, depths};
use domain::{
    event::EventKind,
    live::LiveEvent,
    summary::{StatusCounts, Summary},
};

/// Newest events on the dashboard.
const EVENTS: usize = 12;

/// Applies one event; `true` if something changed.
pub(super) fn apply(summary: &mut Summary, event: &LiveEvent) -> bool {
    let LiveEvent::Event(event) = event else {
        let changed = apply_to_subnets(&mut summary.subnets, event);
        if changed {
            summary.hosts = counts(summary);
        }
        return changed;
    };
    // A refetch and the stream may both bring the same event.
    if summary.events.iter().any(|known| known.id == event.id) {
        return false;
    }
    match event.kind {
        EventKind::Discovered | EventKind::Added => summary.new_today += 1,
        EventKind::Down => summary.down_last_hour += 1,
        _ => {}
    }
    let place = summary.events.partition_point(|known| known.id > event.id);
    summary.events.insert(place, event.clone());
    summary.events.truncate(EVENTS);
    true
}

/// Hosts by status: subnets count those of nested subnets too, so the outermost ones hold all.
fn counts(summary: &Summary) -> StatusCounts {
    let outermost = depths(&summary.subnets)
        .into_iter()
        .zip(&summary.subnets)
        .filter(|(depth, _)| *depth == 0);
    let mut counts = StatusCounts {
        suspect: summary.hosts.suspect,
        ..StatusCounts::default()
    };
    for (_, subnet) in outermost {
        counts.up += subnet.alive;
        counts.down += subnet.down;
        counts.unknown += subnet.unknown;
        counts.total += subnet.used;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::subnet;
    use domain::{event::Event, subnet::Subnet, time::Timestamp};

    fn summary(subnets: Vec<Subnet>) -> Summary {
        Summary {
            hosts: StatusCounts::default(),
            new_today: 0,
            down_last_hour: 0,
            subnets,
            events: Vec::new(),
            at: Timestamp(0),
        }
    }

    fn event(id: i64, kind: EventKind) -> LiveEvent {
        LiveEvent::Event(Event {
            id,
            at: Timestamp(id),
            kind,
            host_id: None,
            subnet_id: None,
            ip: "10.0.0.1".parse().unwrap(),
            hostname: None,
            detail: String::new(),
            lasted_seconds: None,
        })
    }

    #[test]
    fn hosts_of_nested_subnets_count_once() {
        let mut it = summary(vec![subnet(1, "10.0.0.0/8"), subnet(2, "10.1.0.0/16")]);
        let outer = Subnet {
            used: 9,
            alive: 6,
            down: 2,
            unknown: 1,
            ..subnet(1, "10.0.0.0/8")
        };
        let inner = Subnet {
            used: 5,
            alive: 5,
            ..subnet(2, "10.1.0.0/16")
        };
        assert!(apply(&mut it, &LiveEvent::Subnet(outer)));
        assert!(apply(&mut it, &LiveEvent::Subnet(inner)));
        assert_eq!(
            (it.hosts.up, it.hosts.down, it.hosts.unknown, it.hosts.total),
            (6, 2, 1, 9)
        );
    }

    #[test]
    fn events_stay_newest_first_without_duplicates() {
        let mut it = summary(Vec::new());
        for id in [2, 1, 3, 3] {
            apply(&mut it, &event(id, EventKind::Down));
        }
        let ids: Vec<i64> = it.events.iter().map(|event| event.id).collect();
        assert_eq!(ids, [3, 2, 1]);
        assert_eq!(it.down_last_hour, 3);
        for id in 4..40 {
            apply(&mut it, &event(id, EventKind::Discovered));
        }
        assert_eq!(it.events.len(), EVENTS);
        assert_eq!(it.new_today, 36);
    }
}
