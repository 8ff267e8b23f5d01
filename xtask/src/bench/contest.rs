//! Two tools on the same task, alternating, so that both meet the same moods of the machine.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::cost::{self, Run};

/// Runs of each tool; figures are medians.
const RUNS: usize = 5;

/// Every run of both tools.
pub(super) struct Contest {
    pub(super) ours: Vec<Run>,
    pub(super) theirs: Vec<Run>,
}

/// Lets both tools run in turn.
pub(super) fn alternate(
    mut ours: impl FnMut() -> Command,
    mut theirs: impl FnMut() -> Command,
) -> Result<Contest> {
    let mut contest = Contest {
        ours: Vec::new(),
        theirs: Vec::new(),
    };
    for _ in 0..RUNS {
        contest.theirs.push(cost::run(&mut theirs())?);
        contest.ours.push(cost::run(&mut ours())?);
    }
    Ok(contest)
}

/// The median over runs of whatever `figure` reads from one.
pub(super) fn median<T: PartialOrd + Copy>(
    runs: &[Run],
    figure: impl Fn(&Run) -> Option<T>,
) -> Option<T> {
    let mut figures: Vec<T> = runs.iter().filter_map(figure).collect();
    figures.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    figures.get(figures.len() / 2).copied()
}

/// Median wall and processor time.
pub(super) fn times(runs: &[Run]) -> (Duration, Duration) {
    let wall = median(runs, |run| Some(run.wall)).unwrap_or_default();
    let cpu = median(runs, |run| Some(run.cpu)).unwrap_or_default();
    (wall, cpu)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_ignores_the_unlucky_run() {
        let runs: Vec<_> = [3, 900, 1, 2, 4]
            .into_iter()
            .map(|millis| Run {
                wall: Duration::from_millis(millis),
                cpu: Duration::ZERO,
                output: String::new(),
            })
            .collect();
        assert_eq!(times(&runs).0, Duration::from_millis(3));
    }
}
