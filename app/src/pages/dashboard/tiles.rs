//! The four numbers on top.

use crate::{
    components::{PillState, StatusPill, filters::address},
    model::dash_filter::DashFilter,
};
use domain::{count::Count, status::Status, summary::Summary};
use leptos::prelude::*;

/// A number with digits in groups.
fn grouped(number: u64) -> String {
    Count(number.into()).to_string()
}

/// Alive, down, unknown, new.
#[component]
pub fn Tiles(
    /// The numbers.
    summary: RwSignal<Summary>,
    /// Which hosts they are of.
    filter: Memo<DashFilter>,
) -> impl IntoView {
    let number = move |of: fn(&Summary) -> u64| Memo::new(move |_| summary.with(of));
    let total = number(|s| s.hosts.total);
    let suspect = number(|s| s.hosts.suspect);
    let recent = number(|s| s.down_last_hour);
    let up_note = move || {
        let known = format!("of {} known", grouped(total.get()));
        match suspect.get() {
            0 => known,
            n => format!("{known}, {} suspect", grouped(n)),
        }
    };
    let down_note = move || match recent.get() {
        0 => "none in the last hour".to_owned(),
        n => format!("{} in the last hour", grouped(n)),
    };
    let hosts = move |status| {
        Signal::derive(move || {
            let (path, query) = filter.with(|filter| filter.hosts(status));
            address(&path, query)
        })
    };
    let new = Signal::derive(move || {
        let subnet = filter.with(|filter| filter.subnet);
        let subnet = subnet.map_or(String::new(), |id| format!("&subnet={id}"));
        format!("/events?kind=discovered,added&since=24h{subnet}")
    });
    view! {
        <div class="tiles">
            <Tile href=hosts(Status::Up) testid="tile-up" pill=PillState::Up value=number(|s| s.hosts.up) note=up_note/>
            <Tile href=hosts(Status::Down) testid="tile-down" pill=PillState::Down value=number(|s| s.hosts.down) note=down_note/>
            <Tile href=hosts(Status::Unknown) testid="tile-unknown" pill=PillState::Unknown
                value=number(|s| s.hosts.unknown) note=|| "not asked, or not reachable from here".to_owned()/>
            <Tile href=new testid="tile-new" pill=PillState::New label="New today"
                value=number(|s| s.new_today) note=|| "seen or added in 24 hours".to_owned()/>
        </div>
    }
}

#[component]
fn Tile(
    href: Signal<String>,
    testid: &'static str,
    pill: PillState,
    #[prop(optional)] label: Option<&'static str>,
    value: Memo<u64>,
    note: impl Fn() -> String + Send + 'static,
) -> impl IntoView {
    view! {
        <a class="card tile" href=href data-testid=testid>
            {match label {
                Some(label) => view! { <StatusPill state=pill label=label/> },
                None => view! { <StatusPill state=pill/> },
            }}
            <b data-testid=format!("{testid}-value")>{move || grouped(value.get())}</b>
            <span class="faint">{note}</span>
        </a>
    }
}
