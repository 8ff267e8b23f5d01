//! Configuration: three sources, one typed value, every mistake at once.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "config/command_line.rs"]
mod command_line;

use domain::port::profile::ScanProfile;
use engine::probe::narrate::NarratorSettings;
use server::config::{
    Config, ConfigErrors, Secret,
    settings::{self, SETTINGS},
    source::{Sources, Values, dotenv},
};
use std::{fs, time::Duration};

fn values(pairs: &[(&str, &str)]) -> Values {
    pairs
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect()
}

fn read(environment: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    Config::read(
        &Sources {
            environment: values(environment),
            ..Sources::default()
        },
        false,
    )
}

fn problems(environment: &[(&str, &str)]) -> Vec<String> {
    read(environment).expect_err("accepted").0
}

#[test]
fn nothing_given_means_the_defaults() {
    let config = read(&[]).unwrap();
    assert_eq!(config.database_url, "sqlite://rollcall.db?mode=rwc");
    assert_eq!(config.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(config.public_url.to_string(), "http://127.0.0.1:8080/");
    assert_eq!(
        (config.icmp_interval, config.sweep_interval),
        (Duration::from_mins(1), Duration::from_mins(5))
    );
    assert_eq!(
        (config.ping_workers, config.ping_rate, config.ping_attempts),
        (64, Some(1000), 3)
    );
    assert_eq!(
        (config.down_after, config.up_after, config.scheduler),
        (3, 1, true)
    );
    assert!(!config.is_readable_on_the_network());
}

#[test]
fn a_flag_outranks_the_environment_and_that_the_file() {
    let sources = Sources {
        flags: values(&[("DOWN_AFTER", "7")]),
        environment: values(&[("DOWN_AFTER", "6"), ("UP_AFTER", "2"), ("PING_RATE", "")]),
        file: values(&[("DOWN_AFTER", "5"), ("UP_AFTER", "3"), ("PING_RATE", "0")]),
    };
    let config = Config::read(&sources, false).unwrap();
    assert_eq!(
        (config.down_after, config.up_after, config.ping_rate),
        (7, 2, None)
    );
}

#[test]
fn every_mistake_is_told_at_once_in_plain_words() {
    let found = problems(&[
        ("BIND", "8080"),
        ("PING_ATTEMPTS", "4"),
        ("DISABLE_SCHEDULER", "maybe"),
        ("PUBLIC_URL", "rollcall.example.org"),
        ("DATABASE_URL", "postgres://x"),
        ("ROLLCALL_TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
        ("ADMIN_PASSWORD", "admin"),
        ("SCAN_NMAP_INTERVAL_MINUTES", "-1"),
        ("PING_RATES", "5"),
        ("IP_API_URL", "http://ip-api.com"),
        ("IP_API_KEY", "hidden-key"),
        ("RDAP_URL", "ftp://data.iana.org"),
    ]);
    assert!(
        !found.iter().any(|line| line.contains("hidden-key")),
        "{found:#?}"
    );
    for words in [
        "BIND: expected an address and a port, such as 127.0.0.1:8080, not \"8080\" (from the environment)",
        "PING_ATTEMPTS: expected a whole number from 1 to 3, not \"4\" (from the environment)",
        "DISABLE_SCHEDULER: expected 1 or 0, not \"maybe\" (from the environment)",
        "PUBLIC_URL: expected http:// or https://",
        "DATABASE_URL: expected sqlite://",
        "ROLLCALL_TRUSTED_PROXIES: \"proxy\" is no address",
        "ADMIN_PASSWORD: the password is refused: at least 12 characters (from the environment)",
        "SCAN_NMAP_INTERVAL_MINUTES: expected a whole number from 5 to 10080",
        "IP_API_URL: a key is not sent unencrypted: use https, not \"http://ip-api.com\" (from the environment)",
        "RDAP_URL: expected https://",
        "PING_RATES: no such setting (in the environment), did you mean PING_RATE?",
    ] {
        assert!(
            found.iter().any(|line| line.starts_with(words)),
            "{words}\n{found:#?}"
        );
    }
    assert_eq!(found.len(), 11, "{found:#?}");
}

#[test]
fn ports_are_scanned_by_a_list_of_permitted_arguments() {
    let config = read(&[]).unwrap();
    assert_eq!(config.scan_profile, ScanProfile::default());
    assert_eq!(
        (config.port_interval, config.port_scheduler),
        (Duration::from_hours(1), true)
    );
    let config = read(&[
        ("NMAP_ARGS", "-T4 -p22,80 -sS"),
        ("ENABLE_NMAP_SCHEDULER", "0"),
        ("SCAN_NMAP_INTERVAL_MINUTES", "5"),
        ("PATH", "/opt/bin:/bin"),
    ])
    .unwrap();
    assert_eq!(config.scan_profile.to_string(), "-Pn -T4 -p 22,80 -sS");
    let engine = config.engine();
    assert_eq!(engine.scan_profile, config.scan_profile);
    assert_eq!(
        (engine.port_interval, engine.port_scheduler),
        (Duration::from_mins(5), false)
    );
    assert_eq!(config.search_path, "/opt/bin:/bin");
    assert_eq!(
        problems(&[("NMAP_ARGS", "-Pn -T3 --top-1000-ports -sT -sV")]),
        [
            "NMAP_ARGS: \"--top-1000-ports\" is not permitted, did you mean --top-ports 1000? (from the environment)"
        ]
    );
    assert_eq!(
        problems(&[("NMAP_ARGS", "-sV --script=vuln")]),
        ["NMAP_ARGS: \"--script=vuln\" is not permitted (from the environment)"]
    );
}

#[test]
fn a_models_key_is_read_and_never_shown() {
    assert_eq!(read(&[]).unwrap().narrator, NarratorSettings::Off);
    let config = read(&[("GEMINI_API_KEY", "AIza-hush"), ("SCAN_DB_PATH", "/x/y.db")]).unwrap();
    let NarratorSettings::Gemini { model, url, .. } = &config.narrator else {
        panic!("{:?}", config.narrator)
    };
    assert_eq!(model, "gemini-3.5-flash-lite");
    assert_eq!(url.as_str(), "https://generativelanguage.googleapis.com/");
    assert!(!format!("{config:?}").contains("hush"));
    assert_eq!(
        config.presence(),
        "SCAN_DB_PATH given, GEMINI_API_KEY given, GEMINI_MODEL not given, OPENAI_URL not given, OPENAI_API_KEY not given"
    );
    let own = [
        ("GEMINI_API_KEY", "AIza-hush"),
        ("OPENAI_URL", "http://127.0.0.1:11434/v1"),
        ("OPENAI_MODEL", "llama3.2:3b"),
    ];
    let config = read(&own).unwrap();
    assert!(
        matches!(&config.narrator, NarratorSettings::OpenAi { key: None, model, .. } if model == "llama3.2:3b"),
        "one's own server outranks Gemini"
    );
    let found = problems(&[
        ("GEMINI_API_KEY", "a hush"),
        ("GEMINI_URL", "http://gemini.example"),
        ("GEMINI_MODEL", "a b"),
        ("OPENAI_URL", "http://user:hush@h/v1"),
        ("OPENAI_API_KEY", "ä-hush"),
    ]);
    assert_eq!(found.len(), 6, "{found:#?}");
    assert!(!found.concat().contains("hush"), "{found:#?}");
    for words in [
        "GEMINI_URL: over plain http",
        "OPENAI_MODEL: OPENAI_URL needs a model",
    ] {
        assert!(
            found.iter().any(|line| line.starts_with(words)),
            "{words}\n{found:#?}"
        );
    }
    for fine in [
        "http://127.0.0.1:1",
        "http://[::1]:1",
        "http://localhost:1",
        "https://gemini.example/x/",
    ] {
        assert!(read(&[("GEMINI_URL", fine)]).is_ok(), "{fine}");
    }
}

#[test]
fn only_names_that_look_like_ours_are_checked() {
    let strange = [
        ("PATH", "/bin"),
        ("ROLLCALL_SITE", "/tmp"),
        ("MY_SCAN_X", "1"),
    ];
    assert!(read(&strange).is_ok());
    assert_eq!(
        problems(&[("SCAN_QQQQQQQQ", "1")]),
        ["SCAN_QQQQQQQQ: no such setting (in the environment)"]
    );
}

#[test]
fn the_database_has_two_names_but_one_value() {
    let config = read(&[("SCAN_DB_PATH", "/data/50% ?.db")]).unwrap();
    assert_eq!(config.database_url, "sqlite:///data/50%25 %3F.db?mode=rwc");
    let both = problems(&[("SCAN_DB_PATH", "a.db"), ("DATABASE_URL", "sqlite://b.db")]);
    assert_eq!(both.len(), 1, "{both:?}");
}

#[test]
fn without_tls_only_private_addresses_are_listened_on() {
    for bind in [
        "127.0.0.1:1",
        "[::1]:1",
        "192.168.1.2:1",
        "10.0.0.1:1",
        "[fd00::1]:1",
        "0.0.0.0:1",
    ] {
        assert!(read(&[("BIND", bind)]).is_ok(), "{bind}");
    }
    for bind in ["198.51.100.7:80", "[2001:db8::1]:80"] {
        assert!(
            problems(&[("BIND", bind)])[0].contains("ROLLCALL_ALLOW_INSECURE_HTTP=1"),
            "{bind}"
        );
        assert!(read(&[("BIND", bind), ("ROLLCALL_ALLOW_INSECURE_HTTP", "1")]).is_ok());
        assert!(
            read(&[
                ("BIND", bind),
                ("PUBLIC_URL", "https://rollcall.example.org")
            ])
            .is_ok()
        );
    }
    assert!(
        read(&[("BIND", "0.0.0.0:1")])
            .unwrap()
            .is_readable_on_the_network()
    );
    assert!(
        Config::read(
            &Sources {
                environment: values(&[("BIND", "10.0.0.1:1")]),
                ..Sources::default()
            },
            true
        )
        .is_err(),
        "demo"
    );
}

#[test]
fn the_password_may_lie_in_a_file_and_is_never_shown() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, "correct horse battery\n").unwrap();
    let path = path.to_str().unwrap();
    let config = read(&[("ADMIN_PASSWORD_FILE", path)]).unwrap();
    assert_eq!(
        config.admin_password,
        Some(Secret::new("correct horse battery"))
    );
    assert!(!format!("{config:?}").contains("horse"));
    assert!(problems(&[("ADMIN_PASSWORD_FILE", "/nowhere")])[0].contains("can't be read"));
    assert!(
        !problems(&[("ADMIN_PASSWORD", "admin-pass")])
            .concat()
            .contains("admin-pass")
    );
}

