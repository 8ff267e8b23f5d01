//! Chips and what is looked for among them.

use super::*;

fn chip(port: u16, service: &str) -> PortChip {
    PortChip {
        port,
        proto: Proto::Tcp,
        service: Some(service.to_owned()).filter(|service| !service.is_empty()),
    }
}

#[test]
fn a_chip_says_number_and_service_or_what_tells_it_apart() {
    assert_eq!(chip_label(&chip(443, "https")), "443/https");
    assert_eq!(chip_label(&chip(8443, "")), "8443");
    assert_eq!(label(161, Proto::Udp, None), "161/udp");
    assert_eq!(label(161, Proto::Udp, Some("snmp")), "161/snmp");
}

#[test]
fn a_line_shows_as_many_chips_as_fit_and_says_how_many_are_left_out() {
    let chips = [
        chip(22, "ssh"),
        chip(80, "http"),
        chip(443, "https"),
        chip(8080, "http-proxy"),
    ];
    for (room, shown, left_out) in [
        (0, 1, 3),
        (21, 1, 3),
        (22, 2, 2),
        (34, 3, 1),
        (48, 3, 1),
        (49, 4, 0),
    ] {
        let (labels, rest) = few(&chips, room);
        assert_eq!((labels.len(), rest), (shown, left_out), "{room}");
    }
    assert_eq!(few(&chips, 20).0, ["22/ssh"]);
    assert_eq!(few(&[], 20), (Vec::new(), 0));
}

#[test]
fn a_reader_writes_a_number_a_service_or_what_a_chip_says() {
    for (text, port, service) in [
        ("443", Some(443), None),
        ("HTTPS ", None, Some("https")),
        ("443/https", Some(443), Some("https")),
        ("443/", Some(443), None),
        ("0", None, Some("0")),
        ("70000", None, Some("70000")),
        ("  ", None, None),
    ] {
        let read = PortFilter::read(text);
        assert_eq!(
            (read.port, read.service.as_deref()),
            (port, service),
            "{text}"
        );
        assert_eq!(PortFilter::read(&read.text()), read, "{text}");
        let query: Vec<_> = read.to_query().collect();
        let back = PortFilter::from_query(|key| {
            let found = query.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| value.clone())
        });
        assert_eq!(back, read, "{text}");
    }
}

#[test]
fn number_and_service_have_to_be_those_of_one_port() {
    let ports = [chip(80, "http"), chip(8443, "https")];
    for (text, fits) in [
        ("", true),
        ("80", true),
        ("443", false),
        ("https", true),
        ("http", true),
        ("htt", false),
        ("8443/https", true),
        ("80/https", false),
    ] {
        assert_eq!(PortFilter::read(text).fits(&ports), fits, "{text}");
    }
}

#[test]
fn a_search_means_whole_numbers_and_parts_of_names() {
    let ports = [chip(443, "https"), chip(9100, "")];
    for (text, found) in [
        ("443", true),
        ("44", false),
        ("http", true),
        ("9100", true),
        ("ssh", false),
    ] {
        assert_eq!(contains(&ports, text), found, "{text}");
    }
}
