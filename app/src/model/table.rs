//! The table of one subnet: its hosts, the gaps between them, what is expanded, filtered and sorted.

use super::{
    expanded::{Expanded, PAGE},
    filter::{Order, RowFilter},
    ports::chip_label,
    store::{Change, HostStore},
};
use domain::{
    cidr,
    host::HostId,
    live::LiveEvent,
    row::{Gap, HostRow, Row, SubnetPage, gaps},
    subnet::Subnet,
    summary::StatusCounts,
};
use ipnetwork::IpNetwork;
use std::{net::IpAddr, ops::Range};

/// What stands in one line; positions in the table's own lists, so that 65,536 of them stay small.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    Host(u32),
    Gap(u32),
    Free { gap: u32, offset: u32 },
    More(u32),
}

/// A line in sight, by what identifies it: the line stays the same while its figures change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entry {
    /// A host.
    Host(HostId, IpAddr),
    /// A run of unused addresses that begins here.
    Gap(IpAddr),
    /// One unused address of an expanded run.
    Free(IpAddr),
    /// The foot of an expanded run that begins here: more are to come.
    More(IpAddr),
}

/// A gap and how many of its addresses are listed below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GapState {
    /// The gap.
    pub gap: Gap,
    /// Addresses that are listed; 0 = collapsed.
    pub shown: u128,
}

impl GapState {
    /// How many addresses the next page brings.
    pub fn next_page(&self) -> u128 {
        (self.gap.count.0 - self.shown).min(PAGE)
    }
}

/// The table of one subnet.
#[derive(Clone, Debug)]
pub struct Table {
    subnet: Subnet,
    nested: Vec<IpNetwork>,
    store: HostStore,
    filter: RowFilter,
    expanded: Expanded,
    gaps: Vec<Gap>,
    lines: Vec<Line>,
    complete: bool,
}

fn hosts_of(rows: Vec<Row>) -> Vec<HostRow> {
    rows.into_iter()
        .filter_map(|row| match row {
            Row::Host(host) => Some(host),
            Row::Gap(_) => None,
        })
        .collect()
}

impl Table {
    /// The table of a page. `complete` says whether all of the subnet's rows are in it: while it is not,
    /// only what lies before the last row is known, and no gap is shown behind it.
    pub fn new(page: &SubnetPage, complete: bool, filter: RowFilter) -> Self {
        let mut table = Self {
            subnet: page.subnet.clone(),
            nested: page.nested.clone(),
            store: HostStore::new(hosts_of(page.rows.clone())),
            filter,
            expanded: Expanded::default(),
            gaps: Vec::new(),
            lines: Vec::new(),
            complete,
        };
        table.arrange();
        table
    }

    /// Takes a newer reading of the same subnet; what is expanded and filtered stays.
    pub fn replace(&mut self, page: SubnetPage) {
        self.subnet = page.subnet;
        self.nested = page.nested;
        self.store = HostStore::new(hosts_of(page.rows));
        self.complete = true;
        self.arrange();
    }

    /// Filters and sorts anew.
    pub fn set_filter(&mut self, filter: RowFilter) {
        if self.filter != filter {
            self.filter = filter;
            self.arrange();
        }
    }

    /// Applies what the server pushed.
    pub fn apply(&mut self, event: &LiveEvent) -> Change {
        let change = match event {
            LiveEvent::Hosts(changed) => self.store.upsert(&self.subnet, &changed.hosts),
            LiveEvent::HostsRemoved(removed) => self.store.remove(&removed.ids),
            LiveEvent::Latency(round) => self.store.latency(&round.ids, &round.rtt_us),
            LiveEvent::Subnet(subnet) if subnet.id == self.subnet.id => {
                self.subnet = subnet.clone();
                Change::Cells
            }
            _ => Change::None,
        };
        if change == Change::Rows {
            self.arrange();
        }
        change
    }

    fn arrange(&mut self) {
        let hosts = self.store.hosts();
        self.gaps = gaps(
            self.subnet.cidr,
            &self.nested,
            hosts.iter().map(|host| host.ip),
        );
        if !self.complete {
            let known = hosts.last().map(|host| host.ip);
            self.gaps
                .retain(|gap| known.is_some_and(|ip| gap.last < ip));
        }
        self.lines.clear();
        let wanted = self.filter.matcher();
        if !self.filter.shows_gaps() {
            let mut found: Vec<u32> = (0..)
                .zip(hosts)
                .filter(|(_, host)| wanted(host))
                .map(|(at, _)| at)
                .collect();
            if self.filter.order == Order::UpFirst {
                // Stable: equal statuses keep the order of their addresses.
                found.sort_by_key(|at| hosts[*at as usize].status);
            }
            self.lines.extend(found.into_iter().map(Line::Host));
            return;
        }
        let mut gaps = (0_u32..).zip(&self.gaps).peekable();
        let mut lines = Vec::with_capacity(hosts.len() + self.gaps.len());
        for (at, host) in (0..).zip(hosts) {
            while let Some((number, gap)) = gaps.next_if(|(_, gap)| gap.first < host.ip) {
                push_gap(&mut lines, number, gap, &self.expanded);
            }
            lines.push(Line::Host(at));
        }
        for (number, gap) in gaps {
            push_gap(&mut lines, number, gap, &self.expanded);
        }
        self.lines = lines;
    }

