//! The ports that a close look asks: what is common, and what is a risk where it is open. `domain::risk` has the reasons
//! of the latter.

use super::access::Asked;

/// A port and the service that is usually behind it.
#[rustfmt::skip]
pub(super) const COMMON: [(u16, &str); 104] = [
    (20, "ftp-data"), (21, "ftp"), (22, "ssh"), (23, "telnet"), (25, "smtp"), (53, "domain"), (79, "finger"), (80, "http"),
    (81, "http"), (88, "kerberos"), (102, "iso-tsap"), (110, "pop3"), (111, "rpcbind"), (113, "ident"), (119, "nntp"),
    (135, "msrpc"), (139, "netbios-ssn"), (143, "imap"), (179, "bgp"), (389, "ldap"), (443, "https"), (445, "microsoft-ds"),
    (465, "submissions"), (502, "modbus"), (512, "exec"), (513, "login"), (514, "shell"), (515, "printer"), (548, "afp"),
    (554, "rtsp"), (587, "submission"), (631, "ipp"), (636, "ldaps"), (873, "rsync"), (902, "vmware-auth"), (990, "ftps"),
    (993, "imaps"), (995, "pop3s"), (1080, "socks5"), (1099, "java-rmi"), (1433, "ms-sql-s"), (1521, "oracle"),
    (1723, "pptp"), (1883, "mqtt"), (2049, "nfs"), (2082, "http"), (2083, "https"), (2181, "zookeeper"), (2222, "ssh"),
    (2323, "telnet"), (2375, "docker"), (2376, "docker-s"), (2379, "etcd-client"), (2380, "etcd-server"), (3000, "http"),
    (3128, "http-proxy"), (3268, "ldap"), (3306, "mysql"), (3389, "ms-wbt-server"), (4000, "nomachine"),
    (4786, "smart-install"), (5000, "http"), (5060, "sip"), (5432, "postgresql"), (5555, "adb"), (5601, "http"),
    (5631, "pcanywheredata"), (5672, "amqp"), (5800, "vnc-http"), (5900, "vnc"), (5901, "vnc"), (5984, "couchdb"),
    (5985, "wsman"), (5986, "wsmans"), (6000, "X11"), (6379, "redis"), (6443, "kubernetes"), (7000, "cassandra"),
    (7077, "spark"), (7547, "http"), (8000, "http"), (8008, "http"), (8080, "http"), (8081, "http"), (8088, "http"),
    (8118, "http-proxy"), (8291, "winbox"), (8443, "https"), (8883, "mqtt-s"), (8888, "http"), (9000, "http"),
    (9042, "cassandra-native"), (9090, "http"), (9092, "kafka"), (9100, "jetdirect"), (9200, "elasticsearch"),
    (9300, "elasticsearch"), (9443, "https"), (10000, "http"), (10250, "kubelet"), (11211, "memcached"),
    (15672, "http"), (27017, "mongod"), (50070, "hadoop"),
];

/// The service that is usually behind a port.
pub(super) fn name(port: u16) -> Option<&'static str> {
    let found = COMMON.iter().find(|(number, _)| *number == port);
    found.map(|(_, name)| *name)
}

/// How a service is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Talk {
    /// It is asked for a page.
    Http,
    /// It is asked for its certificate.
    Tls,
    /// Its certificate first, then a page.
    Https,
    /// It is listened to.
    Listen,
    /// It is asked in its own language.
    Ask(Asked),
}

/// Whether a service that is no web server answers like one, and can't be told from one by a page.
pub(super) fn is_like_web(port: u16) -> bool {
    matches!(port, 631 | 5985 | 5986 | 6443 | 10250)
}

/// How the service that is usually behind a port is spoken to.
pub(super) fn talk(port: u16) -> Talk {
    match port {
        465 | 636 | 990 | 993 | 995 | 2376 | 8883 => Talk::Tls,
        6443 | 10250 | 5986 => Talk::Https,
        9200 | 5984 | 2375 | 2379 | 5985 | 631 => Talk::Http,
        6379 => Talk::Ask(Asked::Redis),
        11211 => Talk::Ask(Asked::Memcached),
        27017 => Talk::Ask(Asked::Mongo),
        _ => match name(port) {
            Some("http") => Talk::Http,
            Some("https") => Talk::Https,
            _ => Talk::Listen,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_port_is_asked_once_in_order() {
        assert!(COMMON.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(talk(443), Talk::Https);
        assert_eq!(talk(8080), Talk::Http);
        assert_eq!(talk(22), Talk::Listen);
        assert_eq!(talk(6379), Talk::Ask(Asked::Redis));
        assert_eq!(talk(4242), Talk::Listen);
    }
}
