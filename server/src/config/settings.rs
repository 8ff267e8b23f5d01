//! Every setting, once: its names, default and words. The flags, `--help`, `.env.example` and the check for unknown
//! names are made from this table.

/// A setting as an operator sees it.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Name in the environment and in `.env`.
    pub name: &'static str,
    /// Flag on the command line, without the dashes; secrets have none, since other users can read command lines.
    pub flag: Option<&'static str>,
    /// What kind of value: a placeholder for `--help`.
    pub value: &'static str,
    /// What holds when nothing is given; empty = nothing.
    pub default: &'static str,
    /// What it does, its unit and its range.
    pub help: &'static str,
    /// Under which heading it stands.
    pub group: &'static str,
}

impl Setting {
    /// Whether its value is never shown.
    pub fn is_secret(&self) -> bool {
        self.flag.is_none()
    }

    /// Its line in `.env` with the default, in quotes where that has spaces.
    pub fn line(&self) -> String {
        let quote = if self.default.contains(' ') { "\"" } else { "" };
        format!("{}={quote}{}{quote}", self.name, self.default)
    }

    /// Whether it is a switch, so that the bare flag means on.
    pub fn is_switch(&self) -> bool {
        self.value == SWITCH
    }
}

/// The setting of this name.
pub fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

/// The `.env.example`: every setting with its words, switched off by a `#`.
pub fn example() -> String {
    let mut group = "";
    let settings = SETTINGS.iter().map(|setting| {
        let heading = match setting.group {
            same if same == group => String::new(),
            new => {
                group = new;
                format!("\n## {new}\n")
            }
        };
        format!("{heading}\n# {}\n#{}\n", setting.help, setting.line())
    });
    let lead = "# Settings of Rollcall. Copy this file to `.env` in the working directory and remove the `#` in front of what you change.\n\
        # A flag outranks the environment, the environment outranks this file; `rollcall --help` tells the flags.\n";
    std::iter::once(lead.to_owned()).chain(settings).collect()
}

const SWITCH: &str = "0|1";
const STORE: &str = "Database";
const NETWORK: &str = "Web";
const SIGN_IN: &str = "First sign-in";
const PROBE: &str = "Pinging";
const PORTS: &str = "Ports";
const NAMES: &str = "Names";
const NOTIFY: &str = "Notifications";
const SCANS: &str = "Scans";
const METADATA: &str = "What is known of scanned public addresses";
const WORDS: &str = "Summaries of scans by a language model";
const LOG: &str = "Logs";

macro_rules! setting {
    ($name:literal, $flag:expr, $value:expr, $default:literal, $group:expr, $help:literal) => {
        Setting {
            name: $name,
            flag: $flag,
            value: $value,
            default: $default,
            help: $help,
            group: $group,
        }
    };
}

