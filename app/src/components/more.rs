//! The foot of a list that comes in pages.

use leptos::prelude::*;

/// How much of the list is here, and the next page on demand.
#[component]
pub fn More(
    /// Items that are here.
    #[prop(into)]
    shown: Signal<usize>,
    /// Items in all.
    #[prop(into)]
    total: Signal<u64>,
    /// Whether there is another page.
    #[prop(into)]
    has_next: Signal<bool>,
    /// Whether it is on its way.
    #[prop(into)]
    busy: Signal<bool>,
    /// Asks for it.
    more: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="list-foot">
            <span class="faint">{move || shown.get()} " of " {move || total.get()}</span>
            <Show when=move || has_next.get()>
                <button type="button" class="btn" data-testid="load-more" disabled=busy on:click=move |_| more.run(())>
                    {move || if busy.get() { "Loading…" } else { "Load more" }}
                </button>
            </Show>
        </div>
    }
}
