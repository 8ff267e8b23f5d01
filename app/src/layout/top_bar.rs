//! Search, the live indicator, the theme switch.

use super::ThemeChoice;
use crate::{
    components::{Glyph, Icon},
    live::{Connection, use_live},
    theme::Theme,
};
use leptos::prelude::*;
use leptos_router::{components::Form, hooks::use_query_map};

/// The bar above the page.
#[component]
pub fn TopBar() -> impl IntoView {
    let query = use_query_map();
    let words = move || query.with(|query| query.get("q")).unwrap_or_default();
    view! {
        <header class="top">
            <Form action="/hosts" attr:class="search" attr:role="search">
                <Icon glyph=Glyph::Search/>
                <input id="search" name="q" type="search" autocomplete="off" placeholder="Search address, name, port, tag"
                    aria-label="Search hosts" aria-keyshortcuts="/" data-testid="search" value=words prop:value=words/>
                <kbd aria-hidden="true">"/"</kbd>
            </Form>
            <LiveState/>
            <ThemeSwitch/>
        </header>
    }
}

/// Whether pushed changes arrive.
#[component]
fn LiveState() -> impl IntoView {
    let connection = use_live().connection();
    let class = move || match connection.get() {
        Connection::Connecting => "live connecting",
        Connection::Live => "live on",
        Connection::Lost => "live lost",
    };
    let word = move || match connection.get() {
        Connection::Connecting => "Connecting",
        Connection::Live => "Live",
        Connection::Lost => "Disconnected",
    };
    view! {
        <span class=class role="status" data-testid="live-state">{word}</span>
    }
}

/// Goes round the themes.
#[component]
fn ThemeSwitch() -> impl IntoView {
    let ThemeChoice(theme) = expect_context();
    let glyph = Signal::derive(move || match theme.get() {
        Theme::System => Glyph::System,
        Theme::Light => Glyph::Sun,
        Theme::Dark => Glyph::Moon,
        Theme::Contrast => Glyph::Contrast,
    });
    let label = move || {
        format!(
            "Theme: {}. Switch to {}",
            theme.get().label(),
            theme.get().next().label()
        )
    };
    view! {
        <button type="button" class="btn icon-only quiet" aria-label=label title=label data-testid="theme-switch"
            on:click=move |_| {
                let next = theme.get_untracked().next();
                next.apply();
                theme.set(next);
            }>
            <Icon glyph=glyph/>
        </button>
    }
}
