//! What nmap is asked about the open ports of a target, and what becomes of its answer.

use crate::probe::{
    examine::Examined,
    ports::{PortRequest, PortScanError},
};
use domain::{
    port::{
        OpenPort, PortReport, Proto,
        profile::{Ports, ScanProfile, Technique},
    },
    risk::PortFact,
    scan::{AccessTest, Outcome},
};
use std::{net::IpAddr, time::Duration};

/// How long nmap may take for one target.
const LONGEST: Duration = Duration::from_secs(90);

/// The question about the ports that were found open; none if there are none. The address was permitted.
pub fn request(ip: IpAddr, examined: &Examined) -> Option<PortRequest> {
    let open = examined.ports.iter().filter(|it| it.proto == Proto::Tcp);
    let open: Vec<u16> = open.map(|it| it.port).collect();
    (!open.is_empty()).then(|| PortRequest {
        ip,
        profile: ScanProfile {
            technique: Technique::Connect,
            ports: Ports::List(open.into_iter().collect()),
            timing: 4,
            versions: true,
        },
        deadline: LONGEST,
    })
}

/// Adds what nmap says of programs and versions, and an entry on how that went.
pub fn merge(examined: &mut Examined, answer: Result<PortReport, PortScanError>) {
    let (outcome, detail) = match answer {
        Ok(report) if !report.versions => (Outcome::Skipped, "nmap is not installed".to_owned()),
        Ok(report) => {
            let known = report
                .open
                .iter()
                .filter(|open| learn(&mut examined.ports, open));
            let (known, all) = (known.count(), examined.ports.len());
            (
                Outcome::Passed,
                format!("it knows the programs behind {known} of {all} open ports"),
            )
        }
        Err(error) => (Outcome::Failed, error.to_string()),
    };
    note(examined, outcome, detail);
}

/// Notes why nmap was not asked.
pub fn skip(examined: &mut Examined, why: &str) {
    note(examined, Outcome::Skipped, why.to_owned());
}

fn note(examined: &mut Examined, outcome: Outcome, detail: String) {
    examined.tests.push(AccessTest {
        test: "nmap".into(),
        outcome,
        detail,
    });
}

/// Takes what nmap says of one port; whether it knows the program there. A name without a program is only what the port's
/// number says.
fn learn(ports: &mut [PortFact], said: &OpenPort) -> bool {
    let is_it = |port: &&mut PortFact| (port.proto, port.port) == (said.proto, said.port);
    let (Some(port), Some(product)) = (ports.iter_mut().find(is_it), &said.service.product) else {
        return false;
    };
    // What a look of our own knows of the service is no less than nmap does, which calls many by their transport.
    if !port.is_probed {
        port.service.name.clone_from(&said.service.name);
    }
    port.service.product = Some(product.clone());
    if said.service.version.is_some() {
        port.service.version.clone_from(&said.service.version);
    }
    port.is_probed = true;
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{port::Service, risk::Extent};

    fn service(words: [&str; 3]) -> Service {
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Service {
            name: some(words[0]),
            product: some(words[1]),
            version: some(words[2]),
        }
    }

    fn seen(ports: &[(u16, [&str; 3], bool)]) -> Examined {
        Examined {
            extent: Extent::Complete,
            asked: 104,
            responded: true,
            ports: ports
                .iter()
                .map(|(port, words, is_probed)| PortFact {
                    proto: Proto::Tcp,
                    port: *port,
                    service: service(*words),
                    is_probed: *is_probed,
                    is_unauthenticated: false,
                    cves: Vec::new(),
                })
                .collect(),
            http: Vec::new(),
            tls: Vec::new(),
            tests: Vec::new(),
        }
    }

    fn says(ports: &[(u16, [&str; 3])], versions: bool) -> PortReport {
        let open = ports.iter().map(|(port, words)| OpenPort {
            proto: Proto::Tcp,
            port: *port,
            service: service(*words),
        });
        PortReport {
            open: open.collect(),
            versions,
            ..PortReport::default()
        }
    }

    fn entry(examined: &Examined) -> (Outcome, &str) {
        let last = examined.tests.last().unwrap();
        assert_eq!(last.test, "nmap");
        (last.outcome, &last.detail)
    }

    #[test]
    fn a_program_is_learnt_and_a_guess_is_not() {
        let mut examined = seen(&[
            (22, ["ssh", "OpenSSH", "9.6"], true),
            (1433, ["ms-sql-s", "", ""], false),
            (8081, ["http", "", ""], false),
            (9200, ["elasticsearch", "", ""], true),
        ]);
        let answer = says(
            &[
                (22, ["ssh", "OpenSSH", "9.6p1 Debian 3"]),
                (1433, ["blackice-icecap", "", ""]),
                (8081, ["redis", "Redis key-value store", "7.0"]),
                (9200, ["http", "Elasticsearch REST API", "8.1"]),
                (9999, ["http", "somebody", "1"]),
            ],
            true,
        );
        merge(&mut examined, Ok(answer));
        let of = |at: usize| {
            (
                examined.ports[at].service.clone(),
                examined.ports[at].is_probed,
            )
        };
        assert_eq!(of(0), (service(["ssh", "OpenSSH", "9.6p1 Debian 3"]), true));
        assert_eq!(of(1), (service(["ms-sql-s", "", ""]), false));
        assert_eq!(
            of(2),
            (service(["redis", "Redis key-value store", "7.0"]), true)
        );
        assert_eq!(
            of(3),
            (
                service(["elasticsearch", "Elasticsearch REST API", "8.1"]),
                true
            )
        );
        assert_eq!(
            entry(&examined),
            (
                Outcome::Passed,
                "it knows the programs behind 3 of 4 open ports"
            )
        );
    }

    #[test]
    fn without_an_answer_everything_stays_and_the_entry_says_why() {
        let before = seen(&[(22, ["ssh", "", ""], false)]);
        for (answer, expected) in [
            (
                Ok(says(&[(22, ["ssh", "x", "1"])], false)),
                (Outcome::Skipped, "nmap is not installed"),
            ),
            (
                Err(PortScanError::Scanner("it broke".into())),
                (Outcome::Failed, "the scanner failed: it broke"),
            ),
        ] {
            let mut examined = before.clone();
            merge(&mut examined, answer);
            assert_eq!(examined.ports, before.ports);
            assert_eq!(entry(&examined), expected);
        }
    }

    #[test]
    fn only_open_ports_are_asked_by_whole_connections() {
        let here = IpAddr::from([127, 0, 0, 1]);
        assert!(request(here, &seen(&[])).is_none());
        let asked = request(
            here,
            &seen(&[(80, ["", "", ""], false), (22, ["", "", ""], false)]),
        );
        assert_eq!(
            asked.unwrap().profile.to_string(),
            "-Pn -T4 -p 22,80 -sT -sV"
        );
    }
}
