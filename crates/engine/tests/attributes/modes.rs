//! CTX1, cell by cell.

use waybill_engine::attributes::CompiledPolicy;
use waybill_model::{ContextPolicy, Mode, Trust};

use crate::support::{MODES, compiled, custom_data, later, outcome, policy, start};

/// One row of the table: what comes out in `open`, `quarantine` and `strict`.
#[track_caller]
fn check(map: &str, expected: [&str; 3]) {
    for (mode, expected) in MODES.into_iter().zip(expected) {
        assert_eq!(outcome(&custom_data(&compiled(mode), map)), expected, "{map} in {mode:?}");
    }
}

#[test]
fn ctx1_l4_an_undeclared_key_is_stored_quarantined_or_refused_by_name() {
    check(
        r#"{"source":"website"}"#,
        ["source:stored", "source:quarantined(undeclared)", "400 source:refused(undeclared)"],
    );
    let admission = custom_data(&compiled(Mode::Open), r#"{"source":"website","vip":true}"#).unwrap();
    let flags: Vec<bool> = admission.receipt.entries.iter().map(|entry| entry.declared).collect();
    assert_eq!(flags, [false, true]);
    assert!(!admission.context.stored["source"].declared && admission.context.stored["vip"].declared);
}

#[test]
fn ctx1_irregular_names_are_kept_as_they_are_with_a_hint() {
    for name in ["crm-customer-no", "a.b", "a b", "\u{441}rm", "1a", "é", "a\u{200b}b"] {
        check(
            &format!(r#"{{"{name}":1}}"#),
            [
                &format!("{name}:stored(key_name)"),
                &format!("{name}:quarantined(key_name)"),
                &format!("400 {name}:refused(key_name)"),
            ],
        );
    }
}

#[test]
fn ctx1_the_hint_names_a_better_name_and_the_bracket_syntax() {
    let remedy = |name: &str| {
        let map = format!(r#"{{"{name}":"x"}}"#);
        custom_data(&compiled(Mode::Open), &map).unwrap().receipt.entries[0].remedy.clone().unwrap()
    };
    let hyphens = remedy("order-number");
    assert!(hyphens.contains("`orderNumber`") && hyphens.contains(r#"{{customData["order-number"]}}"#), "{hyphens}");
    // What looks like a declared key is most likely meant to be it: hyphens, and a Cyrillic first letter.
    for name in ["crm-customer-id", "\u{441}rmCustomerId", "CRM customer ID"] {
        assert!(remedy(name).contains("`crmCustomerId`"), "{name}: {}", remedy(name));
    }
}

#[test]
fn ctx1_an_irregular_name_that_is_declared_is_a_name_like_any_other() {
    check(r#"{"crm-account":"A1"}"#, ["crm-account:stored", "crm-account:stored", "crm-account:stored"]);
}

#[test]
fn ctx1_l6_a_value_that_does_not_fit_its_declaration_is_set_aside_or_refused() {
    for (map, rule) in [
        (r#"{"vip":"true"}"#, "wrong_type"),
        (r#"{"vip":1}"#, "wrong_type"),
        (r#"{"score":"42"}"#, "wrong_type"),
        (r#"{"score":true}"#, "wrong_type"),
        (r#"{"code":"AB12345"}"#, "too_long"),
        (r#"{"code":"xAB1"}"#, "pattern"),
        (r#"{"code":"AB1x"}"#, "pattern"),
        (r#"{"code":"AB\n"}"#, "pattern"),
        (r#"{"tier":"Gold"}"#, "not_in_enum"),
        (r#"{"signedId":"x"}"#, "below_trust_floor"),
    ] {
        let key = map.split('"').nth(1).unwrap();
        let aside = format!("{key}:quarantined({rule})");
        check(map, [&aside, &aside, &format!("400 {key}:refused({rule})")]);
    }
}

#[test]
fn ctx1_a_value_that_fits_its_declaration_is_stored_in_every_mode() {
    for map in [
        r#"{"vip":true}"#,
        r#"{"score":0.1}"#,
        r#"{"code":"AB"}"#,
        r#"{"code":"AB1234"}"#,
        r#"{"tier":"gold"}"#,
        r#"{"tier":null}"#,
    ] {
        let stored = format!("{}:stored", map.split('"').nth(1).unwrap());
        check(map, [&stored, &stored, &stored]);
    }
}

#[test]
fn ctx1_ctx3_lossless_coercion_is_stored_and_said_so() {
    for (map, key, text) in [
        (r#"{"crmCustomerId":882910}"#, "crmCustomerId", "882910"),
        (r#"{"crmCustomerId":1.50}"#, "crmCustomerId", "1.50"),
        (r#"{"account":false}"#, "account", "false"),
    ] {
        for mode in MODES {
            let admission = custom_data(&compiled(mode), map).unwrap();
            assert_eq!(admission.receipt.entries[0].coerced.as_deref(), Some("string"), "{map}");
            assert_eq!(admission.context.stored[key].value, text.into(), "{map}");
            assert!(admission.context.stored[key].coerced);
        }
    }
}

#[test]
fn ctx1_values_and_names_that_nothing_could_mend() {
    let long = "n".repeat(129);
    let long_name = format!(r#"{{"{long}":1}}"#);
    for (map, keys, rule) in [
        (r#"{"a":{"b":1}}"#, vec!["a"], "not_scalar"),
        (r#"{"a":[]}"#, vec!["a"], "not_scalar"),
        (r#"{"vip":{}}"#, vec!["vip"], "not_scalar"),
        (r#"{"a":"x\u0000y"}"#, vec!["a"], "control_characters"),
        (r#"{"a":"\u007f"}"#, vec!["a"], "control_characters"),
        (r#"{"a":"\u0085"}"#, vec!["a"], "control_characters"),
        (r#"{"a":"\u001b[31m"}"#, vec!["a"], "control_characters"),
        (r#"{"a":"\ud83d"}"#, vec!["a"], "control_characters"),
        (r#"{"a\u0007":"x"}"#, vec!["a\u{7}"], "control_characters"),
        (r#"{"a":1,"a":1}"#, vec!["a", "a"], "duplicate_key"),
        (r#"{"a":1,"\u0061":2}"#, vec!["a", "a"], "duplicate_key"),
        (r#"{"":1}"#, vec![""], "reserved_name"),
        (r#"{"__proto__":"x"}"#, vec!["__proto__"], "reserved_name"),
        (r#"{"__proto__":{"isAdmin":true}}"#, vec!["__proto__"], "reserved_name"),
        (&long_name, vec![long.as_str()], "name_too_long"),
        (r#"{"a":9007199254740993}"#, vec!["a"], "number_precision"),
    ] {
        let all =
            |verdict: &str| keys.iter().map(|key| format!("{key}:{verdict}({rule})")).collect::<Vec<_>>().join(" ");
        let refused = format!("400 {}", all("refused"));
        check(map, [&refused, &all("quarantined"), &refused]);
    }
}

#[test]
fn ctx1_tab_line_feed_and_carriage_return_are_text() {
    let both = "source:stored";
    check(r#"{"source":"a\tb\r\nc"}"#, [both, "source:quarantined(undeclared)", "400 source:refused(undeclared)"]);
}

#[test]
fn ctx1_names_that_objects_happen_to_have_are_names_like_any_other() {
    let admission =
        custom_data(&compiled(Mode::Open), r#"{"constructor":"x","toString":"y","prototype":"z"}"#).unwrap();
    assert_eq!(admission.context.stored.keys().collect::<Vec<_>>(), ["constructor", "prototype", "toString"]);
    assert_eq!(outcome(&Ok(admission)), "constructor:stored toString:stored prototype:stored");
}

#[test]
fn ctx1_what_is_quarantined_is_kept_as_it_was_sent() {
    let map = r#"{"a": {"b": [1, "\u00e9"]}, "__proto__":"x", "a":1, "tier" : "bronze"}"#;
    let admission = custom_data(&compiled(Mode::Quarantine), map).unwrap();
    let kept: Vec<(&str, &str)> =
        admission.context.quarantined.iter().map(|(name, kept)| (name.as_str(), kept.json.as_str())).collect();
    let expected = [("__proto__", r#""x""#), ("a", r#"{"b": [1, "\u00e9"]}"#), ("a (2)", "1"), ("tier", r#""bronze""#)];
    assert_eq!(kept, expected);
    assert_eq!(admission.quarantined.len(), 4);
    assert_eq!((admission.changes.len(), admission.revision), (0, 0), "quarantine alone moves no revision");
    assert_eq!(admission.receipt.entries[2].stored_as.as_deref(), Some("a (2)"));
}

#[test]
fn ctx1_required_keys_are_listed_or_demanded() {
    let with_required = |mode| {
        let mut policy: ContextPolicy = policy(mode);
        policy.attributes[0].required = true;
        CompiledPolicy::new(policy).unwrap()
    };
    for (mode, expected) in
        MODES.into_iter().zip(["vip:stored", "vip:stored", "400 vip:refused crmCustomerId:refused(missing)"])
    {
        let result = custom_data(&with_required(mode), r#"{"vip":true}"#);
        assert_eq!(outcome(&result), expected, "{mode:?}");
        let missing = result.map_or_else(|refused| refused.receipt.missing, |admission| admission.receipt.missing);
        assert_eq!(missing, ["crmCustomerId"]);
        // An alias is the key, and null is a value.
        assert_eq!(outcome(&custom_data(&with_required(mode), r#"{"crmId":null}"#)), "crmId:stored");
    }
    assert_eq!(outcome(&start(&with_required(Mode::Strict), "{}")), "400 crmCustomerId:refused(missing)");
    // Only the start is asked for them.
    let standing = custom_data(&with_required(Mode::Open), "{}").unwrap();
    let after = later(&with_required(Mode::Strict), &standing, Trust::Page, r#"{"vip":true}"#).unwrap();
    assert_eq!(after.receipt.missing, ["crmCustomerId"]);
}

#[test]
fn ctx1_custom_data_that_is_switched_off_refuses_keys_in_every_mode() {
    for mode in MODES {
        let policy = CompiledPolicy::new(ContextPolicy { enabled: false, ..policy(mode) }).unwrap();
        assert_eq!(outcome(&custom_data(&policy, r#"{"vip":true}"#)), "400 vip:refused(custom_data_disabled)");
        for empty in ["{}", r#"{"customData":{}}"#, r#"{"customer":{"name":"Zoë"},"message":"Hello"}"#] {
            assert!(start(&policy, empty).is_ok(), "{empty}");
        }
        let stray = outcome(&start(&policy, r#"{"cusomData":{"a":1}}"#));
        assert_eq!(stray, "400 cusomData:refused(unknown_option)", "nothing is set aside where nothing is taken");
    }
}

#[test]
fn ctx1_limits_that_hold_in_every_mode() {
    let keys = |count: usize| (0..count).map(|n| format!(r#""k{n}":1"#)).collect::<Vec<_>>().join(",");
    let nested = |levels: usize| format!(r#"{{"deep":{}{}}}"#, "[".repeat(levels), "]".repeat(levels));
    for mode in MODES {
        let policy = compiled(mode);
        let too_many = custom_data(&policy, &format!("{{{}}}", keys(101))).unwrap_err().receipt;
        assert_eq!(too_many.entries.len(), 101);
        let faulty: Vec<&str> =
            too_many.entries.iter().filter(|entry| entry.rule.is_some()).map(|entry| entry.key.as_str()).collect();
        assert_eq!(faulty, ["k100"]);
        assert_eq!(outcome(&custom_data(&policy, &nested(8))), "400 deep:refused(too_deep)");
        // Rust's own stack is not at stake.
        assert_eq!(outcome(&custom_data(&policy, &nested(20_000))), "400 deep:refused(too_deep)");
    }
    let most = format!(r#"{{"customData":{{{}}},"customer":{{"id":"C","name":"Zoë"}}}}"#, keys(100));
    assert!(start(&compiled(Mode::Open), &most).is_ok(), "the customer is not counted");
    assert_eq!(outcome(&custom_data(&compiled(Mode::Quarantine), &nested(7))), "deep:quarantined(not_scalar)");
}

#[test]
fn ctx1_a_400_lists_every_fault_at_once_and_every_other_key() {
    let map = r#"{"crmCustomerId":"CRM-1","a":{},"__proto__":1,"vip":"x","b":"\u0000"}"#;
    let result = custom_data(&compiled(Mode::Open), map);
    let expected = "400 crmCustomerId:refused a:refused(not_scalar) __proto__:refused(reserved_name) vip:refused b:refused(control_characters)";
    assert_eq!(outcome(&result), expected);
    let receipt = result.unwrap_err().receipt;
    assert!(receipt.entries.iter().all(|entry| entry.reason.is_some()));
    assert!(receipt.entries.iter().all(|entry| entry.rule.is_some() == entry.remedy.is_some()));
    assert_eq!((receipt.revision, receipt.policy_version), (0, 7));
}
