//! What is kept of every round, and how it is read.

use crate::harness::{Lab, console};
use domain::{
    history::{Bucket, History, HistoryQuery, Resolution},
    host::HostId,
    probe::{Answer, Observation},
    sample::Sample,
    subnet::SubnetId,
    time::Timestamp,
};
use engine::ops;
use std::time::Duration;

pub(crate) const HOUR: Duration = Duration::from_hours(1);

impl Lab {
    /// What a host's history was in the last so many hours.
    pub(crate) async fn past(&self, id: HostId, hours: u64, resolution: Resolution) -> History {
        let query = HistoryQuery {
            from: Some(
                self.engine
                    .now()
                    .minus(HOUR * u32::try_from(hours).unwrap()),
            ),
            to: Some(self.engine.now().plus(HOUR * 48)),
            resolution: Some(resolution),
            limit: None,
        };
        ops::history::status(&self.engine, &console(), id, &query)
            .await
            .unwrap()
    }

    /// Answers of single hosts, in a round of all or of some.
    pub(crate) async fn record(&self, id: SubnetId, answers: &[(&str, Answer, u8)], whole: bool) {
        let seen: Vec<_> = answers
            .iter()
            .map(|(ip, answer, lost)| Observation {
                ip: ip.parse().unwrap(),
                answer: *answer,
                lost: *lost,
            })
            .collect();
        ops::history::record(&self.engine, id, &seen, whole)
            .await
            .unwrap();
    }

    /// Rounds, so many minutes apart.
    pub(crate) async fn rounds(&self, id: SubnetId, count: usize, minutes: u64) {
        for _ in 0..count {
            self.pass(Duration::from_mins(minutes - 1));
            self.round(id).await;
        }
    }

    /// Folds everything that is due.
    pub(crate) async fn fold(&self) -> ops::fold::Folded {
        let folded = ops::fold::fold(&self.engine, || true).await.unwrap();
        assert!(folded.is_done);
        folded
    }
}

/// Points in short: minutes since `start`, and milliseconds or silence.
fn short(history: &History, start: Timestamp) -> Vec<(u64, Option<u32>)> {
    let point = |p: &domain::history::HistoryPoint| {
        let us = p.latency_ms.map(|ms| format!("{:.0}", ms * 1000.0));
        let us = us.map(|us| us.parse().unwrap());
        (p.ts.since(start).as_secs() / 60, us)
    };
    history.items.iter().map(point).collect()
}

#[tokio::test]
async fn every_round_is_kept_with_what_was_lost() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.0.2"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    let start = lab.engine.now();
    let reply = |rtt_us| Answer::Reply { rtt_us };
    lab.pass(Duration::from_mins(1));
    let both = [("10.0.0.1", reply(80), 0), ("10.0.0.2", Answer::Silence, 3)];
    lab.record(subnet.id, &both, true).await;
    lab.pass(Duration::from_mins(1));
    let again = [("10.0.0.2", reply(90), 1)];
    lab.record(subnet.id, &again, false).await;
    let (one, two) = (
        lab.host_at("10.0.0.1").await.id,
        lab.host_at("10.0.0.2").await.id,
    );
    let found = Sample::reply(1234, 0).rtt_us();
    let past = lab.past(one, 1, Resolution::Raw).await;
    assert_eq!(short(&past, start), [(0, found), (1, Some(80))]);
    let past = lab.past(two, 1, Resolution::Raw).await;
    assert_eq!(short(&past, start), [(0, found), (1, None), (2, Some(90))]);
    let loss: Vec<f64> = past.items.iter().map(|p| p.loss).collect();
    assert_eq!(loss, [0.0, 100.0, 50.0]);
    assert_eq!(
        past.items.iter().map(|p| p.is_up).collect::<Vec<_>>(),
        [true, false, true]
    );
}

#[tokio::test]
async fn what_could_not_be_sent_is_no_point() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.cut_off(true);
    lab.round(subnet.id).await;
    let id = lab.host_at("10.0.0.1").await.id;
    assert_eq!(lab.past(id, 1, Resolution::Raw).await.items.len(), 1);
}

