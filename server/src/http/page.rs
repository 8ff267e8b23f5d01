//! The pages, rendered by the web interface, and the server functions behind them.

use super::{
    extract::MaybeActor,
    failure::{Answer, Failure},
    form::form_page,
    guard::headers::page_policy,
    state::App,
};
use crate::site;
use ::app::{ShellOptions, SiteUrls, layout::LoadedFrame, lazy::Part, rpc};
use axum::{
    extract::{Request, State},
    response::{IntoResponse, Redirect, Response},
};
use domain::summary::Frame;
use engine::{Caller, ops};
use http::{HeaderValue, StatusCode, header::CONTENT_SECURITY_POLICY};
use leptos::prelude::{provide_context, use_context, use_nonce};
use leptos_axum::ResponseOptions;

/// A page. Who is signed out is led to the sign-in page, who must change the password to that page.
pub(super) async fn show(
    State(app): State<App>,
    MaybeActor(caller): MaybeActor,
    request: Request,
) -> Answer<Response> {
    let wanted = request
        .uri()
        .path_and_query()
        .map_or("/", |target| target.as_str());
    if let Some(elsewhere) = detour(caller.as_ref(), request.uri().path(), wanted) {
        return Ok(Redirect::to(&elsewhere).into_response());
    }
    let frame = match &caller {
        Some(caller) => Some(LoadedFrame(load_frame(&app, caller).await)),
        None => None,
    };
    let context = move || {
        provide(&app, caller.as_ref());
        if let Some(frame) = frame.clone() {
            provide_context(frame);
        }
        if let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::try_from(page_policy(&nonce))
        {
            options.insert_header(CONTENT_SECURITY_POLICY, policy);
        }
    };
    let options = shell(request.uri().path());
    let render =
        leptos_axum::render_app_async_with_context(context, move || ::app::shell(options.clone()));
    Ok(render(request).await)
}

async fn load_frame(app: &App, caller: &Caller) -> Result<Frame, rpc::Failure> {
    let frame = ops::summary::frame(&app.engine, caller).await;
    frame.map_err(|error| rpc::Failure(Failure::from(error).0))
}

/// A page for a path that has none: rendered all the same, so that it has the frame and the way back.
pub(super) async fn missing(
    state: State<App>,
    actor: MaybeActor,
    request: Request,
) -> Answer<Response> {
    let mut response = show(state, actor, request).await?;
    if response.status().is_success() {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    Ok(response)
}

/// A server function: `POST`, JSON in and out.
pub(super) async fn call(
    State(app): State<App>,
    MaybeActor(caller): MaybeActor,
    request: Request,
) -> Response {
    let context = move || provide(&app, caller.as_ref());
    leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response()
}

/// What pages and server functions find in their context.
fn provide(app: &App, caller: Option<&Caller>) {
    provide_context(app.engine.clone());
    if let Some(caller) = caller {
        provide_context(caller.clone());
    }
}

/// Where to go instead, if this caller may not see the page.
fn detour(caller: Option<&Caller>, path: &str, wanted: &str) -> Option<String> {
    match caller {
        None if path == "/login" => None,
        None => Some(form_page("/login", None, wanted)),
        Some(caller) if caller.must_change_password => {
            (path != "/password").then(|| form_page("/password", None, wanted))
        }
        Some(_) => match path {
            "/login" => Some("/".into()),
            // Only a forced change has a page of its own.
            "/password" => Some("/settings".into()),
            _ => None,
        },
    }
}

fn shell(path: &str) -> ShellOptions {
    let part = Part::of(path).map_or(&[][..], |part| site::part(part.name()));
    ShellOptions {
        site: SiteUrls {
            parts: part.iter().map(|file| site::bundle_url(file)).collect(),
            js: site::bundle_url("rollcall.js"),
            wasm: site::bundle_url("rollcall_bg.wasm"),
            css: site::bundle_url("rollcall.css"),
        },
    }
}
