//! The receipt (P1, CTX4): one verdict for every key that was handed over, never a value.

use serde::{Deserialize, Serialize};

use crate::{Form, Trust};

/// What became of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Stored with the conversation, perhaps renamed or coerced, and said so.
    Stored,
    /// Kept apart: visible and promotable, not offered to flows.
    Quarantined,
    /// Not kept; the entry says why and what to do.
    Refused,
}

/// The machine-readable reason of a verdict other than plain `stored`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// The key is not declared (quarantine, strict).
    Undeclared,
    /// The name is not `[A-Za-z_][A-Za-z0-9_]*`.
    KeyName,
    /// The value's type is not the declared one and can't be coerced without loss.
    WrongType,
    /// The text is longer than declared.
    TooLong,
    /// The text does not match the declared pattern.
    Pattern,
    /// The value is not among the declared ones.
    NotInEnum,
    /// The value's trust is below the key's floor.
    BelowTrustFloor,
    /// The value is an object or an array.
    NotScalar,
    /// The text has control characters.
    ControlCharacters,
    /// A number that a double can't hold exactly.
    NumberPrecision,
    /// The same key stood twice in one JSON object.
    DuplicateKey,
    /// An empty or reserved name (`__proto__`).
    ReservedName,
    /// A name of more than 128 bytes.
    NameTooLong,
    /// The hand-over is larger than `maxBytes`.
    MaxBytes,
    /// The whole context of the conversation is larger than 32 KiB.
    ContextBytes,
    /// More than 100 keys.
    TooManyKeys,
    /// Nested deeper than 8.
    TooDeep,
    /// An option or container that nobody maps.
    UnknownOption,
    /// Two forms, or an alias and its key, disagree (CTX6).
    Conflict,
    /// A value of higher trust stands there (CTX7).
    LowerTrust,
    /// A required key is missing.
    Missing,
    /// Custom data is switched off in this deployment.
    CustomDataDisabled,
    /// Not JSON.
    MalformedJson,
    /// A customer field over 256 bytes, or not text (CTX8).
    CustomerField,
}

impl Rule {
    /// The word that stands in receipts, error bodies and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Undeclared => "undeclared",
            Self::KeyName => "key_name",
            Self::WrongType => "wrong_type",
            Self::TooLong => "too_long",
            Self::Pattern => "pattern",
            Self::NotInEnum => "not_in_enum",
            Self::BelowTrustFloor => "below_trust_floor",
            Self::NotScalar => "not_scalar",
            Self::ControlCharacters => "control_characters",
            Self::NumberPrecision => "number_precision",
            Self::DuplicateKey => "duplicate_key",
            Self::ReservedName => "reserved_name",
            Self::NameTooLong => "name_too_long",
            Self::MaxBytes => "max_bytes",
            Self::ContextBytes => "context_bytes",
            Self::TooManyKeys => "too_many_keys",
            Self::TooDeep => "too_deep",
            Self::UnknownOption => "unknown_option",
            Self::Conflict => "conflict",
            Self::LowerTrust => "lower_trust",
            Self::Missing => "missing",
            Self::CustomDataDisabled => "custom_data_disabled",
            Self::MalformedJson => "malformed_json",
            Self::CustomerField => "customer_field",
        }
    }
}

/// What became of one key, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReceiptEntry {
    /// The key as it was sent (with its path when the container is unknown).
    pub key: String,
    /// The form that delivered it.
    pub form: Form,
    /// The verdict.
    pub verdict: Verdict,
    /// The canonical key, where it differs from `key`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stored_as: Option<String>,
    /// Whether the deployment declares the key.
    pub declared: bool,
    /// How far the value is believed.
    pub trust: Trust,
    /// The type that it was coerced to (`string`, `number`, `boolean`).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub coerced: Option<String>,
    /// A sentence for people.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The machine-readable reason.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rule: Option<Rule>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub remedy: Option<String>,
    /// Whether the value was in quarantine before (LOG9).
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub promoted: bool,
}

/// The answer to a hand-over: one entry per key.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    /// The conversation's context revision after this hand-over (LOG3); 0 when nothing was stored.
    pub revision: u64,
    /// The version of the context policy that judged.
    pub policy_version: u64,
    /// Bytes of this hand-over as CTX2 counts them.
    pub bytes: u64,
    /// The limit of this hand-over.
    pub max_bytes: u64,
    /// One entry per key, in the order in which the keys were sent.
    pub entries: Vec<ReceiptEntry>,
    /// Required keys that nobody sent.
    pub missing: Vec<String>,
}

impl Receipt {
    /// The entries with one verdict.
    pub fn with(&self, verdict: Verdict) -> impl Iterator<Item = &ReceiptEntry> {
        self.entries.iter().filter(move |entry| entry.verdict == verdict)
    }
}
