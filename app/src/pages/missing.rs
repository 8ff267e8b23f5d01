//! There is no such page.

use crate::components::{EmptyState, Glyph};
use leptos::prelude::*;
use leptos_meta::Title;

/// There is no such page.
#[component]
pub fn MissingPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found"/>
        <main class="alone" data-testid="not-found">
            <h1 class="visually-hidden">"Not found"</h1>
            <EmptyState glyph=Glyph::Search title="There is no such page">
                <p class="muted">"The address may be mistyped, or what it showed was deleted."</p>
                <a class="btn primary" href="/">"Go to the dashboard"</a>
            </EmptyState>
        </main>
    }
}
