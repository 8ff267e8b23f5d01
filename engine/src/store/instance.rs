//! Is this the database that was here before, may we use it, and are we alone with it?

use domain::time::Timestamp;
use migration::{Migrator, MigratorTrait};
use percent_encoding::percent_decode_str;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};
use std::{
    fs::{File, OpenOptions, TryLockError},
    io::Write as _,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// Why the database can't be used.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// `DATABASE_URL` names no SQLite file.
    #[error("DATABASE_URL must be sqlite:// and a path, such as sqlite://rollcall.db?mode=rwc")]
    Url,
    /// Another server has it open.
    #[error("another Rollcall already uses {}: stop it first", .0.display())]
    Locked(PathBuf),
    /// It was written by a newer version.
    #[error("{} was written by a newer version of Rollcall: upgrade, or restore an older backup (nothing was changed)", .0.display())]
    Newer(PathBuf),
    /// A marker says that there was a database, but there is none now.
    #[error(
        "{} is empty, but {} says that it was in use: is its volume mounted? To really start anew, remove the marker file",
        .database.display(), .marker.display()
    )]
    Emptied {
        /// The database file.
        database: PathBuf,
        /// The marker file.
        marker: PathBuf,
    },
    /// The console needs an existing database.
    #[error("{} does not exist: start the server once, or set DATABASE_URL", .0.display())]
    Missing(PathBuf),
    /// It holds a sample network, which is never pinged.
    #[error("{} holds the sample network of `rollcall demo`, which is never pinged: name another database", .0.display())]
    Demo(PathBuf),
    /// It holds something else than a sample network.
    #[error("{} is in use and holds no sample network: name a file that does not exist yet", .0.display())]
    NoDemo(PathBuf),
    /// Not all of the sample network was loaded.
    #[error("{} was left while the sample network was loaded: remove it and start again", .0.display())]
    HalfLoaded(PathBuf),
    /// It can't be read or written.
    #[error("failed to open {}", .path.display())]
    Unusable {
        /// The database file.
        path: PathBuf,
        /// What SQLite or the system says.
        source: anyhow::Error,
    },
}

impl OpenError {
    /// The process's exit code: 75 (try again later) when it is in use, else 78 (configuration), as in `sysexits.h`.
    pub fn exit_code(&self) -> u8 {
        if matches!(self, Self::Locked(_)) {
            75
        } else {
            78
        }
    }
}

pub(super) fn unusable(path: &Path, source: impl Into<anyhow::Error>) -> OpenError {
    OpenError::Unusable {
        path: path.into(),
        source: source.into(),
    }
}

/// The file that a `sqlite://` URL names.
pub(super) fn path_of(url: &str) -> Result<PathBuf, OpenError> {
    let rest = url.strip_prefix("sqlite:").ok_or(OpenError::Url)?;
    let path = rest
        .strip_prefix("//")
        .unwrap_or(rest)
        .split('?')
        .next()
        .unwrap_or_default();
    if path.is_empty() || path.contains(":memory:") {
        return Err(OpenError::Url);
    }
    // SQLx decodes the path the same way.
    let path = percent_decode_str(path)
        .decode_utf8()
        .map_err(|_| OpenError::Url)?;
    Ok(PathBuf::from(path.as_ref()))
}

fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Takes the server's lock: held by the open file, so it ends with the process however that ends.
pub(super) fn lock(database: &Path) -> Result<File, OpenError> {
    let path = beside(database, ".lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(|e| unusable(&path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::Locked(database.into())),
        Err(TryLockError::Error(e)) => Err(unusable(&path, e)),
    }
}

/// Makes the database file, if there is none, for its owner's eyes only; SQLite gives its log the same mode.
pub(super) fn make_private(database: &Path) -> Result<(), OpenError> {
    OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(database)
        .map(drop)
        .map_err(|e| unusable(database, e))
}

pub(super) fn must_exist(database: &Path) -> Result<(), OpenError> {
    if database.is_file() {
        Ok(())
    } else {
        Err(OpenError::Missing(database.into()))
    }
}

/// Refuses a schema newer than this binary, without a write.
pub(super) async fn check_schema(
    db: &DatabaseConnection,
    database: &Path,
) -> Result<(), OpenError> {
    match Migrator::get_pending_migrations_read_only(db).await {
        Ok(_) => Ok(()),
        Err(DbErr::Custom(text)) if text.contains("is missing") => {
            Err(OpenError::Newer(database.into()))
        }
        Err(e) => Err(unusable(database, e)),
    }
}

async fn stored_id(db: &DatabaseConnection) -> Result<Option<String>, DbErr> {
    let exists = db
        .query_one_raw(super::sql(
            "SELECT 1 FROM sqlite_schema WHERE name = 'instance'",
            [],
        ))
        .await?;
    if exists.is_none() {
        return Ok(None);
    }
    db.query_one_raw(super::sql("SELECT id FROM instance", []))
        .await?
        .map(|row| row.try_get("", "id"))
        .transpose()
}

fn marker_of(database: &Path) -> PathBuf {
    beside(database, ".instance.id")
}

fn emptied(database: &Path) -> OpenError {
    OpenError::Emptied {
        database: database.into(),
        marker: marker_of(database),
    }
}

/// Refuses to take a missing or empty file for a fresh install when a marker says otherwise. Called before SQLite writes to it.
pub(super) fn check_not_missing(database: &Path) -> Result<(), OpenError> {
    let is_empty = std::fs::metadata(database).map_or(true, |m| m.len() == 0);
    if is_empty && marker_of(database).exists() {
        Err(emptied(database))
    } else {
        Ok(())
    }
}

/// The same for a database without its tables.
pub(super) async fn check_not_emptied(
    db: &DatabaseConnection,
    database: &Path,
) -> Result<(), OpenError> {
    let known = stored_id(db)
        .await
        .map_err(|e| unusable(database, e))?
        .is_some();
    if !known && marker_of(database).exists() {
        Err(emptied(database))
    } else {
        Ok(())
    }
}

/// Gives a fresh database its id, and writes the id beside it.
pub(super) async fn mark(
    db: &DatabaseConnection,
    database: &Path,
    now: Timestamp,
) -> Result<(), OpenError> {
    let fail = |e: DbErr| unusable(database, e);
    let id = if let Some(id) = stored_id(db).await.map_err(fail)? {
        id
    } else {
        let id = format!("{:032x}", rand::random::<u128>());
        db.execute_raw(super::sql(
            "INSERT INTO instance (id, created_at) VALUES (?, ?)",
            [id.clone().into(), now.0.into()],
        ))
        .await
        .map_err(fail)?;
        id
    };
    let marker = marker_of(database);
    if std::fs::read_to_string(&marker).is_ok_and(|text| text.trim() == id) {
        return Ok(());
    }
    OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&marker)
        .and_then(|mut file| {
            writeln!(file, "{id}")?;
            file.sync_all()
        })
        .map_err(|e| unusable(&marker, e))
}
