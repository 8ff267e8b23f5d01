//! Which rows of a table are wanted and in which order; how that stands in the address bar.

use super::ports::{self, PortFilter};
use domain::{row::HostRow, status::Status};

/// The order of a subnet's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By address, with the unused addresses between them.
    #[default]
    Address,
    /// Up, then Down, then Unknown; without unused addresses.
    UpFirst,
}

/// What is wanted of a subnet's rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowFilter {
    /// Only hosts with this status.
    pub status: Option<Status>,
    /// Part of the address, name, description or a tag; an open port or part of its service's name.
    pub text: String,
    /// Only hosts with this tag.
    pub tag: Option<String>,
    /// Only hosts with such a port open.
    pub ports: PortFilter,
    /// The order.
    pub order: Order,
}

/// The word of a status in a query.
pub fn status_word(status: Status) -> &'static str {
    match status {
        Status::Up => "up",
        Status::Down => "down",
        Status::Unknown => "unknown",
    }
}

/// The status of a query's word.
pub fn status_of(word: &str) -> Option<Status> {
    [Status::Up, Status::Down, Status::Unknown]
        .into_iter()
        .find(|status| status_word(*status) == word)
}

impl RowFilter {
    /// The filter that `get` (a look-up in the query string) describes.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            status: get("status").as_deref().and_then(status_of),
            text: get("q").unwrap_or_default(),
            tag: get("tag").filter(|tag| !tag.is_empty()),
            ports: PortFilter::from_query(&get),
            order: match get("order").as_deref() {
                Some("status") => Order::UpFirst,
                _ => Order::Address,
            },
        }
    }

    /// The query parameters that bring this filter back, defaults left out.
    pub fn to_query(&self) -> Vec<(&'static str, String)> {
        let mut query = Vec::new();
        if let Some(status) = self.status {
            query.push(("status", status_word(status).to_owned()));
        }
        if !self.text.is_empty() {
            query.push(("q", self.text.clone()));
        }
        if let Some(tag) = &self.tag {
            query.push(("tag", tag.clone()));
        }
        query.extend(self.ports.to_query());
        if self.order == Order::UpFirst {
            query.push(("order", "status".to_owned()));
        }
        query
    }

    /// Whether gaps belong between the rows: only while nothing is left out and the order is by address.
    pub fn shows_gaps(&self) -> bool {
        self.order == Order::Address && !self.is_narrow()
    }

    /// Whether some hosts may be left out.
    pub fn is_narrow(&self) -> bool {
        self.status.is_some()
            || self.tag.is_some()
            || self.ports.is_narrow()
            || !self.text.trim().is_empty()
    }

    /// A test for one host; the text is folded once, not per row.
    pub fn matcher(&self) -> impl Fn(&HostRow) -> bool + '_ {
        let text = self.text.trim().to_lowercase();
        move |host| {
            self.status.is_none_or(|status| status == host.status)
                && self.tag.as_ref().is_none_or(|tag| host.tags.contains(tag))
                && self.ports.fits(&host.ports)
                && (text.is_empty() || contains(host, &text))
        }
    }
}

fn contains(host: &HostRow, text: &str) -> bool {
    let within = |field: &Option<String>| {
        field
            .as_deref()
            .is_some_and(|field| field.to_lowercase().contains(text))
    };
    host.ip.to_string().contains(text)
        || within(&host.hostname)
        || within(&host.description)
        || host.tags.iter().any(|tag| tag.contains(text))
        || ports::contains(&host.ports, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::host;
    use domain::port::{PortChip, Proto};

    #[test]
    fn a_filter_survives_the_address_bar() {
        let filter = RowFilter {
            status: Some(Status::Down),
            text: "rack 2".into(),
            tag: Some("printer".into()),
            ports: PortFilter::read("9100/jetdirect"),
            order: Order::UpFirst,
        };
        for filter in [filter, RowFilter::default()] {
            let query = filter.to_query();
            let back = RowFilter::from_query(|key| {
                query
                    .iter()
                    .find(|(name, _)| *name == key)
                    .map(|(_, value)| value.clone())
            });
            assert_eq!(back, filter);
        }
    }

    #[test]
    fn text_is_looked_for_in_every_field_without_regard_to_case() {
        let mut nas = host(1, "10.0.0.12");
        nas.hostname = Some("NAS-01".into());
        nas.description = Some("Backup target".into());
        nas.tags = vec!["storage".into()];
        nas.ports = vec![PortChip {
            port: 445,
            proto: Proto::Tcp,
            service: Some("microsoft-ds".into()),
        }];
        for text in ["nas", "0.12", "TARGET", " stor ", "445", "Microsoft"] {
            let filter = RowFilter {
                text: text.into(),
                ..RowFilter::default()
            };
            assert!(filter.matcher()(&nas), "{text}");
        }
        let other = RowFilter {
            text: "printer".into(),
            ..RowFilter::default()
        };
        assert!(!other.matcher()(&nas));
    }

    #[test]
    fn gaps_are_shown_only_when_nothing_is_left_out() {
        assert!(RowFilter::default().shows_gaps());
        let by_status = RowFilter {
            order: Order::UpFirst,
            ..RowFilter::default()
        };
        assert!(!by_status.shows_gaps());
        let narrow = RowFilter {
            text: "x".into(),
            ..RowFilter::default()
        };
        assert!(!narrow.shows_gaps());
    }
}
