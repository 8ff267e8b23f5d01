//! A list that grows page by page while new items may come in front.

use domain::page::Page;
use serde::{Deserialize, Serialize};

/// What was loaded of a list so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Paged<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; absent when all is here.
    pub next: Option<String>,
    /// Items on all pages.
    pub total: u64,
}

impl<T> From<Page<T>> for Paged<T> {
    fn from(page: Page<T>) -> Self {
        Self {
            items: page.items,
            next: page.next_cursor,
            total: page.total,
        }
    }
}

impl<T> Paged<T> {
    /// Adds the next page; what is here already (the list may have moved meanwhile) is not added twice.
    pub fn extend<K: PartialEq>(&mut self, page: Page<T>, key: impl Fn(&T) -> K) {
        for item in page.items {
            if !self.items.iter().any(|known| key(known) == key(&item)) {
                self.items.push(item);
            }
        }
        self.next = page.next_cursor;
        self.total = page.total;
    }

    /// Puts a new item in front, once.
    pub fn prepend<K: PartialEq>(&mut self, item: T, key: impl Fn(&T) -> K) -> bool {
        if self.items.iter().any(|known| key(known) == key(&item)) {
            return false;
        }
        self.items.insert(0, item);
        self.total += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &[i32], next: Option<&str>) -> Page<i32> {
        Page {
            items: items.to_vec(),
            next_cursor: next.map(str::to_owned),
            total: 4,
        }
    }

    #[test]
    fn pages_join_and_no_item_comes_twice() {
        let mut list = Paged::from(page(&[4, 3], Some("c")));
        assert!(list.prepend(5, |n| *n));
        assert!(!list.prepend(5, |n| *n));
        list.extend(page(&[3, 2], None), |n| *n);
        assert_eq!(list.items, [5, 4, 3, 2]);
        assert_eq!(list.next, None);
    }
}
