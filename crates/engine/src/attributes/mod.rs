//! Admission: what becomes of every key that was handed over (P1, CTX1–CTX10).

mod admission;

pub use admission::{Admission, Handed, Refused, Write, admit};
