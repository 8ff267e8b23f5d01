//! A scan's results as a table: one row per target, every field of the contract a column (RFC 4180).

use super::{
    AccessTest, Narration, Outcome, Scan, ScanResult, ScannedPort, metadata::MetadataFact,
};
use crate::{
    risk::{Finding, Step},
    text,
};
use serde::Serialize;
use std::fmt;

/// The columns, in the order of the contract.
const COLUMNS: [&str; 25] = [
    "target",
    "ip_address",
    "availability",
    "location",
    "country",
    "provider",
    "service_category",
    "publicly_exposed",
    "open_ports",
    "accessibility_tests",
    "risk_level",
    "risk_summary",
    "recommendation",
    "risk_score",
    "risk_model",
    "findings",
    "risk_arithmetic",
    "metadata_source",
    "metadata",
    "metadata_problems",
    "narration_provider",
    "narration_model",
    "narration_rules_summary",
    "narration_rules_recommendation",
    "duration_ms",
];

/// The results of a scan, the names of the columns first. What stands in a cell is never a formula for a spreadsheet.
pub fn table(scan: &Scan) -> String {
    let mut table = String::new();
    line(&mut table, &COLUMNS);
    for result in &scan.results {
        line(&mut table, &cells(result));
    }
    table
}

fn line(table: &mut String, cells: &[impl AsRef<str>]) {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            table.push(',');
        }
        table.push_str(&quoted(cell.as_ref()));
    }
    table.push_str("\r\n");
}

/// A cell that is text wherever it is opened: in quotes if it has to be, after an apostrophe if a spreadsheet would
/// calculate it.
fn quoted(cell: &str) -> String {
    let mut cell = text::plain(cell);
    let first = cell.trim_start().chars().next();
    if first.is_some_and(|c| "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".contains(c)) {
        cell.insert(0, '\'');
    }
    if cell.contains([',', '"']) || cell.starts_with(' ') || cell.ends_with(' ') {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

fn cells(result: &ScanResult) -> [String; COLUMNS.len()] {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let told = |part: fn(&Narration) -> &String| {
        let narration = result.narration.as_ref();
        narration.map(part).cloned().unwrap_or_default()
    };
    [
        result.target.clone(),
        result.ip_address.clone(),
        result.availability.to_string(),
        or_empty(&result.location),
        or_empty(&result.country),
        or_empty(&result.provider),
        word(&result.service_category),
        result.publicly_exposed.to_string(),
        listed(&result.open_ports, port),
        listed(&result.accessibility_tests, test),
        result.risk_level.to_string(),
        result.risk_summary.clone(),
        result.recommendation.clone(),
        result.risk_score.to_string(),
        result.risk_model.to_string(),
        listed(&result.findings, finding),
        listed(&result.risk_arithmetic, |it| step(*it)),
        or_empty(&result.metadata_source),
        listed(&result.metadata, fact),
        listed(&result.metadata_problems, Clone::clone),
        told(|it| &it.provider),
        told(|it| &it.model),
        told(|it| &it.rules_summary),
        told(|it| &it.rules_recommendation),
        result.duration_ms.to_string(),
    ]
}

fn listed<T>(items: &[T], words: impl Fn(&T) -> String) -> String {
    let items: Vec<String> = items.iter().map(words).collect();
    items.join("; ")
}

/// The word on the wire of a value that is one word there.
fn word(value: &impl Serialize) -> String {
    struct Word<'a, T>(&'a T);
    impl<T: Serialize> fmt::Display for Word<'_, T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.serialize(f)
        }
    }
    Word(value).to_string()
}

fn port(port: &ScannedPort) -> String {
    let parts = [&port.service, &port.product, &port.version];
    let mut words = format!("{}/{}", port.port, port.proto);
    for part in parts.into_iter().flatten() {
        words.push(' ');
        words.push_str(part);
    }
    words
}

fn test(test: &AccessTest) -> String {
    let outcome = match test.outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::TimedOut => "timed out",
        Outcome::Skipped => "skipped",
    };
    format!("{} {outcome}: {}", test.test, test.detail)
}

fn finding(finding: &Finding) -> String {
    let severity = word(&finding.severity);
    format!("{severity} {}: {}", finding.id, finding.evidence)
}

fn step(step: Step) -> String {
    let Step {
        count,
        points,
        score,
        ..
    } = step;
    format!("{count} {} of {points}: {score}", word(&step.severity))
}

fn fact(fact: &MetadataFact) -> String {
    format!("{}: {} ({})", word(&fact.kind), fact.value, fact.source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::diff::tests::{result, scan};
    use serde_json::Value;

    /// The cells of a table as RFC 4180 has them read.
    fn read(table: &str) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut cell, mut is_quoted) = (vec![], vec![], String::new(), false);
        let mut chars = table.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' if is_quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
                '"' => is_quoted = !is_quoted,
                ',' if !is_quoted => row.push(std::mem::take(&mut cell)),
                '\r' if !is_quoted => {
                    assert_eq!(chars.next(), Some('\n'));
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                c => cell.push(c),
            }
        }
        assert!(
            row.is_empty() && cell.is_empty(),
            "the last line has an end"
        );
        rows
    }

    #[test]
    fn every_field_of_a_result_has_a_column() {
        let result = result("a", &[(443, "1")], &["x"]);
        let Value::Object(fields) = serde_json::to_value(&result).unwrap() else {
            panic!()
        };
        for field in fields.keys() {
            let is_there =
                |column: &&str| *column == field || column.starts_with(&format!("{field}_"));
            assert!(COLUMNS.iter().any(is_there), "{field}");
        }
        let rows = read(&table(&scan(vec![result.clone(), result])));
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0], COLUMNS);
        assert_eq!(rows[1][..3], ["a", "203.0.113.1", "true"]);
        assert_eq!(rows[1][8], "443/tcp 1");
        assert_eq!(rows[1][15], "low x: 80/tcp");
    }

    #[test]
    fn strangers_texts_are_neither_formulas_nor_cells_of_their_own() {
        for (text, cell) in [
            (
                "=HYPERLINK(\"http://evil\")",
                "'=HYPERLINK(\"http://evil\")",
            ),
            ("+1", "'+1"),
            ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
            ("@SUM(1,2)", "'@SUM(1,2)"),
            ("\t=1+1", "' =1+1"),
            ("\r\n=1+1", "'  =1+1"),
            ("  =1", "'  =1"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("\u{200b}=1", "'=1"),
            ("a,b", "a,b"),
            ("say \"x\"", "say \"x\""),
            ("a\r\nb", "a  b"),
            ("\u{202e}evil\u{1b}[31m", "evil[31m"),
            ("Zürich 東京", "Zürich 東京"),
            ("", ""),
        ] {
            let mut result = result("t", &[], &[]);
            result.provider = Some(text.into());
            let rows = read(&table(&scan(vec![result])));
            assert_eq!(rows.len(), 2, "{text:?}");
            assert_eq!(rows[1].len(), COLUMNS.len(), "{text:?}");
            assert_eq!(rows[1][5], cell, "{text:?}");
        }
    }
}
