//! Which addresses are on the public internet, also when one address is written inside another.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What an address is to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// On the public internet.
    Public,
    /// Anything else: loopback, private, link-local, shared, multicast, reserved, documentation, tunnels.
    Inside,
    /// Where a cloud tells its machines their credentials. No network that merely contains it opens it.
    Metadata,
}

/// Networks of IPv4 that are not the public internet: (network, bits of its prefix). IANA's special-purpose registry.
const INSIDE_V4: [([u8; 4], u32); 15] = [
    ([0, 0, 0, 0], 8),       // this host
    ([10, 0, 0, 0], 8),      // private
    ([100, 64, 0, 0], 10),   // shared by carriers
    ([127, 0, 0, 0], 8),     // loopback
    ([169, 254, 0, 0], 16),  // link-local
    ([172, 16, 0, 0], 12),   // private
    ([192, 0, 0, 0], 24),    // protocol assignments
    ([192, 0, 2, 0], 24),    // documentation
    ([192, 88, 99, 0], 24),  // 6to4 relays
    ([192, 168, 0, 0], 16),  // private
    ([198, 18, 0, 0], 15),   // benchmarks
    ([198, 51, 100, 0], 24), // documentation
    ([203, 0, 113, 0], 24),  // documentation
    ([224, 0, 0, 0], 4),     // multicast
    ([240, 0, 0, 0], 4),     // reserved, broadcast
];

/// Networks within 2000::/3 that are not the public internet: (first two groups, bits of its prefix).
const INSIDE_V6: [([u16; 2], u32); 4] = [
    ([0x2001, 0x0000], 23), // protocol assignments: Teredo, benchmarks, ORCHID
    ([0x2001, 0x0db8], 32), // documentation
    ([0x2002, 0x0000], 16), // 6to4: an IPv4 address inside, reached by a tunnel
    ([0x3fff, 0x0000], 20), // documentation
];

/// Metadata services: the common address of most clouds, and those of Alibaba, Azure and Oracle.
const METADATA_V4: [Ipv4Addr; 4] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(192, 0, 0, 192),
];

/// Metadata services over IPv6: AWS, Google, Scaleway.
const METADATA_V6: [Ipv6Addr; 3] = [
    Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254),
    Ipv6Addr::new(0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254),
    Ipv6Addr::new(0xfd00, 0x0042, 0, 0, 0, 0, 0, 0x0042),
];

/// The address that a packet to this one reaches in the end, as far as the address itself tells: mapped (`::ffff:a.b.c.d`)
/// and NAT64 (`64:ff9b::a.b.c.d`) addresses are their IPv4 address.
pub(crate) fn unwrapped(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    if let Some(v4) = v6.to_ipv4_mapped() {
        return IpAddr::V4(v4);
    }
    match v6.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        _ => address,
    }
}

/// The class of an address that is not wrapped in another (see [`unwrapped`]).
pub(crate) fn class(address: IpAddr) -> Class {
    match address {
        IpAddr::V4(v4) if METADATA_V4.contains(&v4) => Class::Metadata,
        IpAddr::V4(v4) => {
            let inside = INSIDE_V4.iter().any(|(network, bits)| {
                let mask = u32::MAX << (32 - bits);
                v4.to_bits() & mask == u32::from_be_bytes(*network)
            });
            if inside { Class::Inside } else { Class::Public }
        }
        IpAddr::V6(v6) if METADATA_V6.contains(&v6) => Class::Metadata,
        IpAddr::V6(v6) => class_v6(v6),
    }
}

/// Only 2000::/3 is handed out for the internet; everything outside of it is something else, compatible and translated
/// addresses, local NAT64, link-local, unique local and multicast included.
fn class_v6(address: Ipv6Addr) -> Class {
    let [first, second, ..] = address.segments();
    if first & 0xe000 != 0x2000 {
        return Class::Inside;
    }
    let head = u32::from(first) << 16 | u32::from(second);
    let inside = INSIDE_V6.iter().any(|([high, low], bits)| {
        let mask = u32::MAX << (32 - bits);
        head & mask == u32::from(*high) << 16 | u32::from(*low)
    });
    // ISATAP hides an IPv4 address behind any prefix.
    let isatap = matches!(address.segments(), [_, _, _, _, 0 | 0x0200, 0x5efe, _, _]);
    if inside || isatap { Class::Inside } else { Class::Public }
}

#[cfg(test)]
mod tests {
    use super::{Class, class, unwrapped};

    fn check(expected: Class, addresses: &[&str]) {
        for address in addresses {
            assert_eq!(class(unwrapped(address.parse().unwrap())), expected, "{address}");
        }
    }

    #[test]
    fn out1_both_ends_of_every_inner_network_are_inside() {
        check(Class::Inside, &["0.0.0.0", "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0"]);
        check(Class::Inside, &["100.127.255.255", "127.0.0.0", "127.255.255.255", "169.254.0.0", "169.254.255.255"]);
        check(Class::Inside, &["172.16.0.0", "172.31.255.255", "192.0.0.0", "192.0.0.255", "192.0.2.0", "192.0.2.255"]);
        check(Class::Inside, &["192.88.99.0", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255"]);
        check(Class::Inside, &["198.51.100.7", "203.0.113.0", "203.0.113.255", "224.0.0.0", "255.255.255.255"]);
        check(Class::Inside, &["::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:0:8.8.8.8", "64:ff9b:1::8.8.8.8"]);
        check(Class::Inside, &["100::1", "fe80::1", "fec0::1", "fc00::1", "fdff::1", "ff02::1", "5f00::1", "4000::"]);
        check(Class::Inside, &["2001::1", "2001:1ff:ffff::", "2001:db8::1", "2002:808:808::1", "3fff:fff::1"]);
        check(Class::Inside, &["2600::5efe:7f00:1", "2600::200:5efe:a00:1"]);
        check(Class::Inside, &["::ffff:127.0.0.1", "::ffff:10.1.2.3", "64:ff9b::127.0.0.1", "64:ff9b::c0a8:101"]);
    }

    #[test]
    fn out1_the_addresses_beside_them_are_public() {
        check(Class::Public, &["1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0"]);
        check(Class::Public, &["126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255"]);
        check(Class::Public, &["172.32.0.0", "192.0.1.0", "192.0.3.0", "192.167.255.255", "192.169.0.0"]);
        check(Class::Public, &["198.17.255.255", "198.20.0.0", "203.0.112.255", "203.0.114.0", "223.255.255.255"]);
        check(Class::Public, &["2001:200::1", "2001:db7::1", "2001:db9::1", "2003::1", "2606:4700::1", "3ffe::1"]);
        check(Class::Public, &["::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]);
    }

    #[test]
    fn out1_metadata_services_are_known_however_they_are_wrapped() {
        check(Class::Metadata, &["169.254.169.254", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fd00:ec2::254"]);
        check(Class::Metadata, &["100.100.100.200", "168.63.129.16", "192.0.0.192"]);
    }
}
