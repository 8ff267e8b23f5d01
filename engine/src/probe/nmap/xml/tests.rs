//! nmap's own documents of this machine, and what is no document of nmap.
//!
//! The fixtures are what nmap 7.93 wrote about listeners on the loopback (an HTTP server that calls itself nginx/1.24.0 on
//! 18080, one that greets with `SSH-2.0-OpenSSH_9.6` on 18022), by
//! `nmap -n -oX - --no-stylesheet --stats-every 2s --max-retries 2 -Pn -T3 -sT --unprivileged --host-timeout 54000ms ARGS`:
//! `versions` with `-p 18022,18080,18081 -sV -- 127.0.0.1`, `closed` with `--top-ports 100 -- 127.0.0.9`, `ipv6` with
//! `-p 80 -6 -- ::1`, `skipped` with `-p 80 -- ::1`, `timed-out` with `--host-timeout 1ms -p 1-65535 -- 127.0.0.1`.

use std::io::{self, BufReader, Read};

use domain::port::Service;

use super::*;

macro_rules! fixture {
    ($name:literal) => {
        include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/fixtures/nmap/",
            $name,
            ".xml"
        ))
    };
}

fn told(bytes: &[u8]) -> (Vec<Told>, Result<(), XmlError>) {
    let mut all = Vec::new();
    let read = read(bytes, |told| all.push(told));
    (all, read)
}

fn host(bytes: &[u8]) -> Host {
    let (told, read) = told(bytes);
    assert!(read.is_ok(), "{read:?}");
    assert!(told.contains(&Told::Finished(Finished::Success)));
    assert!(told.contains(&Told::Version("7.93".into())));
    let mut hosts = told.into_iter().filter_map(|told| match told {
        Told::Host(host) => Some(*host),
        _ => None,
    });
    hosts.next().expect("a host")
}

#[test]
fn programs_and_versions_are_read() {
    let host = host(fixture!("versions"));
    let services: Vec<_> = host
        .open
        .iter()
        .map(|open| {
            let fact = |fact: &Option<String>| fact.clone().unwrap_or_default();
            let Service {
                name,
                product,
                version,
            } = &open.service;
            (open.port, fact(name), fact(product), fact(version))
        })
        .collect();
    let expected = [
        (18022, "ssh", "OpenSSH", "9.6"),
        (18080, "http", "nginx", "1.24.0"),
    ]
    .map(|(port, name, product, version)| {
        (
            port,
            name.to_owned(),
            product.to_owned(),
            version.to_owned(),
        )
    });
    assert_eq!(services, expected);
    assert!(host.is_up && host.has_ports && host.has_answered && !host.is_timed_out);
}

#[test]
fn closed_ports_answer_too() {
    let host = host(fixture!("closed"));
    assert_eq!(host.extra, [("closed".to_owned(), 100)]);
    assert!(host.has_answered && host.has_ports && host.open.is_empty());
    let (told, _) = told(fixture!("closed"));
    let asked = told.into_iter().find_map(|told| match told {
        Told::Asked(Proto::Tcp, ports) => Some(ports.len()),
        _ => None,
    });
    assert_eq!(asked, Some(100));
}

#[test]
fn a_host_that_was_given_up_has_no_ports() {
    let host = host(fixture!("timed-out"));
    assert!(host.is_timed_out && !host.has_ports && !host.has_answered);
}

#[test]
fn a_skipped_target_is_no_host() {
    let (told, read) = told(fixture!("skipped"));
    assert!(read.is_ok() && told.contains(&Told::Skipped("invalid".into())));
    assert!(!told.iter().any(|told| matches!(told, Told::Host(_))));
    let ipv6 = host(fixture!("ipv6"));
    assert_eq!(ipv6.addresses, ["::1".parse::<std::net::IpAddr>().unwrap()]);
}

const HEAD: &str = "<?xml version=\"1.0\"?><!DOCTYPE nmaprun><nmaprun version=\"7\">";
const HOST: &str = "<host><status state=\"up\"/><address addr=\"127.0.0.1\"/></host>";

