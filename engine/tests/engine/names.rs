//! What hosts are called and what hardware they are: who said it, what it outranks, what is told of it.

mod trouble;

use crate::harness::{Lab, console};
use domain::{
    host::{HostId, HostPatch, HostnameSource},
    live::LiveEvent,
    name::NameAnswer,
    snmp::{NewSnmp, SnmpAccess, SnmpIdentity},
    subnet::SubnetId,
};
use engine::{
    ops,
    probe::names::{Names, Neighbour, NeighbourTable, ReverseDns, SysName},
};
use futures::{FutureExt as _, future::BoxFuture};
use std::{
    collections::HashMap,
    io,
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// Says what it was told to say.
#[derive(Default)]
pub(crate) struct Oracle {
    dns: Mutex<HashMap<IpAddr, NameAnswer>>,
    snmp: Mutex<HashMap<IpAddr, NameAnswer>>,
    asked: Mutex<Vec<(IpAddr, String)>>,
    table: Mutex<Vec<Neighbour>>,
    /// The table can't be read.
    is_blind: AtomicBool,
}

impl ReverseDns for Oracle {
    fn name_of(&self, ip: IpAddr) -> BoxFuture<'_, NameAnswer> {
        let answer = self.dns.lock().unwrap().get(&ip).cloned();
        async move { answer.unwrap_or(NameAnswer::Nameless) }.boxed()
    }

    fn trouble(&self) -> Option<String> {
        None
    }
}

impl SysName for Oracle {
    fn sys_name(&self, ip: IpAddr, access: SnmpAccess) -> BoxFuture<'_, NameAnswer> {
        let who = match access.identity {
            SnmpIdentity::Community(community) => community,
            SnmpIdentity::User { name, .. } => name,
        };
        self.asked.lock().unwrap().push((ip, who));
        let answer = self.snmp.lock().unwrap().get(&ip).cloned();
        async move { answer.unwrap_or(NameAnswer::Failed("no answer".into())) }.boxed()
    }
}

impl NeighbourTable for Oracle {
    fn read(&self) -> io::Result<Option<Vec<Neighbour>>> {
        if self.is_blind.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(Some(self.table.lock().unwrap().clone()))
    }
}

impl Oracle {
    fn dns(&self, ip: &str, answer: NameAnswer) {
        let ip = ip.parse().unwrap();
        self.dns.lock().unwrap().insert(ip, answer);
    }

    fn snmp(&self, ip: &str, answer: NameAnswer) {
        let ip = ip.parse().unwrap();
        self.snmp.lock().unwrap().insert(ip, answer);
    }

    fn neighbours(&self, all: &[(&str, &str)]) {
        let parse = |(ip, mac): &(&str, &str)| Neighbour {
            ip: ip.parse().unwrap(),
            mac: mac.parse().unwrap(),
        };
        *self.table.lock().unwrap() = all.iter().map(parse).collect();
    }
}

fn says(name: &str) -> NameAnswer {
    NameAnswer::Name(name.parse().unwrap())
}

fn failed() -> NameAnswer {
    NameAnswer::Failed("no answer".into())
}

async fn lab() -> (Lab, Arc<Oracle>) {
    let oracle = Arc::<Oracle>::default();
    let names = Names {
        dns: oracle.clone(),
        snmp: oracle.clone(),
        neighbours: oracle.clone(),
    };
    (Lab::with_names(names).await, oracle)
}

/// A lab with one host that is up.
async fn host() -> (Lab, Arc<Oracle>, HostId, SubnetId) {
    let (lab, oracle) = lab().await;
    lab.wake(&["10.0.0.7"]);
    let subnet = lab.subnet("10.0.0.0/28").await;
    lab.sweep(subnet.id).await;
    let host = lab.host_at("10.0.0.7").await;
    (lab, oracle, host.id, subnet.id)
}

async fn named(lab: &Lab, id: HostId) -> (Option<String>, Option<HostnameSource>) {
    let host = ops::host::find(&lab.engine, &console(), id).await.unwrap();
    (host.hostname, host.hostname_source)
}

async fn rename(lab: &Lab, id: HostId, name: Option<&str>) {
    let patch = HostPatch {
        hostname: Some(name.map(Into::into)),
        ..HostPatch::default()
    };
    ops::host::update(&lab.engine, &console(), id, None, &patch)
        .await
        .unwrap();
}

fn community() -> NewSnmp {
    NewSnmp {
        community: Some("hush-hush".into()),
        ..NewSnmp::default()
    }
}

