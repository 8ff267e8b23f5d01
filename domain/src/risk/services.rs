//! Services that are a risk where strangers reach them: one row each, for a public address; a private one is a step lower.
//!
//! Severities follow Shadowserver's (critical: control or data without a password; high: belongs behind a firewall;
//! medium: cleartext or an amplifier) and the list of management interfaces of CISA BOD 23-02.

use super::{
    Confidence, PortFact,
    Severity::{self, Critical, High, Medium},
};
use crate::port::Proto;

/// A service that is a risk where strangers reach it.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    proto: Proto,
    ports: &'static [u16],
    /// As scanners name it, in lower case.
    services: &'static [&'static str],
    pub(super) severity: Severity,
    pub(super) why: &'static str,
    pub(super) fix: &'static str,
    /// One of those that BOD 23-02 wants off the public internet.
    pub(super) is_management: bool,
}

/// The rule about a port, and how sure it is that the port is meant.
///
/// What a service said of itself outranks its port's number: a web server on 6379 is no Redis.
pub(super) fn rule(port: &PortFact) -> Option<(&'static Rule, Confidence)> {
    let name = port.service.name.as_deref().filter(|_| port.is_probed);
    let rules = || RULES.iter().filter(|rule| rule.proto == port.proto);
    match name {
        Some(name) => rules()
            .find(|rule| rule.services.contains(&name))
            .map(|rule| (rule, Confidence::Probable)),
        None => rules()
            .find(|rule| rule.ports.contains(&port.port))
            .map(|rule| (rule, Confidence::Inferred)),
    }
}

macro_rules! rules {
    ($($id:literal $name:literal $proto:ident $ports:expr, $services:expr, $severity:ident, $why:literal, $fix:literal, $management:literal;)*) => {
        [$(Rule {
            id: $id, name: $name, proto: Proto::$proto, ports: &$ports, services: &$services, severity: $severity,
            why: $why, fix: $fix, is_management: $management,
        }),*]
    };
}

