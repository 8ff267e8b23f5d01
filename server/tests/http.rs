//! The whole HTTP surface, in process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "http/access.rs"]
mod access;
#[path = "http/browser.rs"]
mod browser;
#[path = "http/document.rs"]
mod document;
#[path = "http/history.rs"]
mod history;
#[path = "http/live.rs"]
mod live;
#[path = "http/port.rs"]
mod port;
#[path = "http/problem.rs"]
mod problem;
#[path = "http/resource.rs"]
mod resource;
#[path = "http/scan.rs"]
mod scan;
#[path = "http/scanner.rs"]
mod scanner;
#[path = "http/session.rs"]
mod session;
#[path = "http/snmp.rs"]
mod snmp;
#[path = "http/webhook.rs"]
mod webhook;
#[path = "http/world.rs"]
mod world;