#[test]
fn what_is_wrong_is_said_after_the_hosts_before_it() {
    let many = (0..65).fold(String::new(), |all, n| format!("{all} a{n}=\"\""));
    for (rest, expected) in [
        ("<a".into(), "not well-formed"),
        (String::new(), "ends in the middle"),
        ("</b>".into(), "not well-formed"),
        ("<a>".repeat(40), "too many elements inside each other"),
        (format!("<a{many}/>"), "too many attributes"),
        (
            format!("<a b=\"{}\"/>", "x".repeat(65_537)),
            "an attribute that is too long",
        ),
        ("x".repeat(2 << 20), "too long"),
        (format!("<!--{}", "x".repeat(2 << 20)), "too long"),
        (format!("<a b=\"{}", "x".repeat(2 << 20)), "too long"),
        ("<a b=\"&nope;\"/>".into(), "not well-formed"),
        ("<a b=\"1\" b=\"2\"/>".into(), "not well-formed"),
    ] {
        let (told, read) = told(format!("{HEAD}{HOST}{rest}").as_bytes());
        let words = read.expect_err(expected).to_string();
        assert!(words.contains(expected), "{expected}: {words}");
        assert!(matches!(told.last(), Some(Told::Host(_))), "{expected}");
    }
    let invalid = [HEAD.as_bytes(), HOST.as_bytes(), b"<a b=\"\xff\"/>"].concat();
    let (told, read) = told(&invalid);
    assert!(matches!(read, Err(XmlError::Utf8)) && matches!(told.last(), Some(Told::Host(_))));
}

#[test]
fn what_is_not_nmaps_is_refused() {
    for (text, expected) in [
        ("", "ends in the middle"),
        ("nmap: unrecognized option", "ends in the middle"),
        ("<html></html>", "not nmap's"),
        ("<!DOCTYPE n [<!ENTITY a \"b\">]><nmaprun/>", "declarations"),
    ] {
        let words = told(text.as_bytes()).1.expect_err(text).to_string();
        assert!(words.contains(expected), "{text}: {words}");
    }
}

#[test]
fn what_strangers_wrote_is_cleaned_and_cut() {
    let long = "x".repeat(5_000);
    let host = host(
        format!(
            "{}<host><ports><port protocol=\"tcp\" portid=\"443\"><state state=\"open\"/>\
             <service name=\"http\" tunnel=\"ssl\" product=\"a&#x202e;&#27;[31m&lt;b&gt;\" version=\"{long}\"/></port>\
             <port protocol=\"tcp\" portid=\"0\"><state state=\"open\"/></port>\
             <port protocol=\"sctp\" portid=\"9\"><state state=\"open\"/></port>\
             <port protocol=\"tcp\" portid=\"70000\"><state state=\"open\"/></port>\
             <port protocol=\"udp\" portid=\"53\"><state state=\"open|filtered\"/></port></ports></host>\
             <runstats><finished exit=\"success\"/></runstats></nmaprun>",
            HEAD.replace("\"7\"", "\"7.93\"")
        )
        .as_bytes(),
    );
    let [open] = &host.open[..] else {
        panic!("{host:?}")
    };
    assert_eq!(open.service.name.as_deref(), Some("https"));
    assert_eq!(open.service.product.as_deref(), Some("a[31m<b>"));
    assert_eq!(open.service.version.as_ref().map(String::len), Some(256));
}

/// A document without end, made as it is read.
struct Endless<'a> {
    head: &'static [u8],
    unit: &'a [u8],
    left: usize,
    at: usize,
}

impl Read for Endless<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if !self.head.is_empty() {
            return self.head.read(into);
        }
        let length = into.len().min(self.left);
        for byte in &mut into[..length] {
            *byte = self.unit[self.at % self.unit.len()];
            self.at += 1;
        }
        self.left -= length;
        Ok(length)
    }
}

/// The most memory this process ever had, in kB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Other tests of this process take memory meanwhile: what garbage costs here is far more than all of them.
#[test]
fn no_garbage_fills_the_memory() {
    const GARBAGE: usize = 200 << 20;
    let long = format!(
        "<a b=\"c\">{0}</a><!-- {0} --><d/>",
        "nothing ".repeat(4_096)
    );
    let before = peak();
    for (unit, left) in [
        (long.as_bytes(), GARBAGE),
        (
            b"<host><ports><port protocol=\"tcp\" portid=\"1\"/></ports></host>",
            GARBAGE / 10,
        ),
        (b"never a bracket ", GARBAGE),
        (b"\x00\xff\xfe<>&\"'", GARBAGE),
        (b"<host><hostnames><hostname name=\"a\"/>", GARBAGE),
    ] {
        let document = Endless {
            head: b"<nmaprun>",
            unit,
            left,
            at: 0,
        };
        let mut hosts = 0_u64;
        let mut reader = BufReader::with_capacity(64 << 10, document);
        let read = read(&mut reader, |told| {
            hosts += u64::from(matches!(told, Told::Host(_)));
        });
        assert!(read.is_err(), "{read:?}");
        let is_well_formed = unit.ends_with(b"<d/>") || unit.ends_with(b"</host>");
        assert_eq!(reader.get_ref().left == 0, is_well_formed);
        assert_eq!(hosts > 300_000, unit.ends_with(b"</host>"));
    }
    let grown = peak() - before;
    assert!(grown < 64 << 10, "{grown} kB");
}
