//! Scans that are repeated: when they run, for whom, what is told of them.

mod sight;

use crate::harness::{Lab, console};
use domain::{
    event::{Event, EventKind, EventQuery},
    scan::{
        NewScan, ScanMode, ScanQuery, ScanStatus,
        metadata::Known,
        schedule::{Every, NewScanSchedule, ScanSchedule, ScanSchedulePatch},
    },
    token::Scope,
};
use engine::{Caller, CallerKind, Error, ops, ops::scan::step};
pub(crate) use sight::{Sight, examined, look};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
/// A turn may be up to five minutes after its period.
const TURN: Duration = Duration::from_mins(24 * 60 + 5);

pub(crate) async fn ask(lab: &Lab, caller: &Caller, addresses: &[&str]) -> String {
    let new = NewScan {
        ip_addresses: addresses.iter().map(|it| (*it).to_owned()).collect(),
        ..NewScan::default()
    };
    let accepted = ops::scan::enqueue(&lab.engine, caller, ScanMode::Scan, &new, None);
    accepted.await.unwrap().token
}

pub(crate) async fn daily(lab: &Lab, caller: &Caller, token: &str) -> ScanSchedule {
    let new = NewScanSchedule {
        token: token.into(),
        name: "daily DMZ".into(),
        every: Every::Day,
    };
    ops::scan::schedule::create(&lab.engine, caller, &new)
        .await
        .unwrap()
}

/// What the worker asks for when some time has passed.
pub(crate) async fn turn(lab: &Lab, time: Duration) -> usize {
    lab.pass(time);
    ops::scan::schedule::ask(&lab.engine).await.unwrap()
}

async fn shown(lab: &Lab, id: i64) -> ScanSchedule {
    let found = ops::scan::schedule::find(&lab.engine, &console(), id).await;
    found.unwrap()
}

/// The events of repeated scans, oldest first.
async fn told(lab: &Lab) -> Vec<Event> {
    let query = EventQuery {
        kind: Some(EventKind::ScanChanged.into()),
        ..EventQuery::default()
    };
    let mut page = ops::event::list(&lab.engine, &console(), &query)
        .await
        .unwrap();
    page.items.reverse();
    page.items
}

#[tokio::test]
async fn what_changed_is_one_event_and_what_did_not_is_none() {
    let lab = Lab::new().await;
    let token = ask(&lab, &console(), &["9.9.9.9", "8.8.8.0/30"]).await;
    assert_eq!(look(&lab, |_| Sight::Open(&[443])).await, 0);
    let schedule = daily(&lab, &console(), &token).await;
    assert_eq!(turn(&lab, TURN).await, 1);
    assert_eq!(look(&lab, |_| Sight::Open(&[443])).await, 0, "as before");
    assert_eq!(told(&lab).await, []);

    assert_eq!(turn(&lab, DAY).await, 1);
    let sight = |ip: &str| match ip {
        "9.9.9.9" => Sight::Open(&[443, 8443]),
        "8.8.8.2" => Sight::Open(&[23, 443]),
        _ => Sight::Open(&[443]),
    };
    assert_eq!(look(&lab, sight).await, 1);
    let events = told(&lab).await;
    assert_eq!(
        events[0].detail,
        "daily DMZ: 8.8.8.2 opened 23/tcp; risk none → critical; and 1 more target"
    );
    assert_eq!(events[0].ip.to_string(), "8.8.8.2");
    assert_eq!((events[0].host_id, events[0].subnet_id), (None, None));

    assert_eq!(turn(&lab, DAY).await, 1);
    assert_eq!(look(&lab, |_| Sight::Unseen).await, 0, "nothing is known");
    assert_eq!(turn(&lab, DAY).await, 1);
    assert_eq!(look(&lab, sight).await, 0, "as when it was last known");
    assert_eq!(turn(&lab, DAY).await, 1);
    assert_eq!(look(&lab, |_| Sight::Silent).await, 1);
    assert_eq!(turn(&lab, DAY).await, 1);
    assert_eq!(look(&lab, |_| Sight::Silent).await, 0, "told once");
    let events = told(&lab).await;
    assert_eq!(events.len(), 2);
    assert_eq!(
        events[1].detail,
        "daily DMZ: 9.9.9.9 does not answer any more; and 2 more targets"
    );
    let runs = ScanQuery {
        schedule: Some(schedule.id),
        ..ScanQuery::default()
    };
    let runs = ops::scan::list(&lab.engine, &console(), &runs)
        .await
        .unwrap();
    assert_eq!(runs.total, 6);
    let last = shown(&lab, schedule.id).await.last_token;
    assert_eq!(Some(&runs.items[0].token), last.as_ref());
}

