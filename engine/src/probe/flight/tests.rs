//! Rounds on a made-up clock.

use std::time::Duration;

use super::*;

const MS: Nanos = 1_000_000;

fn ip(last: u8) -> IpAddr {
    [192, 0, 2, last].into()
}

fn flight(count: u8, attempts: u8, lane: Lane) -> Flight {
    let round = Round {
        addresses: (0..count).map(ip).collect(),
        attempts,
        timeout: Duration::from_millis(500),
        spacing: Duration::from_secs(1),
    };
    Flight::new(1, &round, 0, |_| lane)
}

const OPEN: Lane = Lane::Open { attached: false };

fn unlimited() -> Pacer {
    Pacer::new(None, 16)
}

/// Sends everything that may leave at `now`.
fn send(flight: &mut Flight, now: Nanos, neighbours: &mut Pacer) -> Vec<(u8, u8)> {
    let mut sent = Vec::new();
    while let Some(request) = flight.next(now, neighbours) {
        flight.sent(request, now);
        let IpAddr::V4(ip) = request.ip else {
            panic!("only IPv4 here")
        };
        sent.push((ip.octets()[3], request.attempt));
    }
    sent
}

fn answers(flight: &Flight) -> Vec<(Answer, u8)> {
    let observations = flight.observations(|_| None);
    observations
        .iter()
        .map(|seen| (seen.answer, seen.lost))
        .collect()
}

#[test]
fn a_reply_ends_the_questions_and_silence_takes_every_attempt() {
    let (mut flight, mut pacer) = (flight(2, 3, OPEN), unlimited());
    assert_eq!(send(&mut flight, 0, &mut pacer), [(0, 1), (1, 1)]);
    flight.replied(0, 1, ip(0), 0, 3 * MS);
    assert_eq!(send(&mut flight, 999 * MS, &mut pacer), []);
    assert_eq!(send(&mut flight, 1_000 * MS, &mut pacer), [(1, 2)]);
    assert_eq!(send(&mut flight, 2_000 * MS, &mut pacer), [(1, 3)]);
    flight.expire(2_499 * MS);
    assert!(!flight.is_finished());
    flight.expire(2_500 * MS);
    assert!(flight.is_finished());
    let reply = Answer::Reply { rtt_us: 3_000 };
    assert_eq!(answers(&flight), [(reply, 0), (Answer::Silence, 3)]);
}

#[test]
fn a_second_attempt_answered_counts_one_lost() {
    let (mut flight, mut pacer) = (flight(1, 3, OPEN), unlimited());
    send(&mut flight, 0, &mut pacer);
    send(&mut flight, 1_000 * MS, &mut pacer);
    flight.replied(0, 2, ip(0), 1_000 * MS, 1_001 * MS);
    assert_eq!(answers(&flight), [(Answer::Reply { rtt_us: 1_000 }, 1)]);
}

#[test]
fn late_foreign_and_repeated_replies_change_nothing() {
    let (mut flight, mut pacer) = (flight(2, 1, OPEN), unlimited());
    send(&mut flight, 0, &mut pacer);
    flight.replied(0, 1, ip(0), 0, 501 * MS);
    flight.replied(0, 1, ip(1), 0, 2 * MS);
    flight.replied(7, 1, ip(7), 0, 2 * MS);
    flight.replied(1, 1, ip(1), 0, 2 * MS);
    flight.replied(1, 1, ip(1), 0, 9 * MS);
    flight.expire(500 * MS);
    assert!(flight.is_finished());
    let reply = Answer::Reply { rtt_us: 2_000 };
    assert_eq!(answers(&flight), [(Answer::Silence, 1), (reply, 0)]);
}

#[test]
fn a_round_trip_is_never_zero() {
    let (mut flight, mut pacer) = (flight(1, 1, OPEN), unlimited());
    send(&mut flight, 10, &mut pacer);
    flight.replied(0, 1, ip(0), 10, 10);
    assert_eq!(answers(&flight), [(Answer::Reply { rtt_us: 1 }, 0)]);
}

#[test]
fn a_refused_request_is_asked_again_and_given_up_as_unsent() {
    let (mut flight, mut pacer) = (flight(1, 1, OPEN), unlimited());
    let mut now = 0;
    let mut tries = 0;
    while !flight.is_finished() {
        if let Some(request) = flight.next(now, &mut pacer) {
            flight.refused(request, Unsent::BufferFull, now);
            tries += 1;
        }
        now += MS;
    }
    assert_eq!(tries, TRIES);
    assert!((3_000 * MS..4_000 * MS).contains(&now), "{now}");
    assert_eq!(answers(&flight), [(Answer::Unsent(Unsent::BufferFull), 0)]);
}

