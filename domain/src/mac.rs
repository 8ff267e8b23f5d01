//! Hardware addresses (IEEE 802 MAC addresses of 48 bits).

use std::{fmt, str::FromStr};

/// A hardware address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac(pub [u8; 6]);

/// A text is no hardware address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected six hexadecimal bytes, such as 00:1b:21:3c:4d:5e")]
pub struct MacError;

impl Mac {
    /// Whether one machine can have it: neither a group's, nor all zeroes.
    pub fn is_of_one(self) -> bool {
        self.0[0] & 1 == 0 && self.0 != [0; 6]
    }

    /// Whether it was made up by the machine itself (locally administered): it tells no vendor, and may change at any time.
    pub fn is_randomised(self) -> bool {
        self.0[0] & 2 != 0
    }

    /// The six bytes as one number.
    pub fn number(self) -> u64 {
        self.0
            .iter()
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, byte) in self.0.iter().enumerate() {
            let colon = if place == 0 { "" } else { ":" };
            write!(f, "{colon}{byte:02x}")?;
        }
        Ok(())
    }
}

impl FromStr for Mac {
    type Err = MacError;

    /// As it is displayed, with hyphens instead of colons, or in upper case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 6];
        let mut parts = text.trim().split([':', '-']);
        for byte in &mut bytes {
            let part = parts.next().filter(|part| part.len() == 2);
            let part = part.filter(|part| part.bytes().all(|b| b.is_ascii_hexdigit()));
            *byte = part
                .and_then(|part| u8::from_str_radix(part, 16).ok())
                .ok_or(MacError)?;
        }
        if parts.next().is_some() {
            return Err(MacError);
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_as_it_is_written() {
        let mac: Mac = "00-1B-21-3C-4D-5E".parse().unwrap();
        assert_eq!(mac.to_string(), "00:1b:21:3c:4d:5e");
        assert_eq!(mac.to_string().parse(), Ok(mac));
        assert_eq!(mac.number(), 0x001b_213c_4d5e);
        for text in [
            "",
            "00:1b:21:3c:4d",
            "00:1b:21:3c:4d:5e:6f",
            "0:1b:21:3c:4d:5e",
            "+0:1b:21:3c:4d:5e",
            "00:1b:21:3c:4d:5g",
        ] {
            assert_eq!(text.parse::<Mac>(), Err(MacError), "{text}");
        }
    }

    #[test]
    fn the_second_bit_marks_an_address_that_was_made_up() {
        let is_randomised = |text: &str| text.parse::<Mac>().unwrap().is_randomised();
        assert!(is_randomised("02:42:ac:11:00:02") && is_randomised("da:a1:19:00:00:01"));
        assert!(!is_randomised("00:1b:21:3c:4d:5e") && !is_randomised("b8:27:eb:00:00:01"));
    }

    #[test]
    fn groups_and_nobody_are_no_machine() {
        let is_of_one = |text: &str| text.parse::<Mac>().unwrap().is_of_one();
        assert!(is_of_one("00:1b:21:3c:4d:5e") && is_of_one("02:42:ac:11:00:02"));
        for text in [
            "00:00:00:00:00:00",
            "ff:ff:ff:ff:ff:ff",
            "01:00:5e:00:00:fb",
        ] {
            assert!(!is_of_one(text), "{text}");
        }
    }
}
