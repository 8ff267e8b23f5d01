//! How many packets the kernel dropped on a socket, from its table of ICMP sockets.

use std::fs;

use nix::sys::stat::fstat;

use super::socket::{Family, IcmpSocket};

/// Packets dropped since the socket was opened; `None` where `/proc` does not tell.
pub(super) fn of(socket: &IcmpSocket) -> Option<u32> {
    let table = match (socket.family(), socket.kind() == socket2::Type::RAW) {
        (Family::V4, false) => "/proc/net/icmp",
        (Family::V6, false) => "/proc/net/icmp6",
        (Family::V4, true) => "/proc/net/raw",
        (Family::V6, true) => "/proc/net/raw6",
    };
    let inode = fstat(socket).ok()?.st_ino;
    find(&fs::read_to_string(table).ok()?, inode)
}

/// The last column of the row whose tenth column is `inode`.
fn find(table: &str, inode: u64) -> Option<u32> {
    table.lines().skip(1).find_map(|row| {
        let columns: Vec<_> = row.split_whitespace().collect();
        let owner: u64 = columns.get(9)?.parse().ok()?;
        (owner == inode)
            .then(|| columns.get(12)?.parse().ok())
            .flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
    1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 18432 2 0000000000000000 0
    1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000  1000        0 18433 2 0000000000000000 3840
";

    #[test]
    fn drops_are_those_of_our_socket() {
        assert_eq!(find(TABLE, 18_433), Some(3_840));
        assert_eq!(find(TABLE, 18_432), Some(0));
        assert_eq!(find(TABLE, 1), None);
    }
}
