//! The list itself: it grows downwards on demand and upwards by itself, without moving what somebody reads.

use crate::{
    browser,
    components::{EmptyState, Glyph, Refetch, event_list::EventList, more::More},
    live::use_live,
    model::{event_filter::EventFilter, paged::Paged},
    rpc,
    state::{replace, report, use_clock, use_frame},
};
use domain::{
    cidr,
    event::Event,
    host::HostId,
    live::LiveEvent,
    subnet::{Subnet, SubnetId},
};
use leptos::{ev, prelude::*, task::spawn_local};

/// Nobody reads further down than this many pixels: new events may come at once.
const TOP: f64 = 60.0;

/// A subnet and those in it.
fn within_of(subnets: &[Subnet], id: SubnetId) -> Vec<SubnetId> {
    let Some(outer) = subnets.iter().find(|subnet| subnet.id == id) else {
        return Vec::new();
    };
    let inner = subnets
        .iter()
        .filter(|s| cidr::is_inside(s.cidr, outer.cidr));
    inner.map(|subnet| subnet.id).chain([id]).collect()
}

/// The newest event of a host itself.
fn of_host(events: &[Event], host: Option<i64>) -> Option<&Event> {
    let id = HostId(host?);
    events.iter().find(|event| event.host_id == Some(id))
}

/// Puts new events into the list, or has them wait where somebody reads further down; the callback shows those.
fn follow(
    filter: Memo<EventFilter>,
    list: RwSignal<Paged<Event>>,
    waiting: RwSignal<Vec<Event>>,
) -> Callback<()> {
    let subnets = use_frame().subnets();
    let fits = move |event: &Event| {
        let filter = filter.get_untracked();
        let within = filter.subnet.map(SubnetId);
        let within = within.map(|id| subnets.with_untracked(|all| within_of(all, id)));
        let home = list.with_untracked(|list| of_host(&list.items, filter.host)?.subnet_id);
        filter.fits(event, &within.unwrap_or_default(), home)
    };
    let show = move |events: Vec<Event>| {
        list.maybe_update(|list| {
            let before = list.items.len();
            for event in events {
                list.prepend(event, |event| event.id);
            }
            list.items.len() != before
        });
    };
    let show_waiting = Callback::new(move |()| {
        if let Some(events) = waiting.try_update(std::mem::take) {
            show(events);
        }
    });
    use_live().on(move |event| match event {
        LiveEvent::Event(event) if fits(event) => {
            if browser::scrolled() < TOP {
                show(vec![event.clone()]);
            } else {
                waiting.update(|events| events.push(event.clone()));
            }
        }
        _ => {}
    });
    // Who scrolls to the top wants to see what is new there.
    Effect::new(move |_| {
        let handle = window_event_listener(ev::scroll, move |_| {
            if browser::scrolled() < TOP && waiting.try_with_untracked(Vec::is_empty) == Some(false)
            {
                show_waiting.run(());
            }
        });
        on_cleanup(move || handle.remove());
    });
    // What waited for another filter is among what is read with this one, or not wanted.
    let forget = move |_: &_, _: Option<&_>, _| replace(waiting, Vec::new());
    Effect::watch(move || filter.get(), forget, false);
    show_waiting
}

/// Reads the next page.
fn next_page(
    filter: Memo<EventFilter>,
    list: RwSignal<Paged<Event>>,
    busy: RwSignal<bool>,
) -> Callback<()> {
    let now = use_clock().now();
    Callback::new(move |()| {
        let Some(cursor) = list.with_untracked(|list| list.next.clone()) else {
            return;
        };
        busy.set(true);
        let asked = filter.get_untracked();
        let query = asked.query(now.get_untracked(), Some(cursor));
        spawn_local(async move {
            let answer = rpc::events(query).await;
            busy.try_set(false);
            match answer {
                // Another filter by now.
                Ok(_) if filter.try_get_untracked() != Some(asked) => {}
                Ok(page) => {
                    list.try_update(|list| list.extend(page, |event| event.id));
                }
                Err(failure) => report(&failure),
            }
        });
    })
}

