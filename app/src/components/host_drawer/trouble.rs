//! What is not as it should be with a host, in plain words, and what helps.

use crate::model::cause;
use domain::{host::HostPage, status::Status};
use leptos::prelude::*;

/// Notes for what is not as it should be; nothing while all is well.
#[component]
pub(super) fn Trouble(page: RwSignal<HostPage>) -> impl IntoView {
    let unknown = move || {
        let cause = page.with(|page| {
            (page.host.status == Status::Unknown).then_some(page.host.unknown_cause)
        })?;
        let (what, remedy) = cause::explained(cause);
        Some(view! {
            <div class="notice" data-testid="drawer-cause">
                <p>{what}</p>
                <p class="muted">{remedy}</p>
            </div>
        })
    };
    let flag = move |is: fn(&HostPage) -> bool, testid: &'static str, text: &'static str| {
        move || {
            page.with(is)
                .then(|| view! { <div class="notice warn" data-testid=testid><p>{text}</p></div> })
        }
    };
    view! {
        {unknown}
        {flag(
            |page| page.host.suspect,
            "drawer-suspect",
            "It missed the last round. It is asked again after a few seconds, and is Down only when it stays silent.",
        )}
        {flag(
            |page| page.host.flapping,
            "drawer-flapping",
            "It is flapping: 6 or more changes within an hour. Look for a bad cable, a weak radio link or an address in use twice.",
        )}
    }
}
