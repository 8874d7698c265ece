//! A quarantined value takes its place after all (LOG9): somebody looked at it, or the policy has changed.

use waybill_model::{Actor, Context, Customer, Form, Mode, Receipt, Rule, Time, Trust, policy::MAX_CONTEXT_BYTES};

use super::{
    admission::{Admission, Write},
    bytes,
    fault::{Fault, Severity},
    handed::{Given, Place},
    judge::{Judged, Target, judge},
    merge::Merge,
    policy::CompiledPolicy,
    raw::Member,
    recall, receipts,
};

/// The circumstances of a promotion.
#[derive(Debug, Clone)]
pub struct Promotion<'a> {
    /// The context as it stands.
    pub standing: &'a Context,
    /// Who the customer is.
    pub customer: &'a Customer,
    /// The conversation's context revision.
    pub revision: u64,
    /// How far the value was believed when it was set aside; it stays so.
    pub trust: Trust,
    /// Who promotes.
    pub by: &'a Actor,
    /// When.
    pub at: Time,
    /// Whether the conversation has ended (CTX12).
    pub late: bool,
    /// Why a value that does not fit the policy is promoted all the same; absent: it has to fit.
    pub override_reason: Option<&'a str>,
}

/// Why a value stays in quarantine.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unpromotable {
    /// There is none of this name.
    #[error("no value of this name is quarantined")]
    NotThere,
    /// The policy says no, and nobody overrides it, or nobody can.
    #[error("{reason} {remedy}")]
    Unfit {
        /// The rule that it breaks.
        rule: Rule,
        /// A sentence for people.
        reason: String,
        /// What to do about it.
        remedy: String,
        /// Whether a reason would carry it over.
        can_be_overridden: bool,
    },
}

/// Moves a quarantined value to the stored ones, under the canonical key that the policy gives it.
///
/// # Errors
/// `Unpromotable` says why it stays where it is.
pub fn promote(policy: &CompiledPolicy, name: &str, promotion: &Promotion<'_>) -> Result<Admission, Unpromotable> {
    let Promotion { standing, customer, revision, trust, by, at, late, override_reason } = promotion;
    let aside = standing.quarantined.get(name).ok_or(Unpromotable::NotThere)?;
    let write = Write {
        standing,
        customer,
        revision: *revision,
        trust: *trust,
        by,
        at: *at,
        late: *late,
        // As at a start: null is a value here, and deletes nothing.
        at_start: true,
        replace: false,
        per_key: false,
        max_bytes: MAX_CONTEXT_BYTES,
        correction: None,
    };
    let given = recall::members_of_mapped(policy, name, aside).unwrap_or_else(|| {
        let key = key_of(name, aside.rule).to_owned();
        vec![Given::new(Member { key, json: &aside.json, twice: false }, aside.form, Place::Attribute)]
    });
    if aside.form == Form::Customer || given.is_empty() {
        return Err(unfit(&Fault::customer_field(aside.json.len()), false));
    }
    let mut merge = Merge::onto(&write);
    let mut receipt: Receipt =
        receipts::empty(policy, *revision, given.iter().map(Given::bytes).sum(), policy.policy().max_bytes);
    for given in &given {
        let judged = judge(policy, given, &write);
        check(policy, &judged, override_reason.is_some())?;
        let Some(value) = judged.value.clone() else { return Err(unfit(&Fault::not_scalar("no scalar"), false)) };
        let mut entry = merge.store(&judged, &value, vec![aside.form]);
        if entry.verdict != waybill_model::Verdict::Stored {
            let (reason, remedy) = (entry.reason.unwrap_or_default(), entry.remedy.unwrap_or_default());
            return Err(Unpromotable::Unfit { rule: Rule::LowerTrust, reason, remedy, can_be_overridden: false });
        }
        if let Target::Attribute(key) = judged.target {
            entry.stored_as = (key != name).then(|| key.to_owned());
            merge.context.missing.retain(|missing| missing != key);
        }
        name.clone_into(&mut entry.key);
        entry.promoted = true;
        entry.reason = Some(match override_reason {
            Some(_) if judged.fault.is_some() => "Promoted from quarantine although it does not fit.".to_owned(),
            Some(_) | None => "Promoted from quarantine.".to_owned(),
        });
        receipt.entries.push(entry);
    }
    merge.context.quarantined.remove(name);
    for change in &mut merge.changes {
        change.reason = Some(override_reason.unwrap_or("promoted from quarantine").to_owned());
    }
    let Merge { context, customer: same_customer, changes, .. } = merge;
    let size = bytes::of_context(&context);
    if size > MAX_CONTEXT_BYTES && size > bytes::of_context(standing) {
        return Err(unfit(&Fault::context_bytes(size), false));
    }
    let revision = if changes.is_empty() { *revision } else { *revision + 1 };
    receipt.revision = revision;
    receipt.missing.clone_from(&context.missing);
    Ok(Admission {
        context,
        customer: same_customer,
        changes,
        quarantined: Vec::new(),
        customer_changed: false,
        revision,
        receipt,
    })
}

/// The key behind a name in quarantine: paths end in it, doubles are numbered.
fn key_of(name: &str, rule: Rule) -> &str {
    let plain = match name.rsplit_once(" (") {
        Some((plain, number))
            if matches!(rule, Rule::DuplicateKey | Rule::Conflict | Rule::MaxBytes)
                && number.strip_suffix(')').is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit())) =>
        {
            plain
        }
        Some(_) | None => name,
    };
    if rule != Rule::UnknownOption {
        return plain;
    }
    plain.rsplit_once('.').map_or(plain, |(_, last)| last)
}

fn check(policy: &CompiledPolicy, judged: &Judged<'_>, overridden: bool) -> Result<(), Unpromotable> {
    if !policy.policy().enabled && !overridden {
        return Err(unfit(&Fault::custom_data_disabled(), true));
    }
    let Some(fault) = &judged.fault else { return Ok(()) };
    let is_open = policy.policy().mode == Mode::Open;
    match fault.severity {
        Severity::Note => Ok(()),
        Severity::Hint if is_open => Ok(()),
        Severity::Hint | Severity::Misfit if overridden => Ok(()),
        Severity::Hint | Severity::Misfit => Err(unfit(fault, true)),
        Severity::Malformed | Severity::Fatal => Err(unfit(fault, false)),
    }
}

fn unfit(fault: &Fault, can_be_overridden: bool) -> Unpromotable {
    Unpromotable::Unfit {
        rule: fault.rule,
        reason: fault.reason.clone(),
        remedy: fault.remedy.clone(),
        can_be_overridden,
    }
}
