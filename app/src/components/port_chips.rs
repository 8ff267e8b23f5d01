//! Open ports as chips, no more than fit into a line.

use crate::model::ports::{chip_label, few};
use domain::port::PortChip;
use leptos::prelude::*;

/// Letters that fit into the column of ports.
pub const ROOM: usize = 24;

/// The first open ports, and how many are left out; all of them on hover.
#[component]
pub fn PortChips(
    /// The ports, by number.
    #[prop(into)]
    ports: Signal<Vec<PortChip>>,
    /// Letters that fit into the line.
    room: usize,
) -> impl IntoView {
    let chip = |label: String| {
        let (number, service) = label.split_at(label.find('/').unwrap_or(label.len()));
        let service = (!service.is_empty())
            .then(|| view! { <span class="chip-service">{service.to_owned()}</span> });
        view! { <span class="chip">{number.to_owned()} {service}</span> }
    };
    let all = move || {
        let labels = ports.with(|ports| ports.iter().map(chip_label).collect::<Vec<_>>());
        (!labels.is_empty()).then(|| labels.join(", "))
    };
    let chips = move || {
        let (shown, left_out) = ports.with(|ports| few(ports, room));
        let shown = shown.into_iter().map(chip).collect_view();
        let rest = (left_out > 0).then(|| {
            view! {
                <span class="chips-rest">"+" {left_out} <span class="visually-hidden">" open ports more"</span></span>
            }
        });
        (shown, rest)
    };
    view! { <span class="chips" data-testid="chips" title=all>{chips}</span> }
}
