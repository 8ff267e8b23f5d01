//! Asks before a subnet is deleted, and says what goes with it.

use super::{Dialogs, fate::Fate};
use crate::{
    components::{Dialog, use_toasts},
    pages::login::FormProblem,
    rpc,
    state::{report, use_frame},
};
use domain::subnet::Subnet;
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// Shown while a subnet is about to be deleted.
#[component]
pub(super) fn DeleteDialog(
    /// What is deleted.
    dialogs: Dialogs,
    /// Where to go afterwards; the page stays without it.
    next: Option<&'static str>,
) -> impl IntoView {
    let Dialogs {
        delete_open: open,
        delete: subject,
        ..
    } = dialogs;
    let title = Signal::derive(move || {
        let cidr = subject.with(|subject| subject.as_ref().map(|subnet| subnet.cidr.to_string()));
        format!("Delete {}?", cidr.unwrap_or_default())
    });
    view! {
        <Dialog open=open title=title testid="delete-dialog">
            {move || subject.get().map(|subnet| view! { <Question subnet=subnet open=open next=next/> })}
        </Dialog>
    }
}

/// What is inside the dialog. Its action belongs to one thread, so it must not be made where the server renders.
#[component]
fn Question(subnet: Subnet, open: RwSignal<bool>, next: Option<&'static str>) -> impl IntoView {
    let (frame, toasts) = (use_frame(), use_toasts());
    let problem = RwSignal::new(None::<String>);
    let (id, cidr) = (subnet.id, subnet.cidr);
    let navigate = use_navigate();
    let delete = Action::new_local(move |(): &()| {
        let navigate = navigate.clone();
        async move {
            match rpc::delete_subnet(id).await {
                Ok(()) => {
                    toasts.done(format!("{cidr} is deleted"));
                    open.try_set(false);
                    if let Some(next) = next {
                        // Going back must not lead to what is gone.
                        let options = NavigateOptions {
                            replace: true,
                            ..NavigateOptions::default()
                        };
                        navigate(next, options);
                    }
                    frame.remove(id);
                }
                Err(failure) if failure.is_signed_out() => report(&failure),
                Err(failure) => {
                    problem.try_set(Some(failure.message().to_owned()));
                }
            }
        }
    });
    let words = move || {
        let fate = frame.subnets().with(|all| Fate::of(id, all))?;
        Some(fate.words())
    };
    view! {
        <FormProblem text=problem/>
        <p data-testid="delete-words">{words}</p>
        <p class="muted">"What happened stays in the list of events."</p>
        <div class="form-actions">
            <button type="button" class="btn" on:click=move |_| open.set(false)>"Keep it"</button>
            <button type="button" class="btn danger" data-testid="delete-confirm"
                disabled=move || delete.pending().get()
                on:click=move |_| { delete.dispatch(()); }>"Delete"</button>
        </div>
    }
}
