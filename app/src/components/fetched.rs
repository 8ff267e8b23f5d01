//! Data of a page: loaded once by server or browser, then kept up to date in place.

use super::{ErrorState, Loading};
use crate::{browser, live::use_live, rpc::Failure, state::replace, wire::Json};
use domain::live::LiveEvent;
use leptos::{either::Either, prelude::*, task::spawn_local};
use serde::{Serialize, de::DeserializeOwned};
use std::{future::Future, sync::Arc};

/// Asks the server again and puts the answer into the signal; from the context below a [`Fetched`].
#[derive(Clone, Copy)]
pub struct Refetch {
    again: Callback<()>,
    behind: RwSignal<bool>,
}

impl Refetch {
    /// Asks again.
    pub fn run(self) {
        self.again.try_run(());
    }

    /// Whether what is shown is of the key before, while the new one's data is on its way.
    pub fn is_behind(self) -> ReadSignal<bool> {
        self.behind.read_only()
    }
}

/// Loads by `load(key())` and shows `view(signal)`. A new key makes the view anew, or changes the signal only if it is
/// `in_place`; a resync of the live stream does the latter, so that open forms, focus and scroll position survive.
#[component]
pub fn Fetched<K, S, T, L, F, V, N>(
    /// What to load; loaded anew when it changes.
    key: K,
    /// Asks the server.
    load: L,
    /// Shows the data.
    view: V,
    /// Lines of the skeleton.
    #[prop(default = 6)]
    lines: usize,
    /// Keep the view when the key changes.
    #[prop(optional)]
    in_place: bool,
) -> impl IntoView
where
    K: Fn() -> S + Send + Sync + 'static,
    S: Clone + PartialEq + Send + Sync + 'static,
    L: Fn(S) -> F + Send + Sync + 'static,
    F: Future<Output = Result<T, Failure>> + Send + 'static,
    T: Clone + PartialEq + Serialize + DeserializeOwned + Send + Sync + 'static,
    V: Fn(RwSignal<T>) -> N + Send + Sync + 'static,
    N: IntoView + 'static,
{
    let load = Arc::new(load);
    let key = Arc::new(key);
    let resource = Resource::<_, Json>::new_with_options(
        {
            let key = Arc::clone(&key);
            move || if in_place { untrack(|| key()) } else { key() }
        },
        {
            let load = Arc::clone(&load);
            move |key| load(key)
        },
        false,
    );
    let view = Arc::new(view);
    // The signal on the screen, for refetching; none while loading or after a failure.
    let shown = StoredValue::new(None::<RwSignal<T>>);
    let behind = RwSignal::new(false);
    let refetch = {
        let key = Arc::clone(&key);
        Callback::new(move |()| {
            let Some(signal) = shown.try_get_value().flatten() else {
                resource.refetch();
                return;
            };
            let key = Arc::clone(&key);
            let asked = untrack(|| key());
            let answer = load(asked.clone());
            spawn_local(async move {
                let answer = answer.await;
                // Gone, or another key's data is on the screen by now, and loaded later than this.
                if shown.try_get_value().flatten() != Some(signal) {
                    return;
                }
                // Another key is wanted by now, and its data is on its way.
                if in_place && untrack(|| key()) != asked {
                    return;
                }
                let was_behind = behind.try_get_untracked() == Some(true);
                match answer {
                    Ok(value) => {
                        replace(signal, value);
                        replace(behind, false);
                    }
                    Err(failure) if failure.is_signed_out() => browser::sign_in_again(),
                    Err(failure) if failure.status == 404 || was_behind => {
                        replace(behind, false);
                        shown.set_value(None);
                        resource.refetch();
                    }
                    // What is on the screen stays; the top bar tells of a broken connection.
                    Err(_) => {}
                }
            });
        })
    };
    provide_context(Refetch {
        again: refetch,
        behind,
    });
    if in_place {
        let key = Arc::clone(&key);
        Effect::new(move |before: Option<()>| {
            key();
            if before.is_some() {
                behind.set(true);
                refetch.run(());
            }
        });
    }
    use_live().on(move |event| {
        if *event == LiveEvent::Resync {
            refetch.run(());
        }
    });
    view! {
        <Suspense fallback=move || view! { <Loading lines=lines/> }>
            {move || {
                let view = Arc::clone(&view);
                Suspend::new(async move {
                    let answer = resource.await;
                    replace(behind, false);
                    match answer {
                        Ok(value) => {
                            let signal = RwSignal::new(value);
                            shown.set_value(Some(signal));
                            Either::Left(view(signal))
                        }
                        Err(failure) => {
                            shown.set_value(None);
                            Either::Right(view! { <ErrorState failure=failure retry=refetch/> })
                        }
                    }
                })
            }}
        </Suspense>
    }
}
