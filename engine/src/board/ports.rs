//! The open ports of every host as chips, and when it was scanned last.

use domain::{host::HostId, port::PortChip, time::Timestamp};
use std::collections::HashMap;

/// Chips of one row: a host at which everything seems open must not fill a page.
const CHIPS: usize = 128;

/// Ports by host.
#[derive(Debug, Default)]
pub(crate) struct Ports(HashMap<HostId, Scanned>);

/// What is remembered of one host.
#[derive(Debug, Default)]
struct Scanned {
    /// By number.
    chips: Vec<PortChip>,
    /// When the newest scan ended, whatever came of it.
    at: Option<Timestamp>,
}

impl Ports {
    /// The open ports of a host, as a row shows them.
    pub(crate) fn chips(&self, id: HostId) -> &[PortChip] {
        let chips = self.0.get(&id).map_or(&[][..], |scanned| &scanned.chips);
        &chips[..chips.len().min(CHIPS)]
    }

    /// When the newest scan of a host ended, whatever came of it.
    pub(crate) fn scanned_at(&self, id: HostId) -> Option<Timestamp> {
        self.0.get(&id)?.at
    }

    /// Notes the end of a scan.
    pub(crate) fn note(&mut self, id: HostId, at: Timestamp) {
        self.0.entry(id).or_default().at = Some(at);
    }

    /// Replaces a host's open ports.
    pub(crate) fn put(&mut self, id: HostId, chips: Vec<PortChip>) {
        self.0.entry(id).or_default().chips = chips;
    }

    /// Forgets a host that was deleted. One that was archived may come back: it is remembered.
    pub(crate) fn forget(&mut self, id: HostId) {
        self.0.remove(&id);
    }
}
