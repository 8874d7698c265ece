//! P6: why a key is not there.

use waybill_engine::attributes::{Admission, CompiledPolicy, explain};
use waybill_model::{ContextPolicy, Mode, Trust};

use crate::support::{compiled, custom_data, later, policy, start};

#[track_caller]
fn check(policy: &CompiledPolicy, standing: &Admission, key: &str, expected: (&str, &str, &str)) {
    let absence = explain(&standing.context, policy, key);
    let rule = absence.rule.map_or("", |rule| rule.as_str());
    assert_eq!((absence.key.as_str(), absence.why.as_str(), rule), expected, "{absence:?}");
    assert!(absence.reason.ends_with('.') && !absence.remedy.is_empty());
}

#[test]
fn p6_absence_is_explained() {
    let policy = compiled(Mode::Open);
    let first = custom_data(&policy, r#"{"vip":"x","plan":"pro","signedId":"x"}"#).unwrap();
    let server = later(&policy, &first, Trust::Server, r#"{"crmId":"1"}"#).unwrap();
    let second = later(&policy, &server, Trust::Page, r#"{"plan":null,"crmId":"2"}"#).unwrap();
    check(&policy, &second, "vip", ("vip", "quarantined", "wrong_type"));
    check(&policy, &second, "signedId", ("signedId", "quarantined", "below_trust_floor"));
    check(&policy, &second, "plan", ("plan", "deleted", ""));
    check(&policy, &second, "score", ("score", "never_sent", ""));
    check(&policy, &second, "whatever", ("whatever", "never_sent", ""));
    check(&policy, &second, "crm_customer_idd", ("crm_customer_idd", "not_declared", "undeclared"));
    let nothing_left = Admission {
        context: {
            let mut c = second.context.clone();
            c.stored.clear();
            c
        },
        ..second
    };
    check(&policy, &nothing_left, "crmId", ("crmCustomerId", "refused", "lower_trust"));
}

#[test]
fn p6_a_required_key_that_nobody_sent_is_missing() {
    let mut required: ContextPolicy = policy(Mode::Open);
    required.attributes[0].required = true;
    let policy = CompiledPolicy::new(required).unwrap();
    let standing = custom_data(&policy, "{}").unwrap();
    check(&policy, &standing, "crmId", ("crmCustomerId", "missing", "missing"));
    let sent = later(&policy, &standing, Trust::Page, r#"{"crmId":"1"}"#).unwrap();
    assert!(sent.context.missing.is_empty() && sent.receipt.missing.is_empty());
}

#[test]
fn p6_names_that_the_deployment_does_not_know() {
    for mode in [Mode::Quarantine, Mode::Strict] {
        let policy = compiled(mode);
        let standing = custom_data(&policy, "{}").unwrap();
        check(&policy, &standing, "whatever", ("whatever", "not_declared", "undeclared"));
    }
    let policy = compiled(Mode::Open);
    let standing = custom_data(&policy, "{}").unwrap();
    let absence = explain(&standing.context, &policy, "crmCustomerID");
    assert_eq!(absence.remedy, "Did you mean `crmCustomerId`?");
}

#[test]
fn p6_a_key_in_a_container_that_does_not_exist_is_found_in_quarantine() {
    let policy = compiled(Mode::Quarantine);
    let standing = start(&policy, r#"{"attributes":{"crmId":"1"},"customer":{"id":{}}}"#).unwrap();
    check(&policy, &standing, "crm_customer_id", ("crmCustomerId", "quarantined", "unknown_option"));
    check(&policy, &standing, "id", ("id", "not_declared", "undeclared"));
}
