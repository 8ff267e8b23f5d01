//! What can be asked of the host now: a ping, a scan of its ports, a lookup of its names; how far each is.

use crate::{
    ago, browser,
    components::{Glyph, Icon, use_toasts},
    live::use_live,
    model::jobs::{Jobs, doing, noun},
    rpc::{self, Failure},
    state::{report, use_frame},
};
use domain::{
    host::HostPage,
    job::{Job, JobId, JobKind, JobState},
    live::LiveEvent,
    token::Scope,
};
use leptos::{ev, prelude::*, task::spawn_local};
use leptos_use_event_listener::use_event_listener;
use leptos_use_window::use_window;
use web_sys::KeyboardEvent;

const KINDS: [(JobKind, &str, Glyph, &str); 3] = [
    (JobKind::Ping, "job-ping", Glyph::Pulse, "Ping now"),
    (
        JobKind::PortScan,
        "job-port-scan",
        Glyph::Ports,
        "Scan ports now",
    ),
    (JobKind::Lookup, "job-lookup", Glyph::Search, "Look up now"),
];

/// A refusal in words, with the time from when on it is none.
pub(crate) fn refusal(failure: &Failure) -> String {
    match failure.retry_after {
        Some(seconds) => format!(
            "{}: again in {}",
            failure.message(),
            ago::span(seconds.into())
        ),
        None => failure.message().to_owned(),
    }
}

/// How far the work on this host is.
#[derive(Clone, Copy)]
struct Progress {
    jobs: RwSignal<Jobs>,
    /// Kinds whose start is on its way.
    asked: RwSignal<Vec<JobKind>>,
    /// Jobs that were started here: their failure is told.
    own: StoredValue<Vec<JobId>>,
}

impl Progress {
    fn is_busy(self, kind: JobKind) -> bool {
        self.asked.with(|asked| asked.contains(&kind))
            || self.jobs.with(|jobs| jobs.running(kind).is_some())
    }

    /// Takes what the server said; `true` if a job that was started here has failed by that.
    fn take(self, job: Job) -> bool {
        let is_failure = job.state == JobState::Failed;
        let id = job.id;
        let mut is_new = false;
        self.jobs.try_maybe_update(|jobs| {
            is_new = jobs.take(job);
            (is_new, ())
        });
        is_new && is_failure && self.own.try_with_value(|own| own.contains(&id)) == Some(true)
    }
}

/// Whether a key is meant for the drawer: nobody is writing, and nothing stands above it.
fn is_for_drawer(event: &KeyboardEvent) -> bool {
    let above = document().query_selector("dialog[open]:not(.drawer)");
    !browser::is_for_others(event) && matches!(above, Ok(None))
}

/// Three buttons and what they set going; `p` pings too.
#[component]
pub(super) fn Work(page: RwSignal<HostPage>) -> impl IntoView {
    let frame = use_frame();
    let toasts = use_toasts();
    let (id, ip) = page.with_untracked(|page| (page.host.id, page.host.ip));
    let progress = Progress {
        jobs: RwSignal::new(Jobs::default()),
        asked: RwSignal::new(Vec::new()),
        own: StoredValue::new(Vec::new()),
    };
    let take = move |job: Job| {
        let (kind, detail) = (job.kind, job.detail.clone());
        if progress.take(job) {
            let why = detail.unwrap_or_default();
            toasts.error(format!("{ip}: {} failed: {why}", noun(kind).to_lowercase()));
        }
    };
    let read = move || {
        spawn_local(async move {
            // Without it the buttons are offered all the same, and the server knows better.
            for job in rpc::jobs(id).await.unwrap_or_default() {
                take(job);
            }
        });
    };
    Effect::new(move |_| read());
    use_live().on(move |event| match event {
        LiveEvent::Job(job) if job.host_id == id => take(job.clone()),
        // Another server may count from 1 again.
        LiveEvent::Resync => {
            progress.jobs.set(Jobs::default());
            read();
        }
        _ => {}
    });
    let start = move |kind| {
        progress.asked.update(|asked| asked.push(kind));
        spawn_local(async move {
            let answer = rpc::start_job(id, kind).await;
            progress
                .asked
                .try_update(|asked| asked.retain(|other| *other != kind));
            match answer {
                Ok(job) => {
                    progress.own.try_update_value(|own| own.push(job.id));
                    take(job);
                }
                Err(failure) if failure.is_signed_out() => report(&failure),
                Err(failure) if failure.status == 429 => toasts.wait(refusal(&failure)),
                Err(failure) => toasts.error(refusal(&failure)),
            }
        });
    };
    let _ = use_event_listener(use_window(), ev::keydown, move |event: KeyboardEvent| {
        let may_start = || frame.may(Scope::Scan) && !progress.is_busy(JobKind::Ping);
        if event.key() == "p" && is_for_drawer(&event) && untrack(may_start) {
            event.prevent_default();
            start(JobKind::Ping);
        }
    });
    let button = move |(kind, testid, glyph, label): (
        JobKind,
        &'static str,
        Glyph,
        &'static str,
    )| {
        view! {
            <button type="button" class="btn small" data-testid=testid disabled=move || progress.is_busy(kind)
                on:click=move |_| start(kind)>
                <Icon glyph/> {label}
            </button>
        }
    };
    view! {
        <section class="work" aria-label="Now">
            <Show when=move || frame.may(Scope::Scan)>
                <div class="work-buttons">{KINDS.map(button).into_iter().collect_view()}</div>
            </Show>
            {KINDS.map(|(kind, ..)| view! { <JobLine progress kind/> }).into_iter().collect_view()}
        </section>
    }
}

