//! Ports that two runs side by side do not both take.

use std::hash::{BuildHasher, RandomState};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::ops::Range;

use crate::error::EngineError;

/// Below the ports that systems give to outgoing connections: one of those could sit on the port of a killed engine, and
/// a client that tries such a port again and again can even end up connected to itself.
const RANGE: Range<u16> = 12_000..32_000;

/// A TCP port of 127.0.0.1 that is ours until this is dropped.
#[derive(Debug)]
pub struct Port {
    number: u16,
    /// The UDP port of the same number, which no engine uses: whoever holds it owns the TCP port too, also while the
    /// engine behind it is down.
    _claim: UdpSocket,
}

impl Port {
    /// Claims a port on which nobody listens.
    pub fn claim() -> Result<Self, EngineError> {
        // Every run begins elsewhere, so that ports are not used again at once.
        let begin = RandomState::new().hash_one("port") as usize % RANGE.len();
        RANGE.skip(begin).chain(RANGE.take(begin)).find_map(Self::try_claim).ok_or(EngineError::NoPort)
    }

    /// Its number.
    pub const fn number(&self) -> u16 {
        self.number
    }

    fn try_claim(number: u16) -> Option<Self> {
        let address = loopback(number);
        let claim = UdpSocket::bind(address).ok()?;
        TcpListener::bind(address).ok()?;
        Some(Self { number, _claim: claim })
    }
}

/// An address of this machine that only this machine reaches.
pub(crate) const fn loopback(port: u16) -> SocketAddr {
    SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ports_claimed_together_differ_and_nobody_listens_there() {
        let ports: Vec<Port> = (0..50).map(|_| Port::claim().unwrap()).collect();
        let numbers: BTreeSet<u16> = ports.iter().map(Port::number).collect();
        assert_eq!(numbers.len(), ports.len());
        for number in numbers {
            TcpListener::bind(loopback(number)).unwrap();
        }
    }

    #[test]
    fn a_claimed_port_is_not_given_out_again_though_nobody_listens_yet() {
        let port = Port::claim().unwrap();
        assert!(Port::try_claim(port.number()).is_none());
    }
}
