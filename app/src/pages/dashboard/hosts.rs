//! Hosts that need a look, and the slowest ones.

use crate::components::{
    PillState, StatusPill,
    latency::Latency,
    since::{Held, Since},
};
use domain::{
    row::HostRow,
    summary::{Listed, Summary},
};
use leptos::prelude::*;

/// Hosts that are down though nobody expects it, suspect or flapping.
#[component]
pub(super) fn Trouble(summary: RwSignal<Summary>) -> impl IntoView {
    view! {
        <section class="card dash-trouble" aria-labelledby="trouble">
            <header><h2 id="trouble">"Needs a look"</h2><a class="faint" href="/hosts?sort=-since">"newest changes"</a></header>
            <HostLines summary of=|summary| &summary.trouble nothing="Every host that should answer does." testid="trouble"
                what=|host| view! { <Since held=Some(Held::from(host))/> }.into_any()/>
        </section>
    }
}

/// Who answers last.
#[component]
pub(super) fn Slowest(summary: RwSignal<Summary>) -> impl IntoView {
    view! {
        <section class="card dash-slow" aria-labelledby="slowest">
            <header><h2 id="slowest">"Slowest answers now"</h2><a class="faint" href="/hosts?sort=-latency_ms">"all by latency"</a></header>
            <HostLines summary of=|summary| &summary.slowest nothing="No host answers." testid="slowest"
                what=|host| view! { <Latency ms=host.latency_ms/> }.into_any()/>
        </section>
    }
}

/// A short list of hosts.
#[component]
fn HostLines(
    summary: RwSignal<Summary>,
    of: fn(&Summary) -> &Vec<Listed>,
    what: fn(&HostRow) -> AnyView,
    nothing: &'static str,
    testid: &'static str,
) -> impl IntoView {
    let line = move |Listed { subnet_id, host }: &Listed| {
        let href = format!("/subnets/{}/hosts/{}", subnet_id.0, host.id.0);
        let name = host.hostname.clone().or_else(|| host.description.clone());
        let pill = if host.flapping {
            view! { <StatusPill state=PillState::Suspect label="Flapping"/> }
        } else {
            view! { <StatusPill state=PillState::of(host.status, host.suspect)/> }
        };
        view! {
            <li data-ip=host.ip.to_string()>
                {pill}
                <a href=href><span class="mono">{host.ip.to_string()}</span> " " <span class="muted">{name}</span></a>
                {what(host)}
            </li>
        }
    };
    view! {
        <p class="quiet-note" hidden=move || summary.with(|summary| !of(summary).is_empty())>{nothing}</p>
        <ul class="host-lines" data-testid=testid>
            {move || summary.with(|summary| of(summary).iter().map(line).collect_view())}
        </ul>
    }
}
