//! Who made a network interface: the prefixes that the IEEE has assigned, of 24, 28 and 36 bits.
//!
//! `vendor/table.zst` is made by `cargo xtask vendors` from the public listing of the IEEE Registration Authority; its
//! first line says which edition. Each other line is a prefix in hexadecimal, a tab and a name, in order.

use domain::mac::Mac;
use std::io;

static TABLE: &[u8] = include_bytes!("vendor/table.zst");
/// More than the table will ever have.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// Hexadecimal digits of a prefix, the most specific first.
const LENGTHS: [usize; 3] = [9, 7, 6];

/// The table, unpacked. It is seldom needed, so nobody keeps it.
#[derive(Debug)]
pub(crate) struct Vendors(String);

impl Vendors {
    /// Unpacks the table, which takes a few milliseconds.
    pub(crate) fn open() -> io::Result<Self> {
        let reader = zstd::stream::read::Decoder::new(TABLE)?;
        io::read_to_string(io::Read::take(reader, MOST_BYTES)).map(Self)
    }

    /// Who made the interface with this address; nobody knows of those that were made up.
    pub(crate) fn of(&self, mac: Mac) -> Option<&str> {
        if mac.is_randomised() {
            return None;
        }
        let digits = format!("{:012X}", mac.number());
        LENGTHS
            .iter()
            .find_map(|length| self.find(&digits[..*length]))
    }

    /// Binary search over lines, without an index of them.
    fn find(&self, prefix: &str) -> Option<&str> {
        let text = self.0.as_bytes();
        let newline = |part: &[u8]| part.iter().position(|byte| *byte == b'\n');
        let before = |at: usize| text[..at].iter().rposition(|byte| *byte == b'\n');
        let (mut low, mut high) = (newline(text)? + 1, text.len());
        while low < high {
            // The middle is anywhere in a line, perhaps inside a letter of several bytes.
            let start = before(low.midpoint(high)).map_or(low, |at| low.max(at + 1));
            let end = newline(&text[start..]).map_or(text.len(), |at| start + at);
            let (key, name) = self.0.get(start..end)?.split_once('\t')?;
            match key.cmp(prefix) {
                std::cmp::Ordering::Equal => return Some(name),
                std::cmp::Ordering::Less => low = end + 1,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of<'a>(vendors: &'a Vendors, mac: &str) -> Option<&'a str> {
        vendors.of(mac.parse().unwrap())
    }

    #[test]
    fn the_most_specific_prefix_tells() {
        let table = "edition\n001122\tLarge\n0011223\tMedium\n001122344\tSmall\n001123\tOther\nFCFFFF\tLäst\n";
        let vendors = Vendors(table.into());
        for (mac, vendor) in [
            ("00:11:22:00:00:00", Some("Large")),
            ("00:11:22:3f:ff:ff", Some("Medium")),
            ("00:11:22:34:4a:bc", Some("Small")),
            ("00:11:23:34:4a:bc", Some("Other")),
            ("fc:ff:ff:00:00:00", Some("Läst")),
            ("00:11:21:00:00:00", None),
            ("00:11:24:00:00:00", None),
            ("02:11:22:00:00:00", None),
        ] {
            assert_eq!(of(&vendors, mac), vendor, "{mac}");
        }
        assert_eq!(of(&Vendors(String::new()), "00:11:22:00:00:00"), None);
    }

    #[test]
    fn the_table_is_in_order_and_every_line_is_found() {
        let vendors = Vendors::open().unwrap();
        let lines: Vec<&str> = vendors.0.lines().skip(1).collect();
        assert!(lines.len() > 30_000, "{} prefixes", lines.len());
        assert!(lines.is_sorted_by_key(|line| line.split('\t').next()));
        for line in &lines {
            let (prefix, name) = line.split_once('\t').unwrap();
            assert!(
                LENGTHS.contains(&prefix.len()) && !name.is_empty(),
                "{line}"
            );
            assert_eq!(vendors.find(prefix), Some(name));
        }
    }

    #[test]
    fn well_known_makers_are_in_it() {
        let vendors = Vendors::open().unwrap();
        for (mac, maker) in [
            ("b8:27:eb:00:00:01", "Raspberry Pi"),
            ("00:1b:21:00:00:01", "Intel"),
            ("00:00:0c:00:00:01", "Cisco"),
            ("3c:5a:b4:00:00:01", "Google"),
        ] {
            let vendor = of(&vendors, mac).unwrap_or_default();
            assert!(vendor.contains(maker), "{mac}: {vendor}");
        }
        assert_eq!(of(&vendors, "02:42:ac:11:00:02"), None);
    }
}
