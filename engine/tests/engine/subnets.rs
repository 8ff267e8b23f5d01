//! Subnets: rules, nesting, numbers, sizes.

use crate::harness::{Lab, console};
use domain::{
    host::NewHost,
    row::RowQuery,
    subnet::{NewSubnet, SubnetPatch},
    summary::SummaryQuery,
};
use engine::{Error, ops};
use std::time::Duration;

fn new(cidr: &str) -> NewSubnet {
    NewSubnet {
        cidr: cidr.into(),
        ..NewSubnet::default()
    }
}

#[tokio::test]
async fn host_bits_are_refused_with_the_corrected_value() {
    let lab = Lab::new().await;
    let error = ops::subnet::create(&lab.engine, &console(), &new("10.0.0.5/24"))
        .await
        .unwrap_err();
    let problem = error.problem();
    assert_eq!(
        (
            problem.status,
            problem.errors[0].pointer.as_str(),
            problem.errors[0].suggestion.as_deref()
        ),
        (422, "/cidr", Some("10.0.0.0/24"))
    );
}

#[tokio::test]
async fn duplicates_are_refused_and_nested_subnets_form_a_tree() {
    let lab = Lab::new().await;
    for cidr in ["10.1.0.0/16", "10.0.0.0/8", "10.1.2.0/24", "2001:db8::/32"] {
        lab.subnet(cidr).await;
    }
    let twice = ops::subnet::create(&lab.engine, &console(), &new("10.1.0.0/16")).await;
    assert!(matches!(twice, Err(Error::Conflict { .. })));
    let tree = ops::subnet::list(&lab.engine, &console()).await.unwrap();
    let name = |id| {
        tree.iter()
            .find(|s| Some(s.id) == id)
            .map(|s| s.cidr.to_string())
    };
    let shape: Vec<_> = tree
        .iter()
        .map(|s| (s.cidr.to_string(), name(s.parent_id)))
        .collect();
    assert_eq!(
        shape,
        [
            ("10.0.0.0/8".into(), None),
            ("10.1.0.0/16".into(), Some("10.0.0.0/8".into())),
            ("10.1.2.0/24".into(), Some("10.1.0.0/16".into())),
            ("2001:db8::/32".into(), None),
        ]
    );
}

#[tokio::test]
async fn a_nested_subnet_takes_its_hosts_and_gives_them_back() {
    let lab = Lab::new().await;
    lab.wake(&["10.1.0.1", "10.1.2.1"]);
    let outer = lab.subnet("10.1.0.0/16").await;
    lab.sweep(outer.id).await;
    let inner = lab.subnet("10.1.2.0/24").await;
    assert_eq!(lab.host_at("10.1.2.1").await.subnet_id, inner.id);
    assert_eq!(lab.host_at("10.1.0.1").await.subnet_id, outer.id);
    assert!(
        !ops::sweep::targets(&lab.engine, outer.id)
            .iter()
            .any(|ip| inner.cidr.contains(*ip)),
        "the nested subnet has its own sweep"
    );
    assert_eq!(
        ops::subnet::find(&lab.engine, &console(), outer.id)
            .await
            .unwrap()
            .used,
        2
    );
    ops::subnet::delete(&lab.engine, &console(), inner.id, None)
        .await
        .unwrap();
    assert_eq!(lab.host_at("10.1.2.1").await.subnet_id, outer.id);
    let lab = lab.restart().await;
    assert_eq!(lab.host_at("10.1.2.1").await.subnet_id, outer.id);
    ops::subnet::delete(&lab.engine, &console(), outer.id, None)
        .await
        .unwrap();
    assert_eq!(
        ops::summary::summary(&lab.engine, &console(), &SummaryQuery::default())
            .await
            .unwrap()
            .hosts
            .total,
        0
    );
}

