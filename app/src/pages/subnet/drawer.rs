//! The drawer of one host above its subnet's page: loads the host, stores changes, follows the live stream.

use super::{Beside, number, snmp::SnmpDialog};
use crate::{
    browser,
    components::{
        Fetched, Refetch, Toasts,
        host_drawer::{DrawerActions, HostDrawer, Sheet},
        inline_edit::{Draft, Saving},
        use_toasts,
    },
    live::use_live,
    model::{host_page, undo::reverse},
    rpc::{self, Failure},
    state::report,
};
use domain::{
    host::{Host, HostId, HostPage, HostPatch},
    snmp::SnmpOf,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate, use_params_map},
};

/// The drawer of one host.
#[component]
pub fn HostDrawerPage() -> impl IntoView {
    let params = use_params_map();
    let host = Memo::new(move |_| HostId(number(params.with(|params| params.get("host")))));
    let beside = use_context::<Beside>();
    let rename = beside.is_some_and(|beside| {
        let rename = beside.rename.get_value();
        beside.rename.set_value(false);
        beside.had_drawer.set_value(true);
        rename
    });
    let navigate = use_navigate();
    let search = use_location().search;
    let close = Callback::new(move |()| {
        if beside.is_some_and(|beside| beside.seen_alone.get_value()) {
            // Opened from the page: closing is going back, or the history would grow with every look.
            if let Ok(history) = window().history() {
                let _ = history.back();
            }
            return;
        }
        let id = params.with_untracked(|params| number(params.get("id")));
        let search = search.get_untracked();
        let query = if search.is_empty() {
            search
        } else {
            format!("?{}", search.trim_start_matches('?'))
        };
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&format!("/subnets/{id}{query}"), options);
    });
    view! {
        <Sheet closed=close>
            <Fetched key=move || host.get() load=rpc::host_page lines=8
                view=move |page| view! { <Opened page rename close/> }/>
        </Sheet>
    }
}

#[component]
fn Opened(page: RwSignal<HostPage>, rename: bool, close: Callback<()>) -> impl IntoView {
    let refetch = use_context::<Refetch>();
    let reload = Callback::new(move |()| {
        if let Some(refetch) = refetch {
            refetch.run();
        }
    });
    let removing = StoredValue::new(false);
    use_live().on(move |event| {
        // Our own removal comes back as well; the drawer is about to close.
        if removing.get_value() {
            return;
        }
        let mut update = host_page::Update::None;
        page.maybe_update(|page| {
            update = host_page::apply(page, event);
            update == host_page::Update::Applied
        });
        if update == host_page::Update::Stale {
            reload.run(());
        }
    });
    let toasts = use_toasts();
    let save = Callback::new(move |draft: Draft| {
        let Draft {
            field,
            text,
            saving,
        } = draft;
        let patch = field.patch(&text);
        spawn_local(async move {
            let outcome = match store(page, toasts, patch).await {
                Ok(()) => Saving::Done,
                Err(failure) => refused(&failure, field.pointer()),
            };
            saving.try_set(outcome);
        });
    });
    let patch = Callback::new(move |patch: HostPatch| {
        spawn_local(async move {
            if let Err(failure) = store(page, toasts, patch).await {
                say(toasts, &failure);
                reload.run(());
                // The box shows what is stored, not what was wished.
                page.try_update(|_| ());
            }
        });
    });
    let reserve = Callback::new(move |reserved: bool| {
        patch.run(HostPatch {
            reserved: Some(reserved),
            ..HostPatch::default()
        });
    });
    let remove = Callback::new(move |()| {
        let Host { id, ip, .. } = page.get_untracked().host;
        removing.set_value(true);
        spawn_local(async move {
            let answer = rpc::delete_host(id).await;
            if answer.is_err() {
                removing.try_set_value(false);
            }
            match answer {
                Ok(()) => {
                    toasts.done(format!("{ip} removed"));
                    close.try_run(());
                }
                Err(failure) => say(toasts, &failure),
            }
        });
    });
    let accept = Callback::new(move |()| {
        let id = page.with_untracked(|page| page.host.id);
        spawn_local(async move {
            match rpc::accept_ports(id).await {
                Ok(ports) => {
                    page.try_update(|page| page.ports = ports);
                }
                Err(failure) => say(toasts, &failure),
            }
        });
    });
    let asking = RwSignal::new(false);
    let whose = Signal::derive(move || page.with(|page| SnmpOf::Host(page.host.id)));
    let snmp_title = Signal::derive(move || {
        let ip = page.try_with(|page| page.host.ip.to_string());
        format!("SNMP of {}", ip.unwrap_or_default())
    });
    let actions = DrawerActions {
        save,
        reserve,
        patch,
        reload,
        accept,
        remove,
        ask_snmp: Callback::new(move |()| asking.set(true)),
    };
    view! {
        <HostDrawer page rename actions/>
        <SnmpDialog of=whose title=snmp_title open=asking changed=reload/>
    }
}

/// Stores a change, shows what came back and offers to take it back.
async fn store(page: RwSignal<HostPage>, toasts: Toasts, patch: HostPatch) -> Result<(), Failure> {
    let before = page.get_untracked().host;
    let undo = reverse(&before, &patch);
    let host = rpc::update_host(before.id, before.version, patch).await?;
    let (id, ip, version) = (host.id, host.ip, host.version);
    page.try_update(|page| page.host = host);
    let take_back = move || {
        let undo = undo.clone();
        spawn_local(async move {
            match rpc::update_host(id, version, undo).await {
                Ok(host) => {
                    page.try_update(|page| page.host = host);
                    toasts.done(format!("{ip} is as before"));
                }
                Err(failure) => say(toasts, &failure),
            }
        });
    };
    // The offer outlives the drawer, which owns everything that is made here.
    toasts.undoable(format!("{ip} saved"), take_back);
    Ok(())
}

fn refused(failure: &Failure, pointer: &str) -> Saving {
    match failure.status {
        401 => {
            browser::sign_in_again();
            Saving::Refused("the session has ended".to_owned())
        }
        409 | 412 => Saving::Conflict(failure.message().to_owned()),
        _ => Saving::Refused(failure.field(pointer).map_or_else(
            || failure.message().to_owned(),
            |error| error.detail.clone(),
        )),
    }
}

fn say(toasts: Toasts, failure: &Failure) {
    if failure.is_signed_out() {
        report(failure);
    } else {
        toasts.error(failure.message());
    }
}