#[tokio::test]
async fn dns_names_a_host_until_it_says_that_there_is_no_name() {
    use HostnameSource::Dns;
    let (lab, oracle, id, _) = host().await;
    let version = lab.host_at("10.0.0.7").await.version;
    oracle.dns("10.0.0.7", says("nas.lan"));
    let words = ops::name::lookup(&lab.engine, id).await.unwrap();
    assert_eq!(words, "DNS: nas.lan; SNMP: not asked; hardware: not known");
    assert_eq!(named(&lab, id).await, (Some("nas.lan".into()), Some(Dns)));
    oracle.dns("10.0.0.7", failed());
    ops::name::lookup(&lab.engine, id).await.unwrap();
    assert_eq!(named(&lab, id).await, (Some("nas.lan".into()), Some(Dns)));
    oracle.dns("10.0.0.7", NameAnswer::Nameless);
    ops::name::lookup(&lab.engine, id).await.unwrap();
    ops::name::lookup(&lab.engine, id).await.unwrap();
    assert_eq!(named(&lab, id).await, (None, None));
    assert_eq!(
        lab.events(id).await,
        [
            "discovered: answered a sweep",
            "changed: hostname: none → nas.lan (DNS)",
            "changed: hostname: nas.lan → none (DNS)",
        ]
    );
    assert_eq!(
        lab.host_at("10.0.0.7").await.version,
        version + 2,
        "a lookup without news is no new version"
    );
}

#[tokio::test]
async fn a_manual_name_stays_and_what_dns_says_is_kept_beside_it() {
    let (lab, oracle, id, _) = host().await;
    rename(&lab, id, Some("mine")).await;
    oracle.dns("10.0.0.7", says("nas.lan"));
    ops::name::lookup(&lab.engine, id).await.unwrap();
    let host = lab.host_at("10.0.0.7").await;
    assert_eq!(
        (
            host.hostname.as_deref(),
            host.hostname_source,
            host.dns_name.as_deref()
        ),
        (Some("mine"), Some(HostnameSource::Manual), Some("nas.lan"))
    );
    assert!(host.dns_checked_at.is_some());
    assert_eq!(lab.events(id).await.len(), 2, "found and renamed, no more");
    // Taking it makes it manual: it stays when DNS forgets it.
    rename(&lab, id, Some("nas.lan")).await;
    oracle.dns("10.0.0.7", NameAnswer::Nameless);
    ops::name::lookup(&lab.engine, id).await.unwrap();
    let host = lab.host_at("10.0.0.7").await;
    assert_eq!(
        (host.hostname.as_deref(), host.dns_name),
        (Some("nas.lan"), None)
    );
}

#[tokio::test]
async fn snmp_outranks_dns_and_a_host_can_be_left_in_peace() {
    let (lab, oracle, id, subnet) = host().await;
    oracle.dns("10.0.0.7", says("nas.lan"));
    oracle.snmp("10.0.0.7", says("core-switch"));
    ops::name::lookup(&lab.engine, id).await.unwrap();
    assert!(
        oracle.asked.lock().unwrap().is_empty(),
        "no credentials yet"
    );
    let shown = ops::snmp::put(&lab.engine, &console(), subnet, &community())
        .await
        .unwrap();
    assert!(shown.has_secret);
    let words = ops::name::lookup(&lab.engine, id).await.unwrap();
    assert_eq!(
        words,
        "DNS: nas.lan; SNMP: core-switch; hardware: not known"
    );
    let asked = std::mem::take(&mut *oracle.asked.lock().unwrap());
    assert_eq!(asked, [("10.0.0.7".parse().unwrap(), "hush-hush".into())]);
    assert_eq!(
        named(&lab, id).await,
        (Some("core-switch".into()), Some(HostnameSource::Snmp))
    );
    let patch = HostPatch {
        snmp: Some(false),
        ..HostPatch::default()
    };
    ops::host::update(&lab.engine, &console(), id, None, &patch)
        .await
        .unwrap();
    ops::name::lookup(&lab.engine, id).await.unwrap();
    assert!(oracle.asked.lock().unwrap().is_empty());
    assert_eq!(
        named(&lab, id).await,
        (Some("nas.lan".into()), Some(HostnameSource::Dns))
    );
}

