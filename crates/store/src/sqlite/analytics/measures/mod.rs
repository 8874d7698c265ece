//! What is measured of waiting and handling: each value stands at the time of the event that it follows from, with the
//! participant that it belongs to. Everything else of the conversation is looked up in its fact row when somebody asks, so
//! corrections and erasure reach it.

mod count;
mod fill;
mod fold;
mod rows;
mod write;

pub(super) use count::count;
pub(in super::super) use fill::back_fill;
pub(super) use rows::{move_start, of};
pub(in super::super) use write::{Measuring, measure};
