//! What the kernel may send, and what nobody should.

use super::*;

fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(ATTRIBUTE_HEAD + value.len()).unwrap();
    let mut bytes = [length.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend(value);
    bytes.resize(aligned(bytes.len()), 0);
    bytes
}

fn message(kind: u16, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(MESSAGE_HEAD + body.len()).unwrap();
    let mut bytes = length.to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend([0; 10]);
    bytes.extend(body);
    bytes.resize(aligned(bytes.len()), 0);
    bytes
}

fn entry(ip: &str, mac: &[u8], state: u16) -> Vec<u8> {
    let mut body = vec![0; NEIGHBOUR_HEAD];
    body[8..10].copy_from_slice(&state.to_ne_bytes());
    // The kernel's own order: destination, hardware, then what nobody asked for.
    match ip.parse().unwrap() {
        IpAddr::V4(v4) => body.extend(attribute(DESTINATION, &v4.octets())),
        IpAddr::V6(v6) => body.extend(attribute(DESTINATION, &v6.octets())),
    }
    body.extend(attribute(HARDWARE, mac));
    body.extend(attribute(4, &[0; 4]));
    message(NEW_NEIGHBOUR, &body)
}

const MAC: [u8; 6] = [0, 0x1b, 0x21, 0x3c, 0x4d, 0x5e];

#[test]
fn only_neighbours_that_were_true_at_some_time_are_told() {
    let mut bytes = Vec::new();
    for state in [0x02, 0x04, 0x08, 0x10, 0x80] {
        bytes.extend(entry(&format!("10.0.0.{state}"), &MAC, state));
    }
    bytes.extend(entry("fd00::1", &MAC, 0x02));
    // Incomplete, failed, no ARP; not one machine's; not an address that means one host; not Ethernet.
    for state in [0x00, 0x01, 0x20, 0x40] {
        bytes.extend(entry("10.0.1.1", &MAC, state));
    }
    bytes.extend(entry("10.0.1.2", &[0; 6], 0x02));
    bytes.extend(entry("10.0.1.3", &[1, 0, 0x5e, 0, 0, 1], 0x02));
    bytes.extend(entry("10.0.1.4", &[0; 20], 0x02));
    for ip in [
        "fe80::1",
        "ff02::1",
        "169.254.1.1",
        "127.0.0.1",
        "224.0.0.1",
        "::1",
    ] {
        bytes.extend(entry(ip, &MAC, 0x02));
    }
    bytes.extend(message(DONE, &[0; 4]));
    let mut dump = Dump::default();
    read(&bytes, &mut dump).unwrap();
    let ips: Vec<String> = dump.neighbours.iter().map(|n| n.ip.to_string()).collect();
    assert_eq!(
        ips,
        [
            "10.0.0.2",
            "10.0.0.4",
            "10.0.0.8",
            "10.0.0.16",
            "10.0.0.128",
            "fd00::1"
        ]
    );
    assert!(dump.is_done && dump.neighbours.iter().all(|n| n.mac == Mac(MAC)));
}

#[test]
fn what_is_cut_or_wrong_is_an_error_or_nothing_but_no_panic() {
    let whole = [entry("10.0.0.1", &MAC, 2), message(DONE, &[0; 4])].concat();
    for at in 0..whole.len() {
        let mut dump = Dump::default();
        let _ = read(&whole[..at], &mut dump);
        assert!(!dump.is_done, "cut at {at}");
        for value in [0, 1, 0x7f, 0xff] {
            let mut wrong = whole.clone();
            wrong[at] = value;
            let _ = read(&wrong, &mut Dump::default());
        }
    }
    let refused = message(ERROR, &(-1_i32).to_ne_bytes());
    let error = read(&refused, &mut Dump::default()).unwrap_err();
    assert_eq!(error.raw_os_error(), Some(1), "not permitted");
}

#[test]
fn the_kernel_answers() {
    let neighbours = KernelTable.read().unwrap().unwrap();
    assert!(
        neighbours
            .iter()
            .all(|n| is_lasting(n.ip) && n.mac.is_of_one())
    );
}
