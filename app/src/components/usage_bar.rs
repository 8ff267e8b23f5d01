//! How full a subnet is and how much of it is alive.

use domain::subnet::Subnet;
use leptos::prelude::*;

/// Parts of a bar of 100, each at least visible when it is not zero.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Parts {
    alive: f64,
    down: f64,
    unknown: f64,
}

impl Parts {
    /// A subnet's hosts as parts of its addresses. A single host of a /64 would be invisible: 1.5 is the least.
    #[expect(clippy::cast_precision_loss, reason = "pixels need no 53 bits")]
    fn of(alive: u64, down: u64, unknown: u64, size: u128) -> Self {
        let part = |count: u64| {
            if count == 0 || size == 0 {
                0.0
            } else {
                (count as f64 / size as f64 * 100.0).max(1.5)
            }
        };
        let (alive, down, unknown) = (part(alive), part(down), part(unknown));
        let whole = (alive + down + unknown).max(100.0);
        let fit = |part: f64| (part * 1000.0 / whole).floor() / 10.0;
        Self {
            alive: fit(alive),
            down: fit(down),
            unknown: fit(unknown),
        }
    }
}

/// A bar: alive, down and unknown hosts of all addresses. SVG attributes, since inline styles are forbidden.
#[component]
pub fn UsageBar(
    /// The subnet.
    #[prop(into)]
    subnet: Signal<Subnet>,
) -> impl IntoView {
    let parts =
        Memo::new(move |_| subnet.with(|s| Parts::of(s.alive, s.down, s.unknown, s.size.0)));
    let words = move || {
        subnet.with(|s| {
            format!(
                "{} alive, {} down, {} unknown of {} addresses",
                s.alive, s.down, s.unknown, s.size
            )
        })
    };
    view! {
        <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label=words>
            <rect class="bar-up" x="0" y="0" height="6" width=move || parts.get().alive.to_string()></rect>
            <rect class="bar-down" y="0" height="6" x=move || parts.get().alive.to_string()
                width=move || parts.get().down.to_string()></rect>
            <rect class="bar-unknown" y="0" height="6"
                x=move || (parts.get().alive + parts.get().down).to_string()
                width=move || parts.get().unknown.to_string()></rect>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_host_of_many_is_visible_and_nothing_overflows() {
        let parts = Parts::of(1, 0, 0, 1 << 64);
        assert!((parts.alive - 1.5).abs() < f64::EPSILON);
        let parts = Parts::of(253, 1, 1, 254);
        assert!(parts.alive + parts.down + parts.unknown <= 100.01);
        assert!(parts.down > 0.0);
        assert_eq!(
            Parts::of(0, 0, 0, 0),
            Parts {
                alive: 0.0,
                down: 0.0,
                unknown: 0.0
            }
        );
    }
}
