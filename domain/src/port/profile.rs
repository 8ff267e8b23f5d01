//! How ports are scanned: the arguments that a person may choose, as a type.

mod parse;

pub use parse::ScanProfileError;

use super::set::PortSet;
use std::fmt;

/// How a scan asks whether a TCP port is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Technique {
    /// A whole connection, as any program makes it (`-sT`).
    #[default]
    Connect,
    /// Half a connection, which needs raw sockets (`-sS`).
    Syn,
}

/// Which TCP ports a scan asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ports {
    /// So many of those that are open most often (`--top-ports`), 1 to 65535.
    Top(u16),
    /// These (`-p`).
    List(PortSet),
}

/// How ports are scanned. Nothing else of nmap's arguments can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanProfile {
    /// How a port is asked.
    pub technique: Technique,
    /// Which ports are asked.
    pub ports: Ports,
    /// How hurried, 0 to 5 (`-T`).
    pub timing: u8,
    /// Ask which program and version answers (`-sV`).
    pub versions: bool,
}

impl Default for ScanProfile {
    /// `-Pn -T3 --top-ports 1000 -sT -sV`.
    fn default() -> Self {
        Self {
            technique: Technique::Connect,
            ports: Ports::Top(1000),
            timing: 3,
            versions: true,
        }
    }
}

impl fmt::Display for ScanProfile {
    /// As nmap has it; it reads itself back.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "-Pn -T{}", self.timing)?;
        match &self.ports {
            Ports::Top(count) => write!(f, " --top-ports {count}")?,
            Ports::List(ports) => write!(f, " -p {ports}")?,
        }
        f.write_str(match self.technique {
            Technique::Connect => " -sT",
            Technique::Syn => " -sS",
        })?;
        if self.versions {
            f.write_str(" -sV")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
