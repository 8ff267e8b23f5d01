//! The address grid: one cell per address of a small block, one per /24 of a larger one.

use domain::{cidr, row::HostRow, status::Status, subnet::Subnet};
use std::net::IpAddr;

/// Most addresses that get a cell each: a /22.
const ADDRESS_CELLS: u128 = 1024;
/// Most addresses that get a grid at all: a /16.
const GRID_ADDRESSES: u128 = 65_536;
/// Addresses of one cell of a larger block.
const BLOCK: u128 = 256;

/// What a grid has a cell for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// One cell per address.
    Address,
    /// One cell per /24.
    Block,
}

impl Scale {
    /// The scale for a subnet, or why it has no grid.
    pub fn of(subnet: &Subnet) -> Result<Self, &'static str> {
        let (first, last) = cidr::bounds(subnet.cidr);
        match cidr::number(last) - cidr::number(first) {
            _ if first.is_ipv6() => Err(
                "An IPv6 subnet is too large to draw: the table below lists what is known of it.",
            ),
            n if n < ADDRESS_CELLS => Ok(Self::Address),
            n if n < GRID_ADDRESSES => Ok(Self::Block),
            _ => Err(
                "More than 65,536 addresses do not fit into a grid: open a smaller subnet inside this one.",
            ),
        }
    }

    /// Addresses of one cell.
    pub fn addresses(self) -> u128 {
        match self {
            Self::Address => 1,
            Self::Block => BLOCK,
        }
    }
}

/// What a cell says, as colour and shape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CellState {
    /// No host is known here.
    #[default]
    Unused,
    /// The network or the broadcast address.
    Edge,
    /// It answers.
    Up,
    /// It missed a round.
    Suspect,
    /// It does not answer.
    Down,
    /// Nothing is known.
    Unknown,
    /// Documented as silent, and silent.
    Reserved,
}

impl CellState {
    /// The word in the document and for a screen reader.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unused => "unused",
            Self::Edge => "edge",
            Self::Up => "up",
            Self::Suspect => "suspect",
            Self::Down => "down",
            Self::Unknown => "unknown",
            Self::Reserved => "reserved",
        }
    }

    /// Which of two says more about a block of addresses.
    fn weight(self) -> u8 {
        match self {
            Self::Edge | Self::Unused => 0,
            Self::Reserved => 1,
            Self::Unknown => 2,
            Self::Up => 3,
            Self::Suspect => 4,
            Self::Down => 5,
        }
    }

    fn of(host: &HostRow) -> Self {
        match host.status {
            Status::Up if host.suspect => Self::Suspect,
            Status::Up => Self::Up,
            _ if host.reserved => Self::Reserved,
            Status::Down => Self::Down,
            Status::Unknown => Self::Unknown,
        }
    }
}

/// One cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Its state; of a block, the one that needs eyes most.
    pub state: CellState,
    /// A person wrote something about (one of) it.
    pub documented: bool,
    /// Known hosts.
    pub used: u16,
    /// Hosts that are Up.
    pub up: u16,
    /// Hosts that are Down, expectedly silent ones left out.
    pub down: u16,
}

/// How full a block's cell is, in quarters rounded up.
pub fn quarters(used: u16) -> u8 {
    match used {
        0 => 0,
        1..=63 => 1,
        64..=127 => 2,
        128..=191 => 3,
        _ => 4,
    }
}

/// The cells of a subnet, given all of its hosts in address order.
pub fn cells(subnet: &Subnet, scale: Scale, hosts: &[HostRow]) -> Vec<Cell> {
    let (first, last) = cidr::bounds(subnet.cidr);
    let (first, last) = (cidr::number(first), cidr::number(last));
    let position = |offset: u128| usize::try_from(offset / scale.addresses()).unwrap_or(usize::MAX);
    let mut cells = vec![Cell::default(); position(last - first) + 1];
    if scale == Scale::Address && last - first > 1 {
        for cell in [0, position(last - first)] {
            cells[cell].state = CellState::Edge;
        }
    }
    for host in hosts {
        let Some(cell) = cidr::number(host.ip)
            .checked_sub(first)
            .and_then(|offset| cells.get_mut(position(offset)))
        else {
            continue;
        };
        let state = CellState::of(host);
        if state.weight() > cell.state.weight() {
            cell.state = state;
        }
        cell.documented |= host.documented;
        cell.used += 1;
        cell.up += u16::from(host.status == Status::Up);
        cell.down += u16::from(state == CellState::Down);
    }
    cells
}

