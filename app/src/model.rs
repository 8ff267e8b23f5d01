//! What pages decide, as plain structs without a browser: tested natively, held by the components.

pub mod cause;
pub mod cells;
pub mod chart;
pub mod cursor;
pub mod dash_filter;
pub mod event_filter;
pub mod expanded;
pub mod filter;
pub mod host_list;
pub mod host_page;
pub mod jobs;
pub mod paged;
pub mod ports;
pub mod pulse;
pub mod scan_ask;
pub mod scan_cards;
pub mod scan_list;
pub mod scan_words;
pub mod snmp;
pub mod sparkline;
pub mod store;
pub mod strip;
pub mod table;
pub mod timeline;
pub mod undo;
pub mod window;

#[cfg(test)]
pub(crate) mod sample;
