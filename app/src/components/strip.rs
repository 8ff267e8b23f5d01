//! The last 24 hours of a subnet as one line of small bars.

use crate::model::strip::Drawn;
use leptos::prelude::*;

/// One bar per quarter of an hour: from the ground what was up, from above what was not, a thin line where nobody looked.
#[component]
pub fn StripView(
    /// The outlines.
    #[prop(into)]
    drawn: Signal<Drawn>,
) -> impl IntoView {
    let path = move |of: fn(&Drawn) -> &String| move || drawn.with(|drawn| of(drawn).clone());
    view! {
        <svg class="strip" viewBox="0 0 96 15" preserveAspectRatio="none" role="img" data-testid="strip" aria-label=path(|d| &d.words)>
            <title>{path(|d| &d.words)}</title>
            <path class="strip-up" d=path(|d| &d.up)></path>
            <path class="strip-down" d=path(|d| &d.down)></path>
            <path class="strip-gap" d=path(|d| &d.gap)></path>
        </svg>
    }
}
