//! The page of one host, kept up to date by what the server pushes.

use domain::{
    host::{Host, HostPage},
    job::JobKind,
    live::LiveEvent,
    port::Port,
    row::HostRow,
    status::Status,
};

/// Newest change events that the page keeps.
const EVENTS: usize = 50;

/// What a pushed change means for the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// Nothing.
    None,
    /// The page was changed in place.
    Applied,
    /// The page has to be asked for anew: more has changed than was pushed.
    Stale,
}

/// Applies what the server pushed.
pub fn apply(page: &mut HostPage, event: &LiveEvent) -> Update {
    let id = page.host.id;
    match event {
        LiveEvent::Hosts(changed) => match changed.hosts.iter().find(|row| row.id == id) {
            Some(row) if is_edited(&page.host, row) || has_other_ports(&page.ports, row) => {
                Update::Stale
            }
            Some(row) => {
                follow(&mut page.host, row);
                Update::Applied
            }
            None => Update::None,
        },
        LiveEvent::HostsRemoved(removed) if removed.ids.contains(&id) => Update::Stale,
        LiveEvent::Latency(round) => {
            let rtt = round
                .ids
                .iter()
                .position(|other| *other == id)
                .and_then(|at| round.rtt_us.get(at));
            let Some(rtt) = rtt.filter(|_| page.host.status == Status::Up) else {
                return Update::None;
            };
            page.host.latency_ms = Some(f64::from(*rtt) / 1000.0);
            page.host.last_seen_at = Some(round.at);
            Update::Applied
        }
        LiveEvent::Event(event) if event.host_id == Some(id) => {
            if page.events.iter().any(|known| known.id == event.id) {
                return Update::None;
            }
            page.events.insert(0, event.clone());
            page.events.truncate(EVENTS);
            Update::Applied
        }
        // A scan tells of more than chips: programs, versions, when it was and why it failed. A lookup may bring names.
        LiveEvent::Job(job)
            if job.host_id == id && job.kind != JobKind::Ping && job.state.is_over() =>
        {
            Update::Stale
        }
        _ => Update::None,
    }
}

/// Whether other ports are open by now, or their services have other names.
fn has_other_ports(ports: &[Port], row: &HostRow) -> bool {
    let known = ports
        .iter()
        .map(|port| (port.port, port.proto, &port.service));
    let pushed = row
        .ports
        .iter()
        .map(|chip| (chip.port, chip.proto, &chip.service));
    !known.eq(pushed)
}

/// Whether somebody changed what is written about the host; its version is not pushed.
fn is_edited(host: &Host, row: &HostRow) -> bool {
    host.hostname != row.hostname
        || host.hostname_source != row.hostname_source
        || host.description != row.description
        || host.tags != row.tags
        || host.reserved != row.reserved
}

pub(super) fn follow(host: &mut Host, row: &HostRow) {
    host.status = row.status;
    host.suspect = row.suspect;
    host.flapping = row.flapping;
    host.unknown_cause = row.unknown_cause;
    host.since = row.since;
    host.latency_ms = row.latency_ms;
    host.last_seen_at = row.last_seen_at;
    host.ports.clone_from(&row.ports);
    host.first_seen_at = host.first_seen_at.or(row.last_seen_at);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;
    use domain::{
        event::{Event, EventKind},
        host::HostId,
        job::JobState,
        live::{HostsChanged, HostsRemoved, Latency},
        subnet::SubnetId,
        time::Timestamp,
    };

    fn page() -> HostPage {
        HostPage {
            host: sample::whole_host(7, "10.0.0.7"),
            subnet: sample::subnet("10.0.0.0/24"),
            events: vec![],
            ports: vec![],
            port_scan: None,
            has_snmp: false,
            own_snmp: None,
        }
    }

    fn pushed(row: HostRow) -> LiveEvent {
        LiveEvent::Hosts(HostsChanged {
            subnet_id: SubnetId(1),
            hosts: vec![row],
        })
    }

    #[test]
    fn a_new_status_is_shown_at_once_and_an_edit_asks_anew() {
        let mut page = page();
        let mut row = sample::host(7, "10.0.0.7");
        row.status = Status::Down;
        row.since = Some(Timestamp(5));
        assert_eq!(apply(&mut page, &pushed(row.clone())), Update::Applied);
        assert_eq!(
            (page.host.status, page.host.since),
            (Status::Down, Some(Timestamp(5)))
        );
        row.hostname = Some("nas".into());
        assert_eq!(apply(&mut page, &pushed(row)), Update::Stale);
        assert_eq!(
            apply(&mut page, &pushed(sample::host(8, "10.0.0.8"))),
            Update::None
        );
    }

    #[test]
    fn other_ports_and_the_end_of_a_scan_ask_anew() {
        let mut page = page();
        page.ports = vec![sample::port(22)];
        let mut row = sample::host(7, "10.0.0.7");
        row.ports = vec![sample::chip(22)];
        assert_eq!(apply(&mut page, &pushed(row.clone())), Update::Applied);
        row.ports.push(sample::chip(443));
        assert_eq!(apply(&mut page, &pushed(row)), Update::Stale);
        let mut job = sample::job(1, JobKind::PortScan);
        assert_eq!(apply(&mut page, &LiveEvent::Job(job.clone())), Update::None);
        job.state = JobState::Failed;
        assert_eq!(
            apply(&mut page, &LiveEvent::Job(job.clone())),
            Update::Stale
        );
        job.kind = JobKind::Ping;
        assert_eq!(apply(&mut page, &LiveEvent::Job(job.clone())), Update::None);
        job.host_id = HostId(8);
        job.kind = JobKind::PortScan;
        assert_eq!(apply(&mut page, &LiveEvent::Job(job)), Update::None);
    }

    #[test]
    fn an_event_is_listed_once() {
        let mut page = page();
        let event = LiveEvent::Event(Event {
            id: 3,
            at: Timestamp(0),
            kind: EventKind::Down,
            host_id: Some(HostId(7)),
            subnet_id: None,
            ip: page.host.ip,
            hostname: None,
            detail: String::new(),
            lasted_seconds: None,
        });
        assert_eq!(apply(&mut page, &event), Update::Applied);
        assert_eq!(apply(&mut page, &event), Update::None);
        assert_eq!(page.events.len(), 1);
    }

    #[test]
    fn a_round_brings_the_latency_and_a_removal_asks_anew() {
        let mut page = page();
        let round = Latency {
            subnet_id: SubnetId(1),
            at: Timestamp(9),
            ids: vec![HostId(2), HostId(7)],
            rtt_us: vec![1, 2_500],
        };
        assert_eq!(
            apply(&mut page, &LiveEvent::Latency(round)),
            Update::Applied
        );
        assert_eq!(
            (page.host.latency_ms, page.host.last_seen_at),
            (Some(2.5), Some(Timestamp(9)))
        );
        let gone = LiveEvent::HostsRemoved(HostsRemoved {
            ids: vec![HostId(7)],
        });
        assert_eq!(apply(&mut page, &gone), Update::Stale);
    }
}
