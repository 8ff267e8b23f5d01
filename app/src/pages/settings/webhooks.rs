//! Who is told when something changes, how telling goes, and what could not be told.

mod dead;
mod dialog;
mod draft;
mod line;
mod words;

use crate::components::{Dialog, Glyph, Icon, Refetch, use_toasts};
use crate::{
    rpc,
    state::{keep_last, report},
};
use dialog::WebhookDialog;
use domain::webhook::Webhook;
use leptos::prelude::*;
use leptos_use_interval_fn::use_interval_fn;
use line::WebhookLine;

/// How telling goes changes by itself.
const REFRESH_MS: u64 = 5_000;

/// What the dialogs are about.
#[derive(Clone, Copy)]
struct Chosen {
    webhook: RwSignal<Option<Webhook>>,
    /// The form, or a new secret, is shown.
    editing: RwSignal<bool>,
    /// A new secret for the chosen webhook instead of the form.
    rotating: RwSignal<bool>,
    deleting: RwSignal<bool>,
}

/// The webhooks.
#[component]
pub(super) fn WebhookList(webhooks: RwSignal<Vec<Webhook>>) -> impl IntoView {
    let refetch = expect_context::<Refetch>();
    let _ = use_interval_fn(move || refetch.run(), REFRESH_MS);
    let chosen = Chosen {
        webhook: RwSignal::new(None),
        editing: RwSignal::new(false),
        rotating: RwSignal::new(false),
        deleting: RwSignal::new(false),
    };
    let none = Memo::new(move |_| webhooks.with(Vec::is_empty));
    let ids =
        Memo::new(move |_| webhooks.with(|all| all.iter().map(|it| it.id).collect::<Vec<_>>()));
    let one = move |id: i64| {
        keep_last(Signal::derive(move || {
            webhooks.with(|all| all.iter().find(|it| it.id == id).cloned())
        }))
    };
    view! {
        <header>
            <h2 id="webhooks">"Notifications"</h2>
            <button type="button" class="btn" data-testid="webhook-add"
                on:click=move |_| { chosen.webhook.set(None); chosen.rotating.set(false); chosen.editing.set(true); }>
                <Icon glyph=Glyph::Plus/> "New webhook"
            </button>
        </header>
        <Show when=move || none.get()>
            <p class="quiet-note">"Nobody is told yet when a host goes down. A webhook tells a chat, a phone or a program of your own."</p>
        </Show>
        <ul data-testid="webhooks">
            <For each=move || ids.get() key=|id| *id let:id>
                {one(id).map(|webhook| view! { <WebhookLine webhook chosen/> })}
            </For>
        </ul>
        <WebhookDialog chosen/>
        <DeleteDialog chosen/>
    }
}

#[component]
fn DeleteDialog(chosen: Chosen) -> impl IntoView {
    let title = Signal::derive(move || {
        let name = chosen
            .webhook
            .with(|it| it.as_ref().map(|it| it.name.clone()));
        format!("Delete “{}”?", name.unwrap_or_default())
    });
    view! {
        <Dialog open=chosen.deleting title testid="webhook-delete-dialog">
            {move || chosen.webhook.get().map(|webhook| view! { <Question webhook open=chosen.deleting/> })}
        </Dialog>
    }
}

/// What is inside the dialog. Its action belongs to one thread, so it must not be made where the server renders.
#[component]
fn Question(webhook: Webhook, open: RwSignal<bool>) -> impl IntoView {
    let (refetch, toasts) = (expect_context::<Refetch>(), use_toasts());
    let webhook = StoredValue::new(webhook);
    let delete = Action::new_local(move |(): &()| async move {
        let webhook = webhook.get_value();
        match rpc::delete_webhook(webhook.id).await {
            Ok(()) => {
                toasts.done(format!("The webhook “{}” is deleted", webhook.name));
                refetch.run();
                open.try_set(false);
            }
            Err(failure) => report(&failure),
        }
    });
    view! {
        <p>"What waits for it is forgotten, and so is its URL: nobody can look that up."</p>
        <div class="form-actions">
            <button type="button" class="btn" on:click=move |_| open.set(false)>"Keep it"</button>
            <button type="button" class="btn danger" data-testid="webhook-delete-confirm" disabled=move || delete.pending().get()
                on:click=move |_| { delete.dispatch(()); }>"Delete"</button>
        </div>
    }
}
