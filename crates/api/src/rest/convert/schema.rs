//! The context of a deployment as JSON Schema 2020-12: what a page may hand over as `customData`.
//!
//! What the schema accepts, a strict deployment admits – but for sizes in bytes, which a schema can't count. What it refuses
//! is refused there, unless it is a number or boolean where text is declared (admitted, as text) or one key under two names.

use serde_json::{Map, Value, json};
use waybill_model::{ContextPolicy, DeclaredAttribute, Deployment, Mode, ScalarType};

/// Control characters that no text may have.
const CONTROL: &str = "[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]";

pub(in crate::rest) fn json_schema(deployment: &Deployment) -> Value {
    let policy = &deployment.policy;
    let mut properties = Map::new();
    let mut rules: Vec<Value> = Vec::new();
    for attribute in &policy.attributes {
        declare(attribute, &mut properties, &mut rules);
    }
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("urn:uuid:{}", deployment.id),
        "title": format!("Context of {}", deployment.name),
        "description": "What a page may hand over as customData.",
        "$comment": format!(
            "Context policy version {}. Names and values together have at most {} bytes in UTF-8, which a schema can't count.",
            policy.version, policy.max_bytes
        ),
        "type": "object",
        "properties": properties,
        "maxProperties": if policy.enabled { 100 } else { 0 },
        "additionalProperties": additional(policy),
    });
    if !rules.is_empty() {
        schema["allOf"] = Value::Array(rules);
    }
    schema
}

/// Undeclared keys: stored in `open`; otherwise set aside or refused, which is nothing to plan with.
fn additional(policy: &ContextPolicy) -> Value {
    match policy.mode {
        Mode::Open => json!({"type": ["string", "number", "boolean", "null"], "not": control()}),
        Mode::Quarantine | Mode::Strict => Value::Bool(false),
    }
}

fn control() -> Value {
    json!({"type": "string", "pattern": CONTROL})
}

fn declare(attribute: &DeclaredAttribute, properties: &mut Map<String, Value>, rules: &mut Vec<Value>) {
    let names: Vec<&String> = std::iter::once(&attribute.key).chain(&attribute.aliases).collect();
    if attribute.trust_floor.rank() > 0 {
        let why = format!("A page may not set it: it takes the trust {}.", attribute.trust_floor.as_str());
        for name in names {
            properties.insert(name.clone(), json!({"not": {}, "$comment": why}));
        }
        return;
    }
    let value = value(attribute);
    for name in &names {
        let mut one = value.clone();
        if **name != attribute.key {
            one["description"] = json!(format!("Another name of {}.", attribute.key));
        }
        properties.insert((*name).clone(), one);
    }
    if attribute.required {
        let one_of: Vec<Value> = names.iter().map(|name| json!({"required": [name]})).collect();
        rules.push(json!({"anyOf": one_of}));
    }
    // Two names of one key in one call are a conflict as soon as they differ.
    for (position, first) in names.iter().enumerate() {
        for second in &names[position + 1..] {
            rules.push(json!({"not": {"required": [first, second]}}));
        }
    }
}

fn value(attribute: &DeclaredAttribute) -> Value {
    // Null fits every type at a start.
    let word = super::deployment::scalar_type_word(attribute.scalar_type);
    let mut value = json!({"type": [word, "null"]});
    let mut notes: Vec<String> = Vec::new();
    if attribute.scalar_type == ScalarType::String {
        value["not"] = control();
        if let Some(bytes) = attribute.max_length {
            value["maxLength"] = json!(bytes);
            notes.push(format!("At most {bytes} bytes in UTF-8; a schema counts characters."));
        }
        if let Some(pattern) = &attribute.pattern {
            if is_common(pattern) {
                value["pattern"] = json!(format!("^(?:{pattern}){END}"));
            } else {
                notes.push(format!("The text has to match {pattern}, which is not written as schemas write patterns."));
            }
        }
    }
    if let Some(allowed) = &attribute.allowed {
        let mut values: Vec<Value> = allowed.iter().map(|text| literal(attribute.scalar_type, text)).collect();
        values.push(Value::Null);
        value["enum"] = Value::Array(values);
    }
    if attribute.scalar_type != ScalarType::String && (attribute.max_length.is_some() || attribute.pattern.is_some()) {
        notes.push("Length and pattern are those of the value's text.".to_owned());
    }
    if attribute.personal {
        notes.push("Personal.".to_owned());
    }
    if !notes.is_empty() {
        value["$comment"] = json!(notes.join(" "));
    }
    value
}

fn literal(scalar_type: ScalarType, text: &str) -> Value {
    match scalar_type {
        ScalarType::String => json!(text),
        // The policy was checked: its values are of the declared type.
        ScalarType::Number | ScalarType::Boolean => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
    }
}

/// What ends a whole match, whatever the validator's `$` makes of a last line feed.
const END: &str = "(?![\\s\\S])";

/// What only one of JavaScript and this server knows, or what they take differently.
const STRANGE: [&str; 27] = [
    "(?", "\\A", "\\z", "\\Z", "\\x", "\\p", "\\P", "\\b", "\\B", "\\W", "\\s", "\\S", "\\D", "[[", "&&", "--", "~~",
    "\\<", "\\>", "\\a", "\\U", "\\u", "\\Q", "\\1", "\\k", "\\c", "\\v",
];

/// Whether a pattern means the same to JavaScript and to this server. Others are left out: a schema must not refuse what it
/// can't judge.
fn is_common(pattern: &str) -> bool {
    let plain = pattern.replace("(?:", "(");
    let negates_a_class = plain.contains("[^") && (plain.contains("\\d") || plain.contains("\\w"));
    pattern.is_ascii() && !negates_a_class && !STRANGE.iter().any(|part| plain.contains(part))
}
