//! The form of a subnet.

use super::{
    draft::{Draft, cidr_hint, cidr_while_typing},
    uplink,
};
use crate::{
    components::{Field, FieldArea, use_toasts},
    pages::login::FormProblem,
    rpc::{self, Failure},
    state::{report, use_frame},
};
use domain::{
    cidr,
    problem::FieldError,
    subnet::{Subnet, SubnetPatch},
};
use leptos::{html, prelude::*};

/// The fields of the part that can be folded away.
const FOLDED: [&str; 4] = [
    "/discover",
    "/interval_seconds",
    "/down_after",
    "/uplink_host_id",
];

/// The fields as signals.
#[derive(Clone, Copy)]
struct Inputs {
    cidr: RwSignal<String>,
    name: RwSignal<String>,
    notes: RwSignal<String>,
    tags: RwSignal<String>,
    ping: RwSignal<bool>,
    discover: RwSignal<bool>,
    port_scan: RwSignal<bool>,
    interval: RwSignal<String>,
    down_after: RwSignal<String>,
    uplink: RwSignal<String>,
}

impl Inputs {
    fn new(draft: Draft) -> Self {
        Self {
            cidr: RwSignal::new(draft.cidr),
            name: RwSignal::new(draft.name),
            notes: RwSignal::new(draft.notes),
            tags: RwSignal::new(draft.tags),
            ping: RwSignal::new(draft.ping),
            discover: RwSignal::new(draft.discover),
            port_scan: RwSignal::new(draft.port_scan),
            interval: RwSignal::new(draft.interval),
            down_after: RwSignal::new(draft.down_after),
            uplink: RwSignal::new(draft.uplink),
        }
    }

    fn draft(self) -> Draft {
        Draft {
            cidr: self.cidr.get_untracked(),
            name: self.name.get_untracked(),
            notes: self.notes.get_untracked(),
            tags: self.tags.get_untracked(),
            ping: self.ping.get_untracked(),
            discover: self.discover.get_untracked(),
            port_scan: self.port_scan.get_untracked(),
            interval: self.interval.get_untracked(),
            down_after: self.down_after.get_untracked(),
            uplink: self.uplink.get_untracked(),
        }
    }
}

/// Adds the drafted subnet, or sends what differs from the one before.
async fn save(draft: &Draft, before: Option<&Subnet>) -> Result<Subnet, Failure> {
    let invalid = |errors| {
        let mut problem = domain::problem::Problem::new(422, "Invalid input");
        problem.errors = errors;
        Failure(problem)
    };
    match before {
        None => rpc::create_subnet(draft.to_new().map_err(invalid)?).await,
        Some(old) => {
            let mut patch = draft.to_patch(old).map_err(invalid)?;
            patch.uplink_host_id = uplink::changed(&draft.uplink, old).await?;
            if patch == SubnetPatch::default() {
                return Ok(old.clone());
            }
            rpc::update_subnet(old.id, old.version, patch).await
        }
    }
}

