//! CTX8: the customer is a person, not an attribute.

use waybill_engine::attributes::{CallForm, CompiledPolicy, Write, admit, read_context};
use waybill_model::{Customer, Form, Mode};

use crate::support::{MODES, compiled, outcome, page, start, start_as};

fn customer(id: Option<&str>, name: Option<&str>, email: Option<&str>) -> Customer {
    Customer {
        id: id.map(str::to_owned),
        name: name.map(str::to_owned),
        email: email.map(str::to_owned),
        ..Customer::default()
    }
}

#[test]
fn ctx8_the_customer_has_receipt_entries_and_is_no_attribute() {
    for mode in MODES {
        let options = r#"{"customer":{"id":"C-1","name":"Zoë","email":"zoe@example.org"}}"#;
        let admission = start(&compiled(mode), options).unwrap();
        assert_eq!(admission.customer, customer(Some("C-1"), Some("Zoë"), Some("zoe@example.org")));
        assert!(admission.customer_changed && admission.context.stored.is_empty() && admission.revision == 1);
        assert!(admission.receipt.entries.iter().all(|entry| entry.form == Form::Customer && entry.declared));
        assert_eq!(outcome(&Ok(admission)), "id:stored name:stored email:stored");
    }
}

#[test]
fn ctx8_flat_options_give_an_attribute_a_customer_and_other_attributes() {
    let options =
        r#"{"customerId":"CRM-882910","name":"John Doe","email":"john@example.org","plan":"pro","message":"Hi"}"#;
    let admission = start_as(CallForm::FlatOptions, &compiled(Mode::Open), options).unwrap();
    assert_eq!(admission.customer, customer(None, Some("John Doe"), Some("john@example.org")));
    assert_eq!(admission.context.stored["crmCustomerId"].value, "CRM-882910".into());
    assert_eq!(admission.context.stored["plan"].forms, [Form::FlatOptions]);
    assert_eq!(outcome(&Ok(admission)), "customerId:stored name:stored email:stored plan:stored");
    // An `id` beside them is an attribute like any other.
    let id = start_as(CallForm::FlatOptions, &compiled(Mode::Open), r#"{"id":"x"}"#).unwrap();
    assert!(id.context.stored.contains_key("id") && id.customer.id.is_none());
}

#[test]
fn ctx8_fields_are_text_of_at_most_256_bytes() {
    let name = |json: &str| format!(r#"{{"customer":{{"name":{json}}}}}"#);
    let (fits, long) = (format!("\"{}\"", "é".repeat(128)), format!("\"{}\"", "é".repeat(129)));
    for (json, open, quarantine, strict) in [
        (fits.as_str(), "name:stored", "name:stored", "name:stored"),
        ("\"\"", "name:stored", "name:stored", "name:stored"),
        ("null", "name:stored", "name:stored", "name:stored"),
        ("42", "name:stored", "name:stored", "name:stored"),
        (
            &long,
            "name:quarantined(customer_field)",
            "name:quarantined(customer_field)",
            "400 name:refused(customer_field)",
        ),
        ("{}", "400 name:refused(not_scalar)", "name:quarantined(not_scalar)", "400 name:refused(not_scalar)"),
        (
            r#""\u0000""#,
            "400 name:refused(control_characters)",
            "name:quarantined(control_characters)",
            "400 name:refused(control_characters)",
        ),
    ] {
        for (mode, expected) in MODES.into_iter().zip([open, quarantine, strict]) {
            assert_eq!(outcome(&start(&compiled(mode), &name(json))), expected, "{json} in {mode:?}");
        }
    }
    let number = start(&compiled(Mode::Open), &name("42")).unwrap();
    assert_eq!(
        (number.customer.name.as_deref(), number.receipt.entries[0].coerced.as_deref()),
        (Some("42"), Some("string"))
    );
    let kept = start(&compiled(Mode::Quarantine), &name(&long)).unwrap();
    assert_eq!(kept.context.quarantined.keys().collect::<Vec<_>>(), ["customer.name"]);
}

#[test]
fn ctx8_unknown_fields_are_named() {
    let result = start(&compiled(Mode::Open), r#"{"customer":{"name":"Zoë","e-mail":"x","phone":1}}"#);
    let expected = "400 name:refused customer.e-mail:refused(unknown_option) customer.phone:refused(unknown_option)";
    assert_eq!(outcome(&result), expected);
    let receipt = result.unwrap_err().receipt;
    assert_eq!(receipt.entries[1].remedy.as_deref(), Some("Did you mean `customer.email`?"));
    assert!(receipt.entries[2].remedy.as_ref().unwrap().contains("customData"));
}

#[test]
fn ctx8_ctx6_two_names_of_one_customer_are_a_conflict() {
    let options = r#"{"name":"Zoë","customer":{"name":"Zoe"}}"#;
    let refused = start_as(CallForm::FlatOptions, &compiled(Mode::Open), options);
    assert_eq!(outcome(&refused), "400 name:refused(conflict) name:refused(conflict)");
    let equal = start_as(CallForm::FlatOptions, &compiled(Mode::Open), &options.replace("Zoe", "Zoë")).unwrap();
    assert_eq!(equal.customer.name.as_deref(), Some("Zoë"));
}

fn set(policy: &CompiledPolicy, standing: &Customer, options: &str) -> (Customer, bool, u64) {
    let handed = read_context(CallForm::WebMessagingClient, options, policy).unwrap();
    let context = Default::default();
    let write = Write { revision: 4, at_start: false, ..page(&context, standing) };
    let admission = admit(policy, &handed, &write).unwrap();
    (admission.customer, admission.customer_changed, admission.revision)
}

#[test]
fn ctx8_a_later_write_merges_the_customer_and_null_removes_a_field() {
    let policy = compiled(Mode::Open);
    let zoe = customer(Some("C-1"), Some("Zoë"), None);
    for (options, expected, changed) in [
        (r#"{"customer":{"email":"z@example.org"}}"#, customer(Some("C-1"), Some("Zoë"), Some("z@example.org")), true),
        (r#"{"customer":{"name":null}}"#, customer(Some("C-1"), None, None), true),
        (r#"{"customer":{"name":"Zoë"}}"#, zoe.clone(), false),
        (r#"{"customer":null}"#, zoe.clone(), false),
    ] {
        assert_eq!(set(&policy, &zoe, options), (expected, changed, 4 + u64::from(changed)), "{options}");
    }
}
