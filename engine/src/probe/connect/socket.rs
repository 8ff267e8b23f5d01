//! One connection: begun without waiting, judged by its error, and reset so that nothing of it stays.

use std::io;
use std::net::{IpAddr, SocketAddr, TcpStream as StdStream};
use std::time::Duration;

use rustix::io::Errno;
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::{net::TcpStream, time::timeout};

/// What a port answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::probe) enum Answer {
    /// It took the connection.
    Open,
    /// The host refused it.
    Closed,
    /// Nothing came back in time.
    Silent,
    /// The connection could not be made: a route or a neighbour is missing, or something forbids it.
    Unreachable(Errno),
}

/// A connection that was begun.
pub(in crate::probe) enum Begun {
    /// It has its answer already.
    Answered(Answer),
    /// It is on its way.
    Pending(TcpStream),
}

/// Begins a connection.
///
/// # Errors
/// This machine has no room for it now: files, memory or ports are used up.
pub(in crate::probe) fn begin(ip: IpAddr, port: u16) -> io::Result<Begun> {
    let address = SocketAddr::new(ip, port);
    let kind = Type::STREAM.nonblocking();
    let socket = Socket::new(Domain::for_address(address), kind, Some(Protocol::TCP))?;
    match socket.connect(&address.into()) {
        Ok(()) => {}
        Err(error) if Errno::from_io_error(&error) == Some(Errno::INPROGRESS) => {
            // A refusal by this machine itself is there already: asking for it is cheaper than waiting for news of it.
            if let Some(error) = socket.take_error()? {
                return judge(&error).map(Begun::Answered);
            }
        }
        Err(error) => return judge(&error).map(Begun::Answered),
    }
    Ok(Begun::Pending(TcpStream::from_std(StdStream::from(
        socket,
    ))?))
}

/// Waits for the answer of a connection.
pub(super) async fn answer(stream: TcpStream, limit: Duration) -> io::Result<Answer> {
    match timeout(limit, stream.writable()).await {
        Err(_) => return Ok(Answer::Silent),
        Ok(ready) => ready?,
    }
    if let Some(error) = stream.take_error()? {
        return judge(&error);
    }
    let Ok((local, peer)) = stream
        .local_addr()
        .and_then(|local| Ok((local, stream.peer_addr()?)))
    else {
        // It was reset between being made and being looked at.
        return Ok(Answer::Open);
    };
    // A reset leaves no connection behind that waits for minutes, neither here nor there.
    SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
    // One's own port, chosen by the system, can happen to be the one that is asked: it then answers itself.
    Ok(if local == peer {
        Answer::Closed
    } else {
        Answer::Open
    })
}

/// What an error says about the port; back it goes when it says something about this machine.
pub(in crate::probe) fn judge(error: &io::Error) -> io::Result<Answer> {
    match Errno::from_io_error(error) {
        Some(Errno::CONNREFUSED | Errno::CONNRESET) => Ok(Answer::Closed),
        Some(Errno::TIMEDOUT) => Ok(Answer::Silent),
        Some(
            reason @ (Errno::NETUNREACH
            | Errno::HOSTUNREACH
            | Errno::NETDOWN
            | Errno::HOSTDOWN
            | Errno::NONET
            | Errno::OPNOTSUPP
            | Errno::ACCESS
            | Errno::PERM
            | Errno::INVAL
            | Errno::NOPROTOOPT
            | Errno::PROTO
            | Errno::AFNOSUPPORT),
        ) => Ok(Answer::Unreachable(reason)),
        Some(errno) => Err(errno.into()),
        None => Err(io::Error::from(error.kind())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Linux makes of the messages of ICMP (`icmp_err_convert`) says nothing of this machine.
    #[test]
    fn no_message_from_the_network_ends_a_scan() {
        for errno in [
            Errno::NETUNREACH,
            Errno::HOSTUNREACH,
            Errno::NOPROTOOPT,
            Errno::CONNREFUSED,
            Errno::OPNOTSUPP,
            Errno::HOSTDOWN,
            Errno::NONET,
            Errno::ACCESS,
            Errno::PROTO,
        ] {
            let answer = judge(&errno.into());
            assert!(
                matches!(answer, Ok(Answer::Closed | Answer::Unreachable(_))),
                "{errno}"
            );
        }
        for errno in [Errno::MFILE, Errno::NOBUFS, Errno::ADDRNOTAVAIL] {
            assert!(judge(&errno.into()).is_err(), "{errno}");
        }
    }
}
