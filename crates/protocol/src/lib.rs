//! The wire: guest frames, REST bodies, the error body. What is sent is written down here, field by field.
//!
//! Wire types are not stored and rows are not sent: conversions in the edge name every field.

pub mod customer;
pub mod error;
pub mod form;
pub mod guest;
pub mod notification;
pub mod receipt;
pub mod rest;
pub mod scalar;

pub use customer::Customer;
pub use error::{ErrorBody, ErrorDetail};
pub use receipt::{Receipt, ReceiptEntry, Trust, Verdict};
pub use scalar::Scalar;
