//! One file: read as a whole, checked, asked. Nothing in it is trusted.

use super::layout;
use domain::{
    scan::metadata::{MetadataFact, clean},
    time::Timestamp,
};
use maxminddb::{MaxMindDbError, Reader};
use serde_json::Value;
use std::{
    fs,
    net::IpAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

/// Files up to this size are checked from end to end; of larger ones, whose check would take long, the beginning is,
/// and a question that meets a broken record says so.
const CHECKED: usize = 24 << 20;
/// Records that must be readable, and among which one must tell something.
const SAMPLE: usize = 512;
const DAY: u64 = 24 * 60 * 60;

/// A file that is in use.
pub(super) struct Database {
    reader: Reader<Vec<u8>>,
    /// What it calls itself.
    kind: String,
    built_at: Timestamp,
}

impl Database {
    /// Reads a file, or says what is wrong with it.
    pub(super) fn read(path: &Path, now: Timestamp) -> Result<Self, String> {
        let bytes = fs::read(path).map_err(|error| format!("it can't be read: {error}"))?;
        guarded(|| Self::of(bytes, now))
    }

    fn of(bytes: Vec<u8>, now: Timestamp) -> Result<Self, String> {
        let size = bytes.len();
        let reader = Reader::from_source(bytes).map_err(|error| broken(&error))?;
        let seconds = i64::try_from(reader.metadata().build_epoch).unwrap_or(i64::MAX);
        let database = Self {
            kind: clean(&reader.metadata().database_type),
            // A time that has not come yet is somebody's mistake.
            built_at: Timestamp(seconds.saturating_mul(1000)).min(now),
            reader,
        };
        database.sample()?;
        if size <= CHECKED {
            database.reader.verify().map_err(|error| broken(&error))?;
        }
        Ok(database)
    }

    fn sample(&self) -> Result<(), String> {
        let networks = self.reader.networks(maxminddb::WithinOptions::default());
        let mut tells = false;
        for network in networks.map_err(|error| broken(&error))?.take(SAMPLE) {
            let found = network.and_then(|found| found.decode::<Value>());
            let record = found.map_err(|error| broken(&error))?;
            tells |= record.is_some_and(|record| !layout::read(&record).is_empty());
        }
        if tells {
            Ok(())
        } else {
            Err("no place, provider or kind of network is in it".into())
        }
    }

    /// What it knows of an address; `name` is what its facts are marked with.
    pub(super) fn find(&self, ip: IpAddr, name: &str) -> Result<Vec<MetadataFact>, String> {
        if ip.is_ipv6() && self.reader.metadata().ip_version == 4 {
            return Ok(Vec::new());
        }
        guarded(|| {
            let found = self.reader.lookup(ip);
            let found = found.and_then(|found| found.decode::<Value>());
            let record = found.map_err(|error| broken(&error))?;
            let facts = record.as_ref().map(layout::read).unwrap_or_default();
            Ok(facts
                .into_iter()
                .filter_map(|(kind, words)| MetadataFact::new(kind, &words, name, self.built_at))
                .collect())
        })
    }

    /// What it is, for the log.
    pub(super) fn words(&self) -> String {
        let day: String = self.built_at.to_string().chars().take(10).collect();
        format!("{}, built {day}", self.kind)
    }

    /// What a person should know: its age, and whom its licence wants named.
    pub(super) fn note(&self, now: Timestamp) -> String {
        let age = match now.since(self.built_at).as_secs() / DAY {
            0 => "today".to_owned(),
            1 => "1 day ago".to_owned(),
            days => format!("{days} days ago"),
        };
        let kind = self.kind.to_lowercase();
        let credit = match () {
            () if kind.starts_with("geolite") => ". Includes GeoLite data created by MaxMind",
            () if kind.starts_with("dbip") => ". IP geolocation by DB-IP",
            () if kind.contains("ipinfo") => ". IP address data powered by IPinfo",
            () => "",
        };
        format!("{} ({age}){credit}", self.words())
    }
}

fn broken(error: &MaxMindDbError) -> String {
    format!(
        "it is damaged, or no file of this format: {}",
        clean(&error.to_string())
    )
}

/// A file that makes its reader panic is damaged like any other.
fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("it can't be read".into()))
}
