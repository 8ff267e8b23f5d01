//! What becomes of the hosts when a subnet is deleted.

use domain::{
    cidr,
    subnet::{Subnet, SubnetId},
};
use ipnetwork::IpNetwork;

/// What becomes of a subnet's own hosts; those of nested subnets stay where they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fate {
    /// How many hosts are not in a nested subnet.
    pub(super) hosts: u64,
    /// The subnet they move to; none means they are deleted.
    pub(super) heir: Option<IpNetwork>,
    /// Nested subnets, which stay.
    pub(super) nested: usize,
}

impl Fate {
    /// Of the subnet `id` among all.
    pub(super) fn of(id: SubnetId, all: &[Subnet]) -> Option<Self> {
        let subnet = all.iter().find(|subnet| subnet.id == id)?;
        let inside: Vec<&Subnet> = all
            .iter()
            .filter(|other| cidr::is_inside(other.cidr, subnet.cidr))
            .collect();
        let in_children: u64 = inside
            .iter()
            .filter(|child| {
                !inside
                    .iter()
                    .any(|between| cidr::is_inside(child.cidr, between.cidr))
            })
            .map(|child| child.used)
            .sum();
        let heir = all
            .iter()
            .filter(|other| cidr::is_inside(subnet.cidr, other.cidr))
            .max_by_key(|other| other.cidr.prefix());
        Some(Self {
            hosts: subnet.used.saturating_sub(in_children),
            heir: heir.map(|subnet| subnet.cidr),
            nested: inside.len(),
        })
    }

    /// In plain words.
    pub(super) fn words(&self) -> String {
        let hosts = match self.hosts {
            1 => "1 host".to_owned(),
            n => format!("{n} hosts"),
        };
        let first = match (self.hosts, self.heir) {
            (0, _) => "No host goes with it.".to_owned(),
            (_, Some(heir)) => format!(
                "{hosts} will belong to {heir} instead; nothing written about them is lost."
            ),
            (1, None) => "1 host is deleted with it, with everything written about it.".to_owned(),
            (_, None) => {
                format!("{hosts} are deleted with it, with everything written about them.")
            }
        };
        match self.nested {
            0 => first,
            1 => format!("{first} The subnet inside it stays."),
            n => format!("{first} The {n} subnets inside it stay."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::tests::subnet;

    fn with_used(id: i64, cidr: &str, used: u64) -> Subnet {
        Subnet {
            used,
            ..subnet(id, cidr)
        }
    }

    #[test]
    fn hosts_go_to_the_smallest_subnet_around_or_with_it() {
        let all = [
            with_used(1, "10.0.0.0/8", 30),
            with_used(2, "10.1.0.0/16", 20),
            with_used(3, "10.1.1.0/24", 8),
            with_used(4, "10.1.1.0/28", 3),
        ];
        let inner = Fate::of(SubnetId(2), &all).unwrap();
        assert_eq!((inner.hosts, inner.nested), (12, 2));
        assert_eq!(inner.heir.unwrap().to_string(), "10.0.0.0/8");
        let outer = Fate::of(SubnetId(1), &all).unwrap();
        assert_eq!((outer.hosts, outer.heir, outer.nested), (10, None, 3));
        assert!(outer.words().starts_with("10 hosts are deleted"));
        assert_eq!(Fate::of(SubnetId(9), &all), None);
    }

    #[test]
    fn words_fit_the_number() {
        let one = Fate {
            hosts: 1,
            heir: None,
            nested: 1,
        };
        assert!(one.words().starts_with("1 host is deleted"));
        assert!(one.words().ends_with("stays."));
        assert!(
            Fate {
                hosts: 0,
                heir: None,
                nested: 0
            }
            .words()
            .starts_with("No host")
        );
    }
}