/// `UPDATE_SNAPSHOTS=1 cargo test -p server` writes it anew.
#[test]
fn the_example_file_documents_every_setting_with_its_default() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../.env.example");
    if std::env::vars_os().any(|(name, _)| name == "UPDATE_SNAPSHOTS") {
        fs::write(path, settings::example()).unwrap();
    }
    let text = fs::read_to_string(path).unwrap_or_default();
    assert!(
        text == settings::example(),
        ".env.example differs: run the tests with UPDATE_SNAPSHOTS=1"
    );
    for setting in SETTINGS {
        let lines: Vec<_> = text.lines().collect();
        let at = lines
            .iter()
            .position(|line| *line == format!("#{}", setting.line()));
        assert!(lines[at.unwrap() - 1].len() > 20, "{}", setting.name);
    }
    assert_eq!(
        dotenv(path.as_ref()),
        Ok(Values::new()),
        "nothing is switched on"
    );
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join(".env");
    fs::write(
        &copy,
        text.lines()
            .map(|line| {
                line.strip_prefix('#')
                    .filter(|l| !l.starts_with([' ', '#']))
                    .unwrap_or("")
                    .to_owned()
                    + "\n"
            })
            .collect::<String>(),
    )
    .unwrap();
    let sources = Sources {
        file: dotenv(&copy).unwrap(),
        ..Sources::default()
    };
    assert!(
        sources.file.len() == SETTINGS.len() && Config::read(&sources, false).is_ok(),
        "every default is valid"
    );
}

#[test]
fn a_port_that_the_system_chose_is_in_the_address() {
    let bound = "127.0.0.1:4711".parse().unwrap();
    let mut config = read(&[("BIND", "127.0.0.1:0")]).unwrap();
    config.take_port(bound);
    assert_eq!(
        (config.bind, config.public_url.origin().as_str()),
        (bound, "http://127.0.0.1:4711")
    );
    let mut config = read(&[("BIND", "127.0.0.1:0"), ("PUBLIC_URL", "https://a.example")]).unwrap();
    config.take_port(bound);
    assert_eq!(config.public_url.origin(), "https://a.example");
}
