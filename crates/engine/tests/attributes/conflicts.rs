//! CTX5 and CTX6: aliases, containers, and two answers to one question.

use waybill_engine::attributes::{Write, admit};
use waybill_model::{Context, Customer, Form, Mode, Trust};

use crate::support::{MODES, compiled, custom_data, later, maps, outcome, page, start};

#[test]
fn ctx5_every_alias_reaches_the_one_key_and_the_receipt_says_so() {
    for alias in ["crmCustomerId", "customerId", "customer_id", "crm_customer_id", "crmId"] {
        let admission = custom_data(&compiled(Mode::Strict), &format!(r#"{{"{alias}":"CRM-1"}}"#)).unwrap();
        let stored = &admission.context.stored["crmCustomerId"];
        assert_eq!((stored.value.clone(), stored.sent_as.as_str()), ("CRM-1".into(), alias));
        let entry = &admission.receipt.entries[0];
        assert_eq!(entry.key, alias);
        assert_eq!(entry.stored_as.as_deref(), (alias != "crmCustomerId").then_some("crmCustomerId"));
    }
}

#[test]
fn ctx5_containers_are_mapped_by_the_policy() {
    let options = r#"{"attributes":{"custom":{"crm_customer_id":"CRM-1"},"crm":{"tier":"A"}}}"#;
    let admission = start(&compiled(Mode::Open), options).unwrap();
    assert_eq!(admission.context.stored.keys().collect::<Vec<_>>(), ["crmCustomerId", "crm_tier"]);
    assert_eq!(outcome(&Ok(admission.clone())), "crm_customer_id:stored tier:stored");
    assert!(admission.receipt.entries.iter().all(|entry| entry.form == Form::AttributesCustom));
    assert_eq!(admission.receipt.entries[1].stored_as.as_deref(), Some("crm_tier"));
}

#[test]
fn ctx6_different_values_are_a_conflict_that_names_both() {
    for (options, keys) in [
        (r#"{"customData":{"crmId":"1","crmCustomerId":"2"}}"#, ["crmId", "crmCustomerId"]),
        (
            r#"{"customData":{"crmId":"1"},"attributes":{"custom":{"crm_customer_id":"2"}}}"#,
            ["crmId", "crm_customer_id"],
        ),
        (r#"{"customData":{"plan":"1"},"attributes":{"custom":{"plan":1}}}"#, ["plan", "plan"]),
        (r#"{"customData":{"plan":null},"attributes":{"custom":{"plan":""}}}"#, ["plan", "plan"]),
        // Even when one of them would not have fitted.
        (r#"{"customData":{"crmId":"1","customerId":"\#"}}"#, ["crmId", "customerId"]),
    ] {
        let options = options.replace("\\#", &"x".repeat(300));
        let [one, two] = keys;
        let refused = format!("400 {one}:refused(conflict) {two}:refused(conflict)");
        let aside = format!("{one}:quarantined(conflict) {two}:quarantined(conflict)");
        for (mode, expected) in MODES.into_iter().zip([&refused, &aside, &refused]) {
            let result = start(&compiled(mode), &options);
            assert_eq!(&outcome(&result), expected, "{options} in {mode:?}");
            let receipt = result.map_or_else(|refused| refused.receipt, |admission| admission.receipt);
            for entry in &receipt.entries {
                let reason = entry.reason.as_ref().unwrap();
                assert!(keys.iter().all(|key| reason.contains(&format!("`{key}` in"))), "{reason}");
            }
        }
    }
}

#[test]
fn ctx6_equal_values_are_one_attribute_with_both_sources() {
    let options = r#"{"customData":{"crmId":"1"},"attributes":{"custom":{"crm_customer_id":"1"}}}"#;
    for mode in MODES {
        let admission = start(&compiled(mode), options).unwrap();
        assert_eq!(admission.changes.len(), 1);
        let stored = &admission.context.stored["crmCustomerId"];
        assert_eq!(stored.forms, [Form::CustomData, Form::AttributesCustom]);
        assert_eq!(stored.sent_as, "crmId");
        assert_eq!(outcome(&Ok(admission)), "crmId:stored crm_customer_id:stored");
    }
    // Equal after lossless coercion is equal.
    let coerced = custom_data(&compiled(Mode::Strict), r#"{"crmId":42,"crmCustomerId":"42"}"#).unwrap();
    assert_eq!(outcome(&Ok(coerced)), "crmId:stored crmCustomerId:stored");
}

#[test]
fn ctx6_across_calls_an_alias_simply_writes_its_key() {
    let policy = compiled(Mode::Open);
    let standing = custom_data(&policy, r#"{"crmCustomerId":"1"}"#).unwrap();
    let after = later(&policy, &standing, Trust::Page, r#"{"crmId":"2"}"#).unwrap();
    assert_eq!(after.context.stored["crmCustomerId"].value, "2".into());
    assert_eq!((after.revision, after.changes[0].old.clone()), (2, Some("1".into())));
}

#[test]
fn ctx6_a_key_given_twice_in_one_object_takes_no_part_in_conflicts() {
    let options = r#"{"attributes":{"custom":{"crmId":"2"}},"customData":{"crmId":"1","crmId":"1"}}"#;
    let result = start(&compiled(Mode::Quarantine), options);
    let expected = "crmId:stored crmId:quarantined(duplicate_key) crmId:quarantined(duplicate_key)";
    assert_eq!(outcome(&result), expected);
}

/// A guest message: two places, no room for a receipt.
#[track_caller]
fn check_message(mode: Mode, places: &[&str], expected: &str) -> Option<Context> {
    let policy = compiled(mode);
    let (standing, customer) = (Context::default(), Customer::default());
    let write = Write { at_start: false, per_key: true, max_bytes: 2_048, ..page(&standing, &customer) };
    let result = admit(&policy, &maps(&policy, places), &write);
    assert_eq!(outcome(&result), expected, "{places:?} in {mode:?}");
    result.ok().map(|admission| admission.context)
}

#[test]
fn ctx10_a_conflict_never_stops_a_message_the_inner_place_is_taken() {
    let places = [r#"{"crmId":"outer"}"#, r#"{"crmCustomerId":"inner"}"#];
    for mode in [Mode::Open, Mode::Strict] {
        let context =
            check_message(mode, &places, "crmId:quarantined(conflict) crmCustomerId:stored(conflict)").unwrap();
        assert_eq!(context.stored["crmCustomerId"].value, "inner".into());
        assert_eq!(context.quarantined["crmId"].json, r#""outer""#);
    }
    check_message(Mode::Quarantine, &places, "crmId:quarantined(conflict) crmCustomerId:stored(conflict)");
    // Under one name the inner value stands and the outer one is aside, message after message.
    let same_name = [r#"{"plan":"outer"}"#, r#"{"plan":"inner"}"#];
    let context = check_message(Mode::Open, &same_name, "plan:quarantined(conflict) plan:stored(conflict)").unwrap();
    assert_eq!((context.stored["plan"].value.clone(), context.quarantined.len()), ("inner".into(), 1));
    let (policy, customer) = (compiled(Mode::Open), Customer::default());
    let write = Write { at_start: false, per_key: true, ..page(&context, &customer) };
    let next = admit(&policy, &maps(&policy, &[same_name[0], r#"{"plan":"other"}"#]), &write).unwrap();
    assert_eq!((next.context.stored["plan"].value.clone(), next.context.quarantined.len()), ("other".into(), 1));
    for mode in MODES {
        check_message(mode, &[r#"{"crmId":"1"}"#, r#"{"crmId":"1"}"#], "crmId:stored crmId:stored");
    }
}

#[test]
fn ctx10_a_verdict_on_one_key_never_stops_a_message_in_open() {
    let map = r#"{"crmId":"1","a":{},"":2,"__proto__":"x","b":"\u0000","c":1,"c":2,"vip":"x"}"#;
    let expected = "crmId:stored a:quarantined(not_scalar) :refused(reserved_name) __proto__:refused(reserved_name) \
                    b:quarantined(control_characters) c:quarantined(duplicate_key) c:quarantined(duplicate_key) \
                    vip:quarantined(wrong_type)";
    let context = check_message(Mode::Open, &[map], expected).unwrap();
    assert_eq!(context.refused.keys().collect::<Vec<_>>(), ["", "__proto__"]);
}

#[test]
fn ctx10_limits_and_strictness_still_refuse_a_message() {
    let over = format!(r#"{{"a":"{}"}}"#, "x".repeat(2_048));
    for mode in MODES {
        check_message(mode, &[&over], "400 a:refused(max_bytes)");
    }
    check_message(Mode::Strict, &[r#"{"a":1,"crmId":"1"}"#], "400 a:refused(undeclared) crmId:refused");
    check_message(Mode::Strict, &[r#"{"crmId":{}}"#], "400 crmId:refused(not_scalar)");
}
