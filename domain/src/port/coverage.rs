//! What a scan asked, as text: the TCP ports, a semicolon, the UDP ports.

use super::{
    Coverage,
    set::{PortSet, PortSetError},
};
use std::{fmt, str::FromStr};

impl Coverage {
    /// How many ports were asked.
    pub fn len(&self) -> u32 {
        self.tcp.len() + self.udp.len()
    }

    /// Whether none was asked.
    pub fn is_empty(&self) -> bool {
        self.tcp.is_empty() && self.udp.is_empty()
    }

    /// The same without some TCP ports: nothing is known of them.
    #[must_use]
    pub fn without(self, tcp: &PortSet) -> Self {
        let left = self.tcp.iter().filter(|port| !tcp.contains(*port));
        Self {
            tcp: left.collect(),
            udp: self.udp,
        }
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};{}", self.tcp, self.udp)
    }
}

impl FromStr for Coverage {
    type Err = PortSetError;

    fn from_str(text: &str) -> Result<Self, PortSetError> {
        let (tcp, udp) = text.split_once(';').ok_or(PortSetError)?;
        Ok(Self {
            tcp: tcp.parse()?,
            udp: udp.parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_back() {
        for text in ["1-1000,8080;", ";53,161", "22;53", ";"] {
            let coverage: Coverage = text.parse().unwrap();
            assert_eq!(coverage.to_string(), text);
        }
        assert_eq!("22".parse::<Coverage>(), Err(PortSetError));
        let some: Coverage = "20-25;53".parse().unwrap();
        let left = some.without(&"22-23,99".parse().unwrap());
        assert_eq!(
            (left.to_string().as_str(), left.len()),
            ("20-21,24-25;53", 5)
        );
    }
}
