//! Programs that nobody maintains any more, by the version that they tell of themselves.
//!
//! Dates are the vendors' own ends of security support, as endoflife.date collects them; only releases whose end was
//! published are listed. A distribution may keep an old version patched, which the version does not show.

use super::{Confidence, Facts, Finding, PortFact, Scope, Severity, evidence};
use crate::time::Timestamp;

/// Releases of a program that ended.
struct Ended {
    /// How the product's name begins, in lower case.
    product: &'static str,
    /// Releases up to this one, parts compared as numbers.
    up_to: &'static [u32],
    /// Only from this one on; empty = from the first.
    from: &'static [u32],
    /// The end, year, month, day.
    end: (i64, i64, i64),
    /// What to do.
    fix: &'static str,
}

#[rustfmt::skip]
static ENDED: [Ended; 24] = [
    Ended { product: "apache httpd", from: &[], up_to: &[2, 2], end: (2017, 12, 31), fix: "Update to Apache 2.4." },
    Ended { product: "apache tomcat", from: &[], up_to: &[7], end: (2021, 3, 31), fix: "Update to a supported Tomcat." },
    Ended { product: "apache tomcat", from: &[8], up_to: &[8], end: (2024, 3, 31), fix: "Update to a supported Tomcat." },
    Ended { product: "nginx", from: &[], up_to: &[1, 24], end: (2024, 4, 23), fix: "Update to the current stable nginx." },
    Ended { product: "php", from: &[], up_to: &[7], end: (2022, 11, 28), fix: "Update to a supported PHP." },
    Ended { product: "php", from: &[8, 0], up_to: &[8, 0], end: (2023, 11, 26), fix: "Update to a supported PHP." },
    Ended { product: "php", from: &[8, 1], up_to: &[8, 1], end: (2025, 12, 31), fix: "Update to a supported PHP." },
    Ended { product: "openssl", from: &[], up_to: &[1, 0], end: (2019, 12, 31), fix: "Update to a supported OpenSSL." },
    Ended { product: "openssl", from: &[1, 1], up_to: &[1, 1], end: (2023, 9, 11), fix: "Update to a supported OpenSSL." },
    Ended { product: "mysql", from: &[], up_to: &[5, 6], end: (2021, 2, 5), fix: "Update to MySQL 8.4." },
    Ended { product: "mysql", from: &[5, 7], up_to: &[5, 7], end: (2023, 10, 31), fix: "Update to MySQL 8.4." },
    Ended { product: "mysql", from: &[8, 0], up_to: &[8, 0], end: (2026, 4, 30), fix: "Update to MySQL 8.4." },
    Ended { product: "mariadb", from: &[10], up_to: &[10, 4], end: (2024, 6, 18), fix: "Update to a supported MariaDB." },
    Ended { product: "mariadb", from: &[10, 5], up_to: &[10, 5], end: (2025, 6, 24), fix: "Update to a supported MariaDB." },
    Ended { product: "postgresql", from: &[], up_to: &[11], end: (2023, 11, 9), fix: "Update to a supported PostgreSQL." },
    Ended { product: "postgresql", from: &[12], up_to: &[12], end: (2024, 11, 21), fix: "Update to a supported PostgreSQL." },
    Ended { product: "postgresql", from: &[13], up_to: &[13], end: (2025, 11, 13), fix: "Update to a supported PostgreSQL." },
    Ended { product: "mongodb", from: &[], up_to: &[4], end: (2024, 2, 29), fix: "Update to a supported MongoDB." },
    Ended { product: "mongodb", from: &[5], up_to: &[5], end: (2024, 10, 31), fix: "Update to a supported MongoDB." },
    Ended { product: "mongodb", from: &[6], up_to: &[6], end: (2025, 7, 31), fix: "Update to a supported MongoDB." },
    Ended { product: "elasticsearch", from: &[], up_to: &[6], end: (2022, 2, 10), fix: "Update to a supported Elasticsearch." },
    Ended { product: "microsoft iis", from: &[], up_to: &[6], end: (2015, 7, 14), fix: "Move to a supported Windows Server." },
    Ended { product: "microsoft iis", from: &[7], up_to: &[7], end: (2020, 1, 14), fix: "Move to a supported Windows Server." },
    Ended { product: "microsoft iis", from: &[8], up_to: &[8], end: (2023, 10, 10), fix: "Move to a supported Windows Server." },
];

/// Releases that were distributed with a back door: product, version, identifier.
const BACK_DOORS: [(&str, &str, &str); 2] = [
    ("vsftpd", "2.3.4", "CVE-2011-2523"),
    ("UnrealIRCd", "3.2.8.1", "CVE-2010-2075"),
];

