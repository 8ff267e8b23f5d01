//! The registered names of TCP ports, and which ports are asked first.

use std::sync::LazyLock;

use domain::port::set::PortSet;

/// `port name` a line, ascending; its head says where it is from.
const REGISTRY: &str = include_str!("services.txt");

static SERVICES: LazyLock<Vec<(u16, &'static str)>> = LazyLock::new(|| {
    let lines = REGISTRY.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| {
            let (port, name) = line.split_once(' ')?;
            Some((port.parse().ok()?, name))
        })
        .collect()
});

/// The registered name of a TCP port.
pub(super) fn name(port: u16) -> Option<&'static str> {
    let at = SERVICES
        .binary_search_by_key(&port, |(port, _)| *port)
        .ok()?;
    Some(SERVICES[at].1)
}

/// The `count` ports that are asked first: those of [`COMMON`], then the registered ones in ascending order, then the
/// rest.
pub(super) fn top(count: u16) -> PortSet {
    let mut chosen = vec![false; usize::from(u16::MAX) + 1];
    let registered = SERVICES.iter().map(|(port, _)| *port);
    let order = COMMON.into_iter().chain(registered).chain(1..=u16::MAX);
    let fresh = order.filter(|port| !std::mem::replace(&mut chosen[usize::from(*port)], true));
    fresh.take(usize::from(count)).collect()
}

/// Written by hand, from what people run in offices, homes and racks: the web first, then ways in, files, mail, names,
/// databases, queues, what is managed and what manages, media, printers, things.
#[rustfmt::skip]
const COMMON: [u16; 231] = [
    // The web and its usual other doors.
    80, 443, 8080, 8443, 8000, 8008, 8081, 8888, 3000, 5000, 9000, 9443, 8082, 8083, 8088, 8180, 8090, 7080, 10443,
    81, 4443, 8001, 9080, 8089, 8086, 8181, 8444, 8880, 3001, 5001, 82, 88, 444, 7443, 8085, 8084, 9001, 9002, 10000,
    // Ways in.
    22, 23, 3389, 5900, 2222, 5901, 5800, 22222, 4899, 5938, 5985, 5986, 513, 514, 512, 1723, 1194, 500, 4500, 992,
    // Files.
    21, 445, 139, 2049, 111, 548, 873, 990, 20, 69, 3260, 24007, 8200,
    // Mail.
    25, 110, 143, 587, 993, 995, 465, 4190, 24, 2525,
    // Names, directories, time.
    53, 389, 636, 464, 3268, 3269, 135, 749, 853, 37, 13, 113, 43,
    // Databases, caches, queues, search.
    3306, 5432, 1433, 1521, 6379, 27017, 27018, 11211, 9200, 9300, 5984, 9042, 7000, 7001, 50000, 1434, 2483, 3050,
    5672, 15672, 5671, 1883, 8883, 4222, 6222, 8222, 61616, 9092, 2181, 2379, 2380, 28017, 33060, 6380, 7474, 7687,
    8123, 5433,
    // What is managed, and what manages.
    161, 10250, 6443, 2375, 2376, 5044, 5601, 9090, 9091, 9093, 9100, 9115, 9153, 3100, 8006, 8007, 902, 903, 5480,
    623, 17990, 17988, 16992, 16993, 4786, 8291, 8728, 8729, 1311, 5666, 10050, 10051, 4505, 4506, 8140, 8500, 8501,
    8300, 8301, 8600, 4646, 10255, 179, 830, 49, 1812, 19999, 6556, 1099, 8686, 9990, 4848, 7002, 8009, 10001, 9999,
    // Voice, media, cameras, games.
    5060, 5061, 554, 8554, 1935, 32400, 8096, 8920, 7878, 8989, 9117, 6789, 3478, 5349, 25565, 27015, 37777, 34567,
    1720, 2000, 6881, 51413, 9981, 3689, 7070,
    // Printers and things.
    631, 515, 9101, 9102, 1400, 502, 102, 20000, 47808, 44818, 8060, 49152, 49153, 62078, 5353, 1900, 5555,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_registry() {
        for (port, expected) in [
            (22, Some("ssh")),
            (80, Some("http")),
            (443, Some("https")),
            (631, Some("ipp")),
            (5432, Some("postgresql")),
            (25565, None),
            (65535, None),
        ] {
            assert_eq!(name(port), expected, "{port}");
        }
    }

    #[test]
    fn the_registry_is_read_whole_and_is_in_order() {
        let lines = REGISTRY.lines().filter(|line| !line.starts_with('#'));
        assert_eq!(SERVICES.len(), lines.count());
        assert!(SERVICES.is_sorted_by(|before, after| before.0 < after.0));
        assert!(SERVICES.len() > 5_000);
    }

    #[test]
    fn so_many_as_were_asked_for_are_chosen() {
        for count in [1, 20, 100, 1_000, 6_000, u16::MAX] {
            assert_eq!(top(count).len(), u32::from(count));
        }
        let twenty = top(20);
        assert!(twenty.contains(80) && twenty.contains(443) && !twenty.contains(7));
        let thousand = top(1_000);
        assert!(COMMON.into_iter().all(|port| thousand.contains(port)));
    }
}
