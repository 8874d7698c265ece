//! Faults: what is wrong with a key, how grave it is, and what to do about it. Names and sizes, never values.

use waybill_model::{Form, Rule, ScalarType, Trust, policy::MAX_CONTEXT_BYTES};

use super::names::{MAX_NAME_BYTES, shown};

/// Deepest nesting, the map of attributes itself included.
pub(super) const MAX_DEPTH: usize = 8;
/// Most keys of one hand-over.
pub(super) const MAX_KEYS: usize = 100;
/// Longest field of the customer in bytes (CTX8).
pub(super) const MAX_CUSTOMER_BYTES: usize = 256;

/// The rows of CTX1's table, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// Stored all the same, and said so.
    Note,
    /// Stored in `open`, quarantined in `quarantine`, refused in `strict`.
    Hint,
    /// Quarantined in `open` and `quarantine`, refused in `strict`.
    Misfit,
    /// Refused in `open` and `strict`, quarantined in `quarantine`.
    Malformed,
    /// Refused in every mode.
    Fatal,
}

/// What is wrong with a key.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fault {
    pub(super) rule: Rule,
    pub(super) severity: Severity,
    pub(super) reason: String,
    pub(super) remedy: String,
}

impl Fault {
    pub(super) fn new(rule: Rule, severity: Severity, reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { rule, severity, reason: reason.into(), remedy: remedy.into() }
    }

    pub(super) fn reserved_name() -> Self {
        let reason = "The name is empty or reserved.";
        Self::new(Rule::ReservedName, Severity::Malformed, reason, "Give the value another name.")
    }

    pub(super) fn name_too_long(bytes: usize) -> Self {
        let reason = format!("The name has {bytes} bytes; names have at most {MAX_NAME_BYTES}.");
        Self::new(Rule::NameTooLong, Severity::Malformed, reason, "Use a shorter name.")
    }

    pub(super) fn duplicate_key() -> Self {
        let reason = "The key stands more than once in one JSON object, so which value is meant can't be known.";
        Self::new(Rule::DuplicateKey, Severity::Malformed, reason, "Send the key once.")
    }

    pub(super) fn not_scalar(kind: &str) -> Self {
        let reason = format!("The value is {kind}; values are text, numbers, booleans or null.");
        let remedy = "Give each part its own key, or send it as text with JSON.stringify.";
        Self::new(Rule::NotScalar, Severity::Malformed, reason, remedy)
    }

    pub(super) fn too_deep() -> Self {
        let reason = format!("The value is nested deeper than {MAX_DEPTH} levels.");
        Self::new(Rule::TooDeep, Severity::Fatal, reason, "Send a flat map of keys and scalar values.")
    }

    pub(super) fn control_characters(place: &str) -> Self {
        let reason = format!("The {place} has control characters other than tab, line feed and carriage return.");
        Self::new(Rule::ControlCharacters, Severity::Malformed, reason, "Remove the control characters.")
    }

    pub(super) fn half_character() -> Self {
        let reason = "The text has half of a surrogate pair, which is no character.";
        let remedy = "Cut text between characters, not inside of one (toWellFormed() mends such text).";
        Self::new(Rule::ControlCharacters, Severity::Malformed, reason, remedy)
    }

    pub(super) fn number_precision() -> Self {
        let reason = "The number has more digits than a double keeps, so readers would see another number.";
        Self::new(Rule::NumberPrecision, Severity::Malformed, reason, "Send it as a string.")
    }

    pub(super) fn wrong_type(declared: ScalarType, kind: &str) -> Self {
        let reason = format!("The value is {kind}; the deployment declares {}.", type_article(declared));
        let remedy = match declared {
            ScalarType::String => "Send text.",
            ScalarType::Number => "Send a JSON number; text never becomes a number by itself.",
            ScalarType::Boolean => "Send true or false without quotes.",
        };
        Self::new(Rule::WrongType, Severity::Misfit, reason, remedy)
    }

    pub(super) fn too_long(bytes: usize, limit: u32) -> Self {
        let reason = format!("The text has {bytes} bytes; the deployment declares at most {limit}.");
        Self::new(Rule::TooLong, Severity::Misfit, reason, "Send a shorter text, or raise maxLength in the deployment.")
    }

    pub(super) fn pattern() -> Self {
        let reason = "The text does not match the pattern that the deployment declares for this key.";
        Self::new(Rule::Pattern, Severity::Misfit, reason, "Send text of the declared pattern, or change the pattern.")
    }

    pub(super) fn not_in_enum() -> Self {
        let reason = "The value is not among those that the deployment declares for this key.";
        let remedy = "Send one of the declared values, or add this one to the deployment.";
        Self::new(Rule::NotInEnum, Severity::Misfit, reason, remedy)
    }

