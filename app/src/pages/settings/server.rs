//! What the server does: version, prober, workers.

use super::{
    probe::{PortScanner, Probe},
    storage::size,
};
use crate::{
    ago,
    components::{PillState, Refetch, StatusPill, TimeAgo},
    state::use_clock,
};
use domain::health::{Health, HealthStatus, WorkerHealth, WorkerState};
use leptos::prelude::*;
use leptos_use_interval_fn::use_interval_fn;

/// Workers report at the end of each activation; asking now and then is enough.
const REFRESH_MS: u64 = 10_000;

/// A worker's state as shape and word.
fn pill(state: WorkerState) -> (PillState, &'static str) {
    match state {
        WorkerState::Idle => (PillState::Up, "Idle"),
        WorkerState::Running => (PillState::Up, "Running"),
        WorkerState::BackingOff => (PillState::Down, "Failed"),
        WorkerState::Off => (PillState::Unknown, "Off"),
    }
}

/// The state of the server.
#[component]
pub fn Server(
    /// What it says.
    health: RwSignal<Health>,
) -> impl IntoView {
    let refetch = expect_context::<Refetch>();
    let _ = use_interval_fn(move || refetch.run(), REFRESH_MS);
    let clock = use_clock();
    let overall = move || {
        health.with(|h| match h.status {
            HealthStatus::Ok => view! { <StatusPill state=PillState::Up label="Healthy"/> },
            HealthStatus::Degraded => {
                view! { <StatusPill state=PillState::Suspect label="Degraded"/> }
            }
        })
    };
    let up_for = move || {
        let seconds = health.with(|h| clock.now().get().since(h.started_at).as_secs());
        // Whole minutes: the clock ticks every 15 s, and seconds would jump.
        if seconds < 60 {
            "less than a minute".into()
        } else {
            ago::span(seconds / 60 * 60)
        }
    };
    let workers = Memo::new(move |_| health.with(|h| h.workers.clone()));
    view! {
        <dl class="kv" data-testid="health">
            <dt>"State"</dt><dd>{overall}</dd>
            <dt>"Version"</dt><dd>{move || health.with(|h| h.version.clone())}</dd>
            <dt>"Running for"</dt><dd>{up_for}</dd>
            <dt>"Database"</dt><dd>{move || health.with(|h| size(h.database_bytes))}</dd>
        </dl>
        <Probe status=Signal::derive(move || health.with(|h| h.probe.clone()))/>
        <PortScanner status=Signal::derive(move || health.with(|h| h.ports.clone()))/>
        <table class="lines workers">
            <caption class="visually-hidden">"Background workers"</caption>
            <thead>
                <tr><th scope="col">"Worker"</th><th scope="col">"State"</th><th scope="col">"Last"</th><th scope="col">"Said"</th></tr>
            </thead>
            <tbody>
                {move || workers.get().into_iter().map(|worker| view! { <Worker worker=worker/> }).collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn Worker(worker: WorkerHealth) -> impl IntoView {
    let (state, word) = pill(worker.state);
    let failures = (worker.failures > 0).then(|| format!(" · {} failed", worker.failures));
    view! {
        <tr data-testid="worker">
            <td>{worker.name}</td>
            <td><StatusPill state=state label=word/></td>
            <td class="faint">
                {worker.last_end_at.map(|at| view! { <TimeAgo at=at/> })}
                {worker.last_elapsed_ms.map(|ms| format!(" · {ms} ms"))}
            </td>
            <td class="stretch wrap">{worker.last_report}<span class="bad">{failures}</span></td>
        </tr>
    }
}
