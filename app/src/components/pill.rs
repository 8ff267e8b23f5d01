//! Status as colour, shape and word.

use domain::{event::EventKind, status::Status};
use leptos::prelude::*;

/// What a pill shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PillState {
    /// Answers: a dot.
    Up,
    /// Silent: a diamond.
    Down,
    /// Nothing is known: a dotted ring.
    Unknown,
    /// Missed, not yet down: a triangle.
    Suspect,
    /// New on the network: a star-like cross.
    New,
    /// Somebody changed the documentation: a square.
    Edit,
}

impl PillState {
    /// What is shown of a host.
    pub fn of(status: Status, suspect: bool) -> Self {
        match status {
            Status::Up if suspect => Self::Suspect,
            Status::Up => Self::Up,
            Status::Down => Self::Down,
            Status::Unknown => Self::Unknown,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Self::Up => "pill up",
            Self::Down => "pill down",
            Self::Unknown => "pill unknown",
            Self::Suspect => "pill suspect",
            Self::New => "pill new",
            Self::Edit => "pill edited",
        }
    }

    /// The word.
    pub fn label(self) -> &'static str {
        match self {
            Self::Up => "Up",
            Self::Down => "Down",
            Self::Unknown => "Unknown",
            Self::Suspect => "Suspect",
            Self::New => "New",
            Self::Edit => "Edit",
        }
    }
}

impl From<Status> for PillState {
    fn from(status: Status) -> Self {
        Self::of(status, false)
    }
}

impl From<EventKind> for PillState {
    fn from(kind: EventKind) -> Self {
        match kind {
            EventKind::Up => Self::Up,
            EventKind::Down => Self::Down,
            EventKind::Suspect
            | EventKind::FlappingBegan
            | EventKind::FlappingEnded
            | EventKind::NearlyFull => Self::Suspect,
            EventKind::Unknown | EventKind::Known => Self::Unknown,
            EventKind::Discovered | EventKind::PortOpened => Self::New,
            EventKind::Added
            | EventKind::Changed
            | EventKind::Removed
            | EventKind::Archived
            | EventKind::Restored
            | EventKind::PortClosed
            | EventKind::ServiceChanged
            | EventKind::ScanChanged => Self::Edit,
        }
    }
}

/// Status as colour, shape and word.
#[component]
pub fn StatusPill(
    /// What to show.
    #[prop(into)]
    state: Signal<PillState>,
    /// Another word than the state's own.
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    view! {
        <span class=move || state.get().class()>
            {move || label.clone().unwrap_or_else(|| state.get().label().into())}
        </span>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_up_host_can_be_suspect() {
        assert_eq!(PillState::of(Status::Up, true), PillState::Suspect);
        assert_eq!(PillState::of(Status::Down, true), PillState::Down);
        assert_eq!(PillState::of(Status::Unknown, true), PillState::Unknown);
    }
}
