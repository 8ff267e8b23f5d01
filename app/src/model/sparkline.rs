//! The last 24 hours of a host as a line of bars: as high as it was slow, in the colour of what came.

use domain::history::{BUCKETS, Bucket, Sparkline};
use std::fmt::Write;

/// Width of the picture, one unit per quarter of an hour.
pub const WIDTH: usize = BUCKETS;
/// Height of the picture.
pub const HEIGHT: u32 = 18;
/// Height of the lowest bar.
const LOW: u32 = 5;
/// Steps of a coarse latency that fill the height: a factor of about 8, so that noise stays low.
const SPAN: u32 = 30;

/// SVG paths by what came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bars {
    /// Every round was answered.
    pub up: String,
    /// Rounds or requests were lost.
    pub lossy: String,
    /// Nothing was answered.
    pub down: String,
}

impl Bars {
    /// The bars of a host.
    pub fn of(line: &Sparkline) -> Self {
        let buckets: Vec<Bucket> = line.buckets().collect();
        let codes = || buckets.iter().filter_map(|bucket| bucket.latency);
        let lowest = codes().map(|code| u32::from(code.0)).min().unwrap_or(0);
        let highest = codes().map(|code| u32::from(code.0)).max().unwrap_or(0);
        let span = (highest - lowest).max(SPAN);
        let mut bars = Self::default();
        for (x, bucket) in buckets.iter().enumerate() {
            let code = bucket.latency.map_or(lowest, |code| u32::from(code.0));
            let height = LOW + (code - lowest) * (HEIGHT - LOW) / span;
            let (path, height) = match (bucket.replied, bucket.silent, bucket.lossy) {
                (false, false, _) => continue,
                (false, true, _) => (&mut bars.down, HEIGHT),
                (true, false, false) => (&mut bars.up, height),
                (true, ..) => (&mut bars.lossy, height),
            };
            // Writing into a string cannot fail.
            let _ = write!(path, "M{x} {HEIGHT}v-{height}h1v{height}z");
        }
        bars
    }
}

/// The same in words.
pub fn words(line: &Sparkline) -> String {
    let (mut asked, mut down, mut lossy) = (0, 0, 0);
    for bucket in line.buckets().filter(|b| b.replied || b.silent) {
        asked += 1;
        down += u32::from(!bucket.replied);
        lossy += u32::from(bucket.replied && (bucket.silent || bucket.lossy));
    }
    match (asked, down, lossy) {
        (0, ..) => "24 hours: not asked".into(),
        (_, 0, 0) => "24 hours: no loss".into(),
        (_, 0, lossy) => format!("24 hours: losses in {lossy} quarters of an hour"),
        (_, down, 0) => format!("24 hours: silent in {down} quarters of an hour"),
        (_, down, lossy) => {
            format!("24 hours: silent in {down}, losses in {lossy} quarters of an hour")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{host::HostId, sample::Sample};

    fn line(buckets: impl IntoIterator<Item = Bucket>) -> Sparkline {
        Sparkline::new(HostId(1), buckets)
    }

    #[test]
    fn what_came_decides_the_colour_and_the_latency_the_height() {
        let up = Bucket::default().with(Sample::reply(1_000, 0));
        let slow = Bucket::default().with(Sample::reply(100_000, 0));
        let partly = up.with(Sample::SILENCE);
        let down = Bucket::default().with(Sample::SILENCE);
        let line = line([up, slow, partly, down, Bucket::default()]);
        let bars = Bars::of(&line);
        assert_eq!(bars.up, "M0 18v-5h1v5zM1 18v-18h1v18z");
        assert_eq!(bars.lossy, "M2 18v-5h1v5z");
        assert_eq!(bars.down, "M3 18v-18h1v18z");
        assert_eq!(
            words(&line),
            "24 hours: silent in 1, losses in 1 quarters of an hour"
        );
    }

    #[test]
    fn a_host_that_was_never_asked_has_no_bars() {
        let line = line(vec![Bucket::default(); BUCKETS]);
        assert_eq!(Bars::of(&line), Bars::default());
        assert_eq!(words(&line), "24 hours: not asked");
    }
}
