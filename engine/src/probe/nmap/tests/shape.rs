//! The command line as a real child gets it, for many profiles and targets.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use domain::port::profile::{ScanProfile, Technique};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::LONG;
use super::stub::Stub;
use crate::probe::nmap::argv::tests::{check, profiles};
use crate::probe::ports::{PortRequest, PortScanner as _};

/// Children that are really started.
const CALLS: usize = 10_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_child_gets_the_fixed_arguments_the_profile_and_one_address() {
    // Half-open scans "do not work", so that both techniques are asked for and one is used.
    let mut stub = Stub::recording("exit 1");
    let nmap = stub.nmap();
    nmap.look(Technique::Syn).await;
    let (_, _) = (stub.call(), stub.call());
    let mut runner = TestRunner::deterministic();
    let (mut started, mut refused) = (0, 0);
    while started < CALLS {
        let profile: ScanProfile = profiles().new_tree(&mut runner).unwrap().current();
        let ip = targets().new_tree(&mut runner).unwrap().current();
        let request = PortRequest {
            ip,
            profile: profile.clone(),
            deadline: LONG,
        };
        let (percent, _) = watch::channel(None);
        let words = nmap.scan(request, percent, CancellationToken::new()).await;
        let words = words.expect_err("no report").to_string();
        if words.starts_with("not scanned: ") {
            refused += 1;
            continue;
        }
        started += 1;
        let used = ScanProfile {
            technique: Technique::Connect,
            ..profile
        };
        check(&stub.call(), &used, ip.to_canonical());
    }
    assert!(refused > 0, "no target was one that is never scanned");
    assert_eq!(stub.word(), None);
}

/// Any address, and more often than by chance those that are special.
fn targets() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<IpAddr>(),
        any::<Ipv4Addr>().prop_map(|v4| IpAddr::from(v4.to_ipv6_mapped())),
        Just(IpAddr::from(Ipv4Addr::BROADCAST)),
        Just(IpAddr::from(Ipv6Addr::UNSPECIFIED)),
        any::<u64>().prop_map(|low| {
            let bits = (0xfe80_u128 << 112) | u128::from(low);
            IpAddr::from(Ipv6Addr::from_bits(bits))
        }),
        Just(IpAddr::from(Ipv6Addr::LOCALHOST)),
    ]
}