/// Findings about releases with a back door, and about programs that ended before the facts were seen.
pub(super) fn findings(facts: &Facts) -> Vec<Finding> {
    let found = facts.ports.iter().filter_map(|port| {
        let product = port.service.product.as_deref()?;
        let version = port.service.version.as_deref()?;
        back_door(port, product, version, facts.scope).or_else(|| {
            let row = ended(product, version, facts.at)?;
            Some(finding(port, row, product, version, facts.scope))
        })
    });
    found.collect()
}

fn back_door(port: &PortFact, product: &str, version: &str, scope: Scope) -> Option<Finding> {
    let (product, version, cve) = BACK_DOORS
        .into_iter()
        .find(|(name, release, _)| *name == product && *release == version)?;
    Some(Finding {
        id: "back_door".into(),
        severity: match scope {
            Scope::Public => Severity::Critical,
            Scope::Private => Severity::High,
        },
        confidence: Confidence::Probable,
        evidence: evidence(port),
        reason: format!("{product} {version} was for some days distributed with a back door."),
        fix: "Replace it, and look through the machine for what came in.".into(),
        refs: vec![cve.into()],
    })
}

fn finding(port: &PortFact, row: &Ended, product: &str, version: &str, scope: Scope) -> Finding {
    let (year, month, day) = row.end;
    Finding {
        id: "end_of_life".into(),
        severity: match scope {
            Scope::Public => Severity::High,
            Scope::Private => Severity::Medium,
        },
        confidence: Confidence::Probable,
        evidence: evidence(port),
        reason: format!(
            "{product} {version} has had no security updates from its makers since {year}-{month:02}-{day:02}."
        ),
        fix: format!(
            "{} If a distribution maintains it, check that it still does.",
            row.fix
        ),
        refs: vec!["https://endoflife.date".into()],
    }
}

fn ended(product: &str, version: &str, at: Timestamp) -> Option<&'static Ended> {
    let product = product.to_lowercase();
    let version = numbers(version);
    if version.is_empty() {
        return None;
    }
    ENDED.iter().find(|row| {
        let begins = product
            .strip_prefix(row.product)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        // Compared to as many parts as the row has: 2.2.34 belongs to 2.2.
        let head = |parts: usize| &version[..parts.min(version.len())];
        begins
            && version.len() >= row.up_to.len()
            && head(row.up_to.len()) <= row.up_to
            && version.as_slice() >= row.from
            && midnight(row.end) <= at
    })
}

/// The leading numbers of a version: `9.6p1` is 9.6.
fn numbers(version: &str) -> Vec<u32> {
    let mut numbers = Vec::new();
    for part in version.split('.').take(4) {
        let digits: &str = &part[..part.bytes().take_while(u8::is_ascii_digit).count()];
        let Ok(number) = digits.parse() else { break };
        numbers.push(number);
        if digits.len() < part.len() {
            break;
        }
    }
    numbers
}

/// Midnight UTC of a day, by the days-from-civil rule.
fn midnight((year, month, day): (i64, i64, i64)) -> Timestamp {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Timestamp(days * 86_400_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATE: Timestamp = Timestamp(1_795_478_400_000);

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (date, text) in [
            ((1970, 1, 1), "1970-01-01T00:00:00Z"),
            ((2024, 2, 29), "2024-02-29T00:00:00Z"),
            ((2026, 12, 31), "2026-12-31T00:00:00Z"),
        ] {
            assert_eq!(midnight(date).to_string(), text);
        }
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        let is_ended = |product, version| ended(product, version, LATE).is_some();
        assert!(is_ended("Apache httpd", "2.2.34"));
        assert!(!is_ended("Apache httpd", "2.4.62"));
        assert!(!is_ended("Apache httpd", "2"), "too vague");
        assert!(is_ended("nginx", "1.9.3"));
        assert!(!is_ended("nginx", "1.26.2"));
        assert!(is_ended("PHP", "7.4.33"));
        assert!(!is_ended("PHP", "8.3.1"));
        assert!(is_ended("PostgreSQL DB", "9.6.0 or later"));
        assert!(!is_ended("PostgreSQL DB", "17.2"));
        assert!(!is_ended("nginxy", "1.0"));
        assert!(!is_ended("OpenSSL", ""));
    }

    #[test]
    fn nothing_has_ended_before_its_end() {
        let before = midnight((2023, 10, 30));
        assert!(ended("MySQL", "5.7.44", before).is_none());
        assert!(ended("MySQL", "5.7.44", LATE).is_some());
    }
}
