//! Which held hosts are looked at.

use super::*;
use domain::status::{State, Thresholds};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn rules(cidr: &str, uplink: Option<HostId>) -> Rules {
    Rules {
        cidr: cidr.parse().unwrap(),
        ping: true,
        discover: true,
        port_scan: true,
        interval: Duration::from_mins(1),
        thresholds: Thresholds {
            down_after: 3,
            up_after: 1,
        },
        swept_at: None,
        uplink,
        trouble: None,
    }
}

fn entry(id: i64, subnet: i64, known: Status) -> Entry {
    let state = State {
        known,
        since: NOW,
        ..State::default()
    };
    Entry {
        state,
        last_round_at: Some(NOW),
        ..Entry::new(HostId(id), SubnetId(subnet))
    }
}

/// Host 1 is behind host 9.
fn board(uplink: Status, host: Status) -> Board {
    let mut board = Board::default();
    board.set_rules(SubnetId(1), rules("10.0.0.0/24", None));
    board.set_rules(SubnetId(2), rules("10.8.0.0/24", Some(HostId(9))));
    board.insert([10, 0, 0, 1].into(), entry(9, 1, uplink));
    board.insert([10, 8, 0, 1].into(), entry(1, 2, host));
    board
}

#[test]
fn what_says_nothing_new_of_held_hosts_is_not_looked_at_again() {
    let held = BTreeMap::from([(HostId(1), 5)]);
    for (uplink, host, expected) in [
        (Status::Down, Status::Down, false),
        (Status::Up, Status::Down, true),
        (Status::Up, Status::Up, true),
        (Status::Up, Status::Unknown, false),
    ] {
        let moved = has_moved(&board(uplink, host), &held, NOW);
        assert_eq!(moved, expected, "{uplink:?} {host:?}");
    }
    // Nobody pings it any more.
    let mut quiet = board(Status::Up, Status::Down);
    quiet.rules_mut(SubnetId(2)).unwrap().ping = false;
    assert!(!has_moved(&quiet, &held, NOW));
    // Its uplink answered a moment ago: it has to be asked first.
    let mut fresh = board(Status::Up, Status::Down);
    let router = fresh.get_mut([10, 0, 0, 1].into()).unwrap();
    router.state.changes = vec![NOW];
    assert!(!has_moved(&fresh, &held, NOW));
    // It is gone.
    let mut gone = board(Status::Up, Status::Unknown);
    gone.delete(HostId(1));
    assert!(has_moved(&gone, &held, NOW));
}
