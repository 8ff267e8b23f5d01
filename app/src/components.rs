//! The parts that pages are made of: they take data and emit callbacks; pages fetch.

pub mod address_grid;
pub mod chart;
pub mod command;
pub mod dialog;
pub mod empty;
pub mod event_list;
pub mod fetched;
pub mod field;
pub mod filters;
pub mod gap_row;
pub mod host_drawer;
pub mod host_table;
pub mod icon;
pub mod inline_edit;
pub mod latency;
pub mod more;
pub mod pill;
pub mod port_chips;
pub mod pulse;
pub mod risk_pill;
pub mod since;
pub mod sparkline;
pub mod strip;
pub mod tags;
pub mod time_ago;
pub mod toasts;
pub mod usage_bar;

pub use dialog::Dialog;
pub use empty::{EmptyState, ErrorState, Loading};
pub use fetched::{Fetched, Refetch};
pub use field::{Field, FieldArea};
pub use icon::{Glyph, Icon};
pub use pill::{PillState, StatusPill};
pub use time_ago::TimeAgo;
pub use toasts::{ToastRegion, Toasts, use_toasts};
pub use usage_bar::UsageBar;