/// The list.
#[component]
pub(super) fn Timeline(
    filter: Memo<EventFilter>,
    list: RwSignal<Paged<Event>>,
    /// Where to say in words which host is wanted.
    host: RwSignal<Option<String>>,
) -> impl IntoView {
    let refetch = expect_context::<Refetch>();
    let waiting = RwSignal::new(Vec::<Event>::new());
    let show_waiting = follow(filter, list, waiting);
    Effect::new(move |_| {
        let wanted = filter.with(|filter| filter.host);
        let words = list.with(|list| {
            let event = of_host(&list.items, wanted)?;
            Some(
                event
                    .hostname
                    .clone()
                    .unwrap_or_else(|| event.ip.to_string()),
            )
        });
        replace(host, words);
    });
    let busy = RwSignal::new(false);
    let more = next_page(filter, list, busy);
    let events = Signal::derive(move || list.with(|list| list.items.clone()));
    let whole = Signal::derive(move || filter.with(EventFilter::is_whole));
    // Why nothing is shown, if so: by a filter or because nothing happened.
    let nothing = Memo::new(move |_| {
        let nothing = list.with(|list| list.items.is_empty());
        nothing.then(|| filter.with(EventFilter::is_narrow) || refetch.is_behind().get())
    });
    let behind = move || refetch.is_behind().get().to_string();
    view! {
        <section class="card" aria-label="Events" aria-busy=behind>
            <News waiting on_show=Callback::new(move |()| { browser::scroll_to_top(); show_waiting.run(()); })/>
            {move || match nothing.get() {
                Some(true) => view! { <EmptyState glyph=Glyph::Search title="No event matches"/> }.into_any(),
                Some(false) => view! {
                    <EmptyState glyph=Glyph::Events title="Nothing has happened yet">
                        <p class="muted">"Changes of hosts appear here as they happen."</p>
                    </EmptyState>
                }.into_any(),
                None => view! {
                    <EventList events with_host=true whole/>
                    <More shown=Signal::derive(move || list.with(|list| list.items.len()))
                        total=Signal::derive(move || list.with(|list| list.total))
                        has_next=Signal::derive(move || list.with(|list| list.next.is_some())) busy more/>
                }.into_any(),
            }}
        </section>
    }
}

/// How many events wait above what somebody reads.
#[component]
fn News(waiting: RwSignal<Vec<Event>>, on_show: Callback<()>) -> impl IntoView {
    let words = move || match waiting.with(Vec::len) {
        0 => String::new(),
        1 => "1 new event".to_owned(),
        count => format!("{count} new events"),
    };
    view! {
        <div class="news" role="status">
            <button type="button" class="btn primary" data-testid="new-events" hidden=move || waiting.with(Vec::is_empty)
                on:click=move |_| on_show.run(())>{words}</button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::sample, state::tests::subnet};
    use domain::event::EventKind;

    #[test]
    fn a_subnet_is_wanted_with_what_is_in_it() {
        let all = [
            subnet(1, "10.0.0.0/8"),
            subnet(2, "10.1.0.0/16"),
            subnet(3, "11.0.0.0/8"),
        ];
        assert_eq!(within_of(&all, SubnetId(1)), [SubnetId(2), SubnetId(1)]);
        assert_eq!(within_of(&all, SubnetId(9)), []);
    }

    #[test]
    fn a_host_is_known_by_its_own_events_only() {
        let mut own = sample::event(1, EventKind::Up);
        own.host_id = Some(HostId(4));
        let events = [sample::event(2, EventKind::Unknown), own];
        assert_eq!(of_host(&events, Some(4)).map(|event| event.id), Some(1));
        assert!(of_host(&events, Some(5)).is_none() && of_host(&events, None).is_none());
    }
}
