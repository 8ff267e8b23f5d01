//! The row that the keyboard stands on: it keeps to its line while others come and go.

use super::table::{Entry, Table};

/// The row that the keyboard stands on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    entry: Option<Entry>,
    /// Where it stood last: the next in its place when its own line is gone.
    index: usize,
}

impl Cursor {
    /// The line, if the cursor was placed.
    pub fn entry(&self) -> Option<Entry> {
        self.entry
    }

    /// Where the cursor stands in `table` now.
    pub fn index(&self, table: &Table) -> Option<usize> {
        let entry = self.entry?;
        if table.entry(self.index) == Some(entry) {
            return Some(self.index);
        }
        table
            .index_of(entry)
            .or_else(|| table.len().checked_sub(1).map(|last| self.index.min(last)))
    }

    /// The cursor on line `index`, or on the last one.
    pub fn at(table: &Table, index: usize) -> Self {
        let index = index.min(table.len().saturating_sub(1));
        Self {
            entry: table.entry(index),
            index,
        }
    }

    /// The cursor `steps` lines further; the first key press lands on the first line in sight.
    #[must_use]
    pub fn moved(&self, table: &Table, steps: isize, first_in_sight: usize) -> Self {
        match self.index(table) {
            Some(index) => Self::at(table, index.saturating_add_signed(steps)),
            None => Self::at(table, first_in_sight),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        filter::RowFilter,
        sample::{host, subnet},
    };
    use domain::{
        host::HostId,
        live::{HostsChanged, HostsRemoved, LiveEvent},
        row::{HostRow, SubnetPage, rows},
        subnet::SubnetId,
        time::Timestamp,
    };

    fn table(hosts: Vec<HostRow>) -> Table {
        let subnet = subnet("10.0.0.0/29");
        let page = SubnetPage {
            rows: rows(subnet.cidr, &[], hosts),
            subnet,
            ancestors: vec![],
            children: vec![],
            nested: vec![],
            at: Timestamp(0),
        };
        Table::new(&page, true, RowFilter::default())
    }

    #[test]
    fn it_stops_at_both_ends() {
        let table = table(vec![host(1, "10.0.0.1"), host(2, "10.0.0.2")]);
        let cursor = Cursor::default().moved(&table, 1, 0);
        assert_eq!(cursor.index(&table), Some(0));
        assert_eq!(cursor.moved(&table, -1, 0).index(&table), Some(0));
        assert_eq!(cursor.moved(&table, 9, 0).index(&table), Some(2));
    }

    #[test]
    fn it_follows_its_line_and_survives_its_end() {
        let mut table = table(vec![host(1, "10.0.0.3")]);
        let cursor = Cursor::at(&table, 1);
        assert_eq!(
            cursor.entry(),
            Some(Entry::Host(HostId(1), "10.0.0.3".parse().unwrap()))
        );
        table.apply(&LiveEvent::Hosts(HostsChanged {
            subnet_id: SubnetId(1),
            hosts: vec![host(2, "10.0.0.1")],
        }));
        assert_eq!(cursor.index(&table), Some(2));
        table.apply(&LiveEvent::HostsRemoved(HostsRemoved {
            ids: vec![HostId(1), HostId(2)],
        }));
        assert_eq!(cursor.index(&table), Some(0));
    }
}
