//! A host's past as shapes: where the band, the line, the losses and the outages of its chart lie.

use crate::{ago, components::latency::milliseconds};
use domain::{
    chart::{Chart, HostPast, Slot},
    time::Timestamp,
};
use std::fmt::Write;

/// Width of the plot; the picture is stretched to the space there is.
pub const WIDTH: f64 = 420.0;
/// Height of the plot.
pub const HEIGHT: f64 = 112.0;
/// Height of a bar that stands for 100 % loss.
const LOSS_HEIGHT: f64 = 28.0;
/// What is shorter would not be seen.
const LEAST: f64 = 1.5;

/// An upright or full-height rectangle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Its left edge.
    pub x: f64,
    /// Its width.
    pub width: f64,
    /// Its height, from the bottom.
    pub height: f64,
}

/// What a chart is drawn from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Milliseconds at the upper edge.
    pub top: f64,
    /// SVG path of the band from the shortest to the longest latency.
    pub band: String,
    /// SVG path of the medians.
    pub line: String,
    /// Where requests were lost although the host answered.
    pub losses: Vec<Bar>,
    /// Where the host was Down.
    pub outages: Vec<Bar>,
    /// Where nobody looked.
    pub unobserved: Vec<Bar>,
}

impl Shape {
    /// The shape of a host's past as of `now`.
    pub fn of(past: &HostPast, now: Timestamp) -> Self {
        let chart = &past.chart;
        let top = top(&chart.slots);
        let mut shape = Self {
            top,
            outages: outages(past, now),
            unobserved: unobserved(chart, now),
            losses: losses(&chart.slots),
            ..Self::default()
        };
        let y = |ms: f64| HEIGHT - (ms / top).clamp(0.0, 1.0) * HEIGHT;
        for run in runs(&chart.slots) {
            shape.draw(&run, y, chart.slots.len());
        }
        shape
    }

    /// One stretch of answers without a hole.
    fn draw(&mut self, run: &[(usize, [f64; 3])], y: impl Fn(f64) -> f64, slots: usize) {
        // A single slot has the width of a slot, else nobody would see it.
        let half = width(slots) / 2.0;
        let mut points: Vec<(f64, [f64; 3])> =
            run.iter().map(|(n, ms)| (middle(*n, slots), *ms)).collect();
        if let [(x, ms)] = points[..] {
            points = vec![(x - half, ms), (x + half, ms)];
        }
        let mut command = 'M';
        for (x, [_, median, _]) in &points {
            // Writing into a string cannot fail.
            let _ = write!(self.line, "{command}{x:.1} {:.1}", y(*median));
            command = 'L';
        }
        command = 'M';
        for (x, [.., max]) in &points {
            let _ = write!(self.band, "{command}{x:.1} {:.1}", y(*max));
            command = 'L';
        }
        for (x, [min, ..]) in points.iter().rev() {
            let _ = write!(self.band, "L{x:.1} {:.1}", y(*min));
        }
        self.band.push('Z');
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a chart has a few hundred slots"
)]
fn width(slots: usize) -> f64 {
    WIDTH / slots.max(1) as f64
}

/// The middle of slot `n`.
#[expect(
    clippy::cast_precision_loss,
    reason = "a chart has a few hundred slots"
)]
pub fn middle(n: usize, slots: usize) -> f64 {
    (n as f64 + 0.5) * width(slots)
}

/// The slot under a place between 0 and 1 of the width.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "clamped to the slots"
)]
pub fn slot_at(share: f64, slots: usize) -> usize {
    ((share.clamp(0.0, 1.0) * slots as f64) as usize).min(slots.saturating_sub(1))
}

/// The upper edge: a round number above nearly everything, so that one slow reply does not flatten the rest.
fn top(slots: &[Slot]) -> f64 {
    let mut highest: Vec<f64> = slots.iter().filter_map(|slot| slot.max).collect();
    highest.sort_by(f64::total_cmp);
    let nearly = highest.get(highest.len() * 95 / 100).copied();
    let medians = slots.iter().filter_map(|slot| slot.median);
    let wanted = medians.fold(nearly.unwrap_or(0.0), f64::max) * 1.15;
    if wanted <= 0.0 {
        return 1.0;
    }
    let decade = 10f64.powf(wanted.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    let fits = steps.into_iter().find(|step| step * decade >= wanted);
    fits.unwrap_or(10.0) * decade
}

/// Stretches of slots with answers. A single slot in between that held no round breaks none: rounds are not on the beat.
fn runs(slots: &[Slot]) -> Vec<Vec<(usize, [f64; 3])>> {
    let mut runs: Vec<Vec<(usize, [f64; 3])>> = Vec::new();
    for (n, slot) in slots.iter().enumerate() {
        let (Some(min), Some(median), Some(max)) = (slot.min, slot.median, slot.max) else {
            continue;
        };
        let follows = |run: &Vec<(usize, [f64; 3])>| {
            run.last().is_some_and(|(last, _)| {
                n == last + 1 || (n == last + 2 && slots[n - 1].rounds == 0)
            })
        };
        match runs.last_mut().filter(|run| follows(run)) {
            Some(run) => run.push((n, [min, median, max])),
            None => runs.push(vec![(n, [min, median, max])]),
        }
    }
    runs
}

fn losses(slots: &[Slot]) -> Vec<Bar> {
    let width = width(slots.len());
    let bar = |(n, slot): (usize, &Slot)| {
        (slot.answered > 0 && slot.loss > 0.0).then(|| Bar {
            x: middle(n, slots.len()) - width / 2.0,
            width,
            height: (slot.loss / 100.0 * LOSS_HEIGHT).max(2.0),
        })
    };
    slots.iter().enumerate().filter_map(bar).collect()
}

/// The place of a moment in the chart.
#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of a year fit 53 bits"
)]
fn x(chart: &Chart, at: Timestamp) -> f64 {
    let share = (at.0 - chart.from.0) as f64 / (chart.to.0 - chart.from.0).max(1) as f64;
    share.clamp(0.0, 1.0) * WIDTH
}

