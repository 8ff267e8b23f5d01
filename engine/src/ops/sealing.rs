//! The key for what is sealed: made once, and not anew while what was sealed with it is there.

use crate::{Engine, Result, store};

/// Makes sure, before something is sealed, that there is a key for it.
pub(super) async fn ready(engine: &Engine) -> Result<()> {
    let are_secrets = store::sealed::is_any(engine.store.read()).await?;
    Ok(engine.seal.ensure(are_secrets)?)
}
