//! The one function that judges context.

use waybill_model::{
    Actor, AttributeChange, Context, ContextPolicy, Customer, Form, Quarantined, Receipt, Time, Trust,
};

/// What was handed over in one call, already read from raw JSON: no key is lost on the way here.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Handed {}

/// The circumstances of a write.
#[derive(Debug, Clone)]
pub struct Write<'a> {
    /// What stands there now (empty at a start).
    pub standing: &'a Context,
    /// Who the customer was until now.
    pub customer: &'a Customer,
    /// The conversation's context revision before this write; 0 at a start.
    pub revision: u64,
    /// How far the writer can be believed.
    pub trust: Trust,
    /// Who writes.
    pub by: &'a Actor,
    /// When.
    pub at: Time,
    /// Whether the conversation has ended (CTX12).
    pub late: bool,
    /// Whether this is the conversation's start: `null` is stored, required keys are checked.
    pub at_start: bool,
    /// Replace the whole map instead of merging (LOG3).
    pub replace: bool,
    /// The answer has no room for a receipt: a per-key verdict never stops it (CTX10).
    pub per_key: bool,
    /// The limit of this hand-over in bytes (CTX2): the policy's, or more for vendor frames.
    pub max_bytes: u64,
}

/// A hand-over that was admitted.
#[derive(Debug, Clone, PartialEq)]
pub struct Admission {
    /// The context after this write.
    pub context: Context,
    /// Who the customer is after this write.
    pub customer: Customer,
    /// Every stored key that changed; empty when the write said nothing new.
    pub changes: Vec<AttributeChange>,
    /// What this write set aside.
    pub quarantined: Vec<(String, Quarantined)>,
    /// Whether `customer` differs from before.
    pub customer_changed: bool,
    /// The context revision after this write: one more than before when anything changed.
    pub revision: u64,
    /// One verdict per key.
    pub receipt: Receipt,
}

/// A hand-over that was refused as a whole: nothing of it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Refused {
    /// Every key, each `refused`; those that are at fault carry rule and remedy.
    pub receipt: Receipt,
}

/// Judges a hand-over: exactly one verdict for every key (P1).
///
/// # Errors
/// `Refused` when the policy's mode lets a fault refuse the call; all faults are listed at once.
pub fn admit(policy: &ContextPolicy, handed: &Handed, write: &Write<'_>) -> Result<Admission, Box<Refused>> {
    unreachable!("{policy:?} {handed:?} {write:?} {:?}", Form::Token)
}
