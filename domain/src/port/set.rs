//! A set of port numbers, as ranges; written as nmap writes it: `22,80,8000-8010`.

use std::{fmt, str::FromStr};

/// Some ports, 1 to 65535: ascending ranges that neither overlap nor touch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PortSet(Vec<(u16, u16)>);

/// Why a text is no set of ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected ports such as 22,80,8000-8010, each 1 to 65535")]
pub struct PortSetError;

impl PortSet {
    /// Whether it has a port.
    pub fn contains(&self, port: u16) -> bool {
        let after = self.0.partition_point(|(first, _)| *first <= port);
        after > 0 && self.0[after - 1].1 >= port
    }

    /// How many ports it has.
    pub fn len(&self) -> u32 {
        let ranges = self.0.iter();
        ranges
            .map(|(first, last)| u32::from(last - first) + 1)
            .sum()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its ports, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.0.iter().flat_map(|(first, last)| *first..=*last)
    }
}

impl FromIterator<u16> for PortSet {
    /// Port 0 is none and left out.
    fn from_iter<I: IntoIterator<Item = u16>>(ports: I) -> Self {
        let ports = ports.into_iter().filter(|port| *port > 0);
        of_ranges(ports.map(|port| (port, port)).collect())
    }
}

/// Any ranges, in any order, made canonical.
fn of_ranges(mut ranges: Vec<(u16, u16)>) -> PortSet {
    ranges.sort_unstable();
    let mut joined: Vec<(u16, u16)> = Vec::new();
    for (first, last) in ranges {
        match joined.last_mut() {
            Some(before) if first <= before.1.saturating_add(1) => before.1 = before.1.max(last),
            _ => joined.push((first, last)),
        }
    }
    PortSet(joined)
}

impl FromStr for PortSet {
    type Err = PortSetError;

    fn from_str(text: &str) -> Result<Self, PortSetError> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let ranges: Result<Vec<_>, _> = text.split(',').map(range).collect();
        Ok(of_ranges(ranges?))
    }
}

fn range(text: &str) -> Result<(u16, u16), PortSetError> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (number(first)?, number(last)?);
    if first > last {
        return Err(PortSetError);
    }
    Ok((first, last))
}

/// Digits only: `u16::from_str` would take a sign too.
fn number(text: &str) -> Result<u16, PortSetError> {
    if !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(PortSetError);
    }
    let number = text.parse().map_err(|_| PortSetError)?;
    if number == 0 {
        return Err(PortSetError);
    }
    Ok(number)
}

impl fmt::Display for PortSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (first, last)) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            write!(f, "{first}")?;
            if first != last {
                write!(f, "-{last}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_is_no_set_is_refused() {
        for text in [
            "0", "65536", "1-", "-1", "5-4", "+22", "22,,80", "22 80", "T:22", "http",
        ] {
            assert_eq!(text.parse::<PortSet>(), Err(PortSetError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn it_has_what_it_was_made_of(ports in prop::collection::btree_set(1u16.., 0..200)) {
            let set: PortSet = ports.iter().copied().collect();
            prop_assert_eq!(set.iter().collect::<BTreeSet<_>>(), ports.clone());
            prop_assert_eq!(set.len() as usize, ports.len());
            prop_assert!(ports.iter().all(|port| set.contains(*port)));
            prop_assert_eq!((1..=u16::MAX).filter(|port| set.contains(*port)).count(), ports.len());
            prop_assert_eq!(set.to_string().parse::<PortSet>(), Ok(set));
        }
    }
}
