//! The host's ports: what is open since when, what is new, when they were scanned, and what was open once.

use crate::{
    components::{PillState, StatusPill, TimeAgo},
    model::ports::{label, program},
    rpc,
    state::{report, use_frame},
};
use domain::{
    count::Count,
    host::HostPage,
    port::{LastPortScan, Port, PortQuery},
    token::Scope,
};
use leptos::{html, prelude::*, task::spawn_local};

/// Ports that are listed before the reader asks for more.
const MANY: usize = 40;

/// Open ports, what is new among them, and the scans behind it.
#[component]
pub(super) fn Ports(
    /// The host.
    page: RwSignal<HostPage>,
    /// Accepts every open port as belonging here.
    accept: Callback<()>,
) -> impl IntoView {
    let frame = use_frame();
    let ports = Memo::new(move |_| page.with(|page| page.ports.clone()));
    let all = RwSignal::new(false);
    let left_out = Memo::new(move |_| {
        let shown = if all.get() { usize::MAX } else { MANY };
        ports.with(Vec::len).saturating_sub(shown)
    });
    let lines = move || {
        let shown = ports.with(Vec::len) - left_out.get();
        ports.with(|ports| ports[..shown].iter().map(open_line).collect_view())
    };
    let new =
        Memo::new(move |_| ports.with(|ports| ports.iter().filter(|port| !port.accepted).count()));
    let may_accept = move || new.get() > 0 && frame.may(Scope::Write);
    view! {
        <section class="ports" aria-label="Ports" data-testid="ports">
            <LastScan page/>
            <ul class="port-list" data-testid="open-ports">{lines}</ul>
            <Show when=move || { left_out.get() > 0 }>
                <button type="button" class="link" on:click=move |_| all.set(true)>{move || left_out.get()} " more"</button>
            </Show>
            <Show when=may_accept>
                <div class="inline-actions" data-testid="new-ports">
                    <span>{move || new_in_words(new.get())}</span>
                    <button type="button" class="btn small" data-testid="accept-ports" on:click=move |_| accept.run(())>"Accept all"</button>
                </div>
            </Show>
            <Closed page/>
        </section>
    }
}

fn new_in_words(count: usize) -> String {
    match count {
        1 => "1 port was not open before.".to_owned(),
        count => format!("{count} ports were not open before."),
    }
}

fn open_line(port: &Port) -> impl IntoView + use<> {
    let others = format!("/hosts?port={}", port.port);
    let program = program(port);
    let mark = (!port.accepted).then(|| view! { <StatusPill state=PillState::New label="New"/> });
    view! {
        <li data-testid="port" data-port=port.port data-new=(!port.accepted).then_some("")>
            <a class="chip" class:new=!port.accepted href=others title="Every host with this port open">
                {label(port.port, port.proto, port.service.as_deref())}
            </a>
            <span class="port-program">{program} " " {mark}</span>
            <span class="faint">"first seen " <TimeAgo at=port.opened_at/></span>
        </li>
    }
}

/// When the ports were scanned last, and why that failed.
#[component]
fn LastScan(page: RwSignal<HostPage>) -> impl IntoView {
    let scan = Memo::new(move |_| page.with(|page| page.port_scan.clone()));
    let is_scanned = move || page.with(|page| page.subnet.port_scan);
    let when = move || match scan.get() {
        Some(LastPortScan {
            good_at: Some(at),
            asked,
            ..
        }) => view! { {Count(asked.into()).to_string()} " asked " <TimeAgo at/> }.into_any(),
        _ if is_scanned() => view! { "not scanned yet" }.into_any(),
        _ => view! { "not scanned by itself in this subnet" }.into_any(),
    };
    let failure = move || {
        let LastPortScan {
            at,
            good_at,
            failure,
            ..
        } = scan.get()?;
        let failure = failure?;
        Some(view! {
            <div class="notice warn" data-testid="port-scan-failure">
                <p>"The scan " <TimeAgo at/> " failed: " {failure}</p>
                {good_at.map(|_| view! { <p class="muted">"What stands here is from the one before."</p> })}
            </div>
        })
    };
    let nothing = move || {
        let is_good = scan.with(|scan| scan.as_ref().is_some_and(|scan| scan.good_at.is_some()));
        (is_good && page.with(|page| page.ports.is_empty()))
            .then(|| view! { <p class="faint" data-testid="no-ports">"No port is open."</p> })
    };
    view! {
        <div class="ports-head">
            <h2>"Open ports"</h2>
            <span class="faint" data-testid="port-scan">{when}</span>
        </div>
        {failure}
        {nothing}
    }
}

/// Ports that were open once; read when somebody wants to see them.
#[component]
fn Closed(page: RwSignal<HostPage>) -> impl IntoView {
    let ports = RwSignal::new(None::<Vec<Port>>);
    let menu = NodeRef::<html::Details>::new();
    let load = move || {
        let id = page.with_untracked(|page| page.host.id);
        let history = PortQuery {
            history: Some(true),
            ..PortQuery::default()
        };
        spawn_local(async move {
            match rpc::ports(id, history).await {
                Ok(found) => {
                    let closed = found
                        .items
                        .into_iter()
                        .filter(|port| port.closed_at.is_some());
                    ports.try_set(Some(closed.collect()));
                }
                Err(failure) => report(&failure),
            }
        });
    };
    let is_open = move || menu.get_untracked().is_some_and(|menu| menu.open());
    // A port that has closed belongs here.
    let open_ports = Memo::new(move |_| page.with(|page| page.ports.clone()));
    Effect::watch(
        move || open_ports.get(),
        move |_, _, _| {
            if is_open() {
                load();
            }
        },
        false,
    );
    let lines = move || match ports.get() {
        None => view! { <p class="faint">"Loading…"</p> }.into_any(),
        Some(ports) if ports.is_empty() => {
            view! { <p class="faint">"None has closed."</p> }.into_any()
        }
        Some(ports) => {
            let lines = ports.iter().map(closed_line).collect_view();
            view! { <ul class="port-list">{lines}</ul> }.into_any()
        }
    };
    view! {
        <details class="more" node_ref=menu data-testid="closed-ports" on:toggle=move |_| if is_open() { load() }>
            <summary>"Closed ports"</summary>
            {lines}
        </details>
    }
}

fn closed_line(port: &Port) -> impl IntoView + use<> {
    let program = program(port);
    view! {
        <li data-testid="closed-port" data-port=port.port>
            <span class="chip">{label(port.port, port.proto, port.service.as_deref())}</span>
            <span class="port-program faint">{program}</span>
            <span class="faint">"closed " {port.closed_at.map(|at| view! { <TimeAgo at/> })}</span>
        </li>
    }
}
