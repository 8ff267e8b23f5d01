//! Days of 10,000 hosts written and read through the engine: the release build of its example `history`. Sends nothing.

use std::collections::HashMap;

use anyhow::{Context, Result, bail};

use super::document::Section;
use crate::process;
use crate::workspace::Workspace;

/// Days of samples in the file when the questions are asked.
const DAYS: &str = "7";

/// Writes a day and folds it, then a week, and asks while rounds go on.
pub(super) fn history(workspace: &Workspace) -> Result<Section> {
    let mut cargo = process::cargo(&workspace.root);
    process::run(cargo.args(["build", "--release", "-p", "engine", "--example", "history"]))?;
    let program = workspace.target.join("release/examples/history");
    let mut figures = HashMap::new();
    let status = process::watch(std::process::Command::new(program).arg(DAYS), |line| {
        if let Some((key, value)) = line.split_once('=')
            && let Ok(value) = value.trim().parse::<f64>()
        {
            figures.insert(key.to_owned(), value);
        }
    })?;
    if !status.success() {
        bail!("the example history ended with {status}");
    }
    section(&Figures(figures))
}

struct Figures(HashMap<String, f64>);

impl Figures {
    fn of(&self, key: &str) -> Result<f64> {
        let figure = self.0.get(key).copied();
        figure.with_context(|| format!("no figure {key}"))
    }
}

fn section(figures: &Figures) -> Result<Section> {
    let mut section = Section::alone("History: 10,000 hosts, a round every 60 s");
    let samples = figures.of("samples")? / 1_000_000.0;
    section.figure(
        "samples of a day, retries of suspects included",
        format!("{samples:.1} million"),
    );
    let naive = figures.of("naive_bytes")?;
    for (key, what, most) in [
        ("hour_bytes", "folded by hours", 2.0),
        ("day_bytes", "folded by days", 1.2),
    ] {
        let bytes = figures.of(key)?;
        section.figure(
            format!("bytes per sample, {what}, whole file"),
            format!("{bytes:.2}, {:.0} × less than a row each", naive / bytes),
        );
        section.bar(
            format!("at most {most} bytes per sample {what}"),
            bytes <= most,
        );
    }
    section.figure(
        "a row per sample (number, host, time as text, up, ms; index), for comparison",
        format!("{naive:.1} bytes"),
    );
    for (key, what) in [
        ("log_kb", "log written per sweep of 10,000 hosts"),
        ("log_minute_kb", "the same with the retries of its suspects"),
    ] {
        section.figure(what, format!("{:.0} kB", figures.of(key)?));
    }
    section.bar(
        "at most 200 kB of log per sweep",
        figures.of("log_kb")? <= 200.0,
    );
    section.figure(
        "a sweep decided and committed, median",
        format!("{:.1} ms", figures.of("sweep_median_ms")?),
    );
    for (key, what, most) in BARS {
        // A question that there is no operation for yet is not asked.
        let Ok(ms) = figures.of(key) else {
            continue;
        };
        section.figure(what, format!("{ms:.1} ms"));
        section.bar(format!("{what}: at most {most} ms"), ms <= most);
    }
    section.figure(
        "opening a file with the last day in it",
        format!("{:.1} s", figures.of("open_s")?),
    );
    section.figure(
        "folding a day in all",
        format!("{:.1} s", figures.of("fold_day_s")?),
    );
    Ok(section)
}

/// Figure, words, most milliseconds.
const BARS: [(&str, &str, f64); 9] = [
    ("sweep_ms", "a sweep decided and committed, p95", 20.0),
    (
        "fold_hour_step_ms",
        "longest transaction of folding hours",
        200.0,
    ),
    (
        "fold_day_step_ms",
        "longest transaction of folding a day",
        200.0,
    ),
    (
        "prune_step_ms",
        "longest transaction of dropping a day",
        200.0,
    ),
    (
        "raw_day_ms",
        "every round of one host in 24 hours, p95, while rounds go on",
        20.0,
    ),
    (
        "year_ms",
        "a year of one host by hours, p95, while rounds go on",
        50.0,
    ),
    (
        "summary_ms",
        "the dashboard's numbers, p95, while rounds go on",
        50.0,
    ),
    (
        "uptime_day_ms",
        "uptime of 250 hosts over 24 hours, p95, while rounds go on",
        50.0,
    ),
    (
        "uptime_week_ms",
        "uptime of 250 hosts over 7 days, p95, while rounds go on",
        50.0,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_bar_is_told_and_an_unasked_question_is_not() {
        let keys = [
            "samples",
            "naive_bytes",
            "hour_bytes",
            "day_bytes",
            "log_kb",
            "log_minute_kb",
            "sweep_median_ms",
            "open_s",
            "fold_day_s",
        ];
        let mut figures: HashMap<String, f64> =
            keys.iter().map(|key| ((*key).to_owned(), 1.0)).collect();
        figures.insert("raw_day_ms".into(), 21.0);
        let section = section(&Figures(figures)).unwrap();
        let missed: Vec<&str> = section.missed().collect();
        assert_eq!(missed.len(), 1);
        assert!(missed[0].starts_with("every round"), "{missed:?}");
        assert!(!section.markdown().contains("uptime"));
    }
}
