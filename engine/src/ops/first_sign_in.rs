//! The first user: never with a password that anybody could know.

use super::password;
use crate::{Engine, FirstSignIn, Result, store};
use std::{fs::OpenOptions, io::Write as _, os::unix::fs::OpenOptionsExt, path::PathBuf};

/// The administrator's name.
pub const ADMIN: &str = "admin";

/// The file that keeps a random first password until it is changed.
fn file(engine: &Engine) -> PathBuf {
    let mut name = engine.store.path().as_os_str().to_owned();
    name.push(".initial-admin-password");
    name.into()
}

/// Creates the administrator if there is none; says how to sign in while nobody has yet changed a random password.
pub async fn ensure(engine: &Engine) -> Result<Option<FirstSignIn>> {
    if let Some(admin) = store::user::by_name(engine.store.read(), ADMIN).await? {
        let waiting = admin
            .must_change
            .then(|| std::fs::read_to_string(file(engine)).ok())
            .flatten();
        return Ok(waiting.map(|text| FirstSignIn {
            username: ADMIN.into(),
            password: Some(text.trim().to_owned()),
            file: Some(file(engine)),
        }));
    }
    let settings = &engine.settings;
    let (password, must_change, is_random) = match (&settings.admin_password, settings.demo) {
        (Some(password), _) => (password.clone(), false, false),
        (None, true) => (ADMIN.to_owned(), false, false),
        (None, false) => (password::random(), true, true),
    };
    // The file first: a password that is in the database and nowhere else would lock everybody out.
    if is_random {
        keep(file(engine), &password)?;
    }
    let phc = engine.passwords.hash(password.clone()).await?;
    let write = engine.store.write().await?;
    store::user::insert(&write.tx, ADMIN, phc, must_change, engine.now()).await?;
    drop(write.commit().await?);
    Ok(Some(FirstSignIn {
        username: ADMIN.into(),
        password: (is_random || settings.demo && settings.admin_password.is_none())
            .then_some(password),
        file: is_random.then(|| file(engine)),
    }))
}

fn keep(path: PathBuf, password: &str) -> anyhow::Result<()> {
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(path)?;
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
