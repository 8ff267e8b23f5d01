//! The settings of the sources that are asked about public addresses.

use super::reader::Reader;
use engine::probe::metadata::{IpApiSettings, MetadataSettings};

pub(super) fn read(r: &mut Reader) -> MetadataSettings {
    let ip_api = IpApiSettings {
        url: r.given("IP_API_URL").map(Into::into),
        key: r.given("IP_API_KEY").map(Into::into),
    };
    if let Err(why) = ip_api.check() {
        r.complain("IP_API_URL", why);
    }
    let rdap = r.text("RDAP_URL").to_owned();
    if let Err(why) = MetadataSettings::check_rdap(&rdap) {
        r.complain("RDAP_URL", why);
    }
    MetadataSettings {
        folder: r.given("MMDB_DIR").map(Into::into),
        ip_api: r.switch("IP_API_ENABLED").then_some(ip_api),
        rdap: r.switch("RDAP_ENABLED").then_some(rdap),
    }
}