#[tokio::test]
async fn one_documented_address_makes_it_an_event_of_its_host() {
    let lab = Lab::new().await;
    let subnet = lab.subnet("10.0.0.0/29").await.id;
    lab.wake(&["10.0.0.1", "10.0.0.2"]);
    lab.sweep(subnet).await;
    let host = lab.host_at("10.0.0.2").await.id;
    let token = ask(&lab, &console(), &["10.0.0.1", "10.0.0.2"]).await;
    look(&lab, |_| Sight::Open(&[22])).await;
    daily(&lab, &console(), &token).await;
    turn(&lab, TURN).await;
    let sight = |ip: &str| match ip {
        "10.0.0.2" => Sight::Open(&[22, 8080]),
        _ => Sight::Open(&[22]),
    };
    assert_eq!(look(&lab, sight).await, 1);
    turn(&lab, DAY).await;
    assert_eq!(look(&lab, |_| Sight::Open(&[22])).await, 1);
    turn(&lab, DAY).await;
    assert_eq!(look(&lab, |_| Sight::Open(&[80])).await, 1);
    let places: Vec<_> = told(&lab)
        .await
        .iter()
        .map(|it| (it.host_id, it.subnet_id))
        .collect();
    assert_eq!(
        places,
        [
            (Some(host), Some(subnet)),
            (Some(host), Some(subnet)),
            (None, Some(subnet))
        ]
    );
    let events = lab.events(lab.host_at("10.0.0.1").await.id).await;
    let is_one = |event: &String| event.starts_with("scan_changed");
    assert!(
        !events.iter().any(is_one),
        "not of this host alone: {events:?}"
    );
    let verdict = ops::scan::verdict_of(&lab.engine, &console(), host)
        .await
        .unwrap();
    let ports: Vec<u16> = verdict
        .result
        .open_ports
        .iter()
        .map(|port| port.port)
        .collect();
    assert_eq!(ports, [80], "the newest");
}

#[tokio::test]
async fn missed_turns_are_one_run_and_a_stepped_clock_makes_no_flood() {
    let lab = Lab::new().await;
    let token = ask(&lab, &console(), &["9.9.9.9"]).await;
    look(&lab, |_| Sight::Open(&[443])).await;
    let id = daily(&lab, &console(), &token).await.id;
    assert_eq!(turn(&lab, DAY / 2).await, 0, "not yet");
    assert_eq!(turn(&lab, 40 * DAY).await, 1, "the server was off");
    assert_eq!(turn(&lab, Duration::ZERO).await, 0);
    let next = shown(&lab, id).await.next_at.unwrap();
    assert!(next > lab.engine.now() && next.since(lab.engine.now()) <= DAY);

    assert_eq!(turn(&lab, TURN).await, 0, "the run before is not over");
    let late = shown(&lab, id).await;
    assert_eq!(
        late.last_problem.as_deref(),
        Some("the run before is not over yet")
    );
    look(&lab, |_| Sight::Open(&[443])).await;
    assert_eq!(turn(&lab, Duration::from_mins(11)).await, 1);
    assert_eq!(shown(&lab, id).await.last_problem, None);
    look(&lab, |_| Sight::Open(&[443])).await;

    lab.step_back(400 * DAY);
    assert_eq!(turn(&lab, Duration::ZERO).await, 0);
    let next = shown(&lab, id).await.next_at.unwrap();
    assert!(next.since(lab.engine.now()) <= TURN, "not in 400 days");
    assert_eq!(turn(&lab, TURN).await, 1);
    look(&lab, |_| Sight::Open(&[443])).await;
    let mut runs = 0;
    for _ in 0..10 {
        runs += turn(&lab, 400 * DAY).await;
        look(&lab, |_| Sight::Open(&[443])).await;
        for _ in 0..10 {
            runs += turn(&lab, Duration::from_secs(20)).await;
        }
        lab.step_back(400 * DAY);
        runs += turn(&lab, Duration::ZERO).await;
    }
    assert_eq!(runs, 10, "one for each step forward");
}

