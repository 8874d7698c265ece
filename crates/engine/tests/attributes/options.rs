//! L3, L7, L12: options and containers of every call form.

use waybill_engine::attributes::{
    CallForm, Refused, Write, admit, lint, read_context, read_map, read_start, read_webchat,
};
use waybill_model::{Context, Customer, Form, Mode};

use crate::support::{MODES, compiled, outcome, page, start, start_as};

const FORMS: [CallForm; 4] =
    [CallForm::WebMessagingClient, CallForm::GenericAttributes, CallForm::FlatOptions, CallForm::Command];

#[test]
fn l3_the_same_id_through_every_form_is_the_same_attribute() {
    for (form, options, source) in [
        (CallForm::WebMessagingClient, r#"{"customData":{"crmCustomerId":"CRM-1"}}"#, Form::CustomData),
        (
            CallForm::GenericAttributes,
            r#"{"attributes":{"custom":{"crm_customer_id":"CRM-1"}}}"#,
            Form::AttributesCustom,
        ),
        (CallForm::FlatOptions, r#"{"customerId":"CRM-1","name":"John Doe"}"#, Form::FlatOptions),
        (CallForm::Command, r#"{"messaging":{"customAttributes":{"crmId":"CRM-1"}}}"#, Form::GuestCustomAttributes),
    ] {
        let admission = start_as(form, &compiled(Mode::Strict), options).unwrap();
        let stored = &admission.context.stored["crmCustomerId"];
        assert_eq!((stored.value.clone(), stored.forms.as_slice()), ("CRM-1".into(), [source].as_slice()), "{form:?}");
    }
    let webchat = read_webchat(r#"{"deploymentId":"d","customerId":"CRM-1"}"#, &compiled(Mode::Strict)).unwrap();
    let admission =
        admit(&compiled(Mode::Strict), &webchat.handed, &page(&Context::default(), &Customer::default())).unwrap();
    assert_eq!(admission.context.stored["crmCustomerId"].forms, [Form::RestWebchat]);
}

#[test]
fn l3_all_forms_may_mix_containers() {
    let options = r#"{"customData":{"a":1},"attributes":{"custom":{"b":2}},"customer":{"id":"C"},"message":"Hi","startNew":true}"#;
    for form in FORMS {
        let start = read_start(form, options, &compiled(Mode::Open)).unwrap();
        assert_eq!((start.message.as_deref(), start.start_new), (Some("Hi"), true));
        assert_eq!(start.handed.keys().collect::<Vec<_>>(), ["a", "b", "id"], "{form:?}");
    }
}

#[test]
fn l12_unknown_options_and_containers_are_refused_with_the_nearest_name() {
    for (options, path, meant) in [
        (r#"{"cusomData":{"crmId":"1"}}"#, "cusomData", "`customData`"),
        (r#"{"CustomData":{}}"#, "CustomData", "`customData`"),
        (r#"{"crmCustomerId":"1"}"#, "crmCustomerId", "`customData.crmCustomerId`"),
        (r#"{"attributes":{"crmId":"1"}}"#, "attributes.crmId", "`attributes.custom.crmId`"),
        (r#"{"attributes":{"Custom":{"crmId":"1"}}}"#, "attributes.Custom", "`attributes.custom`"),
        (r#"{"attributes":{"sales":{"crmId":"1"}}}"#, "attributes.sales", "`attributes.custom`"),
        (r#"{"context":{"crmId":"1"}}"#, "context", "`customData`"),
        (r#"{"mesage":"Hello"}"#, "mesage", "`message`"),
        (r#"{"startnew":true}"#, "startnew", "`startNew`"),
        (r#"{"messaging":{"customAttributes":{}}}"#, "messaging", "`customData`"),
    ] {
        let refused = format!("400 {path}:refused(unknown_option)");
        let aside = format!("{path}:quarantined(unknown_option)");
        for (mode, expected) in MODES.into_iter().zip([&refused, &aside, &refused]) {
            let result = start(&compiled(mode), options);
            assert_eq!(&outcome(&result), expected, "{options} in {mode:?}");
            let receipt = result.map_or_else(|refused| refused.receipt, |admission| admission.receipt);
            let remedy = receipt.entries[0].remedy.as_ref().unwrap();
            assert!(remedy.contains(meant), "{options}: {remedy}");
        }
    }
    let kept = start(&compiled(Mode::Quarantine), r#"{"cusomData":{"crmId": "1"}}"#).unwrap();
    assert_eq!(kept.context.quarantined["cusomData"].json, r#"{"crmId": "1"}"#);
}

#[test]
fn l12_flat_options_take_scalars_as_attributes_and_nothing_else() {
    let policy = compiled(Mode::Open);
    let result = start_as(CallForm::FlatOptions, &policy, r#"{"plan":"pro","cusomData":{"a":1},"list":[]}"#);
    assert_eq!(outcome(&result), "400 plan:refused cusomData:refused(unknown_option) list:refused(unknown_option)");
    let doubled = start_as(CallForm::FlatOptions, &policy, r#"{"plan":"a","plan":"a"}"#);
    assert_eq!(outcome(&doubled), "400 plan:refused(duplicate_key) plan:refused(duplicate_key)");
}

#[test]
fn l12_the_page_command_has_one_container_more() {
    let result =
        start_as(CallForm::Command, &compiled(Mode::Open), r#"{"messaging":{"customAtributes":{"a":1},"x":1}}"#);
    let expected = "400 messaging.customAtributes:refused(unknown_option) messaging.x:refused(unknown_option)";
    assert_eq!(outcome(&result), expected);
    let remedy = result.unwrap_err().receipt.entries[0].remedy.clone().unwrap();
    assert_eq!(remedy, "Did you mean `messaging.customAttributes`?");
    let twice = r#"{"messaging":{"customAttributes":{"a":1},"customAttributes":{"a":1}}}"#;
    let path = "messaging.customAttributes:refused(duplicate_key)";
    assert_eq!(outcome(&start_as(CallForm::Command, &compiled(Mode::Open), twice)), format!("400 {path} {path}"));
}

#[test]
fn l25_an_option_given_twice_is_refused_with_everything_in_it() {
    for (options, path) in [
        (r#"{"customData":{"a":1},"customData":{"b":1}}"#, "customData"),
        (r#"{"message":"a","message":"b"}"#, "message"),
        (r#"{"attributes":{"custom":{},"custom":{}}}"#, "attributes.custom"),
    ] {
        let expected = format!("400 {path}:refused(duplicate_key) {path}:refused(duplicate_key)");
        assert_eq!(outcome(&start(&compiled(Mode::Open), options)), expected);
    }
}

#[test]
fn l6_options_of_the_wrong_type_are_named() {
    for (options, key) in [
        (r#"{"message":5}"#, "message"),
        (r#"{"message":{"text":"Hi"}}"#, "message"),
        (r#"{"startNew":"yes"}"#, "startNew"),
        (r#"{"customer":"Zoë"}"#, "customer"),
        (r#"{"customer":[]}"#, "customer"),
    ] {
        let refused = format!("400 {key}:refused(wrong_type)");
        let aside = format!("{key}:quarantined(wrong_type)");
        for (mode, expected) in MODES.into_iter().zip([&refused, &aside, &refused]) {
            assert_eq!(&outcome(&start(&compiled(mode), options)), expected, "{options} in {mode:?}");
        }
    }
    let options = r#"{"message":null,"startNew":null,"customer":null}"#;
    let nothing = read_start(CallForm::WebMessagingClient, options, &compiled(Mode::Strict)).unwrap();
    assert_eq!(nothing, Default::default());
}

#[track_caller]
fn check_unreadable<T: std::fmt::Debug>(result: Result<T, Box<Refused>>, key: &str, form: Form, rule: &str) {
    let receipt = result.unwrap_err().receipt;
    let [entry] = receipt.entries.as_slice() else { panic!("one entry, not {:?}", receipt.entries) };
    assert_eq!((entry.key.as_str(), entry.form, entry.rule.unwrap().as_str()), (key, form, rule));
    assert!(entry.reason.is_some() && entry.remedy.is_some());
}

#[test]
fn l7_what_is_no_map_is_refused_by_name_in_every_mode() {
    for policy in MODES.map(compiled) {
        for json in ["null", "[]", "5", "true", r#""{\"crmId\":\"1\"}""#] {
            let wrap = |path: &str| format!(r#"{{"{path}":{json}}}"#);
            for (options, key, form) in [
                (json.to_owned(), "options", Form::CustomData),
                (wrap("customData"), "customData", Form::CustomData),
                (wrap("attributes"), "attributes", Form::AttributesCustom),
                (format!(r#"{{"attributes":{}}}"#, wrap("custom")), "attributes.custom", Form::AttributesCustom),
            ] {
                check_unreadable(read_start(CallForm::WebMessagingClient, &options, &policy), key, form, "wrong_type");
            }
            check_unreadable(read_map(Form::RestMetadata, json, &policy), "metadata", Form::RestMetadata, "wrong_type");
            check_unreadable(read_webchat(json, &policy), "body", Form::RestWebchat, "wrong_type");
        }
    }
}

#[test]
fn l7_malformed_json_is_refused_with_its_place_and_without_its_text() {
    for policy in MODES.map(compiled) {
        for json in ["", "{", r#"{"customData":{"crmId":"SECRET}}"#, r#"{"customData":{"a":01}}"#, r#"{"a":1} x"#] {
            check_unreadable(
                read_start(CallForm::Command, json, &policy),
                "options",
                Form::CustomData,
                "malformed_json",
            );
            check_unreadable(
                read_context(CallForm::FlatOptions, json, &policy),
                "options",
                Form::SetContext,
                "malformed_json",
            );
            check_unreadable(
                read_map(Form::GuestCustomAttributes, json, &policy),
                "customAttributes",
                Form::GuestCustomAttributes,
                "malformed_json",
            );
        }
    }
    let refused = read_webchat("{\n\"a\":\"SECRET}", &compiled(Mode::Open)).unwrap_err();
    let reason = refused.receipt.entries[0].reason.clone().unwrap();
    assert!(reason.contains("line 2") && !reason.contains("SECRET"), "{reason}");
}

#[test]
fn ctx4_set_context_is_its_own_form_without_message() {
    let policy = compiled(Mode::Open);
    let options = r#"{"customData":{"a":1},"attributes":{"custom":{"b":2}},"customer":{"name":"Zoë"}}"#;
    let handed = read_context(CallForm::WebMessagingClient, options, &policy).unwrap();
    let (context, customer) = (Context::default(), Customer::default());
    let write = Write { at_start: false, ..page(&context, &customer) };
    let receipt = admit(&policy, &handed, &write).unwrap().receipt;
    let forms: Vec<Form> = receipt.entries.iter().map(|entry| entry.form).collect();
    assert_eq!(forms, [Form::SetContext, Form::SetContext, Form::Customer]);
    let handed = read_context(CallForm::WebMessagingClient, r#"{"message":"Hi"}"#, &policy).unwrap();
    assert_eq!(outcome(&admit(&policy, &handed, &write)), "400 message:refused(unknown_option)");
}

#[test]
fn rest1_a_start_over_rest_has_message_and_routing_beside_the_context() {
    let policy = compiled(Mode::Open);
    let body = r#"{"deploymentId":"d","customData":{"a":1},"attributes":{"custom":{"b":2}},"customerId":"CRM-1",
        "customer":{"name":"Zoë"},"message":"Hello","routing":{"queue": "sales","priority":1}}"#;
    let webchat = read_webchat(body, &policy).unwrap();
    assert_eq!(webchat.handed.keys().collect::<Vec<_>>(), ["a", "b", "customerId", "name"]);
    assert_eq!(webchat.message.as_deref(), Some("Hello"));
    assert_eq!(webchat.routing.as_deref(), Some(r#"{"queue": "sales","priority":1}"#));
    let stray = read_webchat(r#"{"deploymentId":"d","custmData":{},"routing":[]}"#, &policy).unwrap().handed;
    let result = admit(&policy, &stray, &page(&Context::default(), &Customer::default()));
    assert_eq!(outcome(&result), "400 custmData:refused(unknown_option) routing:refused(wrong_type)");
}

#[test]
fn ctx4_lint_tells_what_a_start_would_do_and_hints_at_misspelt_keys() {
    let policy = compiled(Mode::Open);
    let receipt =
        lint(&policy, CallForm::WebMessagingClient, r#"{"customData":{"crmCustomerID":"1","source":"web"}}"#).unwrap();
    assert_eq!(receipt.entries[0].remedy.as_deref(), Some("Did you mean `crmCustomerId`?"));
    assert_eq!((receipt.entries[1].reason.as_deref(), receipt.entries[1].declared), (None, false));
    let refused = lint(&policy, CallForm::WebMessagingClient, r#"{"cusomData":{}}"#).unwrap_err();
    assert_eq!(refused.entries[0].rule.map(|rule| rule.as_str()), Some("unknown_option"));
}
