//! Why a target is as risky as it is: each finding with its points, its evidence and its fix, and the sum.

use crate::{components::risk_pill::SeverityPill, model::scan_words};
use domain::risk::Finding;
use leptos::prelude::*;

/// The findings, the worst first, and the arithmetic.
#[component]
pub(super) fn Findings(
    findings: Vec<Finding>,
    /// How they add up.
    arithmetic: Option<String>,
    /// The number of the rules.
    model: u32,
) -> impl IntoView {
    if findings.is_empty() {
        return None;
    }
    let sum = arithmetic.map(|sum| {
        view! {
            <p class="arithmetic" data-testid="arithmetic">
                <b>{sum}</b>
                <span class="faint">
                    " Each finding takes its points, in percent, of what the worse ones left. Low from 5, medium from 20, high from 45, "
                    "critical from 80, and at most one step above the worst finding. Rules, version " {model} "."
                </span>
            </p>
        }
    });
    Some(view! {
        <section>
            <h3>"Why"</h3>
            <ul class="findings">{findings.into_iter().map(line).collect_view()}</ul>
            {sum}
        </section>
    })
}

fn line(finding: Finding) -> impl IntoView {
    let points = finding.severity.points();
    let refs = finding.refs.into_iter().map(reference).collect_view();
    view! {
        <li data-testid="finding" data-rule=finding.id.clone()>
            <span class="finding-head">
                <SeverityPill severity=finding.severity/>
                <b>{scan_words::rule(&finding.id)}</b>
                <code>{finding.evidence}</code>
                <span class="finding-points faint">{points} " points"</span>
            </span>
            <p>{finding.reason}</p>
            <p><span class="faint">"Fix: "</span> {finding.fix}</p>
            <p class="finding-foot faint">{scan_words::confidence(finding.confidence)} {refs}</p>
        </li>
    }
}

/// Where a rule comes from; a link only where it is one.
fn reference(text: String) -> impl IntoView {
    if text.starts_with("https://") {
        let host = text
            .trim_start_matches("https://")
            .split('/')
            .next()
            .unwrap_or_default();
        let host = host.to_owned();
        view! { " · " <a href=text rel="external noreferrer" target="_blank">{host}</a> }.into_any()
    } else {
        view! { " · " <span>{text}</span> }.into_any()
    }
}
