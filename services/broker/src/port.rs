//! Free loopback ports that stay ours while their server is down.
//!
//! Ports that the system hands out (`:0`) may go to anybody between a kill and a restart. These
//! lie below the range that Linux hands out by default, and a name in the abstract socket
//! namespace keeps every other process that uses this crate off them. The name leaves no file
//! and is gone when the process is.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// The address that every server of this crate listens on.
pub(crate) const HOST: Ipv4Addr = Ipv4Addr::LOCALHOST;

const FIRST: u16 = 15_000;
const COUNT: u16 = 16_000;

#[derive(Debug)]
pub(crate) struct Port {
    pub(crate) number: u16,
    /// None for a port that the user chose.
    _reservation: Option<UnixDatagram>,
}

impl Port {
    pub(crate) fn fixed(number: u16) -> Self {
        Self {
            number,
            _reservation: None,
        }
    }

    /// A port that nobody listens on and nobody else has reserved.
    pub(crate) fn free() -> io::Result<Self> {
        // Spread out, so that processes that start together do not all knock at the same door.
        let start = std::process::id().wrapping_mul(61);
        for step in 0..COUNT {
            let offset = start.wrapping_add(u32::from(step)) % u32::from(COUNT);
            let number = FIRST + u16::try_from(offset).expect("it is a remainder by a u16");
            if let Some(port) = Self::reserve(number)? {
                return Ok(port);
            }
        }
        Err(io::Error::new(
            io::ErrorKind::AddrInUse,
            "no free port from 15000 to 30999",
        ))
    }

    fn reserve(number: u16) -> io::Result<Option<Self>> {
        let name = SocketAddr::from_abstract_name(format!("weir-broker-port-{number}"))?;
        let reservation = match UnixDatagram::bind_addr(&name) {
            Ok(reservation) => reservation,
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => return Ok(None),
            Err(error) => return Err(error),
        };
        match TcpListener::bind((HOST, number)) {
            Ok(_closed_at_once) => Ok(Some(Self {
                number,
                _reservation: Some(reservation),
            })),
            Err(_in_use) => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_given_once_until_it_is_dropped() {
        let first = Port::free().unwrap();
        assert!(Port::reserve(first.number).unwrap().is_none());
        let number = first.number;
        drop(first);
        assert!(Port::reserve(number).unwrap().is_some());
    }

    #[test]
    fn a_port_that_somebody_listens_on_is_passed_over() {
        let port = Port::free().unwrap();
        let listener = TcpListener::bind((HOST, port.number)).unwrap();
        let number = port.number;
        drop(port);
        assert!(Port::reserve(number).unwrap().is_none());
        drop(listener);
    }
}
