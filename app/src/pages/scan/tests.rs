//! What was tried at a target. A hundred closed ports are one line until somebody wants to see them.

use super::whole::{Folded, Whole};
use crate::model::scan_words;
use domain::scan::{AccessTest, Outcome, ScanResult};
use leptos::prelude::*;

/// The tests.
#[component]
pub(super) fn Tests(
    /// Those that tell something.
    tests: Vec<AccessTest>,
    /// How many ports refused, and how many did not answer.
    closed: (u32, u32),
    /// Where the tests of these are.
    whole: Whole,
) -> impl IntoView {
    let (refused, silent) = closed;
    let has_closed = refused + silent > 0;
    if tests.is_empty() && !has_closed {
        return None;
    }
    let words = format!("Closed ports: {refused} refused, {silent} did not answer");
    let closed_ports = |result: &ScanResult| {
        let tests = result.accessibility_tests.iter();
        let closed = tests.filter(|test| scan_words::is_closed_port(test));
        let tests: Vec<AccessTest> = closed.cloned().collect();
        view! { <Table tests/> }
    };
    Some(view! {
        <section class="target-tests">
            <h3>"Tests"</h3>
            {(!tests.is_empty()).then(|| view! { <Table tests/> })}
            {has_closed.then(|| view! { <Folded whole summary=words testid="closed-tests" view=closed_ports/> })}
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
