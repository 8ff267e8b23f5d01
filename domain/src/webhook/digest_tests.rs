//! What is told and what is not.

use super::*;

const NOW: Timestamp = Timestamp(1_000_000_000);

fn event(id: i64, host: i64, kind: EventKind) -> Event {
    Event {
        id,
        at: NOW.minus(Duration::from_secs(20)),
        kind,
        host_id: Some(HostId(host)),
        subnet_id: Some(SubnetId(1)),
        ip: [10, 0, 0, u8::try_from(host).unwrap()].into(),
        hostname: None,
        detail: String::new(),
        lasted_seconds: None,
    }
}

fn context() -> Context {
    Context {
        subnets: vec![SubnetId(1)],
        status: Some(Status::Up),
        ..Context::default()
    }
}

fn plain(events: &[(i64, EventKind)]) -> Vec<Notice> {
    with(events, &context())
}

fn with(events: &[(i64, EventKind)], context: &Context) -> Vec<Notice> {
    let numbered = (1..).zip(events);
    numbered
        .map(|(id, (host, kind))| Notice {
            event: event(id, *host, *kind),
            context: context.clone(),
        })
        .collect()
}

fn told(digest: &Digest) -> Vec<(i64, EventKind)> {
    let notices = digest.notices.iter();
    notices
        .map(|n| (n.event.host_id.map_or(0, |id| id.0), n.event.kind))
        .collect()
}

fn simply(filter: &WebhookFilter, events: Vec<Notice>) -> Vec<(i64, EventKind)> {
    told(&digest(
        filter,
        events,
        &BTreeMap::new(),
        (BTreeMap::new(), &[]),
        NOW,
    ))
}

use EventKind::{Changed, Discovered, Down, FlappingBegan, Suspect, Up};

#[test]
fn only_what_is_news_is_told() {
    let all = WebhookFilter::default();
    let events = [(1, Discovered), (1, Suspect), (2, Changed), (1, Down)];
    assert_eq!(simply(&all, plain(&events)), [(1, Discovered), (1, Down)]);
    let downs = WebhookFilter {
        kinds: vec![Down],
        ..all.clone()
    };
    assert_eq!(simply(&downs, plain(&events)), [(1, Down)]);
    let elsewhere = WebhookFilter {
        subnets: vec![SubnetId(2)],
        ..all.clone()
    };
    assert_eq!(simply(&elsewhere, plain(&events)), []);
    let tagged = WebhookFilter {
        tags: vec!["core".into(), "rack-2".into()],
        ..all
    };
    assert_eq!(simply(&tagged, plain(&events)), []);
    let core = Context {
        tags: vec!["rack-2".into()],
        ..context()
    };
    assert_eq!(simply(&tagged, with(&events, &core)).len(), 2);
}

#[test]
fn down_and_up_that_nobody_heard_of_pair_off() {
    let all = WebhookFilter::default();
    for (events, expected) in [
        (vec![(1, Down), (1, Up)], vec![]),
        (vec![(1, Down), (2, Down), (1, Up)], vec![(2, Down)]),
        (vec![(1, Down), (1, Up), (1, Down)], vec![(1, Down)]),
        (vec![(1, Up), (1, Down)], vec![(1, Up), (1, Down)]),
        (vec![(1, Up), (1, Down), (1, Up)], vec![(1, Up)]),
        (vec![(1, Down), (2, Up)], vec![(1, Down), (2, Up)]),
    ] {
        assert_eq!(simply(&all, plain(&events)), expected, "{events:?}");
    }
}

#[test]
fn expected_silence_and_flapping_are_not_told() {
    let all = WebhookFilter::default();
    let reserved = Context {
        reserved: true,
        ..context()
    };
    let events = [(1, Down), (1, Up)];
    assert_eq!(simply(&all, with(&events, &reserved)), [(1, Up)]);
    let flapping = Context {
        flapping: true,
        ..context()
    };
    let events = [(1, Down), (1, FlappingBegan), (1, Up)];
    assert_eq!(simply(&all, with(&events, &flapping)), [(1, FlappingBegan)]);
}

/// Host 9 is the uplink of host 1.
fn network(uplink: Uplink, host: Status) -> BTreeMap<HostId, Context> {
    let router = Context {
        status: Some(Status::Down),
        behind: 1,
        ..context()
    };
    BTreeMap::from([(HostId(9), router), (HostId(1), behind(uplink, host))])
}

fn behind(uplink: Uplink, status: Status) -> Context {
    Context {
        uplink: Some((HostId(9), uplink)),
        status: Some(status),
        ..context()
    }
}

#[test]
fn an_uplink_that_is_down_explains_what_is_behind_it() {
    let all = WebhookFilter::default();
    let hosts = network(Uplink::Down, Status::Down);
    let mut events = with(&[(1, Down)], &behind(Uplink::Down, Status::Down));
    events.extend(plain(&[(8, Up), (9, Down)]).split_off(1));
    let first = digest(&all, events, &hosts, (BTreeMap::new(), &[]), NOW);
    assert_eq!(told(&first), [(9, Down)]);
    assert_eq!(first.held, BTreeMap::from([(HostId(1), 1)]));
    let downs = [event(1, 1, Down)];

    let back = with(&[(1, Up)], &behind(Uplink::Doubtful, Status::Up));
    let hosts = network(Uplink::Doubtful, Status::Up);
    let second = digest(&all, back, &hosts, (first.held.clone(), &downs), NOW);
    assert_eq!((told(&second), second.held.len()), (vec![], 0));

    // It stays down although its uplink is back: that is news, as soon as it is sure.
    let hosts = network(Uplink::Doubtful, Status::Down);
    let soon = digest(&all, vec![], &hosts, (first.held.clone(), &downs), NOW);
    assert_eq!((told(&soon), soon.held.len()), (vec![], 1));
    let hosts = network(Uplink::Clear, Status::Down);
    let later = digest(&all, vec![], &hosts, (first.held, &downs), NOW);
    assert_eq!((told(&later), later.held.len()), (vec![(1, Down)], 0));
}

#[test]
fn while_the_uplink_is_in_doubt_nothing_is_told_too_early() {
    let all = WebhookFilter::default();
    let hosts = network(Uplink::Doubtful, Status::Down);
    let events = with(&[(1, Down)], &behind(Uplink::Doubtful, Status::Down));
    let none = (BTreeMap::new(), &[][..]);
    assert!(digest(&all, events.clone(), &hosts, none.clone(), NOW).is_early);
    let later = NOW.plus(PATIENCE);
    assert!(!digest(&all, events, &hosts, none, later).is_early);
}

#[test]
fn who_is_not_told_of_the_uplink_is_told_of_what_is_behind_it() {
    let tagged = WebhookFilter {
        tags: vec!["core".into()],
        ..WebhookFilter::default()
    };
    let hosts = network(Uplink::Down, Status::Down);
    let context = Context {
        tags: vec!["core".into()],
        ..behind(Uplink::Down, Status::Down)
    };
    let events = with(&[(1, Down)], &context);
    let all = digest(&tagged, events, &hosts, (BTreeMap::new(), &[]), NOW);
    assert_eq!(told(&all), [(1, Down)]);
}
