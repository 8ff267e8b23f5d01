//! The dialog around the form, for a new subnet or an existing one.

use super::{Dialogs, draft::Draft, form::SubnetForm};
use crate::components::Dialog;
use domain::subnet::Subnet;
use leptos::prelude::*;

/// Shown while a subnet is added or edited.
#[component]
pub(super) fn EditDialog(
    /// What is edited.
    dialogs: Dialogs,
    /// Gets the subnet as it was stored.
    saved: Option<Callback<Subnet>>,
) -> impl IntoView {
    let Dialogs {
        edit_open: open,
        edit: subject,
        proposal,
        ..
    } = dialogs;
    let title = Signal::derive(move || {
        subject.with(|subject| match subject {
            Some(subnet) => format!("Edit {}", subnet.cidr),
            None => "Add a subnet".into(),
        })
    });
    view! {
        <Dialog open=open title=title testid="subnet-dialog">
            {move || {
                let before = subject.get();
                let draft = match &before {
                    Some(subnet) => Draft::of(subnet),
                    None => Draft::new(proposal.get()),
                };
                view! { <SubnetForm draft=draft before=before open=open saved=saved/> }
            }}
        </Dialog>
    }
}
