//! The engine through its operations: a real database file, a scripted prober, a clock that is told the time.

mod harness;
mod opening;
mod rounds;
mod signing_in;
mod subnets;
