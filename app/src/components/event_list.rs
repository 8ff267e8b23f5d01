//! Change events, newest first.

use super::{PillState, StatusPill, TimeAgo};
use crate::ago;
use domain::event::{Event, EventKind};
use leptos::prelude::*;

/// What happened, with how long the state before had lasted: "3 silent rounds · after 12 d up".
fn detail(event: &Event) -> String {
    let before = match (event.kind, event.lasted_seconds) {
        (EventKind::Up, Some(seconds)) if seconds > 0 => {
            format!("after {} down", ago::span(seconds))
        }
        (EventKind::Down, Some(seconds)) if seconds > 0 => {
            format!("after {} up", ago::span(seconds))
        }
        _ => String::new(),
    };
    match (event.detail.is_empty(), before.is_empty()) {
        (_, true) => event.detail.clone(),
        (true, false) => before,
        (false, false) => format!("{} · {before}", event.detail),
    }
}

fn word(kind: EventKind) -> &'static str {
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
    }
}

/// Change events, one line each.
#[component]
pub fn EventList(
    /// Newest first.
    #[prop(into)]
    events: Signal<Vec<Event>>,
    /// Name the host in every line, with a link to it.
    #[prop(optional)]
    with_host: bool,
) -> impl IntoView {
    view! {
        <ol class="event-list" data-testid="event-list">
            <For each=move || events.get() key=|event| event.id let:event>
                <EventLine event with_host/>
            </For>
        </ol>
    }
}

#[component]
fn EventLine(event: Event, with_host: bool) -> impl IntoView {
    let who = with_host.then(|| {
        let ip = view! { <span class="mono">{event.ip.to_string()}</span> };
        let name = event
            .hostname
            .clone()
            .map(|name| view! { " " <span>{name}</span> });
        match event.subnet_id.zip(event.host_id) {
            Some((subnet, host)) => {
                let href = format!("/subnets/{}/hosts/{}", subnet.0, host.0);
                view! { <a class="event-host" href=href>{ip} {name}</a> }.into_any()
            }
            None => view! { <span class="event-host">{ip} {name}</span> }.into_any(),
        }
    });
    let text = detail(&event);
    view! {
        <li data-testid="event" data-kind=event.kind.as_str() data-ip=event.ip.to_string()>
            <span class="event-kind"><StatusPill state=PillState::from(event.kind) label=word(event.kind)/></span>
            <span class="event-text">{who} <span class="event-detail">{text}</span></span>
            <span class="event-time faint"><TimeAgo at=event.at/></span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Timestamp;

    #[test]
    fn a_change_says_how_long_the_state_before_had_lasted() {
        let mut event = Event {
            id: 1,
            at: Timestamp(0),
            kind: EventKind::Down,
            host_id: None,
            subnet_id: None,
            ip: [10, 0, 0, 1].into(),
            hostname: None,
            detail: "3 silent rounds".into(),
            lasted_seconds: Some(7200),
        };
        assert_eq!(detail(&event), "3 silent rounds · after 2 h up");
        event.lasted_seconds = None;
        assert_eq!(detail(&event), "3 silent rounds");
    }
}
