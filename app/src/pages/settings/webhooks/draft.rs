//! A webhook while it is being written.

use crate::model::undo::split_tags;
use domain::{
    event::EventKind,
    problem::FieldError,
    subnet::{Subnet, SubnetId},
    text,
    webhook::{Format, KINDS, NewWebhook, Webhook, WebhookFilter, WebhookPatch},
};

/// What most people want to be told.
const USUAL: [EventKind; 7] = [
    EventKind::Down,
    EventKind::Up,
    EventKind::Discovered,
    EventKind::PortOpened,
    EventKind::PortClosed,
    EventKind::NearlyFull,
    EventKind::ScanChanged,
];

/// What the form holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) name: String,
    /// Empty = unchanged, where there is one.
    pub(super) url: String,
    pub(super) format: Format,
    pub(super) kinds: Vec<EventKind>,
    /// Blocks, separated by spaces or commas; empty = all.
    pub(super) subnets: String,
    /// Subnets of the filter that are deleted. They stay in it until a person decides: without them it may be one of all.
    pub(super) gone: Vec<SubnetId>,
    /// Labels, separated by spaces or commas; empty = all.
    pub(super) tags: String,
}

impl Draft {
    pub(super) fn new() -> Self {
        Self {
            name: String::new(),
            url: String::new(),
            format: Format::Rollcall,
            kinds: USUAL.to_vec(),
            subnets: String::new(),
            gone: Vec::new(),
            tags: String::new(),
        }
    }

    pub(super) fn of(webhook: &Webhook, subnets: &[Subnet]) -> Self {
        let block = |id: &SubnetId| {
            let subnet = subnets.iter().find(|subnet| subnet.id == *id)?;
            Some(subnet.cidr.to_string())
        };
        let blocks: Vec<String> = webhook.filter.subnets.iter().filter_map(block).collect();
        let kinds = if webhook.filter.kinds.is_empty() {
            KINDS.to_vec()
        } else {
            webhook.filter.kinds.clone()
        };
        Self {
            name: webhook.name.clone(),
            url: String::new(),
            format: webhook.format,
            kinds,
            subnets: blocks.join(" "),
            gone: gone(&webhook.filter, subnets),
            tags: webhook.filter.tags.join(" "),
        }
    }

    /// The webhook to add, or everything that is wrong.
    pub(super) fn to_new(&self, subnets: &[Subnet]) -> Result<NewWebhook, Vec<FieldError>> {
        let (name, filter) = self.checked(subnets, true)?;
        Ok(NewWebhook {
            name,
            url: self.url.trim().into(),
            format: self.format,
            filter,
            enabled: None,
        })
    }

    /// What differs from `before`, or everything that is wrong.
    pub(super) fn to_patch(
        &self,
        before: &Webhook,
        subnets: &[Subnet],
    ) -> Result<WebhookPatch, Vec<FieldError>> {
        let url = self.url.trim();
        let (name, filter) = self.checked(subnets, !url.is_empty())?;
        Ok(WebhookPatch {
            name: (name != before.name).then_some(name),
            url: (!url.is_empty()).then(|| url.to_owned()),
            format: (self.format != before.format).then_some(self.format),
            filter: (filter != before.filter).then_some(filter),
            enabled: None,
        })
    }

