//! The report on paper: every card there and opened.

use crate::{browser, components::Refetch, model::scan_cards::ScanPage};
use domain::scan::MAX_TARGETS;
use leptos::{ev, leptos_dom::helpers::request_animation_frame, prelude::*};

/// Whether the page is being printed.
#[derive(Clone, Copy)]
pub(super) struct Printing {
    /// Every card is shown opened.
    pub(super) all_open: RwSignal<bool>,
    asked: RwSignal<bool>,
    most: RwSignal<u32>,
}

impl Printing {
    /// Opens the cards also when the browser's own command prints.
    pub(super) fn new(page: RwSignal<ScanPage>, most: RwSignal<u32>) -> Self {
        let refetch = expect_context::<Refetch>();
        let (all_open, asked) = (RwSignal::new(false), RwSignal::new(false));
        Effect::new(move |_| {
            let before = window_event_listener(ev::beforeprint, move |_| all_open.set(true));
            let after = window_event_listener(ev::afterprint, move |_| all_open.set(false));
            on_cleanup(move || {
                before.remove();
                after.remove();
            });
        });
        Effect::new(move |_| {
            let is_all = page.with(|it| it.cards.len() == it.matching as usize);
            if asked.get() && is_all && !refetch.is_behind().get() {
                asked.set(false);
                all_open.set(true);
                // The first frame has the cards, the second one what is inside them.
                request_animation_frame(|| request_animation_frame(browser::print));
            }
        });
        Self {
            all_open,
            asked,
            most,
        }
    }

    /// Prints as soon as every wanted card is here.
    pub(super) fn start(self) {
        self.most
            .set(u32::try_from(MAX_TARGETS).unwrap_or(u32::MAX));
        self.asked.set(true);
    }
}
