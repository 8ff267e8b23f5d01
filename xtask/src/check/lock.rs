//! Rules that Cargo.lock decides.

/// The version of libsqlite3-sys that bundles SQLite 3.51.3; older ones corrupt a database in WAL mode.
const OLDEST_SQLITE: (u64, u64) = (0, 37);

/// One line for each broken rule.
pub(super) fn broken_rules(lock: &str) -> Vec<String> {
    let versions = versions(lock, "libsqlite3-sys");
    match versions.as_slice() {
        [version] if minor(version) >= Some(OLDEST_SQLITE) => Vec::new(),
        [version] => vec![format!(
            "Cargo.lock: libsqlite3-sys {version} bundles an SQLite whose WAL mode can corrupt a database"
        )],
        [] => vec![
            "Cargo.lock: libsqlite3-sys is gone, and nothing says which SQLite is used".to_owned(),
        ],
        several => vec![format!(
            "Cargo.lock: two copies of SQLite in one process ({})",
            several.join(", ")
        )],
    }
}

/// The versions under which a package is locked.
fn versions<'a>(lock: &'a str, package: &str) -> Vec<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    let mut versions = Vec::new();
    while let Some(line) = lines.next() {
        if line == name {
            let version = lines.next().unwrap_or_default();
            versions.push(version.trim_start_matches("version = ").trim_matches('"'));
        }
    }
    versions
}

fn minor(version: &str) -> Option<(u64, u64)> {
    let mut parts = version.split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(versions: &[&str]) -> String {
        versions.iter().fold(String::new(), |lock, version| {
            format!("{lock}[[package]]\nname = \"libsqlite3-sys\"\nversion = \"{version}\"\n\n")
        })
    }

    #[test]
    fn exactly_one_recent_sqlite_passes() {
        assert!(broken_rules(&lock(&["0.37.0"])).is_empty());
        assert!(broken_rules(&lock(&["1.0.0"])).is_empty());
        for bad in [&["0.36.9"][..], &["0.37.0", "0.30.1"], &[], &["next"]] {
            assert_eq!(broken_rules(&lock(bad)).len(), 1, "{bad:?}");
        }
    }
}