/// The form inside the dialog.
#[component]
pub(super) fn SubnetForm(
    /// What it starts with.
    draft: Draft,
    /// The subnet to change; none adds one.
    before: Option<Subnet>,
    /// Closes the dialog.
    open: RwSignal<bool>,
    /// Gets the subnet as it was stored.
    saved: Option<Callback<Subnet>>,
) -> impl IntoView {
    let (frame, toasts) = (use_frame(), use_toasts());
    let inputs = Inputs::new(draft);
    let refused = RwSignal::new(Vec::<FieldError>::new());
    let problem = RwSignal::new(None::<String>);
    let is_new = before.is_none();
    let before = StoredValue::new(before);
    let cidr_refused = error_of(refused, "/cidr", inputs.cidr);
    let cidr_error = Signal::derive(move || {
        cidr_refused
            .get()
            .or_else(|| inputs.cidr.with(|text| cidr_while_typing(text)))
    });
    let folded = NodeRef::<html::Details>::new();
    let submit = Action::new_local(move |(): &()| async move {
        problem.set(None);
        let old = before.get_value();
        match save(&inputs.draft(), old.as_ref()).await {
            Ok(subnet) => {
                let done = if old.is_some() { "saved" } else { "added" };
                toasts.done(format!("{} is {done}", subnet.cidr));
                frame.put(subnet.clone());
                if let Some(saved) = saved {
                    saved.try_run(subnet);
                }
                open.try_set(false);
            }
            Err(failure) if failure.is_signed_out() => report(&failure),
            Err(failure) if failure.errors.is_empty() => {
                problem.try_set(Some(failure.message().to_owned()));
            }
            Err(failure) => {
                let errors = failure.0.errors;
                if errors.iter().any(|e| FOLDED.contains(&e.pointer.as_str())) {
                    unfold(folded);
                }
                refused.try_set(errors);
            }
        }
    });
    view! {
        <form class="form" novalidate=true on:submit=move |event| {
            event.prevent_default();
            submit.dispatch(());
        }>
            <FormProblem text=problem/>
            {is_new.then(|| view! {
                <Field id="subnet-cidr" label="Subnet" value=inputs.cidr error=cidr_error mono=true autofocus=true
                    placeholder="192.168.1.0/24" testid="subnet-cidr"
                    live_hint=Signal::derive(move || inputs.cidr.with(|text| cidr_hint(text)))
                    hint="IPv4 or IPv6, with a prefix length."/>
            })}
            <Field id="subnet-name" label="Name" value=inputs.name error=error_of(refused, "/name", inputs.name)
                placeholder="Office" testid="subnet-name" autofocus=!is_new/>
            <Field id="subnet-tags" label="Tags" value=inputs.tags error=error_of(refused, "/tags", inputs.tags)
                hint="Separated by spaces." testid="subnet-tags"/>
            <FieldArea id="subnet-notes" label="Notes" value=inputs.notes error=error_of(refused, "/notes", inputs.notes)
                testid="subnet-notes"/>
            // Folded away where the defaults do for a start.
            <details class="more" node_ref=folded open=!is_new>
                <summary>"How it is watched"</summary>
                <label class="check">
                    <input type="checkbox" data-testid="subnet-ping" prop:checked=inputs.ping
                        on:change=move |event| inputs.ping.set(event_target_checked(&event))/>
                    <span>"Ping known hosts"</span>
                </label>
                <Discover inputs error=error_of(refused, "/discover", inputs.discover)/>
                <label class="check">
                    <input type="checkbox" data-testid="subnet-port-scan" prop:checked=inputs.port_scan
                        on:change=move |event| inputs.port_scan.set(event_target_checked(&event))/>
                    <span>"Watch the ports of living hosts"</span>
                </label>
                <div class="pair">
                    <Field id="subnet-interval" label="Seconds between rounds" value=inputs.interval
                        error=error_of(refused, "/interval_seconds", inputs.interval) hint="Empty: the server's setting."
                        testid="subnet-interval"/>
                    <Field id="subnet-down-after" label="Silent rounds until down" value=inputs.down_after
                        error=error_of(refused, "/down_after", inputs.down_after) hint="Empty: the server's setting."
                        testid="subnet-down-after"/>
                </div>
                {(!is_new).then(|| view! {
                    <Field id="subnet-uplink" label="Uplink" value=inputs.uplink mono=true placeholder="192.168.1.1"
                        error=error_of(refused, "/uplink_host_id", inputs.uplink) testid="subnet-uplink"
                        hint="The router's address. While it is down, nobody is notified of the silence behind it."/>
                })}
            </details>
            <div class="form-actions">
                <button type="button" class="btn" on:click=move |_| open.set(false)>"Cancel"</button>
                <button class="btn primary" data-testid="subnet-save" disabled=move || submit.pending().get()>
                    {if is_new { "Add subnet" } else { "Save" }}
                </button>
            </div>
        </form>
    }
}

/// Whether to sweep for new hosts; where that is impossible the box is off and says why.
#[component]
fn Discover(inputs: Inputs, error: Signal<Option<FieldError>>) -> impl IntoView {
    let impossible = Memo::new(move |_| {
        let block = inputs.cidr.with(|text| cidr::parse(text).ok())?;
        cidr::can_discover(block).err()
    });
    let is_impossible = move || impossible.get().is_some();
    view! {
        <label class="check">
            <input type="checkbox" data-testid="subnet-discover" aria-describedby="subnet-discover-note"
                prop:checked=move || inputs.discover.get() && !is_impossible() disabled=is_impossible
                on:change=move |event| inputs.discover.set(event_target_checked(&event))/>
            <span>"Sweep for new hosts"</span>
        </label>
        <p class="field-note check-note" id="subnet-discover-note" data-testid="subnet-discover-note" aria-live="polite"
            class:bad=move || error.with(Option::is_some)>
            {move || error.get().map(|error| error.detail).or_else(|| impossible.get().map(sentence))}
        </p>
    }
}

/// A reason as a sentence of its own.
fn sentence(reason: &str) -> String {
    let mut letters = reason.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).chain(['.']).collect()
}

/// What is wrong with a field since the last try; gone as soon as it is written again.
fn error_of<T: Send + Sync + 'static>(
    refused: RwSignal<Vec<FieldError>>,
    pointer: &'static str,
    input: RwSignal<T>,
) -> Signal<Option<FieldError>> {
    Effect::watch(
        move || input.track(),
        move |(), _, _| refused.update(|list| list.retain(|e| e.pointer != pointer)),
        false,
    );
    Signal::derive(move || refused.with(|list| list.iter().find(|e| e.pointer == pointer).cloned()))
}

/// Shows the part that is folded away: what is wrong there must be seen.
fn unfold(part: NodeRef<html::Details>) {
    if let Some(part) = part.get_untracked() {
        // Fails only for an invalid name.
        let _ = part.set_attribute("open", "");
    }
}
