//! A moment as "12 m ago", with the exact time on hover.

use crate::{ago, browser, state::use_clock};
use domain::time::Timestamp;
use leptos::prelude::*;

/// A moment relative to the page's clock.
#[component]
pub fn TimeAgo(
    /// The moment.
    #[prop(into)]
    at: Signal<Timestamp>,
) -> impl IntoView {
    let clock = use_clock();
    view! {
        // The reader's time zone is known only to the browser: no title until the page is alive.
        <time datetime=move || at.get().to_string()
            title=move || clock.is_alive().get().then(|| browser::local_time(at.get()))>
            {move || ago::ago(at.get(), clock.now().get())}
        </time>
    }
}
