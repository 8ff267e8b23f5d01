//! Which addresses and names are told to a model that is to learn none, and how they come back.

use super::{
    super::{Rejected, Words, prepare, tests::result},
    Placeholders,
};

#[test]
fn without_names_no_name_is_told() {
    let json = serde_json::to_string(prepare(&result(), true).facts()).unwrap();
    let lower = json.to_lowercase();
    for name in [
        "203.0.113",
        "10.0.0.7",
        "example",
        "anna",
        "secret",
        "fileserver",
        "muster",
        "files",
        "evil",
        "static-9",
    ] {
        assert!(!lower.contains(name), "{name}: {json}");
    }
    for kept in [
        "https://host-1:8443",
        "\"address\":\"host-2\"",
        "Germany",
        "OpenSSH",
        "9.2p1",
        "1.27.3",
        "3389",
        "CVE-2023-38408",
        "until 2027-01-01",
    ] {
        assert!(json.contains(kept), "{kept}: {json}");
    }
}

#[test]
fn names_come_back_where_they_were() {
    let prepared = prepare(&result(), true);
    let words = |summary: &str| Words {
        summary: summary.into(),
        recommendation: "Put host-1 behind a VPN.".into(),
    };
    let accepted = prepared.accept(&words("Host-2 is host-1, at host-1:8443."));
    let accepted = accepted.unwrap();
    assert_eq!(
        accepted.summary,
        "203.0.113.9 is Files.Example.org, at Files.Example.org:8443."
    );
    assert_eq!(
        accepted.recommendation,
        "Put Files.Example.org behind a VPN."
    );
    assert_eq!(
        prepared.accept(&words("host-99 is down")),
        Err(Rejected::Place)
    );
    assert_eq!(
        prepared.accept(&words("host-1:80 is open")),
        Err(Rejected::Port(80))
    );
    assert!(prepared.accept(&words("a ghost-1 story")).is_ok());
}

#[test]
fn odd_spellings_of_addresses_are_taken_out() {
    let mut places = Placeholders::of(&result());
    for text in [
        "10.0.0.1",
        "010.000.000.001",
        "10.0.0.1-20",
        "10.0.0.0/24",
        "fe80::1%eth0",
        "[2001:db8::1]:22",
        "ip-10-0-0-1",
        "ip-10-0-0-1.ec2.internal",
        "00:1b:21:3c:4d:5e",
        "anna@corp.example",
        "anna@10.0.0.1",
        "*.corp.example",
        "(srv.corp.example)",
        "CN=srv.corp.example,O=x",
        "srv.corp.example:25",
        "пример.рф",
        "http://anna:pw@srv.corp.example/anna",
        "x=https://srv/anna",
        "FILES",
        "x_10.0.0.1",
        "xn--e1afmkfd.xn--p1ai",
    ] {
        let told = places.take_out(text);
        let lower = told.to_lowercase();
        let leaks = [
            "10.0", "10-0", "corp", "anna", "srv", "fe80", "db8", "1b:", "files", "рф", "xn--",
        ];
        assert!(
            leaks.iter().all(|leak| !lower.contains(leak)),
            "{text} -> {told}"
        );
        assert!(told.contains("host-"), "{text} -> {told}");
    }
    for text in [
        "OpenSSH_9.2p1 Debian-2+deb12u3",
        "nginx/1.27.3",
        "200 OK",
        "TLSv1.3",
        "Node.js",
        "e.g. this",
        "2026-11-24",
        "host-1",
    ] {
        assert_eq!(places.take_out(text), text);
    }
}
