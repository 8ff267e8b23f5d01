//! The list of all hosts: what is asked for, how it stands in the address bar, what pushed changes do to it.

use super::{
    filter::{status_of, status_word},
    ports::PortFilter,
};
use domain::{
    host::{Host, HostQuery},
    live::LiveEvent,
    status::Status,
};

/// How the list can be sorted: the word on the wire and what a reader sees.
pub const SORTS: [(&str, &str); 5] = [
    ("ip", "by address"),
    ("hostname", "by name"),
    ("status", "by status"),
    ("-since", "newest change first"),
    ("-latency_ms", "slowest first"),
];

/// What is wanted of all hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostFilter {
    /// Part of the address, name, description, notes or a tag.
    pub text: String,
    /// Only hosts with this status.
    pub status: Option<Status>,
    /// Only hosts with this tag.
    pub tag: Option<String>,
    /// Only hosts with such a port open.
    pub ports: PortFilter,
    /// One of [`SORTS`]; empty = by address.
    pub sort: String,
}

impl HostFilter {
    /// The filter that `get` (a look-up in the query string) describes.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        let sort = get("sort").unwrap_or_default();
        Self {
            text: get("q").unwrap_or_default(),
            status: get("status").as_deref().and_then(status_of),
            tag: get("tag").filter(|tag| !tag.is_empty()),
            ports: PortFilter::from_query(&get),
            sort: if SORTS.iter().skip(1).any(|(word, _)| *word == sort) {
                sort
            } else {
                String::new()
            },
        }
    }

    /// The query parameters that bring this filter back, defaults left out.
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let mut query = Vec::new();
        if !self.text.is_empty() {
            query.push(("q", self.text.clone()));
        }
        if let Some(status) = self.status {
            query.push(("status", status_word(status).to_owned()));
        }
        if let Some(tag) = &self.tag {
            query.push(("tag", tag.clone()));
        }
        query.extend(self.ports.to_query());
        if !self.sort.is_empty() {
            query.push(("sort", self.sort.clone()));
        }
        query
    }

    /// Whether some hosts may be left out.
    pub fn is_narrow(&self) -> bool {
        self.status.is_some()
            || self.tag.is_some()
            || self.ports.is_narrow()
            || !self.text.trim().is_empty()
    }

    /// What to ask the server.
    pub fn query(&self, cursor: Option<String>) -> HostQuery {
        let some = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        HostQuery {
            status: self.status,
            tag: self.tag.clone(),
            service: self.ports.service.clone(),
            port: self.ports.port,
            q: some(&self.text),
            sort: some(&self.sort),
            cursor,
            ..HostQuery::default()
        }
    }
}

/// Applies what the server pushed to the hosts that are listed; `true` if something changed. New hosts wait for the next
/// reading: where they belong depends on filter and order.
pub fn apply(hosts: &mut Vec<Host>, event: &LiveEvent) -> bool {
    match event {
        LiveEvent::Hosts(changed) => {
            let mut any = false;
            for row in &changed.hosts {
                if let Some(host) = hosts.iter_mut().find(|host| host.id == row.id) {
                    host.hostname.clone_from(&row.hostname);
                    host.hostname_source = row.hostname_source;
                    host.description.clone_from(&row.description);
                    host.tags.clone_from(&row.tags);
                    host.reserved = row.reserved;
                    super::host_page::follow(host, row);
                    any = true;
                }
            }
            any
        }
        LiveEvent::HostsRemoved(removed) => {
            let before = hosts.len();
            hosts.retain(|host| !removed.ids.contains(&host.id));
            hosts.len() != before
        }
        LiveEvent::Latency(round) => {
            let mut any = false;
            for host in hosts.iter_mut().filter(|host| host.status == Status::Up) {
                let at = round.ids.iter().position(|id| *id == host.id);
                if let Some(rtt) = at.and_then(|at| round.rtt_us.get(at)) {
                    host.latency_ms = Some(f64::from(*rtt) / 1000.0);
                    any = true;
                }
            }
            any
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample;
    use domain::{
        host::HostId,
        live::{HostsChanged, HostsRemoved},
        subnet::SubnetId,
    };

    #[test]
    fn the_filter_survives_the_address_bar_and_unknown_words_are_dropped() {
        let filter = HostFilter {
            text: "nas".into(),
            status: Some(Status::Down),
            tag: Some("a".into()),
            ports: PortFilter::read("ssh"),
            sort: "-since".into(),
        };
        let query = filter.to_query();
        let get = |key: &str| {
            query
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, value)| value.clone())
        };
        assert_eq!(HostFilter::from_query(get), filter);
        let odd = HostFilter::from_query(|key| (key == "sort").then(|| "password".to_owned()));
        assert_eq!(odd, HostFilter::default());
    }

    #[test]
    fn listed_hosts_follow_and_others_wait() {
        let mut hosts = vec![
            sample::whole_host(1, "10.0.0.1"),
            sample::whole_host(2, "10.0.0.2"),
        ];
        let mut row = sample::host(2, "10.0.0.2");
        row.status = Status::Down;
        row.hostname = Some("nas".into());
        let event = LiveEvent::Hosts(HostsChanged {
            subnet_id: SubnetId(1),
            hosts: vec![row, sample::host(3, "10.0.0.3")],
        });
        assert!(apply(&mut hosts, &event));
        assert_eq!((hosts.len(), hosts[1].status), (2, Status::Down));
        assert_eq!(hosts[1].hostname.as_deref(), Some("nas"));
        assert!(apply(
            &mut hosts,
            &LiveEvent::HostsRemoved(HostsRemoved {
                ids: vec![HostId(1)]
            })
        ));
        assert_eq!(hosts.len(), 1);
    }
}
