//! Nothing is documented yet: offer the networks this machine is in.

use crate::{
    components::{EmptyState, Glyph, Icon},
    pages::subnet_dialogs::Dialogs,
    rpc,
    state::use_frame,
};
use domain::token::Scope;
use leptos::prelude::*;

/// The empty state of the subnets page.
#[component]
pub fn FirstVisit() -> impl IntoView {
    let dialogs = expect_context::<Dialogs>();
    let frame = use_frame();
    let suggestions = Resource::new(|| (), |()| rpc::suggestions());
    let offers = move || {
        Suspend::new(async move {
            let networks = suggestions.await.unwrap_or_default();
            (!networks.is_empty()).then(|| {
                let buttons = networks
                    .into_iter()
                    .map(|network| {
                        let proposal = network.clone();
                        view! {
                            <button type="button" class="btn mono" data-testid="suggestion"
                                on:click=move |_| dialogs.add(proposal.clone())>
                                <Icon glyph=Glyph::Plus/> {network}
                            </button>
                        }
                    })
                    .collect_view();
                view! {
                    <p class="muted">"This machine is in these networks:"</p>
                    <div class="offers">{buttons}</div>
                }
            })
        })
    };
    view! {
        <section class="card">
            <EmptyState glyph=Glyph::Subnets title="Add your first subnet">
                <p class="muted">"Rollcall asks every address of it whether it is there, and keeps asking those that answered."</p>
                <Suspense>{offers}</Suspense>
                <Show when=move || frame.may(Scope::Write)>
                    <button type="button" class="btn primary" on:click=move |_| dialogs.add("")>"Add another network"</button>
                </Show>
                <p class="muted" data-testid="sample-hint">
                    "Only looking around? " <code>"rollcall demo"</code>
                    " starts another server with a sample network and a week of its history; nothing of it is pinged."
                </p>
            </EmptyState>
        </section>
    }
}
