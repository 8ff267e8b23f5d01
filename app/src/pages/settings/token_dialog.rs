//! Making a token, and the only time its secret is shown.

use super::{
    secret::Secret,
    token_draft::{self, LIFETIMES, scope_words},
};
use crate::{
    components::{Dialog, Field, Refetch},
    pages::login::FormProblem,
    rpc,
    state::{report, use_clock},
};
use domain::{problem::FieldError, token::Scope};
use leptos::prelude::*;

/// The form, then the secret.
#[component]
pub fn TokenDialog(
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    let secret = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        if open.get() {
            secret.set(None);
        }
    });
    view! {
        <Dialog open=open title="New API token" testid="token-dialog">
            {move || match secret.get() {
                None => view! { <TokenForm secret=secret open=open/> }.into_any(),
                Some(text) => view! {
                    <Secret text label="The new token" name="token" open>
                        "Programs send it as " <code>"Authorization: Bearer rc_…"</code>
                    </Secret>
                }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn TokenForm(secret: RwSignal<Option<String>>, open: RwSignal<bool>) -> impl IntoView {
    let (clock, refetch) = (use_clock(), expect_context::<Refetch>());
    let name = RwSignal::new(String::new());
    let scopes = RwSignal::new(vec![Scope::Read]);
    let days = RwSignal::new(90_u64);
    let refused = RwSignal::new(Vec::<FieldError>::new());
    let problem = RwSignal::new(None::<String>);
    let error_of = move |pointer: &'static str| {
        Signal::derive(move || {
            refused.with(|list| list.iter().find(|e| e.pointer == pointer).cloned())
        })
    };
    let scope_error = error_of("/scopes");
    let submit = Action::new_local(move |(): &()| async move {
        let now = clock.now().get_untracked();
        let token = match token_draft::check(
            &name.get_untracked(),
            &scopes.get_untracked(),
            days.get_untracked(),
            now,
        ) {
            Ok(token) => token,
            Err(errors) => return refused.set(errors),
        };
        match rpc::create_token(token).await {
            Ok(created) => {
                secret.set(Some(created.token));
                refetch.run();
            }
            Err(failure) if failure.is_signed_out() => report(&failure),
            Err(failure) if failure.errors.is_empty() => {
                problem.set(Some(failure.message().to_owned()));
            }
            Err(failure) => refused.set(failure.0.errors),
        }
    });
    let scope_line = move |scope: Scope| {
        view! {
            <label class="check">
                <input type="checkbox" data-testid=format!("token-scope-{scope}")
                    prop:checked=move || scopes.with(|s| s.contains(&scope))
                    on:change=move |event| {
                        let wanted = event_target_checked(&event);
                        scopes.update(|s| {
                            s.retain(|other| *other != scope);
                            if wanted {
                                s.push(scope);
                            }
                        });
                    }/>
                <span><b>{scope.as_str()}</b> ": " {scope_words(scope)}</span>
            </label>
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=move |event| {
            event.prevent_default();
            refused.set(Vec::new());
            problem.set(None);
            submit.dispatch(());
        }>
            <FormProblem text=problem/>
            <Field id="token-name" label="What is it for?" value=name error=error_of("/name") placeholder="Inventory export"
                autofocus=true testid="token-name"/>
            <fieldset class="field">
                <legend>"What may it do?"</legend>
                {Scope::ALL.into_iter().map(scope_line).collect_view()}
                <p class="field-note bad" aria-live="polite">{move || scope_error.get().map(|e| e.detail)}</p>
            </fieldset>
            <div class="field">
                <label for="token-days">"How long does it hold?"</label>
                <select id="token-days" data-testid="token-days" prop:value=move || days.get().to_string()
                    on:change=move |event| days.set(event_target_value(&event).parse().unwrap_or(90))>
                    {LIFETIMES
                        .into_iter()
                        .map(|(n, words)| view! { <option value=n.to_string() selected=n == 90>{words}</option> })
                        .collect_view()}
                </select>
            </div>
            <div class="form-actions">
                <button type="button" class="btn" on:click=move |_| open.set(false)>"Cancel"</button>
                <button class="btn primary" data-testid="token-create" disabled=move || submit.pending().get()>"Create token"</button>
            </div>
        </form>
    }
}
