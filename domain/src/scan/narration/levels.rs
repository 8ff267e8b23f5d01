//! What a text says of the risk as a whole. The verdict is the rules'; a text that states another one is thrown away.
//!
//! A level is stated by "high risk", by "the risk is rated high" and the like, with small words in between. Comparisons
//! ("a higher risk", "lowers the risk") state none.

use super::answer::{Known, Rejected};
use crate::risk::{RiskLevel, Severity};

/// Words behind a level that make it the level of the whole.
const WHOLES: [&str; 6] = ["risk", "risks", "risky", "level", "rating", "exposure"];
/// Words that may stand between a level and "risk".
const KINDS: [&str; 8] = [
    "security",
    "overall",
    "cyber",
    "potential",
    "residual",
    "external",
    "network",
    "general",
];
/// Words before a level that make it the level of the whole.
const SUBJECTS: [&str; 15] = [
    "risk",
    "risks",
    "level",
    "rating",
    "verdict",
    "rated",
    "rates",
    "assessed",
    "classified",
    "judged",
    "considered",
    "deemed",
    "posture",
    "scored",
    "assessment",
];
/// Words that may stand between those and a level.
const FILLERS: [&str; 37] = [
    "level",
    "rating",
    "score",
    "verdict",
    "risk",
    "is",
    "was",
    "as",
    "at",
    "remains",
    "remain",
    "stays",
    "to",
    "be",
    "the",
    "overall",
    "a",
    "an",
    "rated",
    "assessed",
    "classified",
    "considered",
    "judged",
    "deemed",
    "set",
    "only",
    "currently",
    "therefore",
    "very",
    "quite",
    "being",
    "has",
    "been",
    "just",
    "host",
    "here",
    "s",
];
/// How many of them.
const FAR: usize = 6;
/// Words beside which a level is a severity.
const GRADES: [&str; 10] = [
    "severity",
    "severities",
    "finding",
    "findings",
    "issue",
    "issues",
    "vulnerability",
    "vulnerabilities",
    "problem",
    "problems",
];
/// Words that call something safe.
const SAFE: [&str; 5] = ["safe", "harmless", "benign", "trustworthy", "secure"];
/// Words before them that make it a statement.
const STATES: [&str; 9] = [
    "is",
    "are",
    "looks",
    "look",
    "seems",
    "appears",
    "remains",
    "be",
    "considered",
];
/// Words that may stand in between.
const DEGREES: [&str; 12] = [
    "completely",
    "perfectly",
    "entirely",
    "totally",
    "fully",
    "very",
    "quite",
    "generally",
    "to",
    "be",
    "absolutely",
    "therefore",
];

/// Levels that a word can mean, the first by name.
fn meant(word: &str) -> &'static [RiskLevel] {
    use RiskLevel::{Critical, High, Low, Medium, None, Unknown};
    match word {
        "none" => &[None],
        "low" => &[Low],
        "minimal" | "negligible" | "minor" => &[Low, None],
        "medium" | "moderate" => &[Medium],
        "high" => &[High],
        "severe" | "extreme" | "serious" => &[Critical, High],
        "critical" => &[Critical],
        "unknown" => &[Unknown],
        _ => &[],
    }
}

fn severity(word: &str) -> Option<Severity> {
    Some(match word {
        "low" => Severity::Low,
        "medium" | "moderate" => Severity::Medium,
        "high" => Severity::High,
        "critical" => Severity::Critical,
        _ => return None,
    })
}

/// Whether a text states the verdict's level, score and severities only.
pub(super) fn check(text: &str, known: &Known) -> Result<(), Rejected> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric() && !".;!?".contains(c))
        .flat_map(|part| part.split_inclusive(['.', ';', '!', '?']))
        .flat_map(ended)
        .filter(|word| !word.is_empty())
        .collect();
    let at = |n: usize| words.get(n).copied().unwrap_or_default();
    for (n, word) in words.iter().enumerate() {
        check_score(known, &words[n..])?;
        if SAFE.contains(word) && known.level != RiskLevel::None && is_stated(&words[..n]) {
            return Err(Rejected::Safe);
        }
        if *word == "no" && ["risk", "risks"].contains(&at(n + 1)) && known.level != RiskLevel::None
        {
            return Err(Rejected::Level(RiskLevel::None.as_str(), known.level));
        }
        let levels = meant(word);
        if levels.is_empty() {
            continue;
        }
        let behind = if KINDS.contains(&at(n + 1)) {
            at(n + 2)
        } else {
            at(n + 1)
        };
        let before = n.checked_sub(1).map_or("", at);
        let is_grade = GRADES.contains(&behind) || ["severity", "severities"].contains(&before);
        if is_grade {
            let grade = severity(word);
            let is_known = grade.is_none_or(|it| known.severities.contains(&it));
            if !is_known && !levels.contains(&known.level) {
                return Err(Rejected::Severity(levels[0].as_str()));
            }
        } else if (WHOLES.contains(&behind) || is_of_the_whole(&words[..n]))
            && !levels.contains(&known.level)
        {
            return Err(Rejected::Level(levels[0].as_str(), known.level));
        }
    }
    Ok(())
}

/// A word and the end of its sentence as two.
fn ended(word: &str) -> [&str; 2] {
    match word.strip_suffix(['.', ';', '!', '?']) {
        Some(word) => [word, "."],
        None => [word, ""],
    }
}

/// "the risk is rated …", read backwards.
fn is_of_the_whole(before: &[&str]) -> bool {
    for word in before.iter().rev().take(FAR) {
        if SUBJECTS.contains(word) {
            return true;
        }
        if !FILLERS.contains(word) {
            return false;
        }
    }
    false
}

/// "is completely …", read backwards.
fn is_stated(before: &[&str]) -> bool {
    for word in before.iter().rev().take(4) {
        if STATES.contains(word) {
            return true;
        }
        if !DEGREES.contains(word) {
            return false;
        }
    }
    false
}

/// "20 of 100", "20/100", "a score of 20".
fn check_score(known: &Known, words: &[&str]) -> Result<(), Rejected> {
    let score: Option<u64> = match words {
        [n, "100", ..]
        | [n, "of", "100", ..]
        | [n, "out", "of", "100", ..]
        | ["score", "of" | "is" | "at" | "was", n, ..]
        | ["score", n, ..] => n.parse().ok(),
        _ => None,
    };
    match score {
        Some(score) if score != u64::from(known.score) => Err(Rejected::Score(score, known.score)),
        _ => Ok(()),
    }
}
