//! What was handed over in one call, key by key, before anybody judges it.

use waybill_model::{Form, Scalar, Trust, policy::CRM_CUSTOMER_ID};

use super::{
    fault::{Fault, MAX_DEPTH},
    numbers,
    policy::CompiledPolicy,
    raw::{self, Kind, Member},
};

/// What was handed over in one call, already read from raw JSON: no key is lost on the way here.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Handed {
    pub(super) given: Vec<Given>,
}

/// One key as it was given.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Given {
    /// The key as it was sent, or the path of an option or container that does not exist.
    pub(super) key: String,
    /// The name behind a container's prefix, where it differs from `key`.
    pub(super) prefixed: Option<String>,
    pub(super) form: Form,
    pub(super) place: Place,
    /// The value's JSON text as it was sent.
    pub(super) json: String,
    pub(super) value: Value,
    /// Whether the same key stands elsewhere in the same JSON object.
    pub(super) twice: bool,
    /// How far it can be believed, where that is more than its writer can be.
    pub(super) trust: Option<Trust>,
}

/// Where a key belongs.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    /// In the map of attributes.
    Attribute,
    /// In the customer (CTX8).
    Customer(CustomerField),
    /// Nowhere: the reader found a fault with the option or container.
    Misplaced(Box<Fault>),
}

/// The fields of the customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CustomerField {
    Id,
    Name,
    Email,
}

/// What a JSON text holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Scalar(Scalar),
    /// A number that a double does not keep.
    Imprecise,
    /// Text with half of a surrogate pair.
    HalfCharacter,
    /// An object or an array.
    Compound(Kind),
    /// One that is nested too deep.
    TooDeep,
}

impl Value {
    pub(super) fn read(json: &str) -> Self {
        match Kind::of(json) {
            Kind::Null => Self::Scalar(Scalar::Null),
            Kind::Bool => Self::Scalar(Scalar::Bool(json.trim_start().starts_with('t'))),
            Kind::Number => numbers::read(json).map_or(Self::Imprecise, |number| Self::Scalar(Scalar::Number(number))),
            // The text is valid JSON: half of a surrogate pair is all that can be wrong with it.
            Kind::Text => {
                serde_json::from_str(json).map_or(Self::HalfCharacter, |text| Self::Scalar(Scalar::Text(text)))
            }
            // The map that holds the value is the first level.
            Kind::Array | Kind::Object if raw::depth(json) >= MAX_DEPTH => Self::TooDeep,
            kind @ (Kind::Array | Kind::Object) => Self::Compound(kind),
        }
    }
}

impl Given {
    pub(super) fn new(member: Member<'_>, form: Form, place: Place) -> Self {
        let Member { key, json, twice } = member;
        let value = Value::read(json);
        Self { key, prefixed: None, form, place, json: json.to_owned(), value, twice, trust: None }
    }

    /// The name that policies know.
    pub(super) fn name(&self) -> &str {
        self.prefixed.as_deref().unwrap_or(&self.key)
    }

    /// Name and value as CTX2 counts them; the customer is not part of custom data.
    pub(super) fn bytes(&self) -> u64 {
        let value = match (&self.place, &self.value) {
            (Place::Customer(_), _) => return 0,
            (_, Value::Scalar(Scalar::Text(text))) => text.len(),
            (_, _) => self.json.len(),
        };
        (self.key.len() + value) as u64
    }
}

impl CustomerField {
    pub(super) const ALL: [Self; 3] = [Self::Id, Self::Name, Self::Email];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Name => "name",
            Self::Email => "email",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == name)
    }
}

impl Handed {
    /// Whether nothing at all was handed over.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// What a signed token says, and beside it what the page says: one hand-over. What is believed more comes first, so
    /// that each key of the page meets the signed one as it would in a later call (CTX7).
    #[must_use]
    pub fn beside(mut self, page: Self) -> Self {
        self.given.extend(page.given);
        self
    }

    /// The keys as they were sent, in their order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.given.iter().map(|given| given.key.as_str())
    }

    /// Bytes of names and values as CTX2 counts them.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.given.iter().map(Given::bytes).sum()
    }

    /// The CRM customer id that was handed over, under whichever name, before it is judged (START2).
    #[must_use]
    pub fn crm_customer_id<'a>(&'a self, policy: &CompiledPolicy) -> Option<&'a Scalar> {
        let is_it =
            |given: &Given| given.place == Place::Attribute && policy.canonical(given.name()) == CRM_CUSTOMER_ID;
        self.scalar(is_it)
    }

    /// The customer's id that was handed over, before it is judged (START2).
    #[must_use]
    pub fn customer_id(&self) -> Option<&Scalar> {
        self.scalar(|given| given.place == Place::Customer(CustomerField::Id))
    }

    fn scalar(&self, is_it: impl Fn(&Given) -> bool) -> Option<&Scalar> {
        self.given.iter().find_map(|given| match &given.value {
            Value::Scalar(scalar) if is_it(given) => Some(scalar),
            Value::Scalar(_) | Value::Imprecise | Value::HalfCharacter | Value::Compound(_) | Value::TooDeep => None,
        })
    }
}
