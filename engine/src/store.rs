//! The database: one SQLite file, one writer connection, a few read-only readers.

mod address;
pub mod delivery;
pub mod demo;
mod entity;
pub mod event;
pub mod history;
pub mod host;
mod instance;
pub mod interval;
pub mod metadata;
pub mod port;
pub mod samples;
pub mod scan;
pub mod sealed;
pub mod session;
pub mod snmp;
pub mod storage;
pub mod subnet;
pub mod token;
pub mod user;
pub mod webhook;

pub use instance::OpenError;

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value,
};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Read-only connections.
const READERS: u32 = 4;

/// The open database.
#[derive(Debug)]
pub struct Store {
    writer: DatabaseConnection,
    /// Held from the beginning of a write until its effects are visible in memory too.
    turn: Arc<Mutex<()>>,
    reader: DatabaseConnection,
    path: PathBuf,
    /// Released when the store is dropped.
    _lock: Option<std::fs::File>,
}

/// A write transaction. Dropped without commit it leaves nothing behind.
#[derive(Debug)]
pub struct Write {
    /// For the functions of this module's children.
    pub tx: DatabaseTransaction,
    turn: OwnedMutexGuard<()>,
}

/// Proof that a commit happened; while it lives, no other write begins.
#[must_use = "memory is brought up to date while this is held"]
#[derive(Debug)]
pub struct Committed(#[expect(dead_code, reason = "held, not read")] OwnedMutexGuard<()>);

impl Write {
    /// Makes the writes durable.
    pub async fn commit(self) -> Result<Committed, DbErr> {
        self.tx.commit().await?;
        Ok(Committed(self.turn))
    }
}

/// Whether the process is the one server of the database, or a short visit from the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Takes the lock; a second server is refused.
    Server,
    /// Takes no lock, never migrates.
    Console,
}

impl Store {
    /// Opens the database at `url`, brings its schema up to date and checks that it is the one that was here before.
    pub async fn open(
        url: &str,
        access: Access,
        now: domain::time::Timestamp,
    ) -> Result<Self, OpenError> {
        let path = instance::path_of(url)?;
        let lock = match access {
            Access::Server => Some(instance::lock(&path)?),
            Access::Console => instance::must_exist(&path).map(|()| None)?,
        };
        if access == Access::Server {
            instance::check_not_missing(&path)?;
            if url.contains("mode=rwc") {
                instance::make_private(&path)?;
            }
        }
        let writer = connect(url, false)
            .await
            .map_err(|e| instance::unusable(&path, e))?;
        instance::check_schema(&writer, &path).await?;
        if access == Access::Server {
            instance::check_not_emptied(&writer, &path).await?;
            Migrator::up(&writer, None)
                .await
                .map_err(|e| instance::unusable(&path, e))?;
            instance::mark(&writer, &path, now).await?;
        }
        let reader = connect(url, true)
            .await
            .map_err(|e| instance::unusable(&path, e))?;
        Ok(Self {
            writer,
            turn: Arc::default(),
            reader,
            path,
            _lock: lock,
        })
    }

    /// For reading.
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Begins a write; waits for its turn.
    pub async fn write(&self) -> Result<Write, DbErr> {
        let turn = Arc::clone(&self.turn).lock_owned().await;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(Write {
            tx: self.writer.begin_with_options(options).await?,
            turn,
        })
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of the database file and its log.
    pub fn bytes(&self) -> u64 {
        let log = PathBuf::from(format!("{}-wal", self.path.display()));
        [self.path.clone(), log]
            .iter()
            .filter_map(|p| std::fs::metadata(p).ok())
            .map(|m| m.len())
            .sum()
    }

    /// Whether a write would work now: takes the write lock and lets it go.
    pub async fn check_writable(&self) -> Result<(), DbErr> {
        self.write().await?.tx.rollback().await
    }

    /// Moves the log into the file as far as nobody reads from it. Holds up neither readers nor writers.
    pub async fn checkpoint(&self) -> Result<(), DbErr> {
        self.reader
            .execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)")
            .await
            .map(drop)
    }

    /// Moves the log into the file and closes every connection.
    pub async fn close(&self) -> Result<(), DbErr> {
        let _turn = self.turn.lock().await;
        self.reader.clone().close().await?;
        self.writer
            .execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
            .await?;
        self.writer.clone().close().await
    }
}

async fn connect(url: &str, read_only: bool) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(if read_only { READERS } else { 1 })
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite.pragma("temp_store", "MEMORY").foreign_keys(true);
            if read_only {
                // The file is in WAL mode already: asking for it again would wait for the writer.
                return sqlite.pragma("query_only", "ON");
            }
            sqlite
                // Of a new file: rounds touch many pages a little, and each page that is touched is logged whole.
                .pragma("page_size", "2048")
                .pragma("auto_vacuum", "INCREMENTAL")
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("busy_timeout", "5000")
                // In pages. A commit that has to move the log takes long; `checkpoint` comes before that.
                .pragma("wal_autocheckpoint", "16000")
                .pragma("journal_size_limit", "67108864")
        });
    Database::connect(options).await
}

/// A statement with bound values.
fn sql(text: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(sea_orm::DbBackend::Sqlite, text, values)
}

/// A string list as it is stored.
fn json_list(list: &[String]) -> String {
    serde_json::to_string(list).unwrap_or_else(|_| "[]".into())
}

/// A string list as it was stored.
fn from_json_list(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}
