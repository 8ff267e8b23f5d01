//! The subnet's heading: where it lies, what it is called, what can be done with it, what lies inside.

use super::{snmp::SnmpDialog, sweep::SweepButton};
use crate::{
    components::{Glyph, Icon, PillState, StatusPill},
    live::{Connection, use_live},
    pages::subnet_dialogs::Dialogs,
    state::use_frame,
};
use domain::{snmp::SnmpOf, subnet::Subnet, token::Scope};
use leptos::prelude::*;
use leptos_meta::Title;

fn title(subnet: &Subnet) -> String {
    format!("{} {}", subnet.cidr, subnet.name)
        .trim_end()
        .to_owned()
}

/// The subnet's heading.
#[component]
pub(super) fn Head(
    /// The subnet.
    subnet: Memo<Subnet>,
    /// Set to open the dialog that adds a host.
    adding: RwSignal<Option<String>>,
) -> impl IntoView {
    let (frame, dialogs) = (use_frame(), expect_context::<Dialogs>());
    let cidr = move || subnet.with(|subnet| subnet.cidr.to_string());
    let name = move || subnet.with(|subnet| subnet.name.clone());
    // The server reads the title last of all, when the values of the page may have been disposed of already.
    let first = subnet.with_untracked(title);
    let title = move || subnet.try_with(title).unwrap_or_else(|| first.clone());
    let asking = RwSignal::new(false);
    let whose = Signal::derive(move || subnet.with(|subnet| SnmpOf::Subnet(subnet.id)));
    let snmp_title = Signal::derive(move || {
        let cidr = subnet.try_with(|subnet| subnet.cidr.to_string());
        format!("SNMP in {}", cidr.unwrap_or_default())
    });
    let can_sweep = move || subnet.with(|subnet| domain::cidr::can_discover(subnet.cidr).is_ok());
    view! {
        <Title text=title/>
        <div class="subnet-head">
            <div class="subnet-title">
                <Ancestors subnet/>
                <h1>
                    <span class="mono" data-testid="title-cidr">{cidr}</span>
                    {move || (!name().is_empty()).then(|| view! { <span class="subnet-name" data-testid="title-name">{name()}</span> })}
                </h1>
            </div>
            <div class="subnet-actions">
                {move || can_sweep().then(|| view! { <SweepButton subnet/> })}
                <Show when=move || frame.may(Scope::Admin)>
                    <button type="button" class="btn" data-testid="subnet-snmp" on:click=move |_| asking.set(true)>"SNMP"</button>
                </Show>
                <Show when=move || frame.may(Scope::Write)>
                    <button type="button" class="btn" data-testid="subnet-edit" on:click=move |_| dialogs.edit(subnet.get_untracked())>
                        <Icon glyph=Glyph::Edit/> "Edit"
                    </button>
                    <button type="button" class="btn" data-testid="subnet-delete" on:click=move |_| dialogs.delete(subnet.get_untracked())>
                        <Icon glyph=Glyph::Trash/> "Delete"
                    </button>
                    <button type="button" class="btn primary" data-testid="add-host" on:click=move |_| adding.set(Some(String::new()))>
                        <Icon glyph=Glyph::Plus/> "Add host"
                    </button>
                </Show>
            </div>
        </div>
        <SnmpDialog of=whose title=snmp_title open=asking/>
        <Stale/>
        <Children subnet/>
    }
}

/// Says when the page no longer follows the network.
#[component]
fn Stale() -> impl IntoView {
    let connection = use_live().connection();
    view! {
        {move || (connection.get() == Connection::Lost).then(|| view! {
            <div class="notice warn" role="status" data-testid="stale">
                <p>"The connection to the server is lost: what stands here may be old. It is being set up again."</p>
            </div>
        })}
    }
}

/// The way down to this subnet.
#[component]
fn Ancestors(subnet: Memo<Subnet>) -> impl IntoView {
    let all = use_frame().subnets();
    let around = Memo::new(move |_| {
        let mut around: Vec<(i64, String)> = Vec::new();
        let mut next = subnet.with(|subnet| subnet.parent_id);
        all.with(|all| {
            while let Some(parent) = next.and_then(|id| all.iter().find(|subnet| subnet.id == id)) {
                // A tree has no circles, but a list that is just being updated may.
                if around.len() > 32 {
                    break;
                }
                around.insert(0, (parent.id.0, parent.cidr.to_string()));
                next = parent.parent_id;
            }
        });
        around
    });
    view! {
        <nav class="crumbs" aria-label="Where you are">
            <a href="/subnets">"Subnets"</a>
            {move || around.get().into_iter().map(|(id, cidr)| view! {
                <span aria-hidden="true">"›"</span>
                <a class="mono" href=format!("/subnets/{id}")>{cidr}</a>
            }).collect_view()}
        </nav>
    }
}

/// The subnets directly inside.
#[component]
fn Children(subnet: Memo<Subnet>) -> impl IntoView {
    let all = use_frame().subnets();
    let inside = Memo::new(move |_| {
        let id = subnet.with(|subnet| subnet.id);
        all.with(|all| {
            all.iter()
                .filter(|subnet| subnet.parent_id == Some(id))
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    view! {
        <Show when=move || !inside.with(Vec::is_empty)>
            <nav class="nested" aria-label="Subnets inside" data-testid="nested-subnets">
                <For each=move || inside.get() key=|subnet| (subnet.id, subnet.alive, subnet.down, subnet.name.clone()) let:subnet>
                    <a class="nested-item" href=format!("/subnets/{}", subnet.id.0)>
                        <span class="mono">{subnet.cidr.to_string()}</span>
                        <span class="muted">{subnet.name.clone()}</span>
                        <StatusPill state=PillState::Up label=subnet.alive.to_string()/>
                        {(subnet.down > 0).then(|| view! { <StatusPill state=PillState::Down label=subnet.down.to_string()/> })}
                    </a>
                </For>
            </nav>
        </Show>
    }
}
