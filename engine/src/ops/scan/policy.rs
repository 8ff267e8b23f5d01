//! Where a scan may go. Nothing else decides it: not for an address, a name's addresses, a port, or a redirect.

use crate::{
    Engine,
    probe::{self, examine::Gate},
};
use domain::target::{Class, classify, meets};
use std::net::IpAddr;

type Permission<T> = std::result::Result<T, String>;

/// Whether an address may be scanned: a public one, one inside a documented subnet, or one that the operator lists. An
/// error is for the person who asked.
pub fn permit(engine: &Engine, ip: IpAddr) -> Permission<()> {
    if engine.settings.simulated {
        return Err(
            "this is a sample network, whose addresses are made up: nothing is sent".into(),
        );
    }
    let ip = ip.to_canonical();
    let is_documented =
        matches!(classify(ip), Class::Private | Class::Cgnat) && engine.board().home(ip).is_some();
    if is_documented {
        return Ok(());
    }
    engine
        .settings
        .targets
        .check(ip)
        .map_err(|refused| refused.to_string())
}

/// The address to look at, of all that a name has: the first. One that is not permitted makes the name suspicious as a
/// whole.
pub fn choose(engine: &Engine, found: &[IpAddr]) -> Permission<IpAddr> {
    for ip in found {
        permit(engine, *ip)?;
    }
    let first = found.first().map(IpAddr::to_canonical);
    first.ok_or_else(|| "the name has no address".into())
}

/// Whether a port of a permitted address may be connected to: not where this program itself listens, whatever is listed.
pub fn permit_port(engine: &Engine, ip: IpAddr, port: u16) -> Permission<()> {
    let own = engine.settings.listens_on;
    if own.is_some_and(|own| meets(own, ip, port, probe::is_own)) {
        return Err("own listener, not tried".into());
    }
    Ok(())
}

/// The address that a redirect may be followed to. Whoever is scanned chooses where it leads, so it leads to the scanned
/// address or to public ones, and never further into a network, also not where people may scan.
pub fn choose_hop(
    engine: &Engine,
    scanned: IpAddr,
    found: &[IpAddr],
    port: u16,
) -> Permission<IpAddr> {
    for ip in found {
        let class = classify(*ip);
        if class != Class::Global && ip.to_canonical() != scanned.to_canonical() {
            return Err(format!(
                "{ip} is {}, and redirects are not followed there",
                class.words()
            ));
        }
    }
    let ip = choose(engine, found)?;
    permit_port(engine, ip, port)?;
    Ok(ip)
}

/// The policy as the probes ask for it.
#[derive(Debug)]
pub(super) struct Guard(pub(super) Engine);

impl Gate for Guard {
    fn port(&self, ip: IpAddr, port: u16) -> Permission<()> {
        permit_port(&self.0, ip, port)
    }

    fn hop(&self, scanned: IpAddr, found: &[IpAddr], port: u16) -> Permission<IpAddr> {
        choose_hop(&self.0, scanned, found, port)
    }
}
