//! Password, notifications, API tokens, the state of the server, what it stores, appearance.

mod appearance;
mod probe;
mod secret;
mod server;
mod storage;
mod token_dialog;
mod token_draft;
mod token_list;
mod webhooks;

use super::password::PasswordForm;
use crate::{components::Fetched, rpc, state::use_frame};
use appearance::Appearance;
use domain::token::Scope;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use server::Server;
use storage::Storage;
use token_list::TokenList;
use webhooks::WebhookList;

/// The settings.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let frame = use_frame();
    let query = use_query_map();
    let changed = move || query.with(|query| query.get_str("password") == Some("changed"));
    view! {
        <Title text="Settings"/>
        <header class="head"><h1>"Settings"</h1></header>
        <Show when=changed>
            <p class="form-done" role="status" data-testid="password-changed">
                "The password is changed. All other sessions have ended."
            </p>
        </Show>
        <div class="settings">
            <Appearance/>
            <section class="card" aria-labelledby="account">
                <header><h2 id="account">"Account"</h2></header>
                <div class="account-line">
                    <span>"Signed in as " <b>{move || frame.account().get().map(|account| account.name)}</b></span>
                    <form method="post" action="/logout">
                        <button class="btn" data-testid="settings-logout">"Sign out"</button>
                    </form>
                </div>
            </section>
            // Not together with the tokens: what a section offers its parts for asking again, its neighbours would get too.
            <Show when=move || frame.may(Scope::Admin)>
                <section class="card wide" aria-labelledby="webhooks">
                    <Fetched key=|| () load=|()| rpc::webhooks() view=|webhooks| view! { <WebhookList webhooks/> }/>
                </section>
            </Show>
            <section class="card wide" aria-labelledby="server">
                <header><h2 id="server">"Server"</h2></header>
                <Fetched key=|| () load=|()| rpc::health() view=|health| view! { <Server health=health/> }/>
            </section>
            <section class="card wide" aria-labelledby="storage">
                <header><h2 id="storage">"Storage"</h2></header>
                <Fetched key=|| () load=|()| rpc::storage() view=|report| view! { <Storage report/> }/>
            </section>
            <Show when=move || frame.may(Scope::Admin)>
                <section class="card" aria-labelledby="tokens">
                    <Fetched key=|| () load=|()| rpc::tokens() view=|tokens| view! { <TokenList tokens=tokens/> }/>
                </section>
            </Show>
            <section class="card" aria-labelledby="password">
                <header><h2 id="password">"Password"</h2></header>
                <PasswordForm/>
            </section>
        </div>
    }
}
