//! A scan while it is being asked for: what the text names, how many targets that is, and which line a refusal is about.

use domain::{
    problem::FieldError,
    scan::{
        NewScan,
        entry::{self, EntryError},
    },
};

/// One thing that was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The line that it is in, from 1.
    pub line: usize,
    /// Where it begins and ends in the text, as browsers count: in units of UTF-16.
    pub range: (u32, u32),
    /// What was written.
    pub text: String,
}

impl Entry {
    /// An address or a block of them, well-formed or too large, rather than a name.
    fn is_address(&self) -> bool {
        !matches!(entry::addresses(&self.text), Err(EntryError::NoAddress))
    }

    fn targets(&self) -> usize {
        if self.is_address() {
            entry::addresses(&self.text).map_or(0, |all| all.len())
        } else {
            1
        }
    }
}

/// Everything that a text names, separated by lines, white space, commas or semicolons.
pub fn entries(text: &str) -> Vec<Entry> {
    let mut found: Vec<Entry> = Vec::new();
    let (mut line, mut at, mut is_open) = (1, 0_u32, false);
    for letter in text.chars() {
        let is_between = letter.is_whitespace() || matches!(letter, ',' | ';');
        let width = if letter.len_utf16() == 2 { 2 } else { 1 };
        if is_between {
            is_open = false;
        } else if is_open && let Some(last) = found.last_mut() {
            last.text.push(letter);
            last.range.1 = at + width;
        } else {
            is_open = true;
            found.push(Entry {
                line,
                range: (at, at + width),
                text: letter.into(),
            });
        }
        at += width;
        if letter == '\n' {
            line += 1;
        }
    }
    found
}

/// How many targets these are when blocks are written out.
pub fn targets(entries: &[Entry]) -> usize {
    entries.iter().map(Entry::targets).sum()
}

/// The request for these: addresses and blocks apart from names and URLs, each in their order.
pub fn request(entries: &[Entry], options: &NewScan) -> NewScan {
    let (addresses, names): (Vec<&Entry>, Vec<&Entry>) =
        entries.iter().partition(|entry| entry.is_address());
    let texts = |entries: Vec<&Entry>| entries.into_iter().map(|e| e.text.clone()).collect();
    NewScan {
        ip_addresses: texts(addresses),
        endpoints: texts(names),
        ..options.clone()
    }
}

/// Why one entry was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What was written.
    pub text: String,
    /// What is wrong with it.
    pub detail: String,
}

/// Refusals by entry, and what is said of the request as a whole.
pub fn refusals(entries: &[Entry], errors: &[FieldError]) -> (Vec<Refusal>, Option<String>) {
    let mut whole = None;
    let mut refusals: Vec<Refusal> = Vec::new();
    for error in errors {
        match named(entries, &error.pointer) {
            Some(entry) => {
                let refusal = Refusal {
                    text: entry.text.clone(),
                    detail: error.detail.clone(),
                };
                // The same written twice is refused twice, and shown at its first line.
                if !refusals.contains(&refusal) {
                    refusals.push(refusal);
                }
            }
            None => whole = whole.or_else(|| Some(error.detail.clone())),
        }
    }
    (refusals, whole)
}

/// The entry that a pointer into [`request`] is about.
fn named<'a>(entries: &'a [Entry], pointer: &str) -> Option<&'a Entry> {
    let (list, at) = pointer.strip_prefix('/')?.split_once('/')?;
    let is_address = match list {
        "ip_addresses" => true,
        "endpoints" => false,
        _ => return None,
    };
    let mut these = entries.iter().filter(|it| it.is_address() == is_address);
    these.nth(at.parse().ok()?)
}

/// Refusals that still stand in the text, each where it is now.
pub fn standing(entries: &[Entry], refusals: &[Refusal]) -> Vec<(Entry, String)> {
    let standing = refusals.iter().filter_map(|refusal| {
        let entry = entries.iter().find(|entry| entry.text == refusal.text)?;
        Some((entry.clone(), refusal.detail.clone()))
    });
    let mut standing: Vec<_> = standing.collect();
    standing.sort_by_key(|(entry, _)| entry.range);
    standing
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "8.8.8.8, example.org:8443\n\n10.0.0.0/30;https://a.example/x,y 10.0.0.0/8\n😀 z";

    #[test]
    fn entries_know_their_line_and_where_a_browser_finds_them() {
        let found: Vec<(usize, (u32, u32), String)> = entries(TEXT)
            .into_iter()
            .map(|it| (it.line, it.range, it.text))
            .collect();
        let expected = [
            (1, (0, 7), "8.8.8.8"),
            (1, (9, 25), "example.org:8443"),
            (3, (27, 38), "10.0.0.0/30"),
            (3, (39, 58), "https://a.example/x"),
            (3, (59, 60), "y"),
            (3, (61, 71), "10.0.0.0/8"),
            (4, (72, 74), "😀"),
            (4, (75, 76), "z"),
        ];
        let expected = expected.map(|(line, range, text)| (line, range, text.to_owned()));
        assert_eq!(found, expected);
        assert!(entries(" ,;\n\t").is_empty());
    }

    #[test]
    fn addresses_and_names_are_told_apart_and_counted() {
        let found = entries(TEXT);
        let asked = request(&found, &NewScan::default());
        assert_eq!(asked.ip_addresses, ["8.8.8.8", "10.0.0.0/30", "10.0.0.0/8"]);
        assert_eq!(asked.endpoints.len(), 5);
        // One address, two of the /30, none of the block that is too large, five names.
        assert_eq!(targets(&found), 8);
    }

    #[test]
    fn a_refusal_stands_at_its_line_until_that_is_changed() {
        let found = entries(TEXT);
        let errors = [
            FieldError::new("/endpoints/3", "expected a host"),
            FieldError::new("/ip_addresses/2", "too large"),
            FieldError::new("", "at most 1,024 targets"),
        ];
        let (refusals, whole) = refusals(&found, &errors);
        assert_eq!(whole.as_deref(), Some("at most 1,024 targets"));
        let lines = |text: &str| -> Vec<(usize, String)> {
            let standing = standing(&entries(text), &refusals);
            standing
                .into_iter()
                .map(|(it, _)| (it.line, it.text))
                .collect()
        };
        assert_eq!(lines(TEXT), [(3, "10.0.0.0/8".into()), (4, "😀".into())]);
        let moved = format!("one.example\n{TEXT}").replace("10.0.0.0/8", "10.0.0.0/28");
        assert_eq!(lines(&moved), [(5, "😀".into())]);
    }
}
