//! Signed context: the site's own server vouches for the customer with a token that the page hands on (SIG1–SIG8).

mod admin;
mod claims;
mod fault;
mod json;
mod key;
mod keys;
mod published;
mod verify;

pub use admin::{ChangedSigningKey, CreatedSigningKey, NewSigningKey, RotatedSigningKey, Source as SigningKeySource};
pub use fault::TokenFault;
pub(crate) use keys::KeyCache;
pub(crate) use published::PublishedCache;
pub(crate) use verify::Vouched;
