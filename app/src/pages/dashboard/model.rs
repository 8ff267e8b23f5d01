//! How pushed events change the dashboard's numbers.

use crate::state::{apply_to_subnets, depths};
use domain::{
    event::EventKind,
    live::LiveEvent,
    row::HostRow,
    summary::{StatusCounts, Summary},
};

/// Newest events on the dashboard.
const EVENTS: usize = 14;

/// Whether an event may change what no event tells: lists, strips, and whatever a filter leaves out.
pub(super) fn calls_for_reading(event: &LiveEvent) -> bool {
    matches!(
        event,
        LiveEvent::Hosts(_)
            | LiveEvent::HostsRemoved(_)
            | LiveEvent::Event(_)
            | LiveEvent::Subnet(_)
            | LiveEvent::SubnetRemoved(_)
    )
}

/// Applies one event at once; `true` if something changed. Pushed numbers are those of all hosts, so a `narrow` summary
/// takes only what is said of hosts that it lists.
pub(super) fn apply(summary: &mut Summary, event: &LiveEvent, narrow: bool) -> bool {
    let lists = summary.trouble.iter_mut().chain(&mut summary.slowest);
    // Every one of them, not only up to the first that changes.
    let listed = lists
        .filter_map(|one| follow(&mut one.host, event).then_some(()))
        .count()
        > 0;
    if narrow {
        return listed;
    }
    let LiveEvent::Event(event) = event else {
        let changed = apply_to_subnets(&mut summary.subnets, event);
        if changed {
            summary.hosts = counts(summary);
        }
        return changed || listed;
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

/// Brings a listed host up to date; `true` if it changed. Who belongs into the list is read anew.
fn follow(host: &mut HostRow, event: &LiveEvent) -> bool {
    match event {
        LiveEvent::Hosts(changed) => match changed.hosts.iter().find(|row| row.id == host.id) {
            Some(row) if row != host => {
                host.clone_from(row);
                true
            }
            _ => false,
        },
        LiveEvent::Latency(round) if host.latency_ms.is_some() => {
            let at = round.ids.iter().position(|id| *id == host.id);
            let rtt = at.and_then(|at| round.rtt_us.get(at));
            rtt.inspect(|us| host.latency_ms = Some(f64::from(**us) / 1000.0))
                .is_some()
        }
        _ => false,
    }
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
    use crate::{model::sample, state::tests::subnet};
    use domain::{
        live::HostsChanged,
        status::Status,
        subnet::{Subnet, SubnetId},
        summary::Listed,
        time::Timestamp,
    };

    fn summary(subnets: Vec<Subnet>) -> Summary {
        Summary {
            hosts: StatusCounts::default(),
            new_today: 0,
            down_last_hour: 0,
            subnets,
            strips: Vec::new(),
            trouble: Vec::new(),
            slowest: Vec::new(),
            events: Vec::new(),
            tags: Vec::new(),
            services: Vec::new(),
            at: Timestamp(0),
        }
    }

    fn event(id: i64, kind: EventKind) -> LiveEvent {
        LiveEvent::Event(sample::event(id, kind))
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
        assert!(apply(&mut it, &LiveEvent::Subnet(outer), false));
        assert!(apply(&mut it, &LiveEvent::Subnet(inner), false));
        assert_eq!(
            (it.hosts.up, it.hosts.down, it.hosts.unknown, it.hosts.total),
            (6, 2, 1, 9)
        );
    }

    #[test]
    fn events_stay_newest_first_without_duplicates() {
        let mut it = summary(Vec::new());
        for id in [2, 1, 3, 3] {
            apply(&mut it, &event(id, EventKind::Down), false);
        }
        let ids: Vec<i64> = it.events.iter().map(|event| event.id).collect();
        assert_eq!(ids, [3, 2, 1]);
        assert_eq!(it.down_last_hour, 3);
        for id in 4..40 {
            apply(&mut it, &event(id, EventKind::Discovered), false);
        }
        assert_eq!(it.events.len(), EVENTS);
        assert_eq!(it.new_today, 36);
    }

    #[test]
    fn a_filter_takes_no_numbers_of_others() {
        let mut it = summary(vec![subnet(1, "10.0.0.0/8")]);
        it.trouble = vec![Listed {
            subnet_id: SubnetId(1),
            host: sample::host(7, "10.0.0.1"),
        }];
        let more = Subnet {
            used: 9,
            ..subnet(1, "10.0.0.0/8")
        };
        assert!(!apply(&mut it, &LiveEvent::Subnet(more), true));
        assert!(!apply(&mut it, &event(1, EventKind::Down), true));
        assert_eq!((it.hosts.total, it.events.len()), (0, 0));
        let mut row = sample::host(7, "10.0.0.1");
        row.status = Status::Down;
        let hosts = HostsChanged {
            subnet_id: SubnetId(1),
            hosts: vec![row],
        };
        assert!(apply(&mut it, &LiveEvent::Hosts(hosts), true));
        assert_eq!(it.trouble[0].host.status, Status::Down);
    }
}
