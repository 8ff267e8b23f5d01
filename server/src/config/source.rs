//! Where settings come from: flags, then the environment, then `.env`; and names that mean nothing.

use super::settings::{self, SETTINGS};
use std::{collections::BTreeMap, path::Path};

/// Names and values of one source.
pub type Values = BTreeMap<String, String>;

/// The three sources, not yet understood.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// From the command line, by setting name.
    pub flags: Values,
    /// The process environment.
    pub environment: Values,
    /// The `.env` file of the working directory.
    pub file: Values,
}

/// The settings that name the database.
pub const DATABASE: [&str; 2] = ["DATABASE_URL", "SCAN_DB_PATH"];

impl Sources {
    /// Without the database of the environment and of `.env`, which is the real one: a demo's is named by a flag.
    #[must_use]
    pub fn without_real_database(mut self) -> Self {
        for name in DATABASE {
            self.environment.remove(name);
            self.file.remove(name);
        }
        self
    }

    /// The value that counts and where it was given. An empty value is no value: that is how compose files leave a setting out.
    pub fn get(&self, name: &str) -> Option<(&str, &'static str)> {
        [
            (&self.flags, "command line"),
            (&self.environment, "environment"),
            (&self.file, ".env"),
        ]
        .into_iter()
        .find_map(|(values, source)| {
            let value = values.get(name).filter(|value| !value.is_empty())?;
            Some((value.as_str(), source))
        })
    }

    /// A line for each name that looks like a setting of ours and is none.
    pub fn unknown(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (values, source) in [(&self.environment, "environment"), (&self.file, ".env")] {
            for name in values.keys().filter(|name| is_ours(name)) {
                let hint =
                    closest(name).map_or(String::new(), |known| format!(", did you mean {known}?"));
                problems.push(format!("{name}: no such setting (in the {source}){hint}"));
            }
        }
        problems
    }
}

/// Read by the build, not by the server; an exported one is no mistake.
const BUILD_TIME: [&str; 2] = ["ROLLCALL_SITE", "ROLLCALL_BIN"];

fn is_ours(name: &str) -> bool {
    ["SCAN_", "PING_", "ROLLCALL_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
        && settings::find(name).is_none()
        && !BUILD_TIME.contains(&name)
}

/// The known name that was probably meant.
fn closest(name: &str) -> Option<&'static str> {
    SETTINGS
        .iter()
        .map(|setting| (strsim::jaro_winkler(name, setting.name), setting.name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(likeness, _)| *likeness > 0.85)
        .map(|(_, known)| known)
}

/// The process environment. Values that are no UTF-8 can be no setting of ours.
pub fn environment() -> Values {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// The `.env` file, if there is one; read into a map, since changing the process environment is not safe.
pub fn dotenv(path: &Path) -> Result<Values, String> {
    if !path.exists() {
        return Ok(Values::new());
    }
    dotenvy::from_path_iter(path)
        .and_then(Iterator::collect)
        .map_err(|error| format!("{}: can't be read: {error}", path.display()))
}
