//! What holds for every hand-over, however odd (P1, CTX3).

use proptest::prelude::*;
use waybill_engine::attributes::{
    Admission, CallForm, CompiledPolicy, Refused, Write, admit, lint, read_map, read_start,
};
use waybill_model::{Context, Customer, Form, Mode, Scalar, Trust, Verdict};

use crate::support::{MODES, compiled, outcome, page};

fn mode() -> impl Strategy<Value = Mode> {
    proptest::sample::select(&MODES[..])
}

/// Names that mean something, names that mean trouble, and any other.
fn name() -> impl Strategy<Value = String> {
    const KNOWN: [&str; 11] =
        ["crmCustomerId", "crmId", "crmCustomerID", "vip", "score", "tier", "code", "signedId", "__proto__", "", "a-b"];
    prop_oneof![
        3 => proptest::sample::select(&KNOWN[..]).prop_map(str::to_owned),
        3 => "[a-z]{1,6}",
        1 => any::<String>().prop_map(|text| text.chars().take(140).collect()),
    ]
}

/// Values as JSON text.
fn value() -> impl Strategy<Value = String> {
    const ODD: [&str; 12] = [
        "null",
        "true",
        "false",
        "0",
        "-0",
        "1.0",
        "1e400",
        "9007199254740993",
        "{}",
        "[1]",
        r#""\ud800""#,
        r#""gold""#,
    ];
    prop_oneof![
        4 => any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        2 => any::<i64>().prop_map(|number| number.to_string()),
        2 => any::<f64>().prop_filter("JSON has no NaN", |number| number.is_finite()).prop_map(|number| format!("{number:e}")),
        3 => proptest::sample::select(&ODD[..]).prop_map(str::to_owned),
    ]
}

fn members() -> impl Strategy<Value = Vec<(String, String)>> {
    proptest::collection::vec((name(), value()), 0..12)
}

