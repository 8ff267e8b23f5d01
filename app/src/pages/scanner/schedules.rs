//! What is scanned again by itself.

use crate::{
    ago,
    components::{Dialog, Glyph, Icon, Refetch, TimeAgo, use_toasts},
    model::scan_words,
    rpc,
    state::{keep_last, report, use_clock},
};
use domain::scan::schedule::{ScanSchedule, ScanSchedulePatch};
use leptos::{prelude::*, task::spawn_local};

/// The schedules; nothing where there are none, since a finished scan offers to be repeated.
#[component]
pub(super) fn Schedules(schedules: RwSignal<Vec<ScanSchedule>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let chosen = RwSignal::new(None::<ScanSchedule>);
    let delete = Callback::new(move |schedule| {
        chosen.set(Some(schedule));
        open.set(true);
    });
    let ids = move || schedules.with(|all| all.iter().map(|it| it.id).collect::<Vec<_>>());
    let of = move |id: i64| {
        Signal::derive(move || schedules.with(|all| all.iter().find(|it| it.id == id).cloned()))
    };
    view! {
        <Show when=move || schedules.with(|all| !all.is_empty())>
            <section class="card" aria-labelledby="schedules">
                <header><h2 id="schedules">"Repeated"</h2></header>
                <ul class="schedules" data-testid="schedules">
                    <For each=ids key=|id| *id let:id>
                        {keep_last(of(id)).map(|schedule| view! { <Line schedule delete/> })}
                    </For>
                </ul>
            </section>
        </Show>
        <DeleteDialog open chosen/>
    }
}

#[component]
fn Line(schedule: Signal<ScanSchedule>, delete: Callback<ScanSchedule>) -> impl IntoView {
    let (clock, refetch) = (use_clock(), expect_context::<Refetch>());
    let text = move |part: fn(&ScanSchedule) -> String| move || schedule.with(part);
    let enabled = Memo::new(move |_| schedule.with(|it| it.enabled));
    let next = move || {
        schedule.with(|it| match it.next_at {
            Some(at) => format!("next {}", ago::ahead(at, clock.now().get())),
            None => "paused".to_owned(),
        })
    };
    let last = Memo::new(move |_| schedule.with(|it| it.last_token.clone().zip(it.last_at)));
    let problem = move || schedule.with(|it| it.last_problem.clone());
    let toggle = move |_| {
        let (id, enabled) = schedule.with_untracked(|it| (it.id, it.enabled));
        let patch = ScanSchedulePatch {
            enabled: Some(!enabled),
            ..ScanSchedulePatch::default()
        };
        spawn_local(async move {
            match rpc::update_scan_schedule(id, patch).await {
                Ok(_) => refetch.run(),
                Err(failure) => report(&failure),
            }
        });
    };
    view! {
        <li class="schedule" data-testid="schedule" data-enabled=move || enabled.get().to_string()>
            <span class="schedule-name">
                <b>{text(|it| it.name.clone())}</b>
                <span class="faint mono">{text(|it| scan_words::asked(&it.request))}</span>
            </span>
            <span class="schedule-facts">
                <span>{text(|it| scan_words::every(it.every).to_owned())} ", " {next}</span>
                <span class="faint">
                    {move || match last.get() {
                        Some((token, at)) => view! {
                            <a href=format!("/scanner/{token}") data-testid="schedule-last">"last run " <TimeAgo at/></a>
                        }.into_any(),
                        None => "not run yet".into_any(),
                    }}
                </span>
                <span class="bad">{problem}</span>
            </span>
            <span class="schedule-actions">
                <button type="button" class="btn small" data-testid="schedule-toggle" on:click=toggle>
                    {move || if enabled.get() { "Pause" } else { "Resume" }}
                </button>
                <button type="button" class="btn icon-only quiet" data-testid="schedule-delete"
                    aria-label=move || format!("Delete {}", schedule.with(|it| it.name.clone()))
                    on:click=move |_| delete.run(schedule.get_untracked())>
                    <Icon glyph=Glyph::Trash/>
                </button>
            </span>
        </li>
    }
}

#[component]
fn DeleteDialog(open: RwSignal<bool>, chosen: RwSignal<Option<ScanSchedule>>) -> impl IntoView {
    let title = Signal::derive(move || {
        let name = chosen.with(|it| it.as_ref().map(|it| it.name.clone()));
        format!("Delete “{}”?", name.unwrap_or_default())
    });
    view! {
        <Dialog open=open title=title testid="schedule-dialog">
            {move || chosen.get().map(|schedule| view! { <Question open schedule/> })}
        </Dialog>
    }
}

/// What is inside the dialog.
#[component]
fn Question(open: RwSignal<bool>, schedule: ScanSchedule) -> impl IntoView {
    let (refetch, toasts) = (expect_context::<Refetch>(), use_toasts());
    let (id, name) = (schedule.id, schedule.name);
    let delete = move |_| {
        let name = name.clone();
        spawn_local(async move {
            match rpc::delete_scan_schedule(id).await {
                Ok(()) => {
                    toasts.done(format!("“{name}” is not repeated any more"));
                    open.try_set(false);
                    refetch.run();
                }
                Err(failure) => report(&failure),
            }
        });
    };
    view! {
        <p>"It is not scanned again by itself. The runs so far stay in the history."</p>
        <div class="form-actions">
            <button type="button" class="btn" on:click=move |_| open.set(false)>"Keep it"</button>
            <button type="button" class="btn danger" data-testid="schedule-delete-confirm" on:click=delete>"Delete"</button>
        </div>
    }
}
