//! Why a status is unknown, in plain words, and what helps.

use domain::status::Cause;

/// A few words for a table's cell.
pub fn short(cause: Option<Cause>) -> &'static str {
    match cause {
        None | Some(Cause::NeverAsked) => "not asked yet",
        Some(Cause::Stale) => "not asked lately",
        Some(Cause::NotPinged) => "not pinged",
        Some(Cause::NoPermission) => "no permission to ping",
        Some(Cause::Unreachable) => "not reachable from here",
        Some(Cause::Overloaded) => "this machine is busy",
        Some(Cause::Interrupted) => "the round was interrupted",
    }
}

/// One sentence for what is wrong, and one for what to do about it.
pub fn explained(cause: Option<Cause>) -> (&'static str, &'static str) {
    match cause {
        None | Some(Cause::NeverAsked) => (
            "No round of pings has ended for this host yet.",
            "The next round decides; sweep the subnet to ask at once.",
        ),
        Some(Cause::Stale) => (
            "The last ping is older than three rounds, so its answer says nothing any more.",
            "Check under Settings that the workers run, and that this machine was not asleep.",
        ),
        Some(Cause::NotPinged) => (
            "The hosts of this subnet are not pinged.",
            "Edit the subnet and switch pinging on.",
        ),
        Some(Cause::NoPermission) => (
            "Rollcall may not send pings on this machine.",
            "Allow it by net.ipv4.ping_group_range or the capability CAP_NET_RAW, then start it again.",
        ),
        Some(Cause::Unreachable) => (
            "This machine has no way to this address.",
            "Check its network link, routes and VPN; the host itself may be well.",
        ),
        Some(Cause::Overloaded) => (
            "This machine had no room to send the ping or to receive its answer.",
            "Lower PING_RATE, or raise the kernel's neighbour table and receive buffers.",
        ),
        Some(Cause::Interrupted) => (
            "The last round ended before this host was asked.",
            "Nothing is wrong with the host: the next round asks it again.",
        ),
    }
}
