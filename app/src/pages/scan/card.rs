//! One target: the verdict in a line, and all that is behind it.

use super::{facts::Facts, findings::Findings, raw::Raw, tests::Tests};
use crate::{
    components::{TimeAgo, risk_pill::RiskPill},
    model::{ports, scan_words},
};
use domain::{
    risk::RiskLevel,
    scan::{Narration, ScanResult, ScannedPort},
};
use leptos::{html, prelude::*};

/// Chips of a line.
const FEW: usize = 6;

/// One target's card. A result never changes, so nothing of it is reactive but whether it is opened.
#[component]
pub(super) fn TargetCard(
    result: ScanResult,
    /// Whether it begins opened.
    is_open: bool,
    /// Opened whatever the reader chose, as for printing.
    all_open: RwSignal<bool>,
) -> impl IntoView {
    let open = RwSignal::new(is_open);
    let shown = Memo::new(move |_| open.get() || all_open.get());
    let details = NodeRef::<html::Details>::new();
    let on_toggle = move |_| {
        if let Some(details) = details.get_untracked()
            && !all_open.get_untracked()
        {
            open.set(details.open());
        }
    };
    let class = format!("card target {}", result.risk_level.as_str());
    let (target, level) = (result.target.clone(), result.risk_level.as_str());
    let head = line(&result);
    let result = StoredValue::new(result);
    view! {
        <article class=class data-testid="card" data-target=target.clone() data-level=level aria-label=target>
            <details node_ref=details open=shown on:toggle=on_toggle>
                <summary>{head}</summary>
                <Show when=move || shown.get()>{move || view! { <Body result=result.get_value()/> }}</Show>
            </details>
        </article>
    }
}

/// The verdict in a line.
fn line(result: &ScanResult) -> impl IntoView + use<> {
    let level = result.risk_level;
    let address = (result.ip_address != result.target && result.ip_address != "unknown")
        .then(|| view! { <span class="mono faint">{result.ip_address.clone()}</span> });
    let score = (level != RiskLevel::Unknown).then(|| {
        view! { <span class="target-score" title="Score, 0 to 100"><b>{result.risk_score}</b><span class="faint">" / 100"</span></span> }
    });
    let more = result.open_ports.len().saturating_sub(FEW);
    let chips = result.open_ports.iter().take(FEW).map(chip).collect_view();
    view! {
        <RiskPill level/>
        <span class="target-name"><h2 class="mono">{result.target.clone()}</h2> {address}</span>
        {score}
        <span class="target-ports chips">
            {chips} {(more > 0).then(|| view! { <span class="chips-rest">"+" {more}</span> })}
        </span>
        <span class="target-words muted">{result.risk_summary.clone()}</span>
    }
}

fn chip(port: &ScannedPort) -> impl IntoView + use<> {
    view! {
        <span class="chip" data-testid="card-port" data-port=port.port>
            {ports::label(port.port, port.proto, port.service.as_deref())}
        </span>
    }
}

/// All that is behind the verdict.
#[component]
fn Body(result: ScanResult) -> impl IntoView {
    let programs = result.open_ports.iter().map(|port| {
        let program = scan_words::program(port);
        view! { <li>{chip(port)} " " <span class="muted">{program}</span></li> }
    });
    let programs = programs.collect_view();
    let ports = (!result.open_ports.is_empty()).then(|| {
        view! {
            <section>
                <h3>"Open ports"</h3>
                <ul class="target-port-list">{programs}</ul>
            </section>
        }
    });
    let arithmetic = scan_words::arithmetic(&result.risk_arithmetic);
    let (summary, fix) = (result.risk_summary.clone(), result.recommendation.clone());
    view! {
        <div class="target-body">
            <div class="target-main">
                <p class="target-summary" data-testid="card-summary">{summary}</p>
                <div class="target-fix">
                    <h3>"What to do"</h3>
                    <p data-testid="card-fix">{fix}</p>
                </div>
                {result.narration.clone().map(|narration| view! { <Narrated narration/> })}
                <Findings findings=result.findings.clone() arithmetic model=result.risk_model/>
                {ports}
            </div>
            <Facts result=result.clone()/>
            <Tests tests=result.accessibility_tests.clone()/>
            <Raw result/>
        </div>
    }
}

/// Which model worded the summary, and the rules' own words.
#[component]
fn Narrated(narration: Narration) -> impl IntoView {
    view! {
        <details class="more narrated" data-testid="narration">
            <summary>"Worded by " <b>{narration.model}</b> " (" {narration.provider} "), " <TimeAgo at=narration.at/> ". In the rules’ own words"</summary>
            <p>{narration.rules_summary}</p>
            <p>{narration.rules_recommendation}</p>
        </details>
    }
}
