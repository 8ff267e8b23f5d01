//! Every documented subnet as a tree, and what can be done with it: add, edit, delete.

mod delete_dialog;
mod draft;
mod edit_dialog;
mod fate;
mod first_visit;
mod form;
mod line;

use crate::{
    components::{Glyph, Icon},
    state::{depths, use_frame},
};
use delete_dialog::DeleteDialog;
use domain::{
    subnet::{Subnet, SubnetId},
    token::Scope,
};
use edit_dialog::EditDialog;
use first_visit::FirstVisit;
use leptos::prelude::*;
use leptos_meta::Title;
use line::Line;

/// What the dialogs of this page are about.
#[derive(Clone, Copy)]
struct Dialogs {
    edit_open: RwSignal<bool>,
    /// The subnet to edit; none to add one.
    edit: RwSignal<Option<Subnet>>,
    /// The text that the form for a new subnet starts with.
    proposal: RwSignal<String>,
    delete_open: RwSignal<bool>,
    delete: RwSignal<Option<Subnet>>,
}

impl Dialogs {
    fn new() -> Self {
        Self {
            edit_open: RwSignal::new(false),
            edit: RwSignal::new(None),
            proposal: RwSignal::new(String::new()),
            delete_open: RwSignal::new(false),
            delete: RwSignal::new(None),
        }
    }

    fn add(self, proposal: impl Into<String>) {
        self.proposal.set(proposal.into());
        self.edit.set(None);
        self.edit_open.set(true);
    }

    fn edit(self, subnet: Subnet) {
        self.edit.set(Some(subnet));
        self.edit_open.set(true);
    }

    fn delete(self, subnet: Subnet) {
        self.delete.set(Some(subnet));
        self.delete_open.set(true);
    }
}

/// The subnets.
#[component]
pub fn SubnetsPage() -> impl IntoView {
    let frame = use_frame();
    let dialogs = Dialogs::new();
    provide_context(dialogs);
    let lines = Memo::new(move |_| {
        frame.subnets().with(|list| {
            depths(list)
                .into_iter()
                .zip(list.iter().map(|subnet| subnet.id))
                .collect::<Vec<(usize, SubnetId)>>()
        })
    });
    let none = Memo::new(move |_| lines.with(Vec::is_empty));
    let may_write = move || frame.may(Scope::Write);
    view! {
        <Title text="Subnets"/>
        <header class="head">
            <h1>"Subnets"</h1>
            <Show when=may_write>
                <div class="actions">
                    <button type="button" class="btn primary" data-testid="add-subnet" on:click=move |_| dialogs.add("")>
                        <Icon glyph=Glyph::Plus/> "Add subnet"
                    </button>
                </div>
            </Show>
        </header>
        <Show when=move || none.get()>
            <FirstVisit/>
        </Show>
        <Show when=move || !none.get()>
            <section class="card">
                <table class="lines subnets" data-testid="subnets">
                    <caption class="visually-hidden">"Documented subnets"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Subnet"</th>
                            <th scope="col">"Name"</th>
                            <th scope="col">"Use"</th>
                            <th scope="col" class="number">"Alive"</th>
                            <th scope="col" class="number">"Down"</th>
                            <th scope="col" class="number">"Used"</th>
                            <th scope="col">"Swept"</th>
                            <th scope="col"><span class="visually-hidden">"Actions"</span></th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=move || lines.get() key=|line| *line let((depth, id))>
                            {frame.subnet(id).map(|subnet| view! { <Line depth=depth subnet=subnet/> })}
                        </For>
                    </tbody>
                </table>
            </section>
        </Show>
        <EditDialog/>
        <DeleteDialog/>
    }
}