/// Every setting, in the order of `--help`.
#[rustfmt::skip]
pub const SETTINGS: [Setting; 42] = [
    setting!("DATABASE_URL", Some("database-url"), "URL", "sqlite://rollcall.db?mode=rwc", STORE,
        "Where everything is kept: an SQLite file, as a URL. It must lie on a local disk."),
    setting!("SCAN_DB_PATH", Some("scan-db-path"), "FILE", "", STORE,
        "Another way to name the database: the path of the file. Use this or DATABASE_URL."),
    setting!("ROLLCALL_KEEP_RAW_DAYS", Some("keep-raw-days"), "DAYS", "7", STORE,
        "Days for which every round of every host is kept, 1 to 90."),
    setting!("ROLLCALL_KEEP_HOURLY_DAYS", Some("keep-hourly-days"), "DAYS", "400", STORE,
        "Days for which hours are kept, 1 to 3650; days are kept for ever."),
    setting!("ROLLCALL_SECRET_KEY_FILE", Some("secret-key-file"), "FILE", "", STORE,
        "File of the key that seals stored secrets, made when the first is stored; absent = the database's path and .key. Keep it out of backups of the database."),
    setting!("BIND", Some("bind"), "ADDRESS:PORT", "127.0.0.1:8080", NETWORK,
        "Address and port to listen on."),
    setting!("PUBLIC_URL", Some("public-url"), "URL", "", NETWORK,
        "The address people type, such as https://rollcall.example.org; absent = http and BIND. With https, the session cookie is sent over TLS only."),
    setting!("ROLLCALL_ALLOW_INSECURE_HTTP", Some("allow-insecure-http"), SWITCH, "0", NETWORK,
        "Listen without TLS on an address that is neither loopback nor private (RFC 1918, RFC 4193). Passwords then cross that network readable."),
    setting!("ROLLCALL_TRUSTED_PROXIES", Some("trusted-proxies"), "CIDRS", "", NETWORK,
        "Reverse proxies whose X-Forwarded-For is believed, separated by commas, such as 127.0.0.1/32,10.0.0.0/8."),
    setting!("ADMIN_PASSWORD", None, "TEXT", "", SIGN_IN,
        "Password of the user admin, 12 to 1024 characters, read only when that user is first created; absent = a random one, printed once."),
    setting!("ADMIN_PASSWORD_FILE", Some("admin-password-file"), "FILE", "", SIGN_IN,
        "The same, read from a file (a container's secret)."),
    setting!("SCAN_ICMP_INTERVAL_SECONDS", Some("scan-icmp-interval-seconds"), "SECONDS", "60", PROBE,
        "Seconds between two rounds of echo requests to the known hosts, 5 to 86400."),
    setting!("SCAN_SWEEP_INTERVAL_MINUTES", Some("scan-sweep-interval-minutes"), "MINUTES", "5", PROBE,
        "Minutes between two sweeps of a whole subnet for new hosts, 1 to 10080."),
    setting!("PING_WORKERS", Some("ping-workers"), "COUNT", "64", PROBE,
        "Echo requests that may leave back to back, 1 to 4096. It bounds bursts and never waits for replies."),
    setting!("PING_RATE", Some("ping-rate"), "PER_SECOND", "1000", PROBE,
        "Echo requests per second of the whole process, 1 to 1000000; 0 = as fast as the kernel takes them."),
    setting!("PING_ATTEMPTS", Some("ping-attempts"), "COUNT", "3", PROBE,
        "Echo requests per host and round until one is answered, 1 to 3."),
    setting!("PING_TIMEOUT_MS", Some("ping-timeout-ms"), "MILLISECONDS", "1000", PROBE,
        "Milliseconds that one echo request may stay unanswered, 50 to 10000."),
    setting!("DOWN_AFTER", Some("down-after"), "ROUNDS", "3", PROBE,
        "Silent rounds in a row that make a host Down, 1 to 100."),
    setting!("UP_AFTER", Some("up-after"), "ROUNDS", "1", PROBE,
        "Answered rounds in a row that make a host Up, 1 to 100."),
    setting!("DISABLE_SCHEDULER", Some("disable-scheduler"), SWITCH, "0", PROBE,
        "Ping and sweep only when asked to."),
    setting!("SCAN_NMAP_INTERVAL_MINUTES", Some("scan-nmap-interval-minutes"), "MINUTES", "60", PORTS,
        "Minutes between two port scans of a living host, 5 to 10080."),
    setting!("ENABLE_NMAP_SCHEDULER", Some("enable-nmap-scheduler"), SWITCH, "1", PORTS,
        "Scan ports on a schedule; 0 = only when asked to."),
    setting!("NMAP_ARGS", Some("nmap-args"), "TEXT", "-Pn -T3 --top-ports 1000 -sT -sV", PORTS,
        "How ports are scanned, in nmap's words: -Pn, -T0 to -T5, --top-ports N or -p PORTS, -sT or -sS, -sV, and nothing else."),
    setting!("PER_TARGET_MAX_WORKERS", Some("per-target-max-workers"), "COUNT", "16", SCANS,
        "Targets of scan jobs that are looked at at the same time, 1 to 64."),
    setting!("MMDB_DIR", Some("mmdb-dir"), "FOLDER", "", METADATA,
        "Folder with .mmdb files (GeoLite2, DB-IP, IPinfo) that tell place and provider of an address without asking anybody; files that change are read anew. Each is in memory as a whole."),
    setting!("IP_API_ENABLED", Some("ip-api-enabled"), SWITCH, "0", METADATA,
        "Ask ip-api.com about public addresses. Without a key that is unencrypted and for non-commercial use only."),
    setting!("IP_API_URL", Some("ip-api-url"), "URL", "", METADATA,
        "Where that service is; absent = http://ip-api.com, or https://pro.ip-api.com with a key."),
    setting!("IP_API_KEY", None, "TEXT", "", METADATA,
        "A customer's key for ip-api.com; absent = the free service, at most 15 requests a minute."),
    setting!("RDAP_ENABLED", Some("rdap-enabled"), SWITCH, "0", METADATA,
        "Ask the regional registries (RDAP) whom the block of a public address was given to."),
    setting!("RDAP_URL", Some("rdap-url"), "URL", "https://data.iana.org/rdap", METADATA,
        "Where the list of the registries is (RFC 9224)."),
    setting!("GEMINI_API_KEY", None, "TEXT", "", WORDS,
        "Key of Google's Gemini, which words the summaries of scans that ask for it; absent = the rules' words stand. On unpaid quota Google may use what is sent, and people may read it."),
    setting!("GEMINI_MODEL", Some("gemini-model"), "NAME", "gemini-3.5-flash-lite", WORDS,
        "The model of Gemini that is asked."),
    setting!("GEMINI_URL", Some("gemini-url"), "URL", "https://generativelanguage.googleapis.com", WORDS,
        "Where Gemini is. Plain http is for this machine only."),
    setting!("OPENAI_URL", Some("openai-url"), "URL", "", WORDS,
        "Base URL of a server that speaks as OpenAI's chat completions do, such as http://127.0.0.1:11434/v1 of Ollama; absent = none. It is asked instead of Gemini."),
    setting!("OPENAI_MODEL", Some("openai-model"), "NAME", "", WORDS,
        "That server's model, such as llama3.2; needed with OPENAI_URL."),
    setting!("OPENAI_API_KEY", None, "TEXT", "", WORDS,
        "That server's key, if it asks for one."),
    setting!("PTR_LOOKUP_ENABLED", Some("ptr-lookup-enabled"), SWITCH, "1", NAMES,
        "Look up the names of hosts by reverse DNS."),
    setting!("DNS_SERVERS", Some("dns-servers"), "ADDRESSES", "", NAMES,
        "Name servers to ask, separated by commas, each an address and perhaps a port, such as 10.0.0.1,[fd00::1]:5353; absent = those of /etc/resolv.conf."),
    setting!("NEIGHBOURS_ENABLED", Some("neighbours-enabled"), SWITCH, "1", NAMES,
        "Read hardware addresses and new IPv6 hosts from this machine's neighbour table."),
    setting!("ALLOW_TARGETS", Some("allow-targets"), "CIDRS", "", NOTIFY,
        "Addresses that are not public and may be sent to all the same, separated by commas, such as 10.0.0.5/32. This machine itself, link-local addresses and metadata services are meant only by a block of their own, such as 127.0.0.1/32."),
    setting!("ROLLCALL_LOG", Some("log"), "FILTER", "info", LOG,
        "What to log: error, warn, info, debug or trace, also per module, such as info,engine=debug."),
    setting!("ROLLCALL_LOG_FORMAT", Some("log-format"), "plain|json", "plain", LOG,
        "Shape of a log line."),
];
