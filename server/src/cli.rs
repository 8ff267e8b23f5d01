//! The command line: subcommands, and one flag per setting of the table.

use crate::config::{
    settings::{SETTINGS, Setting},
    source::{DATABASE, Values},
};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use domain::token::Scope;

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Run the server.
    Serve {
        /// `admin`/`admin`, on loopback.
        demo: bool,
    },
    /// Run the server on a sample network, which is never pinged; `admin`/`admin`, on loopback.
    Demo {
        /// What the sample network is made from.
        seed: u32,
        /// Whether the command line names its database, which is kept then.
        is_kept: bool,
    },
    /// Give the first user a new password.
    ResetPassword,
    /// Make an API token.
    CreateToken {
        /// What it is for.
        name: String,
        /// What it may do.
        scopes: Vec<Scope>,
        /// When it ends.
        expires_in_days: Option<u16>,
    },
    /// Show API tokens.
    ListTokens,
    /// End an API token.
    RevokeToken {
        /// Its number.
        id: i64,
    },
    /// Print the OpenAPI document.
    OpenApi,
    /// Ask the running server whether it lives.
    HealthCheck,
}

impl Task {
    /// Whether everybody on this machine may sign in.
    pub fn is_demo(&self) -> bool {
        matches!(self, Self::Serve { demo: true } | Self::Demo { .. })
    }

    /// Whether the network is a sample, which belongs into a database of its own.
    pub fn is_simulated(&self) -> bool {
        matches!(self, Self::Demo { .. })
    }
}

/// Understands the arguments; ends the process on `--help`, `--version` and mistakes.
pub fn parse() -> (Task, Values) {
    understand(&command().get_matches())
}

/// The task and the settings given as flags.
pub fn understand(matches: &ArgMatches) -> (Task, Values) {
    (task(matches), flags(deepest(matches)))
}

/// Flags of settings are global: they may stand before and after the subcommand, and clap hands them down to the last one.
fn deepest(matches: &ArgMatches) -> &ArgMatches {
    matches
        .subcommand()
        .map_or(matches, |(_, inner)| deepest(inner))
}

fn flags(matches: &ArgMatches) -> Values {
    SETTINGS
        .iter()
        .filter(|setting| !setting.is_secret())
        .filter_map(|setting| {
            let value = matches.get_one::<String>(setting.name)?;
            Some((setting.name.to_owned(), value.clone()))
        })
        .collect()
}

fn task(matches: &ArgMatches) -> Task {
    match matches.subcommand() {
        Some(("admin", _)) => Task::ResetPassword,
        Some(("token", token)) => token_task(token),
        Some(("openapi", _)) => Task::OpenApi,
        Some(("healthcheck", _)) => Task::HealthCheck,
        Some(("demo", demo)) => Task::Demo {
            seed: demo.get_one("seed").copied().unwrap_or(1),
            is_kept: DATABASE.iter().any(|name| demo.contains_id(name)),
        },
        Some((_, serve)) => Task::Serve {
            demo: serve.get_flag("demo") || matches.get_flag("demo"),
        },
        None => Task::Serve {
            demo: matches.get_flag("demo"),
        },
    }
}

fn token_task(matches: &ArgMatches) -> Task {
    match matches.subcommand() {
        Some(("create", create)) => Task::CreateToken {
            name: create
                .get_one::<String>("name")
                .cloned()
                .unwrap_or_default(),
            scopes: create
                .get_many::<Scope>("scopes")
                .unwrap_or_default()
                .copied()
                .collect(),
            expires_in_days: create.get_one("expires-in-days").copied(),
        },
        Some(("revoke", revoke)) => Task::RevokeToken {
            id: revoke.get_one("id").copied().unwrap_or_default(),
        },
        _ => Task::ListTokens,
    }
}

