//! Change events, newest first.

use super::{PillState, StatusPill, TimeAgo};
use crate::{
    ago, browser,
    model::timeline::{Length, lengths, under_headings},
    state::use_clock,
};
use domain::{
    event::{Event, EventKind},
    time::Timestamp,
};
use leptos::prelude::*;

/// What happened, with how long the state before had lasted and how long this one did: "3 silent rounds · after 12 d up".
fn detail(event: &Event, length: Option<Length>, now: Timestamp) -> String {
    let before = match (event.kind, event.lasted_seconds) {
        (EventKind::Up, Some(seconds)) if seconds > 0 => {
            format!("after {} down", ago::span(seconds))
        }
        (EventKind::Down, Some(seconds)) if seconds > 0 => {
            format!("after {} up", ago::span(seconds))
        }
        _ => String::new(),
    };
    let length = match length {
        Some(Length::Over(seconds)) => format!("for {}", ago::span(seconds)),
        // The clock ticks every 15 s: seconds would only pretend to be exact.
        Some(Length::Lasts) => match now.since(event.at).as_secs() / 60 {
            // So new that the line's time says it.
            0 => String::new(),
            minutes => format!("down {}", ago::span(minutes * 60)),
        },
        None => String::new(),
    };
    let parts = [event.detail.as_str(), &before, &length];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

/// The word that a reader sees for a kind.
pub fn kind_word(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Discovered => "New",
        EventKind::Up => "Up",
        EventKind::Down => "Down",
        EventKind::Suspect => "Suspect",
        EventKind::Unknown => "Unknown",
        EventKind::Known => "Known",
        EventKind::FlappingBegan => "Flapping",
        EventKind::FlappingEnded => "Calm",
        EventKind::Archived => "Archived",
        EventKind::Restored => "Restored",
        EventKind::Added => "Added",
        EventKind::Changed => "Edited",
        EventKind::Removed => "Removed",
        EventKind::PortOpened => "Opened",
        EventKind::PortClosed => "Closed",
        EventKind::ServiceChanged => "Service",
        EventKind::NearlyFull => "Nearly full",
        EventKind::ScanChanged => "Scan",
    }
}

/// Change events, one line each.
#[component]
pub fn EventList(
    /// Newest first.
    #[prop(into)]
    events: Signal<Vec<Event>>,
    /// Name the host in every line, with a link to it, under headings by hour and day.
    #[prop(optional)]
    with_host: bool,
    /// Whether nothing that happened to these hosts is left out, so that the list tells who is down still.
    #[prop(optional, into)]
    whole: Signal<bool>,
) -> impl IntoView {
    let clock = use_clock();
    let lengths = Memo::new(move |_| events.with(|events| lengths(events, whole.get())));
    let lines = move || {
        events.with(|events| {
            if !with_host {
                return events.iter().map(|event| (None, event.clone())).collect();
            }
            // The server does not know the reader's time zone.
            let alive = clock.is_alive().get();
            let local = |at| if alive { browser::wall_clock(at) } else { at };
            under_headings(events, clock.now().get(), local)
        })
    };
    view! {
        <ol class="event-list" data-testid="event-list">
            <For each=lines key=|(heading, event)| format!("{}{heading:?}", event.id) let((heading, event))>
                {heading.map(|heading| view! { <li class="event-heading" data-testid="event-heading">{heading}</li> })}
                <EventLine event with_host lengths/>
            </For>
        </ol>
    }
}

#[component]
fn EventLine(event: Event, with_host: bool, lengths: Memo<Vec<(i64, Length)>>) -> impl IntoView {
    let clock = use_clock();
    let who = with_host.then(|| {
        let ip = view! { <span class="mono">{event.ip.to_string()}</span> };
        let name = event
            .hostname
            .clone()
            .map(|name| view! { " " <span>{name}</span> });
        let href = match (event.subnet_id, event.host_id) {
            (Some(subnet), Some(host)) => format!("/subnets/{}/hosts/{}", subnet.0, host.0),
            (Some(subnet), None) => format!("/subnets/{}", subnet.0),
            (None, _) => String::new(),
        };
        if href.is_empty() {
            view! { <span class="event-host">{ip} {name}</span> }.into_any()
        } else {
            view! { <a class="event-host" href=href>{ip} {name}</a> }.into_any()
        }
    });
    let (kind, at, ip) = (event.kind, event.at, event.ip.to_string());
    let text = move || {
        let length =
            lengths.with(|all| all.iter().find(|(id, _)| *id == event.id).map(|(_, l)| *l));
        detail(&event, length, clock.now().get())
    };
    view! {
        <li class="event-line" data-testid="event" data-kind=kind.as_str() data-ip=ip>
            <span class="event-kind"><StatusPill state=PillState::from(kind) label=kind_word(kind)/></span>
            <span class="event-text">{who} <span class="event-detail">{text}</span></span>
            <span class="event-time faint"><TimeAgo at=at/></span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;

    #[test]
    fn a_change_says_how_long_the_states_before_and_after_lasted() {
        let mut event = Event {
            detail: "3 silent rounds".into(),
            lasted_seconds: Some(7200),
            ..sample::event(0, EventKind::Down)
        };
        let now = Timestamp(725_000);
        assert_eq!(detail(&event, None, now), "3 silent rounds · after 2 h up");
        event.lasted_seconds = None;
        for (length, words) in [
            (None, "3 silent rounds"),
            (Some(Length::Over(90)), "3 silent rounds · for 1 m"),
            (Some(Length::Lasts), "3 silent rounds · down 12 m"),
        ] {
            assert_eq!(detail(&event, length, now), words);
        }
    }
}