#[rustfmt::skip]
static RULES: [Rule; 58] = rules![
    "docker" "The Docker API" Tcp [2375], ["docker"], Critical, "whoever reaches it is root on the host", "Close it; use the Unix socket, or 2376 with client certificates", false;
    "etcd" "etcd" Tcp [2379, 2380], ["etcd-client", "etcd-server"], Critical, "it holds a cluster's secrets and often asks for no password", "Ask for client certificates and keep it on a private network", false;
    "adb" "The Android debug bridge" Tcp [5555], ["adb", "freeciv"], Critical, "it gives a shell without a password", "Switch debugging over the network off", false;
    "smart_install" "Cisco Smart Install" Tcp [4786], ["smart-install"], Critical, "it has no authentication by design", "Switch it off (no vstack) or admit only the director", true;
    "r_services" "An r-service (rexec, rlogin, rsh)" Tcp [512, 513, 514], ["exec", "login", "shell"], Critical, "it trusts addresses and sends passwords readable", "Remove it and use SSH", true;
    "kubelet" "The kubelet API" Tcp [10250], ["kubelet"], Critical, "it runs commands in every pod if anonymous access is on", "Switch anonymous access off and admit only the control plane", false;
    "telnet" "Telnet" Tcp [23, 2323], ["telnet"], Critical, "logins are readable and botnets look for it", "Switch it off and use SSH", true;
    "java_debug" "The Java debugger" Tcp [8000, 5005], ["jdwp"], Critical, "whoever reaches it runs code", "Start without the debug agent", false;
    "jmx" "Java RMI or JMX" Tcp [1099], ["java-rmi", "rmiregistry"], High, "it often runs code for strangers", "Bind it to loopback, or ask for TLS and a password", false;
    "ipmi" "IPMI" Udp [623], ["asf-rmcp", "ipmi"], Critical, "it gives away password hashes and controls the machine below its system", "Keep it on a management network only", true;
    "kubernetes" "The Kubernetes API" Tcp [6443], ["kubernetes"], High, "it controls the whole cluster", "Make the endpoint private or admit known addresses only", false;
    "smb" "SMB file sharing" Tcp [445], ["microsoft-ds"], High, "worms and ransomware spread by it", "Block it at the edge; reach files through a VPN", true;
    "windows_rpc" "Windows RPC or NetBIOS" Tcp [135, 139, 593], ["msrpc", "netbios-ssn", "ncacn_http"], High, "it is meant for the inside of a Windows network", "Block it at the edge", true;
    "rdp" "Remote Desktop (RDP)" Tcp [3389], ["ms-wbt-server"], High, "it is the way in that ransomware uses most", "Put it behind a VPN or a gateway with a second factor", true;
    "vnc" "VNC" Tcp [5800, 5900, 5901, 5902, 5903, 5904, 5905, 5906], ["vnc", "vnc-http"], High, "its passwords are weak or absent", "Reach it through SSH or a VPN", true;
    "nomachine" "NoMachine" Tcp [4000], ["nomachine", "nxd"], High, "it is a remote desktop", "Put it behind a VPN", true;
    "pcanywhere" "pcAnywhere" Tcp [5631, 5632], ["pcanywheredata"], High, "nobody maintains it any more", "Remove it", true;
    "x11" "X11" Tcp [6000, 6001, 6002, 6003, 6004, 6005], ["x11"], High, "whoever reaches it may see the screen and the keys", "Start it with -nolisten tcp; use ssh -X", true;
    "winrm" "WinRM" Tcp [5985, 5986], ["wsman", "wsmans"], High, "it administers Windows from afar", "Put it behind a VPN", true;
    "snmp" "SNMP" Udp [161], ["snmp"], High, "default communities are common, and it amplifies attacks", "Use version 3 and admit the monitoring host only", true;
    "tftp" "TFTP" Udp [69], ["tftp"], High, "it asks for no password", "Remove it or admit known addresses only", true;
    "nfs" "NFS" Tcp [2049], ["nfs", "nfs_acl"], High, "it trusts addresses", "Restrict the exports; use Kerberos or a VPN", false;
    "rsync" "rsync" Tcp [873], ["rsync"], High, "modules are often readable without a password", "Ask for a password, or use rsync over SSH", false;
    "ldap" "LDAP" Tcp [389, 3268], ["ldap"], High, "it tells who is who, and logins are readable", "Use LDAPS behind a firewall", false;
    "mssql" "Microsoft SQL Server" Tcp [1433, 1434], ["ms-sql-s", "ms-sql-m"], High, "databases are guessed at day and night", "Keep it on a private network", false;
    "oracle" "Oracle Database" Tcp [1521], ["oracle-tns", "oracle"], High, "databases are guessed at day and night", "Keep it on a private network", false;
    "mysql" "MySQL or MariaDB" Tcp [3306, 33060], ["mysql", "mysqlx"], High, "databases are guessed at day and night", "Bind it to loopback, or ask for TLS from known addresses", false;
    "postgresql" "PostgreSQL" Tcp [5432], ["postgresql"], High, "databases are guessed at day and night", "Bind it to loopback; admit the rest by hostssl lines only", false;
    "redis" "Redis" Tcp [6379, 6380], ["redis"], High, "without a password it runs code for strangers", "Set a password and rules, keep protected mode on", false;
    "mongodb" "MongoDB" Tcp [27017, 27018, 27019], ["mongod", "mongodb"], High, "databases without a password are held to ransom", "Switch authorization on and bind it to loopback", false;
    "elasticsearch" "Elasticsearch" Tcp [9200, 9300], ["elasticsearch", "wap-wsp"], High, "indexes without a password are held to ransom", "Switch security on and keep it on a private network", false;
    "couchdb" "CouchDB" Tcp [5984], ["couchdb"], High, "older ones let everybody administer them", "Set an administrator and require_valid_user", false;
    "cassandra" "Cassandra" Tcp [7000, 9042], ["cassandra", "cassandra-native"], High, "it asks for no password unless told to", "Switch authentication on and keep it on a private network", false;
    "hadoop" "Hadoop" Tcp [50070, 50075, 8020], ["hadoop"], High, "it asks for no password unless told to", "Use Kerberos on a private network", false;
    "spark" "Spark or YARN" Tcp [7077, 8088], ["spark", "radan-http"], High, "whoever submits a job runs code", "Keep it on a private network", false;
    "winbox" "MikroTik Winbox" Tcp [8291], ["winbox"], High, "old versions give the password away", "Admit the management network only", true;
    "memcached_udp" "Memcached over UDP" Udp [11211], ["memcached", "memcache"], High, "it amplifies attacks like nothing else", "Switch UDP off (-U 0)", false;
    "memcached" "Memcached" Tcp [11211], ["memcached", "memcache"], Medium, "it asks for no password", "Bind it to loopback", false;
    "ftp" "FTP" Tcp [21], ["ftp"], Medium, "logins are readable on the way", "Use SFTP, or FTP over TLS only", true;
    "pop3" "POP3 without TLS" Tcp [110], ["pop3"], Medium, "logins are readable on the way", "Offer POP3S (995) only", false;
    "imap" "IMAP without TLS" Tcp [143], ["imap"], Medium, "logins are readable on the way", "Offer IMAPS (993) only", false;
    "rpcbind" "rpcbind" Tcp [111], ["rpcbind"], Medium, "it tells what runs here", "Block it at the edge", false;
    "rpcbind_udp" "rpcbind over UDP" Udp [111], ["rpcbind"], Medium, "it amplifies attacks", "Block it at the edge", false;
    "afp" "AFP file sharing" Tcp [548], ["afp"], Medium, "it is meant for a local network", "Block it at the edge", false;
    "printer" "A printer" Tcp [515, 631, 9100], ["printer", "ipp", "jetdirect"], Medium, "strangers can print and often read its settings", "Keep printers on the local network", false;
    "zookeeper" "ZooKeeper" Tcp [2181], ["zookeeper"], Medium, "it gives settings away", "Set access rules and keep it on a private network", false;
    "kafka" "Kafka" Tcp [9092], ["kafka", "xmlipcregsvc"], Medium, "it asks for no password unless told to", "Use SASL over TLS", false;
    "rabbitmq" "RabbitMQ" Tcp [5672, 15672], ["amqp"], Medium, "the guest account is well known", "Change the accounts and keep it on a private network", false;
    "mqtt" "MQTT without TLS" Tcp [1883], ["mqtt"], Medium, "logins and readings are readable, and often nobody has to log in", "Use 8883 with passwords", false;
    "proxy" "A proxy" Tcp [1080, 3128, 8118], ["socks5", "socks4", "socks-proxy", "http-proxy", "squid-http"], Medium, "if it is open, others' deeds carry this address", "Ask for a password or close it", false;
    "sip" "SIP" Tcp [5060], ["sip"], Medium, "calls are placed at the owner's cost", "Admit the provider's addresses only", false;
    "sip_udp" "SIP" Udp [5060], ["sip"], Medium, "calls are placed at the owner's cost", "Admit the provider's addresses only", false;
    "dns_udp" "DNS" Udp [53], ["domain"], Medium, "a resolver that answers everybody amplifies attacks", "Answer recursive questions for the own network only", false;
    "ntp" "NTP" Udp [123], ["ntp"], Medium, "old ones amplify attacks", "Set noquery and nomonitor", false;
    "ssdp" "SSDP" Udp [1900], ["upnp"], Medium, "it amplifies attacks and gives devices away", "Block it at the edge", false;
    "mdns" "mDNS" Udp [5353], ["mdns", "zeroconf"], Medium, "it amplifies attacks and gives names away", "Block it at the edge", false;
    "modbus" "Modbus" Tcp [502], ["modbus", "mbap"], Critical, "it moves machines and asks for no password", "Keep it on a network of its own", false;
    "s7" "Siemens S7" Tcp [102], ["iso-tsap"], High, "it controls machines", "Keep it on a network of its own", false;
];
