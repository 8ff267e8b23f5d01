//! What a run of nmap came to: a report only when everything says that it went well.

use std::net::IpAddr;
use std::os::unix::process::ExitStatusExt as _;

use domain::port::{Coverage, PortReport, Proto};
use domain::text;

use super::child::{Ended, Ending};
use super::xml::{Finished, Host, Told, XmlError};
use crate::probe::ports::PortScanError;

/// The longest reason that is passed on, in characters.
const LONGEST: usize = 200;

/// Everything that nmap told, in the order of its document.
#[derive(Debug, Default)]
pub(super) struct Output {
    pub(super) version: Option<String>,
    covered: Coverage,
    hosts: Vec<Host>,
    skipped: Option<String>,
    finished: Option<Finished>,
}

impl Output {
    /// Takes the next thing told. One host was asked for: of more than two nothing is kept.
    pub(super) fn take(&mut self, told: Told) {
        match told {
            Told::Version(version) => self.version = Some(version),
            Told::Asked(Proto::Tcp, ports) => self.covered.tcp = ports,
            Told::Asked(Proto::Udp, ports) => self.covered.udp = ports,
            Told::Host(host) if self.hosts.len() < 2 => self.hosts.push(*host),
            Told::Skipped(reason) => self.skipped = Some(reason),
            Told::Finished(finished) => self.finished = Some(finished),
            Told::Host(_) | Told::Progress(..) | Told::TaskEnd(_) => {}
        }
    }
}

/// The report, or why there is none.
pub(super) fn judge(
    ended: &Ended,
    output: Output,
    read: Result<(), XmlError>,
    ip: IpAddr,
    versions: bool,
) -> Result<PortReport, PortScanError> {
    let broken = |words: String| Err(PortScanError::Scanner(words));
    let silent = |words: String| Err(PortScanError::NotScanned(words));
    match ended.ending {
        Ending::Cancelled => return Err(PortScanError::Cancelled),
        Ending::Deadline => return silent("it took too long".into()),
        Ending::TooMuch => return broken("output too large".into()),
        Ending::Exited => {}
    }
    let said = last_words(&ended.complaints);
    let Some(status) = ended.status else {
        return broken("nmap could not be ended".into());
    };
    if let Some(signal) = status.signal() {
        return broken(format!("nmap was ended by signal {signal}"));
    }
    if !status.success() {
        let code = status.code().unwrap_or_default();
        return broken(said.unwrap_or_else(|| format!("nmap exited with {code}")));
    }
    if let Err(error) = read {
        return broken(format!("its output can't be read: {error}"));
    }
    match output.finished {
        Some(Finished::Success) => {}
        Some(Finished::Failure(words)) => {
            return broken(
                cut(&words)
                    .or(said)
                    .unwrap_or_else(|| "no reason given".into()),
            );
        }
        None => return broken("its output has no end".into()),
    }
    let reason = output.skipped.as_deref().and_then(cut).or(said);
    let mut hosts = output.hosts.into_iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) if host.addresses.contains(&ip) => host,
        (None, _) => return silent(reason.unwrap_or_else(|| "nmap skipped the host".into())),
        _ => return broken("nmap told of another host".into()),
    };
    if host.is_timed_out {
        return silent("it took longer than nmap may take for a host".into());
    }
    if !host.is_up || !host.has_ports {
        return silent(reason.unwrap_or_else(|| "nmap told nothing of its ports".into()));
    }
    if output.covered == Coverage::default() {
        return broken("nmap did not tell which ports it asked".into());
    }
    let mut open = host.open;
    open.sort_by_key(|open| (open.proto, open.port));
    open.dedup_by_key(|open| (open.proto, open.port));
    Ok(PortReport {
        covered: output.covered,
        open,
        responded: host.has_answered,
        versions,
    })
}

/// The last line of standard error that says something.
pub(super) fn last_words(complaints: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(complaints);
    // "QUITTING!" follows the reason.
    let mut lines = text.lines().rev().filter_map(cut);
    lines.find(|line| line != "QUITTING!")
}

/// One clean line that is not too long; none if nothing is left of it.
fn cut(text: &str) -> Option<String> {
    let short: String = text.chars().take(LONGEST).collect();
    text::line(&short).ok().filter(|line| !line.is_empty())
}
