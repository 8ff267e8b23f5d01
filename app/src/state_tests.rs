//! The list of subnets follows pushed events.

use super::*;
use domain::{count::Count, live::SubnetRemoved, subnet::SubnetId, time::Timestamp};

/// A subnet without hosts.
pub(crate) fn subnet(id: i64, cidr: &str) -> Subnet {
    Subnet {
        id: SubnetId(id),
        cidr: cidr.parse().unwrap(),
        parent_id: None,
        name: String::new(),
        notes: None,
        tags: Vec::new(),
        ping: true,
        discover: true,
        port_scan: true,
        interval_seconds: None,
        down_after: None,
        size: Count(254),
        used: 0,
        alive: 0,
        down: 0,
        unknown: 0,
        utilisation: 0.0,
        swept_at: None,
        created_at: Timestamp(0),
        version: 1,
        uplink_host_id: None,
        uplink_ip: None,
    }
}

fn order(list: &[Subnet]) -> Vec<i64> {
    list.iter().map(|s| s.id.0).collect()
}

#[test]
fn a_new_subnet_takes_its_place_in_the_tree() {
    let mut list = vec![
        subnet(1, "10.0.0.0/8"),
        subnet(2, "10.2.0.0/16"),
        subnet(3, "fd00::/64"),
    ];
    for (id, cidr) in [(4, "10.1.0.0/16"), (5, "10.0.0.0/16"), (6, "192.0.2.0/24")] {
        assert!(apply_to_subnets(
            &mut list,
            &LiveEvent::Subnet(subnet(id, cidr))
        ));
    }
    assert_eq!(order(&list), [1, 5, 4, 2, 6, 3]);
    assert_eq!(depths(&list), [0, 1, 1, 1, 0, 0]);
}

#[test]
fn nested_depths_return_to_the_outer_level() {
    let list = [
        subnet(1, "10.0.0.0/8"),
        subnet(2, "10.1.0.0/16"),
        subnet(3, "10.1.1.0/24"),
        subnet(4, "10.2.0.0/16"),
        subnet(5, "11.0.0.0/24"),
    ];
    assert_eq!(depths(&list), [0, 1, 2, 1, 0]);
}

#[test]
fn an_event_that_changes_nothing_says_so() {
    let mut list = vec![subnet(1, "10.0.0.0/8")];
    assert!(!apply_to_subnets(
        &mut list,
        &LiveEvent::Subnet(subnet(1, "10.0.0.0/8"))
    ));
    let gone = |id| LiveEvent::SubnetRemoved(SubnetRemoved { id: SubnetId(id) });
    assert!(!apply_to_subnets(&mut list, &gone(9)));
    assert!(apply_to_subnets(&mut list, &gone(1)));
    assert!(list.is_empty());
}