/// The whole command line.
pub fn command() -> Command {
    let demo = Arg::new("demo")
        .long("demo")
        .action(ArgAction::SetTrue)
        .help("Sign in with admin/admin; refused unless BIND is loopback");
    Command::new("rollcall")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Documents subnets, shows who is alive in them, and keeps what changed.")
        .after_help(after_help())
        .arg(demo.clone())
        .args(SETTINGS.iter().filter_map(|s| Some(setting(s, s.flag?))))
        .subcommand(
            Command::new("serve")
                .about("Run the server (what happens without a subcommand)")
                .arg(demo),
        )
        .subcommand(sample())
        .subcommand(
            Command::new("admin")
                .about("Help for a locked-out administrator")
                .subcommand_required(true)
                .subcommand(Command::new("reset-password").about(
                    "Give the user admin a new random password, print it, and end all its sessions",
                )),
        )
        .subcommand(token())
        .subcommand(Command::new("openapi").about("Print the OpenAPI document of the REST API"))
        .subcommand(
            Command::new("healthcheck")
                .about("Ask the server on BIND whether it lives; the exit code answers"),
        )
}

fn sample() -> Command {
    Command::new("demo")
        .about("Run the server on a sample network with a week of history; nothing is pinged")
        .long_about(
            "Run the server on a sample network with a week of history; nothing is pinged, and answers are made up.\n\n\
             Sign in with admin/admin; refused unless BIND is loopback. The database lies in a temporary folder and goes \
             at the end, unless --scan-db-path or --database-url names one; the environment and .env are not asked for it.",
        )
        .arg(
            Arg::new("seed")
                .long("seed")
                .value_name("NUMBER")
                .value_parser(value_parser!(u32))
                .default_value("1")
                .help("What the sample network is made from: the same number, the same network"),
        )
}

fn token() -> Command {
    Command::new("token")
        .about("Make, list and end API tokens; works while the server runs")
        .subcommand_required(true)
        .subcommand(
            Command::new("create")
                .about("Make a token and print it: the only time it is shown")
                .arg(
                    Arg::new("name")
                        .value_name("NAME")
                        .required(true)
                        .help("What it is for"),
                )
                .arg(
                    Arg::new("scopes")
                        .long("scopes")
                        .value_name("SCOPES")
                        .value_delimiter(',')
                        .value_parser(|text: &str| text.parse::<Scope>())
                        .default_value("read")
                        .help(
                            "What it may do: any of read, write, scan, admin, separated by commas",
                        ),
                )
                .arg(
                    Arg::new("expires-in-days")
                        .long("expires-in-days")
                        .value_name("DAYS")
                        .value_parser(value_parser!(u16).range(1..=365))
                        .help("Days until it ends, at most 365 [default: 90]"),
                ),
        )
        .subcommand(Command::new("list").about("Show every token, never its secret"))
        .subcommand(
            Command::new("revoke").about("End a token at once").arg(
                Arg::new("id")
                    .value_name("ID")
                    .required(true)
                    .value_parser(value_parser!(i64))
                    .help("Its number, from the list"),
            ),
        )
}

fn setting(setting: &'static Setting, flag: &'static str) -> Arg {
    let default = match setting.default {
        "" => String::new(),
        default => format!(" [default: {default}]"),
    };
    let help = format!("{} [environment: {}]{default}", setting.help, setting.name);
    let mut arg = Arg::new(setting.name)
        .long(flag)
        .value_name(setting.value)
        .help_heading(setting.group)
        .help(help)
        .global(true);
    if setting.is_switch() {
        arg = arg
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("1");
    }
    arg
}

/// Secrets have no flag, but are explained all the same.
fn after_help() -> String {
    let secrets: Vec<_> = SETTINGS
        .iter()
        .filter(|setting| setting.is_secret())
        .map(|setting| format!("  {}: {}", setting.name, setting.help))
        .collect();
    format!(
        "Secrets, from the environment or .env only:\n{}\n\n\
         Every other setting can be given as a flag, in the environment, or in the file .env of the working directory; the first one counts.\n\
         Exit codes: 0 well, 1 failed, 2 wrong arguments, 75 another process has the database, 78 unusable settings or database.",
        secrets.join("\n")
    )
}
