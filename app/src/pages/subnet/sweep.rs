//! Sweeping a subnet now.

use crate::{
    components::{Glyph, Icon, use_toasts},
    live::use_live,
    rpc,
    state::report,
};
use domain::{
    count::Count,
    live::{LiveEvent, SweepProgress},
    subnet::Subnet,
};
use leptos::{prelude::*, task::spawn_local};

/// Starts a sweep; says how far it is.
#[component]
pub(super) fn SweepButton(
    /// The subnet.
    subnet: Memo<Subnet>,
    /// A second button on the page: no name for tests.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let id = subnet.with_untracked(|subnet| subnet.id);
    let progress = RwSignal::new(None::<SweepProgress>);
    let asked = RwSignal::new(false);
    use_live().on(move |event| {
        if let LiveEvent::Sweep(now) = event
            && now.subnet_id == id
        {
            progress.set(Some(*now));
        }
    });
    let is_running = move || asked.get() || progress.get().is_some_and(|now| now.running);
    let toasts = use_toasts();
    let start = move |_| {
        asked.set(true);
        spawn_local(async move {
            let answer = rpc::sweep_subnet(id).await;
            asked.try_set(false);
            match answer {
                // The stream may have told more than this already.
                Ok(now) => {
                    progress.try_update(|progress| {
                        if progress.is_none_or(|known| !known.running) && now.running {
                            *progress = Some(now);
                        }
                    });
                }
                Err(failure) if failure.status == 429 => toasts.wait(failure.message()),
                Err(failure) => report(&failure),
            }
        });
    };
    let label = move || match progress.get() {
        Some(now) if now.running => format!("Sweeping {}…", Count(now.total.into())),
        _ if asked.get() => "Sweeping…".to_owned(),
        _ => "Sweep now".to_owned(),
    };
    view! {
        <button type="button" class="btn sweep" class:running=is_running data-testid=(!quiet).then_some("sweep-now")
            disabled=is_running aria-busy=move || is_running().to_string() on:click=start>
            <Icon glyph=Glyph::Sweep/> {label}
        </button>
    }
}