#[tokio::test]
async fn credentials_are_unreadable_in_the_database_and_useless_without_their_key() {
    let (lab, oracle, id, subnet) = host().await;
    ops::snmp::put(&lab.engine, &console(), subnet, &community())
        .await
        .unwrap();
    let folder = lab.folder.clone();
    for file in ["rollcall.db", "rollcall.db-wal"] {
        let bytes = std::fs::read(folder.path().join(file)).unwrap();
        let is_in_it = bytes.windows(9).any(|part| part == b"hush-hush");
        assert!(!is_in_it, "{file} tells the community");
    }
    let key = folder.path().join("rollcall.db.key");
    assert!(key.is_file());
    std::fs::remove_file(&key).unwrap();
    // A restart forgets the key that was read.
    let lab = lab.restart().await;
    drop(oracle);
    let shown = ops::snmp::find(&lab.engine, &console(), subnet).await;
    assert!(shown.unwrap().has_secret);
    let words = ops::name::lookup(&lab.engine, id).await.unwrap();
    assert!(words.contains("rollcall.db.key is missing"), "{words}");
    let put = async || ops::snmp::put(&lab.engine, &console(), subnet, &community()).await;
    let problem = put().await.unwrap_err().problem();
    assert_eq!(problem.status, 409);
    let words = problem.detail.unwrap();
    assert!(words.contains("rollcall.db.key is missing"), "{words}");
    let hook = domain::webhook::NewWebhook {
        name: "chat".into(),
        url: "https://chat.example/hook".into(),
        ..Default::default()
    };
    let refused = ops::webhook::create(&lab.engine, &console(), &hook).await;
    assert_eq!(refused.unwrap_err().problem().status, 409);
    assert!(!key.exists(), "no key is made beside what another sealed");
    ops::snmp::delete(&lab.engine, &console(), subnet)
        .await
        .unwrap();
    let gone = ops::snmp::find(&lab.engine, &console(), subnet).await;
    assert_eq!(gone.unwrap_err().problem().status, 404);
    put().await.expect("nothing is sealed with the old key");
    assert!(key.is_file());
}

#[tokio::test]
async fn hardware_is_noted_at_once_and_told_when_it_changes() {
    let (lab, oracle, id, _) = host().await;
    oracle.neighbours(&[
        ("10.0.0.7", "00:1b:21:3c:4d:5e"),
        ("10.0.0.9", "00:1b:21:3c:4d:5f"),
    ]);
    let words = ops::name::lookup(&lab.engine, id).await.unwrap();
    assert!(words.contains("00:1b:21:3c:4d:5e (Intel"), "{words}");
    let host = lab.host_at("10.0.0.7").await;
    assert!(!host.mac_randomised && host.vendor.is_some());
    assert_eq!(lab.events(id).await.len(), 1, "the first one is no news");
    oracle.neighbours(&[("10.0.0.7", "02:42:ac:11:00:02")]);
    ops::name::lookup(&lab.engine, id).await.unwrap();
    ops::name::lookup(&lab.engine, id).await.unwrap();
    let host = lab.host_at("10.0.0.7").await;
    assert_eq!(
        (host.mac.as_deref(), host.vendor, host.mac_randomised),
        (Some("02:42:ac:11:00:02"), None, true)
    );
    assert_eq!(
        lab.events(id).await[1..],
        ["changed: hardware address: 00:1b:21:3c:4d:5e → 02:42:ac:11:00:02"]
    );
    assert_eq!(
        lab.rows(host.subnet_id).await.len(),
        3,
        "no IPv4 host is new"
    );
}

/// Waits until a live message fits.
async fn told(lab: &mut engine::events::LiveStream, fits: impl Fn(&LiveEvent) -> bool) {
    let waiting = async {
        while let Some(message) = lab.next().await {
            if fits(&message.event) {
                return true;
            }
        }
        false
    };
    let told = tokio::time::timeout(Duration::from_secs(20), waiting).await;
    assert!(told.unwrap_or(false), "nobody was told");
}

#[tokio::test]
async fn the_workers_name_a_new_host_and_find_ipv6_neighbours() {
    let (lab, oracle) = lab().await;
    lab.wake(&["10.0.0.7", "fd00::7"]);
    oracle.dns("10.0.0.7", says("nas.lan"));
    oracle.dns("fd00::7", says("nas6.lan"));
    oracle.neighbours(&[
        ("10.0.0.7", "00:1b:21:3c:4d:5e"),
        ("fd00::7", "00:1b:21:3c:4d:5e"),
        ("fd99::7", "00:1b:21:3c:4d:60"),
    ]);
    lab.subnet("fd00::/64").await;
    let subnet = lab.subnet("10.0.0.0/28").await;
    lab.sweep(subnet.id).await;
    let mut stream = lab.engine.subscribe();
    let cancel = CancellationToken::new();
    lab.engine.start_workers(&cancel);
    let is_named = |name: &'static str| {
        move |event: &LiveEvent| match event {
            LiveEvent::Hosts(changed) => changed
                .hosts
                .iter()
                .any(|row| row.hostname.as_deref() == Some(name)),
            _ => false,
        }
    };
    told(&mut stream, is_named("nas6.lan")).await;
    cancel.cancel();
    let host = lab.host_at("fd00::7").await;
    assert_eq!(host.mac.as_deref(), Some("00:1b:21:3c:4d:5e"));
    assert_eq!(
        lab.events(host.id).await[0],
        "discovered: seen as a neighbour"
    );
    assert_eq!(
        lab.host_at("10.0.0.7").await.hostname.as_deref(),
        Some("nas.lan")
    );
    lab.engine.close().await.unwrap();
}
