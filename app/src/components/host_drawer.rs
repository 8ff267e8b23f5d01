//! Everything about one host: a drawer at the side, a sheet from below on a phone.

mod dns;
mod facts;
mod head;
mod intelligence;
mod past;
mod ports;
mod remove;
mod sheet;
mod snmp;
mod trouble;
mod work;

pub use sheet::Sheet;
pub(crate) use work::refusal;

use super::{
    event_list::EventList,
    inline_edit::{Draft, InlineEdit},
    tags::Tags,
};
use crate::model::undo::HostField;
use dns::DnsSays;
use domain::host::{HostPage, HostPatch, HostnameSource};
use facts::Facts;
use head::Head;
use intelligence::Intelligence;
use leptos::prelude::*;
use past::Past;
use ports::Ports;
use remove::Remove;
use snmp::AskedBySnmp;
use trouble::Trouble;
use work::Work;

/// What the drawer asks of the page around it.
#[derive(Clone, Copy)]
pub struct DrawerActions {
    /// Stores a changed field.
    pub save: Callback<Draft>,
    /// Stores whether silence is expected.
    pub reserve: Callback<bool>,
    /// Stores another change.
    pub patch: Callback<HostPatch>,
    /// Fetches the host anew.
    pub reload: Callback<()>,
    /// Accepts the open ports as belonging to the host.
    pub accept: Callback<()>,
    /// Removes the host.
    pub remove: Callback<()>,
    /// Opens the form of its own credentials for SNMP.
    pub ask_snmp: Callback<()>,
}

fn source_word(source: Option<HostnameSource>) -> Option<&'static str> {
    Some(match source? {
        HostnameSource::Manual => "manual",
        HostnameSource::Import => "imported",
        HostnameSource::Snmp => "from SNMP",
        HostnameSource::Dns => "from DNS",
    })
}

/// Everything about one host.
#[component]
pub fn HostDrawer(
    /// The host, its subnet and its events.
    page: RwSignal<HostPage>,
    /// Whether the name is edited at once.
    rename: bool,
    /// What the drawer asks for.
    actions: DrawerActions,
) -> impl IntoView {
    let text =
        move |field: HostField| Signal::derive(move || page.with(|page| field.text(&page.host)));
    let tags = Signal::derive(move || page.with(|page| page.host.tags.clone()));
    let events = Signal::derive(move || page.with(|page| page.events.clone()));
    let DrawerActions {
        save,
        reserve,
        patch,
        reload,
        accept,
        remove,
        ask_snmp,
    } = actions;
    let closed = || RwSignal::new(false);
    view! {
        <Head page/>
        <Trouble page/>
        <Work page/>
        <dl class="kv">
            <dt>"Hostname"</dt>
            <dd>
                <InlineEdit field=HostField::Hostname name="hostname" value=text(HostField::Hostname)
                    open=RwSignal::new(rename) save reload/>
                <span class="faint">{move || page.with(|page| source_word(page.host.hostname_source))}</span>
                <DnsSays page patch/>
            </dd>
            <dt>"Description"</dt>
            <dd>
                <InlineEdit field=HostField::Description name="description" value=text(HostField::Description)
                    open=closed() save reload/>
            </dd>
            <dt>"Tags"</dt>
            <dd>
                <InlineEdit field=HostField::Tags name="tags" value=text(HostField::Tags) open=closed() save reload>
                    <Tags tags=tags/>
                </InlineEdit>
            </dd>
            <dt>"Notes"</dt>
            <dd class="notes">
                <InlineEdit field=HostField::Notes name="notes" value=text(HostField::Notes) open=closed() save reload/>
            </dd>
            <dt>"Expected"</dt>
            <dd>
                <label class="check">
                    <input type="checkbox" data-testid="edit-reserved" prop:checked=move || page.with(|page| page.host.reserved)
                        checked=page.with_untracked(|page| page.host.reserved)
                        on:change=move |event| reserve.run(event_target_checked(&event))/>
                    "silent: being down is no trouble"
                </label>
            </dd>
            <AskedBySnmp page patch ask=ask_snmp/>
        </dl>
        <Ports page accept/>
        <Intelligence page/>
        <Past page/>
        <Facts page/>
        <section aria-label="Changes">
            <h2>"Changes"</h2>
            {move || events.with(Vec::is_empty).then(|| view! { <p class="faint">"nothing has changed yet"</p> })}
            <EventList events/>
        </section>
        <Remove page remove/>
    }
}