fn object(members: &[(String, String)]) -> String {
    let members = members.iter().map(|(key, value)| format!("{}:{value}", serde_json::to_string(key).unwrap()));
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

fn judge(policy: &CompiledPolicy, json: &str, write: &Write<'_>) -> Result<Admission, Box<Refused>> {
    admit(policy, &read_map(Form::SetContext, json, policy)?, write)
}

fn keys_of(result: &Result<Admission, Box<Refused>>) -> Vec<&str> {
    let receipt = match result {
        Ok(admission) => &admission.receipt,
        Err(refused) => &refused.receipt,
    };
    receipt.entries.iter().map(|entry| entry.key.as_str()).collect()
}

proptest! {
    #[test]
    fn p1_keys_in_are_keys_in_the_receipt(mode in mode(), members in members(), per_key: bool, at_start: bool) {
        let policy = compiled(mode);
        let (context, customer) = (Context::default(), Customer::default());
        let write = Write { per_key, at_start, max_bytes: 600, ..page(&context, &customer) };
        let result = judge(&policy, &object(&members), &write);
        let given: Vec<&str> = members.iter().map(|(key, _)| key.as_str()).collect();
        prop_assert_eq!(keys_of(&result), given);
        match &result {
            Ok(admission) => {
                let stored = admission.receipt.with(Verdict::Stored).count();
                let aside = admission.receipt.with(Verdict::Quarantined).count();
                prop_assert!(!at_start || admission.changes.len() <= stored);
                prop_assert_eq!(admission.quarantined.len(), aside);
            }
            Err(refused) => {
                prop_assert!(refused.receipt.entries.iter().all(|entry| entry.verdict == Verdict::Refused));
                prop_assert!(refused.receipt.entries.iter().any(|entry| entry.rule.is_some()));
            }
        }
    }

    #[test]
    fn p1_every_verdict_but_plain_stored_has_rule_reason_and_remedy(mode in mode(), members in members()) {
        let policy = compiled(mode);
        let (context, customer) = (Context::default(), Customer::default());
        let write = Write { trust: Trust::Server, ..page(&context, &customer) };
        if let Ok(admission) = judge(&policy, &object(&members), &write) {
            for entry in admission.receipt.entries.iter().filter(|entry| entry.verdict != Verdict::Stored) {
                prop_assert!(entry.rule.is_some() && entry.reason.is_some() && entry.remedy.is_some());
            }
        }
    }

    #[test]
    fn p1_what_is_stored_is_byte_equal(text: String, number: f64, integer in -(1_i64 << 53)..=(1 << 53)) {
        prop_assume!(number.is_finite() && text.chars().all(|letter| !letter.is_control()));
        let policy = compiled(Mode::Open);
        let (context, customer) = (Context::default(), Customer::default());
        let write = Write { max_bytes: 32_768, ..page(&context, &customer) };
        let number_text = serde_json::to_string(&number).unwrap();
        let json = format!(r#"{{"t":{},"n":{number_text},"i":{integer}}}"#, serde_json::to_string(&text).unwrap());
        let admission = judge(&policy, &json, &write).unwrap();
        // Once more through JSON, as every store and every view does it.
        let context: Context = serde_json::from_str(&serde_json::to_string(&admission.context).unwrap()).unwrap();
        prop_assert_eq!(&context, &admission.context);
        prop_assert_eq!(&context.stored["t"].value, &Scalar::Text(text));
        prop_assert_eq!(serde_json::to_string(&context.stored["i"].value).unwrap(), integer.to_string());
        let back: f64 = serde_json::to_string(&context.stored["n"].value).unwrap().parse().unwrap();
        prop_assert_eq!(back.to_bits() << 1, number.to_bits() << 1, "but for the sign of zero");
    }

    #[test]
    fn p1_admitting_an_admitted_map_is_the_identity(mode in mode(), members in members()) {
        let policy = compiled(mode);
        let (context, customer) = (Context::default(), Customer::default());
        let Ok(first) = judge(&policy, &object(&members), &page(&context, &customer)) else { return Ok(()) };
        let stored: Vec<(String, String)> = first.context.stored.iter()
            .map(|(key, attribute)| (key.clone(), serde_json::to_string(&attribute.value).unwrap()))
            .collect();
        let write = Write { revision: first.revision, max_bytes: 32_768, ..page(&first.context, &first.customer) };
        let again = judge(&policy, &object(&stored), &write).unwrap();
        prop_assert!(again.receipt.entries.iter().all(|entry| entry.verdict == Verdict::Stored), "{}", outcome(&Ok(again)));
        prop_assert_eq!(&again.context, &first.context);
        prop_assert_eq!((again.revision, again.changes.len()), (first.revision, 0));
    }

    #[test]
    fn p1_no_value_stands_in_a_receipt(mode in mode(), name in name(), wrap in 0..4_usize) {
        let secret = "s3cr3tvalue";
        let value = [format!(r#""{secret}""#), format!(r#"["{secret}"]"#), format!(r#""{secret}\u0000""#), format!(r#"{{"{secret}":1}}"#)];
        let json = object(&[(name, value[wrap].clone()), ("crmId".to_owned(), value[wrap].clone()), ("vip".to_owned(), value[wrap].clone())]);
        let policy = compiled(mode);
        for options in [format!(r#"{{"customData":{json}}}"#), format!(r#"{{"cusomData":{json}}}"#), json.clone(), format!(r#"{{"customer":{json}}}"#)] {
            let receipt = lint(&policy, CallForm::FlatOptions, &options).unwrap_or_else(|receipt| receipt);
            prop_assert!(!serde_json::to_string(&receipt).unwrap().contains(secret));
        }
    }

    #[test]
    fn l7_no_text_makes_a_reader_fall(text in "[\\[\\]{}\":,a1 \\\\u]{0,40}", form in 0..4_usize) {
        let forms = [CallForm::WebMessagingClient, CallForm::GenericAttributes, CallForm::FlatOptions, CallForm::Command];
        let is_object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text).is_ok();
        let read = read_start(forms[form], &text, &compiled(Mode::Quarantine));
        prop_assert!(is_object || read.is_err());
    }

    #[test]
    fn ctx7_a_page_never_changes_what_a_server_has_set(first in members(), second in members(), replace: bool, per_key: bool) {
        let policy = compiled(Mode::Open);
        let (context, customer) = (Context::default(), Customer::default());
        let server = Write { trust: Trust::Server, ..page(&context, &customer) };
        let Ok(standing) = judge(&policy, &object(&first), &server) else { return Ok(()) };
        let write = Write { revision: 1, at_start: false, replace, per_key, ..page(&standing.context, &standing.customer) };
        if let Ok(after) = judge(&policy, &object(&second), &write) {
            for (key, attribute) in &standing.context.stored {
                prop_assert_eq!(after.context.stored.get(key), Some(attribute));
            }
        }
    }
}
