//! The listener: HTTP/1.1 with bounds on connections, headers and time, and an orderly end.

use crate::http::Peer;
use axum::{Router, body::Body};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use std::{convert::Infallible, net::IpAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt;

/// Connections at a time; the rest waits in the kernel's queue.
const CONNECTIONS: usize = 512;
/// A client has this long to send its headers, also between two requests of one connection.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes that a request's line and headers may take.
const HEADER_LIMIT: usize = 16 * 1024;
/// Running requests have this long once the end was asked for.
const GRACE: Duration = Duration::from_secs(5);
/// After an error of accepting, such as too many open files.
const BREATH: Duration = Duration::from_millis(100);

/// Serves until `shutdown` is cancelled and the running requests have ended, or their time is over.
pub async fn serve(listener: TcpListener, router: Router, shutdown: &CancellationToken) {
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    let (tasks, graceful) = (TaskTracker::new(), GracefulShutdown::new());
    while let Some((stream, peer, slot)) = accept(&listener, &slots, shutdown).await {
        let connection = graceful.watch(connection(stream, peer, router.clone()));
        tasks.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(client.address = %peer, %error, "a connection broke");
            }
            drop(slot);
        });
    }
    drop(listener);
    if timeout(GRACE, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not end in time");
    }
}

async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
    shutdown: &CancellationToken,
) -> Option<(TcpStream, IpAddr, OwnedSemaphorePermit)> {
    let next = async {
        loop {
            // The semaphore is never closed, so the permit always comes.
            let slot = Arc::clone(slots).acquire_owned().await.ok()?;
            match listener.accept().await {
                Ok((stream, peer)) => return Some((stream, peer.ip(), slot)),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    sleep(BREATH).await;
                }
            }
        }
    };
    tokio::select! {
        next = next => next,
        () = shutdown.cancelled() => None,
    }
}

fn connection(
    stream: TcpStream,
    peer: IpAddr,
    router: Router,
) -> impl hyper_util::server::graceful::GracefulConnection<Error = hyper::Error> {
    // Small live messages go out at once.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "nagle's algorithm stays on");
    }
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(Peer(peer));
        let router = router.clone();
        async move {
            Ok::<_, Infallible>(
                router
                    .oneshot(request)
                    .await
                    .unwrap_or_else(|never| match never {}),
            )
        }
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(HEADER_LIMIT)
        .serve_connection(TokioIo::new(stream), service)
}
