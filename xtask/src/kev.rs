//! Builds the list of vulnerabilities that are known to be exploited, which the domain embeds, from CISA's catalog.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::say;

/// Reads the catalog (`known_exploited_vulnerabilities.json`) and writes the list into the source tree.
pub(crate) fn build(root: &Path, catalog: &Path) -> Result<()> {
    let text =
        fs::read(catalog).with_context(|| format!("failed to read {}", catalog.display()))?;
    let list = list(&serde_json::from_slice(&text)?)?;
    let target = root.join("domain/src/risk/kev.txt");
    fs::write(&target, &list)?;
    let count = list.lines().count() - 1;
    say(format_args!(
        "{}: {count} vulnerabilities",
        target.display()
    ));
    Ok(())
}

/// The catalog's day, then each identifier, in order.
fn list(catalog: &Value) -> Result<String> {
    let released = catalog["dateReleased"].as_str().unwrap_or_default();
    let day = released.split('T').next().unwrap_or_default();
    let all = catalog["vulnerabilities"].as_array();
    let ids = all
        .into_iter()
        .flatten()
        .filter_map(|it| it["cveID"].as_str());
    let ids: BTreeSet<&str> = ids.filter(|id| id.starts_with("CVE-")).collect();
    if day.len() != "2025-08-25".len() || Some(ids.len() as u64) != catalog["count"].as_u64() {
        bail!("this is not the whole catalog");
    }
    let lines: Vec<&str> = std::iter::once(day).chain(ids).collect();
    Ok(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_list_is_whole_and_in_order() {
        let ids = json!([{"cveID": "CVE-2024-2"}, {"cveID": "CVE-2019-1"}]);
        let catalog =
            json!({"dateReleased": "2025-08-25T17:04:19Z", "count": 2, "vulnerabilities": ids});
        assert_eq!(
            list(&catalog).unwrap(),
            "2025-08-25\nCVE-2019-1\nCVE-2024-2\n"
        );
        let cut =
            json!({"dateReleased": "2025-08-25T17:04:19Z", "count": 3, "vulnerabilities": ids});
        assert!(list(&cut).is_err());
        assert!(list(&json!({})).is_err());
    }
}
