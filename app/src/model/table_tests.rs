//! What the table of one subnet does when hosts come and go, gaps are expanded and rows are filtered.

use super::*;
use crate::model::sample::{host, subnet};
use domain::{
    live::{HostsChanged, HostsRemoved, Latency},
    row::rows,
    status::Status,
    subnet::SubnetId,
    time::Timestamp,
};

fn table(cidr: &str, hosts: Vec<HostRow>) -> Table {
    let subnet = subnet(cidr);
    let page = SubnetPage {
        rows: rows(subnet.cidr, &[], hosts),
        subnet,
        ancestors: vec![],
        children: vec![],
        nested: vec![],
        at: Timestamp(0),
    };
    Table::new(&page, true, RowFilter::default())
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn text(table: &Table) -> Vec<String> {
    let lines = table.entries(0..table.len());
    lines
        .into_iter()
        .map(|entry| match entry {
            Entry::Host(_, ip) => ip.to_string(),
            Entry::Gap(first) => {
                let gap = table.gap(first).unwrap().gap;
                format!("{first}-{} ({})", gap.last, gap.count)
            }
            Entry::Free(ip) => format!("free {ip}"),
            Entry::More(_) => "more".into(),
        })
        .collect()
}

fn arrived(hosts: Vec<HostRow>) -> LiveEvent {
    LiveEvent::Hosts(HostsChanged {
        subnet_id: SubnetId(9),
        hosts,
    })
}

#[test]
fn a_host_that_appears_splits_the_gap_and_one_that_goes_joins_it() {
    let mut table = table("10.0.0.0/24", vec![host(1, "10.0.0.1")]);
    assert_eq!(text(&table), ["10.0.0.1", "10.0.0.2-10.0.0.254 (253)"]);
    assert_eq!(
        table.apply(&arrived(vec![host(2, "10.0.0.9")])),
        Change::Rows
    );
    assert_eq!(
        text(&table),
        [
            "10.0.0.1",
            "10.0.0.2-10.0.0.8 (7)",
            "10.0.0.9",
            "10.0.0.10-10.0.0.254 (245)"
        ]
    );
    table.apply(&LiveEvent::HostsRemoved(HostsRemoved {
        ids: vec![HostId(2)],
    }));
    assert_eq!(text(&table), ["10.0.0.1", "10.0.0.2-10.0.0.254 (253)"]);
    assert_eq!(
        table.apply(&arrived(vec![host(3, "10.0.1.9")])),
        Change::None
    );
}

#[test]
fn latency_moves_no_row() {
    let mut table = table("10.0.0.0/30", vec![host(1, "10.0.0.1")]);
    let round = Latency {
        subnet_id: SubnetId(1),
        at: Timestamp(0),
        ids: vec![HostId(1)],
        rtt_us: vec![420],
    };
    assert_eq!(table.apply(&LiveEvent::Latency(round)), Change::Cells);
    assert_eq!(table.host(ip("10.0.0.1")).unwrap().latency_ms, Some(0.42));
}

#[test]
fn an_expanded_gap_lists_its_addresses_in_pages() {
    let mut table = table("10.0.0.0/24", vec![host(1, "10.0.0.100")]);
    assert_eq!(table.expand(ip("10.0.0.1")), Some(ip("10.0.0.1")));
    let lines = text(&table);
    assert_eq!(lines.len(), 1 + 64 + 1 + 2);
    assert_eq!(lines[1], "free 10.0.0.1");
    assert_eq!(lines[64], "free 10.0.0.64");
    assert_eq!(lines[65], "more");
    assert_eq!(table.gap(ip("10.0.0.1")).unwrap().next_page(), 35);
    assert_eq!(table.expand(ip("10.0.0.1")), Some(ip("10.0.0.65")));
    assert_eq!(
        text(&table)[99..],
        [
            "free 10.0.0.99",
            "10.0.0.100",
            "10.0.0.101-10.0.0.254 (154)"
        ]
    );
    table.collapse(ip("10.0.0.1"));
    assert_eq!(table.len(), 3);
}

#[test]
fn the_gap_of_a_whole_ipv6_subnet_expands() {
    let mut table = table("2001:db8::/64", vec![host(1, "2001:db8::5")]);
    table.expand(ip("2001:db8::6"));
    let lines = text(&table);
    assert_eq!(lines[0], "2001:db8::-2001:db8::4 (5)");
    assert_eq!(
        lines[2],
        "2001:db8::6-2001:db8::ffff:ffff:ffff:ffff (≈2^64)"
    );
    assert_eq!(lines[66], "free 2001:db8::45");
    assert_eq!(lines[67], "more");
}

#[test]
fn filters_and_up_first_leave_gaps_out() {
    let mut down = host(1, "10.0.0.1");
    down.status = Status::Down;
    let mut table = table(
        "10.0.0.0/24",
        vec![down, host(2, "10.0.0.2"), host(3, "10.0.0.30")],
    );
    table.set_filter(RowFilter {
        order: Order::UpFirst,
        ..RowFilter::default()
    });
    assert_eq!(text(&table), ["10.0.0.2", "10.0.0.30", "10.0.0.1"]);
    table.set_filter(RowFilter {
        status: Some(Status::Down),
        ..RowFilter::default()
    });
    assert_eq!(text(&table), ["10.0.0.1"]);
    // A host that recovers leaves the list of those that are down.
    table.apply(&arrived(vec![host(1, "10.0.0.1")]));
    assert!(table.is_empty());
}

#[test]
fn the_head_of_a_long_subnet_claims_nothing_about_what_follows() {
    let subnet = subnet("10.0.0.0/24");
    let mut page = SubnetPage {
        rows: rows(
            subnet.cidr,
            &[],
            vec![host(1, "10.0.0.3"), host(2, "10.0.0.90")],
        ),
        subnet,
        ancestors: vec![],
        children: vec![],
        nested: vec![],
        at: Timestamp(0),
    };
    let whole = page.clone();
    page.rows.truncate(2);
    let mut table = Table::new(&page, false, RowFilter::default());
    assert_eq!(text(&table), ["10.0.0.1-10.0.0.2 (2)", "10.0.0.3"]);
    table.replace(whole);
    assert_eq!(table.len(), 5);
    assert_eq!(table.unused(), 252);
}

#[test]
fn lines_are_found_again_after_others_were_inserted() {
    let mut table = table("10.0.0.0/24", vec![host(5, "10.0.0.50")]);
    let entry = table.entry(1).unwrap();
    assert_eq!(entry, Entry::Host(HostId(5), ip("10.0.0.50")));
    table.apply(&arrived(vec![host(2, "10.0.0.9")]));
    assert_eq!(table.index_of(entry), Some(3));
}

#[test]
fn open_ports_are_offered_with_the_most_common_first() {
    let with = |id, ip, ports: &[u16]| HostRow {
        ports: ports
            .iter()
            .map(|port| crate::model::sample::chip(*port))
            .collect(),
        ..host(id, ip)
    };
    let table = table(
        "10.0.0.0/24",
        vec![
            with(1, "10.0.0.1", &[22, 443]),
            with(2, "10.0.0.2", &[443]),
            with(3, "10.0.0.3", &[80]),
        ],
    );
    let offered =
        [("443", 2), ("22", 1), ("80", 1)].map(|(label, count)| (label.to_owned(), count));
    assert_eq!(table.open_ports(), offered);
}
