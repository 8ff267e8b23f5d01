//! Virtual scrolling: which lines of the list are in sight, and how high the list is.
//!
//! The page itself scrolls. Height and offset are set through the CSSOM, which a strict style policy permits; the server
//! renders the first lines in plain flow.

use crate::model::window::{FIRST_ROWS, reveal, visible};
use leptos::{ev, html::Div, prelude::*};
use leptos_use_event_listener::{
    UseEventListenerOptions, use_event_listener, use_event_listener_with_options,
};
use leptos_use_window::use_window;
use std::ops::Range;
use web_sys::HtmlElement;

/// Height of a line where the style sheet says nothing.
const ROW_HEIGHT: f64 = 40.0;

/// The part of a list that is in sight.
#[derive(Clone, Copy)]
pub(super) struct Viewport {
    /// As high as all lines.
    pub(super) list: NodeRef<Div>,
    /// Holds the lines in sight, moved to their place.
    pub(super) pane: NodeRef<Div>,
    range: RwSignal<(usize, usize)>,
    len: Signal<usize>,
}

impl Viewport {
    /// Follows a list of `len` lines.
    pub(super) fn follow(len: Signal<usize>) -> Self {
        let viewport = Self {
            list: NodeRef::new(),
            pane: NodeRef::new(),
            range: RwSignal::new((0, len.get_untracked().min(FIRST_ROWS))),
            len,
        };
        let _ = use_event_listener_with_options(
            use_window(),
            ev::scroll,
            move |_| viewport.measure(),
            UseEventListenerOptions::default()
                .capture(true)
                .passive(true),
        );
        let _ = use_event_listener(use_window(), ev::resize, move |_| viewport.measure());
        // Runs in the browser only: after the first rendering and whenever lines come or go.
        Effect::new(move |_| {
            len.track();
            if viewport.list.get().is_some() {
                viewport.measure();
            }
        });
        viewport
    }

    /// The lines in sight with their margins; while the list shrinks, never beyond its end.
    pub(super) fn range(self) -> Range<usize> {
        let ((start, end), len) = (self.range.get(), self.len.get());
        start.min(len)..end.min(len)
    }

    /// The first line that is really in sight.
    pub(super) fn first_in_sight(self) -> usize {
        let Some((list, height)) = self.list_and_row() else {
            return 0;
        };
        let above = 100.0 - list.get_bounding_client_rect().top();
        visible(above, 0.0, height, self.len.get_untracked())
            .start
            .saturating_add(if above > 0.0 {
                crate::model::window::MARGIN
            } else {
                0
            })
    }

    /// Scrolls so that line `index` is in sight.
    pub(super) fn reveal(self, index: usize) {
        let Some((list, height)) = self.list_and_row() else {
            return;
        };
        let above = -list.get_bounding_client_rect().top();
        // Above: the page's and the table's own header. Below: the bar of a phone.
        let covered = if height > ROW_HEIGHT {
            (64.0, 80.0)
        } else {
            (104.0, 8.0)
        };
        if let Some(by) = reveal(index, above, viewport_height(), covered, height) {
            window().scroll_by_with_x_and_y(0.0, by);
            self.measure();
        }
    }

    fn list_and_row(self) -> Option<(HtmlElement, f64)> {
        let list: HtmlElement = self.list.try_get_untracked().flatten()?.into();
        let height = window()
            .get_computed_style(&list)
            .ok()
            .flatten()
            .and_then(|style| style.get_property_value("--row").ok())
            .and_then(|text| text.trim().trim_end_matches("px").parse().ok())
            .unwrap_or(ROW_HEIGHT);
        Some((list, height))
    }

    #[expect(clippy::cast_precision_loss, reason = "no list has 2^52 lines")]
    fn measure(self) {
        let Some((list, height)) = self.list_and_row() else {
            return;
        };
        let len = self.len.get_untracked();
        let above = -list.get_bounding_client_rect().top();
        let rows = visible(above, viewport_height(), height, len);
        let set = |element: &HtmlElement, property: &str, value: String| {
            // A known property with a number never fails.
            let _ = element.style().set_property(property, &value);
        };
        set(&list, "height", format!("{}px", len as f64 * height));
        if let Some(pane) = self.pane.get_untracked() {
            set(
                &pane,
                "transform",
                format!("translateY({}px)", rows.start as f64 * height),
            );
        }
        let rows = (rows.start, rows.end);
        if self.range.get_untracked() != rows {
            self.range.set(rows);
        }
    }
}

fn viewport_height() -> f64 {
    window()
        .inner_height()
        .ok()
        .and_then(|height| height.as_f64())
        .unwrap_or(900.0)
}
