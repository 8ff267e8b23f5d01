//! What single ports told, gathered into what is known of the address.

use super::{Examined, ports};
use domain::{
    port::{Proto, Service},
    risk::{Extent, HttpFact, PortFact, TlsFact},
    scan::AccessTest,
};

/// What a word with one server brought.
#[derive(Default)]
pub(super) struct Heard {
    pub(super) service: Option<Service>,
    /// That service is only what its port's number says.
    pub(super) is_guessed: bool,
    pub(super) is_unauthenticated: bool,
    pub(super) http: Option<HttpFact>,
    pub(super) tls: Option<TlsFact>,
    pub(super) tests: Vec<AccessTest>,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum State {
    Open,
    Refused,
    Silent,
    /// It could not be tried, and why.
    Untried(String),
    /// It was not to be tried.
    Forbidden,
}

/// How much of an address was seen: what could not be tried, or answers nowhere, says nothing of it.
fn extent(seen: &[(u16, State, Heard)]) -> Extent {
    let untried = seen.iter().filter_map(|(_, state, _)| match state {
        State::Untried(why) => Some(why),
        _ => None,
    });
    let asked = seen.iter().filter(|it| it.1 != State::Forbidden).count();
    let (failed, first) = (untried.clone().count(), untried.clone().next());
    let has_answered = |it: &(u16, State, Heard)| matches!(it.1, State::Open | State::Refused);
    match first {
        Some(why) if failed == asked => Extent::Nothing(why.clone()),
        Some(why) => Extent::Partial(format!("{failed} of {asked} ports: {why}")),
        None if seen.iter().any(has_answered) => Extent::Complete,
        None => Extent::Nothing(format!("none of {asked} ports answered")),
    }
}

/// Everything that was seen of an address, by port.
pub(super) fn gathered(seen: Vec<(u16, State, Heard)>) -> Examined {
    let mut examined = Examined {
        extent: extent(&seen),
        asked: seen.iter().filter(|it| it.1 != State::Forbidden).count(),
        responded: seen
            .iter()
            .any(|it| matches!(it.1, State::Open | State::Refused)),
        ports: Vec::new(),
        http: Vec::new(),
        tls: Vec::new(),
        tests: Vec::new(),
    };
    for (port, state, heard) in seen {
        if state == State::Open {
            let is_probed = heard.service.is_some() && !heard.is_guessed;
            let service = heard.service.unwrap_or_else(|| Service {
                name: ports::name(port).map(ToOwned::to_owned),
                ..Service::default()
            });
            examined.ports.push(PortFact {
                proto: Proto::Tcp,
                port,
                service,
                is_probed,
                is_unauthenticated: heard.is_unauthenticated,
                cves: Vec::new(),
            });
        }
        examined.http.extend(heard.http);
        examined.tls.extend(heard.tls);
        examined.tests.extend(heard.tests);
    }
    examined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_not_be_tried_or_answers_nowhere_says_nothing() {
        let of = |states: &[State]| {
            let seen: Vec<_> = (1..)
                .zip(states)
                .map(|(port, state)| (port, state.clone(), Heard::default()))
                .collect();
            extent(&seen)
        };
        let untried = || State::Untried("network is unreachable".into());
        assert_eq!(of(&[State::Silent, State::Refused]), Extent::Complete);
        assert_eq!(of(&[State::Forbidden, State::Open]), Extent::Complete);
        assert_eq!(
            of(&[State::Silent, State::Silent, State::Forbidden]),
            Extent::Nothing("none of 2 ports answered".into())
        );
        assert_eq!(
            of(&[untried(), untried()]),
            Extent::Nothing("network is unreachable".into())
        );
        assert_eq!(
            of(&[State::Open, untried()]),
            Extent::Partial("1 of 2 ports: network is unreachable".into())
        );
    }
}
