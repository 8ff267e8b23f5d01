//! Examples of what is watched of a host: its description, its ports, its names, and work that is asked for.

use super::{AT, CREATED, IP, value};
use domain::{
    host::{HostId, HostPatch, NewHost},
    job::{Job, JobId, JobKind, JobState},
    port::{Port, Proto},
    snmp::{NewSnmp, Snmp, SnmpAuth, SnmpPrivacy, SnmpVersion},
    subnet::SubnetId,
};
use serde_json::Value;

pub(super) fn of(schema: &str) -> Option<Value> {
    match schema {
        "HostPatch" => value(HostPatch {
            hostname: Some(Some("nas-01".into())),
            notes: Some(None),
            ..HostPatch::default()
        }),
        "Job" => value(Job {
            id: JobId(1_772_600_767_000),
            kind: JobKind::PortScan,
            host_id: HostId(7),
            ip: IP,
            state: JobState::Running,
            percent: Some(42),
            detail: None,
            created_at: AT,
            finished_at: None,
        }),
        "NewHost" => value(NewHost {
            ip: "192.0.2.12".into(),
            hostname: Some("nas".into()),
            tags: vec!["storage".into()],
            ..NewHost::default()
        }),
        "NewSnmp" => value(NewSnmp {
            version: SnmpVersion::V3,
            user: Some("rollcall".into()),
            auth: Some(SnmpAuth::Sha256),
            auth_password: Some("correct horse battery".into()),
            privacy: Some(SnmpPrivacy::Aes128),
            privacy_password: Some("staple them together".into()),
            ..NewSnmp::default()
        }),
        "Port" => value(Port {
            port: 443,
            proto: Proto::Tcp,
            service: Some("https".into()),
            product: Some("nginx".into()),
            version: Some("1.24.0".into()),
            opened_at: CREATED,
            seen_at: AT,
            closed_at: None,
            accepted: true,
        }),
        "Snmp" => value(Snmp {
            subnet_id: Some(SubnetId(3)),
            host_id: None,
            version: SnmpVersion::V3,
            port: 161,
            user: Some("rollcall".into()),
            auth: Some(SnmpAuth::Sha256),
            privacy: Some(SnmpPrivacy::Aes128),
            has_secret: true,
            updated_at: AT,
        }),
        _ => None,
    }
}
