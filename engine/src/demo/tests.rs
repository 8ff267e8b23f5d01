//! Tests of the sample network.

use super::*;
use domain::{cidr, probe::Answer};
use std::collections::HashSet;

const UNTIL: Timestamp = Timestamp(1_800_433_800_000);

fn network() -> Network {
    Network::new(1, UNTIL)
}

fn rtt_us(network: &Network, ip: &str, at: Timestamp) -> Option<u32> {
    let answer = network.answer(ip.parse().unwrap(), at, 3).answer;
    match answer {
        Answer::Reply { rtt_us } => Some(rtt_us),
        Answer::Silence | Answer::Unsent(_) => None,
    }
}

#[test]
fn every_host_lies_in_its_block_and_has_a_name_of_its_own() {
    let network = network();
    assert!((120..=180).contains(&network.members.len()));
    let mut names = HashSet::new();
    for (ip, member) in network.members() {
        let block = cidr::parse(BLOCKS[member.block].cidr).unwrap();
        let (first, last) = cidr::usable(block);
        assert!((first..=last).contains(&ip), "{ip}");
        assert!((200.0..=30_000.0).contains(&member.base_us), "{member:?}");
        let Some(text) = &member.text else { continue };
        assert!(names.insert((ip.is_ipv4(), &text.hostname)), "{text:?}");
        assert_eq!(text.description, text.description.trim());
        assert!(text.hostname.parse::<domain::host::Hostname>().is_ok());
    }
}

#[test]
fn answers_depend_on_seed_address_and_time_only() {
    let (network, other) = (network(), Network::new(2, UNTIL));
    let times: Vec<_> = (1..200)
        .map(|n| UNTIL.minus(Duration::from_mins(n)))
        .collect();
    let answers = |network: &Network| -> Vec<_> {
        let ask = |at: &Timestamp| rtt_us(network, "10.20.20.30", *at);
        times.iter().map(ask).collect()
    };
    assert_eq!(answers(&network), answers(&Network::new(1, UNTIL)));
    assert_ne!(answers(&network), answers(&other));
    let different: HashSet<_> = answers(&network).into_iter().collect();
    assert!(different.len() > 50, "they jitter");
}

#[test]
fn who_is_not_there_is_silent() {
    let network = network();
    assert_eq!(rtt_us(&network, "10.20.20.99", UNTIL), None);
    assert_eq!(rtt_us(&network, "198.51.100.1", UNTIL), None);
    let early = UNTIL.minus(Duration::from_hours(9));
    assert_eq!(rtt_us(&network, "10.20.10.187", early), None);
    assert!(rtt_us(&network, "10.20.10.187", UNTIL).is_some());
    assert!(network.member("10.20.10.187").text.is_none());
}

#[test]
fn a_slowing_host_stays_slow_when_the_past_is_over() {
    let network = network();
    let member = network.member("10.20.20.42");
    let at = |hours: u64| member.slowness(UNTIL, network.from().plus(Duration::from_hours(hours)));
    assert!((at(0), at(84), at(168), at(500)) == (1.0, 3.25, 10.0, 10.0));
}
