//! What people did in the sample network's past.

use crate::{Caller, Engine, Result, clock::Hands, demo::Network, ops};
use domain::{host::HostPatch, time::Timestamp};
use std::{net::IpAddr, time::Duration};

/// One edit of one host.
pub(super) struct Edit {
    pub(super) at: Timestamp,
    ip: &'static str,
    what: What,
}

enum What {
    Description(&'static str),
    Notes(&'static str),
    Tags(&'static [&'static str]),
    Hostname(&'static str),
}

/// The edits in the order of time.
pub(super) fn edits(network: &Network) -> Vec<Edit> {
    let edit = |hours: u64, minutes: u64, ip, what| Edit {
        at: network
            .until()
            .minus(Duration::from_mins(hours * 60 + minutes)),
        ip,
        what,
    };
    let mut edits = vec![
        edit(
            148,
            12,
            "10.20.20.40",
            What::Description("Web server: shop"),
        ),
        edit(
            148,
            9,
            "10.20.20.41",
            What::Description("Web server: shop, second"),
        ),
        edit(
            100,
            30,
            "10.20.30.84",
            What::Hostname("temp-11.berlin.example"),
        ),
        edit(
            99,
            41,
            "10.20.30.84",
            What::Description("Temperature sensor, cold store"),
        ),
        edit(
            73,
            50,
            "10.20.20.61",
            What::Notes(
                "A disk shelf broke. Spare parts are ordered; nobody needs it before the audit.",
            ),
        ),
        edit(
            47,
            20,
            "10.20.30.2",
            What::Notes("Lost its fibre for 40 minutes while the yard was dug up."),
        ),
        edit(25, 15, "10.20.10.23", What::Tags(&["workstation", "loan"])),
        edit(
            4,
            32,
            "10.20.10.10",
            What::Notes("Paper feed is jammed; the service comes tomorrow."),
        ),
        edit(1, 3, "10.20.20.42", What::Tags(&["web", "slow", "watch"])),
    ];
    edits.retain(|edit| edit.at > network.from());
    edits
}

impl Edit {
    /// Does it, as the administrator, at its time.
    pub(super) async fn perform(&self, engine: &Engine, hands: &Hands) -> Result<()> {
        hands.set(self.at);
        let ip = self.ip.parse::<IpAddr>().ok();
        let id = ip.and_then(|ip| engine.board().get(ip).map(|entry| entry.id));
        let Some(id) = id else {
            return Ok(());
        };
        let text = |text: &str| Some(Some(text.to_owned()));
        let mut patch = HostPatch::default();
        match self.what {
            What::Description(new) => patch.description = text(new),
            What::Notes(new) => patch.notes = text(new),
            What::Hostname(new) => patch.hostname = text(new),
            What::Tags(new) => {
                patch.tags = Some(Some(new.iter().map(|tag| (*tag).to_owned()).collect()));
            }
        }
        ops::host::update(engine, &person(), id, None, &patch)
            .await
            .map(drop)
    }
}

/// Who does everything that people do: the one user there is.
pub(super) fn person() -> Caller {
    Caller {
        name: ops::first_sign_in::ADMIN.into(),
        ..Caller::console()
    }
}
