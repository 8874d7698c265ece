//! What the operator allows beyond the public internet, and the bounds of one request.

use std::{net::IpAddr, str::FromStr, time::Duration};

use ipnet::IpNet;

use crate::address::{Class, class, unwrapped};

/// Rules for where requests may go. The default allows `https` to the public internet.
#[derive(Debug, Clone, Default)]
pub struct OutboundPolicy {
    /// Networks inside that may be reached all the same. A cloud's metadata address has to stand here by itself (`/32`,
    /// `/128`); a network around it does not open it.
    pub allow_networks: Vec<IpNet>,
    /// Names that may lead inside; as with networks, never to a metadata address.
    pub allow_hosts: Vec<HostRule>,
    /// Also `http`, where anybody on the way can read along.
    pub allow_plain_http: bool,
    /// Ports beside 443, 80 (for `http`) and those from 1024 on that no other protocol is known for.
    pub allow_ports: Vec<u16>,
    /// Certificates of authorities to trust beside the system's, in PEM, one or several.
    pub extra_authorities: Vec<u8>,
    /// Bounds of one request.
    pub limits: Limits,
}

/// Bounds of one request.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Until a connection stands, the name's look-up included.
    pub connect: Duration,
    /// From the first step to the last byte; a request may ask for less.
    pub total: Duration,
    /// Bytes of a request's body.
    pub request_bytes: usize,
    /// Bytes of an answer's body; a request may ask for less.
    pub response_bytes: usize,
    /// Headers of a request, and of an answer.
    pub headers: usize,
    /// Bytes of all headers of a request, and of an answer.
    pub header_bytes: usize,
    /// Requests under way at once; more wait, within their own time.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            total: Duration::from_secs(30),
            request_bytes: 1024 * 1024,
            response_bytes: 1024 * 1024,
            headers: 64,
            header_bytes: 16 * 1024,
            at_once: 256,
        }
    }
}

/// A name (`crm.example.internal`), or all names below one (`*.example.internal`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostRule {
    name: String,
    below: bool,
}

/// A text that is no host rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no host name; write `crm.example.internal`, or `*.example.internal` for every name below it")]
pub struct HostRuleError(String);

impl FromStr for HostRule {
    type Err = HostRuleError;

    fn from_str(text: &str) -> Result<Self, HostRuleError> {
        let (below, name) = text.strip_prefix("*.").map_or((false, text), |name| (true, name));
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if name.is_empty() || !name.bytes().all(fits) {
            return Err(HostRuleError(text.to_owned()));
        }
        Ok(Self { name, below })
    }
}

impl HostRule {
    fn covers(&self, host: &str) -> bool {
        match host.strip_suffix(self.name.as_str()) {
            Some("") => !self.below,
            Some(before) => self.below && before.ends_with('.'),
            None => false,
        }
    }
}

/// Ports from 1024 on where something else than HTTP listens that a request could talk into doing harm: those that
/// browsers refuse, and common data stores.
const OTHER_PROTOCOLS: [u16; 25] = [
    1719, 1720, 1723, 2049, 2375, 3306, 3659, 4045, 4190, 5060, 5061, 5432, 6000, 6379, 6566, 6665, 6666, 6667, 6668,
    6669, 6679, 6697, 10080, 11211, 27017,
];

impl OutboundPolicy {
    /// Whether a connection to this address may be made for this host, in lower case without its last dot.
    pub(crate) fn allows(&self, host: &str, address: IpAddr) -> bool {
        let reached = unwrapped(address);
        match class(reached) {
            Class::Public => true,
            Class::Metadata => {
                let itself = [IpNet::from(address), IpNet::from(reached)];
                self.allow_networks.iter().any(|network| itself.contains(network))
            }
            Class::Inside => {
                let named = self.allow_hosts.iter().any(|rule| rule.covers(host));
                let within = |network: &IpNet| network.contains(&address) || network.contains(&reached);
                named || self.allow_networks.iter().any(within)
            }
        }
    }

    pub(crate) fn allows_port(&self, port: u16) -> bool {
        let usual = port == 443 || (port == 80 && self.allow_plain_http);
        let free = port >= 1024 && !OTHER_PROTOCOLS.contains(&port);
        usual || free || self.allow_ports.contains(&port)
    }
}

#[cfg(test)]
mod tests {
    use super::{HostRule, OutboundPolicy};

    fn policy(networks: &[&str], hosts: &[&str]) -> OutboundPolicy {
        OutboundPolicy {
            allow_networks: networks.iter().map(|network| network.parse().unwrap()).collect(),
            allow_hosts: hosts.iter().map(|host| host.parse().unwrap()).collect(),
            ..OutboundPolicy::default()
        }
    }

    #[track_caller]
    fn check(policy: &OutboundPolicy, host: &str, address: &str, expected: bool) {
        assert_eq!(policy.allows(host, address.parse().unwrap()), expected, "{host} {address}");
    }

    #[test]
    fn out2_an_allowed_network_opens_itself_and_nothing_beside_it() {
        let policy = policy(&["10.1.0.0/16", "fd12::/16"], &[]);
        check(&policy, "crm", "10.1.255.255", true);
        check(&policy, "crm", "::ffff:10.1.2.3", true);
        check(&policy, "crm", "fd12::1", true);
        check(&policy, "crm", "10.2.0.0", false);
        check(&policy, "crm", "127.0.0.1", false);
        check(&policy, "crm", "fd13::1", false);
    }

    #[test]
    fn out2_a_metadata_address_is_opened_by_itself_only() {
        let wide = policy(&["0.0.0.0/0", "169.254.0.0/16", "::/0"], &["metadata.test"]);
        check(&wide, "metadata.test", "169.254.169.254", false);
        check(&wide, "metadata.test", "::ffff:169.254.169.254", false);
        check(&wide, "metadata.test", "fd00:ec2::254", false);
        check(&wide, "other.test", "169.254.169.253", true);
        check(&policy(&["169.254.169.254/32"], &[]), "metadata.test", "169.254.169.254", true);
    }

    #[test]
    fn out2_an_allowed_host_is_that_name_only() {
        let policy = policy(&[], &["crm.test", "*.inner.test"]);
        check(&policy, "crm.test", "10.0.0.1", true);
        check(&policy, "a.inner.test", "10.0.0.1", true);
        check(&policy, "inner.test", "10.0.0.1", false);
        check(&policy, "evil-crm.test", "10.0.0.1", false);
        check(&policy, "evilinner.test", "10.0.0.1", false);
        check(&policy, "a.crm.test", "10.0.0.1", false);
        assert!("".parse::<HostRule>().is_err() && "*".parse::<HostRule>().is_err());
        assert!("http://crm".parse::<HostRule>().is_err());
    }
}
