//! What stands before every handler: which hosts we answer to, which sites may ask, and what browsers are told.

pub(super) mod headers;
pub(super) mod host;
pub(super) mod origin;
