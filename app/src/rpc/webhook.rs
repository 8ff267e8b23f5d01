//! Webhooks and the messages to them.

use super::Failure;
#[cfg(feature = "ssr")]
use super::door::Door;
use domain::webhook::{Delivery, NewWebhook, Webhook, WebhookPatch, WebhookSecret, WebhookTest};
#[cfg(feature = "ssr")]
use domain::webhook::{DeliveryQuery, DeliveryState};
#[cfg(feature = "ssr")]
use engine::ops;
use leptos::{prelude::*, server_fn::codec::Json};

/// Every webhook, without what is secret.
#[server(ListWebhooks, prefix = "/rpc", endpoint = "webhooks", input = Json, output = Json)]
pub async fn webhooks() -> Result<Vec<Webhook>, Failure> {
    let door = Door::open()?;
    door.answer(ops::webhook::list(&door.engine, &door.caller).await)
}

/// Adds a webhook; the only time its secret is shown.
#[server(CreateWebhook, prefix = "/rpc", endpoint = "create_webhook", input = Json, output = Json)]
pub async fn create_webhook(
    /// What to add.
    webhook: NewWebhook,
) -> Result<WebhookSecret, Failure> {
    let door = Door::open()?;
    door.answer(ops::webhook::create(&door.engine, &door.caller, &webhook).await)
}

/// Changes a webhook.
#[server(UpdateWebhook, prefix = "/rpc", endpoint = "update_webhook", input = Json, output = Json)]
pub async fn update_webhook(
    /// Its number.
    id: i64,
    /// The version that was read.
    version: i64,
    /// What to change.
    patch: WebhookPatch,
) -> Result<Webhook, Failure> {
    let door = Door::open()?;
    let (engine, caller) = (&door.engine, &door.caller);
    door.answer(ops::webhook::update(engine, caller, id, Some(version), &patch).await)
}

/// Deletes a webhook and its messages.
#[server(DeleteWebhook, prefix = "/rpc", endpoint = "delete_webhook", input = Json, output = Json)]
pub async fn delete_webhook(
    /// Its number.
    id: i64,
) -> Result<(), Failure> {
    let door = Door::open()?;
    door.answer(ops::webhook::delete(&door.engine, &door.caller, id, None).await)
}

/// Sends a test and tells what the receiver said.
#[server(TestWebhook, prefix = "/rpc", endpoint = "test_webhook", input = Json, output = Json)]
pub async fn test_webhook(
    /// Its number.
    id: i64,
) -> Result<WebhookTest, Failure> {
    let door = Door::open()?;
    door.answer(ops::webhook::test(&door.engine, &door.caller, id).await)
}

/// Makes another secret; the only time it is shown.
#[server(RotateWebhook, prefix = "/rpc", endpoint = "rotate_webhook", input = Json, output = Json)]
pub async fn rotate_webhook(
    /// Its number.
    id: i64,
) -> Result<WebhookSecret, Failure> {
    let door = Door::open()?;
    door.answer(ops::webhook::rotate(&door.engine, &door.caller, id).await)
}

/// The messages to a webhook that were given up, newest first.
#[server(ListDeadLetters, prefix = "/rpc", endpoint = "dead_letters", input = Json, output = Json)]
pub async fn dead_letters(
    /// The webhook's number.
    id: i64,
) -> Result<Vec<Delivery>, Failure> {
    let door = Door::open()?;
    let query = DeliveryQuery {
        state: Some(DeliveryState::Dead),
        ..DeliveryQuery::default()
    };
    let page = ops::webhook::deliveries(&door.engine, &door.caller, id, &query).await;
    door.answer(page.map(|page| page.items))
}

/// Sends a message again that was given up.
#[server(RetryDelivery, prefix = "/rpc", endpoint = "retry_delivery", input = Json, output = Json)]
pub async fn retry_delivery(
    /// The webhook's number.
    webhook: i64,
    /// The message's number.
    id: i64,
) -> Result<Delivery, Failure> {
    let door = Door::open()?;
    door.answer(ops::webhook::retry(&door.engine, &door.caller, webhook, id).await)
}

/// Forgets a message.
#[server(ForgetDelivery, prefix = "/rpc", endpoint = "forget_delivery", input = Json, output = Json)]
pub async fn forget_delivery(
    /// The webhook's number.
    webhook: i64,
    /// The message's number.
    id: i64,
) -> Result<(), Failure> {
    let door = Door::open()?;
    door.answer(ops::webhook::forget(&door.engine, &door.caller, webhook, id).await)
}