#[tokio::test]
async fn rows_of_a_huge_subnet_are_few_and_small() {
    let lab = Lab::new().await;
    for (cidr, hosts, gaps) in [
        ("10.0.0.0/8", ["10.0.0.1", "10.9.9.9", "10.255.255.254"], 2),
        (
            "2001:db8::/64",
            ["2001:db8::1", "2001:db8::ab", "2001:db8::ffff:1"],
            4,
        ),
    ] {
        let subnet = lab.subnet(cidr).await;
        for ip in hosts {
            ops::host::create(
                &lab.engine,
                &console(),
                &NewHost {
                    ip: ip.into(),
                    ..NewHost::default()
                },
            )
            .await
            .unwrap();
        }
        let rows = ops::subnet::rows(&lab.engine, &console(), subnet.id, &RowQuery::default())
            .await
            .unwrap();
        assert_eq!(rows.items.len(), 3 + gaps);
        assert!(serde_json::to_vec(&rows).unwrap().len() < 2_000);
    }
}

#[tokio::test]
async fn discovery_is_refused_where_it_cannot_end() {
    let lab = Lab::new().await;
    let big = lab.subnet("10.0.0.0/8").await;
    assert!(!big.discover, "it is off by itself");
    let asked = ops::subnet::update(
        &lab.engine,
        &console(),
        big.id,
        None,
        &SubnetPatch {
            discover: Some(true),
            ..SubnetPatch::default()
        },
    )
    .await;
    assert_eq!(asked.unwrap_err().problem().errors[0].pointer, "/discover");
    assert!(ops::sweep::targets(&lab.engine, big.id).is_empty());
    assert!(matches!(
        ops::subnet::sweep_now(&lab.engine, &console(), big.id).await,
        Err(Error::Conflict { .. })
    ));
}

#[tokio::test]
async fn a_sweep_on_demand_is_rate_limited() {
    let lab = Lab::new().await;
    let subnet = lab.subnet("10.0.0.0/24").await;
    ops::subnet::sweep_now(&lab.engine, &console(), subnet.id)
        .await
        .unwrap();
    let again = ops::subnet::sweep_now(&lab.engine, &console(), subnet.id)
        .await
        .unwrap_err()
        .problem();
    assert_eq!((again.status, again.retry_after), (429, Some(30)));
    lab.step_back(Duration::from_hours(1));
    ops::subnet::sweep_now(&lab.engine, &console(), subnet.id)
        .await
        .expect("what was asked for in the future holds nobody up");
}

#[tokio::test]
async fn allocation_takes_the_first_free_address_until_none_is_left() {
    let lab = Lab::new().await;
    let subnet = lab.subnet("10.0.0.0/30").await;
    let mut taken = Vec::new();
    for _ in 0..2 {
        taken.push(
            ops::subnet::allocate(&lab.engine, &console(), subnet.id, &NewHost::default())
                .await
                .unwrap()
                .ip
                .to_string(),
        );
    }
    assert_eq!(taken, ["10.0.0.1", "10.0.0.2"]);
    assert!(matches!(
        ops::subnet::allocate(&lab.engine, &console(), subnet.id, &NewHost::default()).await,
        Err(Error::Conflict { .. })
    ));
}

#[tokio::test]
async fn hosts_need_a_subnet_and_a_usable_address() {
    let lab = Lab::new().await;
    lab.subnet("10.0.0.0/24").await;
    for ip in ["192.0.2.1", "10.0.0.0", "10.0.0.255", "x", ""] {
        let error = ops::host::create(
            &lab.engine,
            &console(),
            &NewHost {
                ip: ip.into(),
                ..NewHost::default()
            },
        )
        .await
        .unwrap_err();
        assert_eq!(error.problem().errors[0].pointer, "/ip", "{ip}");
    }
    let mapped = ops::host::create(
        &lab.engine,
        &console(),
        &NewHost {
            ip: "::ffff:10.0.0.9".into(),
            ..NewHost::default()
        },
    )
    .await
    .unwrap();
    assert_eq!(
        mapped.ip.to_string(),
        "10.0.0.9",
        "one address has one form"
    );
}
