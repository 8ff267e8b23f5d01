//! `docs/benchmarks.md`: one section per group between markers, so that a group can be measured again by itself.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;

use anyhow::{Context, Result};

use crate::process;
use crate::workspace::Workspace;

/// What a group measured.
pub(super) struct Section {
    title: &'static str,
    /// What it was measured side by side with.
    peer: Option<&'static str>,
    /// Rows of the table: what, ours, theirs, ratio or remark.
    rows: Vec<[String; 4]>,
    bars: Vec<(String, bool)>,
}

impl Section {
    pub(super) fn new(title: &'static str) -> Self {
        Self {
            title,
            peer: Some("fping"),
            rows: Vec::new(),
            bars: Vec::new(),
        }
    }

    /// A section of figures beside those of another tool than fping.
    pub(super) fn beside(title: &'static str, peer: &'static str) -> Self {
        Self {
            peer: Some(peer),
            ..Self::new(title)
        }
    }

    /// A section of figures that have no peer.
    pub(super) fn alone(title: &'static str) -> Self {
        Self {
            peer: None,
            ..Self::new(title)
        }
    }

    /// Adds a figure that has no peer.
    pub(super) fn figure(&mut self, what: impl Into<String>, figure: impl Into<String>) {
        self.row(what, [figure.into(), String::new(), String::new()]);
    }

    /// Adds a row of figures.
    pub(super) fn row(&mut self, what: impl Into<String>, rest: [String; 3]) {
        let [ours, theirs, remark] = rest;
        self.rows.push([what.into(), ours, theirs, remark]);
    }

    /// Adds a bar and whether it was met.
    pub(super) fn bar(&mut self, bar: impl Into<String>, met: bool) {
        self.bars.push((bar.into(), met));
    }

    /// The bars that were not met.
    pub(super) fn missed(&self) -> impl Iterator<Item = &str> {
        self.bars
            .iter()
            .filter(|(_, met)| !met)
            .map(|(bar, _)| bar.as_str())
    }

    /// The section as it stands in the document.
    pub(super) fn markdown(&self) -> String {
        let mut text = format!("### {}\n\n", self.title);
        let columns = if self.peer.is_some() { 4 } else { 2 };
        match self.peer {
            Some(peer) => text.extend(["| | Rollcall | ", peer, " | ratio |\n|---|---|---|---|\n"]),
            None => text.push_str("| | Rollcall |\n|---|---|\n"),
        }
        for row in &self.rows {
            text.extend(["| ", &row[..columns].join(" | "), " |\n"]);
        }
        text.push('\n');
        for (bar, met) in &self.bars {
            let verdict = if *met { "met" } else { "**missed**" };
            text.extend(["- ", bar, ": ", verdict, "\n"]);
        }
        text
    }
}

/// Replaces the section between the group's markers, or appends it.
pub(super) fn write(workspace: &Workspace, name: &str, section: &Section) -> Result<()> {
    let path = workspace.root.join("docs/benchmarks.md");
    let document = fs::read_to_string(&path).unwrap_or_default();
    let body = format!("{}\n{}", section.markdown(), machine());
    fs::write(&path, replaced(&document, name, &body))
        .with_context(|| format!("failed to write {}", path.display()))
}

fn replaced(document: &str, name: &str, body: &str) -> String {
    let (open, close) = (
        format!("<!-- bench:{name} -->"),
        format!("<!-- /bench:{name} -->"),
    );
    let section = format!("{open}\n{}\n{close}", body.trim_end());
    let found = document.find(&open).zip(document.find(&close));
    match found.filter(|(start, end)| start < end) {
        Some((start, end)) => {
            format!(
                "{}{section}{}",
                &document[..start],
                &document[end + close.len()..]
            )
        }
        None => format!("{}\n\n{section}\n", document.trim_end()),
    }
}

/// Where and when the figures were taken.
fn machine() -> String {
    let read = |program: &str, argument: &str| {
        process::read(Command::new(program).arg(argument)).map_or_else(
            |_| "unknown".to_owned(),
            |text| text.lines().next().unwrap_or_default().trim().to_owned(),
        )
    };
    let cores = available_parallelism().map_or(0, std::num::NonZero::get);
    let processor = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let processor = processor
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or("unknown processor")
        .trim_start_matches([' ', '\t', ':'])
        .to_owned();
    // What follows the version is a build's own name.
    let release = read("uname", "-r");
    format!(
        "{}, {cores} cores of {processor}, Linux {}, {}.",
        read("date", "+%F"),
        release.split('-').next().unwrap_or_default(),
        read("fping", "--version"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_replaced_where_it_stands() {
        let before = "# B\n\n<!-- bench:a -->\nold\n<!-- /bench:a -->\n\nend\n";
        let after = replaced(before, "a", "new\n");
        assert_eq!(
            after,
            "# B\n\n<!-- bench:a -->\nnew\n<!-- /bench:a -->\n\nend\n"
        );
    }

    #[test]
    fn a_new_section_is_appended() {
        let after = replaced("# B\n", "b", "new");
        assert_eq!(after, "# B\n\n<!-- bench:b -->\nnew\n<!-- /bench:b -->\n");
    }

    #[test]
    fn a_missed_bar_is_said() {
        let mut section = Section::new("T");
        section.bar("fast", true);
        section.bar("small", false);
        assert_eq!(section.missed().collect::<Vec<_>>(), ["small"]);
        assert!(section.markdown().contains("- small: **missed**"));
    }
}
