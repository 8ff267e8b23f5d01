//! What the shapes of the grid mean.

use crate::model::cells::Scale;
use leptos::prelude::*;

/// What the shapes of the grid mean.
#[component]
pub(super) fn Legend(
    /// What the grid has a cell for.
    scale: Scale,
) -> impl IntoView {
    let marks: &[(&str, &str)] = match scale {
        Scale::Address => &[
            ("up", "up"),
            ("suspect", "suspect"),
            ("down", "down"),
            ("unknown", "unknown"),
            ("reserved", "reserved"),
            ("unused", "unused"),
        ],
        Scale::Block => &[
            ("up", "all up"),
            ("suspect", "some suspect"),
            ("down", "some down"),
            ("unknown", "unknown"),
            ("unused", "empty"),
        ],
    };
    let items = marks
        .iter()
        .map(|(state, word)| view! { <li><i class="cell" data-state=*state></i>{*word}</li> })
        .collect_view();
    view! {
        <ul class="legend" aria-label="Legend">
            {items}
            <li><i class="cell" data-state="unused" data-doc=""></i>"documented"</li>
        </ul>
    }
}
