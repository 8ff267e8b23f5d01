//! The dialog that changes what is written about a subnet and how it is watched.

use crate::{
    components::{Dialog, Field, FieldArea, use_toasts},
    model::undo::split_tags,
    rpc,
    state::report,
};
use domain::{
    problem::{FieldError, Problem},
    subnet::{Subnet, SubnetPatch},
};
use leptos::{prelude::*, task::spawn_local};

/// The dialog that changes a subnet.
#[component]
pub(super) fn EditSubnet(
    /// The subnet.
    subnet: Memo<Subnet>,
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    let title =
        Signal::derive(move || format!("Edit {}", subnet.with(|subnet| subnet.cidr.to_string())));
    view! {
        <Dialog open title testid="edit-subnet-dialog">
            <Form open subnet=subnet.get_untracked()/>
        </Dialog>
    }
}

/// An optional number as text; what is no number is the text's own fault.
fn parse<T: std::str::FromStr>(text: &str) -> Result<Option<T>, &'static str> {
    match text.trim() {
        "" => Ok(None),
        text => text
            .parse()
            .map(Some)
            .map_err(|_| "a whole number is expected"),
    }
}

#[component]
fn Form(open: RwSignal<bool>, subnet: Subnet) -> impl IntoView {
    let number =
        |value: Option<u32>| RwSignal::new(value.map(|n| n.to_string()).unwrap_or_default());
    let name = RwSignal::new(subnet.name.clone());
    let tags = RwSignal::new(subnet.tags.join(", "));
    let notes = RwSignal::new(subnet.notes.clone().unwrap_or_default());
    let ping = RwSignal::new(subnet.ping);
    let discover = RwSignal::new(subnet.discover);
    let interval = number(subnet.interval_seconds);
    let down_after = number(subnet.down_after.map(u32::from));
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<Problem>);
    let error = move |pointer: &'static str| {
        Signal::derive(move || problem.with(|problem| problem.as_ref()?.field(pointer).cloned()))
    };
    let general = move || {
        let problem = problem.get()?;
        problem.errors.is_empty().then(|| view! {
            <p class="notice warn" role="alert" data-testid="subnet-error">{problem.message().to_owned()}</p>
        })
    };
    let can_discover = domain::cidr::can_discover(subnet.cidr);
    let toasts = use_toasts();
    let (id, version) = (subnet.id, subnet.version);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let (interval, down_after) = (
            parse(&interval.get_untracked()),
            parse(&down_after.get_untracked()),
        );
        let mut wrong = Problem::new(422, "Invalid input");
        for (pointer, failed) in [
            ("/interval_seconds", interval.err()),
            ("/down_after", down_after.err()),
        ] {
            wrong
                .errors
                .extend(failed.map(|why| FieldError::new(pointer, why)));
        }
        let (Ok(interval), Ok(down_after)) = (interval, down_after) else {
            problem.set(Some(wrong));
            return;
        };
        let notes = notes.get_untracked();
        let patch = SubnetPatch {
            name: Some(Some(name.get_untracked())),
            notes: Some((!notes.trim().is_empty()).then_some(notes)),
            tags: Some(Some(split_tags(&tags.get_untracked()))),
            ping: Some(ping.get_untracked()),
            discover: Some(discover.get_untracked()),
            interval_seconds: Some(interval),
            down_after: Some(down_after),
            ..SubnetPatch::default()
        };
        busy.set(true);
        spawn_local(async move {
            let answer = rpc::update_subnet(id, version, patch).await;
            busy.try_set(false);
            match answer {
                Ok(subnet) => {
                    toasts.done(format!("{} saved", subnet.cidr));
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
            <Field id="subnet-edit-name" label="Name" value=name error=error("/name") autofocus=true testid="subnet-edit-name"/>
            <Field id="subnet-edit-tags" label="Tags" value=tags error=error("/tags") hint="separated by commas" testid="subnet-edit-tags"/>
            <FieldArea id="subnet-edit-notes" label="Notes" value=notes error=error("/notes") testid="subnet-edit-notes"/>
            <label class="check">
                <input type="checkbox" data-testid="subnet-edit-ping" prop:checked=ping
                    on:change=move |event| ping.set(event_target_checked(&event))/>
                "ping known hosts"
            </label>
            <label class="check">
                <input type="checkbox" data-testid="subnet-edit-discover" prop:checked=discover disabled=can_discover.is_err()
                    on:change=move |event| discover.set(event_target_checked(&event))/>
                "sweep for new hosts"
            </label>
            {can_discover.err().map(|why| view! { <p class="field-note">{why}</p> })}
            <div class="form-pair">
                <Field id="subnet-edit-interval" label="Seconds between pings" value=interval error=error("/interval_seconds")
                    hint="empty: the server's setting" testid="subnet-edit-interval"/>
                <Field id="subnet-edit-down-after" label="Silent rounds until Down" value=down_after error=error("/down_after")
                    hint="empty: the server's setting" testid="subnet-edit-down-after"/>
            </div>
            {general}
            <div class="form-actions">
                <button type="button" class="btn" on:click=move |_| open.set(false)>"Cancel"</button>
                <button type="submit" class="btn primary" data-testid="subnet-edit-save" disabled=busy>
                    {move || if busy.get() { "Saving…" } else { "Save" }}
                </button>
            </div>
        </form>
    }
}