/// The first address of cell `index`.
pub fn address(subnet: &Subnet, scale: Scale, index: usize) -> Option<IpAddr> {
    let (first, _) = cidr::bounds(subnet.cidr);
    cidr::address(
        cidr::number(first) + index as u128 * scale.addresses(),
        first,
    )
}

/// Where an arrow key leads from cell `index` in a grid of `columns`; `None` where it leads nowhere.
pub fn step(index: usize, key: &str, columns: usize, len: usize) -> Option<usize> {
    let to = match key {
        "ArrowRight" => index + 1,
        "ArrowLeft" => index.checked_sub(1)?,
        "ArrowDown" => index + columns,
        "ArrowUp" => index.checked_sub(columns)?,
        "Home" => 0,
        "End" => len.checked_sub(1)?,
        _ => return None,
    };
    (to < len).then_some(to)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::{host, subnet};

    #[test]
    fn scale_follows_the_size() {
        let scale = |cidr| Scale::of(&subnet(cidr));
        assert_eq!(scale("10.0.0.0/22"), Ok(Scale::Address));
        assert_eq!(scale("10.0.0.0/21"), Ok(Scale::Block));
        assert_eq!(scale("10.0.0.0/16"), Ok(Scale::Block));
        assert!(scale("10.0.0.0/15").is_err());
        assert!(scale("2001:db8::/120").is_err());
    }

    #[test]
    fn a_cell_per_address_with_edges() {
        let mut reserved = host(1, "10.0.0.2");
        reserved.reserved = true;
        reserved.status = Status::Down;
        let cells = cells(
            &subnet("10.0.0.0/29"),
            Scale::Address,
            &[host(2, "10.0.0.1"), reserved],
        );
        let words: Vec<_> = cells.iter().map(|cell| cell.state.word()).collect();
        assert_eq!(
            words,
            [
                "edge", "up", "reserved", "unused", "unused", "unused", "unused", "edge"
            ]
        );
    }

    #[test]
    fn point_to_point_blocks_have_no_edges() {
        for (cidr, len) in [("10.0.0.0/31", 2), ("10.0.0.4/32", 1)] {
            let cells = cells(&subnet(cidr), Scale::Address, &[]);
            assert_eq!(cells, vec![Cell::default(); len], "{cidr}");
        }
    }

    #[test]
    fn a_block_shows_what_needs_eyes_most() {
        let mut down = host(3, "10.0.1.3");
        down.status = Status::Down;
        let net = subnet("10.0.0.0/16");
        let cells = cells(
            &net,
            Scale::Block,
            &[host(1, "10.0.0.9"), host(2, "10.0.1.2"), down],
        );
        assert_eq!(cells.len(), 256);
        assert_eq!((cells[0].state, cells[0].used), (CellState::Up, 1));
        assert_eq!(
            (cells[1].state, cells[1].up, cells[1].down),
            (CellState::Down, 1, 1)
        );
        assert_eq!(address(&net, Scale::Block, 255), "10.0.255.0".parse().ok());
    }

    #[test]
    fn arrows_stay_inside() {
        assert_eq!(step(0, "ArrowLeft", 64, 256), None);
        assert_eq!(step(0, "ArrowDown", 64, 256), Some(64));
        assert_eq!(step(250, "ArrowDown", 64, 256), None);
        assert_eq!(step(7, "End", 64, 256), Some(255));
        assert_eq!(step(7, "q", 64, 256), None);
    }
}
