//! The rules and wire types of Rollcall: pure, no I/O, no clock, no randomness; native and wasm32.
//!
//! Reading order: the clock's value ([`time`]), addresses ([`count`], [`cidr`], [`subnet`], [`row`]), what is known of an
//! address ([`host`], [`name`], [`mac`], [`snmp`], [`port`], [`probe`], [`status`], [`event`], [`job`]), what becomes of it
//! in time ([`timeline`], [`uptime`], [`archive`]), what is kept of it ([`sample`], [`aggregate`], [`history`], [`strip`],
//! [`chart`], [`storage`]), what an address exposes and what that means ([`target`], [`scan`], [`risk`]), who is told
//! ([`webhook`]), who may do what ([`token`], [`session`]), and how it travels ([`api`], [`live`], [`problem`]).

pub mod aggregate;
pub mod api;
pub mod archive;
pub mod chart;
pub mod cidr;
pub mod count;
pub mod event;
pub mod fullness;
pub mod health;
pub mod history;
pub mod host;
pub mod job;
pub mod live;
pub mod mac;
pub mod name;
pub mod page;
pub mod port;
pub mod probe;
pub mod problem;
pub mod risk;
pub mod row;
pub mod sample;
pub mod scan;
pub mod session;
pub mod snmp;
pub mod status;
pub mod storage;
pub mod strip;
pub mod subnet;
pub mod summary;
pub mod target;
pub mod text;
pub mod time;
pub mod timeline;
pub mod token;
pub mod uptime;
pub mod webhook;
