//! Documents that others have gathered: read as an independent reader reads them, and cut off everywhere.
//!
//! They lie beside the checkout (`../shared/data/nmap-xml`) and are no part of it: without them, nothing is tested here.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::*;

/// What every document says of its hosts, by Python's own reader of XML: the same facts in the same order, each as
/// nmap wrote it.
const INDEPENDENT: &str = r#"
import ipaddress, json, sys, xml.etree.ElementTree as tree
def is_address(text):
    try:
        return bool(ipaddress.ip_address(text))
    except ValueError:
        return False
for path in sys.stdin.read().split("\n"):
    data = open(path, "rb").read()
    root = tree.fromstring(data[data.index(b"<?xml"):])
    hosts = []
    for host in root.findall("host"):
        ports = []
        for port in host.findall("ports/port"):
            state, service = port.find("state"), port.find("service")
            if port.get("protocol") in ("tcp", "udp") and state is not None and state.get("state") == "open":
                said = {} if service is None else service.attrib
                name = said.get("name")
                ports.append([port.get("protocol"), int(port.get("portid")), name, said.get("tunnel"),
                              said.get("product") or None, said.get("version") or None])
        hosts.append({
            "addresses": [a.get("addr") for a in host.findall("address") if is_address(a.get("addr"))],
            "names": [n.get("name") for n in host.findall("hostnames/hostname")],
            "up": any(s.get("state") == "up" for s in host.findall("status")),
            "timed_out": host.get("timedout") == "true",
            "extra": [[e.get("state"), int(e.get("count"))] for e in host.findall("ports/extraports")],
            "open": ports,
        })
    asked = [[s.get("protocol"), s.get("services")] for s in root.findall("scaninfo")]
    finished = [f.get("exit") for f in root.findall("runstats/finished")]
    print(json.dumps({"hosts": hosts, "asked": asked, "finished": finished}))
"#;

pub(super) fn documents() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/nmap-xml");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "xml"))
        .collect();
    paths.sort();
    if paths.is_empty() {
        println!("skipped: no documents in {folder}");
    }
    paths
}

fn python(paths: &[PathBuf]) -> Option<Vec<Value>> {
    let mut python = Command::new("python3")
        .args(["-c", INDEPENDENT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let list: Vec<_> = paths.iter().map(|path| path.to_str().unwrap()).collect();
    let mut stdin = python.stdin.take().unwrap();
    stdin.write_all(list.join("\n").as_bytes()).unwrap();
    drop(stdin);
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "the independent reader failed");
    let lines = String::from_utf8(output.stdout).unwrap();
    Some(
        lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
    )
}

pub(super) fn told(bytes: &[u8]) -> (Vec<Told>, Result<(), XmlError>) {
    let mut all = Vec::new();
    let read = read(bytes, |told| all.push(told));
    (all, read)
}

pub(super) fn hosts(told: Vec<Told>) -> Vec<Host> {
    let hosts = told.into_iter().filter_map(|told| match told {
        Told::Host(host) => Some(*host),
        _ => None,
    });
    hosts.collect()
}

/// A host as the independent reader tells it, but for the names of services, which are compared by themselves.
fn shown(host: &Host) -> Value {
    let ports = host.open.iter().map(|open| {
        let service = &open.service;
        json!([
            open.proto.as_str(),
            open.port,
            service.product,
            service.version
        ])
    });
    json!({
        "addresses": host.addresses,
        "names": host.names,
        "up": host.is_up,
        "timed_out": host.is_timed_out,
        "extra": host.extra,
        "open": ports.collect::<Vec<_>>(),
    })
}

#[test]
fn every_document_says_what_an_independent_reader_finds_in_it() {
    let paths = documents();
    let Some(expected) = python(&paths).filter(|_| !paths.is_empty()) else {
        println!("skipped: no documents or no python3");
        return;
    };
    assert_eq!(paths.len(), expected.len());
    let (mut all_hosts, mut all_ports) = (0, 0);
    for (path, expected) in paths.iter().zip(expected) {
        let (told, read) = told(&fs::read(path).unwrap());
        assert!(read.is_ok(), "{}: {read:?}", path.display());
        let asked = told.iter().filter(|told| matches!(told, Told::Asked(..)));
        assert_eq!(
            asked.count(),
            expected["asked"].as_array().unwrap().len(),
            "{}",
            path.display()
        );
        let successes = told
            .iter()
            .filter(|told| **told == Told::Finished(Finished::Success));
        let ends = expected["finished"].as_array().unwrap();
        let well = ends.iter().filter(|exit| **exit == json!("success"));
        assert_eq!(successes.count(), well.count(), "{}", path.display());
        let hosts = hosts(told);
        let expected_hosts = expected["hosts"].as_array().unwrap();
        assert_eq!(hosts.len(), expected_hosts.len(), "{}", path.display());
        for (host, expected) in hosts.iter().zip(expected_hosts) {
            let mut without_names = expected.clone();
            let ports = without_names["open"].as_array_mut().unwrap();
            for (port, open) in ports.iter_mut().zip(&host.open) {
                let [proto, number, name, tunnel, product, version] = &port.as_array().unwrap()[..]
                else {
                    panic!("{port}")
                };
                let expected_name = match (name.as_str(), tunnel.as_str()) {
                    (Some("unknown") | None, _) => None,
                    (Some("http"), Some("ssl")) => Some("https".to_owned()),
                    (Some(name), None) => Some(name.to_owned()),
                    (Some(_), Some(_)) => open.service.name.clone(),
                };
                assert_eq!(open.service.name, expected_name, "{}", path.display());
                *port = json!([proto, number, product, version]);
            }
            assert_eq!(shown(host), without_names, "{}", path.display());
            all_ports += host.open.len();
        }
        all_hosts += hosts.len();
    }
    println!(
        "{} documents, {all_hosts} hosts, {all_ports} open ports",
        paths.len()
    );
}

#[test]
fn a_document_that_is_cut_off_tells_the_hosts_before_the_cut() {
    for path in documents() {
        let whole = fs::read(&path).unwrap();
        let all = hosts(told(&whole).0);
        let end = b"</host>";
        for cut in (0..whole.len()).step_by(997) {
            let part = &whole[..cut];
            let complete = part.windows(end.len()).filter(|bytes| bytes == end).count();
            let (told, read) = told(part);
            assert!(
                read.is_err() || part.trim_ascii_end().ends_with(b"</nmaprun>"),
                "{} cut at {cut}",
                path.display()
            );
            assert_eq!(
                hosts(told),
                all[..complete],
                "{} cut at {cut}",
                path.display()
            );
        }
    }
}
