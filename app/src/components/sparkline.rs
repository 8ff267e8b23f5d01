//! The last 24 hours of a host as a small picture in its row; fetched for the rows in sight only.

use crate::{
    model::sparkline::{Bars, HEIGHT, WIDTH, words},
    rpc,
};
use domain::{history::Sparkline, host::HostId};
use leptos::{leptos_dom::helpers::set_timeout, prelude::*, task::spawn_local};
use leptos_use_interval_fn::use_interval_fn;
use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

/// Rows that come into sight within this time are asked for together.
const TOGETHER: Duration = Duration::from_millis(120);
/// Most hosts of one question.
const MOST: usize = 512;
/// A bar stands for a quarter of an hour.
const REFRESH_MS: u64 = 300_000;

/// The sparklines of a table; from the context of its rows.
#[derive(Clone, Copy)]
pub struct SparklineStore {
    lines: StoredValue<HashMap<HostId, Sparkline>>,
    version: RwSignal<u32>,
    in_sight: StoredValue<HashSet<HostId>>,
    waiting: StoredValue<HashSet<HostId>>,
}

impl SparklineStore {
    /// Puts an empty one under the current owner and into its context.
    pub fn provide() {
        let store = Self {
            lines: StoredValue::new(HashMap::new()),
            version: RwSignal::new(0),
            in_sight: StoredValue::new(HashSet::new()),
            waiting: StoredValue::new(HashSet::new()),
        };
        let _ = use_interval_fn(move || store.refresh(), REFRESH_MS);
        provide_context(store);
    }

    /// Keeps a host's line as long as the current owner lives.
    fn follow(self, id: HostId) {
        self.in_sight.update_value(|ids| {
            ids.insert(id);
        });
        on_cleanup(move || {
            self.in_sight.try_update_value(|ids| ids.remove(&id));
        });
        // Also where an older one is shown meanwhile: the row may have been out of sight for hours.
        self.ask(id);
    }

    fn ask(self, id: HostId) {
        let mut first = false;
        self.waiting.update_value(|waiting| {
            first = waiting.is_empty();
            waiting.insert(id);
        });
        if first {
            set_timeout(move || self.fetch(), TOGETHER);
        }
    }

    fn refresh(self) {
        for id in self.in_sight.get_value() {
            self.ask(id);
        }
    }

    fn fetch(self) {
        let mut ids = Vec::new();
        self.waiting
            .try_update_value(|waiting| ids = std::mem::take(waiting).into_iter().collect());
        // Who scrolled on needs none.
        let in_sight = self.in_sight.try_get_value().unwrap_or_default();
        ids.retain(|id| in_sight.contains(id));
        ids.truncate(MOST);
        if ids.is_empty() {
            return;
        }
        spawn_local(async move {
            // Without an answer the rows stay without a picture; the top bar tells of a broken connection.
            let Ok(answer) = rpc::sparklines(ids).await else {
                return;
            };
            self.lines.try_update_value(|lines| {
                lines.extend(answer.into_iter().map(|line| (line.id, line)));
            });
            self.version
                .try_update(|version| *version = version.wrapping_add(1));
        });
    }

    fn line(self, id: HostId) -> Option<Sparkline> {
        self.version.track();
        self.lines.with_value(|lines| lines.get(&id).cloned())
    }
}

/// The last 24 hours of a host; empty until they are fetched.
#[component]
pub fn SparkLine(
    /// The host.
    #[prop(into)]
    id: Signal<Option<HostId>>,
) -> impl IntoView {
    let store = use_context::<SparklineStore>();
    // An effect never runs on the server.
    Effect::new(move |_| {
        if let (Some(store), Some(id)) = (store, id.get()) {
            store.follow(id);
        }
    });
    let line = Memo::new(move |_| store?.line(id.get()?));
    let bars =
        Memo::new(move |_| line.with(|line| line.as_ref().map(Bars::of).unwrap_or_default()));
    let path = move |of: fn(&Bars) -> &String| move || bars.with(|bars| of(bars).clone());
    let title = move || line.with(|line| line.as_ref().map(words));
    view! {
        <span class="sparkline" role="img" aria-label=title title=title data-testid="sparkline">
            <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") width=WIDTH height=HEIGHT aria-hidden="true">
                <path class="spark-up" d=path(|bars| &bars.up)></path>
                <path class="spark-lossy" d=path(|bars| &bars.lossy)></path>
                <path class="spark-down" d=path(|bars| &bars.down)></path>
            </svg>
        </span>
    }
}
