//! A policy with one attribute of each kind, and results as short text.

use waybill_engine::attributes::{
    Admission, CallForm, CompiledPolicy, Handed, Refused, Write, admit, read_maps, read_start,
};
use waybill_model::{
    Actor, Context, ContextPolicy, Customer, DeclaredAttribute, Form, Mode, Receipt, ScalarType, Time, Trust, Verdict,
};

pub(crate) const MODES: [Mode; 3] = [Mode::Open, Mode::Quarantine, Mode::Strict];

/// A declared attribute without limits.
pub(crate) fn declared(key: &str, scalar_type: ScalarType) -> DeclaredAttribute {
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

/// The standard policy and one attribute of each kind beside `crmCustomerId`.
pub(crate) fn policy(mode: Mode) -> ContextPolicy {
    let mut policy = ContextPolicy { mode, version: 7, ..ContextPolicy::standard() };
    let text = |key| declared(key, ScalarType::String);
    policy.attributes.extend([
        declared("vip", ScalarType::Boolean),
        declared("score", ScalarType::Number),
        DeclaredAttribute { allowed: Some(vec!["gold".to_owned(), "silver".to_owned()]), ..text("tier") },
        DeclaredAttribute { max_length: Some(6), pattern: Some("[A-Z]{2}|[A-Z]{2}[0-9]+".to_owned()), ..text("code") },
        DeclaredAttribute { trust_floor: Trust::Signed, ..text("signedId") },
        DeclaredAttribute { aliases: vec!["crm-account".to_owned()], ..text("account") },
    ]);
    policy.containers.insert("crm".to_owned(), "crm_".to_owned());
    policy
}

pub(crate) fn compiled(mode: Mode) -> CompiledPolicy {
    CompiledPolicy::new(policy(mode)).unwrap()
}

/// A write as a page makes it at the start; tests change what they are about.
pub(crate) fn page<'a>(standing: &'a Context, customer: &'a Customer) -> Write<'a> {
    Write {
        standing,
        customer,
        revision: 0,
        trust: Trust::Page,
        by: &Actor::Guest,
        at: Time::from_millis(1_000),
        late: false,
        at_start: true,
        replace: false,
        per_key: false,
        max_bytes: 1_024,
        correction: None,
    }
}

/// A start by a page.
pub(crate) fn start(policy: &CompiledPolicy, options: &str) -> Result<Admission, Box<Refused>> {
    start_as(CallForm::WebMessagingClient, policy, options)
}

/// A start by a page in one of the call forms.
pub(crate) fn start_as(form: CallForm, policy: &CompiledPolicy, options: &str) -> Result<Admission, Box<Refused>> {
    let handed = read_start(form, options, policy)?.handed;
    let (context, customer) = (Context::default(), Customer::default());
    let write = Write { max_bytes: policy.policy().max_bytes, ..page(&context, &customer) };
    admit(policy, &handed, &write)
}

/// A start with nothing but custom data.
pub(crate) fn custom_data(policy: &CompiledPolicy, map: &str) -> Result<Admission, Box<Refused>> {
    start(policy, &format!(r#"{{"customData":{map}}}"#))
}

/// Flat maps as guest messages carry them.
pub(crate) fn maps(policy: &CompiledPolicy, maps: &[&str]) -> Handed {
    read_maps(Form::GuestCustomAttributes, maps, policy).unwrap()
}

/// A later write of one flat map onto what stands there.
pub(crate) fn later(
    policy: &CompiledPolicy,
    standing: &Admission,
    trust: Trust,
    map: &str,
) -> Result<Admission, Box<Refused>> {
    let write = Write {
        revision: standing.revision,
        trust,
        at: Time::from_millis(2_000),
        at_start: false,
        ..page(&standing.context, &standing.customer)
    };
    admit(policy, &maps(policy, &[map]), &write)
}

/// `a:stored b:quarantined(wrong_type)`, with `400` in front when the call was refused.
pub(crate) fn outcome(result: &Result<Admission, Box<Refused>>) -> String {
    match result {
        Ok(admission) => verdicts(&admission.receipt),
        Err(refused) => format!("400 {}", verdicts(&refused.receipt)),
    }
}

fn verdicts(receipt: &Receipt) -> String {
    let word = |verdict| match verdict {
        Verdict::Stored => "stored",
        Verdict::Quarantined => "quarantined",
        Verdict::Refused => "refused",
    };
    let entries = receipt.entries.iter().map(|entry| {
        let rule = entry.rule.map(|rule| format!("({})", rule.as_str())).unwrap_or_default();
        format!("{}:{}{rule}", entry.key, word(entry.verdict))
    });
    entries.collect::<Vec<_>>().join(" ")
}
