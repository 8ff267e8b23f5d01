//! The first user: never with a password that anybody could know.

use super::password;
use crate::{Engine, FirstSignIn, Result, store};
use std::{
    fs::{OpenOptions, Permissions},
    io::Write as _,
    os::unix::fs::{OpenOptionsExt, PermissionsExt as _},
    path::{Path, PathBuf},
};

/// The administrator's name.
pub const ADMIN: &str = "admin";

/// The file that keeps a random first password until it is changed.
fn file(engine: &Engine) -> PathBuf {
    let mut name = engine.store.path().as_os_str().to_owned();
    name.push(".initial-admin-password");
    name.into()
}

/// Creates the administrator if there is none, and says how to sign in the first time. A password that a demo left
/// behind is replaced by a random one.
pub async fn ensure(engine: &Engine) -> Result<Option<FirstSignIn>> {
    let settings = &engine.settings;
    let admin = store::user::by_name(engine.store.read(), ADMIN).await?;
    if let Some(admin) = &admin {
        let is_leftover = !settings.demo
            && engine
                .passwords
                .verify(ADMIN.to_owned(), Some(admin.password_hash.clone()))
                .await?;
        if !is_leftover {
            return Ok(waiting(engine, admin.must_change));
        }
        tracing::warn!("a demo's password was still in force: it is replaced by a random one");
    }
    let (password, is_random) = match (&settings.admin_password, settings.demo) {
        (Some(password), _) => (password.clone(), false),
        (None, true) => (ADMIN.to_owned(), false),
        (None, false) => (password::random(), true),
    };
    // The file first: a password that is in the database and nowhere else would lock everybody out.
    if is_random {
        keep(&file(engine), &password)?;
    }
    let phc = engine.passwords.hash(password.clone()).await?;
    let write = engine.store.write().await?;
    match admin {
        Some(admin) => {
            store::user::set_password(&write.tx, admin.id, phc, is_random).await?;
            store::session::delete_others(&write.tx, admin.id, None).await?;
        }
        None => store::user::insert(&write.tx, ADMIN, phc, is_random, engine.now()).await?,
    }
    drop(write.commit().await?);
    let is_shown = is_random || settings.demo && settings.admin_password.is_none();
    Ok(Some(FirstSignIn {
        username: ADMIN.into(),
        password: is_shown.then_some(password),
        file: is_random.then(|| file(engine)),
    }))
}

/// A first sign-in that was announced before and has not happened yet: the password is in its file, not printed again.
fn waiting(engine: &Engine, must_change: bool) -> Option<FirstSignIn> {
    let file = Some(file(engine)).filter(|path| must_change && path.exists())?;
    Some(FirstSignIn {
        username: ADMIN.into(),
        password: None,
        file: Some(file),
    })
}

fn keep(path: &Path, password: &str) -> anyhow::Result<()> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
    // An older file keeps its mode.
    file.set_permissions(Permissions::from_mode(0o600))?;
    writeln!(file, "{password}")?;
    Ok(file.sync_all()?)
}

/// Removes the file: its password holds no longer.
pub(super) fn forget(engine: &Engine) {
    let path = file(engine);
    if path.exists()
        && let Err(error) = std::fs::remove_file(&path)
    {
        tracing::warn!(path = %path.display(), %error, "failed to remove the first password's file");
    }
}
