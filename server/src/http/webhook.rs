//! Webhooks, and the messages to them.

use super::{
    extract::{Actor, Id, Ids, IfMatch, Json, Query, tagged},
    failure::Answer,
    state::App,
};
use axum::{extract::State, response::Response};
use domain::{
    api::path,
    page::{Page, PageQuery},
    webhook::{
        Delivery, DeliveryQuery, NewWebhook, Webhook, WebhookPatch, WebhookSecret, WebhookTest,
    },
};
use engine::ops;
use http::{StatusCode, header::LOCATION};

/// Every webhook, never with its secret or the path of its URL.
#[utoipa::path(get, path = path::WEBHOOKS, tag = "webhooks", params(PageQuery),
    responses((status = 200, description = "One page", body = Page<Webhook>)))]
pub(super) async fn list_webhooks(
    State(app): State<App>,
    Actor(caller): Actor,
    Query(query): Query<PageQuery>,
) -> Answer<Json<Page<Webhook>>> {
    let webhooks = ops::webhook::list(&app.engine, &caller).await?;
    Ok(Json(ops::paged(webhooks, &query)?))
}

/// Add a webhook: the only time its secret is shown.
#[utoipa::path(post, path = path::WEBHOOKS, tag = "webhooks",
    request_body = NewWebhook,
    responses((status = 201, description = "Added", body = WebhookSecret,
        headers(("location" = String, description = "The webhook's path"), ("etag" = String, description = "Its version")))))]
pub(super) async fn create_webhook(
    State(app): State<App>,
    Actor(caller): Actor,
    Json(new): Json<NewWebhook>,
) -> Answer<Response> {
    let made = ops::webhook::create(&app.engine, &caller, &new).await?;
    let location = super::location(path::WEBHOOK, made.webhook.id);
    Ok(tagged(
        made.webhook.version,
        (StatusCode::CREATED, [(LOCATION, location)], Json(made)),
    ))
}

/// One webhook.
#[utoipa::path(get, path = path::WEBHOOK, tag = "webhooks",
    params(("id" = i64, Path, description = "The webhook's number")),
    responses((status = 200, description = "The webhook and how telling goes", body = Webhook,
        headers(("etag" = String, description = "Its version")))))]
pub(super) async fn find_webhook(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Response> {
    let webhook = ops::webhook::find(&app.engine, &caller, id).await?;
    Ok(tagged(webhook.version, Json(webhook)))
}

/// Change a webhook: absent = unchanged. What happens while it is switched off is never told.
#[utoipa::path(patch, path = path::WEBHOOK, tag = "webhooks",
    params(("id" = i64, Path, description = "The webhook's number"),
        ("if-match" = Option<String>, Header, description = "The version that was read, as the ETag gave it; 412 when it changed since")),
    request_body = WebhookPatch,
    responses((status = 200, description = "The webhook as it is now", body = Webhook,
        headers(("etag" = String, description = "Its version")))))]
pub(super) async fn update_webhook(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    IfMatch(version): IfMatch,
    Json(patch): Json<WebhookPatch>,
) -> Answer<Response> {
    let webhook = ops::webhook::update(&app.engine, &caller, id, version, &patch).await?;
    Ok(tagged(webhook.version, Json(webhook)))
}

/// Delete a webhook and its messages.
#[utoipa::path(delete, path = path::WEBHOOK, tag = "webhooks",
    params(("id" = i64, Path, description = "The webhook's number"),
        ("if-match" = Option<String>, Header, description = "The version that was read, as the ETag gave it; 412 when it changed since")),
    responses((status = 204, description = "Gone")))]
pub(super) async fn delete_webhook(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    IfMatch(version): IfMatch,
) -> Answer<StatusCode> {
    ops::webhook::delete(&app.engine, &caller, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a test now and tell what the receiver said.
#[utoipa::path(post, path = path::WEBHOOK_TEST, tag = "webhooks",
    params(("id" = i64, Path, description = "The webhook's number")),
    responses((status = 200, description = "Sent, accepted or not", body = WebhookTest)))]
pub(super) async fn test_webhook(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Json<WebhookTest>> {
    Ok(Json(ops::webhook::test(&app.engine, &caller, id).await?))
}

/// Make another signing secret; the old one signs beside it for 24 hours.
#[utoipa::path(post, path = path::WEBHOOK_ROTATE, tag = "webhooks",
    params(("id" = i64, Path, description = "The webhook's number")),
    responses((status = 200, description = "The new secret, shown this once", body = WebhookSecret)))]
pub(super) async fn rotate_webhook(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
) -> Answer<Json<WebhookSecret>> {
    Ok(Json(ops::webhook::rotate(&app.engine, &caller, id).await?))
}

/// The messages to a webhook, newest first: those that wait, the newest accepted ones, those that were given up.
#[utoipa::path(get, path = path::DELIVERIES, tag = "webhooks",
    params(("id" = i64, Path, description = "The webhook's number"), DeliveryQuery),
    responses((status = 200, description = "One page", body = Page<Delivery>)))]
pub(super) async fn list_deliveries(
    State(app): State<App>,
    Actor(caller): Actor,
    Id(id): Id,
    Query(query): Query<DeliveryQuery>,
) -> Answer<Json<Page<Delivery>>> {
    let deliveries = ops::webhook::deliveries(&app.engine, &caller, id, &query).await?;
    Ok(Json(deliveries))
}

/// Forget a message, sent or not.
#[utoipa::path(delete, path = path::DELIVERY, tag = "webhooks",
    params(("id" = i64, Path, description = "The webhook's number"), ("delivery" = i64, Path, description = "The message's number")),
    responses((status = 204, description = "Gone")))]
pub(super) async fn delete_delivery(
    State(app): State<App>,
    Actor(caller): Actor,
    Ids(id, delivery): Ids,
) -> Answer<StatusCode> {
    ops::webhook::forget(&app.engine, &caller, id, delivery).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Send a message again that was given up, under the same `webhook-id`.
#[utoipa::path(post, path = path::DELIVERY_RETRY, tag = "webhooks",
    params(("id" = i64, Path, description = "The webhook's number"), ("delivery" = i64, Path, description = "The message's number")),
    responses((status = 202, description = "It is tried for another day", body = Delivery)))]
pub(super) async fn retry_delivery(
    State(app): State<App>,
    Actor(caller): Actor,
    Ids(id, delivery): Ids,
) -> Answer<(StatusCode, Json<Delivery>)> {
    let delivery = ops::webhook::retry(&app.engine, &caller, id, delivery).await?;
    Ok((StatusCode::ACCEPTED, Json(delivery)))
}
