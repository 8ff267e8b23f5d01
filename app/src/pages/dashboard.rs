//! Alive now, what changed, how full the subnets are and how their day was.

mod changes;
mod filters;
mod hosts;
mod model;
mod networks;
mod tiles;

use crate::{
    components::{EmptyState, Fetched, Glyph, Refetch},
    live::use_live,
    model::dash_filter::DashFilter,
    rpc,
    state::{replace, use_frame},
};
use changes::Changes;
use domain::summary::Summary;
use filters::Filters;
use hosts::{Slowest, Trouble};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use leptos_use_interval_fn::use_interval_fn;
use networks::Networks;
use std::time::Duration;
use tiles::Tiles;

/// "New today", "last hour" and the strips change by the passing of time alone.
const REFRESH_MS: u64 = 60_000;
/// Changes that come together are read together.
const GATHER: Duration = Duration::from_secs(2);

/// The dashboard.
#[component]
pub fn Dashboard() -> impl IntoView {
    let query = use_query_map();
    let filter =
        Memo::new(move |_| DashFilter::from_query(|key| query.with(|query| query.get(key))));
    let (tags, services) = (RwSignal::new(Vec::new()), RwSignal::new(Vec::new()));
    let load = |filter: DashFilter| rpc::dashboard(filter.query());
    view! {
        <Title text="Dashboard"/>
        <header class="filter-bar">
            <h1>"Alive now"</h1>
            <Filters filter tags=tags.read_only() services=services.read_only()/>
        </header>
        <Fetched key=move || filter.get() load=load in_place=true lines=12
            view=move |summary| view! { <Loaded summary filter tags services/> }/>
    }
}

#[component]
fn Loaded(
    summary: RwSignal<Summary>,
    filter: Memo<DashFilter>,
    tags: RwSignal<Vec<String>>,
    services: RwSignal<Vec<String>>,
) -> impl IntoView {
    let refetch = expect_context::<Refetch>();
    let waits = StoredValue::new(false);
    let read_soon = move || {
        if waits.try_get_value() == Some(false) {
            waits.set_value(true);
            let read = move || {
                waits.try_set_value(false);
                refetch.run();
            };
            set_timeout(read, GATHER);
        }
    };
    use_live().on(move |event| {
        let narrow = filter.with_untracked(DashFilter::is_narrow);
        summary.maybe_update(|summary| model::apply(summary, event, narrow));
        if model::calls_for_reading(event) {
            read_soon();
        }
    });
    let _ = use_interval_fn(move || refetch.run(), REFRESH_MS);
    Effect::new(move |_| {
        summary.with(|summary| {
            replace(tags, summary.tags.clone());
            replace(services, summary.services.clone());
        });
    });
    let subnets = use_frame().subnets();
    let no_subnets = Memo::new(move |_| subnets.with(Vec::is_empty));
    let no_match = Memo::new(move |_| summary.with(|summary| summary.subnets.is_empty()));
    let behind = move || refetch.is_behind().get().to_string();
    view! {
        {move || match (no_subnets.get(), no_match.get()) {
            (true, _) => view! { <NoSubnets/> }.into_any(),
            (false, true) => view! { <section class="card"><EmptyState glyph=Glyph::Search title="No host matches"/></section> }.into_any(),
            (false, false) => view! {
                <div class="dash" aria-busy=behind data-testid="dash">
                    <Tiles summary filter/>
                    <Trouble summary/>
                    <Networks summary/>
                    <Changes summary/>
                    <Slowest summary/>
                </div>
            }.into_any(),
        }}
    }
}

#[component]
fn NoSubnets() -> impl IntoView {
    view! {
        <section class="card">
            <EmptyState glyph=Glyph::Subnets title="No subnets yet">
                <p class="muted">"Add the first one, and Rollcall asks every address in it whether it is there."</p>
                <a class="btn primary" href="/subnets" data-testid="first-subnet">"Add your first subnet"</a>
            </EmptyState>
        </section>
    }
}
