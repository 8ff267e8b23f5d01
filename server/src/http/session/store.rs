//! Where the cookie layer keeps its sessions: our database, under the SHA-256 of the id, so that a stolen copy of
//! the file signs nobody in.

use super::cookie::{self, USER_ID};
use async_trait::async_trait;
use domain::time::Timestamp;
use engine::{Engine, SessionKey, StoredSession, ops};
use sha2::{Digest, Sha256};
use std::fmt::Display;
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// The store of the cookie layer.
#[derive(Clone, Debug)]
pub(in crate::http) struct Store(pub(in crate::http) Engine);

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // 128 random bits do not collide.
        let stored = stored(&self.0, record)?;
        ops::session::begin(&self.0, stored).await.map_err(backend)
    }

    async fn save(&self, record: &Record) -> Result<()> {
        // Reading goes on where writing fails, as on a full disk: a session that is not extended ends earlier.
        if let Err(error) = ops::session::save(&self.0, stored(&self.0, record)?).await {
            tracing::warn!(%error, "failed to extend a session");
        }
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let stored = ops::session::load(&self.0, key(*id))
            .await
            .map_err(backend)?;
        stored.map(|stored| record(*id, &stored)).transpose()
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        ops::session::remove(&self.0, key(*id))
            .await
            .map_err(backend)
    }
}

/// What the database knows of a session's id.
pub(super) fn key(id: Id) -> SessionKey {
    SessionKey(Sha256::digest(id.to_string().as_bytes()).into())
}

fn stored(engine: &Engine, record: &Record) -> Result<StoredSession> {
    Ok(StoredSession {
        key: key(record.id),
        user_id: record.data.get(USER_ID).and_then(serde_json::Value::as_i64),
        data: serde_json::to_vec(&record.data).map_err(|e| Error::Encode(e.to_string()))?,
        expires_at: engine.now().plus(cookie::IDLE_LIFE),
    })
}

fn record(id: Id, stored: &StoredSession) -> Result<Record> {
    Ok(Record {
        id,
        data: serde_json::from_slice(&stored.data).map_err(|e| Error::Decode(e.to_string()))?,
        expiry_date: moment(stored.expires_at)?,
    })
}

fn moment(at: Timestamp) -> Result<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp(at.0.div_euclid(1000))
        .map_err(|e| Error::Decode(e.to_string()))
}

fn backend(error: impl Display) -> Error {
    Error::Backend(error.to_string())
}
