//! Files of the MaxMind format: every layout, published answers, damaged files.

use super::encoder::encode;
use crate::harness::START;
use domain::{
    scan::{
        metadata::{Known, MetadataKind as Kind},
        source::SourceStatus,
    },
    time::Timestamp,
};
use engine::{
    clock::Clock,
    probe::metadata::{Files, Source as _},
};
use serde_json::{Value, json};
use std::{fs, path::Path};

/// A day before the tests' today.
const BUILT: u64 = 1_799_900_000;

fn open(folder: &Path) -> Files {
    Files::open(folder.into(), Clock::from_fn(|| START))
}

async fn ask(files: &Files, ip: &str) -> Known {
    let said = files.ask(ip.parse().unwrap()).await;
    Known::merge(&said.facts, said.problems)
}

fn put(folder: &Path, name: &str, kind: &str, records: &[(&str, Value)]) {
    fs::write(folder.join(name), encode(kind, BUILT, records)).unwrap();
}

fn city(name: &str) -> Value {
    json!({"country": {"iso_code": "GB", "names": {"en": "United Kingdom"}}, "city": {"names": {"en": name}}})
}

#[tokio::test]
async fn files_of_several_makers_are_asked_in_the_order_of_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let london = ("81.2.69.0/24", city("London"));
    put(folder.path(), "a-city.mmdb", "DBIP-City-Lite", &[london]);
    let system = json!({"autonomous_system_number": 20712, "autonomous_system_organization": "Andrews & Arnold Ltd"});
    put(
        folder.path(),
        "b-asn.MMDB",
        "GeoLite2-ASN",
        &[("81.2.64.0/18", system)],
    );
    let flat = json!({"country": "France", "country_code": "FR", "asn": "AS1", "as_name": "Other"});
    put(
        folder.path(),
        "c-lite.mmdb",
        "ipinfo lite",
        &[("81.0.0.0/8", flat)],
    );
    fs::write(folder.path().join("readme.txt"), "no file of ours").unwrap();
    let files = open(folder.path());
    let known = ask(&files, "81.2.69.142").await;
    assert_eq!(known.problems, [""; 0]);
    assert_eq!(known.location().unwrap(), "London, United Kingdom");
    assert_eq!(known.provider().unwrap(), "Andrews & Arnold Ltd (AS20712)");
    assert_eq!(known.source().unwrap(), "a-city.mmdb, b-asn.MMDB");
    let asn = known.facts.iter().find(|fact| fact.kind == Kind::Asn);
    let asn = asn.unwrap();
    assert_eq!(
        (asn.source.as_str(), asn.at),
        ("b-asn.MMDB", Timestamp(1_799_900_000_000))
    );
    let elsewhere = ask(&files, "81.200.0.1").await;
    assert_eq!(elsewhere.location().unwrap(), "France");
    assert_eq!(ask(&files, "9.9.9.9").await, Known::default());
    assert_eq!(ask(&files, "2001:4860:4860::8888").await, Known::default());
    let status = files.status().await;
    let notes: Vec<&str> = status.iter().filter_map(|it| it.note.as_deref()).collect();
    assert_eq!(
        notes,
        [
            "DBIP-City-Lite, built 2027-01-14 (1 day ago). IP geolocation by DB-IP",
            "GeoLite2-ASN, built 2027-01-14 (1 day ago). Includes GeoLite data created by MaxMind",
            "ipinfo lite, built 2027-01-14 (1 day ago). IP address data powered by IPinfo",
        ]
    );
    assert!(
        status
            .iter()
            .all(|it| it.is_on && it.sends.is_none() && it.problem.is_none())
    );
}

#[tokio::test]
async fn a_file_that_comes_changes_or_goes_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let files = open(folder.path());
    let none = ask(&files, "81.2.69.142").await;
    assert!(
        none.problems[0].ends_with("has no file that ends in .mmdb"),
        "{none:?}"
    );
    for name in ["London", "Newcastle upon Tyne"] {
        put(
            folder.path(),
            "x.mmdb",
            "x",
            &[("81.2.69.0/24", city(name))],
        );
        let known = ask(&files, "81.2.69.142").await;
        assert_eq!(known.location().unwrap(), format!("{name}, United Kingdom"));
    }
    fs::remove_file(folder.path().join("x.mmdb")).unwrap();
    assert_eq!(ask(&files, "81.2.69.142").await, none);
    let gone = open(&folder.path().join("gone"));
    let status = gone.status().await;
    assert!(
        status[0]
            .problem
            .as_ref()
            .unwrap()
            .contains("can't be read"),
        "{status:?}"
    );
}