fn full(from: f64, to: f64) -> Bar {
    Bar {
        x: from.min(WIDTH - LEAST),
        width: (to - from).max(LEAST),
        height: HEIGHT,
    }
}

fn outages(past: &HostPast, now: Timestamp) -> Vec<Bar> {
    let place = |at| x(&past.chart, at);
    let each = past.outages.iter();
    each.map(|outage| {
        full(
            place(outage.began_at),
            place(outage.ended_at.unwrap_or(now)),
        )
    })
    .collect()
}

/// Where two slots or more in a row held no round, up to `now`.
fn unobserved(chart: &Chart, now: Timestamp) -> Vec<Bar> {
    let ahead = |n: usize| {
        let begin = i64::try_from(n)
            .unwrap_or(i64::MAX)
            .saturating_mul(chart.slot_ms);
        chart.from.0.saturating_add(begin) > now.0 - chart.slot_ms
    };
    let numbered: Vec<(usize, bool)> = chart
        .slots
        .iter()
        .enumerate()
        .map(|(n, slot)| (n, slot.rounds == 0 && !ahead(n)))
        .collect();
    let width = width(chart.slots.len());
    numbered
        .chunk_by(|a, b| a.1 == b.1)
        .filter(|run| run[0].1 && run.len() > 1)
        .map(|run| {
            let begin = middle(run[0].0, chart.slots.len()) - width / 2.0;
            let end = middle(run[run.len() - 1].0, chart.slots.len()) + width / 2.0;
            full(begin, end)
        })
        .collect()
}

/// When slot `n` begins.
pub fn begin(chart: &Chart, n: usize) -> Timestamp {
    let offset = i64::try_from(n).unwrap_or(0).saturating_mul(chart.slot_ms);
    Timestamp(chart.from.0.saturating_add(offset))
}

/// A slot in words: `1.20 ms (0.90 – 3.10), 2 % lost, 10 rounds`.
pub fn words(slot: &Slot) -> String {
    let rounds = match slot.rounds {
        0 => return "nobody looked".into(),
        1 => "1 round".into(),
        n => format!("{n} rounds"),
    };
    let (Some(min), Some(median), Some(max)) = (slot.min, slot.median, slot.max) else {
        return format!("no answer, {rounds}");
    };
    let lost = match slot.loss {
        0.0 => String::new(),
        loss if loss < 1.0 => ", under 1 % lost".into(),
        loss => format!(", {loss:.0} % lost"),
    };
    let silent = match slot.rounds - slot.answered.min(slot.rounds) {
        0 => String::new(),
        n => format!(", {n} silent"),
    };
    let range = if slot.rounds == 1 || (max - min).abs() < 0.005 {
        milliseconds(median)
    } else {
        format!(
            "{} ({} – {})",
            milliseconds(median),
            milliseconds(min),
            milliseconds(max)
        )
    };
    format!("{range}{lost}, {rounds}{silent}")
}

/// The whole chart in words: `usually 1.20 ms, at most 34.0 ms`.
pub fn summary(chart: &Chart) -> String {
    let slots = &chart.slots;
    let mut medians: Vec<f64> = slots.iter().filter_map(|slot| slot.median).collect();
    medians.sort_by(f64::total_cmp);
    let highest = slots.iter().filter_map(|slot| slot.max).reduce(f64::max);
    match (medians.get(medians.len() / 2), highest) {
        (Some(median), Some(highest)) => format!(
            "usually {}, at most {}",
            milliseconds(*median),
            milliseconds(highest)
        ),
        _ if slots.iter().any(|slot| slot.rounds > 0) => "no answer".into(),
        _ => "nobody looked".into(),
    }
}

/// `3 outages, 14 m in 7 d`.
pub fn outages_in_words(past: &HostPast) -> String {
    let stretch = past.chart.stretch.label();
    match past.outages_in_all {
        0 => format!("no outage in {stretch}"),
        1 => format!("1 outage, {} in {stretch}", ago::span(past.down_seconds)),
        n => format!("{n} outages, {} in {stretch}", ago::span(past.down_seconds)),
    }
}

/// A percentage that is never rounded up to a whole that was not reached: `99.98 %`, `100 %`.
pub fn percent(share: f64) -> String {
    let floor = (share * 100.0 + 1e-9).floor() / 100.0;
    if floor >= 100.0 {
        "100 %".into()
    } else {
        format!("{floor:.2} %")
    }
}

#[cfg(test)]
#[path = "chart_tests.rs"]
mod tests;
