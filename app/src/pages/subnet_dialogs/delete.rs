//! Asks before a subnet is deleted, and says what goes with it.

use super::{Dialogs, fate::Fate};
use crate::{
    components::{Dialog, use_toasts},
    pages::login::FormProblem,
    rpc,
    state::{report, use_frame},
};
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
    let (frame, toasts) = (use_frame(), use_toasts());
    let problem = RwSignal::new(None::<String>);
    let navigate = use_navigate();
    let delete = Action::new_local(move |(): &()| {
        let navigate = navigate.clone();
        async move {
            let Some(subnet) = subject.get_untracked() else {
                return;
            };
            match rpc::delete_subnet(subnet.id).await {
                Ok(()) => {
                    toasts.done(format!("{} is deleted", subnet.cidr));
                    open.try_set(false);
                    if let Some(next) = next {
                        // Going back must not lead to what is gone.
                        let options = NavigateOptions {
                            replace: true,
                            ..NavigateOptions::default()
                        };
                        navigate(next, options);
                    }
                    frame.remove(subnet.id);
                }
                Err(failure) if failure.is_signed_out() => report(&failure),
                Err(failure) => {
                    problem.try_set(Some(failure.message().to_owned()));
                }
            }
        }
    });
    Effect::new(move |_| {
        if open.get() {
            problem.set(None);
        }
    });
    let cidr = move || {
        subject
            .with(|s| s.as_ref().map(|s| s.cidr.to_string()))
            .unwrap_or_default()
    };
    let words = move || {
        let id = subject.with(|s| s.as_ref().map(|s| s.id))?;
        let fate = frame.subnets().with(|all| Fate::of(id, all))?;
        Some(fate.words())
    };
    view! {
        <Dialog open=open title=Signal::derive(move || format!("Delete {}?", cidr())) testid="delete-dialog">
            <FormProblem text=problem/>
            <p data-testid="delete-words">{words}</p>
            <p class="muted">"What happened stays in the list of events."</p>
            <div class="form-actions">
                <button type="button" class="btn" on:click=move |_| open.set(false)>"Keep it"</button>
                <button type="button" class="btn danger" data-testid="delete-confirm"
                    disabled=move || delete.pending().get()
                    on:click=move |_| { delete.dispatch(()); }>"Delete"</button>
            </div>
        </Dialog>
    }
}