#[tokio::test]
async fn a_run_is_compared_once_whatever_ends_in_between() {
    let mut lab = Lab::new().await;
    let token = ask(&lab, &console(), &["9.9.9.9"]).await;
    look(&lab, |_| Sight::Open(&[443])).await;
    daily(&lab, &console(), &token).await;
    turn(&lab, TURN).await;
    // The run is stored and not compared when everything ends.
    let claimed = step::exchange(&lab.engine, &[], 10).await.unwrap();
    let [claimed] = &claimed[..] else { panic!() };
    let seen = examined(&Sight::Open(&[23]));
    let ip = claimed.target.parse().ok();
    let result = step::judged(
        &claimed.target,
        ip,
        seen,
        Known::default(),
        Duration::ZERO,
        lab.engine.now(),
    );
    let seen = [(claimed.clone(), Ok(result))];
    step::exchange(&lab.engine, &seen, 0).await.unwrap();
    lab = lab.restart().await;
    assert_eq!(ops::scan::compare_runs(&lab.engine).await.unwrap(), 1);
    assert_eq!(ops::scan::compare_runs(&lab.engine).await.unwrap(), 0);
    lab = lab.restart().await;
    assert_eq!(ops::scan::compare_runs(&lab.engine).await.unwrap(), 0);
    let details: Vec<String> = told(&lab).await.into_iter().map(|it| it.detail).collect();
    let expected = "daily DMZ: 9.9.9.9 opened 23/tcp; closed 443/tcp; risk none → critical";
    assert_eq!(details, [expected]);
    assert_eq!(turn(&lab, Duration::ZERO).await, 0, "its turn was taken");
}

#[tokio::test]
async fn a_schedule_is_its_owners_and_says_why_it_did_not_run() {
    let lab = Lab::new().await;
    let new = domain::token::NewToken {
        name: "robot".into(),
        scopes: vec![Scope::Scan],
        expires_at: None,
    };
    let made = ops::token::create(&lab.engine, &console(), &new)
        .await
        .unwrap();
    let owner = ops::token::authenticate(&lab.engine, &made.token)
        .await
        .unwrap();
    let stranger = Caller {
        kind: CallerKind::Token { id: 999 },
        scopes: vec![Scope::Scan],
        ..console()
    };
    let token = ask(&lab, &owner, &["9.9.9.9"]).await;
    look(&lab, |_| Sight::Open(&[443])).await;
    let newest = async |caller: &Caller| {
        let found = ops::scan::newest_of(&lab.engine, caller, [9, 9, 9, 9].into()).await;
        found.unwrap().map(|verdict| verdict.token)
    };
    assert_eq!(newest(&owner).await, Some(token.clone()));
    assert_eq!(newest(&console()).await, Some(token.clone()));
    assert_eq!(newest(&stranger).await, None);
    let wrong = NewScanSchedule {
        token: token.clone(),
        name: "mine now".into(),
        every: Every::Day,
    };
    let refused = ops::scan::schedule::create(&lab.engine, &stranger, &wrong).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
    let id = daily(&lab, &owner, &token).await.id;
    let count = async |caller: &Caller| {
        let list = ops::scan::schedule::list(&lab.engine, caller).await;
        list.unwrap().len()
    };
    assert_eq!((count(&owner).await, count(&stranger).await), (1, 0));
    assert_eq!(count(&console()).await, 1, "an administrator");
    let patch = ScanSchedulePatch::default();
    let refused = ops::scan::schedule::update(&lab.engine, &stranger, id, &patch).await;
    assert!(matches!(refused, Err(Error::NotFound { .. })));
    let refused = ops::scan::schedule::delete(&lab.engine, &stranger, id).await;
    assert!(matches!(refused, Err(Error::NotFound { .. })));

    assert_eq!(turn(&lab, TURN).await, 1);
    look(&lab, |_| Sight::Open(&[443])).await;
    let run = shown(&lab, id).await.last_token.unwrap();
    assert!(
        ops::scan::find(&lab.engine, &owner, &run).await.is_ok(),
        "it is theirs"
    );
    let patch = |enabled| ScanSchedulePatch {
        enabled: Some(enabled),
        ..ScanSchedulePatch::default()
    };
    let off = ops::scan::schedule::update(&lab.engine, &owner, id, &patch(false))
        .await
        .unwrap();
    assert_eq!((off.enabled, off.next_at), (false, None));
    assert_eq!(turn(&lab, 3 * DAY).await, 0, "it is off");
    ops::scan::schedule::update(&lab.engine, &owner, id, &patch(true))
        .await
        .unwrap();
    assert_eq!(turn(&lab, Duration::ZERO).await, 1, "it is overdue");
    look(&lab, |_| Sight::Open(&[443])).await;

    ops::token::revoke(&lab.engine, &console(), made.details.id)
        .await
        .unwrap();
    assert_eq!(turn(&lab, TURN).await, 0);
    let after = shown(&lab, id).await;
    assert_eq!(
        after.last_problem.as_deref(),
        Some("who made it may not scan any more")
    );
    assert!(
        after.next_at.unwrap() > lab.engine.now(),
        "not at every look"
    );
    ops::scan::schedule::delete(&lab.engine, &console(), id)
        .await
        .unwrap();
    let run = ops::scan::find(&lab.engine, &console(), &run)
        .await
        .unwrap();
    assert_eq!((run.status, run.schedule_id), (ScanStatus::Complete, None));
}
