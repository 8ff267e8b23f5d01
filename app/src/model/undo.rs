//! An edit of a host and the one that takes it back.

use domain::host::{Host, HostPatch};

/// A field of a host that is edited in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostField {
    /// Its name.
    Hostname,
    /// One line.
    Description,
    /// Labels, separated by commas or spaces.
    Tags,
    /// Several lines.
    Notes,
}

impl HostField {
    /// The JSON pointer of this field in an error.
    pub fn pointer(self) -> &'static str {
        match self {
            Self::Hostname => "/hostname",
            Self::Description => "/description",
            Self::Tags => "/tags",
            Self::Notes => "/notes",
        }
    }

    /// The field as text to edit.
    pub fn text(self, host: &Host) -> String {
        match self {
            Self::Hostname => host.hostname.clone().unwrap_or_default(),
            Self::Description => host.description.clone().unwrap_or_default(),
            Self::Tags => host.tags.join(", "),
            Self::Notes => host.notes.clone().unwrap_or_default(),
        }
    }

    /// The change that this text stands for; empty text clears the field.
    pub fn patch(self, text: &str) -> HostPatch {
        let text = text.trim();
        let value = Some((!text.is_empty()).then(|| text.to_owned()));
        let mut patch = HostPatch::default();
        match self {
            Self::Hostname => patch.hostname = value,
            Self::Description => patch.description = value,
            Self::Tags => {
                let tags = split_tags(text);
                patch.tags = Some((!tags.is_empty()).then_some(tags));
            }
            Self::Notes => patch.notes = value,
        }
        patch
    }

    /// What is wrong with this text, by the rules that the server applies as well.
    pub fn check(self, text: &str) -> Result<(), String> {
        let text = text.trim();
        match self {
            Self::Hostname if text.is_empty() => Ok(()),
            Self::Hostname => text
                .parse::<domain::host::Hostname>()
                .map(drop)
                .map_err(|error| error.to_string()),
            Self::Description => domain::text::line(text).map(drop).map_err(str::to_owned),
            Self::Tags => domain::text::tags(split_tags(text).iter().map(String::as_str))
                .map(drop)
                .map_err(str::to_owned),
            Self::Notes => domain::text::notes(text).map(drop).map_err(str::to_owned),
        }
    }
}

/// Labels of a text, separated by commas or white space.
pub fn split_tags(text: &str) -> Vec<String> {
    text.split(|c: char| c == ',' || c.is_whitespace())
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The change that brings `before` back in every field that `patch` touches.
pub fn reverse(before: &Host, patch: &HostPatch) -> HostPatch {
    HostPatch {
        hostname: patch.hostname.as_ref().map(|_| before.hostname.clone()),
        description: patch
            .description
            .as_ref()
            .map(|_| before.description.clone()),
        tags: patch
            .tags
            .as_ref()
            .map(|_| (!before.tags.is_empty()).then(|| before.tags.clone())),
        notes: patch.notes.as_ref().map(|_| before.notes.clone()),
        reserved: patch.reserved.map(|_| before.reserved),
        snmp: patch.snmp.map(|_| before.snmp),
        archived: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::sample::whole_host;

    fn nas() -> Host {
        Host {
            hostname: Some("nas".into()),
            tags: vec!["rack-2".into()],
            notes: Some("a\nb".into()),
            ..whole_host(1, "10.0.0.1")
        }
    }

    #[test]
    fn undo_brings_back_what_was_touched_and_nothing_else() {
        let mut patch = HostField::Hostname.patch(" nas-01 ");
        assert_eq!(patch.hostname, Some(Some("nas-01".into())));
        patch.description = Some(Some("new".into()));
        patch.tags = Some(None);
        let undo = reverse(&nas(), &patch);
        assert_eq!(undo.hostname, Some(Some("nas".into())));
        assert_eq!(undo.description, Some(None));
        assert_eq!(undo.tags, Some(Some(vec!["rack-2".into()])));
        assert_eq!((undo.notes, undo.reserved), (None, None));
    }

    #[test]
    fn an_emptied_field_is_cleared() {
        assert_eq!(HostField::Notes.patch("  ").notes, Some(None));
        assert_eq!(HostField::Tags.patch(" , ").tags, Some(None));
        assert_eq!(
            HostField::Tags.patch("a,b  c").tags,
            Some(Some(vec!["a".into(), "b".into(), "c".into()]))
        );
    }

    #[test]
    fn text_is_checked_by_the_rules_of_the_domain() {
        assert!(HostField::Hostname.check("").is_ok());
        assert!(HostField::Hostname.check("bad name").is_err());
        assert!(HostField::Tags.check("a<b").is_err());
        assert_eq!(HostField::Tags.text(&nas()), "rack-2");
    }
}
