//! How the hosts of a subnet, or one host, are asked by SNMP: what is stored, and the form that replaces it.

use super::snmp_form::SnmpForm;
use crate::{
    components::{Dialog, Fetched, TimeAgo, use_toasts},
    model::snmp::words,
    rpc,
    state::report,
};
use domain::snmp::{Snmp, SnmpOf};
use leptos::{prelude::*, task::spawn_local};

/// Shown while credentials are looked at or written.
#[component]
pub(super) fn SnmpDialog(
    /// Whose.
    #[prop(into)]
    of: Signal<SnmpOf>,
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Whether it is shown.
    open: RwSignal<bool>,
    /// Told when other credentials are stored, or none.
    #[prop(default = Callback::new(|()| ()))]
    changed: Callback<()>,
) -> impl IntoView {
    // What is written in the form survives whatever else changes of the subnet or the host.
    let whose = Memo::new(move |_| of.get());
    view! {
        <Dialog open=open title=title testid="snmp-dialog">
            {move || {
                let of = whose.get();
                let words = match of {
                    SnmpOf::Subnet(_) => {
                        "Rollcall asks the hosts of this subnet for the name that they give themselves (sysName)."
                    }
                    SnmpOf::Host(_) => {
                        "With these credentials Rollcall asks this host alone for its name (sysName), instead of with those of its subnet."
                    }
                };
                view! {
                    <p class="muted">{words}</p>
                    <Fetched key=move || of load=rpc::snmp lines=2
                        view=move |stored| view! { <Stored of stored open changed/> }/>
                    <SnmpForm of open changed/>
                }
            }}
        </Dialog>
    }
}

/// What is stored, without its secrets.
#[component]
fn Stored(
    of: SnmpOf,
    stored: RwSignal<Option<Snmp>>,
    open: RwSignal<bool>,
    changed: Callback<()>,
) -> impl IntoView {
    let toasts = use_toasts();
    let forget = move |_| {
        spawn_local(async move {
            match rpc::forget_snmp(of).await {
                Ok(()) => {
                    toasts.done("The SNMP credentials are forgotten".to_owned());
                    open.try_set(false);
                    changed.try_run(());
                }
                Err(failure) if failure.is_signed_out() => report(&failure),
                Err(failure) => toasts.error(failure.message()),
            }
        });
    };
    view! {
        {move || stored.get().map(|snmp| view! {
            <div class="notice" data-testid="snmp-stored">
                <p>
                    "Stored: " {words(&snmp)} ". " <TimeAgo at=snmp.updated_at/>
                    " Its secrets are sealed and never shown; what you enter below takes their place."
                </p>
                <button type="button" class="btn small" data-testid="snmp-forget" on:click=forget>
                    {match of { SnmpOf::Subnet(_) => "Forget it", SnmpOf::Host(_) => "Use the subnet's" }}
                </button>
            </div>
        })}
    }
}
