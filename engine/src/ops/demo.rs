//! The sample network of `rollcall demo`: a week of its past, written through the operations that write every other past.

mod edits;
mod week;

pub use week::load;

use super::first_sign_in::ADMIN;
use crate::{Engine, OpenError, Result, demo::Network, store};

/// Whether the database is what the settings say: a sample network is never pinged, and no real one is taken for it.
pub(crate) async fn check(engine: &Engine) -> std::result::Result<(), OpenError> {
    let db = engine.store.read();
    let found = async {
        let mark = store::demo::find(db).await?;
        let is_used = store::user::by_name(db, ADMIN).await?.is_some();
        Ok::<_, sea_orm::DbErr>((mark, is_used))
    };
    let (mark, is_used) = found.await.map_err(|e| engine.unusable(e.into()))?;
    let path = engine.store.path().to_owned();
    match (mark, engine.settings.simulated) {
        (Some(_), false) => Err(OpenError::Demo(path)),
        (Some(mark), true) if !mark.is_loaded => Err(OpenError::HalfLoaded(path)),
        (None, true) if is_used => Err(OpenError::NoDemo(path)),
        _ => Ok(()),
    }
}

/// The sample network that the database holds, if it was loaded.
pub async fn find(engine: &Engine) -> Result<Option<Network>> {
    let mark = store::demo::find(engine.store.read()).await?;
    Ok(mark.map(|mark| Network::new(mark.seed, mark.until)))
}
