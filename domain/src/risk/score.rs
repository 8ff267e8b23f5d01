//! The score: the chance that at least one of several independent things goes wrong (noisy-or), in whole numbers.

use super::{RiskLevel, Severity};
use serde::{Deserialize, Serialize};

/// Parts of the whole: percentages of percentages keep six digits.
const WHOLE: u64 = 1_000_000;

/// Findings of one severity as they go into the score.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Step {
    /// Their severity.
    pub severity: Severity,
    /// How many there are.
    pub count: u32,
    /// What each takes of the part that was left, in percent.
    pub points: u8,
    /// The score with them and all that are worse.
    pub score: u8,
}

/// The score from 0 to 100, and how it came about: each finding takes its points, in percent, of what the worse ones left.
///
/// Rounding down what is left after each step can't make it grow, so one more finding never lowers the score; taking them
/// in order of severity makes it the same in whatever order they come.
pub fn score(severities: impl IntoIterator<Item = Severity>) -> (u8, Vec<Step>) {
    let mut sorted: Vec<Severity> = severities.into_iter().collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let mut left = WHOLE;
    let mut steps: Vec<Step> = Vec::new();
    for severity in sorted {
        let points = severity.points();
        left = left * u64::from(100 - points) / 100;
        let score = u8::try_from((WHOLE - left) * 100 / WHOLE).unwrap_or(100);
        match steps.last_mut() {
            Some(step) if step.severity == severity => {
                step.count += 1;
                step.score = score;
            }
            _ => steps.push(Step {
                severity,
                count: 1,
                points,
                score,
            }),
        }
    }
    (steps.last().map_or(0, |step| step.score), steps)
}

/// The level of a score; never more than one above the worst single finding, so that many trifles are no emergency.
pub(super) fn level(score: u8, worst: Option<Severity>) -> RiskLevel {
    let by_score = match score {
        80.. => RiskLevel::Critical,
        45.. => RiskLevel::High,
        20.. => RiskLevel::Medium,
        5.. => RiskLevel::Low,
        _ => RiskLevel::None,
    };
    let highest = match worst {
        None => RiskLevel::None,
        Some(Severity::Info) => RiskLevel::Low,
        Some(Severity::Low) => RiskLevel::Medium,
        Some(Severity::Medium) => RiskLevel::High,
        Some(Severity::High | Severity::Critical) => RiskLevel::Critical,
    };
    by_score.min(highest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Severity::{Critical, High, Low, Medium};

    #[test]
    fn the_scores_of_some_sets_are_as_computed_by_hand() {
        for (set, expected, expected_level) in [
            (&[][..], 0, RiskLevel::None),
            (&[Low][..], 5, RiskLevel::Low),
            (&[High], 45, RiskLevel::High),
            (&[High; 2], 69, RiskLevel::High),
            (&[High; 3], 83, RiskLevel::Critical),
            (&[Medium; 3], 48, RiskLevel::High),
            (&[Low; 5], 22, RiskLevel::Medium),
            (&[Low; 20], 64, RiskLevel::Medium),
            (&[Critical], 80, RiskLevel::Critical),
            (&[Critical, Low], 81, RiskLevel::Critical),
        ] {
            let (score, steps) = score(set.iter().copied());
            assert_eq!(score, expected, "{set:?}");
            assert_eq!(level(score, set.iter().max().copied()), expected_level);
            assert_eq!(
                steps.iter().map(|s| s.count as usize).sum::<usize>(),
                set.len()
            );
        }
    }
}
