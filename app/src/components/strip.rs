//! The last 24 hours of a subnet as one line of small bars.

use crate::model::strip::Drawn;
use leptos::prelude::*;

/// One bar per quarter of an hour: from the ground what was up, from above what was not, a thin line where nobody looked.
#[component]
pub fn StripView(
    /// The outlines.
    drawn: Drawn,
) -> impl IntoView {
    let label = drawn.words.clone();
    view! {
        <svg class="strip" viewBox="0 0 96 15" preserveAspectRatio="none" role="img" data-testid="strip" aria-label=label>
            <title>{drawn.words}</title>
            <path class="strip-up" d=drawn.up></path>
            <path class="strip-down" d=drawn.down></path>
            <path class="strip-gap" d=drawn.gap></path>
        </svg>
    }
}
