//! How much of its requests a caller has used, on every answer to it: the field's headers, and the ones that many
//! clients look for.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use waybill_service::{Allowance, seconds};

const COUNT: HeaderName = HeaderName::from_static("inin-ratelimit-count");
const ALLOWED: HeaderName = HeaderName::from_static("inin-ratelimit-allowed");
const RESET: HeaderName = HeaderName::from_static("inin-ratelimit-reset");
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET_TOO: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Filled by whoever counts the request, told where the answer leaves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Used(Arc<OnceLock<Allowance>>);

impl Used {
    pub(crate) fn note(&self, allowance: Allowance) {
        // A request is counted once; whoever came first has said it.
        self.0.get_or_init(|| allowance);
    }

    /// Nothing is left until then.
    pub(crate) fn all(&self, allowed: u32, reset: Duration) {
        self.note(Allowance { allowed, used: allowed, reset });
    }

    pub(super) fn tell(&self, headers: &mut HeaderMap) {
        let Some(Allowance { allowed, used, reset }) = self.0.get().copied() else { return };
        let reset = if used == 0 { 0 } else { seconds(reset) };
        for (name, value) in [
            (COUNT, u64::from(used)),
            (ALLOWED, u64::from(allowed)),
            (RESET, reset),
            (LIMIT, u64::from(allowed)),
            (REMAINING, u64::from(allowed.saturating_sub(used))),
            (RESET_TOO, reset),
        ] {
            headers.insert(name, HeaderValue::from(value));
        }
    }
}