#[test]
fn a_request_held_back_is_next_and_keeps_its_attempt() {
    let (mut flight, mut pacer) = (flight(2, 1, OPEN), unlimited());
    let request = flight.next(0, &mut pacer).unwrap();
    flight.held_back(request);
    assert!(flight.is_ready(0));
    assert_eq!(flight.next(0, &mut pacer), Some(request));
}

#[test]
fn new_neighbours_are_paced_and_do_not_delay_others() {
    let round = Round {
        addresses: (0..100).map(ip).collect(),
        attempts: 1,
        timeout: Duration::from_secs(1),
        spacing: Duration::from_secs(1),
    };
    let lane = |address| {
        if address == ip(99) {
            Lane::Open { attached: true }
        } else {
            Lane::Paced
        }
    };
    let mut flight = Flight::new(1, &round, 0, lane);
    let mut pacer = Pacer::new(Some(200), 1);
    let first = send(&mut flight, 0, &mut pacer);
    assert_eq!(first, [(99, 1), (0, 1)]);
    let mut sent = first.len();
    for millisecond in 1..=100 {
        sent += send(&mut flight, millisecond * MS, &mut pacer).len();
    }
    assert_eq!(sent, 22);
}

#[test]
fn an_attached_address_is_asked_again_without_a_new_entry_only_while_the_old_one_lives() {
    let mut pacer = Pacer::new(Some(1), 1);
    let mut flight = flight(1, 2, Lane::Paced);
    assert_eq!(send(&mut flight, 0, &mut pacer), [(0, 1)]);
    pacer.take(1);
    assert_eq!(
        send(&mut flight, 1_000 * MS, &mut Pacer::new(Some(1), 1)),
        [(0, 2)]
    );

    let mut flight = self::flight(1, 2, Lane::Paced);
    let mut pacer = Pacer::new(Some(1), 1);
    assert_eq!(send(&mut flight, 0, &mut pacer), [(0, 1)]);
    pacer.available(3_000 * MS);
    pacer.take(1);
    assert_eq!(send(&mut flight, 3_000 * MS, &mut pacer), []);
    assert_eq!(send(&mut flight, 4_000 * MS, &mut pacer), [(0, 2)]);
}

#[test]
fn a_cancelled_round_keeps_what_it_knows() {
    let (mut flight, mut pacer) = (flight(2, 1, OPEN), unlimited());
    send(&mut flight, 0, &mut pacer);
    flight.replied(0, 1, ip(0), 0, MS);
    flight.cancel(Unsent::Cancelled);
    assert!(flight.is_finished());
    let reply = Answer::Reply { rtt_us: 1_000 };
    let cancelled = Answer::Unsent(Unsent::Cancelled);
    assert_eq!(answers(&flight), [(reply, 0), (cancelled, 0)]);
}

#[test]
fn doubt_turns_silence_into_unsent_and_leaves_replies_alone() {
    let (mut flight, mut pacer) = (flight(2, 1, OPEN), unlimited());
    send(&mut flight, 0, &mut pacer);
    flight.replied(0, 1, ip(0), 0, MS);
    flight.expire(600 * MS);
    let seen = flight.observations(|_| Some(Unsent::Overflow));
    assert_eq!(seen[0].answer, Answer::Reply { rtt_us: 1_000 });
    assert_eq!(seen[1].answer, Answer::Unsent(Unsent::Overflow));
}

#[test]
fn a_closed_lane_is_settled_at_once() {
    let flight = flight(3, 3, Lane::Closed(Unsent::NoPermission));
    assert!(flight.is_finished());
    assert_eq!(
        answers(&flight)[2],
        (Answer::Unsent(Unsent::NoPermission), 0)
    );
}

#[test]
fn nothing_is_due_once_everybody_answered() {
    let (mut flight, mut pacer) = (flight(2, 2, OPEN), unlimited());
    send(&mut flight, 0, &mut pacer);
    assert_eq!(flight.next_due(0, &pacer), Some(1_000 * MS));
    flight.replied(0, 1, ip(0), 0, MS);
    flight.replied(1, 1, ip(1), 0, MS);
    assert_eq!(flight.next_due(0, &pacer), None);
}
