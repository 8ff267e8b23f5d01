//! Every documented subnet as a tree, and what can be done with it: add, edit, delete.

mod first_visit;
mod line;

use super::subnet_dialogs::{Dialogs, SubnetDialogs};
use crate::{
    components::{Glyph, Icon},
    state::{depths, use_frame},
};
use domain::{subnet::SubnetId, token::Scope};
use first_visit::FirstVisit;
use leptos::prelude::*;
use leptos_meta::Title;
use line::Line;

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
        <SubnetDialogs dialogs/>
    }
}
