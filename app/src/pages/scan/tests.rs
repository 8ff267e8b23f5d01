//! What was tried at a target. A hundred closed ports are one line until somebody wants to see them.

use crate::model::scan_words;
use domain::scan::{AccessTest, Outcome};
use leptos::{html, prelude::*};

/// The tests.
#[component]
pub(super) fn Tests(tests: Vec<AccessTest>) -> impl IntoView {
    if tests.is_empty() {
        return None;
    }
    let (closed, notable): (Vec<_>, Vec<_>) =
        tests.into_iter().partition(scan_words::is_closed_port);
    let silent = closed
        .iter()
        .filter(|test| test.outcome == Outcome::TimedOut)
        .count();
    let words = format!(
        "{} more ports refused, {silent} did not answer",
        closed.len() - silent
    );
    let details = NodeRef::<html::Details>::new();
    let open = RwSignal::new(false);
    let has_closed = !closed.is_empty();
    let closed = StoredValue::new(closed);
    let on_toggle = move |_| {
        if let Some(details) = details.get_untracked() {
            open.set(details.open());
        }
    };
    Some(view! {
        <section class="target-tests">
            <h3>"Tests"</h3>
            {(!notable.is_empty()).then(|| view! { <Table tests=notable/> })}
            {has_closed.then(|| view! {
                <details class="more" node_ref=details on:toggle=on_toggle data-testid="closed-tests">
                    <summary>{words}</summary>
                    <Show when=move || open.get()>{move || view! { <Table tests=closed.get_value()/> }}</Show>
                </details>
            })}
        </section>
    })
}

#[component]
fn Table(tests: Vec<AccessTest>) -> impl IntoView {
    let line = |test: AccessTest| {
        let class = match test.outcome {
            Outcome::Passed => "pill up",
            Outcome::Failed => "pill down",
            Outcome::TimedOut => "pill unknown",
            Outcome::Skipped => "pill edited",
        };
        let name = test.test.clone();
        view! {
            <tr data-testid="test" data-test=name>
                <td class="mono">{test.test}</td>
                <td><span class=class>{scan_words::outcome(test.outcome)}</span></td>
                <td class="test-detail">{test.detail}</td>
            </tr>
        }
    };
    view! {
        <table class="tests">
            <thead class="visually-hidden"><tr><th scope="col">"Test"</th><th scope="col">"Outcome"</th><th scope="col">"Detail"</th></tr></thead>
            <tbody>{tests.into_iter().map(line).collect_view()}</tbody>
        </table>
    }
}
