//! The host's past: uptime, the chart of its latency, its outages.

use crate::{
    ago,
    components::{ErrorState, Loading, TimeAgo, chart::LatencyChart},
    model::chart::{outages_in_words, percent},
    rpc::{self, Failure},
};
use domain::{
    chart::{HostPast, Stretch},
    host::{HostId, HostPage},
    uptime::{Outage, Uptime, Uptimes, Window},
};
use leptos::{prelude::*, task::spawn_local};
use leptos_use_interval_fn::use_interval_fn;

/// A slot of the shortest chart is a minute long.
const REFRESH_MS: u64 = 60_000;
/// Outages that are listed before the reader asks for more.
const FEW: usize = 4;

/// Uptime, latency, outages. Loaded by the browser when the drawer is open: the rest does not wait for it.
#[component]
pub(super) fn Past(page: RwSignal<HostPage>) -> impl IntoView {
    let stretch = RwSignal::new(Stretch::Day);
    let past = RwSignal::new(None::<HostPast>);
    let failed = RwSignal::new(None::<Failure>);
    let wanted = move || {
        (
            page.with_untracked(|page| page.host.id),
            stretch.get_untracked(),
        )
    };
    let load = move || {
        let (id, asked) = wanted();
        spawn_local(async move {
            let answer = rpc::host_past(id, asked).await;
            // The drawer may be closed, or show another host or stretch by now.
            if past.is_disposed() || wanted() != (id, asked) {
                return;
            }
            match answer {
                Ok(loaded) => {
                    if failed.with_untracked(Option::is_some) {
                        failed.set(None);
                    }
                    past.set(Some(loaded));
                }
                // What is on the screen stays; the top bar tells of a broken connection.
                Err(failure) if past.with_untracked(Option::is_none) => failed.set(Some(failure)),
                Err(_) => {}
            }
        });
    };
    // Anew for another host or stretch, and when the status changes.
    let key = Memo::new(move |_| {
        let of_host = page.with(|page| (page.host.id, page.host.status, page.host.since));
        (of_host, stretch.get())
    });
    Effect::new(move |_| {
        // Read, not only tracked: a memo that nobody reads follows nothing.
        let _ = key.get();
        load();
    });
    let _ = use_interval_fn(load, REFRESH_MS);
    let shown = Memo::new(move |_| past.with(Option::is_some));
    let body = move || {
        if let Some(failure) = failed.get() {
            let retry = Callback::new(move |()| load());
            return view! { <ErrorState failure retry/> }.into_any();
        }
        let is_shown = shown.get();
        match past.get_untracked().filter(|_| is_shown) {
            Some(first) => {
                let past = Signal::derive(move || past.get().unwrap_or_else(|| first.clone()));
                view! { <Loaded past stretch/> }.into_any()
            }
            None => view! { <Loading lines=6/> }.into_any(),
        }
    };
    view! { <section class="past" aria-label="History" data-testid="past">{body}</section> }
}

#[component]
fn Loaded(past: Signal<HostPast>, stretch: RwSignal<Stretch>) -> impl IntoView {
    let choices = Stretch::ALL.map(|choice| {
        view! {
            <button type="button" class="chip-button" data-testid=format!("stretch-{}", choice.label().replace(' ', ""))
                aria-pressed=move || (stretch.get() == choice).to_string() on:click=move |_| stretch.set(choice)>
                {choice.label()}
            </button>
        }
    });
    view! {
        <h2>"Uptime"</h2>
        <UptimeRow past/>
        <div class="past-head">
            <h2>"Latency"</h2>
            <div class="choices-row" role="group" aria-label="How far back">{choices.into_iter().collect_view()}</div>
        </div>
        <LatencyChart past/>
        <Outages past/>
    }
}

/// One figure per window.
#[component]
fn UptimeRow(past: Signal<HostPast>) -> impl IntoView {
    let figure = |window: Window, of: fn(&Uptimes) -> Uptime| {
        let uptime = move || past.with(|past| of(&past.uptimes));
        let label = match window {
            Window::Day => "24 h",
            Window::Week => "7 d",
            Window::Month => "30 d",
            Window::Quarter => "90 d",
            Window::Year => "1 y",
        };
        view! {
            <div class="uptime" title=move || observed(&uptime()) data-testid=format!("uptime-{}", window.as_str())>
                <dt>{label}</dt>
                <dd>{move || uptime().percent.map_or_else(|| "–".to_owned(), percent)}</dd>
                <dd class="faint">{move || partly(&uptime(), window)}</dd>
            </div>
        }
    };
    view! {
        <dl class="uptimes">
            {figure(Window::Day, |all| all.day)}
            {figure(Window::Week, |all| all.week)}
            {figure(Window::Month, |all| all.month)}
            {figure(Window::Quarter, |all| all.quarter)}
            {figure(Window::Year, |all| all.year)}
        </dl>
    }
}

/// How much of the window a figure stands for, when that is much less than the whole.
fn partly(uptime: &Uptime, window: Window) -> Option<String> {
    let seconds = uptime.observed_seconds;
    let is_less = seconds > 0 && seconds < window.length().as_secs() / 10 * 9;
    // The larger unit is enough, and fits.
    let rounded = |unit: u64| (seconds + unit / 2) / unit;
    let length = match seconds {
        0..7_200 => format!("{} m", rounded(60)),
        7_200..172_800 => format!("{} h", rounded(3600)),
        _ => format!("{} d", rounded(86_400)),
    };
    is_less.then(|| format!("of {length}"))
}

/// What stands behind a figure.
fn observed(uptime: &Uptime) -> String {
    match uptime.observed_seconds {
        0 => "nobody looked".into(),
        seconds => format!(
            "observed {}, down {}",
            ago::span(seconds),
            ago::span(uptime.down_seconds)
        ),
    }
}

/// The newest outages of the chart's stretch.
#[component]
fn Outages(past: Signal<HostPast>) -> impl IntoView {
    let all = RwSignal::new(false);
    let id = Memo::new(move |_| past.with(|past| past.id));
    Effect::new(move |before: Option<HostId>| {
        let now = id.get();
        if before.is_some_and(|before| before != now) {
            all.set(false);
        }
        now
    });
    let lines = move || {
        past.with(|past| {
            let count = if all.get() { past.outages.len() } else { FEW };
            past.outages.iter().take(count).copied().collect::<Vec<_>>()
        })
    };
    let more = move || past.with(|past| past.outages.len().saturating_sub(FEW));
    let line = |outage: Outage| {
        let length = match outage.ended_at {
            Some(end) => ago::span(end.since(outage.began_at).as_secs()),
            None => "goes on".into(),
        };
        view! {
            <li data-testid="outage">
                <span class="outage-mark" aria-hidden="true"></span>
                <TimeAgo at=outage.began_at/>
                <span class="faint">{length}</span>
            </li>
        }
    };
    view! {
        <p class="outages-head" data-testid="outages">{move || past.with(outages_in_words)}</p>
        <ol class="outages">{move || lines().into_iter().map(line).collect_view()}</ol>
        {move || (more() > 0 && !all.get()).then(|| view! {
            <button type="button" class="link" data-testid="outages-more" on:click=move |_| all.set(true)>
                {format!("{} more", more())}
            </button>
        })}
    }
}