#[tokio::test]
async fn hours_and_days_are_the_same_before_and_after_folding() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.0.2"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.rounds(subnet.id, 60, 10).await;
    lab.silence("10.0.0.2");
    lab.rounds(subnet.id, 60, 10).await;
    let id = lab.host_at("10.0.0.2").await.id;
    let all = async |lab: &Lab| {
        let mut all = Vec::new();
        for resolution in [Resolution::Raw, Resolution::Hour, Resolution::Day] {
            all.push(lab.past(id, 30, resolution).await.items);
        }
        all
    };
    let before = all(&lab).await;
    assert_eq!(before[0].len(), 121);
    assert_eq!(before[1].len(), 21);
    assert_eq!((before[2].len(), before[2][0].samples), (2, 96));
    assert_eq!(before[2][1].up, 0);
    assert_eq!(before[1][3].observed_seconds, Some(3600));
    assert_eq!((before[1][15].is_up, before[1][15].loss), (false, 100.0));
    let folded = lab.fold().await;
    // The newest hour has ended just now: its last rounds may still come.
    assert_eq!((folded.hours, folded.days), (19, 1));
    assert!(all(&lab).await == before, "folding changes nothing");
    assert_eq!(lab.fold().await.hours, 0, "nothing is folded twice");
}

#[tokio::test]
async fn an_answer_is_bounded_and_says_how_to_go_on() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.rounds(subnet.id, 90, 1).await;
    lab.fold().await;
    let id = lab.host_at("10.0.0.1").await.id;
    let whole = lab.past(id, 3, Resolution::Raw).await;
    let mut query = HistoryQuery {
        from: Some(whole.from),
        limit: Some(40),
        ..HistoryQuery::default()
    };
    let mut items = Vec::new();
    loop {
        let page = ops::history::status(&lab.engine, &console(), id, &query)
            .await
            .unwrap();
        items.extend(page.items);
        let Some(next) = page.next_from else { break };
        query.from = Some(next);
    }
    // The end is exclusive, and the newest round ended now.
    assert_eq!(items.len(), 90);
    assert_eq!(items[..], whole.items[..90]);
    for (from, limit) in [(lab.engine.now(), None), (whole.from, Some(0))] {
        let bad = HistoryQuery {
            from: Some(from),
            limit,
            ..HistoryQuery::default()
        };
        let refused = ops::history::status(&lab.engine, &console(), id, &bad).await;
        assert_eq!(refused.unwrap_err().problem().status, 422);
    }
    let nobody = ops::history::status(&lab.engine, &console(), HostId(99), &query).await;
    assert_eq!(nobody.unwrap_err().problem().status, 404);
}

#[tokio::test]
async fn the_last_day_in_memory_is_the_same_after_a_restart() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1", "10.0.0.2"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    lab.rounds(subnet.id, 200, 7).await;
    lab.silence("10.0.0.2");
    lab.rounds(subnet.id, 30, 7).await;
    lab.fold().await;
    lab.rounds(subnet.id, 5, 7).await;
    let all = async |lab: &Lab| {
        let lines = ops::history::sparklines(&lab.engine, &console(), subnet.id).unwrap();
        let strip = ops::history::strip(&lab.engine, &console(), subnet.id).unwrap();
        let host = lab.host_at("10.0.0.2").await;
        (lines, strip, host)
    };
    let before = all(&lab).await;
    let lab = lab.restart().await;
    assert_eq!(all(&lab).await, before);
    let (lines, strip, host) = before;
    let line: Vec<Bucket> = lines.hosts[1].buckets().collect();
    assert!(line[0].replied && !line[0].silent);
    assert!(line[95].silent && !line[95].replied);
    assert_eq!(strip.buckets[0].share_up(), Some(1.0));
    assert_eq!(strip.buckets[95].share_up(), Some(0.5));
    let one = ops::history::sparkline(&lab.engine, &console(), host.id).unwrap();
    assert_eq!(one, lines.hosts[1]);
}

#[tokio::test]
async fn a_reply_long_ago_is_remembered_over_a_restart() {
    let lab = Lab::new().await;
    lab.wake(&["10.0.0.1"]);
    let subnet = lab.subnet("10.0.0.0/29").await;
    lab.sweep(subnet.id).await;
    let seen = lab.host_at("10.0.0.1").await.last_seen_at;
    lab.silence("10.0.0.1");
    lab.rounds(subnet.id, 50, 60).await;
    lab.fold().await;
    let before = lab.host_at("10.0.0.1").await;
    assert_eq!(before.last_seen_at, seen);
    let lab = lab.restart().await;
    assert_eq!(lab.host_at("10.0.0.1").await, before);
}
