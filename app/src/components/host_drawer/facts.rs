//! What was measured about a host: when it was seen, how fast it answers, its hardware address.

use crate::components::{TimeAgo, latency::Latency};
use domain::{host::HostPage, time::Timestamp};
use leptos::prelude::*;

/// What was measured about a host.
#[component]
pub(super) fn Facts(page: RwSignal<HostPage>) -> impl IntoView {
    let latency = Signal::derive(move || page.with(|page| page.host.latency_ms));
    let moment = move |of: fn(&HostPage) -> Option<Timestamp>| {
        move || match page.with(of) {
            Some(at) => view! { <TimeAgo at=at/> }.into_any(),
            None => view! { <span class="faint">"never"</span> }.into_any(),
        }
    };
    let hardware = move || {
        let (mac, maker) = page.with(|page| {
            let host = &page.host;
            let maker = match &host.vendor {
                None if host.mac_randomised => Some("randomised".to_owned()),
                vendor => vendor.clone(),
            };
            (host.mac.clone(), maker)
        });
        mac.map(|mac| {
            view! {
                <dt>"MAC"</dt>
                <dd><span class="mono" data-testid="mac">{mac}</span> " " <span class="faint">{maker}</span></dd>
            }
        })
    };
    view! {
        <dl class="kv facts">
            <dt>"Latency"</dt>
            <dd><Latency ms=latency/></dd>
            <dt>"Last seen"</dt>
            <dd>{moment(|page| page.host.last_seen_at)}</dd>
            <dt>"First seen"</dt>
            <dd>{moment(|page| page.host.first_seen_at)}</dd>
            {hardware}
            <dt>"Subnet"</dt>
            <dd>
                <a class="mono" href=move || page.with(|page| format!("/subnets/{}", page.host.subnet_id.0))>
                    {move || page.with(|page| page.subnet.cidr.to_string())}
                </a>
                " " <span class="faint">{move || page.with(|page| page.subnet.name.clone())}</span>
            </dd>
        </dl>
    }
}
