//! Every subnet with how full it is.

use crate::{
    components::UsageBar,
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
        <section class="card" aria-labelledby="networks">
            <header><h2 id="networks">"Subnets"</h2><a class="faint" href="/subnets">"all subnets"</a></header>
            <table class="lines">
                <caption class="visually-hidden">"Subnets with their utilisation"</caption>
                <thead class="visually-hidden">
                    <tr><th scope="col">"Subnet"</th><th scope="col">"Name"</th><th scope="col">"Alive"</th><th scope="col">"Addresses"</th></tr>
                </thead>
                <tbody>
                    <For each=move || lines.get() key=|line| *line let((depth, id))>
                        {keep_last(Signal::derive(move || {
                            summary.with(|s| s.subnets.iter().find(|subnet| subnet.id == id).cloned())
                        })).map(|subnet| view! { <Network depth=depth subnet=subnet/> })}
                    </For>
                </tbody>
            </table>
        </section>
    }
}

#[component]
fn Network(depth: usize, subnet: Signal<Subnet>) -> impl IntoView {
    let navigate = use_navigate();
    let first = subnet.get_untracked();
    let href = format!("/subnets/{}", first.id.0);
    let open = {
        let href = href.clone();
        move |_| navigate(&href, NavigateOptions::default())
    };
    view! {
        // The link inside is what keyboards and readers use; a click anywhere in the line is a convenience.
        <tr class="open" on:click=open data-testid="subnet-line">
            <td class=format!("mono depth-{}", depth.min(4))><a href=href>{first.cidr.to_string()}</a></td>
            <td class="stretch">{move || subnet.with(|s| s.name.clone())}</td>
            <td class="bar-cell"><UsageBar subnet=subnet/></td>
            <td class="number"><b>{move || subnet.with(|s| s.alive)}</b>" "<span class="faint">"/ "{first.size.to_string()}</span></td>
        </tr>
    }
}
