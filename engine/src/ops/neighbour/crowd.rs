//! How many strangers a subnet takes from the neighbour table: anybody on the segment can make addresses up.

use crate::{Result, store};
use domain::subnet::SubnetId;
use ipnetwork::IpNetwork;
use sea_orm::ConnectionTrait;
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Mutex, PoisonError},
};

/// Hosts of a subnet that nobody described, at most.
pub(crate) const MOST: u64 = 1_024;

/// The subnets in which somebody was turned away at the newest look at the table.
#[derive(Debug, Default)]
pub struct Crowded(Mutex<Vec<IpNetwork>>);

impl Crowded {
    /// Which they are, in order.
    pub(crate) fn now(&self) -> Vec<IpNetwork> {
        let blocks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        blocks.clone()
    }

    pub(super) fn replace(&self, mut blocks: Vec<IpNetwork>) {
        blocks.sort();
        blocks.dedup();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = blocks;
    }
}

/// How many more strangers each subnet takes.
#[derive(Debug)]
pub(super) struct Room(HashMap<SubnetId, u64>);

impl Room {
    pub(super) async fn of(
        db: &impl ConnectionTrait,
        ids: impl Iterator<Item = SubnetId>,
    ) -> Result<Self> {
        let mut left = HashMap::new();
        for id in ids {
            if let Entry::Vacant(unknown) = left.entry(id) {
                let strangers = store::host::strangers::count(db, id).await?;
                unknown.insert(MOST.saturating_sub(strangers));
            }
        }
        Ok(Self(left))
    }

    /// Whether one more is taken.
    pub(super) fn take(&mut self, id: SubnetId) -> bool {
        let left = self.0.entry(id).or_default();
        let is_taken = *left > 0;
        *left = left.saturating_sub(1);
        is_taken
    }
}
