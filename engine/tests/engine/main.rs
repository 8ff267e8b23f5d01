//! The engine through its operations: a real database file, a scripted prober, a clock that is told the time.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod archive;
mod crash;
mod dashboard;
mod demo;
mod dns;
mod folding;
mod harness;
mod history;
mod host_snmp;
mod jobs;
mod metadata;
mod names;
mod narrate;
mod neighbours;
mod nmap;
mod opening;
mod port_script;
mod port_worker;
mod ports;
mod review;
mod rounds;
mod scan_brief;
mod scan_lists;
mod scans;
mod schedules;
mod signing_in;
mod snmp;
mod subnets;
mod timeline;
mod uptime;
mod webhooks;
