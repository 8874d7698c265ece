//! Domain values → wire values that both edges send. Every field is named, so that a new one breaks the build.

use std::collections::BTreeMap;

use waybill_model as model;
use waybill_protocol as wire;

pub(crate) fn receipt(receipt: &model::Receipt) -> wire::Receipt {
    let model::Receipt { revision, policy_version, bytes, max_bytes, entries, missing } = receipt;
    wire::Receipt {
        revision: *revision,
        policy_version: *policy_version,
        bytes: *bytes,
        max_bytes: *max_bytes,
        entries: entries.iter().map(receipt_entry).collect(),
        missing: missing.clone(),
    }
}

pub(crate) fn receipt_entry(entry: &model::ReceiptEntry) -> wire::ReceiptEntry {
    let model::ReceiptEntry { key, form, verdict, stored_as, declared, trust, coerced, reason, rule, remedy, promoted } =
        entry;
    wire::ReceiptEntry {
        key: key.clone(),
        form: form.as_str().into(),
        verdict: self::verdict(*verdict),
        stored_as: stored_as.clone(),
        declared: *declared,
        trust: self::trust(*trust),
        coerced: coerced.clone(),
        reason: reason.clone(),
        rule: rule.map(|rule| rule.as_str().into()),
        remedy: remedy.clone(),
        promoted: *promoted,
    }
}

const fn verdict(verdict: model::Verdict) -> wire::Verdict {
    match verdict {
        model::Verdict::Stored => wire::Verdict::Stored,
        model::Verdict::Quarantined => wire::Verdict::Quarantined,
        model::Verdict::Refused => wire::Verdict::Refused,
    }
}

pub(crate) const fn trust(trust: model::Trust) -> wire::Trust {
    match trust {
        model::Trust::Page => wire::Trust::Page,
        model::Trust::Flow => wire::Trust::Flow,
        model::Trust::Agent => wire::Trust::Agent,
        model::Trust::Server => wire::Trust::Server,
        model::Trust::Signed => wire::Trust::Signed,
    }
}

pub(crate) fn customer(customer: &model::Customer) -> wire::Customer {
    // Trust is told by receipts.
    let model::Customer { id, name, email, trust: _ } = customer;
    wire::Customer { id: id.clone(), name: name.clone(), email: email.clone() }
}

pub(crate) fn scalar(scalar: &model::Scalar) -> wire::Scalar {
    match scalar {
        model::Scalar::Null => wire::Scalar::Null,
        model::Scalar::Bool(value) => wire::Scalar::Bool(*value),
        model::Scalar::Number(number) => wire::Scalar::Number(number.clone()),
        model::Scalar::Text(text) => wire::Scalar::Text(text.clone()),
    }
}

pub(crate) fn custom_data(values: &BTreeMap<String, model::Scalar>) -> BTreeMap<String, wire::Scalar> {
    values.iter().map(|(key, value)| (key.clone(), scalar(value))).collect()
}
