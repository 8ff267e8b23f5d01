//! Everything over HTTP: the REST API, the pages, the live stream, the embedded files, and what guards them.

mod assets;
mod docs;
mod event;
mod extract;
mod failure;
mod form;
mod guard;
mod health;
mod host;
mod job;
mod live;
mod page;
mod port;
mod scan;
mod scanner;
mod session;
mod snmp;
mod state;
mod subnet;
mod summary;
mod token;
mod uptime;
mod webhook;

pub use extract::Peer;
pub use state::App;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{from_fn, from_fn_with_state},
    response::Response,
    routing::{any, get, post},
};
use domain::{api::path, page::Page};
use http::{HeaderMap, Method, StatusCode};
use std::time::Duration;
use tower_http::{
    catch_panic::CatchPanicLayer, csrf::CsrfLayer, limit::RequestBodyLimitLayer,
    timeout::TimeoutLayer,
};
use utoipa::{OpenApi, openapi::OpenApi as Document};
use utoipa_axum::{router::OpenApiRouter, routes};

/// Largest body of a request.
const BODY_LIMIT: usize = 64 * 1024;
/// A handler has this long until its answer begins.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(30);

/// The OpenAPI document.
pub fn document() -> Document {
    let (_, document) = api().split_for_parts();
    docs::complete(document)
}

/// The whole application.
pub fn router(app: App) -> Router {
    let (api, document) = api().split_for_parts();
    let document = docs::complete(document);
    let csrf = CsrfLayer::new()
        .add_trusted_origin(app.config.public_url.origin())
        .unwrap_or_default();
    api.route(path::OPENAPI, get(async || extract::Json(document)))
        .route("/api", any(failure::unknown_path))
        .route("/api/{*rest}", any(failure::unknown_path))
        .merge(docs::page())
        .merge(pages())
        .layer(session::cookie::layer(&app.engine, &app.config.public_url))
        .layer(csrf)
        .layer(from_fn_with_state(app.clone(), guard::origin::check))
        .layer(from_fn_with_state(app.clone(), guard::host::check))
        .layer(RequestBodyLimitLayer::new(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            HANDLER_TIMEOUT,
        ))
        .layer(CatchPanicLayer::custom(failure::panicked))
        .layer(from_fn(failure::shape))
        .layer(from_fn_with_state(app.clone(), guard::headers::add))
        .with_state(app)
}

/// The routes that the OpenAPI document describes.
fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(docs::Skeleton::openapi())
        .routes(routes!(subnet::list_subnets, subnet::create_subnet))
        .routes(routes!(
            subnet::find_subnet,
            subnet::update_subnet,
            subnet::delete_subnet
        ))
        .routes(routes!(subnet::list_rows))
        .routes(routes!(subnet::list_free_addresses))
        .routes(routes!(subnet::allocate_address))
        .routes(routes!(subnet::sweep_subnet))
        .routes(routes!(
            snmp::find_snmp,
            snmp::update_snmp,
            snmp::delete_snmp
        ))
        .routes(routes!(
            snmp::find_host_snmp,
            snmp::update_host_snmp,
            snmp::delete_host_snmp
        ))
        .routes(routes!(host::list_hosts, host::create_host))
        .routes(routes!(
            host::find_host,
            host::update_host,
            host::delete_host
        ))
        .routes(routes!(uptime::find_host_uptime))
        .routes(routes!(uptime::list_host_outages))
        .routes(routes!(uptime::list_subnet_uptimes))
        .routes(routes!(host::list_host_status))
        .routes(routes!(port::list_host_ports))
        .routes(routes!(port::update_host_baseline))
        .routes(routes!(job::create_ping))
        .routes(routes!(job::create_port_scan))
        .routes(routes!(job::create_lookup))
        .routes(routes!(job::find_job, job::delete_job))
        .routes(routes!(event::list_events))
        .routes(routes!(event::list_host_events))
        .routes(routes!(live::stream_events))
        .routes(routes!(summary::find_summary))
        .routes(routes!(
            session::create_session,
            session::find_session,
            session::delete_session
        ))
        .routes(routes!(session::update_password))
        .routes(routes!(token::list_tokens, token::create_token))
        .routes(routes!(token::delete_token))
        .routes(routes!(webhook::list_webhooks, webhook::create_webhook))
        .routes(routes!(
            webhook::find_webhook,
            webhook::update_webhook,
            webhook::delete_webhook
        ))
        .routes(routes!(webhook::test_webhook))
        .routes(routes!(webhook::rotate_webhook))
        .routes(routes!(webhook::list_deliveries))
        .routes(routes!(webhook::delete_delivery))
        .routes(routes!(webhook::retry_delivery))
        .routes(routes!(scan::create_scan))
        .routes(routes!(scan::create_ai_scan))
        .routes(routes!(scan::find_scan))
        .routes(routes!(scan::list_scans))
        .routes(routes!(scan::delete_scan))
        .routes(routes!(scan::create_scan_rerun))
        .routes(routes!(scan::find_scan_diff))
        .routes(routes!(scanner::find_scanner))
        .routes(routes!(scan::list_scan_results))
        .routes(routes!(scan::find_host_verdict))
        .routes(routes!(
            scan::schedule::list_scan_schedules,
            scan::schedule::create_scan_schedule
        ))
        .routes(routes!(
            scan::schedule::find_scan_schedule,
            scan::schedule::update_scan_schedule,
            scan::schedule::delete_scan_schedule
        ))
        .routes(routes!(health::find_health))
        .routes(routes!(health::find_storage))
        .routes(routes!(health::find_liveness))
        .routes(routes!(health::find_readiness))
}

/// Pages, their forms, their server functions, their files.
fn pages() -> Router<App> {
    let mut router = Router::new()
        .route("/logout", post(form::sign_out))
        .route("/account/password", post(form::change_password))
        .route("/rpc/{*function}", post(page::call))
        .route("/pkg/{hash}/{*name}", get(assets::bundle))
        .fallback(fallback);
    let listed = leptos_axum::generate_route_list(::app::App);
    for route in &listed {
        // The sign-in page's path also takes its form.
        let methods = match route.path() {
            "/login" => get(page::show).post(form::sign_in),
            _ => get(page::show),
        };
        router = router.route(route.path(), methods);
    }
    router
}

/// A public file, else the page that says so.
async fn fallback(
    state: State<App>,
    actor: extract::MaybeActor,
    headers: HeaderMap,
    request: Request,
) -> failure::Answer<Response> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(failure::unknown_path().await);
    }
    match assets::public(request.uri().path(), &headers) {
        Some(response) => Ok(response),
        None => page::missing(state, actor, request).await,
    }
}

/// A list that always fits on one page.
fn whole<T>(items: Vec<T>) -> Page<T> {
    let total = items.len() as u64;
    Page {
        items,
        next_cursor: None,
        total,
    }
}

/// The path of what was just made.
fn location(path: &str, id: i64) -> String {
    path.replace("{id}", &id.to_string())
}
