//! Which hosts the dashboard is about, and how that stands in the address bar.

use super::{
    filter::{status_of, status_word},
    ports::PortFilter,
};
use domain::{status::Status, summary::SummaryQuery};

/// A query string's names and values.
pub type Pairs = Vec<(&'static str, String)>;

/// Which hosts the dashboard is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DashFilter {
    /// Only this subnet, nested ones included.
    pub subnet: Option<i64>,
    /// Only what has hosts with this status.
    pub status: Option<Status>,
    /// Only hosts with this tag.
    pub tag: Option<String>,
    /// Only hosts with such a port open.
    pub ports: PortFilter,
    /// Part of the address, name, description, notes or a tag.
    pub text: String,
}

impl DashFilter {
    /// The filter that `get` (a look-up in the query string) describes.
    pub fn from_query(get: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            subnet: get("subnet").and_then(|id| id.parse().ok()),
            status: get("status").as_deref().and_then(status_of),
            tag: get("tag").filter(|tag| !tag.is_empty()),
            ports: PortFilter::from_query(&get),
            text: get("q").unwrap_or_default(),
        }
    }

    /// The query parameters that bring this filter back, defaults left out.
    pub fn to_query(&self) -> Pairs {
        let subnet = self.subnet.map(|id| ("subnet", id.to_string()));
        subnet.into_iter().chain(self.among(self.status)).collect()
    }

    /// Words, tag and ports, with a status.
    fn among(&self, status: Option<Status>) -> impl Iterator<Item = (&'static str, String)> {
        let text = Some(self.text.clone()).filter(|text| !text.is_empty());
        [
            status.map(|status| ("status", status_word(status).to_owned())),
            self.tag.clone().map(|tag| ("tag", tag)),
            text.map(|text| ("q", text)),
        ]
        .into_iter()
        .flatten()
        .chain(self.ports.to_query())
    }

    /// Whether some hosts may be left out.
    pub fn is_narrow(&self) -> bool {
        self.subnet.is_some()
            || self.status.is_some()
            || self.tag.is_some()
            || self.ports.is_narrow()
            || !self.text.trim().is_empty()
    }

    /// What to ask the server.
    pub fn query(&self) -> SummaryQuery {
        SummaryQuery {
            subnet: self.subnet,
            status: self.status,
            tag: self.tag.clone(),
            service: self.ports.service.clone(),
            port: self.ports.port,
            q: Some(self.text.trim().to_owned()).filter(|text| !text.is_empty()),
        }
    }

    /// The list of these hosts with a status: the path and its query.
    pub fn hosts(&self, status: Status) -> (String, Pairs) {
        let path = match self.subnet {
            Some(id) => format!("/subnets/{id}"),
            None => "/hosts".to_owned(),
        };
        (path, self.among(Some(status)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_survives_the_address_bar() {
        let filter = DashFilter {
            subnet: Some(7),
            status: Some(Status::Down),
            tag: Some("lab".into()),
            ports: PortFilter::read("443/https"),
            text: "nas".into(),
        };
        let pairs = filter.to_query();
        let get = |key: &str| {
            let found = pairs.iter().find(|(name, _)| *name == key);
            found.map(|(_, value)| value.clone())
        };
        assert_eq!(DashFilter::from_query(get), filter);
        assert_eq!(DashFilter::default().to_query(), []);
        assert!(filter.is_narrow() && !DashFilter::default().is_narrow());
    }

    #[test]
    fn a_tile_leads_to_the_same_hosts() {
        let mut filter = DashFilter {
            tag: Some("lab".into()),
            status: Some(Status::Up),
            ..DashFilter::default()
        };
        let pairs = vec![("status", "down".to_owned()), ("tag", "lab".to_owned())];
        assert_eq!(filter.hosts(Status::Down), ("/hosts".into(), pairs));
        filter.subnet = Some(7);
        assert_eq!(filter.hosts(Status::Down).0, "/subnets/7");
    }
}
