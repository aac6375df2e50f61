//! For whom a request comes: the peer's address, or the one that a configured proxy names.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use axum::http::HeaderMap;

/// Addresses that share their first bits, written `10.0.0.0/8`; a single address without the slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    first: u128,
    mask: u128,
}

/// A text that is not a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkError {
    /// The text given.
    pub found: String,
}

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a network: write 10.0.0.0/8, fd00::/8, or a single address", self.found)
    }
}

impl std::error::Error for NetworkError {}

impl Network {
    /// Whether the address is one of the network's.
    pub fn holds(&self, address: IpAddr) -> bool {
        bits(address) & self.mask == self.first
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let wrong = || NetworkError { found: text.to_owned() };
        let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        // IPv4 addresses are the last 32 bits of the IPv6 addresses that stand for them.
        let (most, before) = if address.is_ipv4() { (32, 96) } else { (128, 0) };
        let length: u32 = length.map_or(Ok(most), str::parse).map_err(|_| wrong())?;
        if length > most {
            return Err(wrong());
        }
        let mask = u128::MAX.checked_shl(128 - before - length).unwrap_or(0);
        Ok(Self { first: bits(address) & mask, mask })
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => address,
    }
    .to_bits()
}

/// The address that is held back when it asks too often. `X-Forwarded-For` is read from its end, one step for each
/// proxy that is believed: what stands further left may be anybody's invention.
pub(crate) fn asking(peer: IpAddr, headers: &HeaderMap, proxies: &[Network]) -> IpAddr {
    let named = headers.get_all("x-forwarded-for");
    let named: Vec<&str> =
        named.iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(',')).collect();
    let mut address = peer;
    for step in named.iter().rev() {
        if !proxies.iter().any(|network| network.holds(address)) {
            break;
        }
        match step.trim().parse() {
            Ok(before) => address = before,
            Err(_) => break,
        }
    }
    one_household(address)
}

/// An IPv6 subscriber has at least a /64, so each of its addresses would have a limit of its own.
fn one_household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn from(peer: &str, named: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", named.parse().unwrap());
        let proxies = ["10.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()];
        asking(peer.parse().unwrap(), &headers, &proxies).to_string()
    }

    #[test]
    fn only_configured_proxies_are_believed() {
        assert_eq!(from("192.0.2.1", "203.0.113.7"), "192.0.2.1");
        assert_eq!(from("10.1.2.3", "203.0.113.7"), "203.0.113.7");
        assert_eq!(from("::ffff:10.1.2.3", "203.0.113.7"), "203.0.113.7");
        assert_eq!(from("10.1.2.3", "198.51.100.9, 203.0.113.7, 10.9.9.9"), "203.0.113.7");
        assert_eq!(from("10.1.2.3", "nonsense"), "10.1.2.3");
    }

    #[test]
    fn an_ipv6_household_is_one_asker() {
        assert_eq!(from("2001:db8:1:2:3:4:5:6", ""), "2001:db8:1:2::");
    }

    #[test]
    fn a_network_holds_what_shares_its_bits() {
        let holds = |network: &str, address: &str| network.parse::<Network>().unwrap().holds(address.parse().unwrap());
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("fd00::/8", "fdff::1") && !holds("fd00::/8", "fe80::1"));
        assert!(holds("0.0.0.0/0", "8.8.8.8") && holds("::/0", "8.8.8.8"));
        for wrong in ["", "10.0.0.0/33", "::/129", "10.0.0/8", "10.0.0.0/x", "10.0.0.0/-1"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_header_gives_one_address(bytes in proptest::collection::vec(32_u8..127, 0..200)) {
            from("10.0.0.1", std::str::from_utf8(&bytes).unwrap());
        }
    }
}
