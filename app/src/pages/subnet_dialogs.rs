//! The dialogs that add, edit and delete a subnet, on whichever page they are opened.

mod delete;
mod draft;
mod edit;
mod fate;
mod form;
mod uplink;

use delete::DeleteDialog;
use domain::subnet::Subnet;
use edit::EditDialog;
use leptos::prelude::*;

/// What the dialogs are about; a page provides it, its parts open them by it.
#[derive(Clone, Copy)]
pub(super) struct Dialogs {
    edit_open: RwSignal<bool>,
    /// The subnet to edit; none to add one.
    edit: RwSignal<Option<Subnet>>,
    /// The text that the form for a new subnet starts with.
    proposal: RwSignal<String>,
    delete_open: RwSignal<bool>,
    delete: RwSignal<Option<Subnet>>,
}

impl Dialogs {
    /// All of them closed.
    pub(super) fn new() -> Self {
        Self {
            edit_open: RwSignal::new(false),
            edit: RwSignal::new(None),
            proposal: RwSignal::new(String::new()),
            delete_open: RwSignal::new(false),
            delete: RwSignal::new(None),
        }
    }

    /// Opens the form for a new subnet, which starts with `proposal`.
    pub(super) fn add(self, proposal: impl Into<String>) {
        self.proposal.set(proposal.into());
        self.edit.set(None);
        self.edit_open.set(true);
    }

    /// Opens the form with a subnet in it.
    pub(super) fn edit(self, subnet: Subnet) {
        self.edit.set(Some(subnet));
        self.edit_open.set(true);
    }

    /// Asks whether to delete a subnet.
    pub(super) fn delete(self, subnet: Subnet) {
        self.delete.set(Some(subnet));
        self.delete_open.set(true);
    }
}

/// The dialogs themselves.
#[component]
pub(super) fn SubnetDialogs(
    /// From the page's context.
    dialogs: Dialogs,
    /// Gets a subnet as it was stored.
    #[prop(optional)]
    saved: Option<Callback<Subnet>>,
    /// Where to go when the subnet is deleted; the page stays without it.
    #[prop(optional)]
    after_delete: Option<&'static str>,
) -> impl IntoView {
    view! {
        <EditDialog dialogs saved/>
        <DeleteDialog dialogs next=after_delete/>
    }
}
