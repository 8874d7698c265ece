//! Admission: what becomes of every key that was handed over (P1, CTX1–CTX10).
//!
//! A reader turns raw JSON text into [`Handed`] without losing a key, [`admit`] gives every key its verdict,
//! [`explain`] says why a key is not there.

mod admission;
mod bytes;
mod conflicts;
mod explain;
mod fault;
mod handed;
mod judge;
mod link;
mod lint;
mod merge;
mod names;
mod numbers;
mod policy;
mod preview;
mod promote;
mod raw;
mod read;
mod recall;
mod receipts;

pub use admission::{Admission, Refused, Write, admit};
pub use explain::{Absence, WhyAbsent, explain};
pub use handed::Handed;
pub use link::link_for;
pub use lint::lint;
pub(crate) use names::{is_regular, nearest, shown};
pub use policy::{CompiledPolicy, InvalidPolicy};
pub use preview::{KeyPreview, PastStart, Preview, Tally, preview};
pub use promote::{Promotion, Unpromotable, promote};
pub use read::{
    CallForm, StartOptions, WebchatStart, read_context, read_map, read_maps, read_start, read_token, read_webchat,
};
