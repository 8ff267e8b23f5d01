//! The API tokens: what they may do, until when, and how to end them.

use super::token_dialog::TokenDialog;
use crate::{
    ago,
    components::{Dialog, Glyph, Icon, Refetch, TimeAgo, use_toasts},
    rpc,
    state::{report, use_clock},
};
use domain::token::Token;
use leptos::prelude::*;

/// The tokens.
#[component]
pub fn TokenList(
    /// The tokens.
    tokens: RwSignal<Vec<Token>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let revoke_open = RwSignal::new(false);
    let revoking = RwSignal::new(None::<Token>);
    let revoke = Callback::new(move |token| {
        revoking.set(Some(token));
        revoke_open.set(true);
    });
    let none = Memo::new(move |_| tokens.with(Vec::is_empty));
    view! {
        <header>
            <h2 id="tokens">"API tokens"</h2>
            <button type="button" class="btn" data-testid="token-add" on:click=move |_| open.set(true)>
                <Icon glyph=Glyph::Plus/> "New token"
            </button>
        </header>
        <Show when=move || none.get()>
            <p class="quiet-note">"Programs sign in with a token, each with its own. The interface is described at " <a href="/docs" rel="external">"/docs"</a> "."</p>
        </Show>
        <Show when=move || !none.get()>
            <table class="lines tokens">
                <caption class="visually-hidden">"API tokens"</caption>
                <thead>
                    <tr>
                        <th scope="col">"For"</th><th scope="col">"Token"</th><th scope="col">"May"</th>
                        <th scope="col">"Used"</th><th scope="col">"Ends"</th>
                        <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || tokens.get() key=|token| (token.id, token.last_used_at) let:token>
                        <TokenLine token=token revoke=revoke/>
                    </For>
                </tbody>
            </table>
        </Show>
        <TokenDialog open=open/>
        <RevokeDialog open=revoke_open revoking=revoking/>
    }
}

#[component]
fn TokenLine(token: Token, revoke: Callback<Token>) -> impl IntoView {
    let clock = use_clock();
    let expires = token.expires_at;
    let ended = move || expires <= clock.now().get();
    let label = format!("Revoke {}", token.name);
    let subject = token.clone();
    view! {
        <tr data-testid="token">
            <td class="stretch">{token.name}</td>
            <td class="mono">{token.prefix}"…"</td>
            <td>{token.scopes.into_iter().map(|scope| view! { <span class="tag">{scope.as_str()}</span> }).collect_view()}</td>
            <td class="faint">{match token.last_used_at {
                Some(at) => view! { <TimeAgo at=at/> }.into_any(),
                None => "never".into_any(),
            }}</td>
            <td class:bad=ended>{move || if ended() { "ended".into() } else { ago::ahead(expires, clock.now().get()) }}</td>
            <td class="row-actions">
                <button type="button" class="btn icon-only quiet" aria-label=label data-testid="token-revoke"
                    on:click=move |_| revoke.run(subject.clone())>
                    <Icon glyph=Glyph::Trash/>
                </button>
            </td>
        </tr>
    }
}

#[component]
fn RevokeDialog(open: RwSignal<bool>, revoking: RwSignal<Option<Token>>) -> impl IntoView {
    let title = Signal::derive(move || {
        let name = revoking.with(|token| token.as_ref().map(|token| token.name.clone()));
        format!("Revoke “{}”?", name.unwrap_or_default())
    });
    view! {
        <Dialog open=open title=title testid="revoke-dialog">
            {move || revoking.get().map(|token| view! { <Question token=token open=open/> })}
        </Dialog>
    }
}

/// What is inside the dialog. Its action belongs to one thread, so it must not be made where the server renders.
#[component]
fn Question(token: Token, open: RwSignal<bool>) -> impl IntoView {
    let (refetch, toasts) = (expect_context::<Refetch>(), use_toasts());
    let token = StoredValue::new(token);
    let revoke = Action::new_local(move |(): &()| async move {
        let token = token.get_value();
        match rpc::revoke_token(token.id).await {
            Ok(()) => {
                toasts.done(format!("The token “{}” is revoked", token.name));
                refetch.run();
                open.try_set(false);
            }
            Err(failure) => report(&failure),
        }
    });
    view! {
        <p>"The program that uses it is refused from then on, and its live streams end."</p>
        <div class="form-actions">
            <button type="button" class="btn" on:click=move |_| open.set(false)>"Keep it"</button>
            <button type="button" class="btn danger" data-testid="revoke-confirm" disabled=move || revoke.pending().get()
                on:click=move |_| { revoke.dispatch(()); }>"Revoke"</button>
        </div>
    }
}
