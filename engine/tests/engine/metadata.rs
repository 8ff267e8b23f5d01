//! What sources say of addresses: files that are made here, services that are played here over real HTTP.

mod encoder;
mod files;
mod ip_api;
mod ip_api_failing;
mod rdap;
mod scanning;
mod service;
