//! The latency of a host as a chart: a band, a line, losses, outages, and what a slot held under the pointer.

use crate::{
    browser,
    components::latency::milliseconds,
    model::chart::{Bar, HEIGHT, Shape, WIDTH, begin, middle, slot_at, summary, words},
    state::use_clock,
};
use domain::{
    chart::{HostPast, Stretch},
    time::Timestamp,
};
use leptos::{ev, html::Div, prelude::*};
use std::fmt::Write;

/// Bars as one path, from the bottom up.
fn bars(bars: &[Bar]) -> String {
    let mut path = String::new();
    for Bar { x, width, height } in bars {
        // Writing into a string cannot fail.
        let _ = write!(
            path,
            "M{x:.1} {HEIGHT}v-{height:.1}h{width:.1}v{height:.1}z"
        );
    }
    path
}

/// A moment at the chart's edge, as fine as the stretch asks for.
fn edge(at: Timestamp, stretch: Stretch) -> String {
    match stretch {
        Stretch::Hour | Stretch::Day => browser::short_time(at, false, true),
        Stretch::Week | Stretch::Month | Stretch::Year => browser::short_time(at, true, false),
    }
}

/// What stands below the chart while a slot is pointed at.
fn readout(past: &HostPast, slot: usize) -> String {
    let (chart, fine) = (&past.chart, past.chart.stretch != Stretch::Year);
    let at = browser::short_time(begin(chart, slot), chart.stretch != Stretch::Hour, fine);
    let held = chart.slots.get(slot).map(words).unwrap_or_default();
    format!("{at} · {held}")
}

/// The chart. It is drawn by the browser only, which knows the reader's time zone.
#[component]
pub fn LatencyChart(
    /// What is drawn.
    past: Signal<HostPast>,
) -> impl IntoView {
    let now = use_clock().now();
    let pointed = RwSignal::new(None::<usize>);
    let slots = move || past.with(|past| past.chart.slots.len());
    let plot = NodeRef::<Div>::new();
    let point = move |event: ev::PointerEvent| {
        if let Some(plot) = plot.get_untracked() {
            let place = plot.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - place.left()) / place.width().max(1.0);
            pointed.set(Some(slot_at(share, slots())));
        }
    };
    let step = move |event: ev::KeyboardEvent| {
        let last = slots().saturating_sub(1);
        let at = pointed.get_untracked();
        let to = match event.key().as_str() {
            "ArrowLeft" => at.map_or(last, |at| at.saturating_sub(1)),
            "ArrowRight" => at.map_or(last, |at| (at + 1).min(last)),
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        pointed.set(Some(to));
    };
    let drawing = move || {
        let shape = past.with(|past| Shape::of(past, now.get_untracked()));
        view! {
            <div class="chart-scale" aria-hidden="true">
                <span>{milliseconds(shape.top)}</span>
                <span>{milliseconds(shape.top / 2.0)}</span>
                <span>"0"</span>
            </div>
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                <path class="chart-grid" d=format!("M0 .5H{WIDTH}M0 {}H{WIDTH}", HEIGHT / 2.0)></path>
                <path class="chart-unobserved" d=bars(&shape.unobserved)></path>
                <path class="chart-outage" d=bars(&shape.outages)></path>
                <path class="chart-band" d=shape.band></path>
                <path class="chart-line" d=shape.line></path>
                <path class="chart-loss" d=bars(&shape.losses)></path>
                <path class="chart-cursor" d=move || pointed.get()
                    .map(|slot| format!("M{:.1} 0V{HEIGHT}", middle(slot, slots())))></path>
            </svg>
        }
    };
    let edges = move || {
        past.with(|past| {
            let chart = &past.chart;
            let half = Timestamp(i64::midpoint(chart.from.0, chart.to.0));
            [
                edge(chart.from, chart.stretch),
                edge(half, chart.stretch),
                "now".into(),
            ]
        })
        .map(|text| view! { <span>{text}</span> })
        .collect_view()
    };
    view! {
        <div class="chart" tabindex="0" role="group" data-testid="chart"
            aria-label=move || past.with(|past| format!("Latency: {}. Arrow keys read single values.", summary(&past.chart)))
            on:keydown=step on:blur=move |_| pointed.set(None)>
            <div class="chart-plot" node_ref=plot on:pointermove=point on:pointerdown=point
                on:pointerleave=move |_| pointed.set(None)>{drawing}</div>
            <div class="chart-edges" aria-hidden="true">{edges}</div>
            <p class="chart-readout" aria-live="polite" data-testid="chart-readout">
                {move || past.with(|past| pointed.get().map_or_else(|| summary(&past.chart), |slot| readout(past, slot)))}
            </p>
        </div>
    }
}
