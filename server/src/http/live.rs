//! The live stream: Server-Sent Events, whose messages were encoded once for all readers.

use super::{
    extract::{Actor, Query},
    failure::Answer,
    state::App,
};
use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use domain::{
    api::path,
    live::LiveEvent,
    subnet::{Subnet, SubnetId},
    token::Scope,
};
use engine::{events::LiveMessage, events::LiveStream, ops};
use futures::{Stream, StreamExt, stream};
use http::{
    HeaderMap,
    header::{CACHE_CONTROL, CONTENT_TYPE},
};
use serde::Deserialize;
use std::{collections::HashSet, convert::Infallible, sync::Arc, time::Duration};
use tokio::time::timeout;

/// A comment is sent after this much silence, so that proxies keep the connection and a dead one is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// What a stream is for.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct StreamQuery {
    /// Latencies of this subnet only, nested ones included; absent = of every subnet.
    #[serde(default)]
    subnet: Option<i64>,
}

/// What changes, as it changes: Server-Sent Events whose `event` names the kind and whose `data` is a `LiveEvent`.
/// The first one is `resync` (fetch anew) unless `Last-Event-ID` could be resumed.
#[utoipa::path(get, path = path::STREAM, tag = "events",
    params(StreamQuery, ("last-event-id" = Option<u64>, Header, description = "The last `id` that was received")),
    responses((status = 200, description = "Runs until the session or token ends, or the server", body = LiveEvent, content_type = "text/event-stream")))]
pub(super) async fn stream_events(
    State(app): State<App>,
    Actor(caller): Actor,
    Query(query): Query<StreamQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    caller.require(Scope::Read)?;
    // Before anything is awaited: what ends the session from here on ends the stream.
    let ended = ops::session::ended(&app.engine, &caller);
    let messages = app.engine.subscribe_from(last_id(&headers));
    let filter = match query.subnet {
        Some(id) => Some(Nest::around(
            SubnetId(id),
            &ops::subnet::list(&app.engine, &caller).await?,
        )),
        None => None,
    };
    let shutdown = app.shutdown.clone().cancelled_owned();
    let over = async move {
        tokio::select! { () = ended => {}, () = shutdown => {} }
    };
    let body = Body::from_stream(
        frames(messages, filter)
            .take_until(Box::pin(over))
            .map(Ok::<_, Infallible>),
    );
    let headers = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        // nginx would hold messages back until its buffer is full.
        (http::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, body).into_response())
}

fn last_id(headers: &HeaderMap) -> Option<u64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
}

/// Pieces of the event stream format (WHATWG HTML §9.2.5).
fn frames(messages: LiveStream, filter: Option<Nest>) -> impl Stream<Item = Bytes> + Send {
    stream::unfold((messages, filter), |(mut messages, mut filter)| async {
        loop {
            let pieces = match timeout(KEEP_ALIVE, messages.next()).await {
                Err(_) => vec![Bytes::from_static(b":\n\n")],
                Ok(None) => return None,
                Ok(Some(message)) => {
                    if !filter
                        .as_mut()
                        .is_none_or(|nest| nest.admits(&message.event))
                    {
                        continue;
                    }
                    frame(message)
                }
            };
            return Some((stream::iter(pieces), (messages, filter)));
        }
    })
    .flatten()
}

fn frame(message: Arc<LiveMessage>) -> Vec<Bytes> {
    let head = format!(
        "id: {}\nevent: {}\ndata: ",
        message.id,
        message.event.name()
    );
    // JSON text of ours is one line, so it needs no further `data:` fields.
    vec![
        Bytes::from(head),
        Bytes::from_owner(Json(message)),
        Bytes::from_static(b"\n\n"),
    ]
}

/// The shared JSON text of a message, without a copy per reader.
struct Json(Arc<LiveMessage>);

impl AsRef<[u8]> for Json {
    fn as_ref(&self) -> &[u8] {
        self.0.json.as_bytes()
    }
}

/// A subnet and everything nested in it.
#[derive(Debug)]
struct Nest(HashSet<SubnetId>);

impl Nest {
    /// `subnets` in tree order: a parent before its children.
    fn around(id: SubnetId, subnets: &[Subnet]) -> Self {
        let mut nest = Self(HashSet::from([id]));
        for subnet in subnets {
            nest.learn(subnet);
        }
        nest
    }

    fn learn(&mut self, subnet: &Subnet) {
        if subnet
            .parent_id
            .is_some_and(|parent| self.0.contains(&parent))
        {
            self.0.insert(subnet.id);
        }
    }

    /// Latencies come with every round, so only those that are looked at are sent; everything else is rare.
    fn admits(&mut self, event: &LiveEvent) -> bool {
        match event {
            LiveEvent::Latency(latency) => self.0.contains(&latency.subnet_id),
            LiveEvent::Subnet(subnet) => {
                self.learn(subnet);
                true
            }
            _ => true,
        }
    }
}
