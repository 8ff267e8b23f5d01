//! Rollcall without a transport: the store, the use cases, the workers and the prober.
//!
//! `worker -> ops -> store`, `worker -> probe`, `ops -> events`; store, probe and events know `domain` only.

pub mod board;
mod caller;
pub mod clock;
mod core;
pub mod demo;
mod error;
pub mod events;
pub mod ops;
pub mod probe;
mod ring;
pub mod sealed;
mod settings;
mod store;
mod target;
mod vendor;
pub mod worker;

pub use caller::{Caller, CallerKind, SessionKey};
pub use core::{Engine, FirstSignIn, Opened};
pub use error::{Error, Result};
pub use settings::EngineSettings;
pub use store::{OpenError, session::StoredSession};
