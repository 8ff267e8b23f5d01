//! How echo requests leave and what scans ports, in plain words, and what to do when they can't.

use crate::ago;
use domain::{
    port::PortScannerStatus,
    probe::{ProbeStatus, SocketMode},
};
use leptos::prelude::*;

/// The mode in plain words.
fn words(mode: &SocketMode) -> &'static str {
    match mode {
        SocketMode::Datagram => "unprivileged socket",
        SocketMode::Raw => "raw socket",
        SocketMode::NoPermission => "not permitted",
        SocketMode::Unavailable => "not on this machine",
        SocketMode::Simulated => "nothing is sent: sample data",
    }
}

/// Ways to permit echo requests, each with its command.
const REMEDIES: [(&str, &str); 3] = [
    (
        "Permit unprivileged echo requests on this machine",
        "sysctl -w net.ipv4.ping_group_range=\"0 2147483647\"",
    ),
    (
        "Or give the capability to the binary",
        "setcap cap_net_raw+ep rollcall",
    ),
    ("Or, in a systemd unit", "AmbientCapabilities=CAP_NET_RAW"),
];

/// The mode of both families.
#[component]
pub fn Probe(
    /// What the prober says.
    #[prop(into)]
    status: Signal<ProbeStatus>,
) -> impl IntoView {
    let refused = move || {
        status.with(|s| s.v4 == SocketMode::NoPermission || s.v6 == SocketMode::NoPermission)
    };
    view! {
        <dl class="kv" data-testid="probe">
            <dt>"Ping, IPv4"</dt><dd>{move || status.with(|s| words(&s.v4))}</dd>
            <dt>"Ping, IPv6"</dt><dd>{move || status.with(|s| words(&s.v6))}</dd>
        </dl>
        {move || status.with(|s| s.warnings.clone()).into_iter().map(|text| view! { <p class="note bad">{text}</p> }).collect_view()}
        <Show when=refused>
            <div class="note" data-testid="probe-remedy">
                <p>"Rollcall may not send echo requests, so statuses are unknown. Any one of these is enough; it notices by itself:"</p>
                <dl class="remedies">
                    {REMEDIES
                        .into_iter()
                        .map(|(what, command)| view! { <dt>{what}</dt><dd><code>{command}</code></dd> })
                        .collect_view()}
                </dl>
            </div>
        </Show>
    }
}

/// What scans ports, how often, and what is missing.
#[component]
pub fn PortScanner(
    /// What the scanner says.
    #[prop(into)]
    status: Signal<PortScannerStatus>,
) -> impl IntoView {
    let words = move || {
        status.with(|s| {
            let often = if s.scheduled {
                format!("every {}", ago::span(s.interval_seconds))
            } else {
                "only when somebody asks for it".to_owned()
            };
            format!("{}, {often}", s.name)
        })
    };
    let missing = move || status.with(|s| s.missing.clone());
    view! {
        <dl class="kv" data-testid="port-scanner">
            <dt>"Port scans"</dt><dd>{words}</dd>
            <dt>"Versions"</dt>
            <dd>{move || if status.with(|s| s.versions) { "asked for, with the programs" } else { "not asked for" }}</dd>
        </dl>
        {move || missing().map(|text| view! { <p class="note" data-testid="port-scanner-missing">{text}</p> })}
    }
}