    fn checked(
        &self,
        subnets: &[Subnet],
        with_url: bool,
    ) -> Result<(String, WebhookFilter), Vec<FieldError>> {
        let mut errors = Vec::new();
        let name = match text::line(&self.name) {
            Ok(name) => name,
            Err(why) => {
                errors.push(FieldError::new("/name", why));
                String::new()
            }
        };
        if name.is_empty() && errors.is_empty() {
            errors.push(FieldError::new("/name", "say what it is for"));
        }
        let url = self.url.trim();
        let is_web = ["https://", "http://"]
            .iter()
            .any(|start| url.starts_with(start));
        if with_url && !is_web {
            errors.push(FieldError::new("/url", "expected https:// or http://"));
        }
        if self.kinds.is_empty() {
            errors.push(FieldError::new("/filter/kinds", "choose at least one"));
        }
        let mut filter = WebhookFilter::default();
        // All of them are also those that later versions know.
        if self.kinds.len() < KINDS.len() {
            let chosen = |kind: &EventKind| self.kinds.contains(kind);
            filter.kinds = KINDS.into_iter().filter(chosen).collect();
        }
        for block in split_tags(&self.subnets) {
            match subnets
                .iter()
                .find(|subnet| subnet.cidr.to_string() == block)
            {
                Some(subnet) => filter.subnets.push(subnet.id),
                None => errors.push(FieldError::new(
                    "/filter/subnets",
                    format!("{block} is not documented"),
                )),
            }
        }
        filter.subnets.extend(&self.gone);
        // As the server keeps them, so that an untouched filter is the same one.
        filter.subnets.sort_unstable();
        match text::tags(split_tags(&self.tags).iter().map(String::as_str)) {
            Ok(tags) => filter.tags = tags,
            Err(why) => errors.push(FieldError::new("/filter/tags", why)),
        }
        if errors.is_empty() {
            Ok((name, filter))
        } else {
            Err(errors)
        }
    }
}

/// The subnets of a filter that are deleted.
pub(super) fn gone(filter: &WebhookFilter, subnets: &[Subnet]) -> Vec<SubnetId> {
    let is_gone = |id: &SubnetId| !subnets.iter().any(|subnet| subnet.id == *id);
    filter.subnets.iter().copied().filter(is_gone).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::words::tests::webhook, *};
    use crate::state::tests::subnet;

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let draft = Draft {
            kinds: Vec::new(),
            subnets: "10.9.0.0/16".into(),
            tags: "a<b".into(),
            url: "ftp://example.org".into(),
            ..Draft::new()
        };
        let errors = draft.to_new(&[subnet(1, "10.0.0.0/8")]).unwrap_err();
        let pointers: Vec<&str> = errors.iter().map(|e| e.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/name",
                "/url",
                "/filter/kinds",
                "/filter/subnets",
                "/filter/tags"
            ]
        );
    }

    #[test]
    fn an_untouched_form_changes_nothing_and_keeps_the_url() {
        let before = webhook();
        let draft = Draft::of(&before, &[]);
        assert_eq!(draft.to_patch(&before, &[]), Ok(WebhookPatch::default()));
        let subnets = [subnet(7, "10.0.0.0/8")];
        let draft = Draft {
            subnets: "10.0.0.0/8".into(),
            kinds: vec![EventKind::Down],
            ..draft
        };
        let patch = draft.to_patch(&before, &subnets).unwrap();
        let filter = patch.filter.unwrap();
        assert_eq!(
            (filter.subnets, filter.kinds),
            (vec![SubnetId(7)], vec![EventKind::Down])
        );
        assert_eq!(patch.url, None);
    }

    #[test]
    fn a_deleted_subnet_stays_in_the_filter_until_it_is_dropped() {
        let before = Webhook {
            filter: WebhookFilter {
                subnets: vec![SubnetId(7), SubnetId(9)],
                ..WebhookFilter::default()
            },
            ..webhook()
        };
        let subnets = [subnet(9, "10.0.0.0/8")];
        let draft = Draft::of(&before, &subnets);
        assert_eq!(
            (draft.subnets.as_str(), &draft.gone),
            ("10.0.0.0/8", &vec![SubnetId(7)])
        );
        let saved = draft.to_patch(&before, &subnets);
        assert_eq!(saved, Ok(WebhookPatch::default()));
        let emptied = Draft {
            subnets: String::new(),
            ..draft.clone()
        };
        let patch = emptied.to_patch(&before, &subnets).unwrap();
        assert_eq!(patch.filter.unwrap().subnets, [SubnetId(7)]);
        let dropped = Draft {
            gone: Vec::new(),
            ..draft
        };
        let patch = dropped.to_patch(&before, &subnets).unwrap();
        assert_eq!(patch.filter.unwrap().subnets, [SubnetId(9)]);
    }
}
