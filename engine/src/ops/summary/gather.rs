//! One pass over the board: counts, strips, and the hosts that need a look.

use crate::board::{Board, Entry, Shown};
use domain::{
    cidr,
    history::{BUCKETS, StripBucket},
    host::HostId,
    status::Status,
    strip::SubnetStrip,
    subnet::{Subnet, SubnetId, utilisation},
    summary::StatusCounts,
    time::Timestamp,
};
use std::{
    cmp::Reverse,
    collections::{HashMap, HashSet},
};

/// Hosts in each list.
const LISTED: usize = 8;

/// Which hosts are wanted.
pub(super) struct Wanted {
    /// Inside this subnet.
    pub(super) subnet: Option<SubnetId>,
    /// With this status; they are counted all the same.
    pub(super) status: Option<Status>,
    /// Only these, whatever else is wanted.
    pub(super) written: Option<HashSet<HostId>>,
    /// Hosts whose silence is expected.
    pub(super) expected: HashSet<HostId>,
}

/// What was found.
pub(super) struct Gathered {
    /// Hosts by status, of every status.
    pub(super) hosts: StatusCounts,
    /// Those that were counted.
    pub(super) counted: HashSet<HostId>,
    /// Those that have the wanted status and words; `None` when neither is wanted.
    pub(super) only: Option<HashSet<HostId>>,
    /// Subnets in tree order, counting these hosts.
    pub(super) subnets: Vec<Subnet>,
    /// Their last 24 hours.
    pub(super) strips: Vec<SubnetStrip>,
    /// Hosts that are down unexpectedly, suspect or flapping.
    pub(super) trouble: Vec<HostId>,
    /// The slowest.
    pub(super) slowest: Vec<HostId>,
}

/// One subnet's share: its own hosts, then those of nested subnets too.
#[derive(Clone)]
struct Part {
    hosts: StatusCounts,
    wanted: u64,
    buckets: [StripBucket; BUCKETS],
}

impl Default for Part {
    fn default() -> Self {
        Self {
            hosts: StatusCounts::default(),
            wanted: 0,
            buckets: [StripBucket::default(); BUCKETS],
        }
    }
}

impl Part {
    fn add(&mut self, other: &Self) {
        self.hosts = sum(self.hosts, other.hosts);
        self.wanted += other.wanted;
        for (own, more) in self.buckets.iter_mut().zip(&other.buckets) {
            own.up += more.up;
            own.partial += more.partial;
            own.down += more.down;
        }
    }
}

fn sum(a: StatusCounts, b: StatusCounts) -> StatusCounts {
    StatusCounts {
        up: a.up + b.up,
        down: a.down + b.down,
        unknown: a.unknown + b.unknown,
        suspect: a.suspect + b.suspect,
        total: a.total + b.total,
    }
}

fn one(shown: &Shown) -> StatusCounts {
    let is = |status| u64::from(shown.status == status);
    StatusCounts {
        up: is(Status::Up),
        down: is(Status::Down),
        unknown: is(Status::Unknown),
        suspect: u64::from(shown.suspect),
        total: 1,
    }
}

/// Goes over the wanted hosts once.
pub(super) fn gather(
    board: &Board,
    mut tree: Vec<Subnet>,
    wanted: &Wanted,
    now: Timestamp,
) -> Gathered {
    let block = wanted.subnet.and_then(|id| board.rules(id)).map(|r| r.cidr);
    if let Some(block) = block {
        tree.retain(|subnet| subnet.cidr == block || cidr::is_inside(subnet.cidr, block));
    }
    let narrow = wanted.status.is_some() || wanted.written.is_some();
    let (mut counted, mut only) = (HashSet::new(), HashSet::new());
    let mut parts: HashMap<SubnetId, Part> = HashMap::new();
    let mut lists = Lists::default();
    let mut take = |entry: &Entry| {
        let written = wanted.written.as_ref();
        if written.is_some_and(|ids| !ids.contains(&entry.id)) {
            return;
        }
        let shown = board.shown(entry, now);
        let part = parts.entry(entry.subnet_id).or_default();
        part.hosts = sum(part.hosts, one(&shown));
        counted.insert(entry.id);
        for (all, own) in part
            .buckets
            .iter_mut()
            .zip(board.ring.buckets(entry.id, now))
        {
            all.add(own);
        }
        if wanted.status.is_some_and(|status| status != shown.status) {
            return;
        }
        part.wanted += 1;
        if narrow {
            only.insert(entry.id);
        }
        lists.take(entry.id, &shown, wanted.expected.contains(&entry.id));
    };
    match block {
        Some(block) => board.within(block).for_each(|(_, entry)| take(entry)),
        None => board.all().for_each(|(_, entry)| take(entry)),
    }
    // Children come after their parents, so from the end on each part is whole before it is added to the one around it.
    for subnet in tree.iter().rev() {
        if let (Some(parent), Some(part)) = (subnet.parent_id, parts.get(&subnet.id).cloned()) {
            parts.entry(parent).or_default().add(&part);
        }
    }
    let outermost = tree.iter().filter(|subnet| {
        let parent = subnet.parent_id;
        parent.is_none() || wanted.subnet == Some(subnet.id)
    });
    let hosts = outermost
        .filter_map(|subnet| parts.get(&subnet.id))
        .fold(StatusCounts::default(), |all, part| sum(all, part.hosts));
    tree.retain(|subnet| !narrow || parts.get(&subnet.id).is_some_and(|part| part.wanted > 0));
    let mut strips = Vec::with_capacity(tree.len());
    for subnet in &mut tree {
        let part = parts.remove(&subnet.id).unwrap_or_default();
        strips.push(SubnetStrip::new(subnet.id, &part.buckets));
        subnet.used = part.hosts.total;
        subnet.alive = part.hosts.up;
        subnet.down = part.hosts.down;
        subnet.unknown = part.hosts.unknown;
        subnet.utilisation = utilisation(part.hosts.total, subnet.size);
    }
    let (trouble, slowest) = lists.finish();
    Gathered {
        hosts,
        counted,
        only: narrow.then_some(only),
        subnets: tree,
        strips,
        trouble,
        slowest,
    }
}

/// Candidates for the lists, in no order.
#[derive(Default)]
struct Lists {
    trouble: Vec<(bool, Reverse<Option<Timestamp>>, HostId)>,
    slow: Vec<(f64, HostId)>,
}

impl Lists {
    fn take(&mut self, id: HostId, shown: &Shown, expected: bool) {
        let down = shown.status == Status::Down && !expected;
        if down || shown.suspect || (shown.flapping && shown.status == Status::Up) {
            self.trouble.push((!down, Reverse(shown.since), id));
        }
        if let Some(latency) = shown.latency_ms {
            self.slow.push((latency, id));
        }
    }

    fn finish(mut self) -> (Vec<HostId>, Vec<HostId>) {
        self.trouble.sort_unstable();
        self.slow
            .sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let trouble = self.trouble.iter().take(LISTED).map(|(_, _, id)| *id);
        let slow = self.slow.iter().take(LISTED).map(|(_, id)| *id);
        (trouble.collect(), slow.collect())
    }
}
