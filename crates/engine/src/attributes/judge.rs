//! Judges one key on its own: name, shape, declared type, trust floor (CTX1, CTX3, CTX8).

use waybill_model::{DeclaredAttribute, Mode, Scalar, ScalarType, Trust};

use super::{
    admission::Write,
    fault::{Fault, MAX_CUSTOMER_BYTES, Severity},
    handed::{CustomerField, Given, Place, Value},
    merge::same_value,
    names, numbers,
    policy::CompiledPolicy,
    raw::Kind,
};

/// One key with what was found out about it.
#[derive(Debug)]
pub(super) struct Judged<'a> {
    pub(super) given: &'a Given,
    pub(super) target: Target<'a>,
    pub(super) declared: Option<&'a DeclaredAttribute>,
    /// The value to store, coerced where that loses nothing; absent when there is none that could be stored.
    pub(super) value: Option<Scalar>,
    pub(super) coerced: Option<ScalarType>,
    /// The gravest fault.
    pub(super) fault: Option<Fault>,
}

/// What a key writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// The attribute of this canonical key.
    Attribute(&'a str),
    Customer(CustomerField),
    Nowhere,
}

impl Judged<'_> {
    pub(super) fn severity(&self) -> Option<Severity> {
        self.fault.as_ref().map(|fault| fault.severity)
    }

    /// How far it can be believed: what the token says more than what its bearer says.
    pub(super) fn trust(&self, write: &Write<'_>) -> Trust {
        self.given.trust.unwrap_or(write.trust)
    }

    /// Puts a graver fault in the place of a milder one.
    pub(super) fn blame(&mut self, fault: Fault) {
        if self.severity() < Some(fault.severity) {
            self.fault = Some(fault);
        }
    }
}

/// Judges one key.
pub(super) fn judge<'a>(policy: &'a CompiledPolicy, given: &'a Given, write: &Write<'_>) -> Judged<'a> {
    let (target, declared) = match given.place {
        Place::Attribute => {
            let declared = policy.declared(given.name());
            (Target::Attribute(declared.map_or(given.name(), |attribute| attribute.key.as_str())), declared)
        }
        Place::Customer(field) => (Target::Customer(field), None),
        Place::Misplaced(_) => (Target::Nowhere, None),
    };
    let (value, coerced) = coerce(given, target, declared);
    let mut judged = Judged { given, target, declared, value, coerced, fault: None };
    let fault = match &given.place {
        Place::Misplaced(fault) => Some(fault.as_ref().clone()).filter(|_| given.value != Value::TooDeep),
        Place::Attribute | Place::Customer(_) => None,
    };
    judged.fault = fault
        .or_else(|| malformed(given, matches!(target, Target::Attribute(_))))
        .or_else(|| misfit(policy, &judged, write))
        .or_else(|| unfamiliar(policy, &judged));
    judged
}

/// Faults of shape, which no declaration could mend.
fn malformed(given: &Given, is_attribute: bool) -> Option<Fault> {
    if given.value == Value::TooDeep {
        return Some(Fault::too_deep());
    }
    if is_attribute {
        let name = given.name();
        if names::is_reserved(name) {
            return Some(Fault::reserved_name());
        }
        if name.len() > names::MAX_NAME_BYTES {
            return Some(Fault::name_too_long(name.len()));
        }
        if has_control_characters(name) {
            return Some(Fault::control_characters("name"));
        }
    }
    if given.twice {
        return Some(Fault::duplicate_key());
    }
    match &given.value {
        Value::Scalar(Scalar::Text(text)) if has_control_characters(text) => Some(Fault::control_characters("text")),
        Value::Scalar(_) => None,
        Value::Imprecise => Some(Fault::number_precision()),
        Value::HalfCharacter => Some(Fault::half_character()),
        Value::Compound(kind) => Some(Fault::not_scalar(kind.article())),
        Value::TooDeep => Some(Fault::too_deep()),
    }
}

