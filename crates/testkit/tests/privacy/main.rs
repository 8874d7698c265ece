//! Privacy: erasure that reaches every place and every byte, export, retention (PRIV1–PRIV9).

#![expect(clippy::unwrap_used, reason = "a test that can not go on fails")]

mod certificates;
mod erasure;
mod exports;
mod resumed;
mod retention;
mod subjects;
mod support;