/// The newest job of a kind: a bar while it goes on, then what it said.
#[component]
fn JobLine(progress: Progress, kind: JobKind) -> impl IntoView {
    let job = Memo::new(move |_| progress.jobs.with(|jobs| jobs.of(kind).cloned()));
    let state = Memo::new(move |_| job.with(|job| job.as_ref().map(|job| job.state)));
    let percent = move || job.with(|job| job.as_ref()?.percent);
    let detail = move || job.with(|job| job.as_ref()?.detail.clone());
    let words = move || match (state.get(), percent()) {
        (Some(JobState::Queued), _) => format!("{}: waits for its turn", doing(kind)),
        (_, Some(percent)) => format!("{}: {percent} %", doing(kind)),
        (_, None) => format!("{}…", doing(kind)),
    };
    let cancel = move |_| {
        let Some(id) = job.with_untracked(|job| job.as_ref().map(|job| job.id)) else {
            return;
        };
        spawn_local(async move {
            // The stream tells that it ended. A job that is over by now is what was wanted.
            if let Err(failure) = rpc::cancel_job(id).await
                && failure.status != 404
            {
                report(&failure);
            }
        });
    };
    let is_over = move || state.get().is_some_and(JobState::is_over);
    let outcome = move || {
        let how = match state.get()? {
            JobState::Done => "done",
            JobState::Failed => "failed",
            JobState::Cancelled => "cancelled",
            JobState::Queued | JobState::Running => return None,
        };
        let said = detail().map(|detail| format!(": {detail}"));
        Some(view! {
            <p class="faint" data-testid="job-over" data-kind=kind_word(kind) data-state=how>
                {noun(kind)} " " {how} {said}
            </p>
        })
    };
    view! {
        <Show when=move || state.get().is_some() && !is_over()>
            <div class="job" data-testid="job" data-kind=kind_word(kind)>
                <span>{words}</span>
                <progress max="100" value=percent aria-label=doing(kind)></progress>
                <button type="button" class="btn small" data-testid="job-cancel" on:click=cancel>"Cancel"</button>
            </div>
        </Show>
        // Only the outcome is announced: every percent would be too much.
        <div class="job-outcome" role="status">{outcome}</div>
    }
}

/// Its word for tests.
fn kind_word(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Ping => "ping",
        JobKind::PortScan => "port_scan",
        JobKind::Lookup => "lookup",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::problem::Problem;

    #[test]
    fn a_refusal_says_when_it_is_none() {
        let mut problem =
            Problem::new(429, "Too many requests").with_detail("its ports were scanned just now");
        assert_eq!(
            refusal(&Failure(problem.clone())),
            "its ports were scanned just now"
        );
        problem.retry_after = Some(90);
        assert_eq!(
            refusal(&Failure(problem)),
            "its ports were scanned just now: again in 1 m"
        );
    }
}
