//! The form of a webhook, and the only time its secret is shown.

use super::{
    super::secret::Secret,
    Chosen,
    draft::Draft,
    words::{format_word, gone_words, kind_words, url_hint},
};
use crate::{
    components::{Dialog, Field, Refetch, use_toasts},
    pages::login::FormProblem,
    rpc::{self, Failure},
    state::{report, use_frame},
};
use domain::{
    event::EventKind,
    problem::{FieldError, Problem},
    subnet::{Subnet, SubnetId},
    webhook::{Format, KINDS, Webhook, WebhookPatch},
};
use leptos::prelude::*;

/// The form, then the secret; or the question whether to make another secret, then that.
#[component]
pub(super) fn WebhookDialog(chosen: Chosen) -> impl IntoView {
    let open = chosen.editing;
    let secret = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if open.get() {
            secret.set(None);
        }
    });
    let title = Signal::derive(move || {
        let name = chosen
            .webhook
            .with(|it| it.as_ref().map(|it| it.name.clone()));
        match (name, chosen.rotating.get()) {
            (None, _) => "New webhook".to_owned(),
            (Some(name), false) => format!("Edit “{name}”"),
            (Some(name), true) => format!("New secret for “{name}”"),
        }
    });
    view! {
        <Dialog open=open title=title testid="webhook-dialog">
            {move || match (secret.get(), chosen.webhook.get_untracked()) {
                (Some(text), _) => view! {
                    <Secret text label="The signing secret" name="webhook" open>
                        "Each message is signed with it by the Standard Webhooks rules. A chat does not need it."
                    </Secret>
                }.into_any(),
                (None, Some(webhook)) if chosen.rotating.get_untracked() => view! { <Rotate webhook secret open/> }.into_any(),
                (None, before) => view! { <WebhookForm before secret open/> }.into_any(),
            }}
        </Dialog>
    }
}

/// The fields as signals.
#[derive(Clone, Copy)]
struct Inputs {
    name: RwSignal<String>,
    url: RwSignal<String>,
    format: RwSignal<Format>,
    kinds: RwSignal<Vec<EventKind>>,
    subnets: RwSignal<String>,
    gone: RwSignal<Vec<SubnetId>>,
    tags: RwSignal<String>,
}

impl Inputs {
    fn new(draft: Draft) -> Self {
        Self {
            name: RwSignal::new(draft.name),
            url: RwSignal::new(draft.url),
            format: RwSignal::new(draft.format),
            kinds: RwSignal::new(draft.kinds),
            subnets: RwSignal::new(draft.subnets),
            gone: RwSignal::new(draft.gone),
            tags: RwSignal::new(draft.tags),
        }
    }

    fn draft(self) -> Draft {
        Draft {
            name: self.name.get_untracked(),
            url: self.url.get_untracked(),
            format: self.format.get_untracked(),
            kinds: self.kinds.get_untracked(),
            subnets: self.subnets.get_untracked(),
            gone: self.gone.get_untracked(),
            tags: self.tags.get_untracked(),
        }
    }
}

/// Adds the drafted webhook and returns its secret, or sends what differs from the one before.
async fn save(
    draft: &Draft,
    before: Option<&Webhook>,
    subnets: &[Subnet],
) -> Result<Option<String>, Failure> {
    let invalid = |errors| {
        let mut problem = Problem::new(422, "Invalid input");
        problem.errors = errors;
        Failure(problem)
    };
    let Some(old) = before else {
        let new = draft.to_new(subnets).map_err(invalid)?;
        return Ok(Some(rpc::create_webhook(new).await?.secret));
    };
    let patch = draft.to_patch(old, subnets).map_err(invalid)?;
    if patch != WebhookPatch::default() {
        rpc::update_webhook(old.id, old.version, patch).await?;
    }
    Ok(None)
}

