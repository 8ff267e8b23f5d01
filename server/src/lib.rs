//! The server: configuration, HTTP, and the commands of the binary.
//!
//! Reading order: what was asked ([`cli`]), what was configured ([`config`]), what is done ([`command`]), how requests
//! arrive ([`listen`]), what answers them ([`http`], [`site`]).

pub mod cli;
pub mod command;
pub mod config;
pub mod http;
pub mod listen;
pub mod logs;
pub mod site;
