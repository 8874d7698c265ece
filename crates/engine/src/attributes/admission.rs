//! The one function that judges context.

use waybill_model::{
    Actor, AttributeChange, Context, Customer, Mode, Quarantined, Receipt, ReceiptEntry, Rule, Time, Trust,
};

use super::{
    bytes,
    conflicts::{self, Settlement},
    fault::{Fault, MAX_KEYS, Severity},
    handed::{Handed, Place},
    judge::{Judged, Target, judge},
    merge::Merge,
    policy::CompiledPolicy,
    receipts,
};

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
    /// Why values of higher trust are to be corrected all the same (CTX7): whoever says so has the right to.
    pub correction: Option<&'a str>,
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

/// What a fault does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Disposition {
    Store,
    Quarantine,
    RefuseKey,
    RefuseCall,
}

/// Judges a hand-over: exactly one verdict for every key (P1).
///
/// # Errors
/// `Refused` when the policy's mode lets a fault refuse the call; all faults are listed at once.
pub fn admit(policy: &CompiledPolicy, handed: &Handed, write: &Write<'_>) -> Result<Admission, Box<Refused>> {
    let is_counted = |place: &Place| !matches!(place, Place::Customer(_));
    if handed.given.iter().filter(|given| is_counted(&given.place)).count() > MAX_KEYS {
        return Err(receipts::too_many_keys(policy, handed, write));
    }
    let judged = judge_together(policy, handed, write);
    let mode = policy.policy().mode;
    let does = |judged: &Judged<'_>| disposition(mode, write.per_key, judged.fault.as_ref());
    let missing = missing(policy, &judged, write);
    let is_faulty = |judged: &Judged<'_>| does(judged) == Disposition::RefuseCall;
    let lacks = mode == Mode::Strict && write.at_start && !missing.is_empty();
    if lacks || judged.iter().any(is_faulty) {
        let missing = if lacks { missing } else { Vec::new() };
        return Err(receipts::refused(policy, &judged, missing, write, is_faulty));
    }
    let admission = apply(policy, &judged, missing, write, does);
    let size = bytes::of_context(&admission.context);
    if size > waybill_model::policy::MAX_CONTEXT_BYTES && size > bytes::of_context(write.standing) {
        return Err(context_too_large(policy, judged, size, write));
    }
    Ok(admission)
}

/// Judges each key, then what only shows beside the others: size, conflicts, custom data that is switched off.
fn judge_together<'a>(policy: &'a CompiledPolicy, handed: &'a Handed, write: &Write<'_>) -> Vec<Judged<'a>> {
    let mut judged: Vec<Judged<'_>> = handed.given.iter().map(|given| judge(policy, given, write)).collect();
    conflicts::mark(&mut judged, if write.per_key { Settlement::TakeLast } else { Settlement::Report });
    conflicts::lift_floors(&mut judged, write);
    bytes::mark(&mut judged, write.max_bytes);
    if !policy.policy().enabled {
        for judged in &mut judged {
            if matches!(judged.target, Target::Attribute(_)) {
                judged.fault = Some(Fault::custom_data_disabled());
            } else if let (Target::Nowhere, Some(fault)) = (judged.target, &mut judged.fault) {
                fault.severity = Severity::Fatal;
            }
        }
    }
    judged
}

/// CTX1's table, and CTX10 for answers without room for a receipt.
fn disposition(mode: Mode, per_key: bool, fault: Option<&Fault>) -> Disposition {
    use Disposition::{Quarantine, RefuseCall, RefuseKey, Store};
    let Some(fault) = fault else { return Store };
    match (fault.severity, mode) {
        (Severity::Note, _) | (Severity::Hint, Mode::Open) => Store,
        (Severity::Fatal, _) => RefuseCall,
        (Severity::Malformed, _) if per_key && fault.rule == Rule::MaxBytes => RefuseCall,
        (Severity::Malformed, _) if per_key && fault.rule == Rule::Conflict => Quarantine,
        (_, Mode::Quarantine) | (Severity::Misfit, Mode::Open) => Quarantine,
        (_, Mode::Strict) => RefuseCall,
        (Severity::Malformed, Mode::Open) if !per_key => RefuseCall,
        (Severity::Malformed, Mode::Open) if fault.rule == Rule::ReservedName => RefuseKey,
        (Severity::Malformed, Mode::Open) => Quarantine,
    }
}

/// Required keys that nobody has sent so far.
fn missing(policy: &CompiledPolicy, judged: &[Judged<'_>], write: &Write<'_>) -> Vec<String> {
    let is_given = |key: &str| judged.iter().any(|judged| judged.target == Target::Attribute(key));
    if !write.at_start {
        return write.standing.missing.iter().filter(|key| !is_given(key)).cloned().collect();
    }
    let required = policy.policy().attributes.iter().filter(|attribute| attribute.required);
    required.map(|attribute| &attribute.key).filter(|key| !is_given(key)).cloned().collect()
}

fn apply(
    policy: &CompiledPolicy,
    judged: &[Judged<'_>],
    missing: Vec<String>,
    write: &Write<'_>,
    does: impl Fn(&Judged<'_>) -> Disposition,
) -> Admission {
    let mut merge = Merge::onto(write);
    let mut entries: Vec<ReceiptEntry> = Vec::with_capacity(judged.len());
    for one in judged {
        let rule = one.fault.as_ref().map_or(Rule::Undeclared, |fault| fault.rule);
        entries.push(match (does(one), &one.value) {
            (Disposition::Store, Some(value)) => {
                let forms = conflicts::forms_of(judged, one.target, value);
                merge.store(one, value, forms)
            }
            (Disposition::RefuseKey | Disposition::RefuseCall, _) => merge.refuse(one),
            (Disposition::Quarantine | Disposition::Store, _) => merge.quarantine(one, rule),
        });
    }
    if write.replace {
        let given = |judged: &Judged<'_>| match judged.target {
            Target::Attribute(key) => Some(key.to_owned()),
            Target::Customer(_) | Target::Nowhere => None,
        };
        let given: Vec<String> = judged.iter().filter_map(given).collect();
        merge.delete_all_but(&given.iter().map(String::as_str).collect::<Vec<_>>());
    }
    let customer_changed = merge.customer != *write.customer;
    let is_new = customer_changed || !merge.changes.is_empty();
    let revision = if is_new { merge.next_revision() } else { write.revision };
    merge.date_quarantine(revision);
    let bytes = judged.iter().map(|judged| judged.given.bytes()).sum();
    let mut receipt = receipts::empty(policy, revision, bytes, write.max_bytes);
    receipt.entries = entries;
    receipt.missing.clone_from(&missing);
    let Merge { mut context, customer, changes, quarantined, .. } = merge;
    context.missing = missing;
    Admission { context, customer, changes, quarantined, customer_changed, revision, receipt }
}

fn context_too_large(
    policy: &CompiledPolicy,
    mut judged: Vec<Judged<'_>>,
    size: u64,
    write: &Write<'_>,
) -> Box<Refused> {
    for judged in &mut judged {
        if !matches!(judged.target, Target::Customer(_)) {
            judged.fault = Some(Fault::context_bytes(size));
        }
    }
    receipts::refused(policy, &judged, Vec::new(), write, |judged| judged.severity() == Some(Severity::Fatal))
}
