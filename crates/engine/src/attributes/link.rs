//! Links from a key's value into another system, such as the customer's page in the CRM (CTX13).
//!
//! The value is a stranger's text: it fills its place in the address and can't leave it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use waybill_model::Scalar;

/// Where the value goes.
const PLACE: &str = "{value}";
/// The longest template, in bytes.
pub(super) const MAX_BYTES: usize = 2048;
/// Everything but what no part of an address gives a meaning to.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Why a template can't be used, in words that follow the key's name; nothing where it can.
pub(super) fn fault(template: &str) -> Option<&'static str> {
    if template.len() > MAX_BYTES {
        return Some("is longer than 2048 bytes");
    }
    if !template.chars().all(|one| one.is_ascii_graphic()) {
        return Some("has a space, a control character or one outside of ASCII; encode it with %");
    }
    let Some(rest) = template.strip_prefix("https://").or_else(|| plain_here(template)) else {
        return Some("does not begin with `https://`");
    };
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if host.is_empty() || host.contains(['{', '@', '\\']) {
        return Some("needs a host of its own; the value may not choose it");
    }
    (!path.contains(PLACE)).then_some("has no `{value}` after the host")
}

/// Without encryption to this machine alone: for who tries it there.
fn plain_here(template: &str) -> Option<&str> {
    let rest = template.strip_prefix("http://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    matches!(name, "localhost" | "127.0.0.1").then_some(rest)
}

/// The address for a value; nothing for an empty one, and none for dots alone, which browsers take for folders.
#[must_use]
pub fn link_for(template: &str, value: &Scalar) -> Option<String> {
    let text = value.to_text()?;
    if text.chars().all(|one| one == '.') {
        return None;
    }
    Some(template.replace(PLACE, &utf8_percent_encode(&text, ENCODED).to_string()))
}
