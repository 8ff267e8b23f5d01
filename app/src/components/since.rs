//! How long a status has held, or why there is none.

use crate::{ago, browser, model::cause, state::use_clock};
use domain::{
    row::HostRow,
    status::{Cause, Status},
    time::Timestamp,
};
use leptos::prelude::*;

/// A status and what explains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The status.
    pub status: Status,
    /// Since when it holds.
    pub since: Option<Timestamp>,
    /// Why it is unknown.
    pub cause: Option<Cause>,
    /// Silence is expected.
    pub reserved: bool,
}

impl From<&HostRow> for Held {
    fn from(host: &HostRow) -> Self {
        Self {
            status: host.status,
            since: host.since,
            cause: host.unknown_cause,
            reserved: host.reserved,
        }
    }
}

/// The words: `up 12 d 4 h`, `down 12 m ago`, `not asked yet`.
fn words(held: Held, now: Timestamp) -> String {
    match (held.status, held.since) {
        (Status::Unknown, _) => cause::short(held.cause).to_owned(),
        (Status::Down, _) if held.reserved => "silent, as expected".to_owned(),
        (Status::Up, Some(since)) => {
            format!("up {}", ago::span(now.since(since).as_secs() / 60 * 60))
                .replace("up 0 s", "up just now")
        }
        (Status::Down, Some(since)) => format!("down {}", ago::ago(since, now)),
        (Status::Up | Status::Down, None) => String::new(),
    }
}

/// How long a status has held, with the exact moment on hover.
#[component]
pub fn Since(
    /// The status and what explains it.
    #[prop(into)]
    held: Signal<Option<Held>>,
) -> impl IntoView {
    let clock = use_clock();
    let title = move || {
        let since = held.get()?.since?;
        clock
            .is_alive()
            .get()
            .then(|| format!("since {}", browser::local_time(since)))
    };
    view! {
        <span class="since" title=title>
            {move || held.get().map(|held| words(held, clock.now().get()))}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_told_in_words() {
        let now = Timestamp(1_000_000_000);
        let held = |status, seconds: i64| Held {
            status,
            since: Some(Timestamp(now.0 - seconds * 1000)),
            cause: Some(Cause::NotPinged),
            reserved: false,
        };
        assert_eq!(words(held(Status::Up, 20), now), "up just now");
        assert_eq!(words(held(Status::Up, 86_400), now), "up 1 d");
        assert_eq!(words(held(Status::Down, 720), now), "down 12 m ago");
        assert_eq!(words(held(Status::Unknown, 720), now), "not pinged");
    }
}
