//! What is open at each host of the sample network, and when that changed.

use super::{Member, Network};
use domain::{
    port::{Coverage, OpenPort, PortReport, Proto, Service, profile::Ports, set::PortSet},
    time::Timestamp,
};
use std::{net::IpAddr, time::Duration};

/// A TCP port and what answers there: number, service, product, version; empty = unknown.
#[derive(Clone, Copy, Debug)]
struct Line(u16, &'static str, &'static str, &'static str);

const SSH: Line = Line(22, "ssh", "OpenSSH", "9.2p1");
const NGINX: [Line; 2] = [
    Line(80, "http", "nginx", "1.24.0"),
    Line(443, "https", "nginx", "1.24.0"),
];
const WINDOWS: [Line; 3] = [
    Line(135, "msrpc", "Microsoft Windows RPC", ""),
    Line(139, "netbios-ssn", "Microsoft Windows netbios-ssn", ""),
    Line(445, "microsoft-ds", "", ""),
];
/// Ports that are open somewhere and not among the first.
const HIGH: [u16; 13] = [
    993, 1883, 2049, 3000, 3389, 5060, 5432, 8006, 8080, 9090, 9100, 9443, 16992,
];

/// What is open at hosts whose name begins like this.
const USUAL: [(&str, &[Line]); 21] = [
    ("gw-", &[SSH, Line(53, "domain", "Unbound", "1.17.1")]),
    (
        "sw-",
        &[
            Line(22, "ssh", "RomSShell sshd", "4.62"),
            Line(23, "telnet", "", ""),
        ],
    ),
    (
        "printer-",
        &[
            Line(80, "http", "", ""),
            Line(515, "printer", "", ""),
            Line(631, "ipp", "CUPS", "2.4"),
            Line(9100, "jetdirect", "", ""),
        ],
    ),
    ("desk-", &WINDOWS),
    (
        "phone-",
        &[
            Line(80, "http", "lighttpd", "1.4.59"),
            Line(5060, "sip", "", ""),
        ],
    ),
    (
        "hv-",
        &[
            SSH,
            Line(8006, "https", "Proxmox Virtual Environment", "8.1"),
        ],
    ),
    ("dns-", &[SSH, Line(53, "domain", "ISC BIND", "9.18.24")]),
    ("dhcp-", &[SSH]),
    (
        "db-",
        &[SSH, Line(5432, "postgresql", "PostgreSQL DB", "15.6")],
    ),
    ("web-", &[SSH, NGINX[0], NGINX[1]]),
    (
        "mail-",
        &[
            SSH,
            Line(25, "smtp", "Postfix smtpd", ""),
            Line(587, "submission", "Postfix smtpd", ""),
            Line(993, "imaps", "Dovecot imapd", ""),
        ],
    ),
    (
        "nas-",
        &[
            SSH,
            Line(21, "ftp", "ProFTPD", "1.3.5"),
            Line(445, "microsoft-ds", "Samba smbd", "4.6.2"),
            Line(2049, "nfs", "", "3-4"),
        ],
    ),
    ("backup-", &[SSH, Line(9443, "https", "", "")]),
    ("build-", &[SSH]),
    (
        "monitor-",
        &[
            SSH,
            Line(3000, "http", "Grafana http", "10.2.3"),
            Line(9090, "http", "Prometheus", "2.48.1"),
        ],
    ),
    (
        "bmc-",
        &[
            Line(80, "http", "", ""),
            Line(443, "https", "", ""),
            Line(16992, "http", "Intel AMT", ""),
        ],
    ),
    (
        "cam-",
        &[
            Line(80, "http", "Hikvision httpd", ""),
            Line(554, "rtsp", "", ""),
        ],
    ),
    (
        "temp-",
        &[
            Line(80, "http", "lwIP http", ""),
            Line(1883, "mqtt", "", ""),
        ],
    ),
    ("door-", &[Line(443, "https", "", "")]),
    ("alarm-", &[]),
    ("spare-", &[]),
];

/// What changed at a host.
#[derive(Clone, Copy, Debug)]
enum What {
    Opens(Line),
    Closes(u16),
    /// Another version answers at a port.
    Becomes(u16, &'static str),
}

/// Minutes before the end of the past, the host, and what changed.
const CHANGES: [(u64, &str, What); 12] = [
    (110 * 60 + 20, "10.20.20.60", What::Closes(21)),
    (74 * 60 + 10, "10.20.20.41", What::Becomes(80, "1.26.2")),
    (74 * 60 + 10, "10.20.20.41", What::Becomes(443, "1.26.2")),
    (50 * 60 + 5, "10.20.20.10", What::Becomes(22, "9.6p1")),
    (49 * 60 + 50, "10.20.20.11", What::Becomes(22, "9.6p1")),
    (
        30 * 60 + 14,
        "10.20.30.16",
        What::Opens(Line(23, "telnet", "BusyBox telnetd", "")),
    ),
    (29 * 60, "10.20.20.30", What::Becomes(5432, "15.8")),
    (
        20 * 60 + 40,
        "10.20.10.24",
        What::Opens(Line(
            3389,
            "ms-wbt-server",
            "Microsoft Terminal Services",
            "",
        )),
    ),
    (12 * 60 + 5, "10.20.10.24", What::Closes(3389)),
    (11 * 60 + 30, "10.20.30.2", What::Closes(23)),
    (
        5 * 60 + 12,
        "10.20.20.71",
        What::Opens(Line(8080, "http", "Jetty", "10.0.18")),
    ),
    (
        3 * 60 + 33,
        "10.20.30.12",
        What::Opens(Line(23, "telnet", "BusyBox telnetd", "")),
    ),
];

impl Network {
    /// What a scan of the wanted ports of an address finds at some moment; `None` when nobody answers.
    pub fn ports(&self, ip: IpAddr, at: Timestamp, wanted: &Ports) -> Option<PortReport> {
        let member = self.members.get(&ip)?;
        if member.is_silent(self.until, at) || member.is_cut_off(self.until, at) {
            return None;
        }
        let tcp = asked(wanted);
        let open = self.lines(ip, member, at).into_iter();
        let open = open.filter(|line| tcp.contains(line.0)).map(port).collect();
        let covered = Coverage {
            tcp,
            ..Coverage::default()
        };
        Some(PortReport {
            covered,
            open,
            responded: true,
            versions: true,
        })
    }

    /// When the ports of which host changed, in the order of time.
    pub(crate) fn port_changes(&self) -> Vec<(Timestamp, IpAddr)> {
        let changes = CHANGES.iter().filter_map(|(minutes, ip, _)| {
            let at = self.until.minus(Duration::from_mins(*minutes));
            Some((at, ip.parse().ok()?))
        });
        changes.filter(|(at, _)| *at > self.from()).collect()
    }

    fn lines(&self, ip: IpAddr, member: &Member, at: Timestamp) -> Vec<Line> {
        let mut lines = member.usual().to_vec();
        let name = ip.to_string();
        for (minutes, host, what) in &CHANGES {
            if *host != name || at < self.until.minus(Duration::from_mins(*minutes)) {
                continue;
            }
            match what {
                What::Opens(line) => lines.push(*line),
                What::Closes(port) => lines.retain(|line| line.0 != *port),
                What::Becomes(port, version) => {
                    if let Some(line) = lines.iter_mut().find(|line| line.0 == *port) {
                        line.3 = version;
                    }
                }
            }
        }
        lines.sort_by_key(|line| line.0);
        lines
    }
}

impl Member {
    fn usual(&self) -> &'static [Line] {
        let Some(text) = &self.text else {
            // Whoever got a lease: every third is a computer with its doors open.
            return if self.key.is_multiple_of(3) {
                &WINDOWS
            } else {
                &[]
            };
        };
        let usual = USUAL
            .iter()
            .find(|(name, _)| text.hostname.starts_with(name));
        usual.map_or(&[], |(_, lines)| *lines)
    }
}

/// The most usual ports are the first ones, and those that are open somewhere.
fn asked(wanted: &Ports) -> PortSet {
    match wanted {
        Ports::List(ports) => ports.clone(),
        Ports::Top(count) => {
            let count = usize::from(*count);
            let high = HIGH.into_iter().take(count);
            let low = (1..=u16::MAX).filter(|port| !HIGH.contains(port));
            high.chain(low).take(count).collect()
        }
    }
}

fn port(Line(port, name, product, version): Line) -> OpenPort {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    OpenPort {
        proto: Proto::Tcp,
        port,
        service: Service {
            name: some(name),
            product: some(product),
            version: some(version),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::port::profile::ScanProfile;

    const UNTIL: Timestamp = Timestamp(1_800_433_800_000);

    fn open(network: &Network, ip: &str, at: Timestamp) -> Option<Vec<u16>> {
        let wanted = ScanProfile::default().ports;
        let report = network.ports(ip.parse().unwrap(), at, &wanted)?;
        assert_eq!(report.covered.len(), 1000);
        Some(report.open.iter().map(|port| port.port).collect())
    }

    #[test]
    fn hosts_of_a_kind_have_its_ports_and_some_of_them_change() {
        let network = Network::new(1, UNTIL);
        assert_eq!(
            open(&network, "10.20.20.40", UNTIL),
            Some(vec![22, 80, 443])
        );
        let mail = open(&network, "10.20.20.50", UNTIL);
        assert_eq!(mail, Some(vec![22, 25, 587, 993]));
        assert_eq!(open(&network, "10.20.20.61", UNTIL), None, "it is down");
        assert_eq!(open(&network, "10.20.20.99", UNTIL), None, "nobody");
        let before = |minutes| UNTIL.minus(Duration::from_mins(minutes));
        let desk = |minutes| open(&network, "10.20.10.24", before(minutes)).unwrap();
        assert!(!desk(21 * 60).contains(&3389) && desk(20 * 60).contains(&3389));
        assert!(!desk(0).contains(&3389));
        let few = Ports::List("22,8080".parse().unwrap());
        let report = network
            .ports("10.20.20.71".parse().unwrap(), UNTIL, &few)
            .unwrap();
        assert_eq!((report.open.len(), report.covered.len()), (2, 2));
    }

    #[test]
    fn every_change_has_a_host_and_a_port_that_can_be_found() {
        let network = Network::new(1, UNTIL);
        assert!(network.port_changes().is_sorted());
        assert_eq!(network.port_changes().len(), CHANGES.len());
        for (minutes, ip, what) in CHANGES {
            let at = |late: bool| UNTIL.minus(Duration::from_mins(minutes - u64::from(late)));
            let ports = |late| {
                network
                    .ports(ip.parse().unwrap(), at(late), &Ports::Top(1000))
                    .map(|it| it.open)
            };
            let before = UNTIL.minus(Duration::from_mins(minutes + 1));
            let old = network
                .ports(ip.parse().unwrap(), before, &Ports::Top(1000))
                .map(|it| it.open);
            assert!(old.is_some() && old != ports(true), "{ip} {what:?}");
        }
    }
}
