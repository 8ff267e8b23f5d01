//! Messages that were given up, and another try for them.

use crate::{
    components::{Fetched, Refetch, TimeAgo},
    rpc,
    state::report,
};
use domain::webhook::Delivery;
use leptos::{prelude::*, task::spawn_local};

#[component]
pub(super) fn DeadLetters(webhook: i64, count: Memo<u64>) -> impl IntoView {
    let outer = expect_context::<Refetch>();
    let open = RwSignal::new(false);
    let words = move || match count.get() {
        1 => "1 message was given up".to_owned(),
        n => format!("{n} messages were given up"),
    };
    view! {
        <details class="more" data-testid="dead-letters" on:toggle=move |_| open.set(true)>
            <summary>{words}</summary>
            <Show when=move || open.get()>
                // A new number of them means that the list is another one.
                <Fetched key=move || count.get() load=move |_| rpc::dead_letters(webhook) lines=2 in_place=true
                    view=move |letters| view! { <Letters letters outer/> }/>
            </Show>
        </details>
    }
}

#[component]
fn Letters(letters: RwSignal<Vec<Delivery>>, outer: Refetch) -> impl IntoView {
    view! {
        <ul>
            <For each=move || letters.get() key=|letter| (letter.id, letter.attempts) let:letter>
                <Letter letter outer/>
            </For>
        </ul>
    }
}

#[component]
fn Letter(letter: Delivery, outer: Refetch) -> impl IntoView {
    let inner = expect_context::<Refetch>();
    let (webhook, id) = (letter.webhook_id, letter.id);
    let again = move || {
        inner.run();
        outer.run();
    };
    let retry = move |_| {
        spawn_local(async move {
            match rpc::retry_delivery(webhook, id).await {
                Ok(_) => again(),
                Err(failure) => report(&failure),
            }
        });
    };
    let forget = move |_| {
        spawn_local(async move {
            match rpc::forget_delivery(webhook, id).await {
                Ok(()) => again(),
                Err(failure) => report(&failure),
            }
        });
    };
    view! {
        <li data-testid="dead-letter">
            <span>
                {letter.summary} " · " <TimeAgo at=letter.created_at/> " · "
                {format!("{} tries", letter.attempts)} " · " {letter.last_error}
            </span>
            <button type="button" class="btn small" data-testid="dead-retry" on:click=retry>"Send again"</button>
            <button type="button" class="btn small quiet" data-testid="dead-forget" on:click=forget>"Forget"</button>
        </li>
    }
}