#[tokio::test]
async fn damaged_and_foreign_files_are_refused_by_name_and_the_others_answer() {
    let folder = tempfile::tempdir().unwrap();
    put(
        folder.path(),
        "good.mmdb",
        "x",
        &[("81.2.69.0/24", city("London"))],
    );
    let good = fs::read(folder.path().join("good.mmdb")).unwrap();
    let cut = good.len();
    for at in (0..cut).step_by(7) {
        fs::write(folder.path().join(format!("cut-{at}.mmdb")), &good[..at]).unwrap();
        let files = open(folder.path());
        let status = files.status().await;
        let [bad, fine] = &status[..] else {
            panic!("{status:?}")
        };
        assert!(!bad.is_on && fine.is_on, "{at}: {status:?}");
        let problem = bad.problem.as_ref().unwrap();
        assert!(
            problem.starts_with(&format!("cut-{at}.mmdb is not used: ")),
            "{problem}"
        );
        let known = ask(&files, "81.2.69.142").await;
        assert_eq!(known.location().unwrap(), "London, United Kingdom");
        assert!(
            known.problems[0].starts_with(&format!("cut-{at}.mmdb: ")),
            "{known:?}"
        );
        fs::remove_file(folder.path().join(format!("cut-{at}.mmdb"))).unwrap();
    }
    let foreign = json!({"whale": "blue"});
    put(
        folder.path(),
        "zoo.mmdb",
        "Zoo",
        &[("81.2.69.0/24", foreign)],
    );
    fs::write(
        folder.path().join("page.mmdb"),
        "<html>403 Forbidden</html>",
    )
    .unwrap();
    let files = open(folder.path());
    let problems: Vec<String> = files
        .status()
        .await
        .into_iter()
        .filter_map(|it| it.problem)
        .collect();
    assert_eq!(
        problems
            .iter()
            .map(|it| it.split_whitespace().next().unwrap())
            .collect::<Vec<_>>(),
        ["page.mmdb", "zoo.mmdb"],
        "{problems:?}"
    );
}

/// Whatever byte of a file is another one, nothing panics and nothing hangs; what is told is one clean line.
#[tokio::test]
async fn no_byte_of_a_file_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let good = encode("x", BUILT, &[("81.2.69.0/24", city("London"))]);
    let path = folder.path().join("x.mmdb");
    for at in 0..good.len() {
        for change in [0x00, 0x80, 0xff] {
            let mut bytes = good.clone();
            bytes[at] ^= change;
            // Replaced as tools do it, so that the file is another one.
            fs::remove_file(&path).ok();
            fs::write(&path, bytes).unwrap();
            let files = open(folder.path());
            let known = ask(&files, "81.2.69.142").await;
            for fact in &known.facts {
                assert!(!fact.value.contains(char::is_control), "{fact:?}");
            }
            serde_json::to_string(&known.facts).unwrap();
        }
    }
}

/// Files with published answers lie beside the checkout and are no part of it: without them, nothing is tested here.
const PUBLISHED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/mmdb");

#[tokio::test]
async fn published_answers_are_given() {
    if !Path::new(PUBLISHED).exists() {
        println!("skipped: {PUBLISHED} is not there");
        return;
    }
    let files = open(Path::new(PUBLISHED));
    let known = ask(&files, "81.2.69.142").await;
    let location = known.location().unwrap();
    assert!(
        location.starts_with("London, ") && location.ends_with(", United Kingdom"),
        "{location}"
    );
    assert!(known.network().is_proxy);
    let known = ask(&files, "1.128.0.1").await;
    assert!(known.provider().unwrap().contains("Telstra"), "{known:?}");
    assert!(known.provider().unwrap().ends_with("(AS1221)"), "{known:?}");
    let known = ask(&files, "89.160.20.112").await;
    let location = known.location().unwrap();
    assert!(
        location.starts_with("Linköping, ") && location.ends_with(", Sweden"),
        "{location}"
    );
    assert!(ask(&files, "65.4.3.2").await.reputation().is_proxy);
    let known = ask(&files, "8.8.8.8").await;
    assert_eq!(known.provider(), None);
}

#[tokio::test]
async fn published_broken_files_are_refused_by_name() {
    if !Path::new(PUBLISHED).exists() {
        println!("skipped: {PUBLISHED} is not there");
        return;
    }
    let files = open(Path::new(PUBLISHED));
    let status = files.status().await;
    let refused: Vec<&SourceStatus> = status.iter().filter(|it| !it.is_on).collect();
    let names: Vec<&str> = refused.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "GeoIP2-City-Test-Invalid-Node-Count.mmdb",
            "MaxMind-DB-test-broken-pointers-24.mmdb"
        ]
    );
    for status in refused {
        let problem = status.problem.as_ref().unwrap();
        assert!(problem.starts_with(&status.name), "{problem}");
    }
    let asked = ask(&files, "81.2.69.142").await;
    assert_eq!(asked.problems.len(), 2, "{asked:?}");
}
