//! Builds the table of hardware vendors that the engine embeds from the IEEE's public listing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::process::say;

/// The listing's files: prefixes of 24, 28 and 36 bits.
const FILES: [(&str, usize); 3] = [("oui.csv", 6), ("mam.csv", 7), ("oui36.csv", 9)];
/// Blocks that are given out again in parts: their owner made nothing.
const SUBDIVIDED: &str = "IEEE Registration Authority";
/// Longest name, in characters.
const NAME_LIMIT: usize = 64;
const LEVEL: i32 = 22;

/// Reads the listing in `folder` and writes the table into the source tree.
pub(crate) fn build(root: &Path, folder: &Path, edition: &str) -> Result<()> {
    let mut vendors = BTreeMap::new();
    for (file, digits) in FILES {
        let path = folder.join(file);
        let text = fs::read(&path).with_context(|| format!("failed to read {}", path.display()))?;
        let before = vendors.len();
        vendors.extend(listed(&String::from_utf8_lossy(&text), digits));
        say(format_args!("{file}: {} prefixes", vendors.len() - before));
    }
    if vendors.len() < 30_000 {
        bail!(
            "{} prefixes are too few for the whole listing",
            vendors.len()
        );
    }
    let mut table = format!("IEEE MA-L, MA-M and MA-S public listing, {edition}\n");
    for (prefix, name) in &vendors {
        writeln!(table, "{prefix}\t{name}")?;
    }
    let packed = zstd::bulk::compress(table.as_bytes(), LEVEL)?;
    let target = root.join("engine/src/vendor/table.zst");
    fs::write(&target, &packed)?;
    say(format_args!(
        "{}: {} prefixes, {} bytes",
        target.display(),
        vendors.len(),
        packed.len()
    ));
    Ok(())
}

/// Prefix and name of each row: `Registry,Assignment,Organization Name,Organization Address`.
fn listed(text: &str, digits: usize) -> impl Iterator<Item = (String, String)> {
    records(text).into_iter().filter_map(move |record| {
        let prefix = record.get(1)?.trim().to_ascii_uppercase();
        let is_prefix = prefix.len() == digits && prefix.bytes().all(|b| b.is_ascii_hexdigit());
        let name = clean(record.get(2)?);
        (is_prefix && !name.is_empty() && name != SUBDIVIDED).then_some((prefix, name))
    })
}

/// One line of printable text.
fn clean(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let visible = words.join(" ");
    let visible = visible.chars().filter(|c| !c.is_control());
    visible
        .take(NAME_LIMIT)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// The records of a CSV file (RFC 4180).
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut quoted = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.next_if_eq(&'"').is_some() => field.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            '\r' if !quoted => {}
            letter => field.push(letter),
        }
    }
    if !field.is_empty() || !record.is_empty() {
        record.push(field);
        records.push(record);
    }
    records
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_the_listing_are_read() {
        let text = "Registry,Assignment,Organization Name,Organization Address\r\n\
            MA-L,002272,American Micro-Fuel Device Corp.,\"2181 Buchanan Loop\nFerndale, US\"\r\n\
            MA-L,00D0EF,\"  IGT,  \"\"Games\"\" \u{200} \",Here\r\n\
            MA-L,0050C2,IEEE Registration Authority,There\r\n\
            MA-L,0050C,Too short,\r\nMA-L,00XX00,No prefix,\r\nMA-L,001111,,nobody";
        let rows: Vec<_> = listed(text, 6).collect();
        let pair = |prefix: &str, name: &str| (prefix.to_owned(), name.to_owned());
        assert_eq!(
            rows,
            [
                pair("002272", "American Micro-Fuel Device Corp."),
                pair("00D0EF", "IGT, \"Games\" \u{200}"),
            ]
        );
    }
}
