//! The newest change events.

use crate::components::event_list::EventList;
use domain::summary::Summary;
use leptos::prelude::*;

/// What changed.
#[component]
pub fn Changes(
    /// The numbers.
    summary: RwSignal<Summary>,
) -> impl IntoView {
    let events = Memo::new(move |_| summary.with(|s| s.events.clone()));
    view! {
        <section class="card dash-changes" aria-labelledby="changes" data-testid="changes">
            <header><h2 id="changes">"What changed"</h2><a class="faint" href="/events">"all events"</a></header>
            <p class="quiet-note" hidden=move || !events.with(Vec::is_empty)>
                "Nothing yet. Hosts that appear, go or return are listed here."
            </p>
            <EventList events with_host=true whole=true/>
        </section>
    }
}
