//! Stored credentials for SNMP in words.

use domain::snmp::{Snmp, SnmpVersion};

/// Who asks, how well that is protected, and where: `version 3 as rollcall, proved and hidden, port 161`.
pub fn words(snmp: &Snmp) -> String {
    let who = match (snmp.version, &snmp.user) {
        (SnmpVersion::V3, Some(user)) => format!("version 3 as {user}"),
        (SnmpVersion::V3, None) => "version 3".to_owned(),
        (SnmpVersion::V2c, _) => "version 2c".to_owned(),
    };
    let level = match (snmp.auth, snmp.privacy) {
        (Some(_), Some(_)) => ", proved and hidden",
        (Some(_), None) => ", proved",
        _ => "",
    };
    format!("{who}{level}, port {}", snmp.port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        host::HostId,
        snmp::{SnmpAuth, SnmpPrivacy},
        time::Timestamp,
    };

    #[test]
    fn says_who_asks_and_how_well_that_is_protected() {
        let community = Snmp {
            subnet_id: None,
            host_id: Some(HostId(7)),
            version: SnmpVersion::V2c,
            port: 1161,
            user: None,
            auth: None,
            privacy: None,
            has_secret: true,
            updated_at: Timestamp(0),
        };
        assert_eq!(words(&community), "version 2c, port 1161");
        let user = Snmp {
            version: SnmpVersion::V3,
            user: Some("rollcall".into()),
            auth: Some(SnmpAuth::Sha256),
            ..community
        };
        assert_eq!(words(&user), "version 3 as rollcall, proved, port 1161");
        let hidden = Snmp {
            privacy: Some(SnmpPrivacy::Aes128),
            ..user
        };
        let said = "version 3 as rollcall, proved and hidden, port 1161";
        assert_eq!(words(&hidden), said);
    }
}
