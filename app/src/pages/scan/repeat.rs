//! Having a scan repeated by itself.

use crate::{
    components::{Dialog, Field, use_toasts},
    model::{scan_cards::ScanPage, scan_words},
    pages::login::FormProblem,
    rpc,
    state::report,
};
use domain::{
    problem::FieldError,
    scan::schedule::{Every, NewScanSchedule},
};
use leptos::{prelude::*, task::spawn_local};

/// Letters of the name that is proposed.
const PROPOSED: usize = 60;

/// The form.
#[component]
pub(super) fn RepeatDialog(open: RwSignal<bool>, page: RwSignal<ScanPage>) -> impl IntoView {
    view! {
        <Dialog open=open title="Repeat this scan" testid="repeat-dialog">
            <Form open page/>
        </Dialog>
    }
}

/// What is inside the dialog.
#[component]
fn Form(open: RwSignal<bool>, page: RwSignal<ScanPage>) -> impl IntoView {
    let toasts = use_toasts();
    let (token, proposed) = page.with_untracked(|page| {
        let words = scan_words::asked(&page.scan.request);
        let proposed: String = words.chars().take(PROPOSED).collect();
        (page.scan.token.clone(), proposed)
    });
    let name = RwSignal::new(proposed);
    let every = RwSignal::new(Every::Day);
    let refused = RwSignal::new(Vec::<FieldError>::new());
    let problem = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let name_error = Signal::derive(move || {
        refused.with(|list| list.iter().find(|e| e.pointer == "/name").cloned())
    });
    let submit = move || {
        let new = NewScanSchedule {
            token: token.clone(),
            name: name.get_untracked(),
            every: every.get_untracked(),
        };
        busy.set(true);
        refused.set(Vec::new());
        problem.set(None);
        spawn_local(async move {
            let answer = rpc::create_scan_schedule(new).await;
            busy.try_set(false);
            match answer {
                Ok(made) => {
                    let how_often = scan_words::every(made.every);
                    toasts.done(format!(
                        "“{}” is scanned {how_often} from now on",
                        made.name
                    ));
                    open.try_set(false);
                }
                Err(failure) if failure.is_signed_out() => report(&failure),
                Err(failure) if failure.field("/name").is_none() => {
                    problem.try_set(Some(failure.message().to_owned()));
                }
                Err(failure) => {
                    refused.try_set(failure.0.errors);
                }
            }
        });
    };
    let choice = move |value: Every, label: &'static str| {
        let testid = format!("repeat-{}", scan_words::every(value));
        view! {
            <label class="choice">
                <input type="radio" name="every" data-testid=testid prop:checked=move || every.get() == value
                    on:change=move |_| every.set(value)/>
                {label}
            </label>
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=move |event| { event.prevent_default(); submit(); }>
            <FormProblem text=problem/>
            <Field id="repeat-name" label="Name" value=name error=name_error autofocus=true testid="repeat-name"/>
            <fieldset class="field">
                <legend>"How often?"</legend>
                <div class="repeat-choices">{choice(Every::Day, "Daily")} {choice(Every::Week, "Weekly")}</div>
            </fieldset>
            <p class="muted">"An event and the webhooks tell of it only when something changed."</p>
            <div class="form-actions">
                <button type="button" class="btn" on:click=move |_| open.set(false)>"Cancel"</button>
                <button class="btn primary" data-testid="repeat-save" disabled=busy>"Repeat it"</button>
            </div>
        </form>
    }
}