    pub(super) fn below_trust_floor(trust: Trust, floor: Trust) -> Self {
        let (trust, floor) = (trust.as_str(), floor.as_str());
        let reason = format!("The value has the trust `{trust}`; the deployment demands `{floor}` for this key.");
        Self::new(Rule::BelowTrustFloor, Severity::Misfit, reason, trust_remedy(floor))
    }

    pub(super) fn lower_trust(trust: Trust, standing: Trust) -> Self {
        let (trust, standing) = (trust.as_str(), standing.as_str());
        let reason =
            format!("A value of the trust `{standing}` stands there; one of the trust `{trust}` can't change it.");
        Self::new(Rule::LowerTrust, Severity::Note, reason, trust_remedy(standing))
    }

    pub(super) fn unknown_option(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(Rule::UnknownOption, Severity::Malformed, reason, remedy)
    }

    pub(super) fn customer_field(bytes: usize) -> Self {
        let reason = format!("The field has {bytes} bytes; fields of the customer have at most {MAX_CUSTOMER_BYTES}.");
        Self::new(Rule::CustomerField, Severity::Misfit, reason, "Send a shorter text.")
    }

    pub(super) fn max_bytes(bytes: u64, limit: u64) -> Self {
        let reason = format!("The hand-over has {bytes} bytes of names and values; {limit} are allowed.");
        let remedy = "Send less: this key is one of those that have to shrink, or to stay away, to make the rest fit.";
        let severity = if bytes > MAX_CONTEXT_BYTES { Severity::Fatal } else { Severity::Malformed };
        Self::new(Rule::MaxBytes, severity, reason, remedy)
    }

    pub(super) fn context_bytes(bytes: u64) -> Self {
        let reason = format!(
            "With this write the conversation's context would have {bytes} bytes, quarantine included; {MAX_CONTEXT_BYTES} are allowed."
        );
        let remedy = "Send less, or delete keys that are not needed any more by sending null for them.";
        Self::new(Rule::ContextBytes, Severity::Fatal, reason, remedy)
    }

    pub(super) fn too_many_keys(keys: usize) -> Self {
        let reason = format!("The hand-over has {keys} keys; {MAX_KEYS} are allowed. This is the first one too many.");
        Self::new(Rule::TooManyKeys, Severity::Fatal, reason, "Send fewer keys.")
    }

    pub(super) fn custom_data_disabled() -> Self {
        let reason = "Custom data is switched off in this deployment.";
        Self::new(
            Rule::CustomDataDisabled,
            Severity::Fatal,
            reason,
            "Switch custom data on in the deployment's context policy.",
        )
    }

    pub(super) fn missing() -> Self {
        let reason = "The deployment requires this key at the start, and nobody sent it.";
        Self::new(Rule::Missing, Severity::Fatal, reason, "Send the key with the start.")
    }

    /// `places` names each key with its form.
    pub(super) fn conflict(places: &[(&str, Form)]) -> Self {
        let places: Vec<String> =
            places.iter().map(|(key, form)| format!("`{}` in {}", shown(key), form.as_str())).collect();
        let reason = format!("One attribute was given with different values: {}.", places.join(", "));
        Self::new(Rule::Conflict, Severity::Malformed, reason, "Send one of them, or the same value in each.")
    }

    /// A name that a flow can't write with a dot.
    pub(super) fn key_name(key: &str, suggestion: Option<&str>) -> Self {
        let reason = "The name is not made of ASCII letters, digits and underscores only.";
        let brackets = format!("under its own name it is read as {{{{customData[\"{}\"]}}}}", shown(key));
        let remedy = match suggestion {
            Some(suggestion) => format!("Use `{}`; {brackets}.", shown(suggestion)),
            None => format!("Use another name; {brackets}."),
        };
        Self::new(Rule::KeyName, Severity::Hint, reason, remedy)
    }

    pub(super) fn undeclared(suggestion: Option<&str>) -> Self {
        let reason = "The deployment does not declare this key.";
        let remedy = match suggestion {
            Some(suggestion) => format!("Did you mean `{}`?", shown(suggestion)),
            None => "Declare the key in the deployment's context policy.".to_owned(),
        };
        Self::new(Rule::Undeclared, Severity::Hint, reason, remedy)
    }
}

fn trust_remedy(needed: &str) -> &'static str {
    match needed {
        "signed" => "Send the value in a token that the site's server signs.",
        _ => "Let the site's server send the value over REST.",
    }
}

const fn type_article(scalar_type: ScalarType) -> &'static str {
    match scalar_type {
        ScalarType::String => "text",
        ScalarType::Number => "a number",
        ScalarType::Boolean => "a boolean",
    }
}

/// The word of `ReceiptEntry.coerced`.
pub(super) const fn type_word(scalar_type: ScalarType) -> &'static str {
    match scalar_type {
        ScalarType::String => "string",
        ScalarType::Number => "number",
        ScalarType::Boolean => "boolean",
    }
}
