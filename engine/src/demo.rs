//! The sample network of `rollcall demo`: who is in it, and what each address answers at any moment. Pure: the same seed
//! and the same time give the same answer, so that the past is made up after the fact and goes on by itself.

mod answers;
mod habit;
mod ping;
mod ports;
mod scan;
mod site;

pub use ping::Simulated;

use self::{
    habit::Habit,
    site::{BLOCKS, Block},
};
use domain::{subnet::NewSubnet, time::Timestamp};
use ipnetwork::IpNetwork;
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

/// The past that is written when the sample network is loaded.
pub const PAST: Duration = Duration::from_hours(7 * 24);

/// The sample network.
#[derive(Debug)]
pub struct Network {
    seed: u32,
    until: Timestamp,
    past: Duration,
    members: BTreeMap<IpAddr, Member>,
}

/// One host of it.
#[derive(Debug)]
pub(crate) struct Member {
    /// What is written about it; discovered hosts have nothing.
    pub(crate) text: Option<Text>,
    /// Since when it is there.
    pub(crate) since: Timestamp,
    /// What tells it from the others.
    key: u64,
    block: usize,
    habit: Habit,
    /// Microseconds on a quiet day.
    base_us: f64,
    /// How much single answers differ: a share of the base.
    jitter: f64,
    /// Chance that a round stays without an answer.
    loss: f64,
}

/// What a person wrote about a host.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text {
    pub(crate) hostname: String,
    pub(crate) description: String,
    pub(crate) tags: Vec<String>,
    pub(crate) notes: Option<String>,
    pub(crate) reserved: bool,
}

impl Network {
    /// The network whose past ends at `until`.
    pub fn new(seed: u32, until: Timestamp) -> Self {
        let members = BLOCKS.iter().enumerate().flat_map(|(index, block)| {
            let places = site::places(block);
            places.map(move |place| {
                let number = place.number;
                let member = Member::new(seed, until, index, place);
                (address(block, number), member)
            })
        });
        Self {
            seed,
            until,
            past: PAST,
            members: members.collect(),
        }
    }

    /// The same with a shorter past.
    #[must_use]
    pub fn with_past(self, past: Duration) -> Self {
        Self { past, ..self }
    }

    /// What its answers are made from.
    pub fn seed(&self) -> u32 {
        self.seed
    }

    /// When the past ends that is written on loading.
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// When that past begins.
    pub fn from(&self) -> Timestamp {
        self.until.minus(self.past)
    }

    /// Its subnets, outer ones first.
    pub(crate) fn subnets() -> impl Iterator<Item = NewSubnet> {
        BLOCKS.iter().map(Block::subnet)
    }

    /// Its hosts in address order.
    pub(crate) fn members(&self) -> impl Iterator<Item = (IpAddr, &Member)> {
        self.members.iter().map(|(ip, member)| (*ip, member))
    }

    /// A host, by its address.
    #[cfg(test)]
    fn member(&self, ip: &str) -> &Member {
        &self.members[&ip.parse::<IpAddr>().unwrap()]
    }
}

/// The address with a number inside a block.
fn address(block: &Block, number: u16) -> IpAddr {
    match block.cidr.parse::<IpNetwork>() {
        Ok(IpNetwork::V4(v4)) => {
            Ipv4Addr::from_bits(v4.network().to_bits() + u32::from(number)).into()
        }
        Ok(IpNetwork::V6(v6)) => {
            Ipv6Addr::from_bits(v6.network().to_bits() + u128::from(number)).into()
        }
        Err(_) => unreachable!("the table holds blocks only, as a test shows"),
    }
}

#[cfg(test)]
#[path = "demo/tests.rs"]
mod tests;
