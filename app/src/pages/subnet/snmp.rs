//! How the hosts of a subnet are asked by SNMP: what is stored, and the form that replaces it.

use super::snmp_form::SnmpForm;
use crate::{
    components::{Dialog, Fetched, TimeAgo, use_toasts},
    rpc,
    state::report,
};
use domain::{
    snmp::{Snmp, SnmpVersion},
    subnet::{Subnet, SubnetId},
};
use leptos::{prelude::*, task::spawn_local};

/// Shown while a subnet's credentials are looked at or written.
#[component]
pub(super) fn SnmpDialog(
    /// Whose.
    subnet: Memo<Subnet>,
    /// Whether it is shown.
    open: RwSignal<bool>,
) -> impl IntoView {
    let title = Signal::derive(move || {
        let cidr = subnet.try_with(|subnet| subnet.cidr.to_string());
        format!("SNMP in {}", cidr.unwrap_or_default())
    });
    view! {
        <Dialog open=open title=title testid="snmp-dialog">
            {move || {
                let id = subnet.with(|subnet| subnet.id);
                view! {
                    <p class="muted">
                        "Rollcall asks the hosts of this subnet for the name that they give themselves (sysName)."
                    </p>
                    <Fetched key=move || id load=rpc::snmp lines=2
                        view=move |stored| view! { <Stored id stored open/> }/>
                    <SnmpForm id open/>
                }
            }}
        </Dialog>
    }
}

/// What is stored, without its secrets.
#[component]
fn Stored(id: SubnetId, stored: RwSignal<Option<Snmp>>, open: RwSignal<bool>) -> impl IntoView {
    let toasts = use_toasts();
    let forget = move |_| {
        spawn_local(async move {
            match rpc::forget_snmp(id).await {
                Ok(()) => {
                    toasts.done("The SNMP credentials are forgotten".to_owned());
                    open.try_set(false);
                }
                Err(failure) if failure.is_signed_out() => report(&failure),
                Err(failure) => toasts.error(failure.message()),
            }
        });
    };
    let words = |snmp: &Snmp| {
        let who = match (snmp.version, &snmp.user) {
            (SnmpVersion::V3, Some(user)) => format!("version 3 as {user}"),
            (SnmpVersion::V3, None) => "version 3".to_owned(),
            (SnmpVersion::V2c, _) => "version 2c".to_owned(),
        };
        let level = match (snmp.auth, snmp.privacy) {
            (Some(_), Some(_)) => ", proved and hidden",
            (Some(_), None) => ", proved",
            _ => "",
        };
        format!("{who}{level}, port {}", snmp.port)
    };
    view! {
        {move || stored.get().map(|snmp| view! {
            <div class="notice" data-testid="snmp-stored">
                <p>
                    "Stored: " {words(&snmp)} ". " <TimeAgo at=snmp.updated_at/>
                    " Its secrets are sealed and never shown; what you enter below takes their place."
                </p>
                <button type="button" class="btn small" data-testid="snmp-forget" on:click=forget>"Forget it"</button>
            </div>
        })}
    }
}
