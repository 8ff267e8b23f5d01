//! Who is in the sample network: one invented site, with names that are nobody's.

use super::Text;
use domain::subnet::NewSubnet;

/// A subnet of the site.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) cidr: &'static str,
    name: &'static str,
    notes: &'static str,
    tags: &'static [&'static str],
    /// Whether its hosts are pinged.
    ping: bool,
    /// Whether it is swept.
    discover: bool,
    /// The fastest and the slowest host, in microseconds.
    pub(super) rtt_us: (f64, f64),
    /// Chance that a round stays without an answer.
    pub(super) loss: f64,
    groups: &'static [Group],
}

/// Hosts of one kind, one after the other.
#[derive(Debug)]
struct Group {
    /// The number of the first inside its block.
    first: u16,
    count: u16,
    /// What they are called: with `#`, the number within the group takes its place. Empty = nobody wrote anything.
    name: &'static str,
    what: &'static str,
    tags: &'static [&'static str],
}

const fn group(
    first: u16,
    count: u16,
    name: &'static str,
    what: &'static str,
    tags: &'static [&'static str],
) -> Group {
    Group {
        first,
        count,
        name,
        what,
        tags,
    }
}

/// Where a host is, and what is written about it.
pub(super) struct Place {
    pub(super) number: u16,
    pub(super) text: Option<Text>,
}

pub(super) const OFFICE: usize = 1;
pub(super) const SERVERS: usize = 2;
pub(super) const CAMERAS: usize = 3;
pub(super) const GUESTS: usize = 4;

/// The subnets, outer ones first.
pub(super) const BLOCKS: [Block; 7] = [
    Block {
        cidr: "10.20.0.0/16",
        name: "Site Berlin",
        notes: "Everything in the house. Each floor and purpose has a /24 of its own.",
        tags: &["site"],
        ping: true,
        discover: false,
        rtt_us: (300.0, 900.0),
        loss: 0.0,
        groups: &[],
    },
    Block {
        cidr: "10.20.10.0/24",
        name: "Office",
        notes: "Desks, phones and printers. DHCP gives out .150 to .220.",
        tags: &["office", "dhcp"],
        ping: true,
        discover: true,
        rtt_us: (400.0, 6_000.0),
        loss: 0.000_05,
        groups: &[
            group(1, 1, "gw-office", "Gateway", &["network"]),
            group(2, 3, "sw-office-#", "Access switch", &["network"]),
            group(8, 4, "printer-#", "Printer, floor #", &["printer"]),
            group(20, 24, "desk-#", "Workstation", &["workstation"]),
            group(100, 12, "phone-#", "Desk phone", &["voip"]),
            group(150, 9, "", "", &[]),
            group(187, 1, "", "", &[]),
        ],
    },
    Block {
        cidr: "10.20.20.0/24",
        name: "Servers",
        notes: "Rack 1 to 3 in the basement. Ask before you unplug anything.",
        tags: &["servers"],
        ping: true,
        discover: true,
        rtt_us: (200.0, 1_500.0),
        loss: 0.000_01,
        groups: &[
            group(1, 1, "gw-servers", "Gateway", &["network"]),
            group(2, 2, "sw-core-#", "Core switch", &["network", "core"]),
            group(
                10,
                4,
                "hv-#",
                "Hypervisor, rack 1",
                &["virtualisation", "critical"],
            ),
            group(20, 2, "dns-#", "Resolver", &["dns", "critical"]),
            group(22, 1, "dhcp-1", "DHCP server", &["critical"]),
            group(30, 3, "db-#", "PostgreSQL", &["database", "critical"]),
            group(40, 4, "web-#", "Web server", &["web"]),
            group(50, 2, "mail-#", "Mail server", &["mail"]),
            group(60, 1, "nas-main", "File server", &["storage"]),
            group(
                61,
                1,
                "nas-archive",
                "File server for closed projects",
                &["storage"],
            ),
            group(
                62,
                1,
                "backup-1",
                "Backup target; restarts every night",
                &["backup"],
            ),
            group(70, 3, "build-#", "Build machine", &["ci"]),
            group(80, 1, "monitor-1", "Metrics and alerts", &["monitoring"]),
            group(
                90,
                4,
                "bmc-hv-#",
                "Management board of hv-#",
                &["management"],
            ),
            group(
                200,
                1,
                "spare-hv",
                "Reserved for the fifth hypervisor",
                &["virtualisation"],
            ),
        ],
    },
    Block {
        cidr: "10.20.30.0/24",
        name: "Cameras and sensors",
        notes: "No way out to the internet. The switch of the yard hangs on one fibre.",
        tags: &["iot"],
        ping: true,
        discover: true,
        rtt_us: (700.0, 12_000.0),
        loss: 0.000_1,
        groups: &[
            group(1, 1, "gw-iot", "Gateway", &["network"]),
            group(2, 2, "sw-yard-#", "Switch in the yard", &["network"]),
            group(10, 14, "cam-#", "Camera", &["camera"]),
            group(40, 10, "temp-#", "Temperature sensor", &["sensor"]),
            group(60, 4, "door-#", "Door controller", &["access"]),
            group(80, 5, "", "", &[]),
        ],
    },
    Block {
        cidr: "10.20.40.0/24",
        name: "Guest Wi-Fi",
        notes: "Whoever is in the house. Leases last a day.",
        tags: &["wifi", "dhcp"],
        ping: true,
        discover: true,
        rtt_us: (2_500.0, 30_000.0),
        loss: 0.000_6,
        groups: &[
            group(1, 1, "gw-guests", "Gateway", &["network"]),
            group(101, 8, "", "", &[]),
        ],
    },
    Block {
        cidr: "10.20.90.0/28",
        name: "Alarm system",
        notes: "The maker forbids pings: documented only.",
        tags: &["alarm"],
        ping: false,
        discover: false,
        rtt_us: (1_000.0, 2_000.0),
        loss: 0.0,
        groups: &[
            group(
                1,
                1,
                "alarm-panel",
                "Fire alarm panel",
                &["alarm", "critical"],
            ),
            group(2, 2, "alarm-loop-#", "Detector loop #", &["alarm"]),
        ],
    },
    Block {
        cidr: "2001:db8:20::/64",
        name: "Servers, IPv6",
        notes: "The same machines as in 10.20.20.0/24, where they speak IPv6.",
        tags: &["servers", "ipv6"],
        ping: true,
        discover: false,
        rtt_us: (200.0, 1_500.0),
        loss: 0.000_01,
        groups: &[
            group(1, 1, "gw-servers", "Gateway", &["network"]),
            group(0x20, 2, "dns-#", "Resolver", &["dns", "critical"]),
            group(0x40, 4, "web-#", "Web server", &["web"]),
            group(0x50, 2, "mail-#", "Mail server", &["mail"]),
        ],
    },
];

