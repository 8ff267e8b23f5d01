//! What an error of a send says: about the address, about this machine, or about the moment.

use domain::probe::Unsent;
use nix::errno::Errno;

/// What to do with a request the kernel refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The socket's send buffer is full: nothing is wrong with the address, wait until the socket is writable.
    Blocked,
    /// May pass: ask again later, and give up with this reason after some tries.
    Passing(Unsent),
    /// Will not change within this round.
    Lasting(Unsent),
}

impl Fault {
    pub(super) fn of(errno: Errno) -> Self {
        match errno {
            Errno::EAGAIN => Self::Blocked,
            Errno::ENOBUFS | Errno::ENOMEM => Self::Passing(Unsent::BufferFull),
            Errno::EHOSTUNREACH | Errno::EHOSTDOWN => Self::Passing(Unsent::HostUnreachable),
            // A firewall rule on output; without the privilege there would be no socket.
            Errno::EPERM => Self::Lasting(Unsent::NoPermission),
            // The broadcast address of an attached subnet or a `prohibit` route; EINVAL is a `blackhole` route.
            Errno::EACCES | Errno::EINVAL => Self::Lasting(Unsent::HostUnreachable),
            Errno::ENETUNREACH
            | Errno::ENETDOWN
            | Errno::ENODEV
            | Errno::ENXIO
            | Errno::EADDRNOTAVAIL => Self::Lasting(Unsent::NetworkUnreachable),
            _ => Self::Passing(Unsent::Other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_buffer_is_asked_again_and_a_missing_route_is_not() {
        for (errno, fault) in [
            (Errno::EAGAIN, Fault::Blocked),
            (Errno::ENOBUFS, Fault::Passing(Unsent::BufferFull)),
            (Errno::ENOMEM, Fault::Passing(Unsent::BufferFull)),
            (Errno::EHOSTUNREACH, Fault::Passing(Unsent::HostUnreachable)),
            (Errno::EPERM, Fault::Lasting(Unsent::NoPermission)),
            (Errno::EACCES, Fault::Lasting(Unsent::HostUnreachable)),
            (
                Errno::ENETUNREACH,
                Fault::Lasting(Unsent::NetworkUnreachable),
            ),
            (Errno::ENETDOWN, Fault::Lasting(Unsent::NetworkUnreachable)),
            (Errno::EIO, Fault::Passing(Unsent::Other)),
        ] {
            assert_eq!(Fault::of(errno), fault, "{errno}");
        }
    }
}
