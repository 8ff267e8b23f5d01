//! The scanner: what to scan, what was scanned, and what is scanned again by itself.

mod ask;
mod entries;
mod history;
mod schedules;
mod sources;

use crate::{components::Fetched, rpc, state::use_frame};
use ask::Ask;
use domain::token::Scope;
use history::History;
use leptos::prelude::*;
use leptos_meta::Title;
use schedules::Schedules;

/// The scanner.
#[component]
pub fn ScannerPage() -> impl IntoView {
    let frame = use_frame();
    view! {
        <Title text="Scanner"/>
        <header class="head">
            <h1>"Scanner"</h1>
            <p class="muted">"What an address exposes, how risky that is, and what to do about it."</p>
        </header>
        <section class="card" aria-labelledby="ask">
            <header><h2 id="ask">"New scan"</h2></header>
            <Fetched key=|| () load=|()| rpc::scanner() view=|status| view! { <Ask status/> }/>
        </section>
        // Each by itself: what a list offers its parts for asking again, its neighbours would get too.
        <Show when=move || frame.may(Scope::Scan)>
            <Fetched key=|| () load=|()| rpc::scan_schedules() lines=2 view=|schedules| view! { <Schedules schedules/> }/>
        </Show>
        <Show when=move || frame.may(Scope::Scan)>
            <History/>
        </Show>
    }
}
