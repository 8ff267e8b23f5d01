//! Spares the kernel's neighbour table while attached subnets are swept.
//!
//! Every attached address that does not answer holds an entry for about three seconds, and the kernel replaces at most
//! a table's worth of entries per five seconds. An unpaced sweep fills the table and loses living hosts.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::net::IpAddr;

use super::clock::Nanos;
use super::pacer::Pacer;
use super::paths::Path;
use super::socket::Family;

/// Addresses per second that may newly need an entry, whatever the size of the table: it is also the rate of broadcasts.
const MOST_PER_SECOND: u64 = 200;
const BURST: u32 = 8;
/// An unanswered entry lives for three seconds; a request within that time needs no new one.
pub(super) const ENTRY_LIFE: Nanos = 2_500_000_000;
/// The kernel's default, for namespaces and containers that hide the real one.
const DEFAULT_TABLE: u64 = 1_024;
/// Enough for the largest sweep.
const MOST_REMEMBERED: usize = 65_536;

/// What the prober knows about attached addresses.
#[derive(Debug)]
pub(super) struct Neighbours {
    answered: HashSet<IpAddr>,
    /// Entries the kernel's tables hold.
    v4: u64,
    v6: u64,
    pacer: Pacer,
    warnings: BTreeMap<String, String>,
}

impl Neighbours {
    /// Reads the sizes of the kernel's tables.
    pub(super) fn read() -> Self {
        let size = |file: &str| {
            fs::read_to_string(file)
                .ok()
                .and_then(|text| text.trim().parse().ok())
                .unwrap_or(DEFAULT_TABLE)
        };
        Self::with_tables(
            size("/proc/sys/net/ipv4/neigh/default/gc_thresh3"),
            size("/proc/sys/net/ipv6/neigh/default/gc_thresh3"),
        )
    }

    fn with_tables(v4: u64, v6: u64) -> Self {
        let rate = (v4.min(v6) / 5).clamp(1, MOST_PER_SECOND);
        Self {
            answered: HashSet::new(),
            v4,
            v6,
            pacer: Pacer::new(u32::try_from(rate).ok(), BURST),
            warnings: BTreeMap::new(),
        }
    }

    /// Whether a first request to `ip`, reached by `path`, must be paced.
    pub(super) fn must_pace(&self, ip: IpAddr, path: &Path) -> bool {
        path.attached && !self.answered.contains(&ip)
    }

    /// Remembers whether an attached address answered.
    pub(super) fn learn(&mut self, ip: IpAddr, answered: bool) {
        if !answered {
            self.answered.remove(&ip);
        } else if self.answered.len() < MOST_REMEMBERED {
            self.answered.insert(ip);
        }
    }

    /// The pace of new neighbours.
    pub(super) fn pacer(&mut self) -> &mut Pacer {
        &mut self.pacer
    }

    /// Notes that a round asks this many addresses of an attached network.
    pub(super) fn note_sweep(&mut self, network: &str, family: Family, addresses: u64) {
        let (table, setting) = match family {
            Family::V4 => (self.v4, "net.ipv4.neigh.default.gc_thresh3"),
            Family::V6 => (self.v6, "net.ipv6.neigh.default.gc_thresh3"),
        };
        if addresses <= table {
            self.warnings.remove(network);
            return;
        }
        let enough = addresses.next_power_of_two().saturating_mul(2);
        let warning = format!(
            "{network} is attached and larger than the kernel's neighbour table ({table} entries): it is swept slowly, \
             and more living hosts than that cannot be seen; set {setting} to at least {enough}"
        );
        self.warnings.insert(network.to_owned(), warning);
    }

    /// Attached networks that do not fit the table, in plain words.
    pub(super) fn warnings(&self) -> Vec<String> {
        self.warnings.values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(attached: bool) -> Path {
        Path {
            network: "192.0.2.0/24".to_owned(),
            attached,
            running: true,
        }
    }

    #[test]
    fn only_attached_addresses_that_never_answered_are_paced() {
        let mut neighbours = Neighbours::with_tables(1_024, 1_024);
        let ip = "192.0.2.1".parse().unwrap();
        assert!(!neighbours.must_pace(ip, &path(false)));
        assert!(neighbours.must_pace(ip, &path(true)));
        neighbours.learn(ip, true);
        assert!(!neighbours.must_pace(ip, &path(true)));
        neighbours.learn(ip, false);
        assert!(neighbours.must_pace(ip, &path(true)));
    }

    #[test]
    fn a_small_table_slows_the_pace_and_a_large_one_does_not_raise_it() {
        for (table, in_ten_seconds) in [(1_024, 2_000), (65_536, 2_000), (128, 250)] {
            let mut neighbours = Neighbours::with_tables(table, table);
            let pacer = neighbours.pacer();
            let mut sent = 0;
            for millisecond in 0..10_000 {
                let allowed = pacer.available(millisecond * 1_000_000);
                pacer.take(allowed);
                sent += allowed;
            }
            assert!(sent.abs_diff(in_ten_seconds) <= 10, "{table}: {sent}");
        }
    }

    #[test]
    fn a_sweep_larger_than_the_table_is_warned_about_until_it_fits() {
        let mut neighbours = Neighbours::with_tables(100, 100);
        neighbours.note_sweep("192.0.2.0/24", Family::V4, 254);
        let warnings = neighbours.warnings();
        assert_eq!(warnings.len(), 1);
        assert!(warnings[0].contains("192.0.2.0/24"), "{warnings:?}");
        assert!(
            warnings[0].contains("gc_thresh3 to at least 512"),
            "{warnings:?}"
        );
        neighbours.note_sweep("192.0.2.0/24", Family::V4, 80);
        assert!(neighbours.warnings().is_empty());
    }
}