/// C0 but tab, line feed and carriage return; DEL; C1.
fn has_control_characters(text: &str) -> bool {
    text.chars().any(|letter| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r'))
}

/// The value as the declared type; number and boolean become text, text becomes nothing else (CTX3).
fn coerce(
    given: &Given,
    target: Target<'_>,
    declared: Option<&DeclaredAttribute>,
) -> (Option<Scalar>, Option<ScalarType>) {
    let Value::Scalar(scalar) = &given.value else { return (None, None) };
    let wants_text = match target {
        Target::Attribute(_) => declared.is_some_and(|attribute| attribute.scalar_type == ScalarType::String),
        Target::Customer(_) => true,
        Target::Nowhere => false,
    };
    match scalar {
        // The digits as they were sent: `1.0` stays `1.0`.
        Scalar::Number(_) | Scalar::Bool(_) if wants_text => {
            (Some(Scalar::Text(given.json.clone())), Some(ScalarType::String))
        }
        Scalar::Null | Scalar::Bool(_) | Scalar::Number(_) | Scalar::Text(_) => (Some(scalar.clone()), None),
    }
}

/// Faults against the declaration; null fits every type.
fn misfit(policy: &CompiledPolicy, judged: &Judged<'_>, write: &Write<'_>) -> Option<Fault> {
    let value = judged.value.as_ref()?;
    let (attribute, key) = match (judged.declared, judged.target) {
        (Some(attribute), Target::Attribute(key)) => (attribute, key),
        (_, Target::Customer(_)) => {
            let bytes = value.to_text().map_or(0, |text| text.len());
            return (bytes > MAX_CUSTOMER_BYTES).then(|| Fault::customer_field(bytes));
        }
        (_, Target::Attribute(_) | Target::Nowhere) => return None,
    };
    if let Some(text) = value.to_text() {
        if let Some(kind) = wrong_kind(attribute.scalar_type, value) {
            return Some(Fault::wrong_type(attribute.scalar_type, kind.article()));
        }
        if let Some(limit) = attribute.max_length
            && text.len() as u64 > u64::from(limit)
        {
            return Some(Fault::too_long(text.len(), limit));
        }
        if !policy.matches(attribute, &text) {
            return Some(Fault::pattern());
        }
        let is = |allowed: &String| match value {
            Scalar::Number(_) => numbers::same_text(allowed, &text),
            Scalar::Null | Scalar::Bool(_) | Scalar::Text(_) => *allowed == text,
        };
        if attribute.allowed.as_ref().is_some_and(|allowed| !allowed.iter().any(is)) {
            return Some(Fault::not_in_enum());
        }
    } else if !write.at_start {
        // A delete is judged by who set the value that stands there (CTX7).
        return None;
    }
    let stands = write.standing.stored.get(key).is_some_and(|standing| same_value(&standing.value, value));
    let trust = judged.trust(write);
    (trust.rank() < attribute.trust_floor.rank() && !stands && write.correction.is_none())
        .then(|| Fault::below_trust_floor(trust, attribute.trust_floor))
}

const fn wrong_kind(declared: ScalarType, value: &Scalar) -> Option<Kind> {
    match (declared, value) {
        (_, Scalar::Null)
        | (ScalarType::String, Scalar::Text(_))
        | (ScalarType::Number, Scalar::Number(_))
        | (ScalarType::Boolean, Scalar::Bool(_)) => None,
        (_, Scalar::Text(_)) => Some(Kind::Text),
        (_, Scalar::Number(_)) => Some(Kind::Number),
        (_, Scalar::Bool(_)) => Some(Kind::Bool),
    }
}

/// Names that nobody declared.
fn unfamiliar(policy: &CompiledPolicy, judged: &Judged<'_>) -> Option<Fault> {
    let Target::Attribute(name) = judged.target else { return None };
    if judged.declared.is_some() {
        return None;
    }
    let meant = policy.meant_by(name);
    if !names::is_regular(name) {
        let regular = names::regular_form(name);
        return Some(Fault::key_name(name, meant.or(regular.as_deref())));
    }
    // Undeclared keys are what `open` is for: the receipt says `declared: false` and no more.
    let is_plain = meant.is_none() && policy.policy().mode == Mode::Open;
    (!is_plain).then(|| Fault::undeclared(meant))
}
