//! A subnet while it is being written: checked by the rules the server uses, before it is asked.

use domain::{
    cidr::{self, CidrError},
    count::Count,
    problem::FieldError,
    subnet::{NewSubnet, Subnet, SubnetPatch},
    text,
};

/// What the form holds, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// The block.
    pub cidr: String,
    /// One line.
    pub name: String,
    /// Several lines.
    pub notes: String,
    /// Labels, separated by spaces or commas.
    pub tags: String,
    /// Ping known hosts.
    pub ping: bool,
    /// Sweep for new hosts.
    pub discover: bool,
    /// Scan the ports of living hosts.
    pub port_scan: bool,
    /// Seconds between two rounds; empty = the server's setting.
    pub interval: String,
    /// Silent rounds that make a host Down; empty = the server's setting.
    pub down_after: String,
    /// Address of the host by which an existing subnet is reached; empty = none.
    pub uplink: String,
}

impl Draft {
    /// A new subnet.
    pub fn new(cidr: String) -> Self {
        Self {
            cidr,
            ping: true,
            discover: true,
            port_scan: true,
            ..Self::default()
        }
    }

    /// An existing one.
    pub fn of(subnet: &Subnet) -> Self {
        Self {
            cidr: subnet.cidr.to_string(),
            name: subnet.name.clone(),
            notes: subnet.notes.clone().unwrap_or_default(),
            tags: subnet.tags.join(" "),
            ping: subnet.ping,
            discover: subnet.discover,
            port_scan: subnet.port_scan,
            interval: subnet
                .interval_seconds
                .map(|n| n.to_string())
                .unwrap_or_default(),
            down_after: subnet.down_after.map(|n| n.to_string()).unwrap_or_default(),
            uplink: subnet
                .uplink_ip
                .map(|ip| ip.to_string())
                .unwrap_or_default(),
        }
    }

    /// The subnet to add, or everything that is wrong.
    pub fn to_new(&self) -> Result<NewSubnet, Vec<FieldError>> {
        let mut errors = Vec::new();
        let cidr = note(
            &mut errors,
            cidr::parse(&self.cidr).map_err(|e| cidr_error(&e)),
        );
        let fields = self.fields(&mut errors);
        let (Some(cidr), true) = (cidr, errors.is_empty()) else {
            return Err(errors);
        };
        Ok(NewSubnet {
            cidr: cidr.to_string(),
            name: fields.name,
            notes: Some(fields.notes).filter(|notes| !notes.is_empty()),
            tags: fields.tags,
            ping: Some(self.ping),
            // Where it is impossible the server's default is right, and asking for it would be an error.
            discover: cidr::can_discover(cidr).is_ok().then_some(self.discover),
            port_scan: Some(self.port_scan),
            interval_seconds: fields.interval,
            down_after: fields.down_after,
        })
    }

    /// What differs from `before`, or everything that is wrong.
    pub fn to_patch(&self, before: &Subnet) -> Result<SubnetPatch, Vec<FieldError>> {
        let mut errors = Vec::new();
        let fields = self.fields(&mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        let changed = |new: bool, old: bool| (new != old).then_some(new);
        let notes = Some(fields.notes).filter(|notes| !notes.is_empty());
        Ok(SubnetPatch {
            name: (fields.name != before.name).then_some(Some(fields.name)),
            notes: (notes != before.notes).then_some(notes),
            tags: (fields.tags != before.tags).then_some(Some(fields.tags)),
            ping: changed(self.ping, before.ping),
            discover: changed(self.discover, before.discover),
            port_scan: changed(self.port_scan, before.port_scan),
            interval_seconds: (fields.interval != before.interval_seconds)
                .then_some(fields.interval),
            down_after: (fields.down_after != before.down_after).then_some(fields.down_after),
            // Known by its number only after the server was asked.
            uplink_host_id: None,
        })
    }

    fn fields(&self, errors: &mut Vec<FieldError>) -> Fields {
        let line = |text: &str| text::line(text).map_err(|e| FieldError::new("/name", e));
        let tags = text::tags(self.tags.split([' ', ','])).map_err(|e| FieldError::new("/tags", e));
        Fields {
            name: note(errors, line(&self.name)).unwrap_or_default(),
            notes: note(
                errors,
                text::notes(&self.notes).map_err(|e| FieldError::new("/notes", e)),
            )
            .unwrap_or_default(),
            tags: note(errors, tags).unwrap_or_default(),
            interval: note(
                errors,
                number(&self.interval, "/interval_seconds", 5, 86_400),
            )
            .flatten(),
            down_after: note(errors, number(&self.down_after, "/down_after", 1, 100))
                .flatten()
                .and_then(|n| u16::try_from(n).ok()),
        }
    }
}

/// The checked fields that new and changed subnets share.
struct Fields {
    name: String,
    notes: String,
    tags: Vec<String>,
    interval: Option<u32>,
    down_after: Option<u16>,
}

fn note<T>(errors: &mut Vec<FieldError>, result: Result<T, FieldError>) -> Option<T> {
    result.map_err(|error| errors.push(error)).ok()
}

fn number(text: &str, pointer: &str, least: u32, most: u32) -> Result<Option<u32>, FieldError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .ok()
        .filter(|n| (least..=most).contains(n))
        .map(Some)
        .ok_or_else(|| {
            let most = Count(most.into());
            FieldError::new(pointer, format!("A whole number from {least} to {most}."))
        })
}

/// The error of the block's field, with its correction.
fn cidr_error(error: &CidrError) -> FieldError {
    FieldError {
        pointer: "/cidr".into(),
        detail: match error {
            CidrError::HostBits { given, .. } => format!("{given} has bits set beyond its prefix."),
            CidrError::MissingPrefix { .. } => "A prefix length is missing, such as /24.".into(),
            other => other.to_string(),
        },
        suggestion: error.suggestion().map(|network| network.to_string()),
    }
}

/// What to say of a block while it is being typed. What may still become right is not called wrong yet.
pub fn cidr_while_typing(text: &str) -> Option<FieldError> {
    match cidr::parse(text) {
        Err(error @ (CidrError::HostBits { .. } | CidrError::Refused { .. })) => {
            Some(cidr_error(&error))
        }
        _ => None,
    }
}

/// What a correct block means: its addresses, and whether it is swept.
pub fn cidr_hint(text: &str) -> Option<String> {
    let cidr = cidr::parse(text).ok()?;
    let (first, last) = cidr::usable(cidr);
    let size = cidr::size(cidr);
    let range = if first == last {
        format!("One address, {first}.")
    } else {
        format!("{size} addresses, {first} – {last}.")
    };
    Some(match cidr::can_discover(cidr) {
        Ok(()) => range,
        Err(why) => format!("{range} Not swept: {why}."),
    })
}

#[cfg(test)]
#[path = "draft_tests.rs"]
mod tests;