impl Block {
    pub(super) fn subnet(&self) -> NewSubnet {
        NewSubnet {
            cidr: self.cidr.into(),
            name: self.name.into(),
            notes: Some(self.notes.into()),
            tags: strings(self.tags),
            ping: Some(self.ping),
            discover: Some(self.discover),
            ..NewSubnet::default()
        }
    }
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The hosts of a block.
pub(super) fn places(block: &Block) -> impl Iterator<Item = Place> {
    block.groups.iter().flat_map(|group| {
        (0..group.count).map(|n| Place {
            number: group.first + n,
            text: group.text(n + 1),
        })
    })
}

impl Group {
    fn text(&self, n: u16) -> Option<Text> {
        if self.name.is_empty() {
            return None;
        }
        let digits = if self.count > 9 { 2 } else { 1 };
        let numbered = |pattern: &str| pattern.replace('#', &format!("{n:0digits$}"));
        let hostname = numbered(self.name);
        Some(Text {
            notes: notes(&hostname),
            reserved: hostname == "spare-hv",
            description: self.what.replace('#', &n.to_string()),
            tags: strings(self.tags),
            hostname: format!("{hostname}.berlin.example"),
        })
    }
}

fn notes(hostname: &str) -> Option<String> {
    let notes = match hostname {
        "db-1" => "Primary. db-2 and db-3 follow it; fail over with the script in the wiki.",
        "nas-main" => "Two shelves, 24 disks.\nSupport contract until the end of the year.",
        "sw-yard-1" => "In the cabinet behind the bicycle shed. Key at the reception.",
        "gw-office" => "Firmware updates on the first Monday of the month.",
        "spare-hv" => "Ordered, not delivered yet: its silence is expected.",
        _ => return None,
    };
    Some(notes.into())
}
