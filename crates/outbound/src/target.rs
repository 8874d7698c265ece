//! Judging a URL before anything is looked up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Url;

use crate::{Denied, OutboundPolicy};

/// The longest URL.
const LONGEST: usize = 2048;

/// Reads a URL and checks all that can be told without a look-up.
pub(crate) fn vetted(policy: &OutboundPolicy, text: &str) -> Result<Url, Denied> {
    if text.len() > LONGEST {
        return Err(Denied::TooLong(LONGEST));
    }
    // What the parser would mend in silence is where two programs come to read two hosts.
    if text.bytes().any(|byte| byte <= b' ' || byte == 0x7f || byte == b'\\') {
        return Err(Denied::Malformed);
    }
    let url = Url::parse(text).map_err(|_| Denied::Malformed)?;
    match url.scheme() {
        "https" => {}
        "http" if policy.allow_plain_http => {}
        "http" => return Err(Denied::PlainHttp),
        _ => return Err(Denied::Scheme),
    }
    let scheme = url.scheme();
    if !text.get(..scheme.len() + 3).is_some_and(|start| start.ends_with("://")) {
        return Err(Denied::Malformed);
    }
    if !url.username().is_empty() || url.password().is_some() || authority(text).contains('@') {
        return Err(Denied::Credentials);
    }
    let port = url.port_or_known_default().ok_or(Denied::Malformed)?;
    if !policy.allows_port(port) {
        return Err(Denied::Port(port));
    }
    check_host(policy, url.host_str().ok_or(Denied::Malformed)?)?;
    Ok(url)
}

/// Everything between `://` and the path.
fn authority(text: &str) -> &str {
    let after = text.split_once("://").map_or("", |(_, after)| after);
    after.split(['/', '?', '#']).next().unwrap_or_default()
}

/// A literal address has been brought to its one spelling by the parser: decimal, octal, hexadecimal and short forms, full
/// width digits and escapes. A name that always means this machine is judged like its address.
fn check_host(policy: &OutboundPolicy, host: &str) -> Result<(), Denied> {
    let allowed = match literal(host) {
        Some(address) => policy.allows("", address),
        None => {
            let name = bare(host);
            let this_machine = name == "localhost" || name.ends_with(".localhost");
            !this_machine
                || policy.allows(&name, IpAddr::V4(Ipv4Addr::LOCALHOST))
                || policy.allows(&name, IpAddr::V6(Ipv6Addr::LOCALHOST))
        }
    };
    if allowed { Ok(()) } else { Err(Denied::Address(host.to_owned())) }
}

fn literal(host: &str) -> Option<IpAddr> {
    let inner = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    match inner {
        Some(v6) => v6.parse().map(IpAddr::V6).ok(),
        None => host.parse().map(IpAddr::V4).ok(),
    }
}

/// A name as rules know it: lower case, without the last dot.
pub(crate) fn bare(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}
