//! How the prober may send.

/// Settings of the prober, for the whole process.
#[derive(Clone, Copy, Debug)]
pub struct PingSettings {
    /// Packets per second over all rounds; `None` sends as fast as the kernel takes them.
    pub rate: Option<u32>,
    /// Packets that may leave back to back. It bounds bursts and never waits for replies.
    pub burst: u32,
    /// Which kind of socket to open.
    pub mode: PingMode,
}

impl Default for PingSettings {
    fn default() -> Self {
        Self {
            rate: Some(1_000),
            burst: 64,
            mode: PingMode::Auto,
        }
    }
}

/// Which kind of ICMP socket to open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PingMode {
    /// Datagram first, as it needs no privilege; raw where that is refused.
    #[default]
    Auto,
    /// Datagram only (`net.ipv4.ping_group_range`).
    Datagram,
    /// Raw only (`CAP_NET_RAW`).
    Raw,
}
