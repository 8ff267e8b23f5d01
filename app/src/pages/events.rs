//! Everything that happened, newest first.

use crate::{
    components::{EmptyState, Fetched, Glyph, event_list::EventList, more::More},
    live::use_live,
    model::paged::Paged,
    rpc::{self, Failure},
    state::report,
};
use domain::{
    event::{Event, EventKind, EventQuery},
    live::LiveEvent,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

async fn load(kind: Option<EventKind>) -> Result<Paged<Event>, Failure> {
    let query = EventQuery {
        kind: kind.map(Into::into),
        ..EventQuery::default()
    };
    Ok(rpc::events(query).await?.into())
}

/// Everything that happened, newest first.
#[component]
pub fn EventsPage() -> impl IntoView {
    let query = use_query_map();
    let kind = Memo::new(move |_| query.with(|query| query.get("kind")?.parse::<EventKind>().ok()));
    view! {
        <Title text="Events"/>
        <div class="page-head">
            <h1>"Events"</h1>
            <Kinds kind/>
        </div>
        <Fetched key=move || kind.get() load=load lines=12 view=move |list| view! { <Timeline kind list/> }/>
    }
}

/// A filter by kind, kept in the address bar.
#[component]
fn Kinds(kind: Memo<Option<EventKind>>) -> impl IntoView {
    let navigate = use_navigate();
    let choose = Callback::new(move |kind: Option<EventKind>| {
        let path = kind.map_or_else(
            || "/events".to_owned(),
            |kind| format!("/events?kind={kind}"),
        );
        navigate(
            &path,
            NavigateOptions {
                replace: true,
                scroll: false,
                ..NavigateOptions::default()
            },
        );
    });
    let button = move |of: Option<EventKind>| {
        let word = of.map_or("all", EventKind::as_str);
        view! {
            <button type="button" class="filter" data-testid=format!("kind-{word}")
                aria-pressed=move || (kind.get() == of).to_string() on:click=move |_| choose.run(of)>
                {word}
            </button>
        }
    };
    view! {
        <div class="filters" role="group" aria-label="Kind of event">
            {button(None)}
            {EventKind::ALL.map(|kind| button(Some(kind))).collect_view()}
        </div>
    }
}

#[component]
fn Timeline(kind: Memo<Option<EventKind>>, list: RwSignal<Paged<Event>>) -> impl IntoView {
    use_live().on(move |event| {
        if let LiveEvent::Event(event) = event
            && kind.get_untracked().is_none_or(|kind| kind == event.kind)
        {
            list.maybe_update(|list| list.prepend(event.clone(), |event| event.id));
        }
    });
    let busy = RwSignal::new(false);
    let more = Callback::new(move |()| {
        let Some(cursor) = list.with_untracked(|list| list.next.clone()) else {
            return;
        };
        busy.set(true);
        let query = EventQuery {
            kind: kind.get_untracked().map(Into::into),
            cursor: Some(cursor),
            ..EventQuery::default()
        };
        spawn_local(async move {
            let answer = rpc::events(query).await;
            busy.try_set(false);
            match answer {
                Ok(page) => {
                    list.try_update(|list| list.extend(page, |event| event.id));
                }
                Err(failure) => report(&failure),
            }
        });
    });
    let events = Signal::derive(move || list.with(|list| list.items.clone()));
    view! {
        <section class="card" aria-label="Events">
            <Show when=move || list.with(|list| list.items.is_empty())
                fallback=move || view! {
                    <EventList events with_host=true/>
                    <More shown=Signal::derive(move || list.with(|list| list.items.len()))
                        total=Signal::derive(move || list.with(|list| list.total))
                        has_next=Signal::derive(move || list.with(|list| list.next.is_some())) busy more/>
                }>
                <EmptyState glyph=Glyph::Events title="Nothing has happened yet">
                    <p class="muted">"Changes of hosts appear here as they happen."</p>
                </EmptyState>
            </Show>
        </section>
    }
}
