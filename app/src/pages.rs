//! The pages, one module each.

pub mod dashboard;
pub mod events;
pub mod hosts;
pub mod login;
pub mod missing;
pub mod password;
pub mod scan;
pub mod scan_compare;
pub mod scanner;
pub mod settings;
pub mod subnet;
mod subnet_dialogs;
pub mod subnets;
