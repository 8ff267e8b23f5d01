//! One webhook: where it goes, what it is about, how telling goes, and what can be done.

use super::{
    Chosen,
    dead::DeadLetters,
    words::{filter_words, format_word, state_words, test_words},
};
use crate::{
    components::{Glyph, Icon, PillState, Refetch, StatusPill, TimeAgo},
    rpc,
    state::{report, use_clock, use_frame},
};
use domain::webhook::{Webhook, WebhookPatch, WebhookState, WebhookTest};
use leptos::{prelude::*, task::spawn_local};

fn pill(state: WebhookState) -> PillState {
    match state {
        WebhookState::Ok => PillState::Up,
        WebhookState::Failing => PillState::Down,
        WebhookState::Paused => PillState::Unknown,
    }
}

#[component]
pub(super) fn WebhookLine(webhook: Signal<Webhook>, chosen: Chosen) -> impl IntoView {
    let (clock, subnets) = (use_clock(), use_frame().subnets());
    let state = Signal::derive(move || pill(webhook.with(|it| it.state)));
    let words = move || webhook.with(|it| state_words(it, clock.now().get()));
    let about = move || webhook.with(|it| subnets.with(|all| filter_words(&it.filter, all)));
    let delivered = Memo::new(move |_| webhook.with(|it| it.delivered_at));
    let waiting = move || {
        webhook.with(|it| match it.waiting {
            0 => None,
            1 => Some("1 event waits".to_owned()),
            n => Some(format!("{n} events wait")),
        })
    };
    let target = move || {
        webhook.with(|it| {
            if it.has_secret {
                format!("{}/…", it.url)
            } else {
                it.url.clone()
            }
        })
    };
    let dead = Memo::new(move |_| webhook.with(|it| it.dead));
    view! {
        <li class="webhook" data-testid="webhook">
            <div class="webhook-head">
                <b>{move || webhook.with(|it| it.name.clone())}</b>
                <span class="pill-line" data-testid="webhook-state">
                    {move || view! { <StatusPill state=state label=words()/> }}
                </span>
            </div>
            <div class="webhook-facts">
                <span>{move || format_word(webhook.with(|it| it.format))}</span>
                <span class="mono">{target}</span>
                <span data-testid="webhook-about">{about}</span>
                {move || delivered.get().map(|at| view! { <span>"last accepted " <TimeAgo at=at/></span> })}
                {move || waiting().map(|words| view! { <span data-testid="webhook-waiting">{words}</span> })}
            </div>
            <Actions webhook chosen/>
            <Show when=move || { dead.get() > 0 }>
                <DeadLetters webhook=webhook.with_untracked(|it| it.id) count=dead/>
            </Show>
        </li>
    }
}

#[component]
fn Actions(webhook: Signal<Webhook>, chosen: Chosen) -> impl IntoView {
    let refetch = expect_context::<Refetch>();
    let answer = RwSignal::new(None::<WebhookTest>);
    let busy = RwSignal::new(false);
    let test = move |_| {
        let id = webhook.with_untracked(|it| it.id);
        busy.set(true);
        answer.set(None);
        spawn_local(async move {
            match rpc::test_webhook(id).await {
                Ok(test) => {
                    answer.try_set(Some(test));
                }
                Err(failure) => report(&failure),
            }
            busy.try_set(false);
        });
    };
    let pause = move |_| {
        let (id, version, enabled) = webhook.with_untracked(|it| (it.id, it.version, it.enabled));
        spawn_local(async move {
            let patch = WebhookPatch {
                enabled: Some(!enabled),
                ..WebhookPatch::default()
            };
            match rpc::update_webhook(id, version, patch).await {
                Ok(_) => refetch.run(),
                Err(failure) => report(&failure),
            }
        });
    };
    let choose = move |open: RwSignal<bool>| {
        chosen.webhook.set(Some(webhook.get_untracked()));
        open.set(true);
    };
    let bad = move || answer.with(|answer| answer.as_ref().is_some_and(|test| !test.ok));
    view! {
        <div class="webhook-actions">
            <button type="button" class="btn small" data-testid="webhook-test" disabled=busy on:click=test>"Send a test"</button>
            <button type="button" class="btn small" data-testid="webhook-edit"
                on:click=move |_| { chosen.rotating.set(false); choose(chosen.editing); }>"Edit"</button>
            <button type="button" class="btn small" data-testid="webhook-pause" on:click=pause>
                {move || if webhook.with(|it| it.enabled) { "Pause" } else { "Resume" }}
            </button>
            <button type="button" class="btn small" data-testid="webhook-rotate"
                on:click=move |_| { chosen.rotating.set(true); choose(chosen.editing); }>"New secret"</button>
            <button type="button" class="btn icon-only quiet" data-testid="webhook-delete"
                aria-label=move || format!("Delete {}", webhook.with(|it| it.name.clone()))
                on:click=move |_| choose(chosen.deleting)>
                <Icon glyph=Glyph::Trash/>
            </button>
        </div>
        <p class="field-note" class:bad=bad aria-live="polite" data-testid="webhook-answer">
            {move || if busy.get() { Some("Sending …".to_owned()) } else { answer.with(|test| test.as_ref().map(test_words)) }}
        </p>
    }
}
