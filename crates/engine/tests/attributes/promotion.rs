//! Promotion of quarantined values, and past starts judged again (DEP4, DEP5).

use serde_json::json;
use waybill_engine::attributes::{
    Admission, CallForm, CompiledPolicy, Promotion, Unpromotable, admit, promote, read_start,
};
use waybill_model::{Actor, Context, ContextPolicy, Customer, DeclaredAttribute, Mode, Rule, ScalarType, Time, Trust};

use crate::support::page;

fn declared(key: &str, scalar_type: ScalarType) -> DeclaredAttribute {
    DeclaredAttribute {
        key: key.to_owned(),
        scalar_type,
        max_length: None,
        pattern: None,
        allowed: None,
        required: false,
        aliases: Vec::new(),
        personal: false,
        trust_floor: Trust::Page,
        link: None,
    }
}

fn policy(mode: Mode, more: Vec<DeclaredAttribute>) -> CompiledPolicy {
    let mut policy = ContextPolicy { mode, ..ContextPolicy::standard() };
    policy.attributes.extend(more);
    CompiledPolicy::new(policy).unwrap()
}

/// What a start leaves in quarantine.
fn set_aside(options: serde_json::Value) -> Context {
    let policy = policy(Mode::Quarantine, Vec::new());
    let start = read_start(CallForm::WebMessagingClient, &options.to_string(), &policy).unwrap();
    let (standing, customer) = (Context::default(), Customer::default());
    admit(&policy, &start.handed, &page(&standing, &customer)).unwrap().context
}

fn try_promote(
    policy: &CompiledPolicy,
    context: &Context,
    name: &str,
    reason: Option<&str>,
) -> Result<Admission, Unpromotable> {
    let customer = Customer::default();
    let promotion = Promotion {
        standing: context,
        customer: &customer,
        revision: 4,
        trust: Trust::Page,
        by: &Actor::Server,
        at: Time::from_millis(1),
        late: false,
        override_reason: reason,
    };
    promote(policy, name, &promotion)
}

#[track_caller]
fn stays(context: &Context, policy: &CompiledPolicy, name: &str, reason: Option<&str>, expected: Rule) {
    match try_promote(policy, context, name, reason) {
        Err(Unpromotable::Unfit { rule, .. }) => assert_eq!(rule, expected, "{name}"),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn dep5_a_value_that_fits_takes_its_place() {
    let context = set_aside(json!({"customData": {"tier": "gold", "nothing": null}}));
    let policy =
        policy(Mode::Strict, vec![declared("tier", ScalarType::String), declared("nothing", ScalarType::Number)]);
    let admission = try_promote(&policy, &context, "tier", None).unwrap();
    let stored = &admission.context.stored["tier"];
    assert_eq!((admission.revision, stored.revision, stored.trust), (5, 5, Trust::Page));
    assert!(
        !admission.context.quarantined.contains_key("tier") && admission.context.quarantined.contains_key("nothing")
    );
    assert!(admission.receipt.entries[0].promoted && admission.receipt.entries.len() == 1);
    let nothing = try_promote(&policy, &context, "nothing", None).unwrap();
    assert!(nothing.context.stored["nothing"].value.is_null(), "null is a value, and deletes nothing");
    assert_eq!(try_promote(&policy, &context, "absent", None), Err(Unpromotable::NotThere));
}

#[test]
fn dep5_a_path_and_a_whole_namespace_become_keys() {
    let context = set_aside(json!({"attributes": {"crm": {"tier": "gold", "city": "Ulm"}, "loose": "x"}}));
    let mut mapped = ContextPolicy { mode: Mode::Open, ..ContextPolicy::standard() };
    mapped.containers.insert("crm".to_owned(), "crm_".to_owned());
    let mapped = CompiledPolicy::new(mapped).unwrap();
    let admission = try_promote(&mapped, &context, "attributes.crm", None).unwrap();
    let keys: Vec<_> = admission.context.stored.keys().cloned().collect();
    assert_eq!(keys, ["crm_city", "crm_tier"]);
    let loose = try_promote(&mapped, &context, "attributes.loose", None).unwrap();
    assert_eq!(loose.receipt.entries[0].stored_as.as_deref(), Some("loose"));
    stays(&context, &policy(Mode::Open, Vec::new()), "attributes.crm", Some("why not"), Rule::NotScalar);
}

#[test]
fn dep5_what_does_not_fit_needs_a_reason_and_what_is_no_value_has_none() {
    let context = set_aside(json!({"customData": {"tier": "gold", "deep": {"a": 1}, "bell": "a\u{7}", "": "x"}}));
    let strict = policy(Mode::Strict, vec![declared("bell", ScalarType::String)]);
    stays(&context, &strict, "tier", None, Rule::Undeclared);
    assert!(try_promote(&strict, &context, "tier", Some("checked")).is_ok());
    stays(&context, &strict, "deep", Some("checked"), Rule::NotScalar);
    stays(&context, &strict, "bell", Some("checked"), Rule::ControlCharacters);
    stays(&context, &strict, "", Some("checked"), Rule::ReservedName);
    assert!(
        try_promote(&policy(Mode::Open, Vec::new()), &context, "tier", None).is_ok(),
        "open stores what nobody declares"
    );
}

#[test]
fn dep5_ctx7_a_value_of_higher_trust_stays() {
    let mut context = set_aside(json!({"customData": {"tier": "gold"}}));
    let open = policy(Mode::Open, Vec::new());
    let mut standing = try_promote(&open, &context, "tier", None).unwrap().context.stored["tier"].clone();
    (standing.trust, standing.value) = (Trust::Signed, "silver".into());
    context.stored.insert("tier".to_owned(), standing);
    stays(&context, &open, "tier", Some("checked"), Rule::LowerTrust);
}
