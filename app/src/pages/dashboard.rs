//! Alive now, what changed, how full the subnets are.

mod changes;
mod model;
mod networks;
mod tiles;

use crate::{
    components::{EmptyState, Fetched, Glyph, Refetch},
    live::use_live,
    rpc,
};
use changes::Changes;
use domain::summary::Summary;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_use_interval_fn::use_interval_fn;
use networks::Networks;
use tiles::Tiles;

/// "New today" and "last hour" change by the passing of time alone.
const REFRESH_MS: u64 = 60_000;

/// The dashboard.
#[component]
pub fn Dashboard() -> impl IntoView {
    view! {
        <Title text="Dashboard"/>
        <header class="head">
            <h1>"Alive now"</h1>
        </header>
        <Fetched key=|| () load=|()| rpc::dashboard() view=|summary| view! { <Loaded summary=summary/> }/>
    }
}

#[component]
fn Loaded(summary: RwSignal<Summary>) -> impl IntoView {
    use_live().on(move |event| {
        summary.maybe_update(|summary| model::apply(summary, event));
    });
    let refetch = expect_context::<Refetch>();
    let _ = use_interval_fn(move || refetch.run(), REFRESH_MS);
    let nothing = Memo::new(move |_| summary.with(|s| s.subnets.is_empty()));
    view! {
        <Show when=move || nothing.get()>
            <section class="card">
                <EmptyState glyph=Glyph::Subnets title="No subnets yet">
                    <p class="muted">"Add the first one, and Rollcall asks every address in it whether it is there."</p>
                    <a class="btn primary" href="/subnets" data-testid="first-subnet">"Add your first subnet"</a>
                </EmptyState>
            </section>
        </Show>
        <Show when=move || !nothing.get()>
            <Tiles summary=summary/>
            <div class="two">
                <Networks summary=summary/>
                <Changes summary=summary/>
            </div>
        </Show>
    }
}
