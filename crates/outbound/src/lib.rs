//! The one door for requests that leave the server: every address is vetted, and the vetted address is the one connected to.
//!
//! Who may name a URL here is often not who runs the machine, so a URL may aim at the inside of the operator's network.
//! [`Outbound`] refuses what is not on the public internet unless the operator's [`OutboundPolicy`] allows it, follows no
//! redirect, uses no proxy, and ends whatever takes too long or grows too large.

mod address;
mod client;
mod error;
mod lookup;
mod policy;
mod target;
mod trust;

pub use bytes::Bytes;
pub use client::{Outbound, Request, Response};
pub use error::{Denied, OutboundError, SetupError};
pub use http::{Method, header};
pub use lookup::{Lookup, LookupFuture};
pub use policy::{HostRule, HostRuleError, Limits, OutboundPolicy};
