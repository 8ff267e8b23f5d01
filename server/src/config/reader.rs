//! Turns texts into typed values and keeps every complaint, so that all of them are told at once.

use super::{settings, source::Sources};
use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

/// Reads settings one by one; complaints gather in `problems`.
pub(super) struct Reader<'a> {
    sources: &'a Sources,
    /// One line per complaint.
    pub(super) problems: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self {
            problems: sources.unknown(),
            sources,
        }
    }

    /// What was given, if anything.
    pub(super) fn given(&self, name: &str) -> Option<&'a str> {
        self.sources.get(name).map(|(value, _)| value)
    }

    /// What was given, or the default from the table.
    pub(super) fn text(&self, name: &str) -> &'a str {
        self.given(name)
            .unwrap_or_else(|| settings::find(name).map_or("", |setting| setting.default))
    }

    /// Complains about a setting; the value is repeated unless it is a secret.
    pub(super) fn complain(&mut self, name: &str, expected: impl Display) {
        let secret = settings::find(name).is_none_or(settings::Setting::is_secret);
        self.problems.push(match self.sources.get(name) {
            Some((value, source)) if !secret => {
                format!("{name}: {expected}, not \"{value}\" (from the {source})")
            }
            Some((_, source)) => format!("{name}: {expected} (from the {source})"),
            None => format!("{name}: {expected}"),
        });
    }

    /// Complains in words that need no repetition of the value.
    pub(super) fn refuse(&mut self, name: &str, words: impl Display) {
        let source = self
            .sources
            .get(name)
            .map_or("default", |(_, source)| source);
        self.problems
            .push(format!("{name}: {words} (from the {source})"));
    }

    /// A whole number within a range.
    pub(super) fn number<T>(&mut self, name: &str, range: RangeInclusive<T>) -> T
    where
        T: FromStr + PartialOrd + Display + Copy,
    {
        match self.text(name).trim().parse() {
            Ok(number) if range.contains(&number) => number,
            _ => {
                self.complain(
                    name,
                    format!(
                        "expected a whole number from {} to {}",
                        range.start(),
                        range.end()
                    ),
                );
                *range.start()
            }
        }
    }

    /// A switch.
    pub(super) fn switch(&mut self, name: &str) -> bool {
        match self.text(name).trim().to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => true,
            "0" | "false" | "no" | "off" => false,
            _ => {
                self.complain(name, "expected 1 or 0");
                false
            }
        }
    }

    /// Anything that reads itself; `expected` says what would have been right.
    pub(super) fn parsed<T: FromStr>(&mut self, name: &str, expected: &str) -> Option<T> {
        let value = self.text(name).trim().parse().ok();
        if value.is_none() {
            self.complain(name, expected);
        }
        value
    }
}
