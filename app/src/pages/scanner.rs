//! The scanner: what to scan, what was scanned, and what is scanned again by itself.

mod ask;
mod entries;
mod history;
mod sources;

use crate::{components::Fetched, rpc};
use ask::Ask;
use history::History;
use leptos::prelude::*;
use leptos_meta::Title;

/// The scanner.
#[component]
pub fn ScannerPage() -> impl IntoView {
    view! {
        <Title text="Scanner"/>
        <header class="head">
            <h1>"Scanner"</h1>
            <p class="muted">"What an address exposes, how risky that is, and what to do about it."</p>
        </header>
        // One section each: what one offers its parts for asking again, its neighbours would get too.
        <section class="card" aria-labelledby="ask">
            <header><h2 id="ask">"New scan"</h2></header>
            <Fetched key=|| () load=|()| rpc::scanner() view=|status| view! { <Ask status/> }/>
        </section>
        <History/>
    }
}
