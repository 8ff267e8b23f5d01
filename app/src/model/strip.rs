//! A strip of 24 hours as shapes and words.

use domain::strip::SubnetStrip;
use std::fmt::Write as _;

/// A strip is so many units high: as many as there are steps between none and all.
const HIGH: u32 = 15;
/// The least that is drawn of hosts that were up, and of hosts that were not.
const LEAST: u32 = 3;

/// The outlines of a strip, each one path for all of the day, and what it says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// From the ground: the share that was up.
    pub up: String,
    /// From above: the share that was not.
    pub down: String,
    /// A line in the middle: nobody looked.
    pub gap: String,
    /// `99.8 %`, or nothing.
    pub percent: String,
    /// `24 h: 99.8 % up, 2 gaps`.
    pub words: String,
}

impl Drawn {
    /// Draws a strip: one unit per quarter of an hour, equal ones as one shape.
    pub fn of(strip: &SubnetStrip) -> Self {
        let percent = strip.percent_up.map(percent).unwrap_or_default();
        let mut drawn = Self {
            words: words(&percent, strip.gaps),
            percent,
            ..Self::default()
        };
        let levels: Vec<Option<u32>> = strip.levels().collect();
        let mut x = 0;
        for run in levels.chunk_by(|a, b| a == b) {
            drawn.run(x, run.len(), run[0]);
            x += run.len();
        }
        drawn
    }

    fn run(&mut self, x: usize, long: usize, level: Option<u32>) {
        let mut bar = |path: fn(&mut Self) -> &mut String, y: u32, high: u32| {
            // Writing to a string does not fail.
            let _ = write!(path(self), "M{x} {y}h{long}v{high}h-{long}z");
        };
        let Some(level) = level else {
            return bar(|d| &mut d.gap, 7, 1);
        };
        let up = match level {
            0 => 0,
            HIGH.. => HIGH,
            part => part.clamp(LEAST, HIGH - LEAST),
        };
        if up > 0 {
            bar(|d| &mut d.up, HIGH - up, up);
        }
        if up < HIGH {
            bar(|d| &mut d.down, 0, HIGH - up);
        }
    }
}

/// Rounded down, so that 100 % means all.
fn percent(percent: f64) -> String {
    let tenths = (percent * 10.0).floor() / 10.0;
    if tenths >= 100.0 {
        "100 %".to_owned()
    } else {
        format!("{tenths:.1} %")
    }
}

fn words(percent: &str, gaps: u32) -> String {
    match (percent, gaps) {
        ("", _) => "24 h: not observed".to_owned(),
        (up, 0) => format!("24 h: {up} up"),
        (up, 1) => format!("24 h: {up} up, 1 gap"),
        (up, gaps) => format!("24 h: {up} up, {gaps} gaps"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::subnet::SubnetId;

    fn strip(cells: &str, percent_up: Option<f64>, gaps: u32) -> Drawn {
        Drawn::of(&SubnetStrip {
            subnet_id: SubnetId(1),
            cells: cells.into(),
            percent_up,
            gaps,
        })
    }

    #[test]
    fn equal_quarters_are_one_shape_and_a_single_silent_host_is_visible() {
        let drawn = strip("--ffe0", Some(99.96), 2);
        assert_eq!(drawn.gap, "M0 7h2v1h-2z");
        assert_eq!(drawn.up, "M2 0h2v15h-2zM4 3h1v12h-1z");
        assert_eq!(drawn.down, "M4 0h1v3h-1zM5 0h1v15h-1z");
        assert_eq!(drawn.words, "24 h: 99.9 % up, 2 gaps");
    }

    #[test]
    fn a_day_without_observation_says_so() {
        let drawn = strip("----", None, 0);
        assert_eq!(drawn.words, "24 h: not observed");
        assert_eq!((drawn.up.as_str(), drawn.percent.as_str()), ("", ""));
        assert_eq!(strip("f", Some(100.0), 0).words, "24 h: 100 % up");
    }
}
