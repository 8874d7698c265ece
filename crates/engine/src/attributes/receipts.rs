//! Builds receipts (CTX4): one entry per key, never a value.

use waybill_model::{Form, Receipt, ReceiptEntry, Rule, Trust, Verdict};

use super::{
    admission::{Refused, Write},
    fault::{Fault, MAX_KEYS},
    handed::{Given, Handed, Place},
    judge::{Judged, Target},
    policy::CompiledPolicy,
};

/// An entry without reason.
pub(super) fn entry(key: &str, form: Form, verdict: Verdict, trust: Trust) -> ReceiptEntry {
    ReceiptEntry {
        key: key.to_owned(),
        form,
        verdict,
        stored_as: None,
        declared: false,
        trust,
        coerced: None,
        reason: None,
        rule: None,
        remedy: None,
        promoted: false,
    }
}

/// The entry of a judged key, with its fault as reason.
pub(super) fn judged_entry(judged: &Judged<'_>, verdict: Verdict, trust: Trust) -> ReceiptEntry {
    let mut entry = entry(&judged.given.key, judged.given.form, verdict, trust);
    entry.declared = judged.declared.is_some() || matches!(judged.target, Target::Customer(_));
    if let Some(fault) = &judged.fault {
        explain(&mut entry, fault);
    }
    entry
}

/// Puts rule, reason and remedy of a fault into an entry.
pub(super) fn explain(entry: &mut ReceiptEntry, fault: &Fault) {
    entry.rule = Some(fault.rule);
    entry.reason = Some(fault.reason.clone());
    entry.remedy = Some(fault.remedy.clone());
}

/// A receipt with nothing in it yet.
pub(super) fn empty(policy: &CompiledPolicy, revision: u64, bytes: u64, max_bytes: u64) -> Receipt {
    let policy_version = policy.policy().version;
    Receipt { revision, policy_version, bytes, max_bytes, entries: Vec::new(), missing: Vec::new() }
}

/// Refuses a judged call: every key is listed, the faulty ones with rule and remedy.
pub(super) fn refused(
    policy: &CompiledPolicy,
    judged: &[Judged<'_>],
    missing: Vec<String>,
    write: &Write<'_>,
    is_faulty: impl Fn(&Judged<'_>) -> bool,
) -> Box<Refused> {
    let bytes = judged.iter().map(|judged| judged.given.bytes()).sum();
    let mut receipt = empty(policy, write.revision, bytes, write.max_bytes);
    for judged in judged {
        let mut entry = judged_entry(judged, Verdict::Refused, judged.trust(write));
        if !is_faulty(judged) {
            (entry.rule, entry.remedy) = (None, None);
            entry.reason = Some("Refused with the whole call, because of other keys.".to_owned());
        }
        receipt.entries.push(entry);
    }
    let form = judged.iter().map(|judged| judged.given.form).find(|form| *form != Form::Customer);
    for key in &missing {
        let mut entry = entry(key, form.unwrap_or(Form::CustomData), Verdict::Refused, write.trust);
        entry.declared = true;
        explain(&mut entry, &Fault::missing());
        receipt.entries.push(entry);
    }
    receipt.missing = missing;
    Box::new(Refused { receipt })
}

/// Refuses a call whose keys are too many to be judged one by one; only the first too many has a reason.
pub(super) fn too_many_keys(policy: &CompiledPolicy, handed: &Handed, write: &Write<'_>) -> Box<Refused> {
    let is_counted = |given: &Given| !matches!(given.place, Place::Customer(_));
    let keys = handed.given.iter().filter(|given| is_counted(given)).count();
    let mut receipt = empty(policy, write.revision, handed.bytes(), write.max_bytes);
    let mut counted = 0;
    for given in &handed.given {
        let mut entry = entry(&given.key, given.form, Verdict::Refused, given.trust.unwrap_or(write.trust));
        entry.declared = policy.declared(given.name()).is_some();
        if is_counted(given) {
            counted += 1;
            if counted == MAX_KEYS + 1 {
                explain(&mut entry, &Fault::too_many_keys(keys));
            }
        }
        receipt.entries.push(entry);
    }
    Box::new(Refused { receipt })
}

/// Refuses a text in which no keys can be told apart; the entry names where they should have been.
pub(super) fn unreadable(
    policy: &CompiledPolicy,
    place: &str,
    form: Form,
    rule: Rule,
    says: [String; 2],
) -> Box<Refused> {
    let trust = match form {
        Form::RestWebchat | Form::RestMetadata | Form::RestAttributes => Trust::Server,
        Form::Token => Trust::Signed,
        Form::Flow => Trust::Flow,
        Form::CustomData
        | Form::AttributesCustom
        | Form::FlatOptions
        | Form::Customer
        | Form::SetContext
        | Form::GuestCustomAttributes => Trust::Page,
    };
    let [reason, remedy] = says;
    let mut receipt = empty(policy, 0, 0, policy.policy().max_bytes);
    let mut entry = entry(place, form, Verdict::Refused, trust);
    (entry.rule, entry.reason, entry.remedy) = (Some(rule), Some(reason), Some(remedy));
    receipt.entries.push(entry);
    Box::new(Refused { receipt })
}