#[component]
fn WebhookForm(
    before: Option<Webhook>,
    secret: RwSignal<Option<String>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let (refetch, toasts) = (expect_context::<Refetch>(), use_toasts());
    let subnets = use_frame().subnets();
    let draft = match &before {
        None => Draft::new(),
        Some(webhook) => subnets.with_untracked(|all| Draft::of(webhook, all)),
    };
    let inputs = Inputs::new(draft);
    let refused = RwSignal::new(Vec::<FieldError>::new());
    let problem = RwSignal::new(None::<String>);
    let error_of = move |pointer: &'static str| {
        Signal::derive(move || {
            refused.with(|all| all.iter().find(|e| e.pointer == pointer).cloned())
        })
    };
    let url_note = Signal::derive({
        let kept = before.as_ref().map(|it| it.url.clone());
        move || {
            let hint = url_hint(inputs.format.get());
            Some(match &kept {
                Some(url) => format!("Empty: unchanged ({url}/…). {hint}"),
                None => hint.to_owned(),
            })
        }
    });
    let is_new = before.is_none();
    let before = StoredValue::new(before);
    let submit = Action::new_local(move |(): &()| async move {
        let old = before.get_value();
        let subnets = subnets.get_untracked();
        match save(&inputs.draft(), old.as_ref(), &subnets).await {
            Ok(made) => {
                refetch.run();
                if let Some(text) = made {
                    secret.try_set(Some(text));
                } else {
                    toasts.done("The webhook is saved");
                    open.try_set(false);
                }
            }
            Err(failure) if failure.is_signed_out() => report(&failure),
            Err(failure) if failure.errors.is_empty() => {
                problem.try_set(Some(failure.message().to_owned()));
            }
            Err(failure) => {
                refused.try_set(failure.0.errors);
            }
        }
    });
    view! {
        <form class="form" novalidate=true on:submit=move |event| {
            event.prevent_default();
            refused.set(Vec::new());
            problem.set(None);
            submit.dispatch(());
        }>
            <FormProblem text=problem/>
            <Field id="webhook-name" label="What is it for?" value=inputs.name error=error_of("/name") placeholder="Operations chat"
                autofocus=true testid="webhook-name"/>
            <div class="field">
                <label for="webhook-format">"Who reads it?"</label>
                <select id="webhook-format" data-testid="webhook-format"
                    on:change=move |event| inputs.format.set(format_of(&event_target_value(&event)))>
                    {Format::ALL.map(|it| view! {
                        <option value=it.as_str() selected={inputs.format.get_untracked() == it}>{format_word(it)}</option>
                    }).collect_view()}
                </select>
            </div>
            <Field id="webhook-url" label="URL" value=inputs.url error=error_of("/url") kind="url" mono=true live_hint=url_note
                placeholder="https://" testid="webhook-url"/>
            <Kinds kinds=inputs.kinds error=error_of("/filter/kinds")/>
            <Field id="webhook-subnets" label="Only in subnets" value=inputs.subnets error=error_of("/filter/subnets") mono=true
                hint="Separated by spaces; empty: all." testid="webhook-subnets"/>
            <Gone gone=inputs.gone subnets=inputs.subnets/>
            <Field id="webhook-tags" label="Only with tags" value=inputs.tags error=error_of("/filter/tags")
                hint="Of the host or its subnet, one of them is enough; empty: all." testid="webhook-tags"/>
            <div class="form-actions">
                <button type="button" class="btn" on:click=move |_| open.set(false)>"Cancel"</button>
                <button class="btn primary" data-testid="webhook-save" disabled=move || submit.pending().get()>
                    {if is_new { "Add webhook" } else { "Save" }}
                </button>
            </div>
        </form>
    }
}

/// Says that the filter names deleted subnets, and what dropping them means.
#[component]
fn Gone(gone: RwSignal<Vec<SubnetId>>, subnets: RwSignal<String>) -> impl IntoView {
    let words = move || gone_words(gone.with(Vec::len));
    let after = move || {
        if subnets.with(|text| text.trim().is_empty()) {
            "Without that it tells of every subnet."
        } else {
            "Nothing is told of that any more."
        }
    };
    view! {
        {move || words().map(|words| view! {
            <p class="notice warn" data-testid="webhook-gone">
                <span>"And only in " {words} ". " {after} " "</span>
                <button type="button" class="btn small" data-testid="webhook-gone-drop" on:click=move |_| gone.set(Vec::new())>
                    "Drop it"
                </button>
            </p>
        })}
    }
}

fn format_of(word: &str) -> Format {
    let found = Format::ALL.into_iter().find(|it| it.as_str() == word);
    found.unwrap_or_default()
}

#[component]
fn Kinds(kinds: RwSignal<Vec<EventKind>>, error: Signal<Option<FieldError>>) -> impl IntoView {
    let line = move |kind: EventKind| {
        view! {
            <label class="check">
                <input type="checkbox" data-testid=format!("webhook-kind-{kind}")
                    prop:checked=move || kinds.with(|chosen| chosen.contains(&kind))
                    on:change=move |event| {
                        let wanted = event_target_checked(&event);
                        kinds.update(|chosen| {
                            chosen.retain(|other| *other != kind);
                            if wanted {
                                chosen.push(kind);
                            }
                        });
                    }/>
                <span>{kind_words(kind)}</span>
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend>"What is told?"</legend>
            <div class="kinds">{KINDS.map(line).collect_view()}</div>
            <p class="field-note bad" aria-live="polite">{move || error.get().map(|error| error.detail)}</p>
        </fieldset>
    }
}

#[component]
fn Rotate(
    webhook: Webhook,
    secret: RwSignal<Option<String>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let refetch = expect_context::<Refetch>();
    let id = webhook.id;
    let rotate = Action::new_local(move |(): &()| async move {
        match rpc::rotate_webhook(id).await {
            Ok(made) => {
                refetch.run();
                secret.try_set(Some(made.secret));
            }
            Err(failure) => report(&failure),
        }
    });
    view! {
        <p>"Messages are signed with both secrets for 24 hours, so that the receiver has time to follow."</p>
        <div class="form-actions">
            <button type="button" class="btn" on:click=move |_| open.set(false)>"Cancel"</button>
            <button type="button" class="btn primary" data-testid="webhook-rotate-confirm" disabled=move || rotate.pending().get()
                on:click=move |_| { rotate.dispatch(()); }>"Make a new secret"</button>
        </div>
    }
}
