//! What analytics counts by: one compact fact row per conversation, and counts per hour, deployment, key and value.
//!
//! Both are written in the transaction of the commit that they follow from. A change takes what the fact row said before
//! out of the counts and adds what it says now, so corrections, late writes and erasure keep them true. What was measured of
//! waiting and handling stands beside them, at the time of its events.

mod completeness;
mod documents;
mod facts;
mod ledger;
mod measures;
mod names;
mod refused;
mod scan;
mod select;
mod tally;
mod trait_impl;

pub(super) use facts::{Facts, counts_the_same};
pub(super) use ledger::{Ledger, Recorded, back_fill, record};
pub(super) use measures::{Measuring, back_fill as back_fill_measures, measure};
pub(super) use names::Names;
pub(super) use names::forget_page;
