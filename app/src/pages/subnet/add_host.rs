//! The dialog that documents a host.

use crate::{
    components::{Dialog, Field, use_toasts},
    model::undo::split_tags,
    rpc,
    state::report,
};
use domain::{
    host::{Hostname, NewHost},
    problem::{FieldError, Problem},
};
use leptos::{prelude::*, task::spawn_local};

/// The dialog that documents a host.
#[component]
pub(super) fn AddHost(
    /// Open while it is `Some`; the address to begin with.
    adding: RwSignal<Option<String>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if adding.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            crate::state::replace(adding, None);
        }
    });
    view! {
        <Dialog open title="Add host" testid="add-host-dialog">
            <Form open start=adding.get_untracked().unwrap_or_default()/>
        </Dialog>
    }
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[component]
fn Form(open: RwSignal<bool>, start: String) -> impl IntoView {
    let is_blank = start.is_empty();
    let ip = RwSignal::new(start);
    let hostname = RwSignal::new(String::new());
    let description = RwSignal::new(String::new());
    let tags = RwSignal::new(String::new());
    let reserved = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let error = move |pointer: &'static str| {
        Signal::derive(move || problem.with(|problem| problem.as_ref()?.field(pointer).cloned()))
    };
    // The name is checked while it is typed, by the code that the server runs.
    let name_error = Signal::derive(move || {
        let wrong = hostname.with(|name| {
            filled(name)?
                .parse::<Hostname>()
                .err()
                .map(|why| FieldError::new("/hostname", why.to_string()))
        });
        wrong.or_else(|| error("/hostname").get())
    });
    let general = move || {
        let problem = problem.get()?;
        problem.errors.is_empty().then(|| view! {
            <p class="notice warn" role="alert" data-testid="host-error">{problem.message().to_owned()}</p>
        })
    };
    let toasts = use_toasts();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let host = NewHost {
            ip: ip.get_untracked().trim().to_owned(),
            hostname: filled(&hostname.get_untracked()),
            description: filled(&description.get_untracked()),
            tags: split_tags(&tags.get_untracked()),
            notes: None,
            reserved: reserved.get_untracked(),
        };
        spawn_local(async move {
            let answer = rpc::create_host(host).await;
            busy.try_set(false);
            match answer {
                Ok(host) => {
                    toasts.done(format!("{} added", host.ip));
                    open.try_set(false);
                }
                Err(failure) if failure.is_signed_out() => report(&failure),
                Err(failure) => {
                    problem.try_set(Some(failure.0));
                }
            }
        });
    };
    view! {
        <form class="form" on:submit=submit>
            <Field id="host-ip" label="Address" value=ip error=error("/ip") mono=true autofocus=is_blank testid="host-ip"/>
            <Field id="host-hostname" label="Hostname" value=hostname error=name_error autofocus=!is_blank testid="host-hostname"/>
            <Field id="host-description" label="Description" value=description error=error("/description") testid="host-description"/>
            <Field id="host-tags" label="Tags" value=tags error=error("/tags") hint="separated by commas" testid="host-tags"/>
            <label class="check">
                <input type="checkbox" data-testid="host-reserved" prop:checked=reserved
                    on:change=move |event| reserved.set(event_target_checked(&event))/>
                "silence is expected: being down is no trouble"
            </label>
            {general}
            <div class="form-actions">
                <button type="button" class="btn" on:click=move |_| open.set(false)>"Cancel"</button>
                <button type="submit" class="btn primary" data-testid="host-save" disabled=busy>
                    {move || if busy.get() { "Adding…" } else { "Add host" }}
                </button>
            </div>
        </form>
    }
}
