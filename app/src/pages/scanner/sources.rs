//! What leaves this network, and why.

use domain::scan::source::{ScannerStatus, SourceStatus};
use leptos::prelude::*;

/// Every source, folded away: on or off, what it sends, what turns it on.
#[component]
pub(super) fn Sources(status: RwSignal<ScannerStatus>) -> impl IntoView {
    let senders = move || {
        status.with(|status| {
            let sends = |it: &&SourceStatus| it.is_on && it.sends.is_some();
            let names: Vec<&str> = status
                .sources
                .iter()
                .filter(sends)
                .map(|it| it.name.as_str())
                .collect();
            if names.is_empty() {
                "connections to the targets only".to_owned()
            } else {
                format!(
                    "connections to the targets, and what {} may send",
                    names.join(", ")
                )
            }
        })
    };
    view! {
        <details class="more sources" data-testid="sources">
            <summary>"What leaves this network and why" <span class="faint">": " {senders}</span></summary>
            <p class="muted">
                "A scan connects to its targets from this server: about a hundred common ports, a page and a certificate where there is one. "
                "Names are looked up by this server's resolver. Anything else that may be sent is listed here."
            </p>
            <ul>{move || status.with(|status| status.sources.iter().map(source).collect_view())}</ul>
        </details>
    }
}

fn source(source: &SourceStatus) -> impl IntoView + use<> {
    let SourceStatus {
        name,
        is_on,
        sends,
        note,
        how,
        problem,
    } = source.clone();
    let (class, state) = if is_on {
        ("pill up", "On")
    } else {
        ("pill edited", "Off")
    };
    let word = name.clone();
    view! {
        <li data-testid="source" data-source=word data-on=is_on.to_string()>
            <span class="source-name"><b>{name}</b> " " <span class=class>{state}</span></span>
            <span class="source-facts">
                <span>{sends.map_or("Nothing leaves this network.".to_owned(), |sends| format!("Sends {sends}."))}</span>
                {note.map(|note| view! { <span class="muted">{note}</span> })}
                {how.map(|how| view! { <span class="faint">"Turned on by " <code>{how}</code></span> })}
                {problem.map(|problem| view! { <span class="bad">{problem}</span> })}
            </span>
        </li>
    }
}
