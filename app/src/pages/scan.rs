//! One scan: how far it is, and a card per finished target.

mod card;
mod cards;
mod compare;
mod facts;
mod findings;
mod head;
mod printing;
mod raw;
mod repeat;
mod tests;

use crate::{
    components::{Fetched, Refetch, pulse},
    live::use_live,
    model::{
        scan_cards::{self, CardFilter, SOME},
        scan_words,
    },
    rpc,
    state::replace,
};
use cards::Cards;
use domain::live::LiveEvent;
use head::Head;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use printing::Printing;

/// What is asked of the server.
type Wanted = (String, CardFilter, u32);

/// One scan.
#[component]
pub fn ScanPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let token = Memo::new(move |_| {
        params
            .with(|params| params.get("token"))
            .unwrap_or_default()
    });
    let filter =
        Memo::new(move |_| CardFilter::from_query(|key| query.with(|query| query.get(key))));
    let most = RwSignal::new(SOME);
    // What was wanted of another list is not wanted of this one.
    Effect::watch(
        move || (token.get(), filter.get()),
        move |_, _, _| replace(most, SOME),
        false,
    );
    let key = move || (token.get(), filter.get(), most.get());
    let load = |(token, filter, most): Wanted| rpc::scan(token, filter, most);
    view! {
        <Fetched key load in_place=true lines=10 view=move |page| view! { <Content page token filter most/> }/>
    }
}

#[component]
fn Content(
    page: RwSignal<scan_cards::ScanPage>,
    token: Memo<String>,
    filter: Memo<CardFilter>,
    most: RwSignal<u32>,
) -> impl IntoView {
    let refetch = expect_context::<Refetch>();
    let is_open = move || page.try_with_untracked(|it| !it.scan.status.is_over()) == Some(true);
    let hear = pulse::follow(is_open, Callback::new(move |()| refetch.run()));
    use_live().on(move |event| {
        if let LiveEvent::Scan(news) = event {
            let mut is_news = false;
            page.maybe_update(|page| {
                is_news = page.take(news);
                is_news
            });
            if is_news {
                hear.run(());
            }
        }
    });
    let printing = Printing::new(page, most);
    let title = move || page.with(|it| format!("Scan of {}", scan_words::asked(&it.scan.request)));
    view! {
        <Title text=title/>
        <Head page token printing/>
        <Cards page token filter most printing/>
    }
}
