//! JSON as the browser reads it, always from bytes: each other way to read it would be another copy of every type's
//! reader in the bundle.

use domain::live::LiveEvent;
use leptos::server::codee::{Decoder, Encoder};
use serde::{Serialize, de::DeserializeOwned};

/// How the data of a page travels inside its document: as server functions answer.
pub struct Json;

impl<T: Serialize> Encoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, serde_json::Error> {
        serde_json::to_string(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for Json {
    type Error = serde_json::Error;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, serde_json::Error> {
        serde_json::from_slice(text.as_bytes())
    }
}

/// A message of the live stream, by the name that it came under: the tag inside, which says the same, would have the
/// message read twice.
pub fn live_event(name: &str, text: &str) -> Option<LiveEvent> {
    let json = text.as_bytes();
    let event = match name {
        "resync" => Ok(LiveEvent::Resync),
        "hosts" => serde_json::from_slice(json).map(LiveEvent::Hosts),
        "hosts_removed" => serde_json::from_slice(json).map(LiveEvent::HostsRemoved),
        "latency" => serde_json::from_slice(json).map(LiveEvent::Latency),
        "event" => serde_json::from_slice(json).map(LiveEvent::Event),
        "subnet" => serde_json::from_slice(json).map(LiveEvent::Subnet),
        "subnet_removed" => serde_json::from_slice(json).map(LiveEvent::SubnetRemoved),
        "banners" => serde_json::from_slice(json).map(LiveEvent::Banners),
        "sweep" => serde_json::from_slice(json).map(LiveEvent::Sweep),
        "job" => serde_json::from_slice(json).map(LiveEvent::Job),
        "scan" => serde_json::from_slice(json).map(LiveEvent::Scan),
        _ => return None,
    };
    event.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{live::NAMES, model::sample};
    use domain::{
        event::EventKind,
        host::HostId,
        job::JobKind,
        live::{
            Banner, Banners, HostsChanged, HostsRemoved, Latency, SubnetRemoved, SweepProgress,
        },
        scan::{ScanNews, ScanProgress, ScanStatus},
        subnet::SubnetId,
        time::Timestamp,
    };

    #[test]
    fn every_message_reads_as_it_was_written_and_is_listened_for() {
        let subnet_id = SubnetId(1);
        let banner = Banner {
            code: "demo".into(),
            message: "Demo".into(),
            remedy: None,
        };
        let events = [
            LiveEvent::Resync,
            LiveEvent::Hosts(HostsChanged {
                subnet_id,
                hosts: vec![sample::host(1, "10.0.0.1")],
            }),
            LiveEvent::HostsRemoved(HostsRemoved {
                ids: vec![HostId(1)],
            }),
            LiveEvent::Latency(Latency {
                subnet_id,
                at: Timestamp(5_000),
                ids: vec![HostId(1)],
                rtt_us: vec![400],
            }),
            LiveEvent::Event(sample::event(3_000, EventKind::Down)),
            LiveEvent::Subnet(sample::subnet("10.0.0.0/24")),
            LiveEvent::SubnetRemoved(SubnetRemoved { id: subnet_id }),
            LiveEvent::Banners(Banners {
                banners: vec![banner],
            }),
            LiveEvent::Sweep(SweepProgress {
                subnet_id,
                running: true,
                total: 254,
                alive: None,
            }),
            LiveEvent::Job(sample::job(1, JobKind::Ping)),
            LiveEvent::Scan(ScanNews {
                id: 1,
                status: ScanStatus::Running,
                progress: ScanProgress { done: 1, total: 2 },
            }),
        ];
        for event in &events {
            let text = serde_json::to_string(event).unwrap();
            assert_eq!(
                live_event(event.name(), &text).as_ref(),
                Some(event),
                "{text}"
            );
        }
        assert_eq!(NAMES, events.map(|event| event.name()));
    }

    #[test]
    fn what_a_newer_server_says_is_not_understood() {
        assert_eq!(live_event("weather", "{}"), None);
        assert_eq!(live_event("hosts", r#"{"type":"hosts"}"#), None);
    }
}
