//! The web interface: rendered by the server, brought to life in the browser by the same code.
//!
//! Reading order: what a page asks the server ([`rpc`]), what is pushed to it ([`live`]), what every page shares
//! ([`state`]), the parts ([`components`]), what stands around every page ([`layout`]), the pages ([`pages`]),
//! and the document that carries them ([`shell`], [`App`]).
#![recursion_limit = "512"]

pub mod ago;
pub mod browser;
pub mod components;
pub mod layout;
pub mod lazy;
pub mod live;
pub mod model;
pub mod pages;
pub mod rpc;
pub mod state;
pub mod theme;
pub mod wire;

pub mod document;
pub mod root;

pub use document::{ShellOptions, SiteUrls, shell};
pub use root::App;
