//! A result as it is stored, fetched when somebody wants to see all of it.

use crate::{
    components::{ErrorState, Loading},
    model::scan_cards::Card,
    rpc::{self, Failure},
};
use domain::scan::ScanResult;
use leptos::{html, prelude::*, task::spawn_local};

/// The whole of a card's result.
#[derive(Clone, Copy)]
pub(super) struct Whole {
    token: Memo<String>,
    target: StoredValue<(String, u32)>,
    found: RwSignal<Option<Result<ScanResult, Failure>>>,
    busy: RwSignal<bool>,
}

impl Whole {
    pub(super) fn new(token: Memo<String>, card: &Card) -> Self {
        Self {
            token,
            target: StoredValue::new((card.result.target.clone(), card.nth)),
            found: RwSignal::new(None),
            busy: RwSignal::new(false),
        }
    }

    /// Fetches it, unless it is here.
    fn load(self) {
        if self.busy.get_untracked() || matches!(self.found.get_untracked(), Some(Ok(_))) {
            return;
        }
        self.busy.set(true);
        let (token, (target, nth)) = (self.token.get_untracked(), self.target.get_value());
        spawn_local(async move {
            let answer = rpc::scan_result(token, target, nth).await;
            self.found.try_set(Some(answer));
            self.busy.try_set(false);
        });
    }
}

/// Something that shows the whole result, folded away until then.
#[component]
pub(super) fn Folded<V, N>(
    whole: Whole,
    /// What is folded away.
    #[prop(into)]
    summary: String,
    /// The name for tests.
    testid: &'static str,
    /// Shows it.
    view: V,
) -> impl IntoView
where
    V: Fn(&ScanResult) -> N + Send + Sync + 'static,
    N: IntoView + 'static,
{
    let details = NodeRef::<html::Details>::new();
    let on_toggle = move |_| {
        if details
            .get_untracked()
            .is_some_and(|details| details.open())
        {
            whole.load();
        }
    };
    let content = move || {
        whole.found.with(|found| match found {
            None if whole.busy.get() => view! { <Loading/> }.into_any(),
            None => ().into_any(),
            Some(Ok(result)) => view(result).into_any(),
            Some(Err(failure)) => {
                view! { <ErrorState failure=failure.clone() retry=move |()| whole.load()/> }
                    .into_any()
            }
        })
    };
    view! {
        <details class="more folded" node_ref=details on:toggle=on_toggle data-testid=testid>
            <summary>{summary}</summary>
            {content}
        </details>
    }
}
