//! Every subnet with how full it is and how its day was.

use crate::{
    components::{UsageBar, strip::StripView},
    model::strip::Drawn,
    state::{depths, keep_last},
};
use domain::{subnet::Subnet, summary::Summary};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// Subnets and their bars.
#[component]
pub fn Networks(
    /// The numbers.
    summary: RwSignal<Summary>,
) -> impl IntoView {
    let lines = Memo::new(move |_| {
        summary.with(|s| {
            depths(&s.subnets)
                .into_iter()
                .zip(s.subnets.iter().map(|subnet| subnet.id))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <section class="card dash-nets" aria-labelledby="networks">
            <header><h2 id="networks">"Subnets"</h2><span class="faint">"last 24 h"</span></header>
            <table class="lines nets">
                <caption class="visually-hidden">"Subnets with their utilisation and their last 24 hours"</caption>
                <thead class="visually-hidden">
                    <tr><th scope="col">"Subnet"</th><th scope="col">"Addresses"</th><th scope="col">"Alive"</th>
                        <th scope="col">"Last 24 hours"</th><th scope="col">"Up"</th></tr>
                </thead>
                <tbody>
                    <For each=move || lines.get() key=|line| *line let((depth, id))>
                        {keep_last(Signal::derive(move || {
                            summary.with(|s| s.subnets.iter().find(|subnet| subnet.id == id).cloned())
                        })).map(|subnet| view! { <Network depth subnet summary/> })}
                    </For>
                </tbody>
            </table>
        </section>
    }
}

#[component]
fn Network(depth: usize, subnet: Signal<Subnet>, summary: RwSignal<Summary>) -> impl IntoView {
    let navigate = use_navigate();
    let first = subnet.get_untracked();
    let id = first.id;
    let href = format!("/subnets/{}", id.0);
    let open = {
        let href = href.clone();
        move |_| navigate(&href, NavigateOptions::default())
    };
    let drawn = move || {
        summary.with(|s| {
            let strip = s.strips.iter().find(|strip| strip.subnet_id == id);
            strip.map(Drawn::of).unwrap_or_default()
        })
    };
    view! {
        // The link inside is what keyboards and readers use; a click anywhere in the line is a convenience.
        <tr class="open" on:click=open data-testid="subnet-line" data-cidr=first.cidr.to_string()>
            <td class=format!("stretch depth-{}", depth.min(4))>
                <a class="mono" href=href>{first.cidr.to_string()}</a>
                <span class="faint">{move || subnet.with(|s| s.name.clone())}</span>
            </td>
            <td class="bar-cell"><UsageBar subnet=subnet/></td>
            <td class="number"><b>{move || subnet.with(|s| s.alive)}</b>" "<span class="faint">"/ "{first.size.to_string()}</span></td>
            <td class="strip-cell">{move || view! { <StripView drawn=drawn()/> }}</td>
            <td class="number percent muted">{move || drawn().percent}</td>
        </tr>
    }
}
