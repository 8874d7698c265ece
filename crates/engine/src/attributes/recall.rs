//! What was handed over once, as far as the log tells: a start is judged again under another policy.

use waybill_model::{Conversation, Form, Quarantined, Receipt, ReceiptEntry, Rule, Scalar, Verdict};

use super::{
    fault::Fault,
    handed::{CustomerField, Given, Handed, Place, Value},
    policy::CompiledPolicy,
    raw::{self, Member},
};

/// A start in the past, rebuilt from its receipt and what it stored.
#[derive(Debug)]
pub(super) struct Recalled {
    pub(super) handed: Handed,
    /// Keys whose values nobody kept: refused beside stored ones, or erased since.
    pub(super) lost: Vec<String>,
}

/// Rebuilds what a start handed over, as `policy` would read it. `present` is the policy whose containers the receipt
/// was most likely written under.
pub(super) fn recall(
    conversation: &Conversation,
    receipt: &Receipt,
    present: &CompiledPolicy,
    policy: &CompiledPolicy,
) -> Recalled {
    let mut recalled = Recalled { handed: Handed::default(), lost: Vec::new() };
    for entry in &receipt.entries {
        let given = match entry.verdict {
            Verdict::Stored => stored(conversation, entry, present, policy).map(|given| vec![given]),
            Verdict::Quarantined => quarantined(conversation, entry, policy),
            Verdict::Refused => None,
        };
        match given {
            Some(given) => recalled.handed.given.extend(given),
            None => recalled.lost.push(entry.key.clone()),
        }
    }
    recalled
}

fn stored(
    conversation: &Conversation,
    entry: &ReceiptEntry,
    present: &CompiledPolicy,
    policy: &CompiledPolicy,
) -> Option<Given> {
    let participant = conversation.customer()?;
    if entry.form == Form::Customer {
        let field = CustomerField::named(&entry.key)?;
        let text = match field {
            CustomerField::Id => participant.customer.id.as_ref(),
            CustomerField::Name => participant.customer.name.as_ref(),
            CustomerField::Email => participant.customer.email.as_ref(),
        };
        let json = serde_json::to_string(&text).ok()?;
        return Some(given(entry, &json, Place::Customer(field)));
    }
    let key = entry.stored_as.as_deref().unwrap_or(&entry.key);
    let attribute = participant.context.stored.get(key)?;
    let json = match &attribute.value {
        // A number or boolean that became text kept its digits: the text is the JSON that was sent.
        Scalar::Text(text) if entry.coerced.is_some() => text.clone(),
        value => serde_json::to_string(value).ok()?,
    };
    let mut given = given(entry, &json, Place::Attribute);
    if entry.form != Form::AttributesCustom {
        return Some(given);
    }
    let Some(namespace) = namespace_of(present, entry, key) else { return Some(given) };
    match policy.policy().containers.get(namespace) {
        Some(prefix) if prefix.is_empty() => {}
        Some(prefix) => given.prefixed = Some(format!("{prefix}{}", given.key)),
        None => {
            given.key = format!("attributes.{namespace}.{}", given.key);
            given.place = Place::Misplaced(Box::new(unmapped(namespace)));
        }
    }
    Some(given)
}

/// The namespace that a stored key of `attributes.<namespace>` most likely came in: the receipt does not name it.
fn namespace_of<'a>(present: &'a CompiledPolicy, entry: &ReceiptEntry, key: &str) -> Option<&'a str> {
    let containers = &present.policy().containers;
    let is_it = |prefix: &str| present.canonical(&format!("{prefix}{}", entry.key)) == key;
    let by_prefix = containers.iter().find(|(_, prefix)| !prefix.is_empty() && is_it(prefix));
    let plain = || containers.iter().find(|(_, prefix)| prefix.is_empty());
    by_prefix.or_else(plain).map(|(namespace, _)| namespace.as_str())
}

fn unmapped(namespace: &str) -> Fault {
    Fault::unknown_option(
        format!("The deployment does not map the namespace `attributes.{namespace}`."),
        "Map the namespace in the deployment.".to_owned(),
    )
}

fn quarantined(conversation: &Conversation, entry: &ReceiptEntry, policy: &CompiledPolicy) -> Option<Vec<Given>> {
    let context = &conversation.customer()?.context;
    let name = entry.stored_as.as_deref().unwrap_or(&entry.key);
    if entry.form == Form::Customer
        && let Some(field) = CustomerField::named(&entry.key)
    {
        let aside = context.quarantined.get(&format!("customer.{}", field.as_str()))?;
        return Some(vec![given(entry, &aside.json, Place::Customer(field))]);
    }
    let aside = context.quarantined.get(name)?;
    if let Some(members) = members_of_mapped(policy, &entry.key, aside) {
        return Some(members);
    }
    let mut given = given(entry, &aside.json, Place::Attribute);
    given.twice = aside.rule == Rule::DuplicateKey;
    let stands_outside = aside.rule == Rule::UnknownOption
        || (aside.rule == Rule::WrongType && policy.declared(&entry.key).is_none() && entry.form == Form::CustomData);
    if stands_outside {
        let fault = Fault::unknown_option(format!("There is no option `{}`.", entry.key), String::new());
        given.place = Place::Misplaced(Box::new(fault));
    }
    Some(vec![given])
}

/// The keys of a namespace that was set aside as a whole, where the policy maps it (by now).
pub(super) fn members_of_mapped(policy: &CompiledPolicy, path: &str, aside: &Quarantined) -> Option<Vec<Given>> {
    if aside.rule != Rule::UnknownOption {
        return None;
    }
    let namespace = path.strip_prefix("attributes.")?;
    let prefix = policy.policy().containers.get(namespace)?;
    let members = raw::members(&aside.json).ok()?;
    let read = |member: Member<'_>| {
        let mut given = Given::new(member, aside.form, Place::Attribute);
        given.prefixed = (!prefix.is_empty()).then(|| format!("{prefix}{}", given.key));
        given
    };
    Some(members.into_iter().map(read).collect())
}

fn given(entry: &ReceiptEntry, json: &str, place: Place) -> Given {
    let mut given = Given::new(Member { key: entry.key.clone(), json, twice: false }, entry.form, place);
    given.value = Value::read(json);
    given.trust = Some(entry.trust);
    given
}
