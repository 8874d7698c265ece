//! L25: policies that can't work are refused before anybody is judged by them.

use waybill_engine::attributes::{CompiledPolicy, InvalidPolicy, link_for};
use waybill_model::{ContextPolicy, DeclaredAttribute, Mode, Scalar, ScalarType};

use crate::support::{declared, policy};

#[track_caller]
fn check(change: impl FnOnce(&mut ContextPolicy), expected: Option<&InvalidPolicy>) {
    let mut policy = policy(Mode::Open);
    change(&mut policy);
    let error = CompiledPolicy::new(policy).err();
    assert_eq!(error.as_ref(), expected);
}

fn extra(attribute: DeclaredAttribute) -> impl FnOnce(&mut ContextPolicy) {
    |policy| policy.attributes.push(attribute)
}

#[test]
fn l25_every_name_leads_to_one_attribute() {
    let text = |key: &str| declared(key, ScalarType::String);
    let aliased = |key: &str, alias: &str| DeclaredAttribute { aliases: vec![alias.to_owned()], ..text(key) };
    for (attribute, name) in [
        (text("vip"), "vip"),
        (text("crmId"), "crmId"),
        (aliased("x", "vip"), "vip"),
        (aliased("x", "crmId"), "crmId"),
        (aliased("x", "x"), "x"),
    ] {
        check(extra(attribute), Some(&InvalidPolicy::DuplicateName(name.to_owned())));
    }
    check(extra(aliased("x", "y-z")), None);
    for name in ["", "__proto__", "a\u{0}", &"n".repeat(129)] {
        check(extra(text(name)), Some(&InvalidPolicy::Name(name.to_owned())));
    }
}

#[test]
fn ctx1_patterns_are_checked_and_bounded_when_the_policy_is_made() {
    for pattern in ["(", "a)|(b", r"(?=a)", r"(a)\1", "(?:a{1000}){1000}", r"\w{200}"] {
        let attribute = DeclaredAttribute { pattern: Some(pattern.to_owned()), ..declared("x", ScalarType::String) };
        let mut policy = policy(Mode::Open);
        policy.attributes.push(attribute);
        let error = CompiledPolicy::new(policy).unwrap_err();
        assert!(matches!(&error, InvalidPolicy::Pattern { key, .. } if key == "x"), "{pattern}: {error}");
    }
}

#[test]
fn ctx2_max_bytes_is_from_1_to_32_kib() {
    for (bytes, works) in [(0, false), (1, true), (32 * 1_024, true), (32 * 1_024 + 1, false)] {
        check(|policy| policy.max_bytes = bytes, (!works).then_some(&InvalidPolicy::MaxBytes(bytes)));
    }
}

#[test]
fn ctx1_enums_list_values_of_their_type() {
    let with = |scalar_type, allowed: &[&str]| DeclaredAttribute {
        allowed: Some(allowed.iter().map(|text| (*text).to_owned()).collect()),
        ..declared("x", scalar_type)
    };
    let invalid = InvalidPolicy::Enum("x".to_owned());
    check(extra(with(ScalarType::String, &[])), Some(&invalid));
    check(extra(with(ScalarType::Number, &["one"])), Some(&invalid));
    check(extra(with(ScalarType::Boolean, &["yes"])), Some(&invalid));
    check(extra(with(ScalarType::Number, &["1", "2.5"])), None);
    check(extra(with(ScalarType::Boolean, &["true"])), None);
}

#[test]
fn ctx13_a_link_has_a_host_of_its_own_and_a_place_for_the_value() {
    let with = |link: &str| DeclaredAttribute { link: Some(link.to_owned()), ..declared("x", ScalarType::String) };
    for link in [
        "https://crm.example/customers/{value}",
        "https://crm.example:8443/?id={value}&again={value}",
        "https://crm.example/#/{value}",
        "http://localhost/{value}",
        "http://127.0.0.1:8080/{value}",
    ] {
        check(extra(with(link)), None);
    }
    let long = format!("https://crm.example/{{value}}?{}", "x".repeat(2_048));
    for link in [
        "",
        "{value}",
        "javascript:alert('{value}')",
        "http://crm.example/{value}",
        "http://localhost.evil.example/{value}",
        "https://{value}.example/",
        "https://{value}/",
        "https:///{value}",
        "https://crm.example{value}",
        "https://user@crm.example/{value}",
        "https://crm.example\\{value}",
        "https://crm.example/customers",
        "https://crm.example/ {value}",
        "https://crm.example/\u{202e}{value}",
        &long,
    ] {
        let mut policy = policy(Mode::Open);
        policy.attributes.push(with(link));
        let error = CompiledPolicy::new(policy).err();
        assert!(matches!(&error, Some(InvalidPolicy::Link { key, .. }) if key == "x"), "{link}: {error:?}");
    }
}

#[test]
fn ctx13_a_value_can_not_leave_its_place_in_a_link() {
    let link = |value: Scalar| link_for("https://crm.example/c/{value}?x=1", &value);
    let filled = |part: &str| Some(format!("https://crm.example/c/{part}?x=1"));
    assert_eq!(link(Scalar::Text("CRM-1_a.b~c".to_owned())), filled("CRM-1_a.b~c"));
    assert_eq!(
        link(Scalar::Text("../x?y=1#z&\\@ü {value}".to_owned())),
        filled("..%2Fx%3Fy%3D1%23z%26%5C%40%C3%BC%20%7Bvalue%7D")
    );
    assert_eq!(link(Scalar::Bool(true)), filled("true"));
    for nothing in ["", ".", ".."] {
        assert_eq!(link(Scalar::Text(nothing.to_owned())), None);
    }
    assert_eq!(link(Scalar::Null), None);
}
