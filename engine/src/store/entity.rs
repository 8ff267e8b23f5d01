//! Rows as SeaORM sees them. Private to the store: what leaves it are domain types, which have no field for a secret.

pub(super) mod delivery;
pub(super) mod event;
pub(super) mod host;
pub(super) mod session;
pub(super) mod subnet;
pub(super) mod token;
pub(super) mod user;
pub(super) mod webhook;
