//! Nothing is documented yet: offer the networks this machine is in.

use crate::{
    components::{EmptyState, Glyph, Icon, command::CommandLine},
    pages::subnet_dialogs::Dialogs,
    rpc,
    state::use_frame,
    wire::Json,
};
use domain::token::Scope;
use leptos::prelude::*;

/// Starts the sample network at a port that is free: this server has the usual one.
const SAMPLE: &str = "rollcall demo --bind 127.0.0.1:0";

/// The empty state of the subnets page.
#[component]
pub fn FirstVisit() -> impl IntoView {
    let dialogs = expect_context::<Dialogs>();
    let frame = use_frame();
    let suggestions = Resource::<_, Json>::new_with_options(|| (), |()| rpc::suggestions(), false);
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
        <div class="first-visit">
            <section class="card">
                <EmptyState glyph=Glyph::Subnets title="Add your first subnet">
                    <p class="muted">"Rollcall asks every address of it whether it is there, and keeps asking those that answered."</p>
                    <Suspense>{offers}</Suspense>
                    <Show when=move || frame.may(Scope::Write)>
                        <button type="button" class="btn primary" on:click=move |_| dialogs.add("")>"Add another network"</button>
                    </Show>
                </EmptyState>
            </section>
            <section class="card" data-testid="sample-hint">
                <EmptyState glyph=Glyph::Pulse title="Try it with a sample network">
                    <p class="muted">
                        "A made-up site with a week of history. It starts beside this server, says where, and has a database of its own in a temporary folder; nothing is pinged."
                    </p>
                    <CommandLine text=SAMPLE/>
                </EmptyState>
            </section>
        </div>
    }
}
