//! One line of the list of all hosts.

use crate::{
    components::{
        PillState, StatusPill,
        latency::Latency,
        port_chips::{PortChips, ROOM},
        since::{Held, Since},
        sparkline::SparkLine,
        tags::Tags,
    },
    model::{filter::status_word, paged::Paged},
};
use domain::host::{Host, HostId};
use leptos::prelude::*;

/// One host, which opens in its subnet's drawer.
#[component]
pub(super) fn HostItem(list: RwSignal<Paged<Host>>, id: HostId) -> impl IntoView {
    let host =
        Memo::new(move |_| list.with(|list| list.items.iter().find(|host| host.id == id).cloned()));
    let of = move |part: fn(&Host) -> Option<String>| {
        move || host.with(|host| host.as_ref().and_then(part))
    };
    let pill = Signal::derive(move || {
        host.with(|host| {
            host.as_ref().map_or(PillState::Unknown, |host| {
                PillState::of(host.status, host.suspect)
            })
        })
    });
    let held = Signal::derive(move || {
        host.with(|host| {
            host.as_ref().map(|host| Held {
                status: host.status,
                since: host.since,
                cause: host.unknown_cause,
                reserved: host.reserved,
            })
        })
    });
    let tags = Signal::derive(move || {
        host.with(|host| {
            host.as_ref()
                .map(|host| host.tags.clone())
                .unwrap_or_default()
        })
    });
    let ports = Signal::derive(move || {
        host.with(|host| {
            host.as_ref()
                .map(|host| host.ports.clone())
                .unwrap_or_default()
        })
    });
    let latency = Signal::derive(move || host.with(|host| host.as_ref()?.latency_ms));
    view! {
        <tr class="host-line host-row" data-testid="host-row" data-ip=of(|host| Some(host.ip.to_string()))
            data-status=of(|host| Some(status_word(host.status).to_owned()))>
            <td class="cell-status"><StatusPill state=pill/></td>
            <td class="cell-ip">
                <a class="mono" href=of(|host| Some(format!("/subnets/{}/hosts/{}", host.subnet_id.0, host.id.0)))>
                    {of(|host| Some(host.ip.to_string()))}
                </a>
            </td>
            <td class="cell-name">
                {of(|host| host.hostname.clone())} " "
                <span class="faint">{of(|host| host.description.clone())}</span>
            </td>
            <td class="cell-ports"><PortChips ports room=ROOM/></td>
            <td class="cell-latency"><Latency ms=latency/></td>
            <td class="cell-spark"><SparkLine id=Some(id)/></td>
            <td class="cell-since"><Since held=held/></td>
            <td class="cell-tags"><Tags tags=tags/></td>
        </tr>
    }
}