    /// The subnet with its numbers.
    pub fn subnet(&self) -> &Subnet {
        &self.subnet
    }

    /// All hosts in address order.
    pub fn hosts(&self) -> &[HostRow] {
        self.store.hosts()
    }

    /// Whether every host of the subnet is here.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Lines in all.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is no line.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The line at `index`.
    pub fn entry(&self, index: usize) -> Option<Entry> {
        let gap = |number: u32| self.gaps.get(number as usize);
        match *self.lines.get(index)? {
            Line::Host(at) => {
                let host = self.store.hosts().get(at as usize)?;
                Some(Entry::Host(host.id, host.ip))
            }
            Line::Gap(number) => Some(Entry::Gap(gap(number)?.first)),
            Line::More(number) => Some(Entry::More(gap(number)?.first)),
            Line::Free {
                gap: number,
                offset,
            } => {
                let first = gap(number)?.first;
                cidr::address(cidr::number(first) + u128::from(offset), first).map(Entry::Free)
            }
        }
    }

    /// The lines of a window.
    pub fn entries(&self, window: Range<usize>) -> Vec<Entry> {
        window.filter_map(|index| self.entry(index)).collect()
    }

    /// Where a line stands now.
    pub fn index_of(&self, entry: Entry) -> Option<usize> {
        (0..self.len()).find(|index| self.entry(*index) == Some(entry))
    }

    /// The host with this address.
    pub fn host(&self, ip: IpAddr) -> Option<&HostRow> {
        self.store.at(ip)
    }

    /// The host with this number.
    pub fn host_by_id(&self, id: HostId) -> Option<&HostRow> {
        self.store.find(id)
    }

    /// The gap that begins at `first`.
    pub fn gap(&self, first: IpAddr) -> Option<GapState> {
        let at = self
            .gaps
            .binary_search_by(|gap| gap.first.cmp(&first))
            .ok()?;
        let gap = self.gaps[at];
        Some(GapState {
            gap,
            shown: self.expanded.shown(&gap),
        })
    }

    /// The gap that contains `ip`.
    pub fn gap_around(&self, ip: IpAddr) -> Option<Gap> {
        let after = self.gaps.partition_point(|gap| gap.first <= ip);
        let gap = *self.gaps.get(after.checked_sub(1)?)?;
        (ip <= gap.last).then_some(gap)
    }

    /// Lists one page (more) of the gap that begins at `first`; answers the first address that was not listed before.
    pub fn expand(&mut self, first: IpAddr) -> Option<IpAddr> {
        let state = self.gap(first)?;
        self.expanded.more(&state.gap);
        self.arrange();
        cidr::address(cidr::number(first) + state.shown, first)
    }

    /// Makes the gap that begins at `first` one row again.
    pub fn collapse(&mut self, first: IpAddr) {
        if let Some(state) = self.gap(first) {
            self.expanded.collapse(&state.gap);
            self.arrange();
        }
    }

    /// The first unused address, if every address before it is known.
    pub fn first_free(&self) -> Option<IpAddr> {
        self.gaps.first().map(|gap| gap.first)
    }

    /// Unused addresses.
    pub fn unused(&self) -> u128 {
        self.gaps.iter().map(|gap| gap.count.0).sum()
    }

    /// Hosts by status.
    pub fn counts(&self) -> StatusCounts {
        self.store.counts()
    }

    /// Every kind of open port as its chip says it, those that most hosts have first.
    pub fn open_ports(&self) -> Vec<(String, usize)> {
        let chips = self.hosts().iter().flat_map(|host| &host.ports);
        let mut labels: Vec<String> = chips.map(chip_label).collect();
        labels.sort_unstable();
        let alike = labels.chunk_by(|a, b| a == b);
        let mut counted: Vec<_> = alike.map(|same| (same[0].clone(), same.len())).collect();
        // Stable: what is as common keeps its order.
        counted.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counted
    }

    /// Every tag in use, in alphabetical order.
    pub fn tags(&self) -> Vec<String> {
        let mut tags: Vec<&String> = self.hosts().iter().flat_map(|host| &host.tags).collect();
        tags.sort_unstable();
        tags.dedup();
        tags.into_iter().cloned().collect()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "at most a page per click is listed"
)]
fn push_gap(lines: &mut Vec<Line>, number: u32, gap: &Gap, expanded: &Expanded) {
    lines.push(Line::Gap(number));
    let shown = expanded.shown(gap);
    lines.extend((0..shown as u32).map(|offset| Line::Free {
        gap: number,
        offset,
    }));
    if shown > 0 && shown < gap.count.0 {
        lines.push(Line::More(number));
    }
}

#[cfg(test)]
#[path = "table_tests.rs"]
mod tests;
