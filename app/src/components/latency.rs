//! A round-trip time as a short bar and a number.

use leptos::prelude::*;

/// Milliseconds from which a host in a local network is called slow.
const SLOW_MS: f64 = 100.0;
/// Width of a full bar.
const FULL: f64 = 34.0;

/// Three digits that matter: `0.42 ms`, `12.9 ms`, `148 ms`.
pub fn milliseconds(latency: f64) -> String {
    match latency {
        0.0..10.0 => format!("{latency:.2} ms"),
        10.0..100.0 => format!("{latency:.1} ms"),
        _ => format!("{latency:.0} ms"),
    }
}

/// The bar's width: logarithmic from 0.05 ms to a second, so that 0.3 and 3 ms differ as visibly as 3 and 30.
fn width(latency: f64) -> f64 {
    let decades = (latency.max(0.05) / 0.05).log10() / (1000.0_f64 / 0.05).log10();
    (decades * FULL).clamp(2.0, FULL)
}

/// A round-trip time as a short bar and a number; a dash where there is none.
#[component]
pub fn Latency(
    /// Milliseconds.
    #[prop(into)]
    ms: Signal<Option<f64>>,
) -> impl IntoView {
    let bar = move || ms.get().map_or(0.0, width).to_string();
    view! {
        <span class="latency" class:slow=move || ms.get().is_some_and(|ms| ms >= SLOW_MS)>
            <svg width="34" height="4" viewBox="0 0 34 4" aria-hidden="true">
                <rect class="track" width="34" height="4" rx="2"></rect>
                <rect class="fill" width=bar height="4" rx="2"></rect>
            </svg>
            <span>{move || ms.get().map_or_else(|| "–".to_owned(), milliseconds)}</span>
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_that_matter() {
        assert_eq!(milliseconds(0.4216), "0.42 ms");
        assert_eq!(milliseconds(12.94), "12.9 ms");
        assert_eq!(milliseconds(148.4), "148 ms");
    }

    #[test]
    fn the_bar_grows_and_stays_inside() {
        let widths: Vec<f64> = [0.01, 0.3, 3.0, 30.0, 5000.0].map(width).to_vec();
        assert!(widths.is_sorted());
        assert!(widths.iter().all(|w| (2.0..=FULL).contains(w)));
    }
}
