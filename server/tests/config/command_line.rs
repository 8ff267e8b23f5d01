//! The command line: what it asks for, and which settings it gives.

use super::values;
use clap::error::ErrorKind;
use server::{
    cli::{self, Task},
    config::{
        Config,
        settings::SETTINGS,
        source::{Sources, Values},
    },
};

fn arguments(line: &str) -> (Task, Values) {
    let words = format!("rollcall {line}");
    cli::understand(
        &cli::command()
            .try_get_matches_from(words.split(' ').filter(|w| !w.is_empty()))
            .unwrap(),
    )
}

#[test]
fn the_command_line_is_understood() {
    cli::command().debug_assert();
    assert_eq!(arguments(""), (Task::Serve { demo: false }, Values::new()));
    assert_eq!(
        arguments("serve --demo --bind=[::1]:9").1,
        values(&[("BIND", "[::1]:9")])
    );
    assert_eq!(arguments("--demo").0, Task::Serve { demo: true });
    let (task, flags) = arguments(
        "--scan-db-path a.db token create x --scopes read,admin --expires-in-days 3 --disable-scheduler",
    );
    let Task::CreateToken {
        name,
        scopes,
        expires_in_days,
    } = task
    else {
        panic!("{task:?}")
    };
    assert_eq!(
        (name.as_str(), scopes.len(), expires_in_days),
        ("x", 2, Some(3))
    );
    assert_eq!(
        flags,
        values(&[("SCAN_DB_PATH", "a.db"), ("DISABLE_SCHEDULER", "1")])
    );
    for wrong in [
        "token create x --scopes write,fly",
        "token",
        "admin",
        "token revoke x",
        "--admin-password x",
    ] {
        let words = format!("rollcall {wrong}");
        assert!(
            cli::command()
                .try_get_matches_from(words.split(' '))
                .is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn a_demo_never_uses_the_configured_database() {
    let demo = |seed, is_kept| Task::Demo { seed, is_kept };
    assert_eq!(arguments("demo").0, demo(1, false));
    assert_eq!(arguments("--scan-db-path a.db demo").0, demo(1, true));
    let (task, flags) = arguments("demo --seed 7 --database-url sqlite://a.db");
    assert_eq!(task, demo(7, true));
    assert!(task.is_demo() && task.is_simulated());
    let sources = Sources {
        flags,
        environment: values(&[("SCAN_DB_PATH", "real.db")]),
        file: values(&[("DATABASE_URL", "sqlite://real.db")]),
    };
    let config = Config::read(&sources.without_real_database(), true).unwrap();
    assert_eq!(config.database_url, "sqlite://a.db");
    assert!(
        cli::command()
            .try_get_matches_from(["rollcall", "demo", "--seed", "-1"])
            .is_err()
    );
}

#[test]
fn help_explains_every_setting() {
    let error = cli::command()
        .try_get_matches_from(["rollcall", "--help"])
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DisplayHelp);
    let help = error.to_string();
    for setting in SETTINGS {
        assert!(help.contains(setting.name), "{}", setting.name);
    }
}
