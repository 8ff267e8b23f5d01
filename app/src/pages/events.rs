//! Everything that happened, newest first.

mod filters;
mod timeline;

use crate::{
    components::Fetched,
    model::{event_filter::EventFilter, paged::Paged},
    rpc::{self, Failure},
    state::use_clock,
};
use domain::event::{Event, EventQuery};
use filters::Filters;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use timeline::Timeline;

async fn load(query: EventQuery) -> Result<Paged<Event>, Failure> {
    Ok(rpc::events(query).await?.into())
}

/// Everything that happened, newest first.
#[component]
pub fn EventsPage() -> impl IntoView {
    let query = use_query_map();
    let filter =
        Memo::new(move |_| EventFilter::from_query(|key| query.with(|query| query.get(key))));
    let host = RwSignal::new(None);
    let now = use_clock().now();
    view! {
        <Title text="Events"/>
        <header class="filter-bar">
            <h1>"Events"</h1>
            <Filters filter host=host.read_only()/>
        </header>
        <Fetched key=move || filter.get() load=move |filter: EventFilter| load(filter.query(now.get_untracked(), None))
            in_place=true lines=12 view=move |list| view! { <Timeline filter list host/> }/>
    }
}
