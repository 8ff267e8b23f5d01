//! Vulnerabilities that are known to be exploited, by their identifiers: CISA's catalog (KEV, in the public domain).
//!
//! `kev.txt` is made by `cargo xtask kev` from the catalog; its first line is the catalog's day. What was added to the
//! catalog since is not known here.

static LIST: &str = include_str!("kev.txt");

/// The day of the catalog, as in `2025-08-25`.
pub fn edition() -> &'static str {
    LIST.lines().next().unwrap_or_default()
}

/// Whether a vulnerability is in the catalog, by its identifier in any case.
pub fn is_exploited(cve: &str) -> bool {
    let mut listed = LIST.lines().skip(1);
    listed.any(|id| id.eq_ignore_ascii_case(cve))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_matched_whole() {
        assert!(is_exploited("CVE-2021-44228"), "Log4Shell");
        assert!(is_exploited("cve-2017-0144"), "EternalBlue");
        for other in [
            "CVE-2021-4422",
            "CVE-2021-442288",
            "2021-44228",
            "",
            "CVE-",
            edition(),
        ] {
            assert!(!is_exploited(other), "{other}");
        }
    }

    #[test]
    fn the_list_is_whole() {
        let ids: Vec<&str> = LIST.lines().skip(1).collect();
        assert!(ids.len() > 1_400 && ids.is_sorted(), "{}", ids.len());
        assert!(ids.iter().all(|id| id.starts_with("CVE-")));
        assert_eq!(edition().len(), 10);
    }
}
