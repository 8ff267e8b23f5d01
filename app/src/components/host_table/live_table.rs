//! A subnet's table within a page: plain rows outside of reactivity, and one version that readers follow.

use crate::model::{
    store::Change,
    table::{Entry, Table},
};
use domain::live::LiveEvent;
use leptos::prelude::*;

/// A subnet's table within a page.
#[derive(Clone, Copy)]
pub struct LiveTable {
    table: StoredValue<Table>,
    version: RwSignal<u32>,
    pointed: RwSignal<Option<Entry>>,
}

impl LiveTable {
    /// Puts a table under the current owner.
    pub fn new(table: Table) -> Self {
        Self {
            table: StoredValue::new(table),
            version: RwSignal::new(0),
            pointed: RwSignal::new(None),
        }
    }

    /// Reads, and reads again after every change.
    pub fn read<T>(self, reader: impl FnOnce(&Table) -> T) -> T {
        self.version.track();
        self.table.with_value(reader)
    }

    /// Reads once.
    pub fn peek<T>(self, reader: impl FnOnce(&Table) -> T) -> T {
        self.table.with_value(reader)
    }

    /// Changes the table and tells every reader.
    pub fn update<T>(self, writer: impl FnOnce(&mut Table) -> T) -> T {
        let mut answer = None;
        self.table
            .update_value(|table| answer = Some(writer(table)));
        self.version
            .update(|version| *version = version.wrapping_add(1));
        answer.expect("update_value calls its argument")
    }

    /// Applies what the server pushed; readers are told only when something that is shown has changed.
    pub fn apply(self, event: &LiveEvent) {
        let mut change = Change::None;
        self.table
            .try_update_value(|table| change = table.apply(event));
        if change != Change::None {
            self.version
                .update(|version| *version = version.wrapping_add(1));
        }
    }

    /// Asks whoever shows the table to put the cursor on this line.
    pub fn point_at(self, entry: Entry) {
        self.pointed.set(Some(entry));
    }

    /// The line that was asked for last.
    pub(super) fn pointed(self) -> Option<Entry> {
        self.pointed.get()
    }
}
