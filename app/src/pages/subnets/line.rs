//! One subnet of the tree.

use crate::{
    components::{Glyph, Icon, TimeAgo, UsageBar},
    pages::subnet_dialogs::Dialogs,
    state::use_frame,
};
use domain::{subnet::Subnet, token::Scope};
use leptos::prelude::*;

/// A share in percent: whole numbers, and what is not zero never reads as zero.
fn percent(share: f64) -> String {
    if share > 0.0 && share < 1.0 {
        "<1 %".into()
    } else {
        format!("{share:.0} %")
    }
}

/// One line of the table.
#[component]
pub fn Line(
    /// How deep it is nested.
    depth: usize,
    /// The subnet.
    subnet: Signal<Subnet>,
) -> impl IntoView {
    let dialogs = expect_context::<Dialogs>();
    let frame = use_frame();
    let first = subnet.get_untracked();
    let cidr = first.cidr.to_string();
    let label = |verb: &str| format!("{verb} {cidr}");
    let (edit_label, delete_label) = (label("Edit"), label("Delete"));
    view! {
        <tr data-testid="subnet-row" data-cidr=cidr>
            <td class=format!("mono depth-{}", depth.min(4))>
                <a class="strong" href=format!("/subnets/{}", first.id.0)>{first.cidr.to_string()}</a>
            </td>
            <td class="stretch">
                // An element of its own, so that a tag after it is not the first one.
                {move || Some(subnet.with(|s| s.name.clone())).filter(|name| !name.is_empty()).map(|name| view! { <span>{name}</span> })}
                {move || subnet.with(|s| s.tags.clone()).into_iter().map(|tag| view! { <span class="tag">{tag}</span> }).collect_view()}
            </td>
            <td class="bar-cell"><UsageBar subnet=subnet/></td>
            <td class="number" data-label="alive"><b data-testid="subnet-alive">{move || subnet.with(|s| s.alive)}</b></td>
            <td class="number" data-label="down" class:bad=move || subnet.with(|s| s.down > 0)>{move || subnet.with(|s| s.down)}</td>
            <td class="number" data-label="used">
                {move || subnet.with(|s| s.used)}
                <span class="faint">" / "{first.size.to_string()}" · "{move || subnet.with(|s| percent(s.utilisation))}</span>
            </td>
            <td class="faint" data-label="swept">
                {move || match subnet.with(|s| (s.swept_at, s.discover)) {
                    (Some(at), _) => view! { <TimeAgo at=at/> }.into_any(),
                    (None, true) => "soon".into_any(),
                    (None, false) => "never".into_any(),
                }}
            </td>
            <td class="row-actions">
                <Show when=move || frame.may(Scope::Write)>
                    <button type="button" class="btn icon-only quiet" data-testid="subnet-edit"
                        aria-label=edit_label.clone() on:click=move |_| dialogs.edit(subnet.get_untracked())>
                        <Icon glyph=Glyph::Edit/>
                    </button>
                    <button type="button" class="btn icon-only quiet" data-testid="subnet-delete"
                        aria-label=delete_label.clone() on:click=move |_| dialogs.delete(subnet.get_untracked())>
                        <Icon glyph=Glyph::Trash/>
                    </button>
                </Show>
            </td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_little_is_not_nothing() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.004), "<1 %");
        assert_eq!(percent(66.6), "67 %");
    }
}
