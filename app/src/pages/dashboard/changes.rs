//! The newest change events.

use crate::components::{PillState, StatusPill, TimeAgo};
use domain::{event::Event, summary::Summary};
use leptos::prelude::*;

/// Who, as a line: the name and the address, or the address alone.
fn who(event: &Event) -> String {
    match &event.hostname {
        Some(name) => format!("{name} · {}", event.ip),
        None => event.ip.to_string(),
    }
}

/// Where more is to be seen: the host while it exists.
fn link(event: &Event) -> Option<String> {
    let (host, subnet) = (event.host_id?, event.subnet_id?);
    Some(format!("/subnets/{}?host={}", subnet.0, host.0))
}

/// What changed.
#[component]
pub fn Changes(
    /// The numbers.
    summary: RwSignal<Summary>,
) -> impl IntoView {
    let events = Memo::new(move |_| summary.with(|s| s.events.clone()));
    view! {
        <section class="card" aria-labelledby="changes">
            <header><h2 id="changes">"What changed"</h2><a class="faint" href="/events">"all events"</a></header>
            <Show when=move || events.with(Vec::is_empty)>
                <p class="quiet-note">"Nothing yet. Hosts that appear, go or return are listed here."</p>
            </Show>
            <ul class="events" data-testid="changes">
                <For each=move || events.get() key=|event| event.id let:event>
                    <Change event=event/>
                </For>
            </ul>
        </section>
    }
}

#[component]
fn Change(event: Event) -> impl IntoView {
    let name = who(&event);
    let title = match link(&event) {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => view! { <span>{name}</span> }.into_any(),
    };
    view! {
        <li data-testid="event-row" data-kind=event.kind.as_str()>
            <span><StatusPill state=PillState::from(event.kind)/></span>
            <span class="event-what">{title}<span class="faint">{event.detail}</span></span>
            <span class="faint event-when"><TimeAgo at=event.at/></span>
        </li>
    }
}
